//! Whatever is pressed and happens, in terminals of whatever size.

use plug61883::abi::ioctl;
use plug61883::{
    Answer, Asked, ConnectionId, ConnectionKind, Direction, Error, ErrorKind, NodeAddress,
    NtStatus, Owner, PlugId, Register, Source, State, UnitId, UnitState,
};
use proptest::prelude::*;

use super::*;
use crate::bus::{Edge, Maker, Node, Port, Tip};
use crate::failure::Failure;
use crate::watch::link::{Away, Outcome, Request};

fn keys() -> impl Strategy<Value = Key> {
    let named = prop::sample::select(vec![
        Key::Up,
        Key::Down,
        Key::Left,
        Key::Right,
        Key::Home,
        Key::End,
        Key::PageUp,
        Key::PageDown,
        Key::Tab,
        Key::BackTab,
        Key::Enter,
        Key::Esc,
        Key::Backspace,
        Key::Interrupt,
    ]);
    let commands = prop::sample::select("hjklgGcdrfpyn?/ b1234".chars().collect::<Vec<_>>());
    prop_oneof![
        3 => named,
        3 => commands.prop_map(Key::Char),
        1 => any::<char>().prop_map(Key::Char),
    ]
}

/// An event as the driver may send it, with any values that can be understood.
fn events() -> impl Strategy<Value = ioctl::Event> {
    (0..10_u32, any::<[u32; 6]>(), any::<u64>(), 1..4_u32).prop_map(
        |(kind, [reason, owner, process_id, old, new, generation], time, id)| ioctl::Event {
            sequence: 1,
            time,
            unit: UnitId::new(id, 1),
            connection: ConnectionId::new(id, 1),
            output: PlugId::new(0, Direction::Out, id as u8, 1),
            kind,
            reason: reason % 7,
            owner: owner % 7,
            process_id,
            old_pcr: plug61883::abi::av61883::AvPcr(old),
            new_pcr: plug61883::abi::av61883::AvPcr(new),
            generation,
            ..ioctl::Event::default()
        },
    )
}

fn ports() -> impl Strategy<Value = Vec<Port>> {
    let port = (any::<bool>(), 0..31_u32, any::<Option<u32>>(), 0..3_u16);
    prop::collection::vec(port, 0..5).prop_map(|ports| {
        let port = |(out, number, bits, slot): (bool, u32, Option<u32>, u16)| {
            let direction = if out { Direction::Out } else { Direction::In };
            Port {
                direction,
                number,
                id: (slot != 0).then(|| PlugId::new(slot, direction, number as u8, 1)),
                state: (slot != 1).then_some(State::Active),
                register: bits.map(|bits| Register::new(direction, bits)),
            }
        };
        ports.into_iter().map(port).collect()
    })
}

fn buses() -> impl Strategy<Value = Bus> {
    let node = (
        "\\PC{0,40}",
        any::<Option<u64>>(),
        any::<Option<u16>>(),
        ports(),
    );
    let tip = (0..4_u8, 0..5_usize, 0..5_usize).prop_map(|(kind, node, port)| match kind {
        0 => Tip::Open,
        1 => Tip::Anybody,
        2 => Tip::Unknown,
        // Of a plug that may not be there.
        _ => Tip::Port(node, port),
    });
    let maker = (0..6_u32, any::<Option<u32>>()).prop_map(|(owner, process)| match owner {
        0 => Maker::Known(Owner::ThisHandle, process),
        1 => Maker::Known(Owner::OtherHandle, process),
        2 => Maker::Known(Owner::Driver, process),
        3 => Maker::Known(Owner::Foreign, process),
        4 => Maker::Known(Owner::Other(9), process),
        _ => Maker::OtherNode,
    });
    let edge = (
        prop::option::of(0..4_u32),
        (tip.clone(), tip),
        maker,
        1..64_u32,
        prop::option::of(0..64_u8),
        any::<Option<u32>>(),
    );
    let edge = edge.prop_map(|(id, (from, to), maker, count, channel, bandwidth)| Edge {
        id: id.map(|id| ConnectionId::new(id, 1)),
        from,
        to,
        kind: if count % 2 == 0 {
            ConnectionKind::Broadcast
        } else {
            ConnectionKind::PointToPoint
        },
        maker,
        count,
        channel,
        bandwidth,
    });
    let nodes = prop::collection::vec(node, 0..4);
    let edges = prop::collection::vec(edge, 0..6);
    (nodes, edges, any::<Option<u32>>()).prop_map(|(nodes, edges, generation)| {
        let node =
            |(at, (name, eui64, address, ports)): (usize, (String, _, Option<u16>, _))| Node {
                unit: (at != 0).then(|| UnitId::new(at as u32, 1)),
                name,
                eui64,
                address: address.map(NodeAddress),
                state: if at == 3 {
                    UnitState::Unsupported
                } else {
                    UnitState::Managed
                },
                ports,
            };
        Bus {
            generation,
            nodes: nodes.into_iter().enumerate().map(node).collect(),
            edges,
            failures: Vec::new(),
        }
    })
}

fn failure() -> Failure {
    let status = ErrorKind::Status(Answer {
        status: NtStatus::ACCESS_DENIED,
        source: Source::Protocol,
    });
    Failure::Driver(Error::new(Asked::Connections, status))
}

fn told() -> impl Strategy<Value = Told> {
    let request = Request::Reset {
        unit: UnitId::new(0, 1),
    };
    prop_oneof![
        4 => events().prop_map(|event| Told::Notice(notices(0, &[event])[0])),
        1 => any::<u64>().prop_map(|lost| Told::Notice(Notice::Lost(lost))),
        4 => buses().prop_map(|bus| Told::Picture(Box::new(bus))),
        1 => Just(()).prop_map(|()| Told::Unread(failure())),
        1 => Just(()).prop_map(|()| Told::Deaf(failure())),
        1 => Just(()).prop_map(move |()| Told::Done(request, Err(failure()))),
        1 => (0..4_u32).prop_map(move |id| {
            Told::Done(request, Ok(Outcome::Made(ConnectionId::new(id, 1))))
        }),
        1 => Just(()).prop_map(|()| Told::Away(Away::NoUnit)),
        1 => Just(()).prop_map(|()| Told::Away(Away::Failed(failure()))),
    ]
}

fn inputs() -> impl Strategy<Value = Input> {
    prop_oneof![
        8 => keys().prop_map(Input::Key),
        4 => told().prop_map(Input::Told),
        1 => any::<bool>().prop_map(|changes| Input::Open { changes }),
    ]
}

/// Drawing takes long where nothing is optimised.
fn fewer() -> ProptestConfig {
    let config = ProptestConfig::default();
    ProptestConfig {
        cases: config.cases / 4,
        ..config
    }
}

proptest! {
    #![proptest_config(fewer())]

    #[test]
    fn nothing_that_is_pressed_or_happens_is_too_much(
        first in buses(),
        inputs in prop::collection::vec(inputs(), 0..40),
        sizes in prop::collection::vec((1..=200_u16, 1..=60_u16), 1..4),
        now in any::<u64>(),
    ) {
        let mut app = App::new(1);
        app.update(Input::Open { changes: true }, now);
        app.update(Input::Told(Told::Picture(Box::new(first))), now);
        for (at, input) in inputs.into_iter().enumerate() {
            let key = matches!(input, Input::Key(_));
            let command = app.update(input, now);
            // Only a key asks for something.
            prop_assert!(key || command.is_none());
            let (width, height) = sizes[at % sizes.len()];
            let drawn = screen(&app, width, height);
            prop_assert_eq!(drawn.lines().count(), usize::from(height));
        }
    }

    #[test]
    fn every_size_has_room_for_something(width in 1..=200_u16, height in 1..=60_u16) {
        let mut stage = Stage::bench();
        for keys in ["", "?", "q", "d", "n", "cj\n"] {
            stage.types(keys);
            let drawn = stage.screen(width, height);
            prop_assert!(drawn.chars().any(|c| !" \"\n".contains(c)), "{}", drawn);
        }
    }
}
