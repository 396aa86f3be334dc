//! Memory runs out at every place where plug61883 asks for some: each allocation of a full scenario
//! fails once. Every time the client gets a clean status, and nothing is left over.

use anyhow::{Context, Result, ensure};
use e2e::Scene;
use plug61883_abi::ids::Direction;
use plug61883_abi::ioctl::{self, PlugState, PlugStateRequest, UnitInfo, UnitInfoRequest};
use plug61883_abi::status::NtStatus;
use wine_harness::Failing;
use zerocopy::{Immutable, IntoBytes};

use crate::raw::{Answer, Raw, disconnect, get_plug, header, remove};
use crate::support::until;

/// A unit without plug61883, so that the simulator stays while plug61883 comes and goes.
const BARE: usize = 9;
/// Scenarios in a row that made none fail, after which all were reached: timing decides how many
/// an individual one makes.
const QUIET: u32 = 4;
/// More allocations than a scenario makes.
const MOST: u64 = 400;

/// What a request may come to when memory has run out: for itself, when the unit came, which is
/// not managed then, or when the handle was opened, whose refusal Wine does not wait for.
const CLEAN: [NtStatus; 4] = [
    NtStatus::SUCCESS,
    NtStatus::INSUFFICIENT_RESOURCES,
    NtStatus::NO_SUCH_DEVICE,
    NtStatus::INVALID_HANDLE,
];

/// The reply, if the request went well.
fn done(answer: Answer) -> Result<Option<Answer>> {
    let (status, _) = answer.outcome()?;
    ensure!(CLEAN.contains(&status), "{status}");
    Ok((status == NtStatus::SUCCESS).then_some(answer))
}

/// Undoes something. It has its request to the protocol driver already; only the framework's
/// object for the client's own request may find no memory, and then a second try goes well.
fn undone<T: IntoBytes + Immutable>(raw: &mut Raw, code: u32, request: &T) -> Result<()> {
    let (mut status, _) = raw.send(code, request, 16)?.outcome()?;
    if status == NtStatus::INSUFFICIENT_RESOURCES {
        (status, _) = raw.send(code, request, 16)?.outcome()?;
    }
    ensure!(status == NtStatus::SUCCESS, "0x{code:08X}: {status}");
    Ok(())
}

/// Everything that a client does, as far as it gets.
fn scenario(raw: &mut Raw) -> Result<()> {
    let info = UnitInfoRequest {
        header: header::<UnitInfoRequest>(raw.unit),
        level: 1,
        flags: 0,
    };
    done(raw.send(ioctl::UNIT_INFO, &info, size_of::<UnitInfo>())?)?;
    let waiting = raw.wait()?;
    let mut plug = |direction| -> Result<_> {
        let request = get_plug(raw.unit, direction, 0, 0);
        let answer = raw.send(ioctl::GET_PLUG, &request, 24)?;
        let reply = done(answer)?.map(|answer| answer.reply::<ioctl::PlugReply>());
        Ok(reply.transpose()?.map(|reply| reply.plug))
    };
    let (output, input) = (plug(Direction::Out)?, plug(Direction::In)?);
    if let (Some(output), Some(input)) = (output, input) {
        let state = PlugStateRequest {
            header: header::<PlugStateRequest>(raw.unit),
            plug: output,
        };
        done(raw.send(ioctl::PLUG_STATE, &state, size_of::<PlugState>())?)?;
        for keep in [false, true] {
            if let Some(made) = done(raw.try_connect(output, input, false)?)?
                && !keep
            {
                let made: ioctl::ConnectReply = made.reply()?;
                undone(raw, ioctl::DISCONNECT, &disconnect(made.connection))?;
            }
        }
    }
    if let Some(made) = done(raw.try_create(Direction::Out, false)?)? {
        let made: ioctl::CreatePlugReply = made.reply()?;
        undone(raw, ioctl::DELETE_PLUG, &remove(made.plug.0))?;
    }
    done(raw.try_create(Direction::In, false)?)?;
    done(raw.try_add_directory()?)?;
    // If nothing has gone well, the wait may be sent after the first cancel.
    until("the wait ends", || {
        raw.cancel()?;
        raw.is_answered(&waiting)
    })?;
    let answer = raw.answer(&waiting)?;
    let status = answer.status;
    ensure!(
        status == NtStatus::CANCELLED || CLEAN.contains(&status),
        "{status}"
    );
    Ok(())
}

/// The simulator has nothing of plug61883's any more.
fn is_clean(scene: &Scene) -> Result<bool> {
    let state = scene.simctl_json(&["registrations"])?;
    let units = state.as_array().context("registrations are a list")?;
    let left = |name: &str| units.iter().any(|unit| unit[name].as_u64() != Some(0));
    Ok(!["connections", "local_plugs", "directories"]
        .into_iter()
        .any(left))
}

/// One life of the driver in which an allocation fails; whether one did.
fn round(scene: &mut Scene, number: u64) -> Result<bool> {
    scene
        .bench()
        .fail_allocations("plug61883", Failing::One(number))?;
    // A filter that can't attach fails its unit; one that can't manage it passes all through.
    if scene.add_unit(1).is_ok() {
        match Raw::writer(scene) {
            Ok(mut raw) => {
                scenario(&mut raw)?;
                // Its process ends with much still open.
                raw.kill()?;
                until("all is undone", || is_clean(scene))?;
            }
            Err(error) => ensure!(
                error.to_string().starts_with("open=failed"),
                "opening: {error:#}"
            ),
        }
        scene.remove_unit(1)?;
    }
    scene.bench().check()?;
    let report = scene.bench().pool("plug61883")?.total;
    ensure!(report.live_blocks == 0, "{report:?}");
    Ok(report.failed != 0)
}

#[test]
fn each_allocation_may_fail() -> Result<()> {
    let mut scene = Scene::with_drivers("low-memory", &["sim61883", "plug61883"])?;
    scene.add_unit_with(BARE, &[])?;
    scene.simctl(&["mode", "sync"])?;
    let (mut number, mut quiet) = (0, 0);
    while quiet < QUIET {
        number += 1;
        ensure!(number < MOST, "there is no end to it");
        let failed = round(&mut scene, number).with_context(|| format!("allocation {number}"))?;
        quiet = if failed { 0 } else { quiet + 1 };
    }
    // The driver, its control device, a unit, and a dozen requests with their memory.
    ensure!(number > 30, "only {number} allocations");
    scene.close()
}
