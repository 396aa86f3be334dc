//! `Av61883_GetUnitInfo`, level by level.

mod common;

use common::{Block, DECK, bus_with, send};
use plug61883_abi::av61883::{
    AvRequest, BusGenerationNode, DDI_VERSION_2, DDI_VERSION_3, GetUnitInfo, NodeAddress,
    UnitCapabilities, UnitDdiVersion, UnitDiagLevel, UnitIds, UnitIsochParams, speed,
    unit_info_flags, unit_info_level,
};
use plug61883_abi::status::NtStatus;
use sim61883_model::{DeviceRef, NodeConfig, Simulation};
use zerocopy::{FromBytes, IntoBytes};

/// Asks for `level` with a structure `T` at 0x5000.
fn info<T: FromBytes>(
    simulation: &mut Simulation,
    unit: DeviceRef,
    level: u32,
    flags: u32,
) -> Result<T, NtStatus> {
    let mut memory = Block::new(0x5000, size_of::<T>());
    let mut request = AvRequest::new(
        DDI_VERSION_3,
        GetUnitInfo {
            level,
            information: 0x5000,
            ..Default::default()
        },
    );
    request.flags = flags;
    match simulation.answer(unit, &mut request, &mut memory) {
        NtStatus::SUCCESS => Ok(T::read_from_bytes(&memory.bytes).unwrap()),
        status => Err(status),
    }
}

#[test]
fn unit_information() {
    let (mut simulation, deck) = bus_with(DECK);
    let other = simulation
        .attach(NodeConfig {
            outputs: 1,
            inputs: 0,
            speed: 0,
            ..DECK
        })
        .unwrap();
    let unit = &mut simulation;
    let capabilities = |outputs, inputs, rate| UnitCapabilities {
        num_output_plugs: outputs,
        num_input_plugs: inputs,
        max_data_rate: rate,
        cts_flags: 1,
        hardware_flags: 0,
    };
    let level = unit_info_level::CAPABILITIES;
    let device = unit_info_flags::DEVICE;
    assert_eq!(
        info(unit, deck, level, device),
        Ok(capabilities(4, 4, speed::S400))
    );
    assert_eq!(
        info(unit, other, level, device),
        Ok(capabilities(1, 0, speed::S100))
    );
    assert_eq!(
        info(unit, deck, level, unit_info_flags::LOCAL),
        Ok(capabilities(0, 0, speed::S400))
    );
    assert_eq!(
        info::<u32>(unit, deck, level, 2),
        Err(NtStatus::INVALID_PARAMETER)
    );
    let place = BusGenerationNode {
        generation: 3,
        local_node: NodeAddress(0xFFC2),
        device_node: NodeAddress(0xFFC1),
    };
    assert_eq!(
        info(unit, other, unit_info_level::BUS_GENERATION_NODE, 0),
        Ok(place)
    );
    let version = |version| Ok(UnitDdiVersion { version });
    assert_eq!(
        info(unit, deck, unit_info_level::DDI_VERSION, 0),
        version(3)
    );
    unit.set_ddi_version(DDI_VERSION_2);
    assert_eq!(
        info(unit, deck, unit_info_level::DDI_VERSION, 0),
        version(2)
    );
    unit.set_ddi_version(DDI_VERSION_3);
    assert_eq!(
        info(unit, deck, unit_info_level::DIAG_LEVEL, 0),
        Ok(UnitDiagLevel { level: 0 })
    );
    assert!(info::<UnitIsochParams>(unit, deck, unit_info_level::ISOCH_PARAMS, 0).is_ok());
    for level in [0, 7, u32::MAX] {
        let refused = info::<u32>(unit, deck, level, 0);
        assert_eq!(refused, Err(NtStatus::INVALID_PARAMETER));
    }
}

#[test]
fn information_needs_memory() {
    let (mut simulation, deck) = bus_with(DECK);
    for level in 1..=6 {
        for information in [0, 0x1234] {
            let arguments = GetUnitInfo {
                level,
                information,
                ..Default::default()
            };
            let status = send(&mut simulation, deck, &mut AvRequest::new(3, arguments));
            assert_eq!(status, NtStatus::INVALID_PARAMETER, "level {level}");
        }
    }
}

/// Asks for the IDs with buffers of `room` bytes; gives the structure and the three texts.
fn ids(room: [u32; 3]) -> (NtStatus, UnitIds, [Vec<u8>; 3]) {
    let (mut simulation, deck) = bus_with(DECK);
    let mut memory = Block::new(0x5000, 0x400);
    let (vendor_text, model_text, unit_model_text) = (0x5100, 0x5200, 0x5300);
    let asked = UnitIds {
        vendor_length: room[0],
        vendor_text: if room[0] == 0 { 0 } else { vendor_text },
        model_length: room[1],
        model_text,
        unit_model_length: room[2],
        unit_model_text,
        ..Default::default()
    };
    memory.bytes[..size_of::<UnitIds>()].copy_from_slice(asked.as_bytes());
    let arguments = GetUnitInfo {
        level: unit_info_level::IDS,
        information: 0x5000,
        ..Default::default()
    };
    let status = simulation.answer(deck, &mut AvRequest::new(3, arguments), &mut memory);
    let (answer, _) = UnitIds::read_from_prefix(&memory.bytes).unwrap();
    let text = |address: u64| memory.bytes[address as usize - 0x5000..][..0x100].to_vec();
    (
        status,
        answer,
        [text(vendor_text), text(model_text), text(unit_model_text)],
    )
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16()
        .chain([0])
        .flat_map(u16::to_le_bytes)
        .collect()
}

#[test]
fn ids_and_texts() {
    let (status, ids, [vendor, model, unit_model]) = ids([0x40, 0x40, 0x40]);
    assert_eq!(status, NtStatus::SUCCESS);
    assert_eq!(ids.unique_id, DECK.eui64);
    assert_eq!((ids.vendor_id, ids.model_id), (0xA0B0, 0x12_3456));
    assert_eq!(ids.unit_model_id, 0x65_4321);
    for (text, length, wanted) in [
        (vendor, ids.vendor_length, "Würfel"),
        (model, ids.model_length, "Deck 𝄞"),
        (unit_model, ids.unit_model_length, "DV"),
    ] {
        let wanted = utf16(wanted);
        assert_eq!(length as usize, wanted.len());
        assert_eq!(text[..wanted.len()], wanted);
        assert!(text[wanted.len()..].iter().all(|byte| *byte == 0xCC));
    }
}

#[test]
fn texts_are_cut_to_the_buffer() {
    let (status, ids, [vendor, model, unit_model]) = ids([0, 7, 2]);
    assert_eq!(status, NtStatus::SUCCESS);
    // The lengths are those of the whole texts.
    assert_eq!(
        (ids.vendor_length, ids.model_length, ids.unit_model_length),
        (14, 16, 6)
    );
    assert!(vendor.iter().all(|byte| *byte == 0xCC));
    assert_eq!(model[..7], [b'D', 0, b'e', 0, 0, 0, 0xCC]);
    assert_eq!(unit_model[..3], [0, 0, 0xCC]);
}

#[test]
fn a_length_without_a_buffer_is_refused() {
    let (mut simulation, deck) = bus_with(DECK);
    let mut memory = Block::new(0x5000, size_of::<UnitIds>());
    let asked = UnitIds {
        vendor_length: 10,
        ..Default::default()
    };
    memory.bytes.copy_from_slice(asked.as_bytes());
    let arguments = GetUnitInfo {
        level: unit_info_level::IDS,
        information: 0x5000,
        ..Default::default()
    };
    let status = simulation.answer(deck, &mut AvRequest::new(3, arguments), &mut memory);
    assert_eq!(status, NtStatus::INVALID_PARAMETER);
}
