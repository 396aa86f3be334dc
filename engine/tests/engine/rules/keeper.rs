//! What is asked of the protocol driver without a client: callbacks, and the check after a bus
//! reset.

use plug61883_abi::ids::{ConnectionId, PlugId};
use plug61883_abi::ioctl::{ConnectReply, event_kind, event_reason};

use super::BROKEN;
use crate::play::lower::Outcome;
use crate::play::world::World;
use crate::scene::Scene;

fn lose(scene: &mut Scene, connection: usize) {
    let handle = *scene.world.lower.live.keys().nth(connection).unwrap();
    scene.world.lower.live.get_mut(&handle).unwrap().lost = true;
}

#[test]
fn both_callbacks_are_registered_and_deregistered_before_the_unit_is_quiet() {
    let mut world = World::new();
    let unit = world.arrive(3).unwrap();
    world.settle();
    assert_eq!(world.lower.registered.len(), 2);
    world.leave(unit);
    world.run();
    assert!(!world.units[unit].quiet, "that takes two requests");
    world.settle();
    assert!(world.units[unit].quiet && world.lower.registered.is_empty());
}

#[test]
fn a_deregistration_that_fails_is_tried_once() {
    let mut world = World::new();
    let unit = world.arrive(3).unwrap();
    world.settle();
    world.leave(unit);
    world.answer_all(BROKEN);
    assert!(world.units[unit].quiet);
}

#[test]
fn a_connection_lost_after_a_bus_reset_is_found_told_and_undone() {
    let mut scene = Scene::new();
    scene.connect(true);
    let lost = scene.connect(false);
    lose(&mut scene, 1);
    let from = scene.mark();
    scene.world.bus_reset(scene.unit, true);
    // For one second the protocol driver may make them again.
    scene.world.pass(1_999);
    scene.world.settle();
    assert_eq!(scene.connections(), 2);
    scene.world.pass(1);
    scene.world.settle();
    // It is not only told: the protocol driver forgets it too.
    assert_eq!(scene.connections(), 1);
    let told = [
        (event_kind::BUS_RESET, 0),
        (event_kind::DISCONNECTED, event_reason::LOST),
    ];
    assert_eq!(scene.told(from), told);
    assert_eq!(scene.world.log.last().unwrap().connection, lost);
}

#[test]
fn a_foreign_connection_that_is_lost_is_its_owners_to_break() {
    let mut scene = Scene::new();
    // It names the same plug as one that the engine can ask for.
    scene.world.foreign_connect(scene.unit, false, true);
    scene.world.settle();
    let id = ConnectionId(scene.world.items[0].id.unwrap());
    lose(&mut scene, 0);
    scene.world.bus_reset(scene.unit, true);
    scene.world.pass(2_000);
    scene.world.settle();
    let last = scene.world.log.last().unwrap();
    assert_eq!((last.connection, last.reason), (id, event_reason::LOST));
    assert_eq!(scene.connections(), 1, "nothing is sent for it");
}

#[test]
fn a_bus_reset_that_nobody_told_is_found_when_the_stack_goes_on() {
    let mut scene = Scene::new();
    scene.connect(true);
    lose(&mut scene, 0);
    scene.world.suspend(scene.unit);
    scene.world.bus_reset(scene.unit, false);
    scene.world.restart(scene.unit);
    let from = scene.mark();
    scene.world.settle();
    assert_eq!(scene.told(from), [(event_kind::BUS_RESET, 0)]);
    assert_eq!(scene.connections(), 1, "the device takes its time");
    scene.world.pass(2_000);
    scene.world.settle();
    assert_eq!(scene.connections(), 0);
}

#[test]
fn a_connection_made_while_its_plug_is_asked_is_not_taken_for_lost() {
    let mut scene = Scene::new();
    // Of one plug, so that one question is the whole check.
    let command = scene.connect_of(scene.output, PlugId::NONE, true);
    let _: ConnectReply = scene.done(scene.handle, command);
    scene.world.bus_reset(scene.unit, true);
    scene.world.pass(2_000);
    scene.world.run();
    // The protocol driver is asked, and does not answer yet.
    let asked = scene.world.below(None);
    assert_eq!(asked.len(), 1);
    scene.world.request(scene.handle, command).unwrap();
    scene.world.run();
    for key in scene.world.below(None) {
        if key != asked[0] {
            scene.world.complete(key, Outcome::Honest);
        }
    }
    scene.world.run();
    // It had counted one. (The play counts when it answers: so it loses one first.)
    lose(&mut scene, 1);
    scene.world.complete(asked[0], Outcome::Honest);
    scene.world.settle();
    assert_eq!(scene.world.interface().connections, 2);
}

#[test]
fn another_bus_reset_makes_the_answer_worthless() {
    let mut scene = Scene::new();
    scene.connect(true);
    scene.world.bus_reset(scene.unit, true);
    scene.world.pass(2_000);
    scene.world.run();
    lose(&mut scene, 0);
    scene.world.bus_reset(scene.unit, true);
    scene.answer(Outcome::Honest);
    scene.world.settle();
    assert_eq!(scene.connections(), 1);
    // It is made again meanwhile.
    for live in scene.world.lower.live.values_mut() {
        live.lost = false;
    }
    scene.world.pass(2_000);
    scene.world.settle();
    assert_eq!(scene.connections(), 1);
}
