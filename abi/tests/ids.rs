//! Ids: what they hold, and their text form both ways.

use plug61883_abi::ids::{ConnectionId, Direction, ParseIdError, PlugId, UnitId};
use proptest::prelude::*;

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: if cfg!(miri) { 4 } else { 4096 },
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn direction() -> impl Strategy<Value = Direction> {
    prop_oneof![Just(Direction::Out), Just(Direction::In)]
}

/// Texts that look like ids, and some that do not.
fn text() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        8 => prop::sample::select(b"0123456789..oi+-".to_vec()).prop_map(char::from),
        1 => any::<char>(),
    ];
    prop::collection::vec(character, 0..16).prop_map(String::from_iter)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn slot_ids_round_trip(slot in 0..u32::MAX, generation in 1..=u32::MAX) {
        let id = ConnectionId::new(slot, generation);
        prop_assert_ne!(id, ConnectionId::NONE);
        prop_assert_eq!(id.slot(), Some(slot as usize));
        prop_assert_eq!(id.generation(), generation);
        prop_assert_eq!(id.to_string().parse(), Ok(id));

        let id = UnitId::new(slot, generation);
        prop_assert_eq!(id.slot(), Some(slot as usize));
        prop_assert_eq!(id.generation(), generation);
        prop_assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn plug_ids_round_trip(
        unit in 0..u16::MAX,
        direction in direction(),
        number in 0_u8..=30,
        generation in 1..=u32::MAX,
    ) {
        let id = PlugId::new(unit, direction, number, generation);
        prop_assert_ne!(id, PlugId::NONE);
        prop_assert_eq!(id.unit_slot(), Some(unit as usize));
        prop_assert_eq!(id.direction(), Some(direction));
        prop_assert_eq!(id.number(), number);
        prop_assert_eq!(id.generation(), generation);
        prop_assert_eq!(id.to_string().parse(), Ok(id));
    }

    /// No text makes a parser panic, and what is taken means the same when written again.
    #[test]
    fn any_text(text in text()) {
        if let Ok(id) = text.parse::<ConnectionId>() {
            prop_assert_eq!(id.to_string().parse(), Ok(id));
            prop_assert!(id.slot().is_some() && id.generation() != 0);
        }
        if let Ok(id) = text.parse::<PlugId>() {
            prop_assert_eq!(id.to_string().parse(), Ok(id));
            prop_assert!(id.unit_slot().is_some() && id.generation() != 0 && id.number() <= 30);
        }
    }

    /// Made-up ids from user mode can be looked at without harm.
    #[test]
    fn any_number(raw: u64) {
        let plug = PlugId(raw);
        let _ = (plug.unit_slot(), plug.direction(), plug.number(), plug.to_string());
        let connection = ConnectionId(raw);
        let _ = (connection.slot(), connection.generation(), connection.to_string());
    }
}

#[test]
fn texts() {
    assert_eq!(UnitId::new(0, 1).to_string(), "1.1");
    assert_eq!(ConnectionId::new(2, 7).to_string(), "3.7");
    assert_eq!(PlugId::new(0, Direction::Out, 0, 1).to_string(), "1.o0.1");
    assert_eq!(PlugId::new(4, Direction::In, 30, 2).to_string(), "5.i30.2");
    assert_eq!("3.7".parse(), Ok(ConnectionId::new(2, 7)));
    assert_eq!("5.i30.2".parse(), Ok(PlugId::new(4, Direction::In, 30, 2)));
    assert_eq!(PlugId(0x0400_0001 | (1 << 32)).to_string(), "1.?0.1");
    let local = PlugId::new(4, Direction::In, 30, 2).local();
    assert_eq!(local.to_string(), "5.li30.2");
    assert_eq!("5.li30.2".parse(), Ok(local));
    assert!(local.is_local() && local != PlugId::new(4, Direction::In, 30, 2));
    assert_eq!(Direction::Out.to_string(), "oPCR");
    assert_eq!(Direction::In.to_string(), "iPCR");
    assert_eq!(ParseIdError.to_string(), "not an id");
}

#[test]
fn largest_ids() {
    let id = ConnectionId::new(u32::MAX - 1, u32::MAX);
    assert_eq!(id.to_string(), "4294967295.4294967295");
    assert_eq!(id.to_string().parse(), Ok(id));
    let id = PlugId::new(u16::MAX - 1, Direction::In, 30, u32::MAX);
    assert_eq!(id.to_string(), "65535.i30.4294967295");
    assert_eq!(id.to_string().parse(), Ok(id));
}

#[test]
fn none_names_nothing() {
    assert_eq!(UnitId::NONE.slot(), None);
    assert_eq!(ConnectionId::default(), ConnectionId::NONE);
    assert_eq!(PlugId::NONE.unit_slot(), None);
    assert_eq!(
        UnitId::NONE.to_string().parse::<UnitId>(),
        Err(ParseIdError)
    );
    assert_eq!(
        PlugId::NONE.to_string().parse::<PlugId>(),
        Err(ParseIdError)
    );
}

#[test]
fn malformed_slot_ids() {
    for text in [
        "",
        ".",
        "1",
        "1.",
        ".1",
        "1.0",
        "0.1",
        "0.0",
        "+1.1",
        "1.+1",
        "-1.1",
        "1.-1",
        "1.1.1",
        "1..1",
        " 1.1",
        "1.1 ",
        "1 .1",
        "1,1",
        "a.1",
        "1.a",
        "0x1.1",
        "1_0.1",
        "4294967296.1",
        "1.4294967296",
        "99999999999999999999.1",
        "１.1",
        "1.o0.1",
    ] {
        assert_eq!(text.parse::<ConnectionId>(), Err(ParseIdError), "{text:?}");
        assert_eq!(text.parse::<UnitId>(), Err(ParseIdError), "{text:?}");
    }
}

#[test]
fn malformed_plug_ids() {
    for text in [
        "",
        ".",
        "..",
        "1",
        "1.1",
        "1.o3",
        "1.o3.",
        ".o3.1",
        "1..1",
        "1.o.1",
        "1.3.1",
        "1.x3.1",
        "1.O3.1",
        "1.oo3.1",
        "1.o3.0",
        "0.o3.1",
        "1.o31.1",
        "1.i255.1",
        "1.o256.1",
        "1.o+3.1",
        "1.o-3.1",
        "+1.o3.1",
        "1.o3.+1",
        "1.o3.1.1",
        " 1.o3.1",
        "1. o3.1",
        "1.o3.1 ",
        "65536.o3.1",
        "65537.o3.1",
        "4294967297.o3.1",
        "1.o4294967296.1",
        "1.o3.4294967296",
        "1.é3.1",
        "1.é.1",
        "é.o3.1",
    ] {
        assert_eq!(text.parse::<PlugId>(), Err(ParseIdError), "{text:?}");
    }
}
