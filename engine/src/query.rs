//! What the engine answers by itself: the interface and the lists.

use plug61883_abi::ids::{ConnectionId, PlugId, UnitId};
use plug61883_abi::ioctl::{
    self, ConnectionEntry, INTERFACE_VERSION, Interface, List, Origin, PlugEntry, ReplyHeader,
    UnitEntry, owner,
};
use plug61883_abi::status::NtStatus;
use zerocopy::{Immutable, IntoBytes};

use crate::connection::{Connection, Owner};
use crate::unit::PlugRef;
use crate::{Command, Engine, HandleKey, Result};

impl Engine {
    /// Answers a command that needs no lower driver; bytes of the reply. `None`: it needs one.
    ///
    /// # Errors
    /// `STATUS_NO_SUCH_DEVICE` for a unit that is not there, `STATUS_BUFFER_TOO_SMALL`.
    pub fn query(
        &self,
        handle: HandleKey,
        command: &Command,
        reply: &mut [u8],
    ) -> Option<Result<usize>> {
        Some(match *command {
            Command::Interface => self.interface(reply),
            Command::ListUnits => self.list_units(reply),
            Command::ListPlugs(unit) => self.list_plugs(unit, reply),
            Command::ListConnections(unit) => self.list_connections(handle, unit, reply),
            _ => return None,
        })
    }

    fn interface(&self, reply: &mut [u8]) -> Result<usize> {
        let interface = Interface {
            header: header(size_of::<Interface>()),
            driver_version: DRIVER_VERSION,
            max_units: ioctl::MAX_UNITS as u32,
            max_handles: ioctl::MAX_HANDLES as u32,
            max_connections: ioctl::MAX_CONNECTIONS as u32,
            max_operations: ioctl::MAX_OPERATIONS as u32,
            units: self.unit_count() as u32,
            handles: self.handle_count() as u32,
            connections: self.connections.iter().count() as u32,
            operations: self.operation_count() as u32,
        };
        interface
            .write_to_prefix(reply)
            .map_err(|_| NtStatus::BUFFER_TOO_SMALL)?;
        Ok(size_of::<Interface>())
    }

    fn list_units(&self, reply: &mut [u8]) -> Result<usize> {
        let entries = self.units.iter().filter(|(_, _, unit)| !unit.leaving).map(
            |(slot, generation, unit)| {
                let id = UnitId::new(u32::from(slot), generation);
                let connections = self
                    .connections
                    .iter()
                    .filter(|(_, _, connection)| connection.unit == id);
                let operations = self
                    .transfers
                    .iter()
                    .filter(|(_, _, transfer)| transfer.unit == id && transfer.is_busy());
                UnitEntry {
                    unit: id,
                    ddi_version: unit.ddi_version.unwrap_or(0),
                    connections: connections.count() as u32,
                    operations: operations.count() as u32,
                    reserved: 0,
                }
            },
        );
        list(reply, entries)
    }

    fn list_plugs(&self, of: UnitId, reply: &mut [u8]) -> Result<usize> {
        if of != UnitId::NONE {
            self.usable_unit(of)?;
        }
        let entries = self
            .units
            .iter()
            .map(|(slot, generation, unit)| (UnitId::new(u32::from(slot), generation), unit))
            .filter(|(id, unit)| !unit.leaving && (of == UnitId::NONE || of == *id))
            .flat_map(|(id, unit)| {
                unit.plugs().map(move |(direction, number, generation)| {
                    let plug = PlugRef {
                        direction,
                        number,
                        generation,
                    };
                    let connections = self.connections.iter().filter(|(_, _, connection)| {
                        connection.unit == id
                            && [connection.output, connection.input].contains(&Some(plug))
                    });
                    PlugEntry {
                        plug: Self::plug_id(id, plug),
                        unit: id,
                        direction: direction as u32,
                        number: u32::from(number),
                        connections: connections.count() as u32,
                        reserved: 0,
                    }
                })
            });
        list(reply, entries)
    }

    fn list_connections(&self, asking: HandleKey, of: UnitId, reply: &mut [u8]) -> Result<usize> {
        if of != UnitId::NONE {
            self.usable_unit(of)?;
        }
        let entries = self
            .connections
            .iter()
            .filter(|(_, _, connection)| self.is_listed(connection))
            .filter(|(_, _, connection)| self.usable_unit(connection.unit).is_ok())
            .filter(|(_, _, connection)| of == UnitId::NONE || of == connection.unit)
            .map(|(slot, generation, connection)| {
                entry(
                    ConnectionId::new(u32::from(slot), generation),
                    asking,
                    connection,
                )
            });
        list(reply, entries)
    }
}

/// Version of the driver: the package's.
const DRIVER_VERSION: [u16; 4] = [
    number(env!("CARGO_PKG_VERSION_MAJOR")),
    number(env!("CARGO_PKG_VERSION_MINOR")),
    number(env!("CARGO_PKG_VERSION_PATCH")),
    0,
];

/// A decimal number, at compile time.
const fn number(mut text: &str) -> u16 {
    let mut value: u16 = 0;
    while let Some((digit, rest)) = text.as_bytes().split_first() {
        value = value
            .wrapping_mul(10)
            .wrapping_add(digit.wrapping_sub(b'0') as u16);
        text = match core::str::from_utf8(rest) {
            Ok(rest) => rest,
            Err(_) => "",
        };
    }
    value
}

fn entry(id: ConnectionId, asking: HandleKey, connection: &Connection) -> ConnectionEntry {
    let plug = |plug: Option<PlugRef>| {
        plug.map_or(PlugId::NONE, |plug| Engine::plug_id(connection.unit, plug))
    };
    ConnectionEntry {
        connection: id,
        unit: connection.unit,
        output: plug(connection.output),
        input: plug(connection.input),
        connect_type: connection.connect_type,
        owner: match connection.owner {
            Owner::Handle(handle) if handle == asking => owner::THIS_HANDLE,
            Owner::Handle(_) => owner::OTHER_HANDLE,
            Owner::Driver => owner::DRIVER,
        },
        made_at: connection.made_at,
        process_id: connection.process_id,
        reserved: 0,
    }
}

/// Header of a reply that the driver gives by itself.
fn header(size: usize) -> ReplyHeader {
    ReplyHeader {
        size: u32::try_from(size).unwrap_or(u32::MAX),
        version: INTERFACE_VERSION,
        reserved: 0,
        status: NtStatus::SUCCESS,
        origin: Origin::Driver as u32,
    }
}

/// Writes as many entries as fit; bytes written.
fn list<T: IntoBytes + Immutable>(
    reply: &mut [u8],
    entries: impl Iterator<Item = T>,
) -> Result<usize> {
    let (mut total, mut count) = (0_u32, 0_u32);
    let mut rest = reply
        .get_mut(size_of::<List>()..)
        .ok_or(NtStatus::BUFFER_TOO_SMALL)?;
    for entry in entries {
        total = total.saturating_add(1);
        if let Some((place, after)) = rest.split_at_mut_checked(size_of::<T>()) {
            if entry.write_to(place).is_ok() {
                count = count.saturating_add(1);
            }
            rest = after;
        } else {
            rest = &mut [];
        }
    }
    let all = (total as usize)
        .saturating_mul(size_of::<T>())
        .saturating_add(size_of::<List>());
    let written = (count as usize)
        .saturating_mul(size_of::<T>())
        .saturating_add(size_of::<List>());
    let start = List {
        header: header(all),
        total,
        count,
    };
    start
        .write_to_prefix(reply)
        .map_err(|_| NtStatus::BUFFER_TOO_SMALL)?;
    Ok(written)
}
