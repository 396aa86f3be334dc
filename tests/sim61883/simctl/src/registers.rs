//! Registers, with what their bits say.

use std::fmt;

use plug61883_abi::ids::Direction;
use plug61883_abi::pcr::{IMPR_ADDRESS, MAX_PLUG_NUMBER, OMPR_ADDRESS, Ompr, Opcr};
use serde::Serialize;
use sim61883_control::{NO_ACKNOWLEDGE, RegisterReply};

use crate::names::{PlugName, REGISTERS};
use crate::report::{node, speed};

/// What a plug register says. Without a connection there is no stream: what the register still
/// holds of the last one means nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct PlugFields {
    online: bool,
    point_to_point: u8,
    broadcast: u8,
    channel: Option<u8>,
    /// Of output plugs.
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<OutputFields>,
}

/// What only an oPCR says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct OutputFields {
    payload: u16,
    speed: Option<String>,
    overhead_id: Option<u8>,
}

impl PlugFields {
    pub(crate) fn new(direction: Direction, value: u32) -> Self {
        // What both kinds have stands at the same place.
        let pcr = Opcr(value);
        let connected = pcr.point_to_point() != 0 || pcr.broadcast() != 0;
        Self {
            online: pcr.online() != 0,
            point_to_point: pcr.point_to_point(),
            broadcast: pcr.broadcast(),
            channel: connected.then_some(pcr.channel()),
            output: (direction == Direction::Out).then(|| OutputFields {
                payload: pcr.payload(),
                speed: connected.then(|| speed(pcr.data_rate().into())),
                overhead_id: connected.then_some(pcr.overhead_id()),
            }),
        }
    }
}

impl fmt::Display for PlugFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            point_to_point,
            broadcast,
            ..
        } = self;
        f.write_str(if self.online { "on-line" } else { "off-line" })?;
        match self.channel {
            None => write!(f, ", not connected")?,
            Some(channel) => {
                write!(
                    f,
                    ", point-to-point {point_to_point}, broadcast {broadcast}"
                )?;
                write!(f, ", channel {channel}")?;
            }
        }
        let Some(OutputFields {
            payload,
            speed,
            overhead_id,
        }) = &self.output
        else {
            return Ok(());
        };
        if let (Some(speed), Some(overhead_id)) = (speed, overhead_id) {
            write!(f, ", {speed}, overhead ID {overhead_id}")?;
        }
        write!(f, ", payload {payload}")
    }
}

/// The name of the register at `address`, and its direction if it is a plug's.
fn name(address: u64) -> (Option<String>, Option<Direction>) {
    for direction in [Direction::Out, Direction::In] {
        for number in 0..=MAX_PLUG_NUMBER {
            if (PlugName { direction, number }).address() == Some(address) {
                return (Some(format!("{direction}{number}")), Some(direction));
            }
        }
    }
    let known = REGISTERS.iter().find(|(_, known)| *known == address);
    (known.map(|(name, _)| (*name).to_owned()), None)
}

/// A register that was read or locked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Register {
    node: String,
    address: String,
    name: Option<String>,
    response: &'static str,
    value: Option<String>,
    /// For a lock: whether the value was swapped.
    #[serde(skip_serializing_if = "Option::is_none")]
    swapped: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plug: Option<PlugFields>,
    /// Of the master registers.
    #[serde(skip_serializing_if = "Option::is_none")]
    plugs: Option<u8>,
    #[serde(skip)]
    raw: u32,
}

impl Register {
    pub(crate) fn new(node_id: u16, address: u64, reply: RegisterReply) -> Self {
        let (name, direction) = name(address);
        let complete = reply.response == 0;
        let is_master = matches!(address, OMPR_ADDRESS | IMPR_ADDRESS);
        Self {
            node: node(node_id),
            address: format!("0x{address:012X}"),
            name,
            response: match reply.response {
                0 => "complete",
                4 => "conflict error",
                5 => "data error",
                6 => "type error",
                7 => "address error",
                NO_ACKNOWLEDGE => "no acknowledge",
                _ => "unknown",
            },
            value: complete.then(|| format!("0x{:08X}", reply.value)),
            swapped: None,
            plug: direction
                .filter(|_| complete)
                .map(|direction| PlugFields::new(direction, reply.value)),
            plugs: (is_master && complete).then(|| Ompr(reply.value).plugs()),
            raw: reply.value,
        }
    }

    /// The same, as the answer to a lock that expected `old`.
    pub(crate) fn locked(self, old: u32) -> Self {
        let swapped = self.value.is_some().then_some(self.raw == old);
        Self { swapped, ..self }
    }
}

impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.name.as_ref().unwrap_or(&self.address);
        write!(f, "{} {place}: ", self.node)?;
        let Some(value) = &self.value else {
            return writeln!(f, "{}", self.response);
        };
        match self.swapped {
            None => write!(f, "{value}")?,
            Some(true) => write!(f, "swapped, was {value}")?,
            Some(false) => write!(f, "not swapped, is {value}")?,
        }
        if let Some(plug) = &self.plug {
            write!(f, " ({plug})")?;
        }
        if let Some(plugs) = self.plugs {
            write!(f, " ({plugs} plugs)")?;
        }
        writeln!(f)
    }
}

/// A plug of a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Plug {
    unit: u32,
    plug: String,
    #[serde(flatten)]
    fields: PlugFields,
}

impl Plug {
    pub(crate) fn new(unit: u32, name: PlugName, value: u32) -> Self {
        Self {
            unit,
            plug: name.to_string(),
            fields: PlugFields::new(name.direction, value),
        }
    }
}

impl fmt::Display for Plug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { unit, plug, fields } = self;
        writeln!(f, "unit{unit} {plug:7} {fields}")
    }
}
