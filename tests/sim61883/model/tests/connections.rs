//! Connections, case by case.

mod common;

use common::{
    DECK, DECK_BANDWIDTH, assert_all_free, bus_with, check, in_use, ipcr, opcr, plug,
    point_to_point, wish,
};
use plug61883_abi::ids::Direction;
use sim61883_model::irm::{INITIAL_CHANNELS, channel_bit};
use sim61883_model::resources::ResourceError;
use sim61883_model::{CmpError, Kind, MAX_CONNECTIONS, NodeConfig, NodeRef};

#[test]
fn point_to_point_makes_and_unmakes_all_of_it() {
    let (mut simulation, deck) = bus_with(DECK);
    let handle = simulation
        .connect(deck, point_to_point(deck, 1, 2))
        .unwrap();
    let output = opcr(&simulation, deck, 1);
    assert_eq!(
        (
            output.point_to_point(),
            output.broadcast(),
            output.channel()
        ),
        (1, 0, 0)
    );
    assert_eq!(
        (output.data_rate(), output.overhead_id(), output.payload()),
        (2, 5, 122)
    );
    let input = ipcr(&simulation, deck, 2);
    assert_eq!(
        (input.point_to_point(), input.broadcast(), input.channel()),
        (1, 0, 0)
    );
    assert_eq!(in_use(&simulation), (DECK_BANDWIDTH, channel_bit(0)));
    check(&simulation);
    assert!(simulation.disconnect(deck, handle));
    assert_all_free(&simulation);
    assert!(!simulation.disconnect(deck, handle));
}

#[test]
fn overlay_shares_channel_and_bandwidth() {
    let (mut simulation, deck) = bus_with(DECK);
    let first = simulation
        .connect(deck, point_to_point(deck, 0, 0))
        .unwrap();
    let same = simulation
        .connect(deck, point_to_point(deck, 0, 0))
        .unwrap();
    let other = simulation
        .connect(deck, point_to_point(deck, 0, 1))
        .unwrap();
    assert_eq!(opcr(&simulation, deck, 0).point_to_point(), 3);
    assert_eq!(ipcr(&simulation, deck, 0).point_to_point(), 2);
    assert_eq!(ipcr(&simulation, deck, 1).channel(), 0);
    assert_eq!(in_use(&simulation), (DECK_BANDWIDTH, channel_bit(0)));
    for handle in [first, other] {
        assert!(simulation.disconnect(deck, handle));
        assert_eq!(in_use(&simulation), (DECK_BANDWIDTH, channel_bit(0)));
        check(&simulation);
    }
    assert!(simulation.disconnect(deck, same));
    assert_all_free(&simulation);
}

#[test]
fn plugs_of_two_units() {
    let (mut simulation, deck) = bus_with(DECK);
    let camera = simulation.attach(NodeConfig { speed: 0, ..DECK }).unwrap();
    let request = wish(
        Kind::PointToPoint,
        Some(plug(deck, Direction::Out, 0)),
        Some(plug(camera, Direction::In, 0)),
    );
    let handle = simulation.connect(deck, request).unwrap();
    // The slower one sets the speed.
    assert_eq!(opcr(&simulation, deck, 0).data_rate(), 0);
    assert_eq!(in_use(&simulation).0, 2160);
    check(&simulation);
    // The handle belongs to the unit through which it was made.
    assert!(!simulation.disconnect(camera, handle));
    assert!(simulation.disconnect(deck, handle));
    assert_all_free(&simulation);

    // A stream at S400 is too fast to be joined.
    let fast = simulation
        .connect(deck, point_to_point(deck, 0, 0))
        .unwrap();
    assert_eq!(simulation.connect(deck, request), Err(CmpError::TooFast));
    assert!(simulation.disconnect(deck, fast));
    assert_all_free(&simulation);
}

#[test]
fn output_only_and_input_only() {
    let (mut simulation, deck) = bus_with(DECK);
    let output = wish(
        Kind::PointToPoint,
        Some(plug(deck, Direction::Out, 3)),
        None,
    );
    let input = wish(Kind::PointToPoint, None, Some(plug(deck, Direction::In, 3)));
    let talk = simulation.connect(deck, output).unwrap();
    let listen = simulation.connect(deck, input).unwrap();
    assert_eq!(ipcr(&simulation, deck, 3).channel(), 1);
    assert_eq!(
        in_use(&simulation),
        (2 * DECK_BANDWIDTH, channel_bit(0) | channel_bit(1))
    );
    check(&simulation);
    // Nothing can be laid over a stream without an output plug.
    assert_eq!(simulation.connect(deck, input), Err(CmpError::InUse));
    assert_eq!(
        simulation.connect(deck, point_to_point(deck, 3, 3)),
        Err(CmpError::InUse)
    );
    assert!(simulation.disconnect(deck, talk));
    check(&simulation);
    assert!(simulation.disconnect(deck, listen));
    assert_all_free(&simulation);
}

#[test]
fn an_input_listens_to_one_stream() {
    let (mut simulation, deck) = bus_with(DECK);
    let _ = simulation
        .connect(deck, point_to_point(deck, 0, 0))
        .unwrap();
    let before = in_use(&simulation);
    assert_eq!(
        simulation.connect(deck, point_to_point(deck, 1, 0)),
        Err(CmpError::InUse)
    );
    let _ = simulation
        .connect(deck, point_to_point(deck, 1, 1))
        .unwrap();
    assert_eq!(
        simulation.connect(deck, point_to_point(deck, 1, 0)),
        Err(CmpError::InUse)
    );
    assert_eq!(in_use(&simulation).0, before.0 * 2);
    check(&simulation);
}

#[test]
fn refused_wishes_change_nothing() {
    let (mut simulation, deck) = bus_with(DECK);
    let gone = simulation.attach(DECK).unwrap();
    simulation.detach(gone);
    simulation.set_online(NodeRef::Device(deck), Direction::Out, 3, false);
    simulation.set_online(NodeRef::Device(deck), Direction::In, 3, false);
    let out = |number| Some(plug(deck, Direction::Out, number));
    let into = |number| Some(plug(deck, Direction::In, number));
    for kind in [Kind::PointToPoint, Kind::Broadcast] {
        for (output, input, error) in [
            (None, None, CmpError::BadPlugs),
            (into(0), None, CmpError::BadPlugs),
            (None, out(0), CmpError::BadPlugs),
            (into(0), out(0), CmpError::BadPlugs),
            (out(0), out(1), CmpError::BadPlugs),
            (out(4), into(0), CmpError::NoSuchPlug),
            (out(0), into(4), CmpError::NoSuchPlug),
            (out(255), None, CmpError::NoSuchPlug),
            (None, into(31), CmpError::NoSuchPlug),
            (
                Some(plug(gone, Direction::Out, 0)),
                into(0),
                CmpError::NoSuchPlug,
            ),
            (
                out(0),
                Some(plug(gone, Direction::In, 0)),
                CmpError::NoSuchPlug,
            ),
            (out(3), into(0), CmpError::OffLine),
            (out(0), into(3), CmpError::OffLine),
            (out(3), None, CmpError::OffLine),
            (None, into(3), CmpError::OffLine),
        ] {
            let request = wish(kind, output, input);
            assert_eq!(simulation.connect(deck, request), Err(error), "{request:?}");
            assert_all_free(&simulation);
        }
    }
}

#[test]
fn counters_end_at_63() {
    let (mut simulation, deck) = bus_with(DECK);
    let handles: Vec<_> = (0..63)
        .map(|count| {
            simulation
                .connect(deck, point_to_point(deck, 0, count % 2))
                .unwrap()
        })
        .collect();
    assert_eq!(opcr(&simulation, deck, 0).point_to_point(), 63);
    for input in 0..3 {
        let refused = simulation.connect(deck, point_to_point(deck, 0, input));
        assert_eq!(refused, Err(CmpError::CounterFull));
    }
    check(&simulation);
    assert!(simulation.disconnect(deck, handles[17]));
    assert!(simulation.connect(deck, point_to_point(deck, 0, 2)).is_ok());
    assert_eq!(simulation.drop_connections(|_| true), 63);
    assert_all_free(&simulation);
}

#[test]
fn bandwidth_runs_out() {
    let (mut simulation, deck) = bus_with(NodeConfig {
        outputs: 31,
        inputs: 31,
        ..DECK
    });
    for number in 0..7 {
        assert!(
            simulation
                .connect(deck, point_to_point(deck, number, number))
                .is_ok()
        );
    }
    assert_eq!(simulation.bus().free_bandwidth(), 4915 - 7 * DECK_BANDWIDTH);
    assert_eq!(
        simulation.connect(deck, point_to_point(deck, 7, 7)),
        Err(CmpError::Resource(ResourceError::Bandwidth))
    );
    // What is there can still be joined.
    assert!(simulation.connect(deck, point_to_point(deck, 6, 7)).is_ok());
    check(&simulation);
}

#[test]
fn channels_run_out() {
    let small = NodeConfig {
        outputs: 31,
        inputs: 31,
        payload: 1,
        ..DECK
    };
    let (mut simulation, first) = bus_with(small);
    let manager = simulation.bus().resource_manager();
    // Leave bandwidth aside: the last channels go by an outside client.
    for offset in [0xFFFF_F000_0224, 0xFFFF_F000_0228] {
        let free = simulation.read_quadlet(manager, offset).unwrap();
        let keep = if offset & 4 == 4 {
            0x8000_0000
        } else {
            0x0000_0001
        };
        simulation
            .lock_quadlet(manager, offset, free, free & keep)
            .unwrap();
    }
    assert_eq!(
        simulation.bus().resources().channels(),
        INITIAL_CHANNELS & (channel_bit(0) | channel_bit(63))
    );
    assert!(
        simulation
            .connect(first, point_to_point(first, 0, 0))
            .is_ok()
    );
    assert!(
        simulation
            .connect(first, point_to_point(first, 1, 1))
            .is_ok()
    );
    assert_eq!(opcr(&simulation, first, 1).channel(), 63);
    let before = simulation.bus().free_bandwidth();
    assert_eq!(
        simulation.connect(first, point_to_point(first, 2, 2)),
        Err(CmpError::Resource(ResourceError::Channel))
    );
    assert_eq!(simulation.bus().free_bandwidth(), before);
}

#[test]
fn the_table_gets_full() {
    let (mut simulation, deck) = bus_with(NodeConfig {
        outputs: 31,
        inputs: 31,
        payload: 1,
        ..DECK
    });
    for count in 0..MAX_CONNECTIONS {
        let number = (count / 63) as u8;
        simulation
            .connect(deck, point_to_point(deck, number, number))
            .unwrap();
    }
    assert_eq!(
        simulation.connect(deck, point_to_point(deck, 20, 20)),
        Err(CmpError::TableFull)
    );
    check(&simulation);
    simulation.detach(deck);
    assert_eq!(simulation.connections().count(), 0);
    assert_eq!(in_use(&simulation), (0, 0));
}

#[test]
fn a_plug_that_goes_off_line_keeps_its_connections() {
    let (mut simulation, deck) = bus_with(DECK);
    let handle = simulation
        .connect(deck, point_to_point(deck, 0, 0))
        .unwrap();
    assert!(simulation.set_online(NodeRef::Device(deck), Direction::Out, 0, false));
    assert!(!simulation.set_online(NodeRef::Device(deck), Direction::Out, 4, false));
    assert_eq!(
        simulation.connect(deck, point_to_point(deck, 0, 1)),
        Err(CmpError::OffLine)
    );
    assert_eq!(opcr(&simulation, deck, 0).point_to_point(), 1);
    assert!(simulation.disconnect(deck, handle));
    assert_all_free(&simulation);
}
