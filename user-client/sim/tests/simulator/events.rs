//! Events, waits for them, and their end.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use plug61883::{
    Access, Connect, CreatePlug, EventKind, Ipcr, Notice, NtStatus, Owner, Reason, Register, Source,
};
use plug61883_sim::{By, Simulator};

use crate::{events, happened, input, output, pair, unit};

/// Time of the check after a bus reset, in units of 100 ns.
const CHECK: u64 = 20_000_000;

#[test]
fn a_bus_reset_and_what_it_lost() {
    let simulator = pair("");
    let (driver, deck) = unit(&simulator, 0);
    let kept = deck
        .connect(&Connect::new().output(&output(&deck, 0)))
        .unwrap();
    let lost = deck
        .connect(&Connect::new().input(&input(&deck, 1)))
        .unwrap();
    let mut events = events(&simulator);
    assert_eq!(simulator.lose("deck.iPCR[1]"), Ok(1));
    simulator.bus_reset();
    let resets = happened(&mut events);
    assert_eq!(resets.len(), 2, "one for each unit");
    let EventKind::BusReset {
        generation, device, ..
    } = resets[0].2
    else {
        panic!("{resets:?}");
    };
    assert_eq!((generation, device.node()), (4, 0));
    assert_eq!(driver.connections(None).unwrap().len(), 2);

    // The driver looks after two seconds, as the protocol driver has one to make it again.
    simulator.advance(Duration::from_millis(1999));
    assert_eq!(happened(&mut events), []);
    simulator.advance(Duration::from_millis(1));
    let checked = happened(&mut events);
    let [(CHECK, unit, EventKind::Disconnected { connection, reason })] = checked[..] else {
        panic!("{checked:?}");
    };
    assert_eq!(
        (unit, connection.id, reason),
        (deck.id(), lost.id(), Reason::Lost)
    );
    assert_eq!(connection.owner, Owner::OtherHandle);
    let infos = driver.connections(None).unwrap();
    assert_eq!((infos.len(), infos[0].id), (1, kept.id()));
}

#[test]
fn a_unit_that_leaves_and_comes_back() {
    let simulator = pair("");
    let (driver, deck) = unit(&simulator, 0);
    let _connection = deck
        .connect(&Connect::new().output(&output(&deck, 0)))
        .unwrap();
    let mut events = events(&simulator);
    simulator.unplug("deck").unwrap();
    assert!(deck.ids().unwrap_err().is_unit_gone());
    let kinds: Vec<_> = happened(&mut events).into_iter().map(|it| it.2).collect();
    assert!(matches!(
        kinds[..],
        [
            EventKind::Disconnected {
                reason: Reason::UnitGone,
                ..
            },
            EventKind::UnitRemoved,
            EventKind::BusReset { .. },
        ]
    ));
    assert!(simulator.unplug("deck").is_err());
    simulator.plug_in("deck").unwrap();
    let (_, again) = unit(&simulator, 0);
    assert_ne!(again.id(), deck.id());
    assert_eq!(driver.info().unwrap().units.0, 2);
    let kinds: Vec<_> = happened(&mut events).into_iter().map(|it| it.2).collect();
    assert_eq!(kinds.len(), 2);
    assert!(kinds.contains(&EventKind::UnitArrived));
}

#[test]
fn registers_of_this_computer_are_watched() {
    let rest = "[[plug]]\nby = \"other-driver\"\nthrough = \"deck\"\nkind = \"iPCR\"";
    let simulator = pair(rest);
    let (_, deck) = unit(&simulator, 0);
    let plug = deck
        .create_plug(&CreatePlug::input(Ipcr(0).with_online(1).with_channel(63)))
        .unwrap();
    let mut events = events(&simulator);
    // Other nodes connect them: the protocol driver calls the driver back.
    for number in 0..2 {
        let to = format!("computer.iPCR[{number}]");
        simulator.connect(By::Node, "camera.oPCR[0]", &to).unwrap();
    }
    let changes: Vec<_> = happened(&mut events)
        .into_iter()
        .map(|(_, _, kind)| match kind {
            EventKind::PlugChanged { plug, new, .. } => (plug.id, plug.owner, new),
            other => panic!("{other:?}"),
        })
        .collect();
    let [(_, Owner::Foreign, _), (own, Owner::OtherHandle, register)] = changes[..] else {
        panic!("{changes:?}");
    };
    assert_eq!((own, register.point_to_point()), (plug.id(), 1));
    assert!(matches!(register, Register::Input(_)));
}

#[test]
fn a_wait_ends_when_something_happens() {
    let simulator = pair("");
    let mut events = events(&simulator);
    let (told, tell) = mpsc::channel();
    let waiter = thread::spawn(move || {
        told.send(()).unwrap();
        events.next().unwrap().unwrap()
    });
    tell.recv().unwrap();
    simulator.bus_reset();
    let Notice::Event(event) = waiter.join().unwrap() else {
        panic!("nothing was lost");
    };
    assert!(matches!(event.kind, EventKind::BusReset { .. }));
}

#[test]
fn a_wait_is_cancelled_from_another_thread_or_in_time() {
    let simulator = pair("");
    let mut events = events(&simulator);
    events.wait_at_most(Some(Duration::from_millis(5)));
    assert!(events.next().is_none());
    assert!(!events.is_cancelled());
    events.wait_at_most(None);
    let canceller = events.canceller();
    let waiter = thread::spawn(move || events.next().is_none());
    canceller.cancel();
    assert!(waiter.join().unwrap());
}

#[test]
fn a_snapshot_goes_on_with_the_events() {
    let simulator = Simulator::new();
    let mut events = events(&simulator);
    simulator.bus_reset();
    let snapshot = events.snapshot().unwrap();
    assert_eq!((snapshot.units.len(), snapshot.connections.len()), (4, 3));
    assert_eq!(events.poll().unwrap(), []);
    simulator.bus_reset();
    let Notice::Event(event) = events.next().unwrap().unwrap() else {
        panic!("nothing was lost");
    };
    assert_eq!(event.sequence, snapshot.sequence);
}

#[test]
fn too_many_waits_are_refused() {
    let simulator = pair("");
    let driver = simulator.open(Access::Query).unwrap();
    let most = driver.info().unwrap().max_waits;
    thread::scope(|scope| {
        let waiters: Vec<_> = (0..=most)
            .map(|_| {
                let mut events = plug61883::Events::of(driver.clone());
                scope.spawn(move || events.next())
            })
            .collect();
        // One is refused; the others wait until something happens, so they go on.
        while !waiters.iter().any(|waiter| waiter.is_finished()) {
            thread::yield_now();
        }
        let mut ended: Vec<_> = Vec::new();
        let mut waiters = waiters;
        while !waiters.is_empty() {
            simulator.bus_reset();
            let (done, still): (Vec<_>, _) =
                waiters.into_iter().partition(|waiter| waiter.is_finished());
            ended.extend(
                done.into_iter()
                    .map(|waiter| waiter.join().unwrap().unwrap()),
            );
            waiters = still;
        }
        let refused: Vec<_> = ended.iter().filter_map(|it| it.as_ref().err()).collect();
        assert_eq!(refused.len(), 1);
        assert_eq!(refused[0].status(), Some(NtStatus::QUOTA_EXCEEDED));
        assert_eq!(refused[0].source(), Some(Source::Plug61883));
    });
}
