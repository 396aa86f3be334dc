//! Units that leave.

use plug61883_abi::ids::{Direction, UnitId};
use plug61883_abi::status::NtStatus;
use plug61883_engine::Command;

use super::CANCELLED;
use crate::scene::Scene;

#[test]
fn a_leaving_unit_has_its_connections_broken_persistent_ones_too() {
    let mut scene = Scene::new();
    scene.connect(false);
    scene.connect(true);
    scene.world.leave(scene.unit, true);
    scene.world.settle();
    assert!(scene.world.units[scene.unit].quiet);
    assert_eq!(scene.live(), 0);
}

#[test]
fn a_disconnect_under_way_when_the_unit_leaves_is_made_good() {
    // Not armed, or cancelled below.
    for armed in [false, true] {
        let mut scene = Scene::new();
        let id = scene.connect(true);
        let world = &mut scene.world;
        let client = world
            .disconnect(scene.handle, UnitId::NONE, id, false, 5_000)
            .unwrap();
        if armed {
            world.arm(client);
            world.run();
        }
        world.leave(scene.unit, true);
        world.run();
        if armed {
            scene.answer(CANCELLED);
        }
        scene.world.settle();
        assert!(scene.world.units[scene.unit].quiet);
        assert_eq!(scene.live(), 0);
    }
}

#[test]
fn a_unit_that_is_stuck_does_not_keep_another_from_leaving() {
    let mut scene = Scene::new();
    let second = scene.world.arrive(3).unwrap();
    let command = scene.connect_command(false);
    scene.world.request(scene.handle, command).unwrap();
    scene.world.run();
    scene.world.leave(scene.unit, true);
    scene.world.leave(second, true);
    scene.world.run();
    assert!(!scene.world.units[scene.unit].quiet, "a connect is held");
    assert!(scene.world.units[second].quiet);
    scene.world.settle();
    assert!(scene.world.units[scene.unit].quiet);
}

#[test]
fn a_unit_that_is_out_of_reach_is_asked_nothing_and_not_listed() {
    let mut scene = Scene::new();
    let id = scene.connect(true);
    scene.world.leave(scene.unit, false);
    // The world checks that lists name nothing of it.
    scene.world.run();
    assert!(scene.world.below(None).is_empty());
    let refused = scene.disconnect(scene.handle, id, true);
    assert_eq!(refused, Err(NtStatus::NO_SUCH_DEVICE));
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
    scene.world.reserve(scene.handle, command).unwrap();
    scene.world.leave(scene.unit, true);
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
    assert!(scene.world.next(), "releases");
    assert_eq!(scene.world.releases.len(), 1);
    scene.world.leave(scene.unit, true);
    scene.world.left(scene.unit);
    // The world fails on a second order for it.
    scene.world.settle();
    assert!(scene.world.is_empty());
}

#[test]
fn plug_ids_of_a_unit_that_has_left_do_not_name_plugs_of_the_next() {
    let mut scene = Scene::new();
    let old = scene.output;
    scene.world.leave(scene.unit, true);
    scene.world.left(scene.unit);
    scene.world.settle();
    let next = scene.world.arrive(3).unwrap();
    let new = scene.world.plug_id(scene.handle, next, Direction::Out, 0);
    assert_ne!(new, old);
    let command = Command::PlugState {
        unit: UnitId::NONE,
        plug: old,
    };
    let refused = scene.world.request(scene.handle, command);
    assert_eq!(refused, Err(NtStatus::INVALID_PARAMETER));
}
