//! The calls that registered routines are to get.

mod common;

use common::requests::{bus_reset_notify, create_plug, delete_plug, monitor_plugs, set_plug};
use common::{DECK, bus_with, local_plug, pcr, plug, swap, wish};
use plug61883_abi::av61883::{
    AvPcr, BusGenerationNode, MonitorInfo, PlugNotifyInfo, monitor_state, plug_type,
};
use plug61883_abi::ids::Direction;
use plug61883_abi::pcr::Opcr;
use plug61883_abi::status::NtStatus;
use sim61883_model::callbacks::{MAX_REGISTRATIONS, MAX_WAITING};
use sim61883_model::{Call, DeviceRef, Kind, Notification, Simulation};

const OK: NtStatus = NtStatus::SUCCESS;
const BAD: NtStatus = NtStatus::INVALID_PARAMETER;
const REGISTER: u32 = 1;
const DEREGISTER: u32 = 2;
const ROUTINE: u64 = 0xFFFF_F800_0000_1000;

fn calls(simulation: &mut Simulation, unit: DeviceRef) -> Vec<Notification> {
    std::iter::from_fn(|| simulation.callbacks.take(unit)).collect()
}

fn resets(simulation: &mut Simulation, unit: DeviceRef) -> Vec<(u64, u64, BusGenerationNode)> {
    let told = |notification: Notification| match notification.call {
        Call::BusReset { context, node } => (notification.routine, context, node),
        other => panic!("{other:?}"),
    };
    calls(simulation, unit).into_iter().map(told).collect()
}

fn monitored(simulation: &mut Simulation, unit: DeviceRef) -> Vec<MonitorInfo> {
    let told = |notification: Notification| match notification.call {
        Call::Monitor(info) => info,
        other => panic!("{other:?}"),
    };
    calls(simulation, unit).into_iter().map(told).collect()
}

fn register(simulation: &Simulation) -> AvPcr {
    AvPcr(pcr(simulation, local_plug(Direction::Out, 0)).unwrap())
}

#[test]
fn bus_resets() {
    let (mut simulation, deck) = bus_with(DECK);
    let other = simulation.attach(DECK).unwrap();
    let simulation = &mut simulation;
    for (unit, context) in [(deck, 1), (deck, 2), (other, 1)] {
        let done = bus_reset_notify(simulation, unit, REGISTER, (ROUTINE, context));
        assert_eq!(done, OK);
    }
    assert_eq!(calls(simulation, deck), []);
    simulation.reset_and_restore();
    let node = simulation.generation_node(deck).unwrap();
    assert_eq!(node.generation, simulation.bus().generation());
    assert_eq!((node.local_node.0, node.device_node.0), (0xFFC2, 0xFFC0));
    assert!(simulation.callbacks.due(deck) && simulation.callbacks.due(other));
    assert_eq!(
        resets(simulation, deck),
        [(ROUTINE, 1, node), (ROUTINE, 2, node)]
    );
    assert!(!simulation.callbacks.due(deck) && simulation.callbacks.any_due());
    let node = simulation.generation_node(other).unwrap();
    assert_eq!(node.device_node.0, 0xFFC1);
    // A later reset takes the place of one that waits.
    simulation.reset_and_restore();
    simulation.reset_and_restore();
    let node = BusGenerationNode {
        generation: node.generation + 2,
        ..node
    };
    assert_eq!(resets(simulation, other), [(ROUTINE, 1, node)]);
    // Devices that come and go reset the bus, too.
    assert_eq!(calls(simulation, deck).len(), 2);
    simulation.detach(deck);
    let node = simulation.generation_node(other).unwrap();
    assert_eq!(node.device_node.0, 0xFFC0);
    assert_eq!(resets(simulation, other), [(ROUTINE, 1, node)]);
    assert_eq!(simulation.callbacks.called(), 6);
}

#[test]
fn registrations_that_are_refused() {
    let (mut simulation, deck) = bus_with(DECK);
    let other = simulation.attach(DECK).unwrap();
    for ask in [bus_reset_notify, monitor_plugs] {
        let mut ask = |unit, flags, routine| ask(&mut simulation, unit, flags, routine);
        for flags in [0, 3, 4, 5, u32::MAX] {
            assert_eq!(ask(deck, flags, (ROUTINE, 1)), BAD);
        }
        assert_eq!(ask(deck, REGISTER, (0, 1)), BAD);
        assert_eq!(ask(deck, DEREGISTER, (ROUTINE, 1)), BAD);
        assert_eq!(ask(deck, REGISTER, (ROUTINE, 1)), OK);
        assert_eq!(ask(deck, REGISTER, (ROUTINE, 1)), BAD);
        for (unit, routine) in [
            (other, (ROUTINE, 1)),
            (deck, (ROUTINE + 16, 1)),
            (deck, (ROUTINE, 2)),
        ] {
            assert_eq!(ask(unit, DEREGISTER, routine), BAD);
        }
        for context in 2..=MAX_REGISTRATIONS as u64 {
            assert_eq!(ask(deck, REGISTER, (ROUTINE, context)), OK);
        }
        let full = ask(other, REGISTER, (ROUTINE, 1));
        assert_eq!(full, NtStatus::INSUFFICIENT_RESOURCES);
        for context in 1..=MAX_REGISTRATIONS as u64 {
            assert_eq!(ask(deck, DEREGISTER, (ROUTINE, context)), OK);
        }
        assert_eq!(ask(deck, DEREGISTER, (ROUTINE, 1)), BAD);
    }
    assert_eq!(simulation.callbacks.bus_reset_registrations(deck), 0);
    assert_eq!(simulation.callbacks.monitor_registrations(deck), 0);
}

#[test]
fn monitors_are_told_of_every_plug() {
    let (mut simulation, deck) = bus_with(DECK);
    let other = simulation.attach(DECK).unwrap();
    let simulation = &mut simulation;
    assert_eq!(monitor_plugs(simulation, other, REGISTER, (ROUTINE, 9)), OK);
    let (_, _, handle) = create_plug(simulation, deck, plug_type::OUT, (0, 0));
    let info = |state, pcr| MonitorInfo {
        state,
        plug_number: 0,
        plug_type: plug_type::OUT,
        pcr,
        context: 9,
    };
    let told = |simulation: &mut Simulation, states: &[u32]| {
        let pcr = register(simulation);
        let wanted: Vec<_> = states.iter().map(|&state| info(state, pcr)).collect();
        assert_eq!(monitored(simulation, other), wanted);
    };
    told(simulation, &[monitor_state::CREATED]);
    // The creator.
    assert_eq!(set_plug(simulation, deck, handle, 0x803F_0079), OK);
    told(simulation, &[monitor_state::UPDATED]);
    assert_eq!(set_plug(simulation, deck, handle, 0x803F_0079), OK);
    told(simulation, &[]);
    // The protocol driver.
    let to = wish(
        Kind::PointToPoint,
        Some(local_plug(Direction::Out, 0)),
        Some(plug(deck, Direction::In, 0)),
    );
    let connection = simulation.connect(deck, to).unwrap();
    told(simulation, &[monitor_state::UPDATED]);
    // A bus reset, before the connection is restored and after.
    simulation.bus_reset();
    told(simulation, &[monitor_state::UPDATED]);
    simulation.restore_connections(|_| ());
    told(simulation, &[monitor_state::UPDATED]);
    assert!(simulation.disconnect(deck, connection));
    told(simulation, &[monitor_state::UPDATED]);
    // Another node; a lock that fails changes nothing.
    swap(simulation, local_plug(Direction::Out, 0), |old| {
        old.with_point_to_point(3)
    });
    told(simulation, &[monitor_state::UPDATED]);
    let (node, offset) = (simulation.bus().local_address(), 0xFFFF_F000_0904);
    simulation.lock_quadlet(node, offset, 0, 5).unwrap();
    told(simulation, &[]);
    // Changes of what was told and waits still are told as one, with the last value.
    assert_eq!(set_plug(simulation, deck, handle, 1), OK);
    assert_eq!(set_plug(simulation, deck, handle, 2), OK);
    told(simulation, &[monitor_state::UPDATED]);
    // Creation and removal are told each.
    assert_eq!(set_plug(simulation, deck, handle, 3), OK);
    assert_eq!(delete_plug(simulation, deck, handle), OK);
    let (_, _, handle) = create_plug(simulation, deck, plug_type::OUT, (0, 0));
    assert_eq!(set_plug(simulation, deck, handle, 4), OK);
    let wanted = [
        info(monitor_state::UPDATED, AvPcr(3)),
        info(monitor_state::REMOVED, AvPcr(3)),
        info(monitor_state::CREATED, AvPcr(0x803F_007A)),
        info(monitor_state::UPDATED, AvPcr(4)),
    ];
    assert_eq!(monitored(simulation, other), wanted);
    // A plug that goes with its unit is told to the others.
    simulation.detach(deck);
    assert_eq!(
        monitored(simulation, other),
        [info(monitor_state::REMOVED, AvPcr(4))]
    );
}

#[test]
fn the_creator_is_told_of_changes_of_its_plug() {
    let (mut simulation, deck) = bus_with(DECK);
    let other = simulation.attach(DECK).unwrap();
    let simulation = &mut simulation;
    let (_, _, handle) = create_plug(simulation, deck, plug_type::IN, (ROUTINE, 5));
    let (_, _, quiet) = create_plug(simulation, deck, plug_type::IN, (0, 5));
    assert_eq!(calls(simulation, deck), []);
    let there = local_plug(Direction::In, 0);
    for count in [1, 2] {
        swap(simulation, there, |old| old.with_point_to_point(count));
    }
    swap(simulation, local_plug(Direction::In, 1), |old| {
        old.with_point_to_point(1)
    });
    let call = Call::Plug(PlugNotifyInfo {
        plug: handle,
        pcr: AvPcr(pcr(simulation, there).unwrap()),
        context: 5,
        ..Default::default()
    });
    let wanted = Notification {
        unit: deck,
        routine: ROUTINE,
        call,
    };
    assert_eq!(calls(simulation, other), []);
    assert_eq!(calls(simulation, deck), [wanted]);
    // Nothing comes after the deletion.
    swap(simulation, there, |old| old.with_point_to_point(4));
    assert_eq!(delete_plug(simulation, deck, handle), OK);
    assert_eq!(delete_plug(simulation, deck, quiet), OK);
    assert_eq!(calls(simulation, deck), []);
}

#[test]
fn deregistering_takes_back_what_waits() {
    let (mut simulation, deck) = bus_with(DECK);
    let simulation = &mut simulation;
    for context in [1, 2] {
        let routine = (ROUTINE, context);
        assert_eq!(bus_reset_notify(simulation, deck, REGISTER, routine), OK);
        assert_eq!(monitor_plugs(simulation, deck, REGISTER, routine), OK);
    }
    let (_, _, handle) = create_plug(simulation, deck, plug_type::OUT, (ROUTINE, 1));
    simulation.reset_and_restore();
    assert_eq!(set_plug(simulation, deck, handle, 1), OK);
    // Of each: two resets, two creations, two updates; the plug's own change.
    assert_eq!(simulation.callbacks.waiting_for(deck), 7);
    assert_eq!(
        bus_reset_notify(simulation, deck, DEREGISTER, (ROUTINE, 1)),
        OK
    );
    assert_eq!(simulation.callbacks.waiting(), 6);
    assert_eq!(
        monitor_plugs(simulation, deck, DEREGISTER, (ROUTINE, 1)),
        OK
    );
    assert_eq!(simulation.callbacks.waiting(), 4);
    assert_eq!(delete_plug(simulation, deck, handle), OK);
    let left = calls(simulation, deck);
    let of_2 = |notification: &Notification| match notification.call {
        Call::BusReset { context, .. } => context == 2,
        Call::Monitor(info) => info.context == 2,
        Call::Plug(_) => false,
    };
    assert_eq!(left.len(), 4);
    assert!(left.iter().all(of_2));
}

#[test]
fn held_calls_come_at_the_release_even_when_deregistered() {
    let (mut simulation, deck) = bus_with(DECK);
    let other = simulation.attach(DECK).unwrap();
    let simulation = &mut simulation;
    for unit in [deck, other] {
        assert_eq!(
            bus_reset_notify(simulation, unit, REGISTER, (ROUTINE, 1)),
            OK
        );
        assert_eq!(monitor_plugs(simulation, unit, REGISTER, (ROUTINE, 1)), OK);
    }
    let (_, _, handle) = create_plug(simulation, deck, plug_type::OUT, (ROUTINE, 2));
    simulation.callbacks.hold();
    simulation.reset_and_restore();
    assert_eq!(set_plug(simulation, deck, handle, 1), OK);
    assert_eq!(calls(simulation, deck), []);
    assert!(!simulation.callbacks.due(deck) && !simulation.callbacks.any_due());
    let waiting = simulation.callbacks.waiting();
    assert_eq!(
        bus_reset_notify(simulation, deck, DEREGISTER, (ROUTINE, 1)),
        OK
    );
    assert_eq!(
        monitor_plugs(simulation, deck, DEREGISTER, (ROUTINE, 1)),
        OK
    );
    assert_eq!(delete_plug(simulation, deck, handle), OK);
    // One more: the other unit's monitor is told of the removal.
    assert_eq!(simulation.callbacks.waiting(), waiting + 1);
    // No new ones for what is deregistered.
    simulation.reset_and_restore();
    assert_eq!(simulation.callbacks.waiting(), waiting + 1);
    // A unit that leaves is never called.
    simulation.detach(other);
    simulation.callbacks.release();
    assert_eq!(calls(simulation, other), []);
    let kinds: Vec<_> = calls(simulation, deck)
        .iter()
        .map(|notification| match notification.call {
            Call::BusReset { .. } => 'r',
            Call::Monitor(_) => 'm',
            Call::Plug(_) => 'p',
        })
        .collect();
    assert_eq!(kinds, ['m', 'r', 'p', 'm']);
    assert_eq!(simulation.callbacks.waiting(), 0);
}

#[test]
fn calls_past_the_limit_are_lost_and_counted() {
    let (mut simulation, deck) = bus_with(DECK);
    simulation.callbacks.hold();
    assert_eq!(
        monitor_plugs(&mut simulation, deck, REGISTER, (ROUTINE, 1)),
        OK
    );
    for _ in 0..MAX_WAITING {
        let (_, _, handle) = create_plug(&mut simulation, deck, plug_type::IN, (0, 0));
        assert_eq!(delete_plug(&mut simulation, deck, handle), OK);
    }
    assert_eq!(simulation.callbacks.waiting(), MAX_WAITING);
    assert_eq!(simulation.callbacks.lost() as usize, MAX_WAITING);
    simulation.callbacks.release();
    assert_eq!(calls(&mut simulation, deck).len(), MAX_WAITING);
    let (_, _, handle) = create_plug(&mut simulation, deck, plug_type::IN, (0, 0));
    assert_eq!(calls(&mut simulation, deck).len(), 1);
    assert_eq!(set_plug(&mut simulation, deck, handle, Opcr(1).0), OK);
    assert_eq!(calls(&mut simulation, deck).len(), 1);
}
