//! Plugs of this computer: created, set, deleted, connected, and seen from the bus.

mod common;

use common::requests::{
    connect, create_plug, delete_plug, disconnect, plug_handle, set_plug, state,
};
use common::{DECK, bus_with, check, in_use, local_plug, pcr, plug, swap, wish};
use plug61883_abi::av61883::{
    AvRequest, Connect, CreatePlug, GetUnitInfo, UnitCapabilities, connect_type, plug_state,
    plug_type, speed, unit_info_flags, unit_info_level,
};
use plug61883_abi::ids::Direction;
use plug61883_abi::pcr::{IMPR_ADDRESS, OMPR_ADDRESS, Ompr, Opcr};
use plug61883_abi::status::NtStatus;
use sim61883_model::{BusError, Kind, Simulation};
use zerocopy::FromBytes;

const OK: NtStatus = NtStatus::SUCCESS;
const BAD: NtStatus = NtStatus::INVALID_PARAMETER;
const DENIED: NtStatus = NtStatus::ACCESS_DENIED;
const NO_ROUTINE: (u64, u64) = (0, 0);

/// Output and input plugs that the master registers of this computer count.
fn counted(simulation: &Simulation) -> (u8, u8) {
    let count = |offset| {
        let node = simulation.bus().local_address();
        Ompr(simulation.read_quadlet(node, offset).unwrap()).plugs()
    };
    (count(OMPR_ADDRESS), count(IMPR_ADDRESS))
}

#[test]
fn numbers_are_given_out_lowest_first() {
    let (mut simulation, deck) = bus_with(DECK);
    let other = simulation.attach(DECK).unwrap();
    assert_eq!(counted(&simulation), (0, 0));
    let mut handles = Vec::new();
    for (unit, plug_type, number) in [
        (deck, plug_type::OUT, 0),
        (other, plug_type::OUT, 1),
        (deck, plug_type::IN, 0),
        (deck, plug_type::OUT, 2),
    ] {
        let (status, given, handle) = create_plug(&mut simulation, unit, plug_type, NO_ROUTINE);
        assert_eq!((status, given), (OK, number));
        assert!(handle != 0 && !handles.contains(&handle));
        handles.push(handle);
    }
    assert_eq!(counted(&simulation), (3, 1));
    // A gap does not lower the count, the highest plug does.
    assert_eq!(delete_plug(&mut simulation, other, handles[1]), OK);
    assert_eq!(counted(&simulation), (3, 1));
    assert_eq!(
        pcr(&simulation, local_plug(Direction::Out, 1)),
        Err(BusError::Address)
    );
    assert_eq!(delete_plug(&mut simulation, deck, handles[3]), OK);
    assert_eq!(counted(&simulation), (1, 1));
    // The place is used again, the old handle stays dead.
    let (_, number, handle) = create_plug(&mut simulation, other, plug_type::OUT, NO_ROUTINE);
    assert_eq!(number, 1);
    assert_ne!(handle, handles[1]);
    assert_eq!(delete_plug(&mut simulation, other, handles[1]), BAD);
    assert_eq!(state(&mut simulation, deck, handles[1]).0, BAD);
    assert_eq!(delete_plug(&mut simulation, other, handle), OK);
    assert_eq!(simulation.local_plugs().count(), 2);
}

#[test]
fn there_are_31_of_a_direction() {
    let (mut simulation, deck) = bus_with(DECK);
    for plug_type in [plug_type::IN, plug_type::OUT] {
        for wanted in 0..31 {
            let (status, number, _) = create_plug(&mut simulation, deck, plug_type, NO_ROUTINE);
            assert_eq!((status, number), (OK, wanted));
        }
        let full = create_plug(&mut simulation, deck, plug_type, NO_ROUTINE);
        assert_eq!(full, (NtStatus::INSUFFICIENT_RESOURCES, 0, 0));
    }
    assert_eq!(counted(&simulation), (31, 31));
    for plug_type in [2, u32::MAX] {
        let refused = create_plug(&mut simulation, deck, plug_type, NO_ROUTINE);
        assert_eq!(refused, (BAD, 0, 0));
    }
}

#[test]
fn the_register_is_the_creators_in_full() {
    let (mut simulation, deck) = bus_with(DECK);
    for (plug_type, direction) in [
        (plug_type::OUT, Direction::Out),
        (plug_type::IN, Direction::In),
    ] {
        let arguments = CreatePlug {
            plug_type,
            pcr: Opcr(0x1234_5678).into(),
            ..Default::default()
        };
        let mut request = AvRequest::new(3, arguments);
        assert_eq!(common::send(&mut simulation, deck, &mut request), OK);
        let CreatePlug { plug, pcr: now, .. } = request.arguments();
        assert_eq!(now.0, 0x1234_5678);
        let there = local_plug(direction, 0);
        assert_eq!(pcr(&simulation, there), Ok(0x1234_5678));
        assert_eq!(set_plug(&mut simulation, deck, plug, 0x8ABC_DEF0), OK);
        assert_eq!(pcr(&simulation, there), Ok(0x8ABC_DEF0));
    }
    // Other nodes can change what IEC 61883-1 lets them.
    let there = local_plug(Direction::In, 0);
    assert_eq!(swap(&mut simulation, there, |_| Opcr(0)), 0x8080_DEF0);
}

#[test]
fn only_the_creator_sets_and_deletes() {
    let (mut simulation, deck) = bus_with(DECK);
    let other = simulation.attach(DECK).unwrap();
    let (_, _, mine) = create_plug(&mut simulation, deck, plug_type::OUT, NO_ROUTINE);
    let remote = plug_handle(&mut simulation, deck, plug_type::OUT, 0);
    let before = pcr(&simulation, local_plug(Direction::Out, 0));
    for (unit, handle, wanted) in [
        (other, mine, DENIED),
        (deck, remote, DENIED),
        (other, remote, DENIED),
        (deck, 0, BAD),
        (deck, mine ^ 1, BAD),
        (deck, u64::MAX, BAD),
    ] {
        assert_eq!(set_plug(&mut simulation, unit, handle, 7), wanted);
        assert_eq!(delete_plug(&mut simulation, unit, handle), wanted);
    }
    assert_eq!(pcr(&simulation, local_plug(Direction::Out, 0)), before);
    // A device's plug that is not there is unknown.
    simulation.detach(other);
    let fresh = simulation.attach(DECK).unwrap();
    let gone = plug_handle(&mut simulation, fresh, plug_type::OUT, 0);
    simulation.detach(fresh);
    assert_eq!(set_plug(&mut simulation, deck, gone, 7), BAD);
    assert_eq!(set_plug(&mut simulation, deck, mine, 7), OK);
    assert_eq!(delete_plug(&mut simulation, deck, mine), OK);
    assert_eq!(set_plug(&mut simulation, deck, mine, 7), BAD);
    assert_eq!(delete_plug(&mut simulation, deck, mine), BAD);
}

#[test]
fn states_and_capabilities() {
    let (mut simulation, deck) = bus_with(DECK);
    let (_, _, output) = create_plug(&mut simulation, deck, plug_type::OUT, NO_ROUTINE);
    let (_, _, input) = create_plug(&mut simulation, deck, plug_type::IN, NO_ROUTINE);
    let (status, now) = state(&mut simulation, deck, output);
    assert_eq!(
        (status, now.state, now.payload),
        (OK, plug_state::READY, 122)
    );
    let (status, now) = state(&mut simulation, deck, input);
    assert_eq!((status, now.state), (OK, plug_state::READY));
    assert_eq!((now.data_rate, now.payload), (speed::S400, 0));
    assert_eq!(set_plug(&mut simulation, deck, output, 0), OK);
    assert_eq!(
        state(&mut simulation, deck, output).1.state,
        plug_state::IDLE
    );

    let mut memory = common::Block::new(0x5000, size_of::<UnitCapabilities>());
    let arguments = GetUnitInfo {
        level: unit_info_level::CAPABILITIES,
        information: 0x5000,
        ..Default::default()
    };
    let mut request = AvRequest::new(3, arguments);
    request.flags = unit_info_flags::LOCAL;
    assert_eq!(simulation.answer(deck, &mut request, &mut memory), OK);
    let local = UnitCapabilities::read_from_bytes(&memory.bytes).unwrap();
    assert_eq!((local.num_output_plugs, local.num_input_plugs), (1, 1));
}

#[test]
fn connections_end_at_them() {
    let (mut simulation, deck) = bus_with(DECK);
    let (_, _, output) = create_plug(&mut simulation, deck, plug_type::OUT, NO_ROUTINE);
    let (_, _, input) = create_plug(&mut simulation, deck, plug_type::IN, NO_ROUTINE);
    let far_output = plug_handle(&mut simulation, deck, plug_type::OUT, 0);
    let far_input = plug_handle(&mut simulation, deck, plug_type::IN, 0);
    for (output_plug, input_plug) in [
        (output, far_input),
        (far_output, input),
        (output, input),
        (output, 0),
        (0, input),
    ] {
        let arguments = Connect {
            output_plug,
            input_plug,
            connect_type: connect_type::POINT_TO_POINT,
            ..Default::default()
        };
        let (status, handle) = connect(&mut simulation, deck, arguments);
        assert_eq!(status, OK);
        check(&simulation);
        for plug in [output_plug, input_plug]
            .into_iter()
            .filter(|&plug| plug != 0)
        {
            let (_, now) = state(&mut simulation, deck, plug);
            assert_eq!(
                (now.state, now.point_to_point_connections),
                (plug_state::ACTIVE, 1)
            );
        }
        assert_eq!(simulation.reset_and_restore(), 0);
        check(&simulation);
        assert_eq!(disconnect(&mut simulation, deck, handle), OK);
        assert_eq!(in_use(&simulation), (0, 0));
        check(&simulation);
    }
    // Off-line, it takes none.
    assert_eq!(set_plug(&mut simulation, deck, input, 0), OK);
    let arguments = Connect {
        output_plug: far_output,
        input_plug: input,
        connect_type: connect_type::POINT_TO_POINT,
        ..Default::default()
    };
    assert_eq!(connect(&mut simulation, deck, arguments), (BAD, 0));
}

#[test]
fn a_deleted_plug_loses_its_connections() {
    let (mut simulation, deck) = bus_with(DECK);
    let (_, _, input) = create_plug(&mut simulation, deck, plug_type::IN, NO_ROUTINE);
    let to = |number| {
        let output = plug(deck, Direction::Out, 0);
        let input = local_plug(Direction::In, number);
        wish(Kind::PointToPoint, Some(output), Some(input))
    };
    let lost = simulation.connect(deck, to(0)).unwrap();
    assert!(simulation.connect(deck, to(1)).is_err());
    let stays = simulation
        .connect(deck, common::point_to_point(deck, 0, 1))
        .unwrap();
    assert_eq!(delete_plug(&mut simulation, deck, input), OK);
    check(&simulation);
    assert_eq!(disconnect(&mut simulation, deck, lost), BAD);
    assert_eq!(disconnect(&mut simulation, deck, stays), OK);
    assert_eq!(in_use(&simulation), (0, 0));
}

#[test]
fn a_device_that_leaves_takes_its_plugs_along() {
    let (mut simulation, deck) = bus_with(DECK);
    let other = simulation.attach(DECK).unwrap();
    let (_, _, goes) = create_plug(&mut simulation, deck, plug_type::IN, NO_ROUTINE);
    let (_, _, stays) = create_plug(&mut simulation, other, plug_type::IN, NO_ROUTINE);
    // Made through the other unit, but it ends at a plug that goes.
    let across = wish(
        Kind::PointToPoint,
        Some(plug(other, Direction::Out, 0)),
        Some(local_plug(Direction::In, 0)),
    );
    let lost = simulation.connect(other, across).unwrap();
    let kept = wish(
        Kind::PointToPoint,
        Some(plug(other, Direction::Out, 1)),
        Some(local_plug(Direction::In, 1)),
    );
    let kept = simulation.connect(other, kept).unwrap();
    simulation.detach(deck);
    check(&simulation);
    assert_eq!(simulation.local_plugs().count(), 1);
    assert_eq!(counted(&simulation), (0, 2));
    assert_eq!(state(&mut simulation, other, goes).0, BAD);
    assert_eq!(state(&mut simulation, other, stays).0, OK);
    assert_eq!(disconnect(&mut simulation, other, lost), BAD);
    assert_eq!(disconnect(&mut simulation, other, kept), OK);
    assert_eq!(in_use(&simulation), (0, 0));
}
