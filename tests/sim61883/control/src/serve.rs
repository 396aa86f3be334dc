//! The driver's side: a request's bytes in, a reply's bytes out.

mod changes;
mod lists;

use plug61883_abi::av61883::NodeAddress;
use plug61883_abi::status::NtStatus;
use sim61883_model::policy::COUNTED;
use sim61883_model::{BusError, Lab};
use test_control::Header;
use zerocopy::{Immutable, IntoBytes};

use crate::values::{ANY_FUNCTION, ASYNC_READ, NO_ACKNOWLEDGE};
use crate::wire::{
    CountReply, List, LockRequest, Query, ReadRequest, RegisterReply, ReleaseRequest, Request,
    ResetReply, SeenCounts,
};
use crate::{
    ADD_RULES, BUS_RESET, CLEAR_RULES, DROP, LIST_CONNECTIONS, LIST_DIRECTORIES, LIST_LOCAL_PLUGS,
    LIST_REGISTRATIONS, LIST_UNITS, LOCK_REGISTER, LOSE_AT_RESET, READ_REGISTER, RELEASE,
    SET_CALLBACKS, SET_DDI_VERSION, SET_MODE, SET_ONLINE, SUMMARY, VERSION,
};

const _: () = assert!(size_of::<SeenCounts>() == COUNTED.wrapping_mul(4));
const _: () = assert!(ANY_FUNCTION == sim61883_model::policy::ANY_FUNCTION);
const _: () = assert!(ASYNC_READ == sim61883_model::policy::ASYNC_READ);

/// What a request comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Served {
    /// This many bytes of reply are in the buffer.
    Done(usize),
    /// The oldest held requests of `function` are to go on: `count` of them, or all if `None`.
    /// How many it were goes into a [`CountReply`], which [`count_reply`] writes.
    Release {
        /// A function, or [`ANY_FUNCTION`].
        function: u32,
        /// How many.
        count: Option<u32>,
    },
}

/// Result of a request.
pub type Result = core::result::Result<Served, NtStatus>;

/// A request, held to its size and version.
fn decode<T: Request>(input: &[u8]) -> core::result::Result<T, NtStatus> {
    let (request, rest) = T::read_from_prefix(input).map_err(|_| NtStatus::BUFFER_TOO_SMALL)?;
    let Header {
        size,
        version,
        reserved,
    } = *request.header();
    if !rest.is_empty() || usize::try_from(size) != Ok(size_of::<T>()) {
        return Err(NtStatus::INFO_LENGTH_MISMATCH);
    }
    if version != VERSION {
        return Err(NtStatus::REVISION_MISMATCH);
    }
    if reserved != 0 {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    Ok(request)
}

fn reply<T: IntoBytes + Immutable>(output: &mut [u8], value: &T) -> Result {
    value
        .write_to_prefix(output)
        .map_err(|_| NtStatus::BUFFER_TOO_SMALL)?;
    Ok(Served::Done(size_of::<T>()))
}

/// Writes the reply of [`Served::Release`].
///
/// # Errors
/// `STATUS_BUFFER_TOO_SMALL`.
pub fn count_reply(output: &mut [u8], count: u32) -> Result {
    reply(output, &CountReply { count, reserved: 0 })
}

fn list<T: IntoBytes + Immutable>(output: &mut [u8], entries: impl Iterator<Item = T>) -> Result {
    let Some((head, mut rest)) = output.split_at_mut_checked(size_of::<List>()) else {
        return Err(NtStatus::BUFFER_TOO_SMALL);
    };
    let mut list = List::default();
    for entry in entries {
        list.total = list.total.wrapping_add(1);
        if let Some((place, behind)) = rest.split_at_mut_checked(size_of::<T>()) {
            let _ = entry.write_to(place);
            rest = behind;
            list.count = list.count.wrapping_add(1);
        } else {
            // What is behind does not fit either.
            rest = &mut [];
        }
    }
    let _ = list.write_to(head);
    let entries = size_of::<T>().saturating_mul(list.count as usize);
    Ok(Served::Done(size_of::<List>().saturating_add(entries)))
}

/// Answers a request of the control interface.
///
/// `input` and `output` may be copies of the same buffer, as METHOD_BUFFERED has it.
///
/// # Errors
/// The status with which the IOCTL fails; nothing has changed then.
pub fn serve<R>(lab: &mut Lab<R>, code: u32, input: &[u8], output: &mut [u8]) -> Result {
    match code {
        SUMMARY => decode::<Query>(input).and_then(|_| reply(output, &lists::summary(lab))),
        LIST_UNITS => decode::<Query>(input).and_then(|_| list(output, lists::units(lab))),
        LIST_CONNECTIONS => {
            decode::<Query>(input).and_then(|_| list(output, lists::connections(lab)))
        }
        LIST_LOCAL_PLUGS => {
            decode::<Query>(input).and_then(|_| list(output, lists::local_plugs(lab)))
        }
        LIST_DIRECTORIES => {
            decode::<Query>(input).and_then(|_| list(output, lists::directories(lab)))
        }
        LIST_REGISTRATIONS => {
            decode::<Query>(input).and_then(|_| list(output, lists::registrations(lab)))
        }
        READ_REGISTER => {
            let request: ReadRequest = decode(input)?;
            let result = lab
                .simulation
                .read_quadlet(NodeAddress(request.node), request.offset);
            reply(output, &register(result))
        }
        LOCK_REGISTER => {
            room::<RegisterReply>(output)?;
            let LockRequest {
                node,
                offset,
                old,
                new,
                ..
            } = decode(input)?;
            let result = lab
                .simulation
                .lock_quadlet(NodeAddress(node), offset, old, new);
            reply(output, &register(result))
        }
        DROP => {
            room::<CountReply>(output)?;
            let count = changes::drop_connections(lab, &decode(input)?)?;
            count_reply(output, count)
        }
        LOSE_AT_RESET => {
            room::<CountReply>(output)?;
            let count = changes::lose_at_reset(lab, &decode(input)?)?;
            count_reply(output, count)
        }
        SET_CALLBACKS => {
            room::<CountReply>(output)?;
            let count = changes::set_callbacks(lab, &decode(input)?)?;
            count_reply(output, count)
        }
        ADD_RULES => changes::add_rules(lab, &decode(input)?),
        CLEAR_RULES => {
            decode::<Query>(input)?;
            lab.policy.clear();
            Ok(Served::Done(0))
        }
        RELEASE => {
            room::<CountReply>(output)?;
            let ReleaseRequest {
                function, count, ..
            } = decode(input)?;
            Ok(Served::Release {
                function,
                count: (count != 0).then_some(count),
            })
        }
        SET_MODE => changes::set_mode(lab, &decode(input)?),
        SET_DDI_VERSION => changes::set_ddi_version(lab, &decode(input)?),
        BUS_RESET => {
            room::<ResetReply>(output)?;
            decode::<Query>(input)?;
            let lost = lab.simulation.reset_and_restore();
            reply(
                output,
                &ResetReply {
                    generation: lab.simulation.bus().generation(),
                    lost,
                },
            )
        }
        SET_ONLINE => changes::set_online(lab, &decode(input)?),
        _ => Err(NtStatus::INVALID_DEVICE_REQUEST),
    }
}

/// Holds that the reply will fit, before anything is changed.
fn room<T>(output: &[u8]) -> core::result::Result<(), NtStatus> {
    if output.len() < size_of::<T>() {
        Err(NtStatus::BUFFER_TOO_SMALL)
    } else {
        Ok(())
    }
}

fn register(result: core::result::Result<u32, BusError>) -> RegisterReply {
    match result {
        Ok(value) => RegisterReply { response: 0, value },
        Err(error) => {
            let response = error.response_code().map_or(NO_ACKNOWLEDGE, u32::from);
            RegisterReply { response, value: 0 }
        }
    }
}
