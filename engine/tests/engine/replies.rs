//! What replies and lists hold.

use plug61883_abi::av61883::{unit_info_flags, unit_info_level};
use plug61883_abi::ids::{Direction, UnitId};
use plug61883_abi::ioctl::{self, List, PlugEntry, Snapshot};
use plug61883_abi::status::NtStatus;
use plug61883_engine::{Command, Wait};
use zerocopy::FromBytes;

use crate::play::lower::Outcome;
use crate::scene::Scene;

#[test]
fn every_level_of_unit_information_is_told() {
    let mut scene = Scene::new();
    let unit = scene.world.units[scene.unit].id;
    for level in [
        unit_info_level::IDS,
        unit_info_level::CAPABILITIES,
        unit_info_level::ISOCH_PARAMS,
        unit_info_level::BUS_GENERATION_NODE,
        unit_info_level::DDI_VERSION,
        unit_info_level::DIAG_LEVEL,
    ] {
        let flags = 0;
        let command = Command::UnitInfo { unit, level, flags };
        let client = scene.world.request(scene.handle, command).unwrap();
        scene.world.settle();
        assert_eq!(scene.world.status(client), NtStatus::SUCCESS);
        // The status of the protocol driver comes with who gave it.
        let client = scene.world.request(scene.handle, command).unwrap();
        scene.world.run();
        scene.answer(Outcome::Fail(NtStatus::INVALID_PARAMETER));
        let status = scene.world.clients[client].header().status;
        assert_eq!(status, NtStatus::INVALID_PARAMETER);
    }
}

#[test]
fn a_plugs_state_stands_without_its_register() {
    // The bus generation or the register can't be had, or even asked for.
    for step in 1..=2 {
        for refused in [false, true] {
            let mut scene = Scene::new();
            let command = Command::PlugState {
                unit: UnitId::NONE,
                plug: scene.output,
            };
            let client = scene.world.request(scene.handle, command).unwrap();
            for _ in 0..step {
                scene.world.run();
                let below = scene.world.below(None);
                scene.world.complete(below[0], Outcome::Honest);
            }
            scene.world.until_sent();
            if refused {
                let status = NtStatus::INVALID_DEVICE_STATE;
                scene.world.pass_down(0, Some(status));
                scene.world.returned(0);
                scene.world.run();
            } else {
                scene.world.returned(0);
                scene.answer(Outcome::Fail(NtStatus::IO_DEVICE_ERROR));
            }
            assert_eq!(scene.world.status(client), NtStatus::SUCCESS);
            let reply: ioctl::PlugState = scene.world.clients[client].reply();
            assert_eq!((reply.pcr_valid, reply.payload), (0, 3));
        }
    }
}

#[test]
fn a_register_is_told_with_the_generation_it_was_read_in() {
    let mut scene = Scene::new();
    for offset in (0x900..=0x9FC).step_by(if cfg!(miri) { 32 } else { 4 }) {
        let unit = scene.unit_id();
        let command = Command::ReadRegister { unit, offset };
        let client = scene.world.request(scene.handle, command).unwrap();
        scene.world.settle();
        // Now and then the world has no memory for an MDL.
        if scene.world.status(client) == NtStatus::INSUFFICIENT_RESOURCES {
            continue;
        }
        let reply: ioctl::RegisterReply = scene.world.clients[client].reply();
        assert_eq!(reply.header.status, NtStatus::SUCCESS);
        assert_eq!((reply.offset, reply.value), (offset, 0x803F_0102));
        assert_eq!(
            reply.generation,
            scene.world.lower.nodes(scene.unit).generation
        );
        scene.world.bus_reset(scene.unit, true);
    }
}

#[test]
fn a_register_that_can_not_be_read_is_a_failure() {
    // The bus generation can't be had, or the register can't; or neither can be asked for.
    for step in 0..2 {
        for refused in [false, true] {
            let mut scene = Scene::new();
            let command = Command::ReadRegister {
                unit: scene.unit_id(),
                offset: 0x980,
            };
            let client = scene.world.request(scene.handle, command).unwrap();
            for _ in 0..step {
                scene.world.run();
                let below = scene.world.below(None);
                scene.world.complete(below[0], Outcome::Honest);
            }
            scene.world.until_sent();
            let failure = NtStatus::INVALID_GENERATION;
            if refused {
                scene.world.pass_down(0, Some(failure));
                scene.world.returned(0);
                scene.world.run();
                assert_eq!(scene.world.status(client), failure);
            } else {
                scene.world.returned(0);
                scene.answer(Outcome::Fail(failure));
                assert_eq!(scene.world.status(client), NtStatus::SUCCESS);
                let reply: ioctl::RegisterReply = scene.world.clients[client].reply();
                assert_eq!(reply.header.status, failure);
                assert_eq!((reply.offset, reply.value, reply.generation), (0x980, 0, 0));
            }
        }
    }
}

#[test]
fn a_list_that_does_not_fit_tells_the_size_it_needs() {
    let mut scene = Scene::new();
    scene
        .world
        .plug_id(scene.handle, scene.unit, Direction::Out, 1);
    let (entry, start) = (size_of::<PlugEntry>(), size_of::<List>());
    let key = scene.world.handles[scene.handle].key;
    let all = Command::ListPlugs(UnitId::NONE);
    for room in (start..start + 4 * entry).step_by(if cfg!(miri) { 15 } else { 1 }) {
        let mut reply = vec![0; room];
        let size = scene.world.engine.query(key, &all, &mut reply);
        let size = size.unwrap().unwrap();
        let fit = ((room - start) / entry).min(3);
        assert_eq!(size, start + fit * entry);
        let (list, _) = List::read_from_prefix(&reply).unwrap();
        assert_eq!((list.total, list.count as usize), (3, fit));
        assert_eq!(list.header.size as usize, start + 3 * entry);
    }
    let mut short = vec![0; start - 1];
    let refused = scene.world.engine.query(key, &all, &mut short).unwrap();
    assert_eq!(refused, Err(NtStatus::BUFFER_TOO_SMALL));
}

#[test]
fn lists_of_an_unknown_unit_are_refused() {
    let mut scene = Scene::new();
    let stale = scene.world.units[scene.unit].id;
    scene.world.leave(scene.unit);
    scene.world.left(scene.unit);
    let key = scene.world.handles[scene.handle].key;
    for unit in [stale, UnitId(u64::MAX), UnitId(1), UnitId(0xFFFF)] {
        for command in [
            Command::ListPlugs(unit),
            Command::ListConnections(unit),
            Command::ListDirectories(unit),
        ] {
            let refused = scene.world.engine.query(key, &command, &mut [0; 64]);
            assert_eq!(refused, Some(Err(NtStatus::NO_SUCH_DEVICE)));
        }
    }
}

#[test]
fn a_reply_that_is_being_delivered_is_left_alone_by_what_follows() {
    let mut scene = Scene::new();
    let command = scene.connect_command(false);
    let client = scene.world.request(scene.handle, command).unwrap();
    scene.world.until_sent();
    scene.world.returned(0);
    let below = scene.world.below(None);
    scene.world.complete(below[0], Outcome::Honest);
    while scene.world.deliveries.is_empty() {
        assert!(scene.world.next(), "delivers");
    }
    scene.world.cleanup(scene.handle);
    // The connection is broken while the shell still completes the connect; the world checks
    // that its reply stays what it was.
    scene.world.until_sent();
    scene.world.returned(0);
    let below = scene.world.below(None);
    scene
        .world
        .complete(below[0], Outcome::Fail(NtStatus::IO_DEVICE_ERROR));
    scene.world.delivered(0);
    assert_eq!(scene.world.status(client), NtStatus::SUCCESS);
}

#[test]
fn capabilities_of_this_computer_are_told_when_asked_for() {
    let reply: ioctl::UnitInfo = {
        let mut scene = Scene::new();
        let command = Command::UnitInfo {
            unit: scene.unit_id(),
            level: unit_info_level::CAPABILITIES,
            flags: unit_info_flags::LOCAL,
        };
        scene.done(scene.handle, command)
    };
    // This computer's capabilities, not the device's.
    assert_eq!((reply.output_plugs, reply.input_plugs), (31, 31));
}

#[test]
fn a_snapshot_that_does_not_fit_holds_no_entries_and_skips_no_events() {
    let mut scene = Scene::new();
    scene.connect(true);
    let key = scene.world.key_of(scene.handle);
    let start = size_of::<Snapshot>();
    let mut reply = vec![0; 4_000];
    let size = scene
        .world
        .engine
        .query(key, &Command::Snapshot, &mut reply);
    let needed = size.unwrap().unwrap();
    let connected = scene.mark();
    scene.connect(true);
    let needed = needed + size_of::<ioctl::ConnectionEntry>();
    for room in (start..needed).step_by(if cfg!(miri) { 40 } else { 1 }) {
        let mut reply = vec![0xA5; room];
        let size = scene
            .world
            .engine
            .query(key, &Command::Snapshot, &mut reply);
        assert_eq!(size, Some(Ok(start)));
        let (snapshot, _) = Snapshot::read_from_prefix(&reply).unwrap();
        assert_eq!((snapshot.complete, snapshot.units), (0, 1));
        assert_eq!((snapshot.plugs, snapshot.connections), (2, 2));
        assert_eq!(snapshot.header.size as usize, needed);
        assert_eq!(snapshot.sequence as usize, scene.mark() + 1);
    }
    let mut reply = vec![0; 200];
    let wait = scene.world.engine.wait(key, true, &mut reply);
    assert!(matches!(wait, Ok(Wait::Ready(_))));
    let (batch, _) = ioctl::EventBatch::read_from_prefix(&reply).unwrap();
    assert_eq!((batch.first as usize, batch.count), (connected + 1, 1));
    let short = &mut reply[..start - 1];
    let refused = scene.world.engine.query(key, &Command::Snapshot, short);
    assert_eq!(refused, Some(Err(NtStatus::BUFFER_TOO_SMALL)));
}

#[test]
fn the_interface_tells_every_bound() {
    let mut scene = Scene::new();
    let told = scene.world.interface();
    let bounds = [
        (told.max_units, ioctl::MAX_UNITS),
        (told.max_handles, ioctl::MAX_HANDLES),
        (told.max_connections, ioctl::MAX_CONNECTIONS),
        (told.max_plugs, ioctl::MAX_PLUGS),
        (told.max_directories, ioctl::MAX_DIRECTORIES),
        (told.max_operations, ioctl::MAX_OPERATIONS),
        (told.max_waits, ioctl::MAX_WAITS),
        (told.max_events, ioctl::MAX_EVENTS),
        (told.max_process_handles, ioctl::MAX_PROCESS_HANDLES),
        (told.max_process_connections, ioctl::MAX_PROCESS_CONNECTIONS),
        (told.max_process_plugs, ioctl::MAX_PROCESS_PLUGS),
        (told.max_process_directories, ioctl::MAX_PROCESS_DIRECTORIES),
        (told.max_process_operations, ioctl::MAX_PROCESS_OPERATIONS),
    ];
    for (told, bound) in bounds {
        assert_eq!(told as usize, bound);
    }
    assert_eq!(told.driver_version, [0, 1, 0, 0]);
}
