//! The words are those of libiec61883 1.2.0: the bit fields of `iec61883_oMPR`, `iec61883_iMPR`,
//! `iec61883_oPCR` and `iec61883_iPCR` in its examples/plugctl.c, and the names that the same
//! file compares without regard to case. It prints the value of a field with `%d` and a line end.

use proptest::prelude::*;

use super::*;

/// A register, its value, and what libiec61883's plugctl prints for each of its attributes.
type Row = (&'static str, u32, &'static [(&'static str, u32)]);

const PRINTED: &[Row] = &[
    // 2 plugs, S400, broadcast base 63, extensions 0xFF and 0x12.
    (
        "oMPR",
        0xBFFF_1202,
        &[
            ("data_rate", 2),
            ("bcast_channel", 63),
            ("non_persist_ext", 255),
            ("persist_ext", 18),
            ("reserved", 0),
            ("n_plugs", 2),
        ],
    ),
    (
        "oMPR",
        0x4100_80FF,
        &[
            ("data_rate", 1),
            ("bcast_channel", 1),
            ("non_persist_ext", 0),
            ("persist_ext", 128),
            ("reserved", 7),
            ("n_plugs", 31),
        ],
    ),
    (
        "iMPR",
        0x8000_0001,
        &[
            ("data_rate", 2),
            ("reserved", 0),
            ("non_persist_ext", 0),
            ("persist_ext", 0),
            ("reserved2", 0),
            ("n_plugs", 1),
        ],
    ),
    (
        "iMPR",
        0x3F01_02A3,
        &[
            ("data_rate", 0),
            ("reserved", 63),
            ("non_persist_ext", 1),
            ("persist_ext", 2),
            ("reserved2", 5),
            ("n_plugs", 3),
        ],
    ),
    // On-line, not connected, channel 63, S100, 122 quadlets: a DV deck.
    (
        "oPCR[0]",
        0x803F_007A,
        &[
            ("online", 1),
            ("bcast_connection", 0),
            ("n_p2p_connections", 0),
            ("reserved", 0),
            ("channel", 63),
            ("data_rate", 0),
            ("overhead_id", 0),
            ("payload", 122),
        ],
    ),
    (
        "oPCR[30]",
        0x7EC5_8BFF,
        &[
            ("online", 0),
            ("bcast_connection", 1),
            ("n_p2p_connections", 62),
            ("reserved", 3),
            ("channel", 5),
            ("data_rate", 2),
            ("overhead_id", 2),
            ("payload", 1023),
        ],
    ),
    (
        "iPCR[0]",
        0x8105_0000,
        &[
            ("online", 1),
            ("bcast_connection", 0),
            ("n_p2p_connections", 1),
            ("reserved", 0),
            ("channel", 5),
            ("reserved2", 0),
        ],
    ),
    (
        "iPCR[7]",
        0xFFFF_1234,
        &[
            ("online", 1),
            ("bcast_connection", 1),
            ("n_p2p_connections", 63),
            ("reserved", 3),
            ("channel", 63),
            ("reserved2", 0x1234),
        ],
    ),
];

#[test]
fn attributes_are_those_of_libiec61883() {
    for &(name, bits, attributes) in PRINTED {
        let path: Path = name.parse().unwrap();
        assert_eq!(path.place.to_string(), name);
        let all = path.place.attributes().iter();
        let got: Vec<_> = all.map(|it| (it.name, it.of(bits))).collect();
        assert_eq!(got, attributes, "{name} {bits:#010X}");
        for (attribute, value) in attributes {
            let text = format!("{name}.{attribute}");
            for text in [text.clone(), text.to_uppercase(), text.to_lowercase()] {
                let path: Path = text.parse().unwrap();
                let found = path.attribute.unwrap();
                assert_eq!((found.name, found.of(bits)), (*attribute, *value), "{text}");
            }
        }
    }
}

#[test]
fn attributes_fill_their_register() {
    for &(name, bits, _) in PRINTED {
        let all = name.parse::<Path>().unwrap().place.attributes();
        let widths: u32 = all.iter().map(|it| it.most().count_ones()).sum();
        assert_eq!(widths, 32, "{name}");
        let rebuilt = all.iter().fold(0, |built, it| it.set(built, it.of(bits)));
        assert_eq!(rebuilt, bits, "{name}");
    }
}

#[test]
fn paths_are_read() {
    let place = |text: &str| text.parse::<Path>().unwrap().place.to_string();
    assert_eq!(place("OPCR[0x1e]"), "oPCR[30]");
    assert_eq!(place("LOCAL.ipcr[2].Online"), "local.iPCR[2]");
    for (text, why) in [
        ("", "a register is"),
        ("oPCR", "a register is"),
        ("oPCR[]", "a register is"),
        ("oPCR[31]", "a register is"),
        ("oPCR[-1]", "a register is"),
        ("oPCR[0", "a register is"),
        ("oMPR[0]", "a register is"),
        ("xPCR[0].channel", "a register is"),
        ("local.local.oPCR[0]", "a register is"),
        ("local.oMPR.n_plugs", "the driver does not know oMPR"),
        ("oPCR[0].", "the attributes of oPCR[0] are online,"),
        ("oPCR[0].channels", "the attributes of oPCR[0] are online,"),
        ("iPCR[0].payload", "the attributes of iPCR[0] are online,"),
        ("oMPR.reserved2", "the attributes of oMPR are data_rate,"),
        ("oPCR[0].channel.x", "the attributes of oPCR[0] are"),
    ] {
        let error = text.parse::<Path>().unwrap_err();
        assert!(error.starts_with(why), "{text}: {error}");
    }
}

#[test]
fn settings_are_read() {
    for (text, before, after) in [
        ("oPCR[0].channel=63", 0, 0x003F_0000),
        ("opcr[0].CHANNEL=0x3F", 0xFFC0_FFFF, 0xFFFF_FFFF),
        ("iPCR[1].online=1", 0x003F_0000, 0x803F_0000),
        ("iPCR[1].online=0", 0x803F_0000, 0x003F_0000),
        ("oPCR[2].payload=1023", 0xFFFF_FC00, 0xFFFF_FFFF),
        ("local.iPCR[0].reserved2=0", 0xFFFF_FFFF, 0xFFFF_0000),
        ("oPCR[0]=0x803F007A", 0x1234_5678, 0x803F_007A),
    ] {
        let setting: Setting = text.parse().unwrap();
        assert_eq!(setting.apply(before), after, "{text}");
    }
    for (text, why) in [
        ("oPCR[0].channel", "a value is missing"),
        ("oPCR[0].channel=", "channel takes a number from 0 to 63"),
        ("oPCR[0].channel=64", "channel takes a number from 0 to 63"),
        ("oPCR[0].channel=-1", "channel takes a number from 0 to 63"),
        ("oPCR[0].channel=+1", "channel takes a number from 0 to 63"),
        ("oPCR[0].channel=1=1", "channel takes a number from 0 to 63"),
        (
            "oPCR[0].payload=1024",
            "payload takes a number from 0 to 1023",
        ),
        (
            "oPCR[0]=0x100000000",
            "oPCR[0] takes a number from 0 to 4294967295",
        ),
        ("oMPR.n_plugs=1", "oMPR can't be set"),
        ("impr=0", "iMPR can't be set"),
        ("x=1", "a register is"),
    ] {
        let error = text.parse::<Setting>().unwrap_err();
        assert!(error.starts_with(why), "{text}: {error}");
    }
}

fn plug() -> impl Strategy<Value = PlugPlace> {
    let direction = prop_oneof![Just(Direction::Out), Just(Direction::In)];
    let parts = (any::<bool>(), direction, 0..=MAX_PLUG_NUMBER);
    parts.prop_map(|(local, direction, number)| PlugPlace {
        local,
        direction,
        number,
    })
}

proptest! {
    /// What `get` prints of a whole register, `set` reads: it makes the register what it was.
    #[test]
    fn set_reads_what_get_prints(plug in plug(), bits: u32, before: u32) {
        let printed = crate::commands::register_lines(Place::Plug(plug), bits);
        let after = printed.lines().fold(before, |register, line| {
            let setting: Setting = line.parse().unwrap();
            assert_eq!(setting.plug, plug, "{line}");
            setting.apply(register)
        });
        prop_assert_eq!(after, bits);
    }

    /// A path is called as it was written, whatever its case.
    #[test]
    fn paths_are_called_what_they_are(plug in plug(), upper: bool) {
        let name = plug.to_string();
        let text = if upper { name.to_uppercase() } else { name.to_lowercase() };
        let path: Path = text.parse().unwrap();
        prop_assert_eq!(path.place, Place::Plug(plug));
        prop_assert_eq!(path.place.to_string(), name);
    }

    /// Any text is read or refused.
    #[test]
    fn no_text_is_too_odd(text in "(local\\.)?[oi]?[MP]?[CP]?R?\\[?\\PC{0,3}\\]?\\.?\\PC{0,8}=?\\PC{0,4}") {
        let path = text.parse::<Path>();
        prop_assert!(path.is_err() || text.is_ascii(), "{}", text);
        if text.parse::<Setting>().is_ok() {
            prop_assert!(text.contains('=') && path.is_err(), "{}", text);
        }
    }
}
