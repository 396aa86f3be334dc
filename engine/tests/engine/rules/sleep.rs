//! Units whose stack is stopped or asleep.

use plug61883_abi::status::NtStatus;

use crate::scene::Scene;

#[test]
fn a_unit_that_sleeps_is_sent_nothing_and_requests_time_out() {
    let mut scene = Scene::new();
    scene.world.suspend(scene.unit);
    let command = scene.connect_command(false);
    let client = scene.world.request(scene.handle, command).unwrap();
    // The world panics on anything that is sent to it.
    scene.world.pass(5_000);
    scene.world.run();
    assert_eq!(scene.world.status(client), NtStatus::IO_TIMEOUT);
    scene.world.restart(scene.unit);
    scene.world.settle();
    assert_eq!(scene.connections(), 0);
}

#[test]
fn what_waits_is_sent_when_the_unit_goes_on() {
    let mut scene = Scene::new();
    scene.world.suspend(scene.unit);
    let command = scene.connect_command(false);
    let client = scene.world.request(scene.handle, command).unwrap();
    scene.world.pass(4_000);
    scene.world.restart(scene.unit);
    scene.world.settle();
    assert_eq!(scene.world.status(client), NtStatus::SUCCESS);
    assert_eq!(scene.connections(), 1);
}

#[test]
fn what_is_to_be_undone_waits_however_long_the_unit_sleeps() {
    let mut scene = Scene::new();
    scene.connect(false);
    scene.create(false);
    scene.add_directory(false);
    scene.world.suspend(scene.unit);
    scene.world.cleanup(scene.handle);
    scene.world.run();
    scene.world.pass(8 * 3_600_000);
    scene.world.expire(scene.unit);
    scene.world.run();
    assert_eq!(scene.live(), [1, 1, 1]);
    scene.world.restart(scene.unit);
    scene.world.settle();
    assert_eq!(scene.live(), [0; 3]);
}

#[test]
fn a_unit_that_leaves_in_its_sleep_is_asked_all_the_same() {
    let mut scene = Scene::new();
    scene.connect(true);
    scene.world.suspend(scene.unit);
    scene.world.leave(scene.unit);
    scene.world.settle();
    assert!(scene.world.units[scene.unit].quiet);
    assert_eq!(scene.live(), [0; 3]);
    assert!(scene.world.lower.registered.is_empty());
}
