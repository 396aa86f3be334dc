//! Tables, and the shares of processes, that are full.

use plug61883_abi::av61883::AvPcr;
use plug61883_abi::ids::Direction;
use plug61883_abi::ioctl::{
    MAX_CONNECTIONS, MAX_HANDLES, MAX_OPERATIONS, MAX_PLUGS, MAX_PROCESS_CONNECTIONS,
    MAX_PROCESS_DIRECTORIES, MAX_PROCESS_HANDLES, MAX_PROCESS_OPERATIONS, MAX_PROCESS_PLUGS,
    MAX_UNITS,
};
use plug61883_abi::status::NtStatus;
use plug61883_engine::Command;

use crate::play::world::{OWN_HANDLES, World};
use crate::scene::Scene;

const FULL: NtStatus = NtStatus::QUOTA_EXCEEDED;

#[test]
fn handles_and_units_up_to_their_limits() {
    let mut world = World::new();
    for handle in 0..MAX_HANDLES - OWN_HANDLES {
        assert!(
            world
                .open_as(100 + (handle / MAX_PROCESS_HANDLES) as u32)
                .is_some()
        );
    }
    // The world checks the status.
    assert_eq!(world.open_as(500), None);
    for _ in 0..MAX_UNITS {
        assert!(world.arrive(3).is_some());
    }
    assert_eq!(world.arrive(3), None);
    world.settle();
    world.cleanup(5);
    world.settle();
    assert!(world.close(5));
    assert!(world.open_as(500).is_some());
    world.leave(7);
    world.left(7);
    assert!(world.arrive(3).is_some());
    world.settle();
}

#[test]
fn a_process_has_its_share_of_handles_and_leaves_the_others_theirs() {
    let mut world = World::new();
    let mut handles = Vec::new();
    for _ in 0..MAX_PROCESS_HANDLES {
        handles.push(world.open_as(7).unwrap());
    }
    assert_eq!(world.open_as(7), None);
    assert!(world.open_as(8).is_some());
    world.cleanup(handles[0]);
    // It counts until it is closed.
    assert_eq!(world.open_as(7), None);
    assert!(world.close(handles[0]));
    assert!(world.open_as(7).is_some());
}

/// There are numbers for so many plugs in both directions only.
fn create(scene: &Scene, persist: bool) -> Command {
    Command::CreatePlug {
        unit: scene.unit_id(),
        direction: if persist {
            Direction::Out
        } else {
            Direction::In
        },
        pcr: AvPcr(0),
        persist,
    }
}

#[test]
fn a_process_has_its_share_of_what_it_makes() {
    type Make = fn(&Scene, bool) -> Command;
    let kinds: [(Make, usize); 3] = [
        (
            |scene, persist| scene.connect_command(persist),
            MAX_PROCESS_CONNECTIONS,
        ),
        (create, MAX_PROCESS_PLUGS),
        (
            |scene, persist| scene.directory_command(persist),
            MAX_PROCESS_DIRECTORIES,
        ),
    ];
    for (make, most) in kinds {
        let mut scene = Scene::new();
        let other = scene.world.open_as(200).unwrap();
        let twin = scene.world.open_as(100).unwrap();
        // Its own and what is persistent are two accounts; its handles are one.
        for persist in [false, true] {
            let command = make(&scene, persist);
            for count in 0..most {
                let handle = [scene.handle, twin][count % 2];
                scene.world.request(handle, command).unwrap();
                scene.world.settle();
            }
            let before = scene.world.interface();
            for handle in [scene.handle, twin] {
                assert_eq!(scene.world.request(handle, command), Err(FULL));
            }
            scene.world.settle();
            assert_eq!(scene.world.interface(), before, "nothing else changes");
        }
        // What is persistent is one account for all processes.
        let persistent = make(&scene, true);
        assert_eq!(scene.world.request(other, persistent), Err(FULL));
        let own = make(&scene, false);
        scene.world.request(other, own).unwrap();
        scene.world.settle();
        // What goes is given back.
        scene.world.cleanup(twin);
        scene.world.settle();
        scene.world.request(scene.handle, own).unwrap();
        scene.world.settle();
    }
}

#[test]
fn a_process_has_its_share_of_requests_under_way() {
    let mut scene = Scene::new();
    let id = scene.connect(false);
    let query = Command::GetPlug {
        unit: scene.unit_id(),
        direction: Direction::Out,
        number: 0,
    };
    let mut clients = Vec::new();
    for _ in 0..MAX_PROCESS_OPERATIONS {
        clients.push(scene.world.request(scene.handle, query).unwrap());
    }
    scene.world.run();
    assert_eq!(scene.world.request(scene.handle, query), Err(FULL));
    let other = scene.world.open_as(200).unwrap();
    scene.world.request(other, query).unwrap();
    // Undoing takes nothing new.
    scene.disconnect(scene.handle, id, false).unwrap();
    scene.world.settle();
    assert_eq!(scene.world.interface().operations, 0);
    scene.world.request(scene.handle, query).unwrap();
    scene.world.settle();
}

#[test]
fn requests_of_all_processes_have_a_limit_and_undoing_has_none() {
    let mut scene = Scene::new();
    let query = Command::GetPlug {
        unit: scene.unit_id(),
        direction: Direction::Out,
        number: 0,
    };
    let processes = MAX_OPERATIONS / MAX_PROCESS_OPERATIONS;
    let mut handles = vec![scene.handle];
    for process in 1..processes {
        handles.push(scene.world.open_as(100 + process as u32).unwrap());
    }
    for handle in &handles {
        let command = scene.connect_command(false);
        for _ in 0..MAX_PROCESS_CONNECTIONS {
            scene.world.request(*handle, command).unwrap();
            scene.world.settle();
        }
    }
    assert_eq!(scene.connections(), MAX_CONNECTIONS);
    let command = scene.connect_command(true);
    assert_eq!(scene.world.request(scene.handle, command), Err(FULL));
    // Every request that there can be is under way, held below.
    for handle in &handles {
        for _ in 0..MAX_PROCESS_OPERATIONS {
            scene.world.request(*handle, query).unwrap();
        }
    }
    scene.world.run();
    let other = scene.world.open_as(300).unwrap();
    assert_eq!(scene.world.request(other, query), Err(FULL));
    // All is undone at once.
    for handle in &handles {
        scene.world.cleanup(*handle);
    }
    scene.world.run();
    let operations = scene.world.interface().operations as usize;
    assert_eq!(operations, MAX_CONNECTIONS + MAX_OPERATIONS);
    scene.world.settle();
    assert_eq!(
        (scene.connections(), scene.world.interface().operations),
        (0, 0)
    );
}

#[test]
fn what_other_drivers_make_has_its_own_share() {
    let mut scene = Scene::new();
    for _ in 0..MAX_PROCESS_CONNECTIONS + 3 {
        scene.world.foreign_connect(scene.unit, false, true);
        scene.world.settle();
    }
    for _ in 0..MAX_PROCESS_PLUGS + 3 {
        scene.world.foreign_create(scene.unit, Direction::In, 0);
        scene.world.settle();
    }
    let listed = scene.world.interface();
    assert_eq!(listed.connections as usize, MAX_PROCESS_CONNECTIONS);
    assert_eq!(listed.plugs as usize, MAX_PROCESS_PLUGS);
    const { assert!(MAX_PROCESS_PLUGS < MAX_PLUGS) };
    // Those of this driver's clients are not among them.
    scene.connect(false);
    // What goes makes room for what comes.
    while scene.world.foreign_undo(0).is_some() {
        scene.world.settle();
    }
    scene.world.foreign_connect(scene.unit, false, true);
    scene.world.settle();
    assert_eq!(scene.world.interface().connections, 2);
}
