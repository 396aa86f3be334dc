//! Waits for events.

use plug61883_abi::ioctl::MAX_WAITS;
use plug61883_abi::status::NtStatus;

use crate::scene::Scene;

fn reader(scene: &mut Scene) -> usize {
    scene.world.open_as(200).unwrap()
}

#[test]
fn a_wait_is_answered_by_the_next_event() {
    let mut scene = Scene::new();
    let reader = reader(&mut scene);
    assert_eq!(scene.world.wait(reader, false, 4), Ok(Vec::new()));
    scene.world.wait_kept(reader).unwrap();
    scene.world.run();
    scene.connect(false);
    // The world fails when a wait that is kept has events that it is not given.
    scene.world.run();
    assert_eq!(scene.world.wait_ended(reader), None, "it is over");
}

#[test]
fn an_event_before_the_wait_is_kept_is_not_missed() {
    let mut scene = Scene::new();
    let reader = reader(&mut scene);
    scene.world.wait(reader, false, 4).unwrap();
    // Nothing is found yet: the orders end all the same, and come again when it is kept.
    scene.connect(false);
    scene.world.run();
    scene.world.wait_kept(reader).unwrap();
    scene.world.run();
    assert_eq!(scene.world.wait_ended(reader), None, "it is over");
}

#[test]
fn a_handle_that_closes_is_not_woken() {
    let mut scene = Scene::new();
    let reader = reader(&mut scene);
    scene.world.wait(reader, false, 4).unwrap();
    scene.world.wait_kept(reader).unwrap();
    scene.world.cleanup(reader);
    scene.connect(false);
    scene.world.run();
    scene.world.wait_ended(reader).unwrap();
    assert!(scene.world.close(reader));
    assert_eq!(
        scene.world.wait(reader, true, 4),
        Err(NtStatus::FILE_CLOSED)
    );
}

#[test]
fn a_handle_has_so_many_waits_and_each_gets_its_events_in_turn() {
    let mut scene = Scene::new();
    let reader = reader(&mut scene);
    for _ in 0..MAX_WAITS {
        scene.world.wait(reader, false, 1).unwrap();
        scene.world.wait_kept(reader).unwrap();
    }
    let refused = scene.world.wait(reader, false, 1);
    assert_eq!(refused, Err(NtStatus::QUOTA_EXCEEDED));
    // Who does not want to wait gets none, and takes none from those who do.
    assert_eq!(scene.world.wait(reader, true, 4), Ok(Vec::new()));
    let command = scene.connect_command(false);
    for _ in 0..3 {
        scene.world.request(scene.handle, command).unwrap();
    }
    scene.world.settle();
    assert_eq!(scene.world.wait(reader, true, 4), Ok(Vec::new()));
    assert!(
        scene.world.wait_ended(reader).is_some(),
        "one is left at least"
    );
}
