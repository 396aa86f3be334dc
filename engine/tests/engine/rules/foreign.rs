//! What other drivers make and break.

use plug61883_abi::ids::{ConnectionId, Direction, PlugId, UnitId};
use plug61883_abi::ioctl::{event_kind, event_reason};
use plug61883_abi::status::NtStatus;
use plug61883_engine::Command;

use super::{BROKEN, CANCELLED};
use crate::play::lower::Outcome;
use crate::scene::Scene;

fn foreign_connection(scene: &mut Scene) -> ConnectionId {
    scene.world.foreign_connect(scene.unit, false, true);
    scene.world.settle();
    ConnectionId(scene.world.items.last().unwrap().id.unwrap())
}

#[test]
fn a_foreign_connection_takes_force() {
    let mut scene = Scene::new();
    let id = foreign_connection(&mut scene);
    let refused = scene.disconnect(scene.handle, id, false);
    assert_eq!(refused, Err(NtStatus::ACCESS_DENIED));
    let from = scene.mark();
    scene.disconnect(scene.handle, id, true).unwrap();
    scene.world.settle();
    assert_eq!(scene.connections(), 0);
    let forced = (event_kind::DISCONNECTED, event_reason::FORCED);
    assert_eq!(scene.told(from), [forced]);
}

#[test]
fn a_foreign_plug_is_never_deleted_set_or_named() {
    let mut scene = Scene::new();
    scene.world.foreign_create(scene.unit, Direction::In, 3);
    scene.world.settle();
    let plug = PlugId(scene.world.items[0].id.unwrap());
    let denied = Err(NtStatus::ACCESS_DENIED);
    for force in [false, true] {
        let delete = scene.delete_command(plug, force);
        assert_eq!(scene.world.request(scene.handle, delete), denied);
    }
    let set = Command::SetPlug {
        unit: UnitId::NONE,
        plug,
        pcr: plug61883_abi::av61883::AvPcr(0),
    };
    assert_eq!(scene.world.request(scene.handle, set), denied);
    let connect = scene.connect_of(scene.output, plug, false);
    let refused = scene.world.request(scene.handle, connect);
    assert_eq!(refused, Err(NtStatus::INVALID_PARAMETER));
    // A change of its register is seen all the same.
    let from = scene.mark();
    let number = u32::from(plug.number());
    scene.world.monitor(scene.unit, 1, number, 9, 4);
    assert_eq!(scene.told(from), [(event_kind::PLUG_CHANGED, 0)]);
}

#[test]
fn nothing_of_other_drivers_is_undone_when_the_unit_leaves() {
    let mut scene = Scene::new();
    foreign_connection(&mut scene);
    scene.world.leave(scene.unit);
    scene.world.settle();
    assert!(scene.world.units[scene.unit].quiet);
    assert_eq!(scene.connections(), 1);
    let from = scene.mark();
    scene.world.left(scene.unit);
    let gone = (event_kind::DISCONNECTED, event_reason::UNIT_GONE);
    let removed = (event_kind::UNIT_REMOVED, 0);
    assert_eq!(scene.told(from), [gone, removed]);
}

#[test]
fn a_foreign_disconnect_that_fails_leaves_the_connection() {
    let mut scene = Scene::new();
    let id = foreign_connection(&mut scene);
    scene.world.foreign_undo(0).unwrap();
    // While it is under way nobody else undoes it.
    let refused = scene.disconnect(scene.handle, id, true);
    assert_eq!(refused, Err(NtStatus::INVALID_PARAMETER));
    scene.world.foreign_carry_out(0, BROKEN);
    scene.world.foreign_done(0);
    scene.disconnect(scene.handle, id, true).unwrap();
    scene.world.settle();
    assert_eq!(scene.connections(), 0);
}

#[test]
fn a_client_comes_too_late_when_its_owner_is_undoing_it() {
    let mut scene = Scene::new();
    let id = foreign_connection(&mut scene);
    // Started, not sent: its handle may be another's by the time that it would be.
    let command = scene.disconnect_command(id, true);
    scene.world.begin(scene.handle, command, 5_000).unwrap();
    let client = scene.world.start(0, 5_000).unwrap();
    scene.world.foreign_undo(0).unwrap();
    scene.world.settle();
    assert_eq!(scene.world.status(client), NtStatus::INVALID_PARAMETER);
    assert_eq!((scene.connections(), scene.mark()), (0, 3));
}

#[test]
fn what_its_owner_has_undone_meanwhile_is_gone_also_when_the_clients_request_fails() {
    for owner_first in [false, true] {
        let mut scene = Scene::new();
        let id = foreign_connection(&mut scene);
        scene.disconnect(scene.handle, id, true).unwrap();
        scene.world.run();
        scene.world.foreign_undo(0).unwrap();
        scene.world.foreign_carry_out(0, Outcome::Honest);
        if owner_first {
            scene.world.foreign_done(0);
            scene.answer(CANCELLED);
        } else {
            scene.answer(CANCELLED);
            scene.world.foreign_done(0);
        }
        scene.world.settle();
        assert_eq!(scene.world.interface().connections, 0);
    }
}
