//! Holds the structures and constants of `av61883` to the tables of facts in `tests/facts`: every
//! row of a table must be what the source says, and none may be left out.
//!
//! Not under Miri, which has nothing to find in a comparison of texts and takes minutes for it.
#![cfg(not(miri))]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use plug61883_abi::av61883::{self, CycleTime, FcpFrame, Named, NodeAddress};
use plug61883_abi::layout::{Kind, Layout, Member};
use plug61883_abi::pcr::{self, Ipcr, Opcr};
use plug61883_abi::{csr, ids};
use zerocopy::IntoBytes;

const LAYOUT_FACTS: &str = include_str!("facts/61883-layout-64bit.csv");
const CONSTANT_FACTS: &str = include_str!("facts/61883-constants.csv");

/// Bytes of a bit field's value with all bits of the field set, to first byte and bits in it.
fn bit_range(bytes: &[u8]) -> (usize, String) {
    let set: Vec<usize> = (0..bytes.len() * 8)
        .filter(|bit| bytes[bit / 8] & (1 << (bit % 8)) != 0)
        .collect();
    let (first, last) = (set[0], set[set.len() - 1]);
    assert_eq!(set.len(), last - first + 1, "a bit field has a hole");
    let byte = first / 8;
    (byte, format!("{}-{}", first - byte * 8, last - byte * 8))
}

/// The rows of a structure as the table writes them.
fn rows(layout: &Layout) -> Vec<String> {
    fn members(out: &mut Vec<String>, name: &str, list: &[Member], base: usize, depth: usize) {
        for member in list {
            let at = base + member.offset;
            let indent = "  ".repeat(depth);
            match member.kind {
                Kind::Bits(mask) => {
                    let (byte, bits) = bit_range(&mask.to_le_bytes());
                    out.push(format!(
                        "{name},{indent}{},{},{bits},,",
                        member.name,
                        at + byte
                    ));
                }
                Kind::Whole(inner) => {
                    if !member.name.is_empty() {
                        out.push(format!("{name},{indent}{},{at},,,", member.name));
                    }
                    assert_eq!(at % inner.align, 0, "{name}.{} is not aligned", member.name);
                    members(out, name, inner.members, at, depth + 1);
                }
            }
        }
    }

    let mut out = vec![format!(
        "{},,,,{},{}",
        layout.name, layout.size, layout.align
    )];
    members(&mut out, layout.name, layout.members, 0, 0);
    out
}

#[test]
fn layouts_are_the_facts() {
    let mut facts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut lines = LAYOUT_FACTS.lines();
    assert_eq!(lines.next(), Some("struct,field,offset,bits,size,align"));
    for line in lines {
        facts
            .entry(line.split(',').next().unwrap())
            .or_default()
            .push(line);
    }
    assert_eq!(facts.values().map(Vec::len).sum::<usize>(), 909);

    for layout in av61883::LAYOUTS {
        let fact = facts
            .remove(layout.name)
            .unwrap_or_else(|| panic!("no fact: {}", layout.name));
        assert_eq!(rows(layout), fact, "{}", layout.name);
    }
    assert!(facts.is_empty(), "not covered: {:?}", facts.keys());
}

#[test]
fn no_member_reaches_beyond_its_structure() {
    fn check(layout: &Layout) {
        for member in layout.members {
            if let Kind::Whole(inner) = member.kind {
                assert!(member.offset + inner.size <= layout.size, "{}", layout.name);
                check(inner);
            }
        }
    }
    av61883::LAYOUTS.iter().for_each(check);
}

/// Bit fields of the table by the bytes that the typed setters make and by what the getters read
/// from them.
#[test]
fn bit_fields_are_the_facts() {
    macro_rules! field {
        ($tag:literal, $field:literal, $value:expr, $getter:ident, $max:expr) => {{
            let value = $value;
            assert_eq!(u32::from(value.$getter()), $max, "{} {}", $tag, $field);
            let (byte, bits) = bit_range(value.as_bytes());
            (
                concat!($tag, ",", $field),
                format!("{},{byte},{bits},,", concat!($tag, ",", $field)),
            )
        }};
    }
    let o = Opcr::default();
    let i = Ipcr::default();
    let fcp = |ctype, cts| FcpFrame {
        header: FcpFrame::header(ctype, cts),
        ..FcpFrame::default()
    };
    let found = BTreeMap::from([
        field!("_OPCR", "Payload", o.with_payload(u16::MAX), payload, 1023),
        field!(
            "_OPCR",
            "OverheadID",
            o.with_overhead_id(u8::MAX),
            overhead_id,
            15
        ),
        field!("_OPCR", "DataRate", o.with_data_rate(u8::MAX), data_rate, 3),
        field!("_OPCR", "Channel", o.with_channel(u8::MAX), channel, 63),
        field!("_OPCR", "Reserved", o.with_reserved(u8::MAX), reserved, 3),
        field!(
            "_OPCR",
            "PPCCounter",
            o.with_point_to_point(u8::MAX),
            point_to_point,
            63
        ),
        field!(
            "_OPCR",
            "BCCCounter",
            o.with_broadcast(u8::MAX),
            broadcast,
            1
        ),
        field!("_OPCR", "OnLine", o.with_online(u8::MAX), online, 1),
        field!(
            "_IPCR",
            "Reserved0",
            i.with_reserved0(u16::MAX),
            reserved0,
            0xFFFF
        ),
        field!("_IPCR", "Channel", i.with_channel(u8::MAX), channel, 63),
        field!(
            "_IPCR",
            "Reserved1",
            i.with_reserved1(u8::MAX),
            reserved1,
            3
        ),
        field!(
            "_IPCR",
            "PPCCounter",
            i.with_point_to_point(u8::MAX),
            point_to_point,
            63
        ),
        field!(
            "_IPCR",
            "BCCCounter",
            i.with_broadcast(u8::MAX),
            broadcast,
            1
        ),
        field!("_IPCR", "OnLine", i.with_online(u8::MAX), online, 1),
        field!(
            "_NODE_ADDRESS",
            "NA_Node_Number",
            NodeAddress::new(0, u8::MAX),
            node,
            63
        ),
        field!(
            "_NODE_ADDRESS",
            "NA_Bus_Number",
            NodeAddress::new(u16::MAX, 0),
            bus,
            1023
        ),
        field!(
            "_CYCLE_TIME",
            "CL_CycleOffset",
            CycleTime::new(0, 0, u16::MAX),
            offset,
            4095
        ),
        field!(
            "_CYCLE_TIME",
            "CL_CycleCount",
            CycleTime::new(0, u16::MAX, 0),
            count,
            8191
        ),
        field!(
            "_CYCLE_TIME",
            "CL_SecondCount",
            CycleTime::new(u8::MAX, 0, 0),
            seconds,
            127
        ),
        field!("_FCP_FRAME", "ctype", fcp(u8::MAX, 0), ctype, 15),
        field!("_FCP_FRAME", "cts", fcp(0, u8::MAX), cts, 15),
    ]);

    let mut checked = 0;
    for line in LAYOUT_FACTS.lines().skip(1) {
        let columns: Vec<&str> = line.split(',').collect();
        if columns[3].is_empty() || columns[1].starts_with(' ') {
            continue;
        }
        // The unnamed union of AV_PCR repeats the registers, one level deeper.
        let key = format!("{},{}", columns[0], columns[1]);
        assert_eq!(
            found.get(key.as_str()).map(String::as_str),
            Some(line),
            "{key}"
        );
        checked += 1;
    }
    assert_eq!(checked, found.len());
}

/// `group,name,value` of every constant, the value as the table writes it where it is no number.
fn constants() -> Vec<(&'static str, String, String)> {
    use av61883::{
        address_type, block_period, bus_reset_notify, connect_type, diag_level, function,
        hardware_flags, monitor_notify, monitor_state, plug_location, plug_state, plug_type,
        set_unit_info_level, speed, unit_directory, unit_info_flags, unit_info_level,
    };

    let (data1, data2, data3, data4) = av61883::GUID_61883_CLASS;
    let mut guid = format!("{{{data1:08X}-{data2:04X}-{data3:04x}-");
    for (index, byte) in data4.iter().enumerate() {
        if index == 2 {
            guid.push('-');
        }
        write!(guid, "{byte:02X}").unwrap();
    }
    guid.push('}');

    let hex = |address: u64| format!("0x{address:X}");
    let mut out = vec![
        ("class", "GUID_61883_CLASS".into(), guid),
        (
            "ioctl",
            "IOCTL_61883_CLASS".into(),
            av61883::IOCTL_61883_CLASS.to_string(),
        ),
        (
            "version",
            "CURRENT_61883_DDI_VERSION".into(),
            av61883::CURRENT_DDI_VERSION.to_string(),
        ),
    ];
    let tables: [(&str, &[Named]); 17] = [
        ("function", function::TABLE),
        ("plug_state", plug_state::TABLE),
        ("speed", speed::TABLE),
        ("plug_location", plug_location::TABLE),
        ("plug_type", plug_type::TABLE),
        ("connect_type", connect_type::TABLE),
        ("unit_info_flags", unit_info_flags::TABLE),
        ("diag_level", diag_level::TABLE),
        ("get_unit_info_level", unit_info_level::TABLE),
        ("set_unit_info_level", set_unit_info_level::TABLE),
        ("address_type", address_type::TABLE),
        ("hardware_flags", hardware_flags::TABLE),
        ("block_period", block_period::TABLE),
        ("bus_reset_notify", bus_reset_notify::TABLE),
        ("unit_directory", unit_directory::TABLE),
        ("monitor_state", monitor_state::TABLE),
        ("monitor_notify", monitor_notify::TABLE),
    ];
    for (group, table) in tables {
        out.extend(
            table
                .iter()
                .map(|named| (group, named.name.into(), named.value.to_string())),
        );
    }
    for id in av61883::HARDWARE_IDS {
        let virtual_unit = if id.starts_with('V') {
            " (virtual)"
        } else {
            ""
        };
        out.push((
            "hardware_id",
            format!("61883 function driver{virtual_unit}"),
            id.into(),
        ));
    }
    let pcrs = |first: fn(u32) -> Option<u64>| {
        let base = first(0).unwrap();
        for plug in 0..=30 {
            assert_eq!(first(plug), Some(base + 4 * u64::from(plug)));
        }
        assert_eq!(first(31), None);
        assert_eq!(first(u32::MAX), None);
        format!("{}+4n (n=0..30)", hex(base))
    };
    out.extend([
        ("csr", "oMPR".into(), hex(pcr::OMPR_ADDRESS)),
        ("csr", "oPCR[n]".into(), pcrs(pcr::opcr_address)),
        ("csr", "iMPR".into(), hex(pcr::IMPR_ADDRESS)),
        ("csr", "iPCR[n]".into(), pcrs(pcr::ipcr_address)),
        ("csr", "IRM BUS_MANAGER_ID".into(), hex(csr::BUS_MANAGER_ID)),
        (
            "csr",
            "IRM BANDWIDTH_AVAILABLE".into(),
            hex(csr::BANDWIDTH_AVAILABLE),
        ),
        (
            "csr",
            "IRM CHANNELS_AVAILABLE_HI".into(),
            hex(csr::CHANNELS_AVAILABLE_HI),
        ),
        (
            "csr",
            "IRM CHANNELS_AVAILABLE_LO".into(),
            hex(csr::CHANNELS_AVAILABLE_LO),
        ),
    ]);
    out
}

/// Numbers as numbers, whatever their base; other text as it is.
fn value(text: &str) -> String {
    let number = match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => text.parse(),
    };
    number.map_or_else(|_| text.into(), |number| number.to_string())
}

#[test]
fn constants_are_the_facts() {
    let mut lines = CONSTANT_FACTS.lines();
    assert_eq!(lines.next(), Some("group,name,value"));
    let facts: Vec<(&str, String, String)> = lines
        .map(|line| {
            let mut columns = line.splitn(3, ',');
            let mut column = || columns.next().unwrap();
            (column(), column().into(), value(column()))
        })
        .collect();
    assert_eq!(facts.len(), 88);

    let found: Vec<_> = constants()
        .into_iter()
        .map(|(g, n, v)| (g, n, value(&v)))
        .collect();
    assert_eq!(found, facts);
}

#[test]
fn typed_enumerations_agree_with_the_constants() {
    use av61883::plug_type;
    assert_eq!(ids::Direction::Out as u32, plug_type::OUT);
    assert_eq!(ids::Direction::In as u32, plug_type::IN);
    assert_eq!(
        ids::Direction::from_raw(plug_type::IN),
        Some(ids::Direction::In)
    );
    assert_eq!(ids::Direction::from_raw(2), None);
}

#[test]
fn constants_have_names() {
    use av61883::{connect_type, diag_level, function, plug_state, speed, unit_info_level};
    assert_eq!(
        function::name(function::GET_UNIT_INFO),
        Some("Av61883_GetUnitInfo")
    );
    assert_eq!(
        function::name(function::MONITOR_PLUGS),
        Some("Av61883_MonitorPlugs")
    );
    for number in 0..function::MAX {
        assert!(
            function::name(number).unwrap().starts_with("Av61883_"),
            "{number}"
        );
    }
    assert_eq!(function::name(function::MAX), None);
    assert_eq!(
        plug_state::name(plug_state::ACTIVE),
        Some("CMP_PLUG_STATE_ACTIVE")
    );
    assert_eq!(plug_state::name(4), None);
    assert_eq!(speed::name(speed::S400), Some("CMP_SPEED_S400"));
    assert_eq!(
        connect_type::name(connect_type::POINT_TO_POINT),
        Some("CMP_PointToPoint")
    );
    assert_eq!(unit_info_level::name(0), None);
    assert_eq!(diag_level::ALL, 0x7F);
}
