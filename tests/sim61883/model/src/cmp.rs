//! Connection management procedures, as the application that sets a connection up does them: by
//! reads and locks of the plug registers and of the resource manager (IEC 61883-1, clause 8).

use plug61883_abi::av61883::NodeAddress;
use plug61883_abi::ids::Direction;
use plug61883_abi::pcr::{
    IMPR_ADDRESS, Impr, Ipcr, MAX_POINT_TO_POINT, OMPR_ADDRESS, Ompr, Opcr, bandwidth_units,
    ipcr_address, opcr_address,
};

use crate::bus::{Bus, NodeRef, OVERHEAD_ID};
use crate::csr::BusError;
use crate::node::DEFAULT_BROADCAST_BASE;
use crate::resources::{
    ResourceError, give_bandwidth, give_channel, modify, take_any_channel, take_bandwidth,
    take_channel,
};

/// A plug of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Plug {
    /// Its node.
    pub node: NodeRef,
    /// Its direction.
    pub direction: Direction,
    /// Its number.
    pub number: u8,
}

/// Kind of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Of an output plug and an input plug, or of one of them and an application.
    PointToPoint,
    /// Broadcast-out, broadcast-in, or both.
    Broadcast,
}

/// Why a connection could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CmpError {
    /// Neither plug was named, or one of the wrong direction.
    BadPlugs,
    /// The node has left, or has no such plug.
    NoSuchPlug,
    /// A plug is off-line.
    OffLine,
    /// The input plug is slower than the stream.
    TooFast,
    /// The input plug is connected to another channel.
    InUse,
    /// A connection counter is at its end.
    CounterFull,
    /// No room in the table of connections.
    TableFull,
    /// No channel or bandwidth.
    Resource(ResourceError),
    /// The bus was reset, and its connections are not restored yet.
    ResetPending,
    /// A plug could not be reached.
    Bus(BusError),
}

impl From<BusError> for CmpError {
    fn from(error: BusError) -> Self {
        Self::Bus(error)
    }
}

impl From<ResourceError> for CmpError {
    fn from(error: ResourceError) -> Self {
        Self::Resource(error)
    }
}

/// What a connection is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Output plug.
    pub output: Option<Plug>,
    /// Input plug.
    pub input: Option<Plug>,
    /// Kind.
    pub kind: Kind,
    /// Payload of a packet in quadlets, for a stream without an output plug.
    pub payload: u16,
    /// The one channel to use, as after a bus reset; any if `None`.
    pub channel: Option<u8>,
}

/// What a connection has become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Established {
    /// Channel of the stream.
    pub channel: u8,
    /// Bandwidth that belongs to the connection itself, because no output plug holds it.
    pub own_bandwidth: u32,
}

/// A plug's register: where it is.
#[derive(Clone, Copy)]
struct Address {
    node: NodeAddress,
    offset: u64,
}

/// Connects the plugs of `wish`.
///
/// # Errors
/// What stands in the way; the bus is as before then.
pub fn connect(bus: &mut Bus, wish: &Wish) -> Result<Established, CmpError> {
    match (wish.output, wish.input) {
        (Some(output), Some(input)) => {
            let rate = input_rate(bus, input)?;
            let channel = connect_output(bus, output, wish, rate)?;
            if let Err(error) = connect_input(bus, input, wish.kind, Listen::Join(channel)) {
                disconnect_output(bus, output, wish.kind);
                return Err(error);
            }
            Ok(Established {
                channel,
                own_bandwidth: 0,
            })
        }
        (Some(output), None) => {
            let channel = connect_output(bus, output, wish, u8::MAX)?;
            Ok(Established {
                channel,
                own_bandwidth: 0,
            })
        }
        (None, Some(input)) => connect_input_alone(bus, input, wish),
        (None, None) => Err(CmpError::BadPlugs),
    }
}

/// Breaks what [`connect`] made. A plug that has left, or whose counter is at zero, counts as
/// disconnected.
pub fn disconnect(bus: &mut Bus, wish: &Wish, made: &Established) {
    if let Some(output) = wish.output {
        disconnect_output(bus, output, wish.kind);
    }
    if let Some(input) = wish.input {
        disconnect_input(bus, input, wish.kind);
    }
    if made.own_bandwidth != 0 {
        give_bandwidth(bus, made.own_bandwidth);
        give_channel(bus, made.channel);
    }
}

/// Whether a plug register says "connected"; both kinds have the counters at the same place.
#[must_use]
pub const fn is_connected(register: u32) -> bool {
    Opcr(register).broadcast() != 0 || Opcr(register).point_to_point() != 0
}

/// The register of `plug`, after a look at the master register whether the plug exists.
fn locate(bus: &Bus, plug: Plug, direction: Direction) -> Result<Address, CmpError> {
    if plug.direction != direction {
        return Err(CmpError::BadPlugs);
    }
    let node = bus.address(plug.node).ok_or(CmpError::NoSuchPlug)?;
    let (master, offset) = match direction {
        Direction::Out => (OMPR_ADDRESS, opcr_address(plug.number.into())),
        Direction::In => (IMPR_ADDRESS, ipcr_address(plug.number.into())),
    };
    // The number of plugs stands at the same place in both.
    let plugs = Ompr(bus.read_quadlet(node, master)?).plugs();
    let offset = offset
        .filter(|_| plug.number < plugs)
        .ok_or(CmpError::NoSuchPlug)?;
    Ok(Address { node, offset })
}

/// Highest speed of an input plug.
fn input_rate(bus: &Bus, input: Plug) -> Result<u8, CmpError> {
    let at = locate(bus, input, Direction::In)?;
    Ok(Impr(bus.read_quadlet(at.node, IMPR_ADDRESS)?).data_rate())
}

/// `register` with one connection more; the counters of oPCR and iPCR stand at the same place.
fn counted_up(register: u32, kind: Kind) -> Result<u32, CmpError> {
    let pcr = Opcr(register);
    match kind {
        Kind::Broadcast if pcr.broadcast() != 0 => Err(CmpError::CounterFull),
        Kind::Broadcast => Ok(pcr.with_broadcast(1).0),
        Kind::PointToPoint if pcr.point_to_point() >= MAX_POINT_TO_POINT => {
            Err(CmpError::CounterFull)
        }
        Kind::PointToPoint => Ok(pcr
            .with_point_to_point(pcr.point_to_point().wrapping_add(1))
            .0),
    }
}

/// `register` with one connection less, if it has one.
const fn counted_down(register: u32, kind: Kind) -> u32 {
    let pcr = Opcr(register);
    match kind {
        Kind::Broadcast => pcr.with_broadcast(0).0,
        Kind::PointToPoint => {
            pcr.with_point_to_point(pcr.point_to_point().saturating_sub(1))
                .0
        }
    }
}

/// Raises the counter of an output plug; sets the stream up if it is the first connection.
/// Gives the channel.
fn connect_output(bus: &mut Bus, output: Plug, wish: &Wish, max_rate: u8) -> Result<u8, CmpError> {
    let at = locate(bus, output, Direction::Out)?;
    let opcr = Opcr(bus.read_quadlet(at.node, at.offset)?);
    if opcr.online() == 0 {
        return Err(CmpError::OffLine);
    }
    if is_connected(opcr.0) {
        // Overlay: the stream is there already.
        if opcr.data_rate() > max_rate {
            return Err(CmpError::TooFast);
        }
        let (_, after) = modify(bus, at.node, at.offset, |value| {
            if is_connected(value) {
                counted_up(value, wish.kind)
            } else {
                Err(CmpError::InUse)
            }
        })?;
        return Ok(Opcr(after).channel());
    }
    let master = Ompr(bus.read_quadlet(at.node, OMPR_ADDRESS)?);
    let first = opcr
        .with_data_rate(master.data_rate().min(max_rate))
        .with_overhead_id(OVERHEAD_ID);
    let wanted = match wish.kind {
        Kind::PointToPoint => wish.channel,
        Kind::Broadcast => Some(
            wish.channel
                .unwrap_or_else(|| broadcast_channel(master, output)),
        ),
    };
    let channel = take_stream(bus, wanted, first.bandwidth_units())?;
    let set = modify(bus, at.node, at.offset, |value| {
        // Someone else may have been faster.
        if value == opcr.0 {
            counted_up(first.with_channel(channel).0, wish.kind)
        } else {
            Err(CmpError::InUse)
        }
    });
    if let Err(error) = set {
        give_bandwidth(bus, first.bandwidth_units());
        give_channel(bus, channel);
        return Err(error);
    }
    Ok(channel)
}

/// Channel of a broadcast-out connection: the node's base plus the plug's number, up to 63.
fn broadcast_channel(master: Ompr, output: Plug) -> u8 {
    master
        .broadcast_channel_base()
        .saturating_add(output.number)
        .min(DEFAULT_BROADCAST_BASE)
}

/// Takes a channel and bandwidth.
fn take_stream(bus: &mut Bus, wanted: Option<u8>, units: u32) -> Result<u8, CmpError> {
    take_bandwidth(bus, units)?;
    let channel = match wanted {
        Some(channel) => take_channel(bus, channel).map(|()| channel),
        None => take_any_channel(bus),
    };
    Ok(channel.inspect_err(|_| give_bandwidth(bus, units))?)
}

/// What an input plug is to listen to: one channel, as long as it is connected at all.
#[derive(Clone, Copy)]
enum Listen {
    /// The stream of an output plug, which it may listen to already.
    Join(u8),
    /// A stream of its own.
    Alone(u8),
}

/// Raises the counter of an input plug.
fn connect_input(bus: &mut Bus, input: Plug, kind: Kind, to: Listen) -> Result<(), CmpError> {
    let at = locate(bus, input, Direction::In)?;
    modify(bus, at.node, at.offset, |value| {
        let ipcr = Ipcr(value);
        if ipcr.online() == 0 {
            return Err(CmpError::OffLine);
        }
        let channel = match to {
            Listen::Join(channel) if !is_connected(value) || ipcr.channel() == channel => channel,
            Listen::Alone(channel) if !is_connected(value) => channel,
            _ => return Err(CmpError::InUse),
        };
        counted_up(ipcr.with_channel(channel).0, kind)
    })?;
    Ok(())
}

/// Connects an input plug to a stream that no output plug describes: to an application on this
/// computer (point-to-point), or to whatever is on the broadcast channel.
fn connect_input_alone(bus: &mut Bus, input: Plug, wish: &Wish) -> Result<Established, CmpError> {
    let rate = input_rate(bus, input)?;
    let (channel, units) = match wish.kind {
        Kind::Broadcast => (wish.channel.unwrap_or(DEFAULT_BROADCAST_BASE), 0),
        Kind::PointToPoint => {
            let units = bandwidth_units(wish.payload, OVERHEAD_ID, rate);
            (take_stream(bus, wish.channel, units)?, units)
        }
    };
    let made = Established {
        channel,
        own_bandwidth: units,
    };
    if let Err(error) = connect_input(bus, input, wish.kind, Listen::Alone(channel)) {
        if units != 0 {
            give_bandwidth(bus, units);
            give_channel(bus, channel);
        }
        return Err(error);
    }
    Ok(made)
}

/// Lowers the counter of an output plug; with the last connection the stream's resources go.
fn disconnect_output(bus: &mut Bus, output: Plug, kind: Kind) {
    let Ok(at) = locate(bus, output, Direction::Out) else {
        return;
    };
    let changed = modify::<BusError>(bus, at.node, at.offset, |value| {
        Ok(counted_down(value, kind))
    });
    if let Ok((before, after)) = changed
        && is_connected(before)
        && !is_connected(after)
    {
        give_bandwidth(bus, Opcr(after).bandwidth_units());
        give_channel(bus, Opcr(after).channel());
    }
}

/// Lowers the counter of an input plug.
fn disconnect_input(bus: &mut Bus, input: Plug, kind: Kind) {
    let Ok(at) = locate(bus, input, Direction::In) else {
        return;
    };
    let _ = modify::<BusError>(bus, at.node, at.offset, |value| {
        Ok(counted_down(value, kind))
    });
}
