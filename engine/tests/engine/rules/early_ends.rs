//! Requests that end early.

use plug61883_abi::ids::Direction;
use plug61883_abi::status::NtStatus;
use plug61883_engine::Command;

use super::CANCELLED;
use crate::play::lower::Outcome;
use crate::scene::Scene;

#[test]
fn a_held_request_is_cancelled_below_and_its_answer_comes_at_once() {
    let mut scene = Scene::new();
    let command = scene.connect_command(true);
    let client = scene.world.request(scene.handle, command).unwrap();
    scene.world.run();
    scene.world.cancel(client);
    assert_eq!(scene.world.status(client), NtStatus::CANCELLED);
    scene.world.run();
    // It succeeds all the same: the connection that nobody knows of is broken again.
    scene.answer(Outcome::Honest);
    assert_eq!(scene.connections(), 1);
    scene.world.settle();
    assert_eq!(scene.connections(), 0);
    assert_eq!(scene.world.interface().operations, 0);
}

#[test]
fn a_request_past_its_deadline_is_answered_with_a_timeout() {
    let mut scene = Scene::new();
    let command = scene.connect_command(false);
    let client = scene.world.request(scene.handle, command).unwrap();
    scene.world.run();
    scene.world.now += 4_999;
    scene.world.expire(scene.unit);
    scene.world.run();
    assert!(scene.world.clients[client].waiting());
    scene.world.now += 1;
    scene.world.expire(scene.unit);
    scene.world.run();
    assert_eq!(scene.world.status(client), NtStatus::IO_TIMEOUT);
    scene.answer(CANCELLED);
    scene.world.settle();
    assert_eq!(
        (scene.connections(), scene.world.interface().operations),
        (0, 0)
    );
}

#[test]
fn a_plug_whose_handle_changed_meanwhile_is_not_connected_by_half() {
    let mut scene = Scene::new();
    let command = scene.connect_command(false);
    scene.world.begin(scene.handle, command, 5_000).unwrap();
    let client = scene.world.start(0, 5_000).unwrap();
    let (handle, unit) = (scene.handle, scene.unit);
    scene.world.lower.replug(unit, Direction::Out as u32, 0);
    let command = Command::GetPlug {
        unit: scene.world.units[unit].id,
        direction: Direction::Out,
        number: 0,
    };
    scene.world.request(handle, command).unwrap();
    scene.world.settle();
    scene.world.arm(client);
    scene.world.settle();
    assert_eq!(scene.world.status(client), NtStatus::INVALID_PARAMETER);
    assert_eq!(scene.connections(), 0);
}
