//! A node and its plug registers (IEC 61883-1, clause 7).

use plug61883_abi::ids::Direction;
use plug61883_abi::pcr::{
    IMPR_ADDRESS, Impr, Ipcr, MAX_PLUG_NUMBER, OMPR_ADDRESS, Ompr, Opcr, PLUGS_PER_DIRECTION,
    ipcr_address, opcr_address,
};

use crate::csr::{BusError, ROM_BUS_NAME, ROM_EUI64_HI, ROM_EUI64_LO};

/// Broadcast channel base that stands for "channel 63 for every plug".
pub const DEFAULT_BROADCAST_BASE: u8 = 63;

/// What a node is: its identity and its plugs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeConfig {
    /// EUI-64 of the bus information block.
    pub eui64: u64,
    /// Vendor id, 24 bits.
    pub vendor_id: u32,
    /// Model id of the root directory.
    pub model_id: u32,
    /// Model id of the unit directory.
    pub unit_model_id: u32,
    /// Vendor's name.
    pub vendor: &'static str,
    /// Model's name, from the root directory.
    pub model: &'static str,
    /// Model's name, from the unit directory.
    pub unit_model: &'static str,
    /// Output plugs, up to 31.
    pub outputs: u8,
    /// Input plugs, up to 31.
    pub inputs: u8,
    /// Highest speed: 0 = S100, 1 = S200, 2 = S400.
    pub speed: u8,
    /// Payload of the packets of its output plugs in quadlets, CIP header included; 0 stands
    /// for 1024.
    pub payload: u16,
}

/// Bits of a register that a lock from outside may change.
struct Writable;

impl Writable {
    /// Broadcast channel base and the two extension fields.
    const OMPR: u32 = 0x3FFF_FF00;
    /// The two extension fields.
    const IMPR: u32 = 0x00FF_FF00;
    /// Counters, channel, data rate, overhead ID. On-line and payload are the node's own.
    const OPCR: u32 = 0x7F3F_FC00;
    /// Counters and channel.
    const IPCR: u32 = 0x7F3F_0000;
}

/// Bits of an oPCR that a bus reset clears: counters, reserved bits and overhead ID.
const OPCR_RESET: u32 = 0x7FC0_3C00;
/// Bits of an iPCR that a bus reset clears: counters and reserved bits.
const IPCR_RESET: u32 = 0x7FC0_FFFF;
/// Field that a bus reset sets back to ones in both master registers.
const NON_PERSISTENT: u32 = 0x00FF_0000;

/// A register of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Register {
    Ompr,
    Impr,
    Opcr(usize),
    Ipcr(usize),
}

/// A node of the bus.
#[derive(Clone, Debug)]
pub struct Node {
    config: NodeConfig,
    /// Output plugs that there are, plug 0 in the least significant bit.
    outputs: u32,
    /// Input plugs that there are.
    inputs: u32,
    ompr: u32,
    impr: u32,
    opcr: [u32; PLUGS_PER_DIRECTION],
    ipcr: [u32; PLUGS_PER_DIRECTION],
}

impl Node {
    /// A node whose plugs are on-line and not connected.
    #[must_use]
    pub const fn new(config: NodeConfig) -> Self {
        let most = PLUGS_PER_DIRECTION as u8;
        let config = NodeConfig {
            outputs: if config.outputs > most {
                most
            } else {
                config.outputs
            },
            inputs: if config.inputs > most {
                most
            } else {
                config.inputs
            },
            ..config
        };
        let opcr = Opcr(0)
            .with_online(1)
            .with_channel(DEFAULT_BROADCAST_BASE)
            .with_data_rate(config.speed)
            .with_payload(config.payload);
        let ipcr = Ipcr(0).with_online(1).with_channel(DEFAULT_BROADCAST_BASE);
        Self {
            ompr: Ompr(0)
                .with_plugs(config.outputs)
                .with_persistent_extension(0xFF)
                .with_non_persistent_extension(0xFF)
                .with_broadcast_channel_base(DEFAULT_BROADCAST_BASE)
                .with_data_rate(config.speed)
                .0,
            impr: Impr(0)
                .with_plugs(config.inputs)
                .with_persistent_extension(0xFF)
                .with_non_persistent_extension(0xFF)
                .with_data_rate(config.speed)
                .0,
            opcr: [opcr.0; PLUGS_PER_DIRECTION],
            ipcr: [ipcr.0; PLUGS_PER_DIRECTION],
            outputs: lowest(config.outputs),
            inputs: lowest(config.inputs),
            config,
        }
    }

    /// What the node is.
    #[must_use]
    pub const fn config(&self) -> &NodeConfig {
        &self.config
    }

    const fn present(&self, direction: Direction) -> u32 {
        match direction {
            Direction::Out => self.outputs,
            Direction::In => self.inputs,
        }
    }

    /// Plugs of one direction, as the master register counts them: the highest number and one.
    /// A device has all of them; the computer may have gaps, where it has deleted plugs.
    #[must_use]
    pub const fn plugs(&self, direction: Direction) -> u8 {
        // 31 at most.
        32_u32.wrapping_sub(self.present(direction).leading_zeros()) as u8
    }

    /// Whether the node has a plug.
    #[must_use]
    pub const fn has_plug(&self, direction: Direction, number: u8) -> bool {
        (number as u32) <= MAX_PLUG_NUMBER && self.present(direction) & bit(number) != 0
    }

    /// The register of a plug; `None` without it.
    #[must_use]
    pub fn pcr(&self, direction: Direction, number: u8) -> Option<u32> {
        let registers = match direction {
            Direction::Out => &self.opcr,
            Direction::In => &self.ipcr,
        };
        let register = registers.get(usize::from(number))?;
        self.has_plug(direction, number).then_some(*register)
    }

    fn pcr_mut(&mut self, direction: Direction, number: u8) -> Option<&mut u32> {
        if !self.has_plug(direction, number) {
            return None;
        }
        let registers = match direction {
            Direction::Out => &mut self.opcr,
            Direction::In => &mut self.ipcr,
        };
        registers.get_mut(usize::from(number))
    }

    /// The node makes a plug, with the lowest number that is free. `None` when it has 31.
    pub(crate) fn create_plug(&mut self, direction: Direction, value: u32) -> Option<u8> {
        let number = self.present(direction).trailing_ones();
        if number > MAX_PLUG_NUMBER {
            return None;
        }
        // 30 at most.
        let number = number as u8;
        self.set_present(direction, self.present(direction) | bit(number));
        *self.pcr_mut(direction, number)? = value;
        Some(number)
    }

    /// The node deletes a plug.
    pub(crate) const fn delete_plug(&mut self, direction: Direction, number: u8) {
        self.set_present(direction, self.present(direction) & !bit(number));
    }

    /// The node writes the register of a plug, all bits; `false` without that plug.
    pub(crate) fn set_pcr(&mut self, direction: Direction, number: u8, value: u32) -> bool {
        let register = self.pcr_mut(direction, number);
        register.map(|register| *register = value).is_some()
    }

    const fn set_present(&mut self, direction: Direction, present: u32) {
        match direction {
            Direction::Out => {
                self.outputs = present;
                self.ompr = Ompr(self.ompr).with_plugs(self.plugs(direction)).0;
            }
            Direction::In => {
                self.inputs = present;
                self.impr = Impr(self.impr).with_plugs(self.plugs(direction)).0;
            }
        }
    }

    /// The quadlet at `offset`.
    ///
    /// # Errors
    /// `Address` when nothing is there.
    pub fn read(&self, offset: u64) -> Result<u32, BusError> {
        match offset {
            ROM_BUS_NAME => return Ok(u32::from_be_bytes(*b"1394")),
            ROM_EUI64_HI => return Ok((self.config.eui64 >> 32) as u32),
            ROM_EUI64_LO => return Ok(self.config.eui64 as u32),
            _ => {}
        }
        let value = match self.register(offset)? {
            Register::Ompr => Some(&self.ompr),
            Register::Impr => Some(&self.impr),
            Register::Opcr(index) => self.opcr.get(index),
            Register::Ipcr(index) => self.ipcr.get(index),
        };
        value.copied().ok_or(BusError::Address)
    }

    /// Compare-and-swap of the quadlet at `offset`; gives the value that stood there before.
    ///
    /// # Errors
    /// `Address` when nothing is there, `Type` for the configuration ROM.
    pub fn lock(&mut self, offset: u64, old: u32, new: u32) -> Result<u32, BusError> {
        if matches!(offset, ROM_BUS_NAME | ROM_EUI64_HI | ROM_EUI64_LO) {
            return Err(BusError::Type);
        }
        let (register, writable) = match self.register(offset)? {
            Register::Ompr => (Some(&mut self.ompr), Writable::OMPR),
            Register::Impr => (Some(&mut self.impr), Writable::IMPR),
            Register::Opcr(index) => (self.opcr.get_mut(index), Writable::OPCR),
            Register::Ipcr(index) => (self.ipcr.get_mut(index), Writable::IPCR),
        };
        let register = register.ok_or(BusError::Address)?;
        let before = *register;
        if before == old {
            *register = (before & !writable) | (new & writable);
        }
        Ok(before)
    }

    /// What a bus reset does to the registers: connections are gone, the rest stays.
    pub fn reset(&mut self) {
        self.ompr |= NON_PERSISTENT;
        self.impr |= NON_PERSISTENT;
        for register in &mut self.opcr {
            *register &= !OPCR_RESET;
        }
        for register in &mut self.ipcr {
            *register &= !IPCR_RESET;
        }
    }

    /// Switches a plug on-line or off-line, as the node itself does; `false` without that plug.
    pub fn set_online(&mut self, direction: Direction, number: u8, online: bool) -> bool {
        let Some(register) = self.pcr_mut(direction, number) else {
            return false;
        };
        // The bit stands at the same place in both registers.
        *register = Opcr(*register).with_online(u8::from(online)).0;
        true
    }

    fn register(&self, offset: u64) -> Result<Register, BusError> {
        if offset == OMPR_ADDRESS {
            return Ok(Register::Ompr);
        }
        if offset == IMPR_ADDRESS {
            return Ok(Register::Impr);
        }
        if let Some(index) = plug_index(offset, opcr_address(0), self.outputs) {
            return Ok(Register::Opcr(index));
        }
        if let Some(index) = plug_index(offset, ipcr_address(0), self.inputs) {
            return Ok(Register::Ipcr(index));
        }
        Err(BusError::Address)
    }
}

/// Which of the `present` plugs has its register at `offset`, when that of plug 0 is at `first`.
fn plug_index(offset: u64, first: Option<u64>, present: u32) -> Option<usize> {
    let bytes = offset.checked_sub(first?)?;
    let index = u32::try_from(bytes / 4).ok()?;
    let there = present.checked_shr(index)? & 1 != 0;
    (bytes.is_multiple_of(4) && there).then_some(index as usize)
}

/// The bit of a plug in a set of plugs.
const fn bit(number: u8) -> u32 {
    1_u32.wrapping_shl(number as u32)
}

/// The set of the plugs below `count`, which is 31 at most.
const fn lowest(count: u8) -> u32 {
    bit(count).wrapping_sub(1)
}
