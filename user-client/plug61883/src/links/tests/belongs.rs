//! To which device something belongs.

use proptest::prelude::*;

use crate::links::{BelongsTo, DeviceNode, FireWire, Problem, device_of_interface, is_1394_device};

#[test]
fn devices_of_1394_are_known_by_their_enumerator() {
    for id in [
        r"1394\SIM&UNIT\1",
        r"v1394\NIC1394\1",
        r"61883\A\0",
        r"AVC\X&Y\0",
    ] {
        assert!(is_1394_device(id), "{id}");
    }
    for id in [
        "",
        "1394",
        r"13941\A\0",
        r"PCI\VEN_1394\0",
        r"USB\1394\0",
        r"\1394\A\0",
    ] {
        assert!(!is_1394_device(id), "{id}");
    }
}

#[test]
fn the_device_tree_counts_and_names_only_hint() {
    let some = |id: &str| Some(id.to_owned());
    let parents = [r"1394\SIM&UNIT\1".to_owned(), r"PCI\VEN_104C\1".to_owned()];
    let cases = [
        (some(r"1394\SIM\1"), &[][..], "", FireWire::Yes),
        (some(r"DICE\A\1"), &parents[..], "", FireWire::Yes),
        (some(r"DICE\A\1"), &parents[1..], "", FireWire::No),
        (some(r"PCI\A\1"), &[], "1394 Net Adapter", FireWire::Perhaps),
        (None, &[], "FireWire audio", FireWire::Perhaps),
        (None, &[], "Ethernet", FireWire::Unknown),
    ];
    for (device, parents, name, fire_wire) in cases {
        let belongs_to = BelongsTo::judge(device, parents, name);
        assert_eq!(belongs_to.fire_wire, fire_wire, "{belongs_to:?} {name}");
        assert_eq!(belongs_to.is_fire_wire(), fire_wire == FireWire::Yes);
    }
    assert_eq!(BelongsTo::no_device().fire_wire, FireWire::No);
}

#[test]
fn device_interface_paths_name_their_device() {
    let cases = [
        (
            r"{2}.\\?\1394#sim&unit#1&2#{6994ad04-93ef-11d0-a3cc-00a0c9223196}\topo",
            Some(r"1394\SIM&UNIT\1&2"),
        ),
        (r"\\?\usb#vid#7#{x}", Some(r"USB\VID\7")),
        ("{0.0.0.00000000}.{e0}", None),
        (r"\\?\root", None),
        (r"\\?\a##b#{x}", None),
        (r"\\?\a\b#c#d#{x}", None),
        ("", None),
    ];
    for (path, device) in cases {
        assert_eq!(device_of_interface(path).as_deref(), device, "{path}");
    }
}

proptest! {
    #[test]
    fn any_text_is_taken(path in ".*", name in ".*") {
        let device = device_of_interface(&path);
        if let Some(device) = &device {
            prop_assert_eq!(device.split('\\').count(), 3);
        }
        let known = device.is_some();
        let belongs_to = BelongsTo::judge(device, &[], &name);
        if !known {
            prop_assert_ne!(belongs_to.fire_wire, FireWire::No);
        }
    }
}

#[test]
fn a_device_tells_its_state() {
    let mut device = DeviceNode {
        instance: r"PCI\VEN\1".to_owned(),
        status: 0x0000_000A,
        ..DeviceNode::default()
    };
    assert!(device.is_loaded() && device.is_started() && !device.is_fire_wire());
    assert_eq!(device.has_problem(), None);
    device.class = "1394".to_owned();
    device.status = 0x0000_0400;
    device.problem = Problem::DISABLED;
    assert!(!device.is_loaded() && !device.is_started() && device.is_fire_wire());
    assert_eq!(device.has_problem(), Some(Problem::DISABLED));
}
