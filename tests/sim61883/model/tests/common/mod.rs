//! What the tests of the model share.
#![allow(dead_code, reason = "no test uses all of it")]

pub(crate) mod requests;

use plug61883_abi::av61883::{AvRequest, NodeAddress};
use plug61883_abi::csr::INITIAL_BANDWIDTH;
use plug61883_abi::ids::Direction;
use plug61883_abi::pcr::{Ipcr, Opcr, ipcr_address, opcr_address};
use plug61883_abi::status::NtStatus;
use sim61883_model::cmp::is_connected;
use sim61883_model::irm::{INITIAL_CHANNELS, channel_bit};
use sim61883_model::{
    BusError, Connection, DeviceRef, Kind, Memory, NodeConfig, NodeRef, Plug, Simulation, Wish,
};

/// A DV deck at S400 with 122 quadlets in a packet.
pub(crate) const DECK: NodeConfig = NodeConfig {
    eui64: 0x00A0_B000_0000_0007,
    vendor_id: 0x00_A0B0,
    model_id: 0x12_3456,
    unit_model_id: 0x65_4321,
    vendor: "Würfel",
    model: "Deck 𝄞",
    unit_model: "DV",
    outputs: 4,
    inputs: 4,
    speed: 2,
    payload: 122,
};

/// Units that a stream of [`DECK`] takes: (122 + 3) * 4 and the overhead of two hops.
pub(crate) const DECK_BANDWIDTH: u32 = 660;

/// A bus with one device.
pub(crate) fn bus_with(config: NodeConfig) -> (Simulation, DeviceRef) {
    let mut simulation = Simulation::new();
    let device = simulation.attach(config).unwrap();
    (simulation, device)
}

pub(crate) fn plug(device: DeviceRef, direction: Direction, number: u8) -> Plug {
    Plug {
        node: NodeRef::Device(device),
        direction,
        number,
    }
}

pub(crate) fn wish(kind: Kind, output: Option<Plug>, input: Option<Plug>) -> Wish {
    Wish {
        output,
        input,
        kind,
        payload: 122,
        channel: None,
    }
}

/// A point-to-point wish for plugs of one device.
pub(crate) fn point_to_point(device: DeviceRef, output: u8, input: u8) -> Wish {
    wish(
        Kind::PointToPoint,
        Some(plug(device, Direction::Out, output)),
        Some(plug(device, Direction::In, input)),
    )
}

/// A plug of this computer.
pub(crate) fn local_plug(direction: Direction, number: u8) -> Plug {
    Plug {
        node: NodeRef::Local,
        direction,
        number,
    }
}

/// The register of a plug, read over the bus.
pub(crate) fn pcr(simulation: &Simulation, plug: Plug) -> Result<u32, BusError> {
    let node = simulation.bus().address(plug.node).unwrap();
    let offset = match plug.direction {
        Direction::Out => opcr_address(plug.number.into()),
        Direction::In => ipcr_address(plug.number.into()),
    };
    simulation.read_quadlet(node, offset.unwrap())
}

/// A lock of a plug's register that succeeds, as a remote node does it.
pub(crate) fn swap(simulation: &mut Simulation, plug: Plug, change: impl Fn(Opcr) -> Opcr) -> u32 {
    let node = simulation.bus().address(plug.node).unwrap();
    let offset = match plug.direction {
        Direction::Out => opcr_address(plug.number.into()),
        Direction::In => ipcr_address(plug.number.into()),
    };
    let offset = offset.unwrap();
    let old = simulation.read_quadlet(node, offset).unwrap();
    let new = change(Opcr(old)).0;
    assert_eq!(simulation.lock_quadlet(node, offset, old, new), Ok(old));
    simulation.read_quadlet(node, offset).unwrap()
}

pub(crate) fn address(simulation: &Simulation, device: DeviceRef) -> NodeAddress {
    simulation.bus().address(NodeRef::Device(device)).unwrap()
}

pub(crate) fn opcr(simulation: &Simulation, device: DeviceRef, number: u8) -> Opcr {
    let offset = opcr_address(number.into()).unwrap();
    Opcr(
        simulation
            .read_quadlet(address(simulation, device), offset)
            .unwrap(),
    )
}

pub(crate) fn ipcr(simulation: &Simulation, device: DeviceRef, number: u8) -> Ipcr {
    let offset = ipcr_address(number.into()).unwrap();
    Ipcr(
        simulation
            .read_quadlet(address(simulation, device), offset)
            .unwrap(),
    )
}

/// Bandwidth in use and channels in use (channel 0 in the most significant bit).
pub(crate) fn in_use(simulation: &Simulation) -> (u32, u64) {
    let resources = simulation.bus().resources();
    (
        INITIAL_BANDWIDTH - resources.bandwidth(),
        INITIAL_CHANNELS & !resources.channels(),
    )
}

/// Asserts that no plug is connected and that everything is free.
pub(crate) fn assert_all_free(simulation: &Simulation) {
    assert_eq!(in_use(simulation), (0, 0));
    check(simulation);
    for device in simulation.bus().devices() {
        for number in 0..DECK.outputs {
            assert!(!is_connected(opcr(simulation, device, number).0));
            assert!(!is_connected(ipcr(simulation, device, number).0));
        }
    }
}

/// The invariants, for a bus on which nobody but the protocol driver connects: counters are the
/// live connections, resources in use are those of the streams.
pub(crate) fn check(simulation: &Simulation) {
    let live: Vec<Connection> = simulation
        .connections()
        .map(|(_, connection)| *connection)
        .collect();
    let (mut bandwidth, mut channels) = (0, 0);
    let nodes = simulation.bus().devices().map(NodeRef::Device);
    for reference in nodes.chain([NodeRef::Local]) {
        let node = simulation.bus().node(reference).unwrap();
        for direction in [Direction::Out, Direction::In] {
            for number in 0..node.plugs(direction) {
                let this = Plug {
                    node: reference,
                    direction,
                    number,
                };
                // This computer may have gaps.
                if !node.has_plug(direction, number) {
                    assert_eq!(reference, NodeRef::Local);
                    assert_eq!(pcr(simulation, this), Err(BusError::Address));
                    continue;
                }
                // The counters stand at the same place in both kinds.
                let register = Opcr(pcr(simulation, this).unwrap());
                let count = |kind| {
                    let here = |connection: &&Connection| {
                        connection.wish.kind == kind && connection.ends_at(this)
                    };
                    live.iter().filter(here).count() as u32
                };
                assert_eq!(
                    u32::from(register.point_to_point()),
                    count(Kind::PointToPoint)
                );
                assert_eq!(u32::from(register.broadcast()), count(Kind::Broadcast));
                if direction == Direction::Out && is_connected(register.0) {
                    bandwidth += register.bandwidth_units();
                    assert_eq!(channels & channel_bit(register.channel()), 0);
                    channels |= channel_bit(register.channel());
                }
            }
        }
    }
    for connection in live {
        let made = connection.made;
        if made.own_bandwidth != 0 {
            bandwidth += made.own_bandwidth;
            assert_eq!(channels & channel_bit(made.channel), 0);
            channels |= channel_bit(made.channel);
        }
        for plug in [connection.wish.output, connection.wish.input]
            .into_iter()
            .flatten()
        {
            let channel = Opcr(pcr(simulation, plug).unwrap()).channel();
            assert_eq!(channel, made.channel);
        }
    }
    assert_eq!(in_use(simulation), (bandwidth, channels));
}

/// Memory of a caller: one block at an address that is no pointer.
pub(crate) struct Block {
    pub(crate) base: u64,
    pub(crate) bytes: Vec<u8>,
}

impl Block {
    pub(crate) fn new(base: u64, size: usize) -> Self {
        Self {
            base,
            bytes: vec![0xCC; size],
        }
    }

    fn range(&self, address: u64, length: usize) -> Option<std::ops::Range<usize>> {
        let start = usize::try_from(address.checked_sub(self.base)?).ok()?;
        let end = start.checked_add(length)?;
        (end <= self.bytes.len()).then_some(start..end)
    }
}

impl Memory for Block {
    fn read(&self, address: u64, bytes: &mut [u8]) -> bool {
        let Some(range) = self.range(address, bytes.len()) else {
            return false;
        };
        bytes.copy_from_slice(&self.bytes[range]);
        true
    }

    fn write(&mut self, address: u64, bytes: &[u8]) -> bool {
        let Some(range) = self.range(address, bytes.len()) else {
            return false;
        };
        self.bytes[range].copy_from_slice(bytes);
        true
    }
}

/// Sends a request that points to no memory.
pub(crate) fn send(
    simulation: &mut Simulation,
    unit: DeviceRef,
    request: &mut AvRequest,
) -> NtStatus {
    simulation.answer(unit, request, &mut Block::new(0x1000, 0))
}
