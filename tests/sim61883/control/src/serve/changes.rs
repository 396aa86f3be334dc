//! What the interface changes.

use plug61883_abi::av61883::CURRENT_DDI_VERSION;
use plug61883_abi::ids::Direction;
use plug61883_abi::status::NtStatus;
use sim61883_model::policy::{Action, Mode};
use sim61883_model::{Connection, Lab, NodeRef, Plug};

use super::lists::{count, place};
use super::{Result, Served};
use crate::values::{NONE, action, callbacks, drop_by, mode};
use crate::wire::{
    CallbacksRequest, DropRequest, ModeRequest, OnlineRequest, PlugPlace, RuleRequest,
    VersionRequest,
};

/// The connections that a request picks.
enum Picked {
    Slot(u16),
    Where(PlugPlace, PlugPlace),
}

impl Picked {
    fn new(request: &DropRequest) -> core::result::Result<Self, NtStatus> {
        match request.by {
            drop_by::ALL => Ok(Self::Where(PlugPlace::NONE, PlugPlace::NONE)),
            drop_by::INDEX => u16::try_from(request.index)
                .map(Self::Slot)
                .map_err(|_| NtStatus::INVALID_PARAMETER),
            drop_by::PLUGS => Ok(Self::Where(request.output, request.input)),
            _ => Err(NtStatus::INVALID_PARAMETER),
        }
    }
}

/// Whether a connection has these plugs.
fn fits(output: PlugPlace, input: PlugPlace) -> impl Fn(&Connection) -> bool {
    let fits = |wanted: PlugPlace, plug: Option<Plug>| {
        let there = place(plug);
        (wanted.unit == NONE || wanted.unit == there.unit)
            && (wanted.number == NONE || wanted.number == there.number)
    };
    move |connection| fits(output, connection.wish.output) && fits(input, connection.wish.input)
}

fn one(there: bool) -> core::result::Result<u32, NtStatus> {
    there.then_some(1).ok_or(NtStatus::INVALID_PARAMETER)
}

pub(super) fn drop_connections<R>(
    lab: &mut Lab<R>,
    request: &DropRequest,
) -> core::result::Result<u32, NtStatus> {
    match Picked::new(request)? {
        Picked::Slot(slot) => one(lab.simulation.drop_connection(slot)),
        Picked::Where(output, input) => Ok(lab.simulation.drop_connections(fits(output, input))),
    }
}

pub(super) fn lose_at_reset<R>(
    lab: &mut Lab<R>,
    request: &DropRequest,
) -> core::result::Result<u32, NtStatus> {
    match Picked::new(request)? {
        Picked::Slot(slot) => one(lab.simulation.doom_connection(slot)),
        Picked::Where(output, input) => Ok(lab.simulation.doom_connections(fits(output, input))),
    }
}

/// Tells how many calls wait.
pub(super) fn set_callbacks<R>(
    lab: &mut Lab<R>,
    request: &CallbacksRequest,
) -> core::result::Result<u32, NtStatus> {
    let calls = &mut lab.simulation.callbacks;
    match request.action {
        callbacks::HOLD => calls.hold(),
        callbacks::RELEASE => calls.release(),
        callbacks::DELAY => calls.set_delay_ms(request.delay_ms),
        _ => return Err(NtStatus::INVALID_PARAMETER),
    }
    Ok(count(calls.waiting()))
}

/// Version 1 is that of a protocol driver that answers the question for its version only.
pub(super) fn set_ddi_version<R>(lab: &mut Lab<R>, request: &VersionRequest) -> Result {
    if !(1..=CURRENT_DDI_VERSION).contains(&request.ddi_version) {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    lab.simulation.set_ddi_version(request.ddi_version);
    Ok(Served::Done(0))
}

pub(super) fn add_rules<R>(lab: &mut Lab<R>, request: &RuleRequest) -> Result {
    let action = match request.action {
        action::HOLD => Action::Hold { cancellable: true },
        action::HOLD_UNCANCELLABLE => Action::Hold { cancellable: false },
        action::FAIL => Action::Fail(request.status),
        _ => return Err(NtStatus::INVALID_PARAMETER),
    };
    if request.count == 0 {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    if request.count > count(lab.policy.room()) {
        return Err(NtStatus::INSUFFICIENT_RESOURCES);
    }
    for _ in 0..request.count {
        if !lab.policy.add(request.function, action) {
            return Err(NtStatus::INSUFFICIENT_RESOURCES);
        }
    }
    Ok(Served::Done(0))
}

pub(super) fn set_mode<R>(lab: &mut Lab<R>, request: &ModeRequest) -> Result {
    let mode = match request.mode {
        mode::SYNCHRONOUS => Mode::Synchronous,
        mode::ASYNCHRONOUS => Mode::Asynchronous(request.delay_ms),
        _ => return Err(NtStatus::INVALID_PARAMETER),
    };
    lab.policy.set_mode(mode);
    Ok(Served::Done(0))
}

pub(super) fn set_online<R>(lab: &mut Lab<R>, request: &OnlineRequest) -> Result {
    let bad = NtStatus::INVALID_PARAMETER;
    let slot = u8::try_from(request.unit).map_err(|_| bad)?;
    let device = lab.simulation.bus().device_in(slot).ok_or(bad)?;
    let direction = Direction::from_raw(request.direction).ok_or(bad)?;
    let number = u8::try_from(request.number).map_err(|_| bad)?;
    let online = match request.online {
        0 => false,
        1 => true,
        _ => return Err(bad),
    };
    let there = lab
        .simulation
        .set_online(NodeRef::Device(device), direction, number, online);
    if there { Ok(Served::Done(0)) } else { Err(bad) }
}
