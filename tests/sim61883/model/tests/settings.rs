//! `Av61883_SetUnitInfo`, and what `Av61883_GetUnitInfo` shows of it.

mod common;

use common::requests::{create_plug, delete_plug};
use common::{Block, DECK, bus_with};
use plug61883_abi::av61883::{
    AvRequest, CmpAddressType, DDI_VERSION_3, GetUnitInfo, SetUnitInfo, UnitDiagLevel,
    UnitIsochParams, address_type, diag_level, plug_type, set_unit_info_level, unit_info_level,
};
use plug61883_abi::status::NtStatus;
use sim61883_model::{DeviceRef, Simulation};
use zerocopy::{FromBytes, Immutable, IntoBytes};

const OK: NtStatus = NtStatus::SUCCESS;
const BAD: NtStatus = NtStatus::INVALID_PARAMETER;

fn set<T: IntoBytes + Immutable>(
    simulation: &mut Simulation,
    unit: DeviceRef,
    level: u32,
    value: T,
) -> NtStatus {
    let mut memory = Block::new(0x5000, size_of::<T>());
    memory.bytes.copy_from_slice(value.as_bytes());
    let arguments = SetUnitInfo {
        level,
        information: 0x5000,
        ..Default::default()
    };
    let status = simulation.answer(
        unit,
        &mut AvRequest::new(DDI_VERSION_3, arguments),
        &mut memory,
    );
    assert_eq!(memory.bytes, value.as_bytes());
    status
}

fn get<T: FromBytes>(simulation: &mut Simulation, unit: DeviceRef, level: u32) -> T {
    let mut memory = Block::new(0x5000, size_of::<T>());
    let arguments = GetUnitInfo {
        level,
        information: 0x5000,
        ..Default::default()
    };
    let mut request = AvRequest::new(DDI_VERSION_3, arguments);
    assert_eq!(simulation.answer(unit, &mut request, &mut memory), OK);
    T::read_from_bytes(&memory.bytes).unwrap()
}

#[test]
fn isochronous_parameters() {
    let (mut simulation, deck) = bus_with(DECK);
    let other = simulation.attach(DECK).unwrap();
    let simulation = &mut simulation;
    let read = |simulation: &mut Simulation, unit| -> UnitIsochParams {
        get(simulation, unit, unit_info_level::ISOCH_PARAMS)
    };
    let initial = read(simulation, deck);
    let wanted = UnitIsochParams {
        rx_num_packets: 8,
        rx_num_descriptors: 100,
        tx_num_packets: 16,
        tx_num_descriptors: u32::MAX,
    };
    let level = set_unit_info_level::ISOCH_PARAMS;
    assert_eq!(set(simulation, deck, level, wanted), OK);
    assert_eq!(read(simulation, deck), wanted);
    assert_eq!(read(simulation, other), initial);
    for bad in [
        UnitIsochParams {
            rx_num_packets: 0,
            ..wanted
        },
        UnitIsochParams {
            rx_num_descriptors: 0,
            ..wanted
        },
        UnitIsochParams {
            tx_num_packets: 0,
            ..wanted
        },
        UnitIsochParams {
            tx_num_descriptors: 0,
            ..wanted
        },
    ] {
        assert_eq!(set(simulation, deck, level, bad), BAD);
    }
    // A bus reset changes nothing, the next device starts anew.
    simulation.reset_and_restore();
    assert_eq!(read(simulation, deck), wanted);
    simulation.detach(deck);
    let fresh = simulation.attach(DECK).unwrap();
    assert_eq!(
        (fresh.slot(), read(simulation, fresh)),
        (deck.slot(), initial)
    );
}

#[test]
fn diagnostic_level() {
    let (mut simulation, deck) = bus_with(DECK);
    let read = |simulation: &mut Simulation| {
        get::<UnitDiagLevel>(simulation, deck, unit_info_level::DIAG_LEVEL).level
    };
    assert_eq!(read(&mut simulation), diag_level::NONE);
    for level in [diag_level::ALL, diag_level::IGNORE_IPLUG, diag_level::NONE] {
        let value = UnitDiagLevel { level };
        let done = set(
            &mut simulation,
            deck,
            set_unit_info_level::DIAG_LEVEL,
            value,
        );
        assert_eq!((done, read(&mut simulation)), (OK, level));
    }
    let unknown = UnitDiagLevel { level: 0x80 };
    let level = set_unit_info_level::DIAG_LEVEL;
    assert_eq!(set(&mut simulation, deck, level, unknown), BAD);
}

#[test]
fn address_type() {
    let (mut simulation, deck) = bus_with(DECK);
    let simulation = &mut simulation;
    let level = set_unit_info_level::CMP_ADDRESS_RANGE_TYPE;
    let ask = |simulation: &mut Simulation, address_type| {
        set(simulation, deck, level, CmpAddressType { address_type })
    };
    for bad in [0, 3, u32::MAX] {
        assert_eq!(ask(simulation, bad), BAD);
    }
    assert_eq!(simulation.settings(deck).address_type, address_type::GLOBAL);
    assert_eq!(ask(simulation, address_type::EXCLUSIVE), OK);
    // It comes before the plugs.
    let (_, _, handle) = create_plug(simulation, deck, plug_type::OUT, (0, 0));
    assert_eq!(ask(simulation, address_type::GLOBAL), BAD);
    assert_eq!(ask(simulation, address_type::EXCLUSIVE), OK);
    assert_eq!(
        simulation.settings(deck).address_type,
        address_type::EXCLUSIVE
    );
    assert_eq!(delete_plug(simulation, deck, handle), OK);
    assert_eq!(ask(simulation, address_type::GLOBAL), OK);
}

#[test]
fn unknown_levels_and_memory_that_is_not_there() {
    let (mut simulation, deck) = bus_with(DECK);
    for level in [0, 4, u32::MAX] {
        assert_eq!(set(&mut simulation, deck, level, [1_u32; 4]), BAD);
    }
    for level in 1..=3 {
        for information in [0, 0x4FFF, 0x5001] {
            let arguments = SetUnitInfo {
                level,
                information,
                ..Default::default()
            };
            let mut memory = Block::new(0x5000, 4);
            memory.bytes = vec![1, 0, 0, 0];
            let mut request = AvRequest::new(DDI_VERSION_3, arguments);
            assert_eq!(simulation.answer(deck, &mut request, &mut memory), BAD);
        }
    }
    let initial = simulation.settings(deck);
    assert_eq!(initial.isoch.rx_num_packets, 1);
}
