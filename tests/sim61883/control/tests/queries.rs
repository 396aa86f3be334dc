//! What the control interface shows.

mod common;

use common::{NODE, ask, connect, list, start, summary};
use plug61883_abi::pcr::{Opcr, opcr_address};
use sim61883_control::*;
use sim61883_model::NodeConfig;
use sim61883_model::lab::DEFAULT_DELAY_MS;

#[test]
fn summary_and_lists() {
    let (mut lab, unit) = start();
    let other = lab
        .simulation
        .attach(NodeConfig {
            eui64: 5,
            inputs: 1,
            ..NODE
        })
        .unwrap();
    connect(&mut lab, unit, Some(1), Some(0));
    connect(&mut lab, other, None, Some(0));
    let Summary {
        generation,
        units,
        local_node,
        bandwidth,
        channels,
        connections,
        ..
    } = summary(&mut lab);
    assert_eq!(
        (generation, units, local_node, connections),
        (3, 2, 0xFFC2, 2)
    );
    assert_eq!(bandwidth, 4915 - 2 * 660);
    assert_eq!(channels, 0x3FFF_FFFE_FFFF_FFFF);
    let Summary {
        held,
        delayed,
        rules,
        mode,
        delay_ms,
        ddi_version,
        ..
    } = summary(&mut lab);
    assert_eq!((held, delayed, rules, ddi_version), (0, 0, 0, 3));
    assert_eq!((mode, delay_ms), (mode::ASYNCHRONOUS, DEFAULT_DELAY_MS));

    let (total, units) = list::<UnitEntry>(&mut lab, LIST_UNITS, 5);
    assert_eq!(total, 2);
    let entry = |eui64, slot, node, inputs| UnitEntry {
        eui64,
        slot,
        node,
        outputs: 2,
        inputs,
        speed: 2,
        ..Default::default()
    };
    assert_eq!(
        units,
        [entry(NODE.eui64, 0, 0xFFC0, 2), entry(5, 1, 0xFFC1, 1)]
    );

    let (total, entries) = list::<ConnectionEntry>(&mut lab, LIST_CONNECTIONS, 1);
    assert_eq!((total, entries.len()), (2, 1));
    let (_, entries) = list::<ConnectionEntry>(&mut lab, LIST_CONNECTIONS, 2);
    let first = ConnectionEntry {
        output: PlugPlace { unit: 0, number: 1 },
        input: PlugPlace { unit: 0, number: 0 },
        connect_type: 1,
        ..Default::default()
    };
    let second = ConnectionEntry {
        index: 1,
        unit: 1,
        output: PlugPlace::NONE,
        input: PlugPlace { unit: 1, number: 0 },
        connect_type: 1,
        channel: 1,
        own_bandwidth: 660,
        doomed: 0,
    };
    assert_eq!(entries, [first, second]);
    let (total, entries) = list::<ConnectionEntry>(&mut lab, LIST_CONNECTIONS, 0);
    assert_eq!((total, entries.len()), (2, 0));
}

#[test]
fn registers() {
    let (mut lab, unit) = start();
    let offset = opcr_address(0).unwrap();
    let read = |lab: &mut common::Lab, node, offset| {
        let request = ReadRequest {
            node,
            offset,
            ..Default::default()
        };
        ask::<RegisterReply>(lab, READ_REGISTER, request).unwrap()
    };
    let before = read(&mut lab, 0xFFC0, offset);
    assert_eq!((before.response, Opcr(before.value).payload()), (0, 122));
    connect(&mut lab, unit, Some(0), Some(0));
    let now = read(&mut lab, 0xFFC0, offset);
    assert_eq!(Opcr(now.value).point_to_point(), 1);
    for (old, stored) in [
        (before.value, now.value),
        (now.value, now.value + (1 << 24)),
    ] {
        let new = now.value + (1 << 24);
        let request = LockRequest {
            node: 0xFFC0,
            offset,
            old,
            new,
            ..Default::default()
        };
        let reply: RegisterReply = ask(&mut lab, LOCK_REGISTER, request).unwrap();
        assert_eq!(
            reply,
            RegisterReply {
                response: 0,
                value: now.value
            }
        );
        assert_eq!(read(&mut lab, 0xFFC0, offset).value, stored);
    }
    assert_eq!(
        read(&mut lab, 0xFFC0, 0),
        RegisterReply {
            response: 7,
            value: 0
        }
    );
    let silent = RegisterReply {
        response: NO_ACKNOWLEDGE,
        value: 0,
    };
    assert_eq!(read(&mut lab, 0xFFC5, offset), silent);
}
