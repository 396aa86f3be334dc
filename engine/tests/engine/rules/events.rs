//! Events: who sees which, in which order, and what becomes of those that nobody reads.

use plug61883_abi::ioctl::{MAX_EVENTS, event_kind, event_reason, owner};

use crate::scene::Scene;

#[test]
fn a_handle_sees_what_comes_after_it_was_opened() {
    let mut scene = Scene::new();
    scene.connect(false);
    let late = scene.world.open_as(200).unwrap();
    assert_eq!(scene.world.wait(late, true, 4), Ok(Vec::new()));
    let id = scene.connect(false);
    let events = scene.world.wait(late, true, 4).unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(
        (events[0].kind, events[0].connection),
        (event_kind::CONNECTED, id)
    );
    assert_eq!(
        (events[0].owner, events[0].process_id),
        (owner::OTHER_HANDLE, 100)
    );
    // The maker sees it as its own.
    let events = scene.world.wait(scene.handle, true, 40).unwrap();
    assert_eq!(events.last().unwrap().owner, owner::THIS_HANDLE);
}

#[test]
fn who_is_behind_by_more_than_there_is_room_is_told_how_many_are_lost() {
    let mut scene = Scene::new();
    let reader = scene.world.open_as(200).unwrap();
    let pairs = MAX_EVENTS / 2 + 3;
    for _ in 0..pairs {
        let id = scene.connect(false);
        scene.disconnect(scene.handle, id, false).unwrap();
        scene.world.settle();
    }
    // The world checks the numbers, and that `lost` is exact.
    let events = scene.world.wait(reader, true, 1).unwrap();
    assert_eq!(events.len(), 1);
    let last = scene.mark() as u64;
    assert_eq!(events[0].sequence, last - MAX_EVENTS as u64 + 1);
    // With more of them to come, more are lost.
    let id = scene.connect(false);
    scene.disconnect(scene.handle, id, false).unwrap();
    scene.world.settle();
    let events = scene.world.wait(reader, true, 1).unwrap();
    assert_eq!(events[0].sequence, last - MAX_EVENTS as u64 + 3);
}

#[test]
fn a_snapshot_and_the_events_after_it_give_the_next_snapshot() {
    let mut scene = Scene::new();
    scene.world.check_snapshot();
    let plug = scene.create(false);
    scene.connect(true);
    scene.world.foreign_connect(scene.unit, true, false);
    scene.world.settle();
    // The world replays every event, and holds each snapshot against that.
    scene.world.check_snapshot();
    let delete = scene.delete_command(plug, false);
    scene.world.request(scene.handle, delete).unwrap();
    scene.world.settle();
    scene.world.check_snapshot();
    scene.world.leave(scene.unit);
    scene.world.left(scene.unit);
    scene.world.check_snapshot();
}

#[test]
fn what_was_never_told_to_anybody_has_no_events() {
    let mut scene = Scene::new();
    let from = scene.mark();
    let command = scene.connect_command(false);
    let client = scene.world.request(scene.handle, command).unwrap();
    scene.world.run();
    scene.world.cancel(client);
    scene.world.settle();
    assert_eq!(scene.mark(), from);
}

#[test]
fn the_reason_tells_why() {
    let mut scene = Scene::new();
    let other = scene.world.open_as(200).unwrap();
    let from = scene.mark();
    let own = scene.connect(false);
    let forced = scene.connect(false);
    scene.connect(false);
    let persistent = scene.connect(true);
    scene.disconnect(scene.handle, own, false).unwrap();
    scene.world.settle();
    scene.disconnect(other, forced, true).unwrap();
    scene.world.settle();
    scene.world.cleanup(scene.handle);
    scene.world.settle();
    scene.disconnect(other, persistent, false).unwrap();
    scene.world.settle();
    let reasons: Vec<u32> = scene.told(from + 4).iter().map(|told| told.1).collect();
    let expected = [
        event_reason::ASKED,
        event_reason::FORCED,
        event_reason::OWNER_GONE,
        event_reason::ASKED,
    ];
    assert_eq!(reasons, expected);
}
