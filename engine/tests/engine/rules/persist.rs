//! What is handed over to the driver.

use plug61883_abi::ids::{ConnectionId, DirectoryId, PlugId, UnitId};
use plug61883_abi::ioctl::{
    self, MAX_PROCESS_CONNECTIONS, MAX_PROCESS_DIRECTORIES, MAX_PROCESS_PLUGS, event_kind,
    event_reason, owner,
};
use plug61883_abi::status::NtStatus;
use plug61883_engine::{Command, Owned};

use super::BROKEN;
use crate::play::lower::Outcome;
use crate::scene::Scene;

const DENIED: Result<(), NtStatus> = Err(NtStatus::ACCESS_DENIED);
const INVALID: Result<(), NtStatus> = Err(NtStatus::INVALID_PARAMETER);
const FULL: Result<(), NtStatus> = Err(NtStatus::QUOTA_EXCEEDED);

/// One of each kind.
fn all(scene: &mut Scene) -> [Owned; 3] {
    [
        Owned::Connection(scene.connect(false)),
        Owned::Plug(scene.create(false)),
        Owned::Directory(scene.add_directory(false)),
    ]
}

fn undoing(what: Owned) -> Command {
    let (unit, force) = (UnitId::NONE, false);
    match what {
        Owned::Connection(connection) => Command::Disconnect {
            unit,
            connection,
            force,
        },
        Owned::Plug(plug) => Command::DeletePlug { unit, plug, force },
        Owned::Directory(directory) => Command::RemoveDirectory {
            unit,
            directory,
            bus_reset: false,
            force,
        },
    }
}

#[test]
fn what_is_handed_over_outlives_its_handle_and_anybody_undoes_it() {
    let mut scene = Scene::new();
    let other = scene.world.open_as(200).unwrap();
    let things = all(&mut scene);
    let from = scene.mark();
    for what in things {
        scene.persist(scene.handle, what).unwrap();
        // Once more, and by anybody: nothing changes.
        scene.persist(scene.handle, what).unwrap();
        scene.persist(other, what).unwrap();
    }
    assert_eq!(scene.mark(), from, "no event");
    let entries: Vec<ioctl::PlugEntry> = scene.world.list(other, &Command::ListPlugs(UnitId::NONE));
    let local = entries.iter().find(|entry| entry.plug.is_local()).unwrap();
    assert_eq!((local.owner, local.process_id), (owner::DRIVER, 100));
    scene.world.cleanup(scene.handle);
    scene.world.settle();
    assert!(scene.world.close(scene.handle));
    assert_eq!(scene.live(), [1, 1, 1]);
    for what in things {
        let _: ioctl::ReplyHeader = scene.done(other, undoing(what));
        assert_eq!(scene.persist(other, what), INVALID);
    }
    assert_eq!(scene.live(), [0; 3]);
    let asked = event_reason::ASKED;
    let gone = [
        (event_kind::DISCONNECTED, asked),
        (event_kind::PLUG_REMOVED, asked),
    ];
    assert_eq!(scene.told(from), gone);
}

#[test]
fn only_its_owner_hands_something_over() {
    let mut scene = Scene::new();
    // Another handle of the same process is another owner.
    for process in [100, 200] {
        let other = scene.world.open_as(process).unwrap();
        for what in all(&mut scene) {
            assert_eq!(scene.persist(other, what), DENIED);
        }
    }
    scene.world.foreign_connect(scene.unit, false, true);
    scene.world.settle();
    let foreign = ConnectionId(scene.world.items.last().unwrap().id.unwrap());
    let refused = scene.persist(scene.handle, Owned::Connection(foreign));
    assert_eq!(refused, DENIED);
    scene.world.cleanup(scene.handle);
    scene.world.settle();
    assert_eq!(scene.live(), [1, 0, 0]);
}

#[test]
fn an_id_of_another_kind_or_unit_names_nothing() {
    let mut scene = Scene::new();
    let [connection, plug, directory] = all(&mut scene).map(|what| match what {
        Owned::Connection(id) => id.0,
        Owned::Plug(id) => id.0,
        Owned::Directory(id) => id.0,
    });
    let handle = scene.handle;
    for what in [
        Owned::Connection(ConnectionId(directory)),
        Owned::Connection(ConnectionId(plug)),
        Owned::Connection(ConnectionId::NONE),
        Owned::Plug(PlugId(connection)),
        // A plug of the device is nobody's.
        Owned::Plug(scene.output),
        Owned::Directory(DirectoryId(connection)),
        Owned::Directory(DirectoryId(u64::MAX)),
    ] {
        assert_eq!(scene.persist(handle, what), INVALID, "{what:?}");
    }
    let what = Owned::Connection(ConnectionId(connection));
    let unit = scene.unit_id();
    let another = scene.world.arrive(3).unwrap();
    scene.world.settle();
    let another = scene.world.units[another].id;
    assert_eq!(scene.world.persist(handle, another, what), INVALID);
    let unknown = scene.world.persist(handle, UnitId(u64::MAX), what);
    assert_eq!(unknown, Err(NtStatus::NO_SUCH_DEVICE));
    assert_eq!(scene.world.persist(handle, unit, what), Ok(()));
}

#[test]
fn what_is_being_made_or_undone_can_not_be_handed_over() {
    let mut scene = Scene::new();
    let id = scene.connect(false);
    let what = Owned::Connection(id);
    scene.disconnect(scene.handle, id, false).unwrap();
    for _ in 0..2 {
        assert_eq!(scene.persist(scene.handle, what), INVALID);
        scene.world.run();
    }
    // It could not be broken: it stands again, and may be handed over.
    scene.answer(BROKEN);
    assert_eq!(scene.persist(scene.handle, what), Ok(()));
    scene.world.cleanup(scene.handle);
    scene.world.settle();
    assert_eq!(scene.connections(), 1);
    let closed = scene.persist(scene.handle, what);
    assert_eq!(closed, Err(NtStatus::FILE_CLOSED));
}

#[test]
fn what_is_handed_over_goes_with_its_unit() {
    let mut scene = Scene::new();
    let things = all(&mut scene);
    for what in things {
        scene.persist(scene.handle, what).unwrap();
    }
    scene.world.leave(scene.unit);
    for what in things {
        let refused = scene.persist(scene.handle, what);
        assert!(refused.is_err());
    }
    scene.world.settle();
    assert_eq!(scene.live(), [0; 3]);
}

#[test]
fn a_connection_that_is_handed_over_still_goes_with_a_plug_that_is_not() {
    let mut scene = Scene::new();
    let plug = scene.create(false);
    let command = scene.connect_of(scene.output, plug, false);
    let made: ioctl::ConnectReply = scene.done(scene.handle, command);
    scene
        .persist(scene.handle, Owned::Connection(made.connection))
        .unwrap();
    scene.world.cleanup(scene.handle);
    scene.world.settle();
    assert_eq!(scene.live(), [0; 3]);
}

/// What is handed over counts for the driver from then on, and no longer for its process.
#[test]
fn what_is_handed_over_takes_the_drivers_share() {
    type Make = fn(&mut Scene) -> Owned;
    let kinds: [(Make, usize); 3] = [
        (
            |scene| Owned::Connection(scene.connect(false)),
            MAX_PROCESS_CONNECTIONS,
        ),
        (|scene| Owned::Plug(scene.create(false)), MAX_PROCESS_PLUGS),
        (
            |scene| Owned::Directory(scene.add_directory(false)),
            MAX_PROCESS_DIRECTORIES,
        ),
    ];
    for (make, most) in kinds {
        let mut scene = Scene::new();
        let handle = scene.handle;
        let mut first = None;
        for _ in 0..most {
            let what = make(&mut scene);
            scene.persist(handle, what).unwrap();
            first.get_or_insert(what);
        }
        // The process has its whole share still; the driver has none left.
        let own: Vec<Owned> = (0..most.min(15)).map(|_| make(&mut scene)).collect();
        let before = scene.world.interface();
        assert_eq!(scene.persist(handle, own[0]), FULL);
        assert_eq!(scene.world.interface(), before, "nothing changes");
        // What was handed over already stays so, full or not.
        let first = first.unwrap();
        assert_eq!(scene.persist(handle, first), Ok(()));
        let _: ioctl::ReplyHeader = scene.done(handle, undoing(first));
        assert_eq!(scene.persist(handle, own[0]), Ok(()));
        assert_eq!(scene.persist(handle, own[1]), FULL);
        scene.world.cleanup(handle);
        scene.world.settle();
        let [connections, plugs, directories] = scene.live();
        assert_eq!(connections + plugs + directories, most);
    }
}

#[test]
fn an_undoing_that_is_cancelled_leaves_what_was_handed_over_before() {
    let mut scene = Scene::new();
    let id = scene.connect(false);
    scene.persist(scene.handle, Owned::Connection(id)).unwrap();
    scene.disconnect(scene.handle, id, false).unwrap();
    scene.world.run();
    scene.world.cleanup(scene.handle);
    scene.answer(Outcome::Fail(NtStatus::CANCELLED));
    scene.world.settle();
    assert_eq!(scene.connections(), 1);
}
