//! A client that does connection management over the bus, written without the model's own:
//! it knows reads and locks only, and gets along with the protocol driver.

mod common;

use common::{DECK, DECK_BANDWIDTH, assert_all_free, in_use, ipcr, opcr, point_to_point};
use plug61883_abi::av61883::NodeAddress;
use sim61883_model::irm::channel_bit;
use sim61883_model::{CmpError, DeviceRef, Simulation};

const CSR: u64 = 0xFFFF_F000_0000;
const BANDWIDTH: u64 = CSR + 0x220;
const CHANNELS_HI: u64 = CSR + 0x224;
const OPCR0: u64 = CSR + 0x904;
const IPCR0: u64 = CSR + 0x984;
const COUNTERS: u32 = 0x7F00_0000;

/// Another computer on the bus.
struct Client {
    manager: NodeAddress,
}

impl Client {
    fn new(simulation: &Simulation) -> Self {
        Self {
            manager: simulation.bus().resource_manager(),
        }
    }

    fn update(
        &self,
        bus: &mut Simulation,
        node: NodeAddress,
        offset: u64,
        change: impl Fn(u32) -> Option<u32>,
    ) -> Option<u32> {
        let mut old = bus.read_quadlet(node, offset).ok()?;
        loop {
            let new = change(old)?;
            match bus.lock_quadlet(node, offset, old, new).ok()? {
                seen if seen == old => return Some(new),
                seen => old = seen,
            }
        }
    }

    /// Units of an S400 stream of 122 quadlets, with 15 steps of overhead.
    const UNITS: u32 = (122 + 3) * 4 + 15 * 32;

    /// Connects output plug 0 to input plug 0 of `node`; gives the channel.
    fn connect(&self, bus: &mut Simulation, node: NodeAddress) -> Option<u32> {
        let connected = bus.read_quadlet(node, OPCR0).ok()? & COUNTERS != 0;
        let channel = if connected {
            self.update(bus, node, OPCR0, |opcr| opcr.checked_add(1 << 24))? >> 16 & 0x3F
        } else {
            let free = bus.read_quadlet(self.manager, CHANNELS_HI).ok()?;
            let channel = free.leading_zeros();
            self.update(bus, self.manager, CHANNELS_HI, |free| {
                Some(free & !(0x8000_0000 >> channel))
            })?;
            self.update(bus, self.manager, BANDWIDTH, |free| {
                free.checked_sub(Self::UNITS)
            })?;
            self.update(bus, node, OPCR0, |opcr| {
                Some(opcr & !0x7F3F_FC00 | 1 << 24 | channel << 16 | 2 << 14 | 15 << 10)
            })?;
            channel
        };
        self.update(bus, node, IPCR0, |ipcr| {
            Some((ipcr & !0x003F_0000 | channel << 16) + (1 << 24))
        })?;
        Some(channel)
    }

    fn disconnect(&self, bus: &mut Simulation, node: NodeAddress) {
        let opcr = self
            .update(bus, node, OPCR0, |opcr| Some(opcr - (1 << 24)))
            .unwrap();
        self.update(bus, node, IPCR0, |ipcr| Some(ipcr - (1 << 24)))
            .unwrap();
        if opcr & COUNTERS == 0 {
            let steps = opcr >> 10 & 0xF;
            let units = ((opcr & 0x3FF) + 3) << (4 - (opcr >> 14 & 3));
            self.update(bus, self.manager, BANDWIDTH, |free| {
                Some(free + units + steps * 32)
            });
            let bit = 0x8000_0000 >> (opcr >> 16 & 0x3F);
            self.update(bus, self.manager, CHANNELS_HI, |free| Some(free | bit));
        }
    }
}

fn start() -> (Simulation, DeviceRef, NodeAddress, Client) {
    let mut simulation = Simulation::new();
    let deck = simulation.attach(DECK).unwrap();
    let node = common::address(&simulation, deck);
    let client = Client::new(&simulation);
    (simulation, deck, node, client)
}

#[test]
fn alone_it_leaves_nothing_behind() {
    let (mut simulation, deck, node, client) = start();
    assert_eq!(client.connect(&mut simulation, node), Some(0));
    assert_eq!(in_use(&simulation), (Client::UNITS, channel_bit(0)));
    assert_eq!(client.connect(&mut simulation, node), Some(0));
    assert_eq!(opcr(&simulation, deck, 0).point_to_point(), 2);
    client.disconnect(&mut simulation, node);
    assert_eq!(in_use(&simulation), (Client::UNITS, channel_bit(0)));
    client.disconnect(&mut simulation, node);
    assert_all_free(&simulation);
}

#[test]
fn the_driver_joins_its_stream_and_releases_it_last() {
    let (mut simulation, deck, node, client) = start();
    client.connect(&mut simulation, node).unwrap();
    let handle = simulation
        .connect(deck, point_to_point(deck, 0, 1))
        .unwrap();
    assert_eq!(opcr(&simulation, deck, 0).point_to_point(), 2);
    assert_eq!(ipcr(&simulation, deck, 1).channel(), 0);
    // Still what the client allocated, with its overhead ID.
    assert_eq!(in_use(&simulation), (Client::UNITS, channel_bit(0)));
    client.disconnect(&mut simulation, node);
    assert_eq!(opcr(&simulation, deck, 0).point_to_point(), 1);
    assert_eq!(in_use(&simulation), (Client::UNITS, channel_bit(0)));
    assert!(simulation.disconnect(deck, handle));
    assert_all_free(&simulation);
}

#[test]
fn it_joins_the_drivers_stream_and_releases_it_last() {
    let (mut simulation, deck, node, client) = start();
    let handle = simulation
        .connect(deck, point_to_point(deck, 0, 0))
        .unwrap();
    assert_eq!(client.connect(&mut simulation, node), Some(0));
    assert_eq!(ipcr(&simulation, deck, 0).point_to_point(), 2);
    assert!(simulation.disconnect(deck, handle));
    assert_eq!(in_use(&simulation), (DECK_BANDWIDTH, channel_bit(0)));
    client.disconnect(&mut simulation, node);
    assert_all_free(&simulation);
}

#[test]
fn the_driver_does_not_take_its_input_away() {
    let (mut simulation, deck, node, client) = start();
    client.connect(&mut simulation, node).unwrap();
    assert_eq!(
        simulation.connect(deck, point_to_point(deck, 1, 0)),
        Err(CmpError::InUse)
    );
    assert_eq!(in_use(&simulation), (Client::UNITS, channel_bit(0)));
}

#[test]
fn channels_of_both_differ() {
    let (mut simulation, deck, node, client) = start();
    let _ = simulation
        .connect(deck, point_to_point(deck, 1, 1))
        .unwrap();
    assert_eq!(client.connect(&mut simulation, node), Some(1));
    assert_eq!(
        in_use(&simulation),
        (
            DECK_BANDWIDTH + Client::UNITS,
            channel_bit(0) | channel_bit(1)
        )
    );
}

#[test]
fn a_lock_with_an_old_value_loses() {
    let (mut simulation, deck, node, _) = start();
    let seen = simulation.read_quadlet(node, OPCR0).unwrap();
    let _ = simulation
        .connect(deck, point_to_point(deck, 0, 0))
        .unwrap();
    let now = simulation.read_quadlet(node, OPCR0).unwrap();
    assert_ne!(seen, now);
    assert_eq!(
        simulation.lock_quadlet(node, OPCR0, seen, seen | 1 << 24),
        Ok(now)
    );
    assert_eq!(simulation.read_quadlet(node, OPCR0), Ok(now));
}

#[test]
fn a_bus_reset_frees_what_it_held() {
    let (mut simulation, deck, node, client) = start();
    client.connect(&mut simulation, node).unwrap();
    let _ = simulation
        .connect(deck, point_to_point(deck, 0, 1))
        .unwrap();
    simulation.bus_reset();
    assert_eq!(simulation.restore_connections(|_| ()), 0);
    // The driver has its connection again, now alone and with its own overhead ID.
    assert_eq!(opcr(&simulation, deck, 0).point_to_point(), 1);
    assert_eq!(in_use(&simulation), (DECK_BANDWIDTH, channel_bit(0)));
    assert_eq!(client.connect(&mut simulation, node), Some(0));
    assert_eq!(opcr(&simulation, deck, 0).point_to_point(), 2);
}
