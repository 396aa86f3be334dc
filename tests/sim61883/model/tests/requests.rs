//! Connecting and disconnecting by `AV_61883_REQUEST`, versions and functions.

mod common;

use common::requests::{connect, disconnect, plug_handle, state};
use common::{Block, DECK, assert_all_free, bus_with, check, in_use, opcr, send};
use plug61883_abi::av61883::{
    AvRequest, CipDataFormat, Connect, ConnectV2, DDI_VERSION_2, DDI_VERSION_3, Disconnect,
    GetUnitInfo, Stop, connect_type, function, plug_type, unit_info_level,
};
use plug61883_abi::status::NtStatus;
use sim61883_model::{NodeConfig, Simulation};

#[test]
fn connect_and_disconnect() {
    let (mut simulation, deck) = bus_with(DECK);
    let output = plug_handle(&mut simulation, deck, plug_type::OUT, 1);
    let input = plug_handle(&mut simulation, deck, plug_type::IN, 2);
    let arguments = Connect {
        output_plug: output,
        input_plug: input,
        connect_type: connect_type::POINT_TO_POINT,
        ..Default::default()
    };
    let (status, first) = connect(&mut simulation, deck, arguments);
    assert_eq!(status, NtStatus::SUCCESS);
    assert_ne!(first, 0);
    let (status, second) = connect(&mut simulation, deck, arguments);
    assert_eq!(status, NtStatus::SUCCESS);
    assert_ne!(first, second);
    check(&simulation);
    assert_eq!(disconnect(&mut simulation, deck, first), NtStatus::SUCCESS);
    assert_eq!(
        disconnect(&mut simulation, deck, first),
        NtStatus::INVALID_PARAMETER
    );
    // The slot is used again, the old handle stays dead.
    let (_, third) = connect(&mut simulation, deck, arguments);
    assert_ne!(first, third);
    assert_eq!(
        disconnect(&mut simulation, deck, first),
        NtStatus::INVALID_PARAMETER
    );
    for handle in [0, 1, output, u64::MAX, third ^ 1] {
        assert_eq!(
            disconnect(&mut simulation, deck, handle),
            NtStatus::INVALID_PARAMETER
        );
    }
    assert_eq!(disconnect(&mut simulation, deck, second), NtStatus::SUCCESS);
    assert_eq!(disconnect(&mut simulation, deck, third), NtStatus::SUCCESS);
    assert_all_free(&simulation);
}

#[test]
fn refused_connects() {
    let (mut simulation, deck) = bus_with(DECK);
    let output = plug_handle(&mut simulation, deck, plug_type::OUT, 0);
    let input = plug_handle(&mut simulation, deck, plug_type::IN, 0);
    let other = plug_handle(&mut simulation, deck, plug_type::OUT, 1);
    let invalid = NtStatus::INVALID_PARAMETER;
    for (output_plug, input_plug, connect_type, wanted) in [
        (0, 0, connect_type::POINT_TO_POINT, invalid),
        (0, 0, connect_type::BROADCAST, invalid),
        (output, input, 2, invalid),
        (output, input, u32::MAX, invalid),
        (input, output, connect_type::POINT_TO_POINT, invalid),
        (output, other, connect_type::POINT_TO_POINT, invalid),
        (5, input, connect_type::POINT_TO_POINT, invalid),
        (output, 5, connect_type::POINT_TO_POINT, invalid),
    ] {
        let arguments = Connect {
            output_plug,
            input_plug,
            connect_type,
            ..Default::default()
        };
        assert_eq!(connect(&mut simulation, deck, arguments), (wanted, 0));
        assert_all_free(&simulation);
    }
    let arguments = |output_plug| Connect {
        output_plug,
        input_plug: input,
        connect_type: connect_type::POINT_TO_POINT,
        ..Default::default()
    };
    assert_eq!(
        connect(&mut simulation, deck, arguments(output)).0,
        NtStatus::SUCCESS
    );
    let busy = connect(&mut simulation, deck, arguments(other));
    assert_eq!(busy, (NtStatus::INSUFFICIENT_RESOURCES, 0));
    simulation.bus_reset();
    let early = connect(&mut simulation, deck, arguments(output));
    assert_eq!(early, (NtStatus::DEVICE_NOT_READY, 0));
}

#[test]
fn no_bandwidth_is_no_resources() {
    let mut simulation = Simulation::new();
    let config = NodeConfig {
        payload: 1000,
        speed: 1,
        ..DECK
    };
    let deck = simulation.attach(config).unwrap();
    let output_plug = plug_handle(&mut simulation, deck, plug_type::OUT, 0);
    let arguments = Connect {
        output_plug,
        connect_type: connect_type::POINT_TO_POINT,
        ..Default::default()
    };
    let refused = connect(&mut simulation, deck, arguments);
    assert_eq!(refused, (NtStatus::INSUFFICIENT_RESOURCES, 0));
    assert_eq!(in_use(&simulation), (0, 0));
}

#[test]
fn the_format_counts_for_a_stream_without_an_output_plug() {
    let (mut simulation, deck) = bus_with(DECK);
    let input_plug = plug_handle(&mut simulation, deck, plug_type::IN, 0);
    let blocks = |block_size, block_period, blocks_per_packet| CipDataFormat {
        block_size,
        block_period,
        blocks_per_packet,
        ..Default::default()
    };
    for (format, quadlets) in [
        (CipDataFormat::default(), 2),
        (CipDataFormat::DV_525_60, 122),
        (blocks(10, 512, 0), 62),
        (blocks(10, 512, 8), 82),
        (blocks(0, 3072, 0), 258),
        (blocks(255, 1, 0), 1023),
        (blocks(255, 0, u32::MAX), 1023),
    ] {
        let arguments = Connect {
            input_plug,
            connect_type: connect_type::POINT_TO_POINT,
            format,
            ..Default::default()
        };
        let (status, handle) = connect(&mut simulation, deck, arguments);
        assert_eq!(status, NtStatus::SUCCESS);
        assert_eq!(in_use(&simulation).0, (quadlets + 3) * 4 + 160);
        check(&simulation);
        assert_eq!(disconnect(&mut simulation, deck, handle), NtStatus::SUCCESS);
    }
    assert_all_free(&simulation);
}

#[test]
fn version_2() {
    let (mut simulation, deck) = bus_with(DECK);
    let input_plug = plug_handle(&mut simulation, deck, plug_type::IN, 0);
    simulation.set_ddi_version(DDI_VERSION_2);
    // The word behind the old format is not part of it.
    let mut old = Connect {
        input_plug,
        connect_type: connect_type::POINT_TO_POINT,
        format: CipDataFormat::DV_525_60,
        ..Default::default()
    };
    old.format.blocks_per_packet = 7;
    let mut request = AvRequest::new(DDI_VERSION_3, old);
    assert_eq!(
        send(&mut simulation, deck, &mut request),
        NtStatus::INVALID_PARAMETER
    );
    request.version = DDI_VERSION_2;
    assert_eq!(send(&mut simulation, deck, &mut request), NtStatus::SUCCESS);
    assert_eq!(in_use(&simulation).0, 660);
    let connection = request.arguments::<ConnectV2>().connection;
    let mut request = AvRequest::new(DDI_VERSION_2, Disconnect { connection });
    assert_eq!(send(&mut simulation, deck, &mut request), NtStatus::SUCCESS);
    assert_all_free(&simulation);
    for version in [0, 1, 3, 4] {
        let mut request = AvRequest::new(version, Disconnect { connection });
        assert_eq!(
            send(&mut simulation, deck, &mut request),
            NtStatus::INVALID_PARAMETER
        );
    }
    // The version itself can be asked for by anyone.
    let mut memory = Block::new(0x5000, 4);
    let arguments = GetUnitInfo {
        level: unit_info_level::DDI_VERSION,
        information: 0x5000,
        ..Default::default()
    };
    let mut request = AvRequest::new(9, arguments);
    assert_eq!(
        simulation.answer(deck, &mut request, &mut memory),
        NtStatus::SUCCESS
    );
    assert_eq!(memory.bytes, [2, 0, 0, 0]);
}

#[test]
fn functions_without_arguments_and_unknown_ones() {
    let (mut simulation, deck) = bus_with(DECK);
    for code in (0..function::MAX + 2).chain([u32::MAX]) {
        let mut request = AvRequest {
            function: code,
            version: 3,
            ..Default::default()
        };
        let wanted = match code {
            // Zeros are good arguments for these.
            function::GET_PLUG_HANDLE | function::CREATE_PLUG | function::BUS_RESET => {
                NtStatus::SUCCESS
            }
            function::SEND_FCP_REQUEST..=function::SET_FCP_NOTIFY => NtStatus::NOT_SUPPORTED,
            _ => NtStatus::INVALID_PARAMETER,
        };
        assert_eq!(send(&mut simulation, deck, &mut request), wanted, "{code}");
    }
}

#[test]
fn streams_need_a_connection_and_nothing_else() {
    let (mut simulation, deck) = bus_with(DECK);
    let other = simulation.attach(DECK).unwrap();
    let handle = simulation
        .connect(deck, common::point_to_point(deck, 0, 0))
        .unwrap();
    let plug = plug_handle(&mut simulation, deck, plug_type::OUT, 0);
    let before = in_use(&simulation);
    for function in function::ATTACH_FRAME..=function::STOP {
        let ask = |simulation: &mut Simulation, unit, connection| {
            let mut request = AvRequest {
                function,
                version: 3,
                ..AvRequest::new(3, Disconnect { connection })
            };
            send(simulation, unit, &mut request)
        };
        assert_eq!(ask(&mut simulation, deck, handle), NtStatus::SUCCESS);
        for (unit, bad) in [(deck, 0), (deck, plug), (deck, handle ^ 1), (other, handle)] {
            let refused = ask(&mut simulation, unit, bad);
            assert_eq!(refused, NtStatus::INVALID_PARAMETER, "{function}");
        }
        assert_eq!(in_use(&simulation), before);
    }
    assert!(simulation.drop_connection(0));
    let stop = Stop { connection: handle };
    let lost = send(&mut simulation, deck, &mut AvRequest::new(3, stop));
    assert_eq!(lost, NtStatus::INVALID_PARAMETER);
}

#[test]
fn version_1_tells_its_version_only() {
    let (mut simulation, deck) = bus_with(DECK);
    simulation.set_ddi_version(1);
    let mut memory = Block::new(0x5000, 64);
    for function in 0..function::MAX {
        for version in 0..4 {
            let mut request = AvRequest {
                function,
                version,
                ..Default::default()
            };
            let status = simulation.answer(deck, &mut request, &mut memory);
            assert_eq!(status, NtStatus::INVALID_PARAMETER, "{function}");
        }
    }
    let arguments = GetUnitInfo {
        level: unit_info_level::DDI_VERSION,
        information: 0x5000,
        ..Default::default()
    };
    for version in 0..4 {
        memory.bytes.fill(0xCC);
        let mut request = AvRequest::new(version, arguments);
        let status = simulation.answer(deck, &mut request, &mut memory);
        assert_eq!((status, memory.bytes[0]), (NtStatus::SUCCESS, 1));
    }
}

#[test]
fn a_unit_that_left_answers_nothing() {
    let (mut simulation, deck) = bus_with(DECK);
    let output = plug_handle(&mut simulation, deck, plug_type::OUT, 0);
    simulation.detach(deck);
    assert_eq!(
        state(&mut simulation, deck, output).0,
        NtStatus::DEVICE_REMOVED
    );
    assert_eq!(
        disconnect(&mut simulation, deck, 1),
        NtStatus::DEVICE_REMOVED
    );
}

#[test]
fn a_connection_that_the_driver_lost_is_unknown() {
    let (mut simulation, deck) = bus_with(DECK);
    let output_plug = plug_handle(&mut simulation, deck, plug_type::OUT, 0);
    let input_plug = plug_handle(&mut simulation, deck, plug_type::IN, 0);
    let arguments = Connect {
        output_plug,
        input_plug,
        connect_type: connect_type::POINT_TO_POINT,
        ..Default::default()
    };
    let (_, handle) = connect(&mut simulation, deck, arguments);
    assert_eq!(opcr(&simulation, deck, 0).point_to_point(), 1);
    assert!(simulation.drop_connection(0));
    assert!(!simulation.drop_connection(0));
    assert!(!simulation.drop_connection(u16::MAX));
    assert_all_free(&simulation);
    assert_eq!(
        disconnect(&mut simulation, deck, handle),
        NtStatus::INVALID_PARAMETER
    );
}
