//! Single rules of the engine, one short story each.

mod disconnects;
mod early_ends;
mod handles;
mod limits;
mod units;

use plug61883_abi::status::NtStatus;

use crate::lower::Outcome;

const CANCELLED: Outcome = Outcome::Fail(NtStatus::CANCELLED);
const BROKEN: Outcome = Outcome::Fail(NtStatus::IO_DEVICE_ERROR);
