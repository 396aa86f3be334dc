//! Tables that are full.

use plug61883_abi::ids::Direction;
use plug61883_abi::ioctl::{MAX_CONNECTIONS, MAX_HANDLES, MAX_OPERATIONS, MAX_UNITS};
use plug61883_abi::status::NtStatus;
use plug61883_engine::Command;

use crate::scene::Scene;
use crate::world::World;

#[test]
fn handles_and_units_up_to_their_limits() {
    let mut world = World::new();
    for _ in 0..MAX_HANDLES {
        assert!(world.open().is_some());
    }
    // The world checks the status.
    assert_eq!(world.open(), None);
    for _ in 0..MAX_UNITS {
        assert!(world.arrive(3).is_some());
    }
    assert_eq!(world.arrive(3), None);
    world.check_lists();
    world.cleanup(5);
    assert!(world.close(5));
    assert!(world.open().is_some());
    world.leave(7, true);
    world.left(7);
    assert!(world.arrive(3).is_some());
    world.check_lists();
}

#[test]
fn a_full_table_of_connections_can_still_be_broken() {
    let mut scene = Scene::new();
    let mut ids = Vec::new();
    for _ in 0..MAX_CONNECTIONS {
        ids.push(scene.connect(true));
    }
    let command = scene.connect_command(true);
    let refused = scene.world.request(scene.handle, command);
    assert_eq!(refused, Err(NtStatus::QUOTA_EXCEEDED));
    assert_eq!(scene.live(), MAX_CONNECTIONS);
    // Every operation there can be is under way, held below.
    let query = Command::GetPlug {
        unit: scene.world.units[scene.unit].id,
        direction: Direction::Out,
        number: 0,
    };
    for _ in 0..MAX_OPERATIONS {
        scene.world.request(scene.handle, query).unwrap();
    }
    scene.world.run();
    let refused = scene.world.request(scene.handle, query);
    assert_eq!(refused, Err(NtStatus::QUOTA_EXCEEDED));
    // Breaking takes nothing new.
    for id in &ids {
        scene.disconnect(scene.handle, *id, false).unwrap();
    }
    scene.world.run();
    assert_eq!(
        scene.world.operations(),
        MAX_CONNECTIONS + MAX_OPERATIONS,
        "all at once"
    );
    scene.world.settle();
    assert_eq!((scene.live(), scene.world.operations()), (0, 0));
    scene.connect(true);
    assert_eq!(scene.live(), 1);
}
