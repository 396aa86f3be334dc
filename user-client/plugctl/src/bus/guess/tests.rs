use plug61883::{Direction, Ipcr, Owner};

use super::*;
use crate::tests::buses::{alone, input, output};
use ConnectionKind::{Broadcast, PointToPoint};
use Direction::{In, Out};

/// Two units: one output plug, one input plug.
fn pair(from: Register, to: Register) -> Bus {
    alone().unit("Deck", &[from]).unit("Recorder", &[to])
}

/// The output plug and the input plug of [`pair`].
const FROM: Tip = Tip::Port(1, 0);
const TO: Tip = Tip::Port(2, 0);

/// What is in the picture in the end: ends, kind and count of what is known, then of what was
/// guessed.
fn edges(bus: Bus) -> (Vec<(Tip, Tip)>, Vec<Found>) {
    let mut bus = bus;
    let known = bus.edges.len();
    add_unknown(&mut bus);
    let (known, guessed) = bus.edges.split_at(known);
    for edge in guessed {
        assert_eq!((edge.id, edge.maker), (None, Maker::OtherNode));
        let sends = bus.port(edge.from).and_then(|(_, port)| port.stream());
        assert_eq!(edge.bandwidth, sends.map(|stream| stream.1));
    }
    (
        known.iter().map(|edge| (edge.from, edge.to)).collect(),
        guessed
            .iter()
            .map(|edge| ((edge.from, edge.to), edge.kind, edge.count))
            .collect(),
    )
}

#[test]
fn nothing_is_guessed_of_what_is_known() {
    let bus = pair(output(5, 1, 0), input(5, 1, 0));
    let bus = bus.known(FROM, TO, PointToPoint, Owner::Driver);
    assert_eq!(edges(bus), (vec![(FROM, TO)], vec![]));
    // A plug and an application.
    let bus = pair(output(5, 1, 0), input(63, 0, 0));
    let bus = bus.known(FROM, Tip::Open, PointToPoint, Owner::Foreign);
    assert_eq!(edges(bus), (vec![(FROM, Tip::Open)], vec![]));
    let bus = pair(output(5, 0, 0), input(5, 0, 0));
    assert_eq!(edges(bus), (vec![], vec![]));
}

#[test]
fn what_lies_over_a_known_connection_is_seen() {
    let bus = pair(output(5, 3, 0), input(5, 3, 0));
    let bus = bus.known(FROM, TO, PointToPoint, Owner::OtherHandle);
    let guessed = vec![((FROM, TO), PointToPoint, 2)];
    assert_eq!(edges(bus), (vec![(FROM, TO)], guessed));
}

#[test]
fn a_known_broadcast_counts_for_itself_alone() {
    let bus = pair(output(5, 1, 1), input(5, 1, 0));
    let bus = bus.known(FROM, Tip::Anybody, Broadcast, Owner::Driver);
    let guessed = vec![((FROM, TO), PointToPoint, 1)];
    assert_eq!(edges(bus), (vec![(FROM, Tip::Anybody)], guessed));
}

#[test]
fn an_output_plug_whose_listener_is_no_plug_here() {
    let bus = pair(output(5, 2, 0), input(6, 0, 0));
    let guessed = vec![((FROM, Tip::Unknown), PointToPoint, 2)];
    assert_eq!(edges(bus), (vec![], guessed));
    // One listener is here, one is not.
    let bus = pair(output(5, 2, 0), input(5, 1, 0));
    let guessed = vec![
        ((FROM, TO), PointToPoint, 1),
        ((FROM, Tip::Unknown), PointToPoint, 1),
    ];
    assert_eq!(edges(bus), (vec![], guessed));
}

#[test]
fn an_input_plug_on_a_channel_that_nobody_sends_on() {
    let bus = pair(output(5, 0, 0), input(6, 1, 0));
    let guessed = vec![((Tip::Unknown, TO), PointToPoint, 1)];
    assert_eq!(edges(bus), (vec![], guessed));
    let bus = pair(output(5, 0, 0), input(5, 0, 1));
    let guessed = vec![((Tip::Anybody, TO), Broadcast, 1)];
    assert_eq!(edges(bus), (vec![], guessed));
}

#[test]
fn an_input_plug_hears_who_sends_on_its_channel() {
    // All that the output plug counts is known, and still it is the sender.
    let bus = pair(output(5, 1, 0), input(5, 1, 0));
    let bus = bus.known(FROM, Tip::Open, PointToPoint, Owner::Foreign);
    let guessed = vec![((FROM, TO), PointToPoint, 1)];
    assert_eq!(edges(bus), (vec![(FROM, Tip::Open)], guessed));
    // Two senders on one channel: it can't be told which it hears.
    let bus = pair(output(5, 0, 1), input(5, 0, 1)).unit("Camera", &[output(5, 0, 1)]);
    let guessed = vec![
        ((Tip::Anybody, TO), Broadcast, 1),
        ((FROM, Tip::Anybody), Broadcast, 1),
        ((Tip::Port(3, 0), Tip::Anybody), Broadcast, 1),
    ];
    assert_eq!(edges(bus), (vec![], guessed));
}

#[test]
fn everybody_who_listens_to_a_broadcast_is_seen() {
    let bus = pair(output(63, 0, 1), input(63, 0, 1)).unit("Monitor", &[input(63, 0, 1)]);
    let guessed = vec![
        ((FROM, TO), Broadcast, 1),
        ((FROM, Tip::Port(3, 0)), Broadcast, 1),
    ];
    assert_eq!(edges(bus), (vec![], guessed));
    let bus = pair(output(63, 0, 1), input(62, 0, 0));
    let guessed = vec![((FROM, Tip::Anybody), Broadcast, 1)];
    assert_eq!(edges(bus), (vec![], guessed));
}

#[test]
fn a_known_broadcast_in_comes_from_who_sends() {
    let bus = pair(output(63, 0, 1), input(63, 0, 1));
    let bus = bus.known(Tip::Anybody, TO, Broadcast, Owner::Driver);
    // Somebody else made the broadcast-out connection.
    let guessed = vec![((FROM, Tip::Anybody), Broadcast, 1)];
    assert_eq!(edges(bus), (vec![(FROM, TO)], guessed));
    let bus = pair(output(63, 0, 0), input(63, 0, 1));
    let bus = bus.known(Tip::Anybody, TO, Broadcast, Owner::Driver);
    assert_eq!(edges(bus), (vec![(Tip::Anybody, TO)], vec![]));
}

#[test]
fn counters_lower_than_what_is_known_add_nothing() {
    let bus = pair(output(5, 0, 0), input(5, 0, 0));
    let bus = bus.known(FROM, TO, PointToPoint, Owner::Driver);
    let bus = bus.known(FROM, TO, PointToPoint, Owner::Driver);
    assert_eq!(edges(bus), (vec![(FROM, TO); 2], vec![]));
}

#[test]
fn a_plug_without_a_register_adds_nothing() {
    let mut bus = pair(output(5, 1, 0), input(5, 1, 0));
    bus.nodes[2].ports[0].register = None;
    let guessed = vec![((FROM, Tip::Unknown), PointToPoint, 1)];
    assert_eq!(edges(bus), (vec![], guessed));
}

#[test]
fn a_plug_of_another_unit_is_named_by_its_counter() {
    // What the driver of the deck has connected names the recorder's plug by a foreign handle.
    let bus = pair(output(5, 1, 0), input(5, 1, 0)).unit("Monitor", &[input(63, 0, 0)]);
    let bus = bus.known(FROM, Tip::Unknown, PointToPoint, Owner::Foreign);
    assert_eq!(edges(bus), (vec![(FROM, TO)], vec![]));
    let bus = pair(output(5, 1, 0), input(5, 1, 0));
    let mut bus = bus.known(Tip::Unknown, TO, PointToPoint, Owner::Foreign);
    add_unknown(&mut bus);
    assert_eq!((bus.edges.len(), bus.edges[0].from), (1, FROM));
    assert_eq!(bus.edges[0].bandwidth, Some(2032));
}

#[test]
fn two_plugs_of_other_units_are_named_when_both_are_wanted() {
    let three = || pair(output(5, 2, 0), input(5, 1, 0)).unit("Monitor", &[input(5, 1, 0)]);
    let other = Tip::Port(3, 0);
    let bus = three().known(FROM, Tip::Unknown, PointToPoint, Owner::Foreign);
    let bus = bus.known(FROM, Tip::Unknown, PointToPoint, Owner::Foreign);
    assert_eq!(edges(bus), (vec![(FROM, TO), (FROM, other)], vec![]));
    // With one, it could be either.
    let bus = three().known(FROM, Tip::Unknown, PointToPoint, Owner::Foreign);
    let (known, _) = edges(bus);
    assert_eq!(known, [(FROM, Tip::Unknown)]);
}

#[test]
fn a_stream_is_of_a_plug_that_is_connected() {
    let bus = pair(output(5, 1, 0), input(5, 1, 0)).unit("Camera", &[output(4, 0, 1)]);
    let bus = bus.unit("Tuner", &[output(3, 0, 0)]);
    assert_eq!(bus.streams(), [(4, 2032), (5, 2032)]);
    let tip = bus.tip(2, In, 0);
    let (node, port) = bus.port(tip).unwrap();
    assert_eq!(
        (&*node.name, port.name()),
        ("Recorder", "iPCR[0]".to_owned())
    );
    assert_eq!(bus.tip(1, Out, 0), FROM);
    assert_eq!(port.stream(), None);
}

#[test]
fn whether_a_plug_is_connected_and_on_line() {
    let bus = pair(output(5, 0, 1), Register::Input(Ipcr(0)));
    let mut ports: Vec<_> = bus
        .nodes
        .iter()
        .flat_map(|node| &node.ports)
        .cloned()
        .collect();
    let tell = |ports: &[super::super::Port]| -> Vec<_> {
        ports
            .iter()
            .map(|port| (port.connected(), port.online()))
            .collect()
    };
    let told = vec![(Some(true), Some(true)), (Some(false), Some(false))];
    assert_eq!(tell(&ports), told);
    // Without the register the state tells, as far as there is one.
    ports.iter_mut().for_each(|port| port.register = None);
    assert_eq!(tell(&ports), told);
    ports.iter_mut().for_each(|port| port.state = None);
    assert_eq!(tell(&ports), [(None, None); 2]);
}
