//! What happens is told: in order, with its reasons, and without gaps that are not told too.

use anyhow::Result;
use e2e::Scene;
use plug61883_abi::ids::Direction::{In, Out};
use plug61883_abi::ioctl::{self, MAX_EVENTS, MAX_WAITS, Origin, event_kind};
use plug61883_abi::status::NtStatus;
use serde_json::Value;

use crate::raw::{Answer, Raw};
use crate::support::{Monitor, hold, text, until};

/// Kind and reason of an event, for a comparison in one line.
fn reason(event: &Value) -> (&str, &str) {
    let text = |name: &str| event[name].as_str().unwrap_or_default();
    (text("kind"), text("reason"))
}

#[test]
fn connections_and_their_ends_are_told() -> Result<()> {
    let scene = Scene::open("told", 1)?;
    let mut monitor = Monitor::start(&scene)?;

    let id = scene.connect(0, 1)?;
    scene.plugctl_ok(&["disconnect", &id])?;
    let [made, gone] = monitor.events(["connected", "disconnected"])?;
    assert_eq!(made["unit"], "1.1");
    assert_eq!(made["owner"], "driver");
    for event in [&made, &gone] {
        assert_eq!(event["connection"]["id"], *id, "{event}");
        assert_eq!(event["connection"]["output"]["name"], "oPCR[0]", "{event}");
        assert_eq!(event["connection"]["input"]["name"], "iPCR[1]", "{event}");
    }
    assert_eq!(gone["reason"], "asked");

    let connect = ["connect", "--out", "0", "--in", "0"];
    let (mut client, held) = hold(&scene, &connect)?;
    client.kill9()?;
    let [made, gone] = monitor.events(["connected", "disconnected"])?;
    assert_eq!(made["owner"], "other_handle");
    assert!(made["process_id"].is_u64(), "{made}");
    assert_eq!(made["process_id"], gone["process_id"]);
    assert_eq!(gone["connection"]["id"], *held);
    assert_eq!(gone["reason"], "owner_gone");

    let (mut client, held) = hold(&scene, &connect)?;
    scene.plugctl_ok(&["disconnect", "--force", &held])?;
    let [_, gone] = monitor.events(["connected", "disconnected"])?;
    assert_eq!(gone["reason"], "forced");
    client.kill9()?;

    // What failed is no event.
    scene.simctl(&["fail", "Connect", "STATUS_IO_DEVICE_ERROR"])?;
    let failed = scene.plugctl(&["connect", "--out", "0", "--persist"])?;
    assert_eq!(failed.code, Some(1));
    let id = scene.connect(1, 1)?;
    let [made] = monitor.events(["connected"])?;
    assert_eq!(made["connection"]["id"], *id);
    monitor.kill()?;
    scene.close()
}

#[test]
fn plugs_of_this_computer_and_their_registers_are_told() -> Result<()> {
    let scene = Scene::open("plugs-told", 1)?;
    let mut monitor = Monitor::start(&scene)?;
    let id = scene.plugctl_ok(&[
        "create-plug",
        "1.1",
        "in",
        "--pcr",
        "0x803F0000",
        "--persist",
    ])?;
    let id = id.trim();
    let [made] = monitor.events(["plug_created"])?;
    assert_eq!(made["plug"]["id"], id, "{made}");
    assert_eq!(made["plug"]["location"], "computer");
    assert_eq!(made["new_register"], "0x803F0000");

    scene.plugctl_ok(&["set-plug", id, "0x80050000"])?;
    let [set] = monitor.events(["plug_changed"])?;
    let registers = |event: &Value| -> Result<(String, String)> {
        let both = (text(&event["old_register"])?, text(&event["new_register"])?);
        Ok((both.0.to_owned(), both.1.to_owned()))
    };
    let change = |old: &str, new: &str| (old.to_owned(), new.to_owned());
    assert_eq!(registers(&set)?, change("0x803F0000", "0x80050000"));

    // Another node, over the bus; a value that it has already is no change.
    scene.simctl(&["lock", "local", "iPCR0", "0x80050000", "0x80050000"])?;
    scene.simctl(&["lock", "local", "iPCR0", "0x80050000", "0x80070000"])?;
    let [lock] = monitor.events(["plug_changed"])?;
    assert_eq!(registers(&lock)?, change("0x80050000", "0x80070000"));

    let connection = scene.plugctl_ok(&["connect", "--in", id, "--persist"])?;
    // The counter goes up before the request is complete, or is told after it.
    let mut kinds = [monitor.event()?, monitor.event()?];
    kinds.sort_by_key(|event| event["kind"].to_string());
    assert_eq!(kinds[0]["kind"], "connected", "{kinds:?}");
    assert_eq!(kinds[1]["kind"], "plug_changed", "{kinds:?}");
    scene.plugctl_ok(&["disconnect", connection.trim()])?;
    let mut kinds = [monitor.event()?, monitor.event()?];
    kinds.sort_by_key(|event| event["kind"].to_string());
    assert_eq!(reason(&kinds[0]), ("disconnected", "asked"));

    scene.plugctl_ok(&["delete-plug", id])?;
    let [gone] = monitor.events(["plug_removed"])?;
    assert_eq!(gone["reason"], "asked", "{gone}");
    assert_eq!(gone["plug"]["id"], id);
    assert_eq!(gone["old_register"], kinds[1]["new_register"]);

    let (mut client, _) = hold(&scene, &["create-plug", "1.1", "out"])?;
    client.kill9()?;
    let [_, gone] = monitor.events(["plug_created", "plug_removed"])?;
    assert_eq!(gone["reason"], "owner_gone");
    monitor.kill()?;
    scene.close()
}

#[test]
fn units_and_bus_resets_are_told() -> Result<()> {
    let mut scene = Scene::open("units-told", 1)?;
    let mut monitor = Monitor::start(&scene)?;
    scene.simctl(&["reset"])?;
    let reset = monitor.event_of("bus_reset")?;
    let units = scene.simctl_json(&["units"])?;
    let state = scene.simctl_json(&["state"])?;
    assert_eq!(reset["unit"], "1.1");
    assert_eq!(reset["generation"], state["generation"], "{reset}");
    assert_eq!(reset["node"]["address"], units[0]["node"], "{reset}");
    assert_eq!(reset["local_node"]["address"], state["local_node"]);

    scene.add_unit(2)?;
    let come = monitor.event_of("unit_arrived")?;
    assert_eq!(come["unit"], "2.1");
    // It was plugged into the bus of the first.
    let reset = monitor.event_of("bus_reset")?;
    assert_eq!(reset["unit"], "1.1");

    // All that was made through a unit goes with it.
    let connect = ["connect", "--unit", "2.1", "--out", "0", "--persist"];
    scene.plugctl_ok(&connect)?;
    scene.plugctl_ok(&["create-plug", "2.1", "out", "--persist"])?;
    monitor.events(["connected", "plug_created"])?;
    scene.remove_unit(2)?;
    let mut ends = monitor.events(["disconnected", "plug_removed", "unit_removed"])?;
    ends.sort_by_key(|event| event["sequence"].as_u64());
    for event in &ends {
        assert_eq!(event["unit"], "2.1");
    }
    assert_eq!(ends[0]["reason"], "unit_gone");
    assert_eq!(ends[1]["reason"], "unit_gone");
    // The same slot, another unit.
    scene.add_unit(2)?;
    assert_eq!(monitor.event_of("unit_arrived")?["unit"], "2.2");
    monitor.kill()?;
    scene.close()
}

#[test]
fn what_a_bus_reset_has_cost_is_told() -> Result<()> {
    let scene = Scene::open("lost", 1)?;
    let mut monitor = Monitor::start(&scene)?;
    let kept = scene.connect(0, 0)?;
    let lost = scene.connect(1, 1)?;
    scene.simctl(&["lose-at-reset", "--out", "1", "--in", "1", "--unit", "0"])?;
    scene.simctl(&["reset"])?;
    let [.., gone] = monitor.events(["connected", "connected", "bus_reset", "disconnected"])?;
    assert_eq!(gone["connection"]["id"], *lost, "{gone}");
    assert_eq!(gone["reason"], "lost");
    let listed = scene.plugctl_json(&["connections"])?;
    assert_eq!(listed["connections"].as_array().map(Vec::len), Some(1));
    assert_eq!(listed["connections"][0]["id"], *kept);
    scene.plugctl_ok(&["disconnect", &kept])?;
    assert_eq!(monitor.event()?["reason"], "asked");
    monitor.kill()?;
    scene.close()
}

/// Takes out the one of these waits that is answered first.
fn first_answer(raw: &mut Raw, waits: &mut Vec<String>) -> Result<Answer> {
    let mut found = None;
    until("a wait is answered", || {
        for (index, wait) in waits.iter().enumerate() {
            if raw.is_answered(wait)? {
                found = Some(index);
                return Ok(true);
            }
        }
        Ok(false)
    })?;
    raw.answer(&waits.remove(found.unwrap_or_default()))
}

#[test]
fn a_wait_ends_with_an_event_a_cancel_or_its_process() -> Result<()> {
    let scene = Scene::open("waits", 1)?;
    let mut raw = Raw::reader(&scene)?;
    // One too many is refused, on this handle only.
    let mut waits = Vec::new();
    for _ in 0..=MAX_WAITS {
        waits.push(raw.wait()?);
    }
    let beyond = first_answer(&mut raw, &mut waits)?;
    assert_eq!(
        beyond.outcome()?,
        (NtStatus::QUOTA_EXCEEDED, Origin::Driver)
    );
    assert!(raw.open()?);
    let of_another = raw.wait()?;
    raw.use_handle(0)?;
    assert_eq!(raw.poll(1)?.1, []);
    for wait in &waits {
        assert!(!raw.is_answered(wait)?, "nothing has happened yet");
    }

    // One of them gets the event; the others go on.
    let id = scene.connect(0, 0)?;
    let (batch, events) = first_answer(&mut raw, &mut waits)?.batch()?;
    assert_eq!((batch.lost, batch.more), (0, 0));
    assert_eq!(events[0].kind, event_kind::CONNECTED);
    assert_eq!(raw.answer(&of_another)?.batch()?.1[0].kind, events[0].kind);
    scene.plugctl_ok(&["disconnect", &id])?;
    let (batch, events) = first_answer(&mut raw, &mut waits)?.batch()?;
    assert_eq!(events[0].kind, event_kind::DISCONNECTED);
    assert_eq!(events.len(), 1, "{batch:?}");
    assert_eq!(waits.len(), MAX_WAITS - 2);

    raw.cancel()?;
    for wait in &waits {
        assert_eq!(raw.answer(wait)?.status, NtStatus::CANCELLED);
    }
    // There is room again.
    let mut waits = Vec::new();
    for _ in 0..=MAX_WAITS {
        waits.push(raw.wait()?);
    }
    first_answer(&mut raw, &mut waits)?;
    raw.kill()?;
    // Nothing of it is left.
    let mut raw = Raw::reader(&scene)?;
    let wait = raw.wait()?;
    scene.connect(0, 0)?;
    assert_eq!(raw.answer(&wait)?.batch()?.1.len(), 1);
    drop(raw);
    scene.close()
}

#[test]
fn events_come_in_batches_of_any_size() -> Result<()> {
    let scene = Scene::open("batches", 1)?;
    let mut reader = Raw::reader(&scene)?;
    let mut writer = Raw::writer(&scene)?;
    let plug = writer.create(Out)?;
    for value in 1..10 {
        writer.set(plug, value)?;
    }
    let (first, events) = reader.poll(1)?;
    assert_eq!((events.len(), first.more, first.lost), (1, 9, 0));
    assert_eq!(events[0].kind, event_kind::PLUG_CREATED);
    let (next, events) = reader.poll(4)?;
    assert_eq!((next.first, next.more), (first.first + 1, 5));
    assert_eq!(events.len(), 4);
    // There are some, so a wait is answered at once.
    let wait = reader.wait()?;
    let (last, events) = reader.answer(&wait)?.batch()?;
    assert_eq!((last.first, last.more), (next.first + 4, 0));
    assert_eq!(events.len(), 5);
    assert_eq!(events[4].new_pcr.0, 9);
    assert_eq!(events[4].owner, ioctl::owner::OTHER_HANDLE);
    // Who made the plug sees it as its own.
    let (own, events) = writer.poll(32)?;
    assert_eq!((own.first, events.len()), (first.first, 10));
    assert_eq!(events[0].owner, ioctl::owner::THIS_HANDLE);
    drop((reader, writer));
    scene.close()
}

#[test]
fn events_that_nobody_read_are_counted_and_a_snapshot_goes_on() -> Result<()> {
    let scene = Scene::open("overflow", 1)?;
    let mut reader = Raw::reader(&scene)?;
    let mut monitor = Monitor::start(&scene)?;
    monitor.signal("-STOP")?;
    let mut writer = Raw::writer(&scene)?;
    writer.plug(In, 0)?;
    let plug = writer.create(Out)?;
    const BEYOND: usize = 40;
    for value in 0..MAX_EVENTS + BEYOND - 1 {
        writer.set(plug, u32::try_from(value)?)?;
    }
    let (first, events) = reader.poll(1)?;
    assert_eq!(first.lost, BEYOND as u64);
    assert_eq!(first.more as usize, MAX_EVENTS - 1);
    assert_eq!(events[0].sequence, first.first);
    // What was lost is told once.
    let (second, _) = reader.poll(1)?;
    assert_eq!((second.lost, second.first), (0, first.first + 1));

    let state = reader.snapshot()?;
    assert_eq!((state.complete, state.units, state.plugs), (1, 1, 2));
    assert_eq!(
        state.sequence,
        second.first + u64::from(second.more) + 1,
        "all that had happened is in it"
    );
    let (none, events) = reader.poll(32)?;
    assert_eq!(
        (none.first, none.lost, events.len()),
        (state.sequence, 0, 0)
    );
    writer.delete(plug)?;
    let (_, events) = reader.poll(32)?;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].kind, event_kind::PLUG_REMOVED);
    assert_eq!(events[0].sequence, state.sequence);

    // A program that slept finds out, and goes on from what there is.
    monitor.signal("-CONT")?;
    let lost = loop {
        let line = monitor.line()?;
        if !line["lost"].is_null() {
            break line["lost"]["events"].as_u64();
        }
    };
    assert!(lost.is_some_and(|lost| lost > 0), "{lost:?}");
    let now = monitor.snapshot()?;
    assert_eq!(now["sequence"], state.sequence + 1);
    let id = scene.connect(0, 0)?;
    let [made] = monitor.events(["connected"])?;
    assert_eq!(made["connection"]["id"], *id);
    monitor.kill()?;
    drop((reader, writer));
    scene.close()
}

#[test]
fn a_snapshot_that_does_not_fit_loses_nothing() -> Result<()> {
    let scene = Scene::open("snapshot", 1)?;
    let id = scene.connect(0, 0)?;
    scene.plugctl_ok(&["create-plug", "1.1", "out", "--persist"])?;
    let directory = ["unit-directory", "add", "1.1", "1", "2", "--persist"];
    scene.plugctl_ok(&directory)?;
    let shown = scene.plugctl_json(&["snapshot"])?["snapshot"].clone();
    assert_eq!(shown["units"][0]["state"], "managed", "{shown}");
    assert_eq!(shown["connections"][0]["id"], *id);
    let plugs = shown["plugs"].as_array().map(Vec::len);
    assert_eq!(plugs, Some(3), "the connection's two, and ours: {shown}");
    assert_eq!(shown["directories"].as_array().map(Vec::len), Some(1));

    let mut raw = Raw::reader(&scene)?;
    scene.plugctl_ok(&["disconnect", &id])?;
    let request = crate::raw::header::<ioctl::RequestHeader>(plug61883_abi::ids::UnitId::NONE);
    let small = raw.send(ioctl::SNAPSHOT, &request, size_of::<ioctl::Snapshot>())?;
    let state: ioctl::Snapshot = small.reply()?;
    assert_eq!((state.complete, state.plugs, state.connections), (0, 3, 0));
    assert_eq!(small.bytes.len(), size_of::<ioctl::Snapshot>());
    let whole = raw.send(ioctl::SNAPSHOT, &request, state.header.size as usize);
    // The event is still due, unless a snapshot holds what it told.
    assert_eq!(raw.poll(1)?.1.len(), 0, "the second one did");
    assert_eq!(whole?.reply::<ioctl::Snapshot>()?.complete, 1);
    scene.connect(0, 0)?;
    raw.send(ioctl::SNAPSHOT, &request, size_of::<ioctl::Snapshot>())?;
    assert_eq!(raw.poll(1)?.1.len(), 1, "the first one did not");
    drop(raw);
    scene.close()
}
