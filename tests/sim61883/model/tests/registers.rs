//! Registers read and locked by address.

mod common;

use common::{DECK, address};
use plug61883_abi::av61883::NodeAddress;
use plug61883_abi::ids::Direction;
use plug61883_abi::pcr::{
    IMPR_ADDRESS, Impr, Ipcr, OMPR_ADDRESS, Ompr, Opcr, ipcr_address, opcr_address,
};
use sim61883_model::csr::{
    BANDWIDTH_AVAILABLE, BUS_MANAGER_ID, CHANNELS_AVAILABLE_HI, CHANNELS_AVAILABLE_LO,
    ROM_BUS_NAME, ROM_EUI64_HI, ROM_EUI64_LO,
};
use sim61883_model::irm::channel_bit;
use sim61883_model::{BusError, DeviceRef, NodeConfig, NodeRef, Simulation};

#[test]
fn resource_manager_starts_with_the_standard_values() {
    let simulation = Simulation::new();
    let manager = simulation.bus().resource_manager();
    for (offset, value) in [
        (BUS_MANAGER_ID, 0x3F),
        (BANDWIDTH_AVAILABLE, 4915),
        (CHANNELS_AVAILABLE_HI, 0xFFFF_FFFE),
        (CHANNELS_AVAILABLE_LO, 0xFFFF_FFFF),
    ] {
        assert_eq!(
            simulation.read_quadlet(manager, offset),
            Ok(value),
            "{offset:#x}"
        );
    }
}

#[test]
fn channel_bits_follow_the_registers() {
    assert_eq!(channel_bit(0), 1 << 63);
    assert_eq!(channel_bit(31), 1 << 32);
    assert_eq!(channel_bit(32), 1 << 31);
    assert_eq!(channel_bit(63), 1);
}

#[test]
fn locks_compare_and_cut_to_the_field() {
    let mut simulation = Simulation::new();
    let manager = simulation.bus().resource_manager();
    for (offset, initial, new, stored) in [
        (BUS_MANAGER_ID, 0x3F, 0xFFFF_FFC5, 0x05),
        (BANDWIDTH_AVAILABLE, 4915, 0xFFFF_F000, 0x1000),
        (CHANNELS_AVAILABLE_HI, 0xFFFF_FFFE, 0x7FFF_FFFE, 0x7FFF_FFFE),
        (CHANNELS_AVAILABLE_LO, 0xFFFF_FFFF, 0, 0),
    ] {
        assert_eq!(
            simulation.lock_quadlet(manager, offset, initial ^ 1, new),
            Ok(initial)
        );
        assert_eq!(simulation.read_quadlet(manager, offset), Ok(initial));
        assert_eq!(
            simulation.lock_quadlet(manager, offset, initial, new),
            Ok(initial)
        );
        assert_eq!(simulation.read_quadlet(manager, offset), Ok(stored));
    }
}

#[test]
fn master_registers_and_identity() {
    let mut simulation = Simulation::new();
    let deck = simulation.attach(DECK).unwrap();
    let node = address(&simulation, deck);
    let ompr = Ompr(simulation.read_quadlet(node, OMPR_ADDRESS).unwrap());
    assert_eq!(
        (
            ompr.plugs(),
            ompr.data_rate(),
            ompr.broadcast_channel_base()
        ),
        (4, 2, 63)
    );
    let impr = Impr(simulation.read_quadlet(node, IMPR_ADDRESS).unwrap());
    assert_eq!((impr.plugs(), impr.data_rate()), (4, 2));
    assert_eq!(simulation.read_quadlet(node, ROM_BUS_NAME), Ok(0x3133_3934));
    assert_eq!(simulation.read_quadlet(node, ROM_EUI64_HI), Ok(0x00A0_B000));
    assert_eq!(simulation.read_quadlet(node, ROM_EUI64_LO), Ok(0x0000_0007));
    assert_eq!(
        simulation.lock_quadlet(node, ROM_EUI64_LO, 7, 8),
        Err(BusError::Type)
    );
}

#[test]
fn refused_addresses() {
    let mut simulation = Simulation::new();
    let deck = simulation.attach(DECK).unwrap();
    let node = address(&simulation, deck);
    let other_bus = NodeAddress::new(5, node.node());
    for (node, offset, error) in [
        (node, OMPR_ADDRESS + 1, BusError::Address),
        (node, OMPR_ADDRESS - 4, BusError::Address),
        (node, opcr_address(3).unwrap() + 2, BusError::Address),
        (node, opcr_address(4).unwrap(), BusError::Address),
        (node, ipcr_address(4).unwrap(), BusError::Address),
        (node, ipcr_address(30).unwrap() + 4, BusError::Address),
        (node, BANDWIDTH_AVAILABLE, BusError::Address),
        (node, 0, BusError::Address),
        (node, u64::MAX, BusError::Address),
        (
            simulation.bus().local_address(),
            opcr_address(0).unwrap(),
            BusError::Address,
        ),
        (NodeAddress::new(0x3FF, 2), OMPR_ADDRESS, BusError::NoNode),
        (NodeAddress::new(0x3FF, 63), OMPR_ADDRESS, BusError::NoNode),
        (other_bus, OMPR_ADDRESS, BusError::NoNode),
    ] {
        assert_eq!(
            simulation.read_quadlet(node, offset),
            Err(error),
            "{node} {offset:#x}"
        );
        assert_eq!(
            simulation.lock_quadlet(node, offset, 0, 0),
            Err(error),
            "{node} {offset:#x}"
        );
    }
    let codes = [
        BusError::Conflict,
        BusError::Data,
        BusError::Type,
        BusError::Address,
    ]
    .map(BusError::response_code);
    assert_eq!(codes, [Some(4), Some(5), Some(6), Some(7)]);
    assert_eq!(BusError::NoNode.response_code(), None);
}

#[test]
fn a_lock_leaves_what_belongs_to_the_node() {
    let mut simulation = Simulation::new();
    let deck = simulation.attach(DECK).unwrap();
    let node = address(&simulation, deck);
    for (offset, writable) in [
        (opcr_address(2).unwrap(), 0x7F3F_FC00),
        (ipcr_address(2).unwrap(), 0x7F3F_0000),
        (OMPR_ADDRESS, 0x3FFF_FF00),
        (IMPR_ADDRESS, 0x00FF_FF00),
    ] {
        let before = simulation.read_quadlet(node, offset).unwrap();
        assert_eq!(
            simulation.lock_quadlet(node, offset, before, !before),
            Ok(before)
        );
        let after = simulation.read_quadlet(node, offset).unwrap();
        assert_eq!(after, before ^ writable, "{offset:#x}");
        assert_eq!(simulation.lock_quadlet(node, offset, before, 0), Ok(after));
    }
}

#[test]
fn a_bus_reset_clears_what_the_standard_says() {
    let mut simulation = Simulation::new();
    let deck = simulation.attach(DECK).unwrap();
    let node = address(&simulation, deck);
    for offset in [
        OMPR_ADDRESS,
        IMPR_ADDRESS,
        opcr_address(0).unwrap(),
        ipcr_address(0).unwrap(),
    ] {
        let before = simulation.read_quadlet(node, offset).unwrap();
        simulation
            .lock_quadlet(node, offset, before, 0x2A15_5400)
            .unwrap();
    }
    let generation = simulation.bus().generation();
    simulation.bus_reset();
    assert_eq!(simulation.bus().generation(), generation + 1);
    let read = |offset| simulation.read_quadlet(node, offset).unwrap();
    let opcr = Opcr(read(opcr_address(0).unwrap()));
    assert_eq!(
        (opcr.point_to_point(), opcr.broadcast(), opcr.overhead_id()),
        (0, 0, 0)
    );
    assert_eq!(
        (opcr.channel(), opcr.data_rate(), opcr.payload()),
        (0x15, 1, 122)
    );
    assert_eq!(opcr.online(), 1);
    let ipcr = Ipcr(read(ipcr_address(0).unwrap()));
    assert_eq!(
        (ipcr.point_to_point(), ipcr.broadcast(), ipcr.channel()),
        (0, 0, 0x15)
    );
    let ompr = Ompr(read(OMPR_ADDRESS));
    assert_eq!(
        (ompr.non_persistent_extension(), ompr.persistent_extension()),
        (0xFF, 0x54)
    );
    assert_eq!(ompr.broadcast_channel_base(), 0x2A);
    let impr = Impr(read(IMPR_ADDRESS));
    assert_eq!(
        (impr.non_persistent_extension(), impr.persistent_extension()),
        (0xFF, 0x54)
    );
}

#[test]
fn nodes_come_and_go() {
    let mut simulation = Simulation::new();
    assert_eq!(simulation.bus().local_address(), NodeAddress(0xFFC0));
    let first = simulation.attach(DECK).unwrap();
    let second = simulation.attach(NodeConfig { eui64: 9, ..DECK }).unwrap();
    assert_eq!(address(&simulation, first), NodeAddress(0xFFC0));
    assert_eq!(address(&simulation, second), NodeAddress(0xFFC1));
    assert_eq!(simulation.bus().local_address(), NodeAddress(0xFFC2));
    assert_eq!(simulation.bus().resource_manager(), NodeAddress(0xFFC2));
    assert_eq!(simulation.bus().generation(), 3);

    simulation.detach(first);
    assert_eq!(
        simulation.bus().node_at(NodeAddress(0xFFC0)),
        Some(NodeRef::Device(second))
    );
    assert_eq!(simulation.bus().local_address(), NodeAddress(0xFFC1));
    assert!(simulation.bus().address(NodeRef::Device(first)).is_none());
    simulation.detach(first);
    assert_eq!(simulation.bus().generation(), 4);

    let third = simulation.attach(DECK).unwrap();
    assert_ne!(third, first);
    assert_eq!(third.slot(), first.slot());
    assert_eq!(DeviceRef::from_bits(third.to_bits()), Some(third));
    assert_eq!(DeviceRef::from_bits(0), None);
    assert_eq!(simulation.bus().free_slot(), Some(2));
    assert_eq!(simulation.bus().device_in(0), Some(third));
    assert!(simulation.bus().node(NodeRef::Device(first)).is_none());
}

#[test]
fn the_bus_gets_full() {
    let mut simulation = Simulation::new();
    let mut last = None;
    for _ in 0..sim61883_model::bus::MAX_DEVICES {
        last = simulation.attach(DECK);
        assert!(last.is_some());
    }
    assert!(simulation.attach(DECK).is_none());
    simulation.detach(last.unwrap());
    assert!(simulation.attach(DECK).is_some());
}

#[test]
fn more_plugs_than_there_can_be_are_cut() {
    let mut simulation = Simulation::new();
    let config = NodeConfig {
        outputs: 200,
        inputs: 31,
        ..DECK
    };
    let device = simulation.attach(config).unwrap();
    let node = simulation.bus().node(NodeRef::Device(device)).unwrap();
    assert_eq!(
        (node.plugs(Direction::Out), node.plugs(Direction::In)),
        (31, 31)
    );
    let node = address(&simulation, device);
    assert!(
        simulation
            .read_quadlet(node, opcr_address(30).unwrap())
            .is_ok()
    );
    // What would be oPCR[31] is the iMPR.
    assert_eq!(opcr_address(30).unwrap() + 4, IMPR_ADDRESS);
    assert_eq!(
        Impr(simulation.read_quadlet(node, IMPR_ADDRESS).unwrap()).plugs(),
        31
    );
}
