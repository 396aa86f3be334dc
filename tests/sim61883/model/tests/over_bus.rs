//! Connections that other nodes make.

mod common;

use common::{DECK, assert_all_free, bus_with, pcr, plug, wish};
use plug61883_abi::ids::Direction;
use plug61883_abi::pcr::Opcr;
use sim61883_model::{CmpError, Kind, NodeConfig, Wish};

#[test]
fn only_the_registers_tell_of_another_nodes_connection() {
    let (mut simulation, deck) = bus_with(DECK);
    let other = simulation
        .attach(NodeConfig {
            eui64: DECK.eui64 + 1,
            ..DECK
        })
        .unwrap();
    let output = plug(deck, Direction::Out, 0);
    let input = plug(other, Direction::In, 1);
    let wish = wish(Kind::PointToPoint, Some(output), Some(input));
    let made = simulation.connect_over_bus(&wish).unwrap();
    assert_eq!(simulation.connections().count(), 0);
    // The counters stand at the same place in both registers.
    let counted = |simulation: &_| {
        [output, input].map(|plug| Opcr(pcr(simulation, plug).unwrap()).point_to_point())
    };
    assert_eq!(counted(&simulation), [1, 1]);
    let register = Opcr(pcr(&simulation, output).unwrap());
    assert_eq!(register.channel(), made.channel);

    // The protocol driver knows nothing of it, and does not make it again.
    simulation.bus_reset();
    assert_eq!(
        simulation.connect_over_bus(&wish),
        Err(CmpError::ResetPending)
    );
    simulation.restore_connections(|_| {});
    assert_eq!(counted(&simulation), [0, 0]);
    let again = Wish {
        channel: Some(made.channel),
        ..wish
    };
    assert_eq!(simulation.connect_over_bus(&again), Ok(made));
    assert_eq!(counted(&simulation), [1, 1]);

    simulation.disconnect_over_bus(&again, &made);
    assert_eq!(counted(&simulation), [0, 0]);
    assert_all_free(&simulation);
}
