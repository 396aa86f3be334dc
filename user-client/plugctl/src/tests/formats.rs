//! What of a format reaches the driver.

use super::*;

#[test]
fn every_format_is_what_is_sent() {
    for (format, fmt, fdf, block_size, blocks) in [
        ("dv-525", 0x80, 0x00, 120, 0),
        ("dv-525-60", 0x80, 0x00, 120, 0),
        ("dv-625", 0x80, 0x80, 120, 0),
        ("dv-625-50", 0x80, 0x80, 120, 0),
        ("mpeg2-ts", 0xA0, 0x00, 6, 0),
        ("am824:44100:6", 0x90, 1, 6, 0),
        ("am824:192000:2,blocks=32", 0x90, 6, 2, 32),
        ("raw:fmt=0x9E,fdf=0x120000,dbs=7,blocks=3", 0x9E, 0x12, 7, 3),
    ] {
        let fake = Fake::new();
        let ran = fake.run(&format!("connect --in 0 --persist --format {format}"));
        assert_eq!(ran, done("1.1\n"));
        let sent = fake.scripted.sent();
        let request = ConnectRequest::read_from_bytes(&sent.last().unwrap().input).unwrap();
        let sent = request.format;
        assert_eq!(
            (
                sent.fmt,
                sent.fdf_hi,
                sent.block_size,
                sent.blocks_per_packet
            ),
            (fmt, fdf, block_size, blocks),
            "{format}"
        );
    }
}
