//! Formats of a stream.

use plug61883::CipDataFormat;

use super::number;

/// Before the format id in the byte FMT: the bits 10 that start the second quadlet of a CIP
/// header (IEC 61883-1, clause 6).
const CIP_SECOND: u8 = 0x80;
/// Format id of MPEG2-TS (IEC 61883-4).
const FMT_MPEG2_TS: u8 = 0x20;
/// Format id of audio and music data (IEC 61883-6).
const FMT_AUDIO: u8 = 0x10;

/// MPEG2-TS (IEC 61883-4): a source packet is the header of one quadlet and the 188 bytes of a
/// transport stream packet, split into 8 blocks of 6 quadlets. A block is given 192 ticks, two
/// source packets a cycle and 24.576 Mbit/s: what Microsoft's streaming driver for tape decks
/// takes (`BLOCK_PERIOD_MPEG2TS` in the description of `AVCSTRM_FORMAT_INFO`).
const MPEG2_TS: CipDataFormat = CipDataFormat {
    fmt: CIP_SECOND | FMT_MPEG2_TS,
    fdf_hi: 0,
    fdf_mid: 0,
    fdf_lo: 0,
    header: 1,
    padding: 0,
    block_size: 6,
    fraction: 3,
    block_period: 192,
    block_period_remainder: 0,
    blocks_per_packet: 0,
};

/// Sampling frequencies in Hz by their codes, SFC (IEC 61883-6).
const RATES: [u32; 7] = [32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000];
/// Ticks of the 1394 clock in a second (IEEE 1394).
const TICKS: u32 = 24_576_000;
/// Parts of a tick in which a remainder is told.
const PARTS: u64 = 1_000_000_000;

/// AM824 (IEC 61883-6), clock-based, as it is sent without blocking: FDF is the code of the
/// sampling frequency, a block one quadlet for each channel.
fn am824(rate: u32, channels: u8) -> Option<CipDataFormat> {
    let code = RATES.iter().position(|it| *it == rate)?;
    let rest = u64::from(TICKS % rate) * PARTS;
    // To the nearest part; the rest of a division by the rate is below one tick.
    let remainder = (rest + u64::from(rate) / 2) / u64::from(rate);
    Some(CipDataFormat {
        fmt: CIP_SECOND | FMT_AUDIO,
        // One of seven.
        fdf_hi: code as u8,
        block_size: channels,
        block_period: TICKS / rate,
        block_period_remainder: remainder as u32,
        ..CipDataFormat::default()
    })
}

const KNOWN: &str = "dv-525, dv-625, mpeg2-ts, am824:RATE:CHANNELS, raw: and fields fmt=N, \
                     fdf=N, dbs=N, fn=N, qpc=N, sph=N, period=N, remainder=N, blocks=N";

/// Takes the format of a stream: a preset or `raw:`, then fields that differ from it.
pub(in crate::cli) fn format(text: &str) -> Result<CipDataFormat, String> {
    let (mut format, fields) = match text.strip_prefix("raw:") {
        Some(fields) => (CipDataFormat::default(), Some(fields)),
        None => {
            let (first, rest) = match text.split_once(',') {
                Some((first, rest)) => (first, Some(rest)),
                None => (text, None),
            };
            match preset(first)? {
                Some(format) => (format, rest),
                None => (CipDataFormat::default(), Some(text)),
            }
        }
    };
    for part in fields.iter().flat_map(|fields| fields.split(',')) {
        field(&mut format, part)?;
    }
    Ok(format)
}

/// A preset; `None` for what is none.
fn preset(text: &str) -> Result<Option<CipDataFormat>, String> {
    Ok(Some(match text {
        "dv-525" | "dv-525-60" => CipDataFormat::DV_525_60,
        "dv-625" | "dv-625-50" => CipDataFormat::DV_625_50,
        "mpeg2-ts" => MPEG2_TS,
        _ => {
            let Some(values) = text.strip_prefix("am824:") else {
                return Ok(None);
            };
            let format = || {
                let (rate, channels) = values.split_once(':')?;
                let channels = number(channels, 255).filter(|channels| *channels != 0)?;
                am824(number(rate, u32::MAX)?, channels as u8)
            };
            format().ok_or_else(|| {
                let rates = RATES.map(|rate| rate.to_string()).join(", ");
                format!(
                    "am824:RATE:CHANNELS takes one of the rates {rates} and 1 to 255 channels, \
                     such as am824:48000:2"
                )
            })?
        }
    }))
}

fn field(format: &mut CipDataFormat, text: &str) -> Result<(), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or_else(|| format!("{text:?} is none of {KNOWN}"))?;
    let most = match name {
        "fmt" | "dbs" => 0xFF,
        "fdf" => 0xFF_FFFF,
        "fn" => 3,
        "qpc" => 7,
        "sph" => 1,
        "remainder" => 999_999_999,
        "period" | "blocks" => u32::MAX,
        _ => return Err(format!("{name:?} is none of {KNOWN}")),
    };
    let value =
        number(value, most).ok_or_else(|| format!("{name} takes a number from 0 to {most}"))?;
    // Every value is in its field's bounds.
    match name {
        "fmt" => format.fmt = value as u8,
        "dbs" => format.block_size = value as u8,
        "fdf" => [_, format.fdf_hi, format.fdf_mid, format.fdf_lo] = value.to_be_bytes(),
        "fn" => format.fraction = value as u8,
        "qpc" => format.padding = value as u8,
        "sph" => format.header = value as u8,
        "remainder" => format.block_period_remainder = value,
        "period" => format.block_period = value,
        _ => format.blocks_per_packet = value,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FMT, FDF, SPH, QPC, DBS, FN, and the block's time.
    fn bits(text: &str) -> (u8, [u8; 3], [u8; 4], u32, u32) {
        let format = format(text).unwrap();
        let fdf = [format.fdf_hi, format.fdf_mid, format.fdf_lo];
        let block = [
            format.header,
            format.padding,
            format.block_size,
            format.fraction,
        ];
        let (period, remainder) = (format.block_period, format.block_period_remainder);
        assert_eq!(format.blocks_per_packet, 0, "{text}");
        (format.fmt, fdf, block, period, remainder)
    }

    #[test]
    fn presets_have_the_bits_of_the_standards() {
        // IEC 61883-2: 250 source packets of 480 bytes a frame; 30000/1001 and 25 frames a
        // second.
        let dv = [0, 0, 120, 0];
        for (text, fdf, period, remainder) in [
            ("dv-525", 0, 3280, 76_800_000),
            ("dv-525-60", 0, 3280, 76_800_000),
            ("dv-625", 0x80, 3276, 800_000_000),
            ("dv-625-50", 0x80, 3276, 800_000_000),
        ] {
            assert_eq!(bits(text), (0x80, [fdf, 0, 0], dv, period, remainder));
        }
        // IEC 61883-4.
        assert_eq!(bits("mpeg2-ts"), (0xA0, [0; 3], [1, 0, 6, 3], 192, 0));
        // IEC 61883-6.
        for (rate, sfc, period, remainder) in [
            (32_000, 0, 768, 0),
            (44_100, 1, 557, 278_911_565),
            (48_000, 2, 512, 0),
            (88_200, 3, 278, 639_455_782),
            (96_000, 4, 256, 0),
            (176_400, 5, 139, 319_727_891),
            (192_000, 6, 128, 0),
        ] {
            for channels in [1_u8, 2, 18, 255] {
                let text = format!("am824:{rate}:{channels}");
                let block = [0, 0, channels, 0];
                assert_eq!(
                    bits(&text),
                    (0x90, [sfc, 0, 0], block, period, remainder),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn fields_change_a_preset_or_nothing() {
        let expected = CipDataFormat {
            blocks_per_packet: 2,
            ..CipDataFormat::DV_625_50
        };
        assert_eq!(format("dv-625-50,blocks=2"), Ok(expected));
        let expected = CipDataFormat {
            blocks_per_packet: 8,
            ..am824(44_100, 6).unwrap()
        };
        assert_eq!(format("am824:44100:6,blocks=8"), Ok(expected));
        let expected = CipDataFormat {
            fmt: 0x10,
            fdf_hi: 1,
            fdf_mid: 2,
            fdf_lo: 3,
            header: 1,
            padding: 7,
            block_size: 255,
            fraction: 3,
            block_period: 4096,
            block_period_remainder: 999_999_999,
            blocks_per_packet: 8,
        };
        let text = "fmt=0x10,fdf=0x010203,sph=1,qpc=7,dbs=255,fn=3,period=4096,\
                    remainder=999999999,blocks=8";
        assert_eq!(format(text), Ok(expected));
        assert_eq!(format(&format!("raw:{text}")), Ok(expected));
    }

    #[test]
    fn what_is_no_format_is_told() {
        for (text, says) in [
            ("", "is none of dv-525"),
            ("dv", "\"dv\" is none of dv-525"),
            ("raw:", "is none of dv-525"),
            ("raw:dv-525", "\"dv-525\" is none of"),
            ("fmt=1,dv-525", "\"dv-525\" is none of"),
            ("fmt", "\"fmt\" is none of"),
            ("x=1", "\"x\" is none of"),
            ("fmt=1,", "is none of"),
            ("fmt=256", "fmt takes a number from 0 to 255"),
            ("fn=4", "fn takes a number from 0 to 3"),
            ("qpc=8", "qpc takes a number from 0 to 7"),
            ("sph=2", "sph takes a number from 0 to 1"),
            ("dv-525,sph=-1", "sph takes a number from 0 to 1"),
            ("am824", "\"am824\" is none of"),
            ("am824:48000", "such as am824:48000:2"),
            ("am824:48000:0", "1 to 255 channels"),
            ("am824:48000:256", "1 to 255 channels"),
            ("am824:22050:2", "one of the rates 32000, 44100"),
            ("am824:48000:2:1", "such as am824:48000:2"),
        ] {
            let error = format(text).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
