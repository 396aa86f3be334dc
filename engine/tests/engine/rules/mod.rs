//! Single rules of the engine, one short story each.

mod disconnects;
mod early_ends;
mod events;
mod foreign;
mod handles;
mod keeper;
mod limits;
mod persist;
mod plugs;
mod sleep;
mod units;
mod waits;

use plug61883_abi::status::NtStatus;

use crate::play::lower::Outcome;

const CANCELLED: Outcome = Outcome::Fail(NtStatus::CANCELLED);
const BROKEN: Outcome = Outcome::Fail(NtStatus::IO_DEVICE_ERROR);
