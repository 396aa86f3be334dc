//! Broadcast connections.

mod common;

use common::{
    DECK, DECK_BANDWIDTH, address, assert_all_free, bus_with, check, in_use, ipcr, opcr, plug,
    point_to_point, wish,
};
use plug61883_abi::ids::Direction;
use plug61883_abi::pcr::OMPR_ADDRESS;
use sim61883_model::irm::channel_bit;
use sim61883_model::resources::ResourceError;
use sim61883_model::{CmpError, Kind};

#[test]
fn broadcast_out_and_in() {
    let (mut simulation, deck) = bus_with(DECK);
    let out = wish(Kind::Broadcast, Some(plug(deck, Direction::Out, 0)), None);
    let into = wish(Kind::Broadcast, None, Some(plug(deck, Direction::In, 0)));
    let talk = simulation.connect(deck, out).unwrap();
    assert_eq!(in_use(&simulation), (DECK_BANDWIDTH, channel_bit(63)));
    assert_eq!(opcr(&simulation, deck, 0).broadcast(), 1);
    assert_eq!(simulation.connect(deck, out), Err(CmpError::CounterFull));
    // Channel 63 is taken for every other plug.
    let second = wish(Kind::Broadcast, Some(plug(deck, Direction::Out, 1)), None);
    assert_eq!(
        simulation.connect(deck, second),
        Err(CmpError::Resource(ResourceError::Channel))
    );
    let listen = simulation.connect(deck, into).unwrap();
    assert_eq!(
        (
            ipcr(&simulation, deck, 0).broadcast(),
            ipcr(&simulation, deck, 0).channel()
        ),
        (1, 63)
    );
    check(&simulation);
    // Point-to-point over broadcast: same stream, nothing more is allocated.
    let over = simulation
        .connect(deck, point_to_point(deck, 0, 0))
        .unwrap();
    assert_eq!(in_use(&simulation), (DECK_BANDWIDTH, channel_bit(63)));
    check(&simulation);
    assert!(simulation.disconnect(deck, talk));
    assert_eq!(in_use(&simulation), (DECK_BANDWIDTH, channel_bit(63)));
    check(&simulation);
    assert!(simulation.disconnect(deck, over));
    assert_eq!(in_use(&simulation), (0, 0));
    assert!(simulation.disconnect(deck, listen));
    assert_all_free(&simulation);
}

#[test]
fn broadcast_of_a_connected_output_keeps_its_channel() {
    let (mut simulation, deck) = bus_with(DECK);
    let _ = simulation
        .connect(deck, point_to_point(deck, 0, 0))
        .unwrap();
    let both = wish(
        Kind::Broadcast,
        Some(plug(deck, Direction::Out, 0)),
        Some(plug(deck, Direction::In, 1)),
    );
    let _ = simulation.connect(deck, both).unwrap();
    assert_eq!(opcr(&simulation, deck, 0).channel(), 0);
    assert_eq!(ipcr(&simulation, deck, 1).channel(), 0);
    assert_eq!(ipcr(&simulation, deck, 1).broadcast(), 1);
    check(&simulation);
}

#[test]
fn broadcast_channels_start_at_the_base() {
    let (mut simulation, deck) = bus_with(DECK);
    let node = address(&simulation, deck);
    let before = simulation.read_quadlet(node, OMPR_ADDRESS).unwrap();
    let base = before & !0x3F00_0000 | 61 << 24;
    simulation
        .lock_quadlet(node, OMPR_ADDRESS, before, base)
        .unwrap();
    for (number, channel) in [(0, Some(61)), (1, Some(62)), (2, Some(63)), (3, None)] {
        let out = wish(
            Kind::Broadcast,
            Some(plug(deck, Direction::Out, number)),
            None,
        );
        let made = simulation.connect(deck, out);
        assert_eq!(made.is_ok(), channel.is_some());
        if let Some(channel) = channel {
            assert_eq!(opcr(&simulation, deck, number).channel(), channel);
        }
    }
    check(&simulation);
}
