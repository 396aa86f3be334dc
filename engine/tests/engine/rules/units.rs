//! Units that leave, and those that can't be managed.

use plug61883_abi::av61883::unit_info_level;
use plug61883_abi::ids::{ConnectionId, Direction, DirectoryId, PlugId, UnitId};
use plug61883_abi::status::NtStatus;
use plug61883_engine::Command;

use super::{BROKEN, CANCELLED};
use crate::play::lower::Outcome;
use crate::play::world::World;
use crate::scene::Scene;

#[test]
fn a_leaving_unit_has_all_undone_persistent_things_too() {
    let mut scene = Scene::new();
    for persist in [false, true] {
        scene.connect(persist);
        scene.add_directory(persist);
        let plug = scene.create(persist);
        let command = scene.connect_of(scene.output, plug, persist);
        scene.world.request(scene.handle, command).unwrap();
        scene.world.settle();
    }
    assert_eq!(scene.live(), [4, 2, 2]);
    scene.world.leave(scene.unit);
    scene.world.settle();
    // The protocol driver panics on a plug that goes before its connections.
    assert!(scene.world.units[scene.unit].quiet);
    assert_eq!(scene.live(), [0; 3]);
    assert!(scene.world.lower.registered.is_empty());
}

#[test]
fn a_unit_that_leaves_without_a_word_has_its_requests_answered() {
    let mut scene = Scene::new();
    let command = scene.connect_command(false);
    let client = scene.world.request(scene.handle, command).unwrap();
    scene.world.left(scene.unit);
    scene.world.settle();
    assert_eq!(scene.world.status(client), NtStatus::DEVICE_REMOVED);
    assert!(scene.world.is_empty());
}

#[test]
fn a_disconnect_under_way_when_the_unit_leaves_is_made_good() {
    // Not armed, or cancelled below.
    for armed in [false, true] {
        let mut scene = Scene::new();
        let id = scene.connect(true);
        let client = scene.place_disconnect(id);
        if armed {
            scene.world.arm(client);
            scene.world.run();
        }
        scene.world.leave(scene.unit);
        scene.world.run();
        if armed {
            let below = scene.world.below(None);
            for key in below {
                scene.world.complete(key, CANCELLED);
            }
        }
        scene.world.settle();
        assert!(scene.world.units[scene.unit].quiet);
        assert_eq!(scene.connections(), 0);
        assert_eq!(scene.world.status(client), NtStatus::DEVICE_REMOVED);
    }
}

#[test]
fn a_unit_that_is_stuck_does_not_keep_another_from_leaving() {
    let mut scene = Scene::new();
    let second = scene.world.arrive(3).unwrap();
    scene.world.settle();
    let command = scene.connect_command(false);
    scene.world.request(scene.handle, command).unwrap();
    scene.world.run();
    scene.world.leave(scene.unit);
    scene.world.leave(second);
    scene.world.run();
    while let Some(key) = scene.world.below(Some(second)).first() {
        scene.world.complete(*key, Outcome::Honest);
        scene.world.run();
    }
    assert!(!scene.world.units[scene.unit].quiet, "a connect is held");
    assert!(scene.world.units[second].quiet);
    scene.world.settle();
    assert!(scene.world.units[scene.unit].quiet);
}

#[test]
fn what_can_not_be_undone_does_not_keep_a_unit_from_leaving() {
    let mut scene = Scene::new();
    let plug = scene.create(true);
    let command = scene.connect_of(scene.output, plug, true);
    scene.world.request(scene.handle, command).unwrap();
    scene.world.settle();
    scene.world.leave(scene.unit);
    scene.world.answer_all(BROKEN);
    // The plug is not deleted from under its connection.
    assert_eq!(scene.live(), [1, 1, 0]);
    assert!(scene.world.units[scene.unit].quiet);
}

#[test]
fn a_unit_that_is_gone_is_asked_nothing_and_not_listed() {
    let mut scene = Scene::new();
    let id = scene.connect(true);
    scene.world.leave(scene.unit);
    let refused = scene.disconnect(scene.handle, id, true);
    assert!(refused.is_err());
    scene.world.left(scene.unit);
    scene.world.settle();
    let refused = scene.disconnect(scene.handle, id, true);
    assert_eq!(refused, Err(NtStatus::INVALID_PARAMETER));
    assert!(scene.world.is_empty());
}

#[test]
fn what_is_reserved_when_its_unit_leaves_is_given_back_by_the_shell_alone() {
    let mut scene = Scene::new();
    let command = scene.connect_command(false);
    scene.world.begin(scene.handle, command, 5_000).unwrap();
    scene.world.leave(scene.unit);
    scene.world.left(scene.unit);
    // The world fails on a release order for what the shell still prepares.
    scene.world.settle();
    let refused = scene.world.start(0, 1);
    assert_eq!(refused, Err(NtStatus::INVALID_PARAMETER));
    assert!(scene.world.is_empty());
}

#[test]
fn what_the_shell_is_freeing_when_its_unit_leaves_is_not_released_again() {
    let mut scene = Scene::new();
    let command = scene.connect_command(true);
    let client = scene.world.request(scene.handle, command).unwrap();
    scene.world.cancel(client);
    while scene.world.releases.is_empty() {
        assert!(scene.world.next(), "releases");
    }
    scene.world.leave(scene.unit);
    scene.world.left(scene.unit);
    // The world fails on a second order for it.
    scene.world.settle();
    assert!(scene.world.is_empty());
}

#[test]
fn plug_ids_of_a_unit_that_has_left_do_not_name_plugs_of_the_next() {
    let mut scene = Scene::new();
    let old = scene.output;
    scene.world.leave(scene.unit);
    scene.world.left(scene.unit);
    scene.world.settle();
    let next = scene.world.arrive(3).unwrap();
    scene.world.settle();
    let new = scene.world.plug_id(scene.handle, next, Direction::Out, 0);
    assert_ne!(new, old);
    let command = Command::PlugState {
        unit: UnitId::NONE,
        plug: old,
    };
    let refused = scene.world.request(scene.handle, command);
    assert_eq!(refused, Err(NtStatus::INVALID_PARAMETER));
}

/// Every command that names a unit, all else being made up.
fn commands_for(unit: UnitId) -> Vec<Command> {
    let plug = PlugId::new(0, Direction::Out, 1, 1);
    let scene = Scene::new();
    let mut commands = vec![
        Command::UnitInfo {
            unit,
            level: unit_info_level::DDI_VERSION,
            flags: 0,
        },
        Command::SetUnitInfo {
            unit,
            level: 1,
            words: [0; 4],
        },
        Command::GetPlug {
            unit,
            direction: Direction::Out,
            number: 0,
        },
        Command::PlugState { unit, plug },
        Command::SetPlug {
            unit,
            plug,
            pcr: plug61883_abi::av61883::AvPcr(0),
        },
        Command::Disconnect {
            unit,
            connection: ConnectionId::new(0, 1),
            force: false,
        },
        Command::DeletePlug {
            unit,
            plug,
            force: false,
        },
        Command::RemoveDirectory {
            unit,
            directory: DirectoryId::new(0, 1),
            bus_reset: false,
            force: false,
        },
        Command::BusReset(unit),
    ];
    let mut create = scene.create_command(false);
    if let Command::CreatePlug { unit: of, .. } = &mut create {
        *of = unit;
    }
    let mut add = scene.directory_command(false);
    if let Command::AddDirectory { unit: of, .. } = &mut add {
        *of = unit;
    }
    let mut connect = scene.connect_of(plug, PlugId::NONE, false);
    if let Command::Connect(connect) = &mut connect {
        connect.unit = unit;
    }
    commands.extend([create, add, connect]);
    commands
}

#[test]
fn a_protocol_driver_that_is_too_old_is_refused_every_request() {
    let mut world = World::new();
    let handle = world.open().unwrap();
    let unit = world.arrive(1).unwrap();
    // Before the version is known a request is taken, and learns it.
    let id = world.units[unit].id;
    let early = Command::GetPlug {
        unit: id,
        direction: Direction::Out,
        number: 0,
    };
    let client = world.request(handle, early).unwrap();
    world.settle();
    assert_eq!(world.status(client), NtStatus::REVISION_MISMATCH);
    assert!(world.lower.registered.is_empty(), "nothing is asked of it");
    for command in commands_for(id) {
        let refused = world.engine.begin(world.key_of(handle), &command, 1);
        assert_eq!(refused, Err(NtStatus::REVISION_MISMATCH), "{command:?}");
    }
    for command in [
        Command::ListPlugs(id),
        Command::ListConnections(id),
        Command::ListDirectories(id),
    ] {
        let key = world.key_of(handle);
        let refused = world.engine.query(key, &command, &mut [0; 64]);
        assert_eq!(refused, Some(Err(NtStatus::REVISION_MISMATCH)));
    }
}

#[test]
fn a_unit_that_is_not_there_or_leaving_is_no_such_device() {
    let mut scene = Scene::new();
    let stranger = UnitId::new(5, 1);
    scene.world.leave(scene.unit);
    for unit in [stranger, scene.unit_id(), UnitId::new(0, 9)] {
        for command in commands_for(unit) {
            let key = scene.world.key_of(scene.handle);
            let refused = scene.world.engine.begin(key, &command, 1);
            assert_eq!(refused, Err(NtStatus::NO_SUCH_DEVICE), "{command:?}");
        }
    }
}
