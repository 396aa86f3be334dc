//! The driver's side: a request's bytes in, a reply's bytes out.

use plug61883_abi::av61883::{DDI_VERSION_2, DDI_VERSION_3, NodeAddress, connect_type};
use plug61883_abi::ids::Direction;
use plug61883_abi::status::NtStatus;
use sim61883_model::policy::{Action, COUNTED, Mode};
use sim61883_model::{BusError, Connection, Kind, Lab, NodeRef, Plug};
use zerocopy::{Immutable, IntoBytes};

use crate::wire::{
    ANY_FUNCTION, ASYNC_READ, ConnectionEntry, CountReply, DropRequest, Header, List, LockRequest,
    ModeRequest, NO_ACKNOWLEDGE, NONE, OnlineRequest, PlugPlace, Query, ReadRequest, RegisterReply,
    ReleaseRequest, Request, ResetReply, RuleRequest, SeenCounts, Summary, UnitEntry,
    VersionRequest, action, drop_by, mode,
};
use crate::{
    ADD_RULES, BUS_RESET, CLEAR_RULES, DROP, LIST_CONNECTIONS, LIST_UNITS, LOCK_REGISTER,
    READ_REGISTER, RELEASE, SET_DDI_VERSION, SET_MODE, SET_ONLINE, SUMMARY, VERSION,
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
        SUMMARY => decode::<Query>(input).and_then(|_| reply(output, &summary(lab))),
        LIST_UNITS => decode::<Query>(input).and_then(|_| list(output, units(lab))),
        LIST_CONNECTIONS => decode::<Query>(input).and_then(|_| list(output, connections(lab))),
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
            let count = drop_connections(lab, &decode(input)?)?;
            count_reply(output, count)
        }
        ADD_RULES => add_rules(lab, &decode(input)?),
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
        SET_MODE => set_mode(lab, &decode(input)?),
        SET_DDI_VERSION => {
            let VersionRequest { ddi_version, .. } = decode(input)?;
            if !matches!(ddi_version, DDI_VERSION_2 | DDI_VERSION_3) {
                return Err(NtStatus::INVALID_PARAMETER);
            }
            lab.simulation.set_ddi_version(ddi_version);
            Ok(Served::Done(0))
        }
        BUS_RESET => {
            room::<ResetReply>(output)?;
            decode::<Query>(input)?;
            lab.simulation.bus_reset();
            let lost = lab.simulation.restore_connections(|_| ());
            reply(
                output,
                &ResetReply {
                    generation: lab.simulation.bus().generation(),
                    lost,
                },
            )
        }
        SET_ONLINE => set_online(lab, &decode(input)?),
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

fn summary<R>(lab: &Lab<R>) -> Summary {
    let bus = lab.simulation.bus();
    let (mode, delay_ms) = match lab.policy.mode() {
        Mode::Synchronous => (mode::SYNCHRONOUS, 0),
        Mode::Asynchronous(delay) => (mode::ASYNCHRONOUS, delay),
    };
    Summary {
        generation: bus.generation(),
        units: count(bus.devices().count()),
        local_node: bus.local_address().0,
        reserved: 0,
        bandwidth: bus.resources().bandwidth(),
        channels: bus.resources().channels(),
        connections: count(lab.simulation.connections().count()),
        held: count(lab.held()),
        delayed: count(lab.delayed()),
        rules: count(lab.policy.waiting()),
        mode,
        delay_ms,
        ddi_version: lab.simulation.ddi_version(),
        seen: *lab.policy.seen(),
        reserved2: 0,
    }
}

/// All tables are far smaller than this.
const fn count(number: usize) -> u32 {
    number as u32
}

fn units<R>(lab: &Lab<R>) -> impl Iterator<Item = UnitEntry> {
    let bus = lab.simulation.bus();
    bus.devices().filter_map(move |device| {
        let reference = NodeRef::Device(device);
        let node = bus.node(reference)?;
        Some(UnitEntry {
            eui64: node.config().eui64,
            slot: device.slot().into(),
            node: bus.address(reference)?.0,
            outputs: node.plugs(Direction::Out).into(),
            inputs: node.plugs(Direction::In).into(),
            speed: node.config().speed.into(),
            ..UnitEntry::default()
        })
    })
}

fn connections<R>(lab: &Lab<R>) -> impl Iterator<Item = ConnectionEntry> {
    lab.simulation
        .connections()
        .map(|(index, connection)| ConnectionEntry {
            index: index.into(),
            unit: connection.owner.slot().into(),
            output: place(connection.wish.output),
            input: place(connection.wish.input),
            connect_type: match connection.wish.kind {
                Kind::Broadcast => connect_type::BROADCAST,
                Kind::PointToPoint => connect_type::POINT_TO_POINT,
            },
            channel: connection.made.channel.into(),
            own_bandwidth: connection.made.own_bandwidth,
            reserved: 0,
        })
}

fn place(plug: Option<Plug>) -> PlugPlace {
    match plug {
        Some(Plug {
            node: NodeRef::Device(device),
            number,
            ..
        }) => PlugPlace {
            unit: device.slot().into(),
            number: number.into(),
        },
        // Connections of this computer's own plugs are not modelled.
        _ => PlugPlace::NONE,
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

fn drop_connections<R>(
    lab: &mut Lab<R>,
    request: &DropRequest,
) -> core::result::Result<u32, NtStatus> {
    let fits = |wanted: PlugPlace, plug: Option<Plug>| {
        let there = place(plug);
        (wanted.unit == NONE || wanted.unit == there.unit)
            && (wanted.number == NONE || wanted.number == there.number)
    };
    match request.by {
        drop_by::ALL => Ok(lab.simulation.drop_connections(|_| true)),
        drop_by::INDEX => {
            let index = u16::try_from(request.index).map_err(|_| NtStatus::INVALID_PARAMETER)?;
            if lab.simulation.drop_connection(index) {
                Ok(1)
            } else {
                Err(NtStatus::INVALID_PARAMETER)
            }
        }
        drop_by::PLUGS => {
            let picked = |connection: &Connection| {
                fits(request.output, connection.wish.output)
                    && fits(request.input, connection.wish.input)
            };
            Ok(lab.simulation.drop_connections(picked))
        }
        _ => Err(NtStatus::INVALID_PARAMETER),
    }
}

fn add_rules<R>(lab: &mut Lab<R>, request: &RuleRequest) -> Result {
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

fn set_mode<R>(lab: &mut Lab<R>, request: &ModeRequest) -> Result {
    let mode = match request.mode {
        mode::SYNCHRONOUS => Mode::Synchronous,
        mode::ASYNCHRONOUS => Mode::Asynchronous(request.delay_ms),
        _ => return Err(NtStatus::INVALID_PARAMETER),
    };
    lab.policy.set_mode(mode);
    Ok(Served::Done(0))
}

fn set_online<R>(lab: &mut Lab<R>, request: &OnlineRequest) -> Result {
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
