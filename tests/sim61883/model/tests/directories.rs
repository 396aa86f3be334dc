//! `Av61883_SetUnitDirectory` and `Av61883_BusReset`.

mod common;

use common::{DECK, bus_with, send};
use plug61883_abi::av61883::{
    AvRequest, BusReset, DDI_VERSION_3, SetUnitDirectory, unit_directory,
};
use plug61883_abi::status::NtStatus;
use sim61883_model::directories::MAX_DIRECTORIES;
use sim61883_model::{DeviceRef, Directory, Simulation};

const OK: NtStatus = NtStatus::SUCCESS;
const BAD: NtStatus = NtStatus::INVALID_PARAMETER;

fn ask(
    simulation: &mut Simulation,
    unit: DeviceRef,
    flags: u32,
    ids: (u32, u32),
    entry: u64,
) -> (NtStatus, u64) {
    let arguments = SetUnitDirectory {
        flags,
        unit_spec_id: ids.0,
        unit_sw_version: ids.1,
        entry,
        ..Default::default()
    };
    let mut request = AvRequest::new(DDI_VERSION_3, arguments);
    let status = send(simulation, unit, &mut request);
    (status, request.arguments::<SetUnitDirectory>().entry)
}

#[test]
fn added_and_removed() {
    let (mut simulation, deck) = bus_with(DECK);
    let other = simulation.attach(DECK).unwrap();
    let simulation = &mut simulation;
    let generation = simulation.bus().generation();
    let (add, remove) = (unit_directory::ADD, unit_directory::REMOVE);
    let ids = (0x00_A02D, 0xFF_FFFF);
    // The handle passed in is not looked at.
    let (status, first) = ask(simulation, deck, add, ids, 77);
    assert_eq!(status, OK);
    let (status, second) = ask(simulation, other, add, ids, first);
    assert_eq!(status, OK);
    assert!(first != second && ![0, 77].contains(&first) && second != 0);
    let entry = |owner| Directory {
        owner,
        unit_spec_id: ids.0,
        unit_sw_version: ids.1,
    };
    let there: Vec<_> = simulation.directories().map(|(_, entry)| *entry).collect();
    assert_eq!(there, [entry(deck), entry(other)]);
    for (unit, handle) in [(other, first), (deck, 0), (deck, first ^ 1), (deck, 77)] {
        assert_eq!(ask(simulation, unit, remove, ids, handle), (BAD, handle));
    }
    assert_eq!(ask(simulation, deck, remove, (0, 0), first), (OK, 0));
    assert_eq!(ask(simulation, deck, remove, ids, first), (BAD, first));
    let (_, third) = ask(simulation, deck, add, ids, 0);
    assert_ne!(third, first);
    assert_eq!(ask(simulation, deck, remove, ids, first), (BAD, first));
    assert_eq!(simulation.bus().generation(), generation);
    // A device that leaves takes its directories along.
    simulation.detach(deck);
    let there: Vec<_> = simulation.directories().map(|(_, entry)| *entry).collect();
    assert_eq!(there, [entry(other)]);
}

#[test]
fn resets_the_bus_if_it_is_told_to() {
    let (mut simulation, deck) = bus_with(DECK);
    let before = simulation.bus().generation();
    let after = unit_directory::BUS_RESET_AFTER;
    let simulation = &mut simulation;
    let (_, handle) = ask(simulation, deck, unit_directory::ADD | after, (1, 1), 0);
    assert_eq!(simulation.bus().generation(), before + 1);
    let gone = ask(
        simulation,
        deck,
        unit_directory::REMOVE | after,
        (1, 1),
        handle,
    );
    assert_eq!(gone, (OK, 0));
    assert_eq!(simulation.bus().generation(), before + 2);
    // Not when nothing was done.
    let refused = ask(
        simulation,
        deck,
        unit_directory::REMOVE | after,
        (1, 1),
        handle,
    );
    assert_eq!(refused, (BAD, handle));
    assert_eq!(simulation.bus().generation(), before + 2);
}

#[test]
fn refused_ones() {
    let (mut simulation, deck) = bus_with(DECK);
    let simulation = &mut simulation;
    for flags in [0, 3, 4, 7, 8, 9, u32::MAX] {
        assert_eq!(ask(simulation, deck, flags, (1, 1), 5), (BAD, 5));
    }
    for ids in [(0x0100_0000, 0), (0, 0x0100_0000)] {
        let refused = ask(simulation, deck, unit_directory::ADD, ids, 5);
        assert_eq!(refused, (BAD, 5));
    }
    for _ in 0..MAX_DIRECTORIES {
        assert_eq!(ask(simulation, deck, unit_directory::ADD, (1, 1), 0).0, OK);
    }
    let full = ask(simulation, deck, unit_directory::ADD, (1, 1), 5);
    assert_eq!(full, (NtStatus::INSUFFICIENT_RESOURCES, 5));
}

#[test]
fn bus_resets_on_request() {
    let (mut simulation, deck) = bus_with(DECK);
    let handle = simulation
        .connect(deck, common::point_to_point(deck, 0, 0))
        .unwrap();
    let before = (simulation.bus().generation(), common::in_use(&simulation));
    let mut request = AvRequest::new(DDI_VERSION_3, BusReset);
    assert_eq!(send(&mut simulation, deck, &mut request), OK);
    let after = (simulation.bus().generation(), common::in_use(&simulation));
    assert_eq!(after, (before.0 + 1, before.1));
    assert!(simulation.disconnect(deck, handle));
}
