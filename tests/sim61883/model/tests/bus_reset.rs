//! Bus resets: what is gone, what is restored, what is lost.

mod common;

use common::{
    DECK, DECK_BANDWIDTH, address, assert_all_free, check, in_use, ipcr, opcr, plug,
    point_to_point, wish,
};
use plug61883_abi::ids::Direction;
use plug61883_abi::pcr::opcr_address;
use sim61883_model::csr::{BANDWIDTH_AVAILABLE, CHANNELS_AVAILABLE_HI};
use sim61883_model::irm::channel_bit;
use sim61883_model::{CmpError, DeviceRef, Kind, NodeRef, Simulation};

fn connected() -> (Simulation, DeviceRef, [u64; 4]) {
    let mut simulation = Simulation::new();
    let deck = simulation.attach(DECK).unwrap();
    let broadcast = wish(Kind::Broadcast, Some(plug(deck, Direction::Out, 2)), None);
    let listen = wish(Kind::PointToPoint, None, Some(plug(deck, Direction::In, 3)));
    let handles = [
        point_to_point(deck, 0, 0),
        point_to_point(deck, 0, 1),
        broadcast,
        listen,
    ]
    .map(|wish| simulation.connect(deck, wish).unwrap());
    (simulation, deck, handles)
}

#[test]
fn everything_is_gone_and_comes_back() {
    let (mut simulation, deck, handles) = connected();
    let before = in_use(&simulation);
    let registers = [opcr(&simulation, deck, 0).0, ipcr(&simulation, deck, 3).0];
    simulation.bus_reset();
    assert_eq!(in_use(&simulation), (0, 0));
    assert_eq!(opcr(&simulation, deck, 0).point_to_point(), 0);
    assert_eq!(opcr(&simulation, deck, 2).broadcast(), 0);
    assert_eq!(
        simulation.connect(deck, point_to_point(deck, 1, 2)),
        Err(CmpError::ResetPending)
    );

    assert_eq!(simulation.restore_connections(|lost| panic!("{lost:?}")), 0);
    assert_eq!(in_use(&simulation), before);
    assert_eq!(
        [opcr(&simulation, deck, 0).0, ipcr(&simulation, deck, 3).0],
        registers
    );
    check(&simulation);
    // Handles live through it.
    for handle in handles {
        assert!(simulation.disconnect(deck, handle));
    }
    assert_all_free(&simulation);
}

#[test]
fn restoring_twice_does_nothing() {
    let (mut simulation, _, _) = connected();
    let before = in_use(&simulation);
    assert_eq!(simulation.restore_connections(|_| ()), 0);
    assert_eq!(in_use(&simulation), before);
}

#[test]
fn a_connection_whose_channel_is_taken_meanwhile_is_lost() {
    let (mut simulation, deck, handles) = connected();
    simulation.bus_reset();
    // Another node takes channel 0 first.
    let manager = simulation.bus().resource_manager();
    let free = simulation
        .read_quadlet(manager, CHANNELS_AVAILABLE_HI)
        .unwrap();
    simulation
        .lock_quadlet(manager, CHANNELS_AVAILABLE_HI, free, free & 0x7FFF_FFFF)
        .unwrap();
    let mut lost = Vec::new();
    assert_eq!(
        simulation.restore_connections(|connection| lost.push(connection.wish)),
        2
    );
    assert_eq!(
        lost,
        [point_to_point(deck, 0, 0), point_to_point(deck, 0, 1)]
    );
    assert_eq!(in_use(&simulation).0, 2 * DECK_BANDWIDTH);
    assert_eq!(
        handles.map(|handle| simulation.disconnect(deck, handle)),
        [false, false, true, true]
    );
    assert_eq!(in_use(&simulation), (0, channel_bit(0)));
}

#[test]
fn connections_without_bandwidth_are_lost() {
    let (mut simulation, _, _) = connected();
    simulation.bus_reset();
    let manager = simulation.bus().resource_manager();
    simulation
        .lock_quadlet(manager, BANDWIDTH_AVAILABLE, 4915, DECK_BANDWIDTH)
        .unwrap();
    // The first stream with both its connections fits, the other two do not.
    assert_eq!(simulation.restore_connections(|_| ()), 2);
    assert_eq!(simulation.connections().count(), 2);
    assert_eq!(simulation.bus().free_bandwidth(), 0);
}

#[test]
fn a_stream_that_another_node_restores_first_is_joined() {
    let (mut simulation, deck, handles) = connected();
    simulation.bus_reset();
    let node = address(&simulation, deck);
    let offset = opcr_address(0).unwrap();
    let value = opcr(&simulation, deck, 0);
    let other = value
        .with_channel(40)
        .with_point_to_point(1)
        .with_overhead_id(5);
    simulation
        .lock_quadlet(node, offset, value.0, other.0)
        .unwrap();
    assert_eq!(simulation.restore_connections(|_| ()), 0);
    assert_eq!(opcr(&simulation, deck, 0).point_to_point(), 3);
    assert_eq!(ipcr(&simulation, deck, 0).channel(), 40);
    assert!(simulation.disconnect(deck, handles[0]));
    assert!(simulation.disconnect(deck, handles[1]));
    assert_eq!(opcr(&simulation, deck, 0).point_to_point(), 1);
}

#[test]
fn a_plug_that_went_off_line_loses_its_connection() {
    let (mut simulation, deck, _) = connected();
    simulation.set_online(NodeRef::Device(deck), Direction::Out, 2, false);
    simulation.bus_reset();
    assert_eq!(simulation.restore_connections(|_| ()), 1);
    check(&simulation);
}

#[test]
fn a_connection_may_be_broken_before_it_is_restored() {
    let (mut simulation, deck, handles) = connected();
    simulation.bus_reset();
    assert!(simulation.disconnect(deck, handles[0]));
    assert!(simulation.disconnect(deck, handles[2]));
    assert_eq!(in_use(&simulation), (0, 0));
    assert_eq!(simulation.restore_connections(|_| ()), 0);
    assert_eq!(opcr(&simulation, deck, 0).point_to_point(), 1);
    check(&simulation);
}

#[test]
fn breaking_before_the_restoring_leaves_the_others_alone() {
    let (mut simulation, deck, handles) = connected();
    simulation.bus_reset();
    // Another node was first: it has the plug again, and what the driver's streams took.
    let node = address(&simulation, deck);
    let offset = opcr_address(0).unwrap();
    let value = opcr(&simulation, deck, 0);
    let other = value.with_channel(0).with_point_to_point(1).0;
    simulation
        .lock_quadlet(node, offset, value.0, other)
        .unwrap();
    let manager = simulation.bus().resource_manager();
    let free = simulation
        .read_quadlet(manager, CHANNELS_AVAILABLE_HI)
        .unwrap();
    simulation
        .lock_quadlet(manager, CHANNELS_AVAILABLE_HI, free, free & 0x3FFF_FFFF)
        .unwrap();
    simulation
        .lock_quadlet(manager, BANDWIDTH_AVAILABLE, 4915, 1000)
        .unwrap();
    let before = in_use(&simulation);
    for handle in handles {
        assert!(simulation.disconnect(deck, handle));
    }
    assert_eq!(in_use(&simulation), before);
    assert_eq!(opcr(&simulation, deck, 0).point_to_point(), 1);
}

#[test]
fn a_device_that_leaves_takes_its_connections_along() {
    let (mut simulation, deck, _) = connected();
    let camera = simulation.attach(DECK).unwrap();
    let mine = simulation
        .connect(camera, point_to_point(camera, 0, 0))
        .unwrap();
    let across = wish(
        Kind::PointToPoint,
        Some(plug(camera, Direction::Out, 0)),
        Some(plug(deck, Direction::In, 2)),
    );
    let _ = simulation.connect(camera, across).unwrap();
    check(&simulation);
    simulation.detach(deck);
    check(&simulation);
    assert_eq!(simulation.connections().count(), 1);
    assert_eq!(opcr(&simulation, camera, 0).point_to_point(), 1);
    assert!(simulation.disconnect(camera, mine));
    assert_all_free(&simulation);
}

#[test]
fn a_connection_can_be_marked_to_be_lost_at_the_next_reset() {
    let (mut simulation, deck, handles) = connected();
    assert!(simulation.doom_connection(0));
    assert!(!simulation.doom_connection(9));
    assert!(!simulation.doom_connection(u16::MAX));
    assert_eq!(
        simulation.doom_connections(|connection| connection.made.channel == 0),
        1
    );
    assert_eq!(
        simulation.doom_connections(|connection| connection.made.channel == 0),
        0
    );
    // Nothing happens before that.
    check(&simulation);
    assert_eq!(opcr(&simulation, deck, 0).point_to_point(), 2);
    assert_eq!(simulation.reset_and_restore(), 2);
    check(&simulation);
    assert_eq!(opcr(&simulation, deck, 0).point_to_point(), 0);
    assert_eq!(
        handles.map(|handle| simulation.disconnect(deck, handle)),
        [false, false, true, true]
    );
    assert_all_free(&simulation);
    // The mark goes with the connection.
    let again = simulation
        .connect(deck, point_to_point(deck, 0, 0))
        .unwrap();
    assert_eq!(simulation.reset_and_restore(), 0);
    assert!(simulation.disconnect(deck, again));
}
