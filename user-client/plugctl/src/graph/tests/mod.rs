//! What the pictures show.

mod dot;
mod pixels;
mod svg;
mod text;
mod trace;

use plug61883::{ConnectionKind, Direction, Owner, Register, State, UnitState};

use super::*;
use crate::bus::{Bus, Tip};
use crate::tests::buses::{alone, fast, input, output};
use ConnectionKind::{Broadcast, PointToPoint};

/// Four devices and ten connections, of every kind and maker; plugs that are not connected.
fn studio() -> Bus {
    let mut bus = alone()
        .plugs(0, &[input(5, 1, 0)])
        .unit(
            "Sony DSR-11",
            &[fast(5, 3, 0), fast(63, 0, 1), input(6, 1, 0)],
        )
        .unit(
            "Panasonic AG-DV2500",
            &[
                fast(6, 2, 0),
                input(5, 1, 0),
                input(63, 0, 1),
                input(63, 0, 0),
            ],
        )
        .unit(
            "JVC BR-DV3000",
            &[
                fast(7, 2, 0),
                output(0, 0, 0),
                output(0, 0, 0),
                input(63, 0, 1),
            ],
        )
        .unit(
            "日本ビデオ <828> & \"Söhne\"",
            &[
                off_line(fast(9, 0, 0)),
                input(6, 1, 0),
                off_line(input(8, 1, 0)),
            ],
        );
    let tip = |bus: &Bus, node, direction| bus.tip(node, direction, 0);
    let (out, input) = (Direction::Out, Direction::In);
    let (sony, panasonic) = (tip(&bus, 1, out), tip(&bus, 2, out));
    let edges = [
        (sony, tip(&bus, 0, input), PointToPoint, Owner::OtherHandle),
        (sony, tip(&bus, 2, input), PointToPoint, Owner::ThisHandle),
        (sony, Tip::Open, PointToPoint, Owner::Foreign),
        (bus.tip(1, out, 1), Tip::Anybody, Broadcast, Owner::Driver),
        (panasonic, tip(&bus, 1, input), PointToPoint, Owner::Driver),
        (
            Tip::Open,
            bus.tip(4, input, 1),
            PointToPoint,
            Owner::Other(9),
        ),
    ];
    for (from, to, kind, owner) in edges {
        bus = bus.known(from, to, kind, owner);
    }
    bus.guessed()
}

/// The register of a plug that is off-line.
fn off_line(register: Register) -> Register {
    Register::new(register.direction(), register.bits() & 0x7FFF_FFFF)
}

/// One device that sends to an application.
fn one() -> Bus {
    let bus = alone().unit("Sony DSR-11", &[output(5, 1, 0), input(6, 0, 0)]);
    let from = bus.tip(1, Direction::Out, 0);
    bus.known(from, Tip::Open, PointToPoint, Owner::OtherHandle)
}

/// Twelve devices, each of which two others listen to.
fn dozen() -> Bus {
    let unit = |bus: Bus, at: u8| {
        let inputs = [(at + 5) % 12, (at * 7 + 3) % 12].map(|channel| input(channel, 1, 0));
        let registers = [fast(at, 2, 0), inputs[0], inputs[1], input(0, 0, 0)];
        bus.unit(&format!("Deck number {at}"), &registers)
    };
    (0..12).fold(alone(), unit).guessed()
}

/// Units of which nothing is known: not managed, not read; and one that has plugs whose registers
/// can't be read.
fn unreadable() -> Bus {
    let mut bus = alone().unit("1.1", &[]).unit("2.1", &[]).unit("3.1", &[]);
    bus.nodes[1].state = UnitState::Unsupported;
    bus.nodes[2].state = UnitState::Asking;
    bus.nodes.iter_mut().for_each(|node| node.address = None);
    bus.generation = None;
    bus = bus.unit("Deck", &[output(5, 1, 0), output(5, 0, 0), input(5, 0, 0)]);
    for port in &mut bus.nodes[4].ports {
        port.register = None;
    }
    bus.nodes[4].ports[1].state = Some(State::Other(7));
    bus
}
