//! What drivers create, add, register and set on this computer, as the control interface shows it.

mod common;

use common::{Lab, ask, list, start, summary};
use plug61883_abi::av61883::{
    Arguments, AvRequest, BusResetNotify, CreatePlug, MonitorPlugs, SetUnitDirectory, plug_type,
};
use plug61883_abi::ids::Direction;
use plug61883_abi::pcr::{Opcr, opcr_address};
use plug61883_abi::status::NtStatus;
use sim61883_control::*;
use sim61883_model::{Call, DeviceRef, Kind, Memory, NodeRef, Plug, Wish};

/// No memory.
struct Nothing;

impl Memory for Nothing {
    fn read(&self, _: u64, _: &mut [u8]) -> bool {
        false
    }

    fn write(&mut self, _: u64, _: &[u8]) -> bool {
        false
    }
}

fn send(lab: &mut Lab, unit: DeviceRef, arguments: impl Arguments) {
    let mut request = AvRequest::new(3, arguments);
    let status = lab.simulation.answer(unit, &mut request, &mut Nothing);
    assert_eq!(status, NtStatus::SUCCESS);
}

fn create(lab: &mut Lab, unit: DeviceRef, plug_type: u32, notify: u64) {
    let arguments = CreatePlug {
        plug_type,
        pcr: Opcr(0).with_online(1).with_payload(122).into(),
        notify,
        ..Default::default()
    };
    send(lab, unit, arguments);
}

fn monitor(lab: &mut Lab, unit: DeviceRef, flags: u32) {
    let arguments = MonitorPlugs {
        flags,
        notify: 0x1000,
        context: 1,
        ..Default::default()
    };
    send(lab, unit, arguments);
}

#[test]
fn lists() {
    let (mut lab, unit) = start();
    let other = lab.simulation.attach(common::NODE).unwrap();
    create(&mut lab, unit, plug_type::OUT, 0x1000);
    create(&mut lab, other, plug_type::IN, 0);
    monitor(&mut lab, unit, 1);
    let reset = BusResetNotify {
        flags: 1,
        notify: 0x1000,
        ..Default::default()
    };
    send(&mut lab, unit, reset);
    let directory = SetUnitDirectory {
        flags: 1,
        unit_spec_id: 0xA02D,
        unit_sw_version: 0x1_0001,
        ..Default::default()
    };
    send(&mut lab, other, directory);
    let wish = Wish {
        output: Some(Plug {
            node: NodeRef::Local,
            direction: Direction::Out,
            number: 0,
        }),
        input: None,
        kind: Kind::PointToPoint,
        payload: 0,
        channel: None,
    };
    lab.simulation.connect(unit, wish).unwrap();

    let (total, plugs) = list::<LocalPlugEntry>(&mut lab, LIST_LOCAL_PLUGS, 2);
    assert_eq!(total, 2);
    let first = LocalPlugEntry {
        notified: 1,
        register: plugs[0].register,
        ..Default::default()
    };
    let second = LocalPlugEntry {
        unit: 1,
        direction: 1,
        register: 0x8000_007A,
        ..Default::default()
    };
    assert_eq!(plugs, [first, second]);
    assert_eq!(Opcr(first.register).point_to_point(), 1);
    let (_, directories) = list::<DirectoryEntry>(&mut lab, LIST_DIRECTORIES, 2);
    let wanted = DirectoryEntry {
        index: 0,
        unit: 1,
        unit_spec_id: 0xA02D,
        unit_sw_version: 0x1_0001,
    };
    assert_eq!(directories, [wanted]);
    let (_, connections) = list::<ConnectionEntry>(&mut lab, LIST_CONNECTIONS, 1);
    let local = PlugPlace {
        unit: LOCAL,
        number: 0,
    };
    assert_eq!(
        (connections[0].output, connections[0].input),
        (local, PlugPlace::NONE)
    );
    let (_, units) = list::<RegistrationsEntry>(&mut lab, LIST_REGISTRATIONS, 2);
    let common = RegistrationsEntry {
        address_type: 1,
        rx_num_packets: 1,
        rx_num_descriptors: 256,
        tx_num_packets: 1,
        tx_num_descriptors: 256,
        local_plugs: 1,
        ..Default::default()
    };
    let first = RegistrationsEntry {
        bus_resets: 1,
        monitors: 1,
        plug_notifies: 1,
        callbacks_waiting: 2,
        connections: 1,
        ..common
    };
    let second = RegistrationsEntry {
        unit: 1,
        directories: 1,
        ..common
    };
    assert_eq!(units, [first, second]);
    let Summary {
        local_plugs,
        directories,
        callbacks_waiting,
        ..
    } = summary(&mut lab);
    assert_eq!((local_plugs, directories, callbacks_waiting), (2, 1, 2));
}

#[test]
fn calls_are_held_released_and_delayed() {
    let (mut lab, unit) = start();
    monitor(&mut lab, unit, 1);
    let change = |lab: &mut Lab, action, delay_ms| {
        let request = CallbacksRequest {
            action,
            delay_ms,
            ..Default::default()
        };
        ask::<CountReply>(lab, SET_CALLBACKS, request).map(|reply| reply.count)
    };
    assert_eq!(change(&mut lab, callbacks::HOLD, 0), Ok(0));
    create(&mut lab, unit, plug_type::OUT, 0);
    monitor(&mut lab, unit, 2);
    assert_eq!(lab.simulation.callbacks.take(unit), None);
    assert_eq!(change(&mut lab, callbacks::DELAY, 40), Ok(1));
    let now = summary(&mut lab);
    assert_eq!((now.callbacks_held, now.callbacks_delay_ms), (1, 40));
    assert_eq!((now.callbacks_waiting, now.callbacks_made), (1, 0));
    assert_eq!(change(&mut lab, 3, 0), Err(NtStatus::INVALID_PARAMETER));
    assert_eq!(change(&mut lab, callbacks::RELEASE, 0), Ok(1));
    assert_eq!(lab.simulation.callbacks.delay_ms(), 40);
    let call = lab.simulation.callbacks.take(unit).unwrap().call;
    assert!(matches!(call, Call::Monitor(info) if info.context == 1));
    let now = summary(&mut lab);
    assert_eq!((now.callbacks_held, now.callbacks_lost), (0, 0));
    assert_eq!((now.callbacks_waiting, now.callbacks_made), (0, 1));
}

#[test]
fn a_lock_from_another_node_is_told() {
    let (mut lab, unit) = start();
    create(&mut lab, unit, plug_type::OUT, 0x1000);
    monitor(&mut lab, unit, 1);
    let node = summary(&mut lab).local_node;
    for (old, calls) in [(1, 0), (0x8000_007A, 2)] {
        let request = LockRequest {
            node,
            offset: opcr_address(0).unwrap(),
            old,
            new: 0x8100_007A,
            ..Default::default()
        };
        let reply: RegisterReply = ask(&mut lab, LOCK_REGISTER, request).unwrap();
        assert_eq!((reply.response, reply.value), (0, 0x8000_007A));
        assert_eq!(lab.simulation.callbacks.waiting_for(unit), calls);
    }
}
