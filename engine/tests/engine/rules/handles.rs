//! Handles that close.

use super::{BROKEN, CANCELLED};
use crate::play::lower::Outcome;
use crate::scene::Scene;

#[test]
fn cleanup_breaks_what_the_handle_has_connected_and_nothing_else() {
    let mut scene = Scene::new();
    scene.connect(false);
    let persists = scene.connect(true);
    scene.world.cleanup(scene.handle);
    scene.world.settle();
    assert_eq!(scene.connections(), 1);
    let other = scene.world.open_as(200).unwrap();
    scene.disconnect(other, persists, false).unwrap();
    scene.world.settle();
    assert_eq!(scene.connections(), 0);
}

#[test]
fn cleanup_during_a_connect_undoes_it() {
    for persist in [false, true] {
        for completes_before_cleanup in [false, true] {
            let mut scene = Scene::new();
            let command = scene.connect_command(persist);
            scene.world.request(scene.handle, command).unwrap();
            scene.world.until_sent();
            scene.world.returned(0);
            if !completes_before_cleanup {
                scene.world.cleanup(scene.handle);
            }
            let below = scene.world.below(None);
            scene.world.complete(below[0], Outcome::Honest);
            // Made, but nobody was told yet.
            assert_eq!(scene.connections(), 1);
            if completes_before_cleanup {
                scene.world.cleanup(scene.handle);
            }
            scene.world.settle();
            // An answer that was given before the cleanup stands.
            let stays = persist && completes_before_cleanup;
            assert_eq!(scene.connections(), usize::from(stays));
        }
    }
}

#[test]
fn cleanup_during_a_disconnect_that_was_not_armed_still_breaks_the_connection() {
    let mut scene = Scene::new();
    let id = scene.connect(false);
    scene.place_disconnect(id);
    scene.world.cleanup(scene.handle);
    scene.world.settle();
    assert_eq!(scene.connections(), 0);
}

#[test]
fn cleanup_during_a_disconnect_that_is_cancelled_below_breaks_the_connection() {
    let mut scene = Scene::new();
    let id = scene.connect(false);
    let client = scene.disconnect(scene.handle, id, false).unwrap();
    scene.world.run();
    // A process that dies: its IRPs are cancelled, then its handles are cleaned up.
    scene.world.cancel(client);
    scene.world.run();
    scene.world.cleanup(scene.handle);
    scene.answer(CANCELLED);
    scene.world.settle();
    assert_eq!(scene.connections(), 0);
}

#[test]
fn cleanup_during_another_handles_failing_disconnect_breaks_the_connection() {
    let mut scene = Scene::new();
    let id = scene.connect(false);
    let other = scene.world.open_as(200).unwrap();
    scene.disconnect(other, id, true).unwrap();
    scene.world.run();
    scene.world.cleanup(scene.handle);
    scene.answer(BROKEN);
    scene.world.settle();
    assert_eq!(scene.connections(), 0);
}

#[test]
fn a_connection_that_cleanup_could_not_break_is_the_drivers_and_listed() {
    let mut scene = Scene::new();
    let id = scene.connect(false);
    scene.world.cleanup(scene.handle);
    scene.world.run();
    scene.answer(BROKEN);
    // It is tried once, not for ever.
    assert!(scene.world.below(None).is_empty());
    assert!(scene.world.close(scene.handle));
    let other = scene.world.open_as(200).unwrap();
    scene.disconnect(other, id, false).unwrap();
    scene.world.settle();
    assert_eq!(scene.connections(), 0);
}
