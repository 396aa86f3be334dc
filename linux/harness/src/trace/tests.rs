//! The decoder on events put together by hand, as the format's documentation has them.

use super::*;

/// The bytes of an event with this metadata and data.
fn event(fields: &[u8], data: &[&[u8]]) -> Vec<u8> {
    let sized = |body: &[u8]| {
        let length = u16::try_from(body.len() + 2).expect("short");
        [&length.to_le_bytes()[..], body].concat()
    };
    let provider = sized(b"Works.Plug\0");
    let metadata = sized(&[&[0][..], b"Broken\0", fields].concat());
    let mut bytes = vec![
        0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE,
        0xFF,
    ];
    bytes.extend([0, 0, 0, 11, 4, 2, 0, 0]);
    bytes.extend(0x8000_0000_0000_0021_u64.to_le_bytes());
    let blocks = [(2, &provider[..]), (1, &metadata[..])];
    for (kind, block) in blocks
        .into_iter()
        .chain(data.iter().map(|block| (0, *block)))
    {
        bytes.push(kind);
        bytes.extend(u16::try_from(block.len()).expect("short").to_le_bytes());
        bytes.extend(block);
    }
    bytes
}

fn fields(metadata: &[u8], data: &[&[u8]]) -> Vec<(String, Value)> {
    decode("plug", &event(metadata, data))
        .expect("an event")
        .fields
}

fn only(metadata: &[u8], data: &[&[u8]]) -> Value {
    let mut fields = fields(metadata, data);
    assert_eq!(fields.len(), 1);
    fields.remove(0).1
}

#[test]
fn heads() {
    let event = decode("plug", &event(&[], &[])).expect("an event");
    assert_eq!(event.driver, "plug");
    assert_eq!(event.provider, "Works.Plug");
    assert_eq!(
        event.provider_id.to_string(),
        "00112233-4455-6677-8899-aabbccddeeff"
    );
    assert_eq!(
        (event.name.as_str(), event.level, event.opcode),
        ("Broken", 4, 2)
    );
    assert_eq!(event.keyword, 0x8000_0000_0000_0021);
    assert_eq!(event.fields, []);
}

#[test]
fn numbers() {
    let metadata = b"a\0\x04b\0\x06c\0\x08d\0\x0Ae\0\x07f\0\x88\x04g\0\x15h\0\x87\x0Ei\0\x84\x03";
    let data: [&[u8]; 9] = [
        &[1],
        &[2, 1],
        &[3, 0, 0, 0],
        &[4, 0, 0, 0, 0, 0, 0, 1],
        &[0xFE, 0xFF, 0xFF, 0xFF],
        &[0x10, 0, 0, 0],
        &[0xFF; 8],
        &[0x0D, 0, 0, 0xC0],
        &[1],
    ];
    let expected = [
        ("a", Value::Unsigned(1)),
        ("b", Value::Unsigned(0x102)),
        ("c", Value::Unsigned(3)),
        ("d", Value::Unsigned(0x0100_0000_0000_0004)),
        ("e", Value::Signed(-2)),
        ("f", Value::Hex(0x10)),
        ("g", Value::Hex(u64::MAX)),
        ("h", Value::Status(0xC000_000D)),
        ("i", Value::Bool(true)),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value));
    assert_eq!(fields(metadata, &data), expected);
    // Blocks need not be those of the fields.
    assert_eq!(fields(metadata, &[&data.concat()]), expected);
}

#[test]
fn texts_and_bytes() {
    let text = |text: &str| Value::Text(text.to_owned());
    assert_eq!(
        only(b"t\0\x82\x23", &[b"gr\xC3\xBC\xC3\x9F\0"]),
        text("grüß")
    );
    assert_eq!(only(b"t\0\x17", &[b"\x02\0", b"ab"]), text("ab"));
    assert_eq!(only(b"t\0\x01", &[b"a\0\xFC\0\0\0"]), text("aü"));
    assert_eq!(only(b"t\0\x16", &[b"\x04\0", b"a\0b\0"]), text("ab"));
    assert_eq!(
        only(b"t\0\x0E", &[b"\x03\0\x01\x02\x03"]),
        Value::Bytes(vec![1, 2, 3])
    );
    let guid = only(
        b"t\0\x0F",
        &[&[1, 0, 0, 0, 2, 0, 3, 0, 4, 5, 6, 7, 8, 9, 10, 11]],
    );
    assert_eq!(
        guid,
        Value::Guid(Guid(0x0000_0001_0002_0003_0405_0607_0809_0A0B))
    );
}

#[test]
fn arrays_and_structures() {
    let list = Value::List(vec![Value::Unsigned(5), Value::Unsigned(6)]);
    assert_eq!(only(b"t\0\x24\x02\0", &[&[5, 6]]), list);
    assert_eq!(only(b"t\0\x44", &[&[2, 0, 5, 6]]), list);
    let structure = |a: u64, b: &str| {
        Value::Fields(vec![
            ("a".to_owned(), Value::Unsigned(a)),
            ("b".to_owned(), Value::Text(b.to_owned())),
        ])
    };
    // A tag behind the out-type is skipped.
    let metadata = b"s\0\x98\x82\x81\x01a\0\x04b\0\x02";
    assert_eq!(only(metadata, &[b"\x07x\0"]), structure(7, "x"));
    let metadata = b"s\0\xD8\x02a\0\x04b\0\x02z\0\x04";
    let found = fields(metadata, &[b"\x02\0\x07x\0\x08y\0\x09"]);
    assert_eq!(
        found[0].1,
        Value::List(vec![structure(7, "x"), structure(8, "y")])
    );
    assert_eq!(found[1].1.number(), Some(9));
}

#[test]
fn what_is_malformed_is_told() {
    let good = event(b"a\0\x08", &[&[1, 2, 3, 4]]);
    decode("plug", &good).expect("an event");
    for length in 0..good.len() {
        decode("plug", &good[..length]).expect_err("cut");
    }
    for (metadata, data) in [
        (&b"a\0\x08"[..], &[1, 2, 3, 4, 5][..]),
        (b"a\0\x1F", &[1]),
        (b"a\0\x64", &[1]),
        (b"a", &[1]),
    ] {
        decode("plug", &event(metadata, &[data])).expect_err("wrong");
    }
}

#[test]
fn parts_are_put_together_among_other_lines() {
    let hex = |bytes: &[u8]| {
        let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
        digits.collect::<String>()
    };
    let bytes = event(b"a\0\x04", &[&[9]]);
    let (first, second) = bytes.split_at(40);
    let mut collector = Collector::default();
    for line in [
        format!("TRACE plug 7 1/2 {}", hex(first)),
        "plug: TRACE".to_owned(),
        format!("TRACE other 8 1/1 {}", hex(&bytes)),
        format!("TRACE plug 7 2/2 {}\n", hex(second)),
    ] {
        collector.line(&line);
    }
    let events = collector.take().expect("events");
    let drivers: Vec<&str> = events.iter().map(|event| event.driver.as_str()).collect();
    assert_eq!(drivers, ["other", "plug"]);
    assert_eq!(events[1].field("a").and_then(Value::number), Some(9));
    assert_eq!(collector.take().expect("no event"), []);
    for wrong in [
        "TRACE plug",
        "TRACE plug 1 1/1 0",
        "TRACE plug 1 1 00",
        "TRACE plug 1 1/1 zz",
    ] {
        collector.line(wrong);
        collector.take().expect_err(wrong);
    }
}
