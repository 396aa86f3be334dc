//! Every table has a bound, and every process a share of it: what is beyond is refused, and others
//! get theirs.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use e2e::Scene;
use plug61883_abi::ids::Direction::{In, Out};
use plug61883_abi::ids::PlugId;
use plug61883_abi::ioctl::{
    self, ConnectReply, CreatePlugReply, DirectoryReply, MAX_CONNECTIONS, MAX_DIRECTORIES,
    MAX_HANDLES, MAX_PLUGS, MAX_PROCESS_CONNECTIONS, MAX_PROCESS_DIRECTORIES, MAX_PROCESS_HANDLES,
    MAX_PROCESS_OPERATIONS, MAX_PROCESS_PLUGS, Origin, PlugReply,
};
use plug61883_abi::status::NtStatus;

use crate::raw::{LONG_MS, Raw, add_directory, create_plug, get_plug};
use crate::support::{Idle, SOON, until, wait_until_held};

const FULL: (NtStatus, Origin) = (NtStatus::QUOTA_EXCEEDED, Origin::Driver);
const DONE: (NtStatus, Origin) = (NtStatus::SUCCESS, Origin::Protocol);
/// Connections that a plug's register can count (IEC 61883-1, clause 7.7).
const OF_ONE_PLUG: usize = 63;

/// A process, and the plugs that it connects.
fn connector(scene: &Scene) -> Result<(Raw, [PlugId; 4])> {
    let mut raw = Raw::writer(scene)?;
    let plugs = [
        raw.plug(Out, 0)?,
        raw.plug(In, 0)?,
        raw.plug(Out, 1)?,
        raw.plug(In, 1)?,
    ];
    Ok((raw, plugs))
}

#[test]
fn a_process_has_its_share_of_connections() -> Result<()> {
    let scene = Scene::open("share-connections", 1)?;
    scene.simctl(&["mode", "sync"])?;
    let idle = Idle::remember(&scene)?;
    let (mut raw, [out0, in0, out1, in1]) = connector(&scene)?;
    let half = MAX_PROCESS_CONNECTIONS / 2;
    ensure!(half < OF_ONE_PLUG, "they don't fit the plugs");
    let connect = |raw: &mut Raw, index: usize, persist| {
        let (output, input) = if index < half {
            (out0, in0)
        } else {
            (out1, in1)
        };
        raw.try_connect(output, input, persist)?.outcome()
    };
    for index in 0..MAX_PROCESS_CONNECTIONS {
        if index == half {
            // All its handles share.
            assert!(raw.open()?);
        }
        assert_eq!(connect(&mut raw, index, false)?, DONE, "{index}");
    }
    assert_eq!(connect(&mut raw, 0, false)?, FULL);
    // Nothing was asked of the protocol driver, and another process may still.
    let made = scene.simctl_json(&["connections"])?;
    assert_eq!(made.as_array().map(Vec::len), Some(MAX_PROCESS_CONNECTIONS));
    let mut other = Raw::writer(&scene)?;
    let id = other.connect(out0, in0)?;
    assert_eq!(other.disconnect(id)?, DONE);

    // What persists is of no process: it has a share of its own.
    raw.kill()?;
    idle.within(&scene, SOON)?;
    for index in 0..MAX_PROCESS_CONNECTIONS {
        assert_eq!(connect(&mut other, index, true)?, DONE, "{index}");
    }
    assert_eq!(connect(&mut other, 0, true)?, FULL);
    let id = other.connect(out0, in0)?;
    assert_eq!(other.disconnect(id)?, DONE);
    // One that goes makes room for one.
    let listed = scene.plugctl_json(&["connections"])?;
    let first = crate::support::text(&listed["connections"][0]["id"])?.to_owned();
    scene.plugctl_ok(&["disconnect", &first])?;
    assert_eq!(connect(&mut other, 0, true)?, DONE);
    assert_eq!(connect(&mut other, 0, true)?, FULL);
    drop(other);
    scene.close()
}

#[test]
fn a_process_has_its_share_of_plugs_and_directories() -> Result<()> {
    let scene = Scene::open("share-plugs", 1)?;
    scene.simctl(&["mode", "sync"])?;
    let mut raw = Raw::writer(&scene)?;
    for index in 0..MAX_PROCESS_PLUGS {
        let direction = if index % 2 == 0 { Out } else { In };
        assert_eq!(raw.try_create(direction, false)?.outcome()?, DONE);
    }
    assert_eq!(raw.try_create(Out, false)?.outcome()?, FULL);
    assert_eq!(raw.try_create(In, true)?.outcome()?, DONE, "not its own");
    for _ in 0..MAX_PROCESS_DIRECTORIES {
        assert_eq!(raw.try_add_directory()?.outcome()?, DONE);
    }
    assert_eq!(raw.try_add_directory()?.outcome()?, FULL);
    let mut other = Raw::writer(&scene)?;
    assert_eq!(other.try_create(Out, false)?.outcome()?, DONE);
    assert_eq!(other.try_add_directory()?.outcome()?, DONE);
    // What is refused is not counted.
    let now = other.interface()?;
    assert_eq!(now.plugs as usize, MAX_PROCESS_PLUGS + 2);
    assert_eq!(now.directories as usize, MAX_PROCESS_DIRECTORIES + 1);
    assert_eq!(
        (now.max_plugs as usize, now.max_directories as usize),
        (MAX_PLUGS, MAX_DIRECTORIES)
    );
    assert_eq!(now.max_connections as usize, MAX_CONNECTIONS);
    raw.kill()?;
    until("its share is free", || {
        Ok((other.interface()?.plugs, other.interface()?.directories) == (2, 1))
    })?;
    drop(other);
    scene.close()
}

#[test]
fn a_process_has_its_share_of_requests() -> Result<()> {
    let scene = Scene::open("share-requests", 1)?;
    let (mut raw, [out0, in0, ..]) = connector(&scene)?;
    let id = raw.connect(out0, in0)?;
    let mut started = Vec::new();
    let request = get_plug(raw.unit, Out, 1, LONG_MS);
    // The simulator takes so many rules at once.
    const RULES: usize = 16;
    for _ in 0..MAX_PROCESS_OPERATIONS / RULES {
        scene.simctl(&["hold", "GetPlugHandle", "--count", &RULES.to_string()])?;
        for _ in 0..RULES {
            started.push(raw.start(ioctl::GET_PLUG, &request, size_of::<PlugReply>())?);
        }
        wait_until_held(&scene, started.len() as u64)?;
    }
    let size = size_of::<PlugReply>();
    let beyond = raw.send(ioctl::GET_PLUG, &get_plug(raw.unit, In, 0, 0), size)?;
    assert_eq!(beyond.outcome()?, FULL);
    let plug = raw.send(
        ioctl::CREATE_PLUG,
        &create_plug(raw.unit, Out, false),
        size_of::<CreatePlugReply>(),
    )?;
    assert_eq!(plug.outcome()?, FULL);
    let directory = raw.send(
        ioctl::ADD_DIRECTORY,
        &add_directory(raw.unit),
        size_of::<DirectoryReply>(),
    )?;
    assert_eq!(directory.outcome()?, FULL);
    // What it has can be undone all the same: that was reserved. Lists need no room.
    assert_eq!(raw.disconnect(id)?, DONE);
    assert_eq!(raw.interface()?.operations as usize, started.len());
    // Others get their share.
    let mut other = Raw::writer(&scene)?;
    let id = other.connect(out0, in0)?;
    assert_eq!(other.disconnect(id)?, DONE);
    scene.simctl(&["release"])?;
    for number in &started {
        assert_eq!(raw.answer(number)?.outcome()?, DONE);
    }
    assert_eq!(
        raw.send(ioctl::GET_PLUG, &request, size)?.outcome()?,
        DONE,
        "there is room again"
    );
    drop((raw, other));
    scene.close()
}

#[test]
fn a_process_has_its_share_of_handles() -> Result<()> {
    let scene = Scene::open("share-handles", 1)?;
    let mut raw = Raw::reader(&scene)?;
    for index in 1..MAX_PROCESS_HANDLES {
        assert!(raw.open()?, "{index}");
        raw.interface()?;
    }
    // Wine does not wait for what a driver answers to an open: if the handle is there all the
    // same, nothing can be done with it.
    if raw.open()? {
        let refused = raw.interface().err().context("one handle too many")?;
        ensure!(
            refused.to_string().contains("STATUS_INVALID_HANDLE"),
            "{refused:#}"
        );
        raw.use_handle(0)?;
    }
    assert_eq!(raw.interface()?.handles as usize, MAX_PROCESS_HANDLES);
    let mut other = Raw::writer(&scene)?;
    assert_eq!(other.interface()?.handles as usize, MAX_PROCESS_HANDLES + 1);
    let (output, input) = (other.plug(Out, 0)?, other.plug(In, 0)?);
    other.connect(output, input)?;
    raw.kill()?;
    until("its handles are closed", || {
        Ok(other.interface()?.handles == 1)
    })?;
    let mut again = Raw::reader(&scene)?;
    assert_eq!(again.interface()?.handles, 2);
    drop((other, again));
    scene.close()
}

#[test]
fn processes_that_take_all_leave_nothing_to_the_next() -> Result<()> {
    let scene = Scene::open("all-taken", 1)?;
    scene.simctl(&["mode", "sync"])?;
    let mut processes = Vec::new();
    for _ in 0..MAX_HANDLES / MAX_PROCESS_HANDLES {
        let mut raw = Raw::writer(&scene)?;
        for _ in 1..MAX_PROCESS_HANDLES {
            assert!(raw.open()?);
        }
        raw.interface()?;
        processes.push(raw);
    }
    if let Ok(mut raw) = Raw::writer(&scene) {
        ensure!(raw.interface().is_err(), "one handle too many");
    }
    // Who has a handle can go on.
    ensure!(processes.len() * MAX_PROCESS_DIRECTORIES >= MAX_DIRECTORIES);
    for raw in &mut processes {
        for _ in 0..MAX_PROCESS_DIRECTORIES {
            assert_eq!(raw.try_add_directory()?.outcome()?, DONE);
        }
    }
    let listed = processes[0].interface()?;
    assert_eq!(listed.directories as usize, MAX_DIRECTORIES);
    assert_eq!(listed.handles as usize, MAX_HANDLES);
    // A process that ends makes room.
    processes.remove(0).kill()?;
    until("there is room", || {
        let now = processes[0].interface()?;
        Ok(now.handles as usize == MAX_HANDLES - MAX_PROCESS_HANDLES
            && now.directories as usize == MAX_DIRECTORIES - MAX_PROCESS_DIRECTORIES)
    })?;
    let mut next = Raw::writer(&scene)?;
    assert_eq!(next.try_add_directory()?.outcome()?, DONE);
    drop((processes, next));
    scene.close()
}

#[test]
fn a_bus_without_resources_refuses_and_works_on() -> Result<()> {
    let scene = Scene::open("no-bandwidth", 1)?;
    scene.simctl(&["mode", "sync"])?;
    let idle = Idle::remember(&scene)?;
    let mut raw = Raw::writer(&scene)?;
    // Streams to the device, as wide as they get.
    let mut made = Vec::new();
    let refused = loop {
        ensure!(made.len() < MAX_PROCESS_PLUGS, "bandwidth without end");
        let plug = raw.create(Out)?;
        let answer = raw.try_connect(plug, PlugId::NONE, false)?;
        match answer.outcome()? {
            DONE => made.push(answer.reply::<ConnectReply>()?.connection),
            refused => break refused,
        }
    };
    assert_eq!(
        refused,
        (NtStatus::INSUFFICIENT_RESOURCES, Origin::Protocol)
    );
    let last = made.pop().context("nothing was made")?;
    assert_eq!(raw.disconnect(last)?, DONE);
    let (output, input) = (raw.plug(Out, 0)?, raw.plug(In, 0)?);
    let id = raw.connect(output, input)?;
    assert_eq!(raw.disconnect(id)?, DONE);
    raw.kill()?;
    idle.within(&scene, Duration::from_secs(10))?;
    scene.close()
}
