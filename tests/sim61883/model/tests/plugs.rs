//! Handles and states of plugs, and their registers as a driver reads them.

mod common;

use common::requests::{connect, disconnect, plug_handle, state};
use common::{DECK, bus_with, opcr, send};
use plug61883_abi::av61883::{
    AvRequest, Connect, GetPlugHandle, GetPlugState, connect_type, plug_state, plug_type, speed,
};
use plug61883_abi::ids::Direction;
use plug61883_abi::irb::AsyncReadIrb;
use plug61883_abi::pcr::opcr_address;
use plug61883_abi::status::NtStatus;
use sim61883_model::{NodeRef, Simulation};

#[test]
fn plug_handles() {
    let (mut simulation, deck) = bus_with(DECK);
    let other = simulation.attach(DECK).unwrap();
    let mut seen = Vec::new();
    for unit in [deck, other] {
        for plug_type in [plug_type::OUT, plug_type::IN] {
            for number in 0..4 {
                let handle = plug_handle(&mut simulation, unit, plug_type, number);
                assert_eq!(
                    plug_handle(&mut simulation, unit, plug_type, number),
                    handle
                );
                assert_ne!(handle, 0);
                assert!(!seen.contains(&handle));
                seen.push(handle);
            }
        }
    }
    for (plug_type, plug_number) in [(0, 4), (1, 31), (0, 256), (1, u32::MAX), (2, 0), (99, 0)] {
        let arguments = GetPlugHandle {
            plug_number,
            plug_type,
            handle: 77,
        };
        let mut request = AvRequest::new(3, arguments);
        assert_eq!(
            send(&mut simulation, deck, &mut request),
            NtStatus::INVALID_PARAMETER
        );
        assert_eq!(request.arguments::<GetPlugHandle>().handle, 77);
    }
    // A handle outlives bus resets, not its node.
    simulation.bus_reset();
    simulation.restore_connections(|_| ());
    assert!(
        seen.iter()
            .all(|&plug| state(&mut simulation, deck, plug).0 == NtStatus::SUCCESS)
    );
    simulation.detach(other);
    let fresh = simulation.attach(DECK).unwrap();
    assert_eq!(fresh.slot(), other.slot());
    for (index, &plug) in seen.iter().enumerate() {
        let wanted = if index < 8 {
            NtStatus::SUCCESS
        } else {
            NtStatus::INVALID_PARAMETER
        };
        assert_eq!(state(&mut simulation, deck, plug).0, wanted);
    }
}

#[test]
fn plug_states() {
    let (mut simulation, deck) = bus_with(DECK);
    let output = plug_handle(&mut simulation, deck, plug_type::OUT, 0);
    let input = plug_handle(&mut simulation, deck, plug_type::IN, 0);
    let expect = |simulation: &mut Simulation, plug, wanted, payload, count| {
        let (status, state) = state(simulation, deck, plug);
        assert_eq!(status, NtStatus::SUCCESS);
        assert_eq!(
            (state.plug, state.state, state.payload),
            (plug, wanted, payload)
        );
        assert_eq!(
            (state.data_rate, state.broadcast_connections),
            (speed::S400, 0)
        );
        assert_eq!(state.point_to_point_connections, count);
    };
    let online = |simulation: &mut Simulation, online| {
        simulation.set_online(NodeRef::Device(deck), Direction::Out, 0, online);
    };
    expect(&mut simulation, output, plug_state::READY, 122, 0);
    expect(&mut simulation, input, plug_state::READY, 0, 0);
    online(&mut simulation, false);
    expect(&mut simulation, output, plug_state::IDLE, 122, 0);
    online(&mut simulation, true);
    let arguments = Connect {
        output_plug: output,
        input_plug: input,
        connect_type: connect_type::POINT_TO_POINT,
        ..Default::default()
    };
    let (_, handle) = connect(&mut simulation, deck, arguments);
    expect(&mut simulation, output, plug_state::ACTIVE, 122, 1);
    expect(&mut simulation, input, plug_state::ACTIVE, 0, 1);
    online(&mut simulation, false);
    expect(&mut simulation, output, plug_state::SUSPENDED, 122, 1);
    assert_eq!(disconnect(&mut simulation, deck, handle), NtStatus::SUCCESS);
    expect(&mut simulation, output, plug_state::IDLE, 122, 0);
    for plug in [0, 1, handle, output ^ 1, u64::MAX] {
        let (status, state) = state(&mut simulation, deck, plug);
        assert_eq!(status, NtStatus::INVALID_PARAMETER);
        assert_eq!(
            state,
            GetPlugState {
                plug,
                ..Default::default()
            }
        );
    }
}

#[test]
fn asynchronous_reads() {
    let (mut simulation, deck) = bus_with(DECK);
    let generation = simulation.bus().generation();
    let opcr0 = opcr_address(0).unwrap();
    let value = opcr(&simulation, deck, 0).0;
    let irb = |offset| AsyncReadIrb::quadlet(offset, 0, generation);
    assert_eq!(
        simulation.async_read(deck, &irb(opcr0)),
        Ok(value.to_be_bytes())
    );
    // Bits beyond the 48 of an address are not there.
    assert_eq!(
        simulation.async_read(deck, &irb(opcr0 | 1 << 50)),
        Ok(value.to_be_bytes())
    );
    let address_error = Err(NtStatus(0xC012_0087));
    assert_eq!(
        simulation.async_read(deck, &irb(opcr_address(9).unwrap())),
        address_error
    );
    let long = AsyncReadIrb {
        length: 8,
        ..irb(opcr0)
    };
    assert_eq!(
        simulation.async_read(deck, &long),
        Err(NtStatus(0xC012_0086))
    );
    let other = AsyncReadIrb {
        function: 1,
        ..irb(opcr0)
    };
    assert_eq!(
        simulation.async_read(deck, &other),
        Err(NtStatus::NOT_SUPPORTED)
    );
    simulation.bus_reset();
    let stale = simulation.async_read(deck, &irb(opcr0));
    assert_eq!(stale, Err(NtStatus::INVALID_GENERATION));
    simulation.detach(deck);
    assert_eq!(
        simulation.async_read(deck, &irb(opcr0)),
        Err(NtStatus::DEVICE_REMOVED)
    );
}
