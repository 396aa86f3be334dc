//! Disconnecting by id.

use plug61883_abi::status::NtStatus;

use crate::play::lower::Outcome;
use crate::scene::Scene;

#[test]
fn a_disconnect_tells_what_the_protocol_driver_said() {
    let mut scene = Scene::new();
    let id = scene.connect(true);
    let client = scene.disconnect(scene.handle, id, false).unwrap();
    scene.world.settle();
    assert_eq!(scene.world.status(client), NtStatus::SUCCESS);
    assert_eq!(
        scene.world.clients[client].header().status,
        NtStatus::SUCCESS
    );
    assert_eq!(scene.connections(), 0);
    // The id names nothing any more.
    let again = scene.disconnect(scene.handle, id, false);
    assert_eq!(again, Err(NtStatus::INVALID_PARAMETER));
}

#[test]
fn a_connection_that_the_protocol_driver_has_lost_is_removed() {
    let mut scene = Scene::new();
    let id = scene.connect(true);
    for live in scene.world.lower.live.values_mut() {
        live.lost = true;
    }
    let client = scene.disconnect(scene.handle, id, false).unwrap();
    scene.world.settle();
    assert_eq!(scene.world.status(client), NtStatus::SUCCESS);
    let told = scene.world.clients[client].header().status;
    assert_eq!(told, NtStatus::INVALID_PARAMETER);
    let again = scene.disconnect(scene.handle, id, false);
    assert_eq!(again, Err(NtStatus::INVALID_PARAMETER));
}

#[test]
fn a_disconnect_that_fails_keeps_the_connection() {
    let mut scene = Scene::new();
    let id = scene.connect(false);
    for status in [
        NtStatus::IO_DEVICE_ERROR,
        NtStatus::CANCELLED,
        NtStatus::DEVICE_BUSY,
        NtStatus::INVALID_GENERATION,
    ] {
        let client = scene.disconnect(scene.handle, id, false).unwrap();
        scene.world.run();
        scene.answer(Outcome::Fail(status));
        assert_eq!(scene.world.clients[client].header().status, status);
    }
    let client = scene.disconnect(scene.handle, id, false).unwrap();
    scene.world.settle();
    assert_eq!(
        scene.world.clients[client].header().status,
        NtStatus::SUCCESS
    );
    assert_eq!(scene.connections(), 0);
}

#[test]
fn a_disconnect_that_could_not_be_sent_keeps_the_connection_whatever_the_status() {
    let mut scene = Scene::new();
    let id = scene.connect(true);
    // The framework refuses to send with the very status by which the protocol driver would say
    // that it does not know the connection.
    let client = scene.disconnect(scene.handle, id, false).unwrap();
    scene.world.until_sent();
    scene.world.pass_down(0, Some(NtStatus::INVALID_PARAMETER));
    scene.world.returned(0);
    scene.world.settle();
    assert_eq!(scene.world.status(client), NtStatus::INVALID_PARAMETER);
    assert_eq!(scene.connections(), 1);
    scene.disconnect(scene.handle, id, false).unwrap();
    scene.world.settle();
    assert_eq!(scene.connections(), 0);
}

#[test]
fn a_second_disconnect_that_races_the_first_is_refused() {
    let mut scene = Scene::new();
    let id = scene.connect(true);
    scene.disconnect(scene.handle, id, false).unwrap();
    let second = scene.disconnect(scene.handle, id, false);
    assert_eq!(second, Err(NtStatus::INVALID_PARAMETER));
    scene.world.run();
    let third = scene.disconnect(scene.handle, id, true);
    assert_eq!(third, Err(NtStatus::INVALID_PARAMETER));
    scene.world.settle();
    assert_eq!(scene.connections(), 0);
}

#[test]
fn a_second_disconnect_before_the_first_is_told_its_failure_is_refused() {
    let mut scene = Scene::new();
    let id = scene.connect(true);
    let placed = scene.place_disconnect(id);
    // It times out, unsent; the second comes before the shell has told it.
    scene.world.now += 5_000;
    scene.world.expire(scene.unit);
    let second = scene.disconnect(scene.handle, id, false);
    assert_eq!(second, Err(NtStatus::INVALID_PARAMETER));
    scene.world.settle();
    assert_eq!(scene.world.status(placed), NtStatus::IO_TIMEOUT);
    scene.disconnect(scene.handle, id, false).unwrap();
    scene.world.settle();
    assert_eq!(scene.connections(), 0);
}

#[test]
fn another_handles_connection_takes_force() {
    let mut scene = Scene::new();
    let id = scene.connect(false);
    let other = scene.world.open_as(200).unwrap();
    let refused = scene.disconnect(other, id, false);
    assert_eq!(refused, Err(NtStatus::ACCESS_DENIED));
    scene.disconnect(other, id, true).unwrap();
    scene.world.settle();
    assert_eq!(scene.connections(), 0);
}
