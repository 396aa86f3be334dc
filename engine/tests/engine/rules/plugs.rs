//! Plugs of this computer, and unit directories.

use plug61883_abi::av61883::AvPcr;
use plug61883_abi::ids::{Direction, PlugId, UnitId};
use plug61883_abi::ioctl::{self, event_kind, event_reason};
use plug61883_abi::status::NtStatus;
use plug61883_engine::Command;

use super::BROKEN;
use crate::play::lower::Outcome;
use crate::scene::Scene;

fn set(plug: PlugId, pcr: u32) -> Command {
    Command::SetPlug {
        unit: UnitId::NONE,
        plug,
        pcr: AvPcr(pcr),
    }
}

#[test]
fn a_plug_with_connections_is_not_deleted() {
    let mut scene = Scene::new();
    let plug = scene.create(false);
    let command = scene.connect_of(scene.output, plug, false);
    scene.world.request(scene.handle, command).unwrap();
    let delete = scene.delete_command(plug, false);
    // Being made, and made.
    for _ in 0..2 {
        let refused = scene.world.request(scene.handle, delete);
        assert_eq!(refused, Err(NtStatus::DEVICE_BUSY));
        scene.world.settle();
    }
    assert_eq!(scene.live(), [1, 1, 0]);
}

#[test]
fn a_plug_goes_after_its_connections_whoever_made_them() {
    let mut scene = Scene::new();
    let plug = scene.create(false);
    let other = scene.world.open_as(200).unwrap();
    let command = scene.connect_of(scene.output, plug, true);
    let _: ioctl::ConnectReply = scene.done(other, command);
    let from = scene.mark();
    scene.world.cleanup(scene.handle);
    scene.world.settle();
    assert_eq!(scene.live(), [0; 3]);
    let told = [
        (event_kind::DISCONNECTED, event_reason::OWNER_GONE),
        (event_kind::PLUG_REMOVED, event_reason::OWNER_GONE),
    ];
    assert_eq!(scene.told(from), told);
}

#[test]
fn a_connection_made_while_its_plug_is_going_is_broken_again() {
    let mut scene = Scene::new();
    let plug = scene.create(false);
    let other = scene.world.open_as(200).unwrap();
    let command = scene.connect_of(scene.output, plug, true);
    scene.world.request(other, command).unwrap();
    scene.world.run();
    scene.world.cleanup(scene.handle);
    scene.world.run();
    // The connect is below; the plug waits for it.
    scene.answer(Outcome::Honest);
    scene.world.settle();
    assert_eq!(scene.live(), [0; 3]);
}

#[test]
fn a_plug_whose_connection_can_not_be_broken_stays_and_can_be_deleted_later() {
    let mut scene = Scene::new();
    let plug = scene.create(false);
    let command = scene.connect_of(scene.output, plug, false);
    let made: ioctl::ConnectReply = scene.done(scene.handle, command);
    scene.world.cleanup(scene.handle);
    scene.world.answer_all(BROKEN);
    assert_eq!(scene.live(), [1, 1, 0]);
    assert!(scene.world.close(scene.handle));
    let other = scene.world.open_as(200).unwrap();
    let disconnect = scene.disconnect_command(made.connection, false);
    let _: ioctl::ReplyHeader = scene.done(other, disconnect);
    let delete = scene.delete_command(plug, false);
    let _: ioctl::ReplyHeader = scene.done(other, delete);
    assert_eq!(scene.live(), [0; 3]);
}

#[test]
fn only_its_maker_sets_a_plug_unless_it_is_persistent() {
    let mut scene = Scene::new();
    let other = scene.world.open_as(200).unwrap();
    let own = scene.create(false);
    let shared = scene.create(true);
    let denied = Err(NtStatus::ACCESS_DENIED);
    assert_eq!(scene.world.request(other, set(own, 5)), denied);
    let _: ioctl::ReplyHeader = scene.done(scene.handle, set(own, 5));
    let _: ioctl::ReplyHeader = scene.done(other, set(shared, 6));
}

#[test]
fn of_a_plug_of_the_device_the_protocol_driver_decides() {
    let mut scene = Scene::new();
    for outcome in [Outcome::Honest, BROKEN, Outcome::Fail(NtStatus::SUCCESS)] {
        let from = scene.mark();
        let command = set(scene.output, 5);
        let client = scene.world.request(scene.handle, command).unwrap();
        scene.world.run();
        scene.answer(outcome);
        assert_eq!(scene.world.status(client), NtStatus::SUCCESS);
        let header = scene.world.clients[client].header();
        let said = match outcome {
            Outcome::Honest => NtStatus::ACCESS_DENIED,
            Outcome::Fail(status) => status,
        };
        assert_eq!(header.status, said);
        assert_eq!(header.origin, ioctl::Origin::Protocol as u32);
        assert_eq!(scene.mark(), from, "nothing is known of it");
    }
    // A plug that has got another handle meanwhile is not asked for.
    let stale = scene.output;
    let direction = Direction::Out;
    scene.world.lower.replug(scene.unit, direction as u32, 0);
    let again = Command::GetPlug {
        unit: scene.unit_id(),
        direction,
        number: 0,
    };
    let _: ioctl::PlugReply = scene.done(scene.handle, again);
    let refused = scene.world.request(scene.handle, set(stale, 5));
    assert_eq!(refused, Err(NtStatus::INVALID_PARAMETER));
}

#[test]
fn a_register_that_changes_is_told_with_what_it_was() {
    let mut scene = Scene::new();
    let plug = scene.create(false);
    let context = scene.world.items[0].context.unwrap();
    let from = scene.mark();
    let _: ioctl::ReplyHeader = scene.done(scene.handle, set(plug, 5));
    scene.world.notify(context, 9);
    // The same again is no change.
    scene.world.notify(context, 9);
    let pcrs: Vec<_> = scene.world.log[from..]
        .iter()
        .map(|event| (event.kind, event.old_pcr.0, event.new_pcr.0))
        .collect();
    let changed = event_kind::PLUG_CHANGED;
    assert_eq!(pcrs, [(changed, 1, 5), (changed, 5, 9)]);
    // A context that names nothing any more.
    let delete = scene.delete_command(plug, false);
    let _: ioctl::ReplyHeader = scene.done(scene.handle, delete);
    scene.create(false);
    let from = scene.mark();
    for context in [context, 0, u64::MAX] {
        scene.world.notify(context, 77);
    }
    assert_eq!(scene.mark(), from);
}

#[test]
fn what_asks_for_a_plug_that_goes_is_refused_or_comes_first() {
    let mut scene = Scene::new();
    let plug = scene.create(true);
    let state = Command::PlugState {
        unit: UnitId::NONE,
        plug,
    };
    let sent = scene.world.request(scene.handle, state).unwrap();
    scene.world.run();
    scene.world.begin(scene.handle, state, 5_000).unwrap();
    let placed = scene.world.start(0, 5_000).unwrap();
    let delete = scene.delete_command(plug, false);
    scene.world.request(scene.handle, delete).unwrap();
    // The one that is below comes back before the plug goes.
    scene.world.run();
    assert_eq!(scene.world.status(placed), NtStatus::INVALID_PARAMETER);
    scene.answer(Outcome::Honest);
    assert_eq!(scene.world.status(sent), NtStatus::SUCCESS);
    let told: ioctl::PlugState = scene.world.clients[sent].reply();
    assert_eq!((told.pcr_valid, told.pcr), (1, 1));
    scene.world.settle();
    assert_eq!(scene.live(), [0; 3]);
}

#[test]
fn directories_are_removed_with_their_owner_or_by_id() {
    let mut scene = Scene::new();
    let own = scene.add_directory(false);
    let shared = scene.add_directory(true);
    let other = scene.world.open_as(200).unwrap();
    let remove = |directory, bus_reset, force| Command::RemoveDirectory {
        unit: UnitId::NONE,
        directory,
        bus_reset,
        force,
    };
    let denied = scene.world.request(other, remove(own, false, false));
    assert_eq!(denied, Err(NtStatus::ACCESS_DENIED));
    let _: ioctl::ReplyHeader = scene.done(other, remove(shared, true, false));
    let again = scene.world.request(other, remove(shared, true, false));
    assert_eq!(again, Err(NtStatus::INVALID_PARAMETER));
    scene.world.cleanup(scene.handle);
    scene.world.settle();
    assert_eq!(scene.live(), [0; 3]);
}
