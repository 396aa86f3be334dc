//! What the engine answers by itself: the interface, the lists, the snapshot, what is handed over.

use plug61883_abi::av61883::{AvPcr, plug_location};
use plug61883_abi::ids::UnitId;
use plug61883_abi::ioctl::{
    self, ConnectionEntry, DirectoryEntry, Interface, List, PlugEntry, ReplyHeader, Snapshot,
    UnitEntry, ends, owner,
};
use plug61883_abi::status::NtStatus;
use zerocopy::{Immutable, IntoBytes};

use crate::event::owner_number;
use crate::item::{End, Item, ItemKey, Kind, Thing};
use crate::reply::header;
use crate::unit::{PlugRef, Unit};
use crate::{Command, Engine, HandleKey, Result};

impl Engine {
    /// Answers a command that needs no lower driver; bytes of the reply. `None`: it needs one,
    /// or waits.
    ///
    /// # Errors
    /// `STATUS_NO_SUCH_DEVICE` for a unit that is not there, `STATUS_REVISION_MISMATCH` for one
    /// that is not supported, `STATUS_BUFFER_TOO_SMALL`; when something is handed over to the
    /// driver also `STATUS_INVALID_PARAMETER` for an id that names nothing,
    /// `STATUS_ACCESS_DENIED` for what is not the handle's own, `STATUS_QUOTA_EXCEEDED`,
    /// `STATUS_FILE_CLOSED`.
    pub fn query(
        &mut self,
        asking: HandleKey,
        command: &Command,
        reply: &mut [u8],
    ) -> Option<Result<usize>> {
        Some(match *command {
            Command::Interface => put(reply, &self.interface(), 0),
            Command::ListUnits => self.list(reply, self.unit_entries()),
            Command::ListPlugs(of) => self
                .usable_or_all(of)
                .and_then(|()| self.list(reply, self.plug_entries(asking, of))),
            Command::ListConnections(of) => self
                .usable_or_all(of)
                .and_then(|()| self.list(reply, self.connection_entries(asking, of))),
            Command::ListDirectories(of) => self
                .usable_or_all(of)
                .and_then(|()| self.list(reply, self.directory_entries(asking, of))),
            Command::Snapshot => self.snapshot(asking, reply),
            Command::Persist { unit, what } => self
                .persist(asking, unit, what)
                .and_then(|()| put(reply, &header(size_of::<ReplyHeader>()), 0)),
            _ => return None,
        })
    }

    fn usable_or_all(&self, of: UnitId) -> Result<()> {
        if of != UnitId::NONE {
            self.usable_unit(of)?;
        }
        Ok(())
    }

    fn interface(&self) -> Interface {
        Interface {
            header: header(size_of::<Interface>()),
            driver_version: DRIVER_VERSION,
            max_units: ioctl::MAX_UNITS as u32,
            max_handles: ioctl::MAX_HANDLES as u32,
            max_connections: ioctl::MAX_CONNECTIONS as u32,
            max_plugs: ioctl::MAX_PLUGS as u32,
            max_directories: ioctl::MAX_DIRECTORIES as u32,
            max_operations: ioctl::MAX_OPERATIONS as u32,
            max_waits: ioctl::MAX_WAITS as u32,
            max_events: ioctl::MAX_EVENTS as u32,
            max_process_handles: ioctl::MAX_PROCESS_HANDLES as u32,
            max_process_connections: ioctl::MAX_PROCESS_CONNECTIONS as u32,
            max_process_plugs: ioctl::MAX_PROCESS_PLUGS as u32,
            max_process_directories: ioctl::MAX_PROCESS_DIRECTORIES as u32,
            max_process_operations: ioctl::MAX_PROCESS_OPERATIONS as u32,
            reserved: 0,
            units: self.unit_count() as u32,
            handles: self.handle_count() as u32,
            connections: self.item_count(Kind::Connection) as u32,
            plugs: self.item_count(Kind::Plug) as u32,
            directories: self.item_count(Kind::Directory) as u32,
            operations: self.operations as u32,
        }
    }

    fn unit_entries(&self) -> impl Iterator<Item = UnitEntry> {
        self.unit_ids().map(|(id, unit)| {
            let connections = self
                .announced_items(Kind::Connection)
                .filter(|(_, item)| item.unit == id);
            let operations = self
                .transfers
                .iter()
                .filter(|(_, _, transfer)| transfer.unit == id && transfer.is_busy());
            UnitEntry {
                unit: id,
                ddi_version: unit.ddi_version.unwrap_or(0),
                connections: connections.count() as u32,
                operations: operations.count() as u32,
                state: unit.state(),
            }
        })
    }

    fn unit_ids(&self) -> impl Iterator<Item = (UnitId, &Unit)> {
        self.units
            .iter()
            .map(|(slot, generation, unit)| (UnitId::new(u32::from(slot), generation), unit))
    }

    fn plug_entries(&self, asking: HandleKey, of: UnitId) -> impl Iterator<Item = PlugEntry> {
        let wanted = move |id| of == UnitId::NONE || of == id;
        let of_devices = self
            .unit_ids()
            .filter(move |(id, _)| wanted(*id))
            .flat_map(|(id, unit)| unit.plugs().map(move |plug| (id, plug)))
            .map(|(unit, plug)| PlugEntry {
                owner: owner::DEVICE,
                location: plug_location::REMOTE,
                ..self.plug_entry(unit, plug)
            });
        let local = self
            .announced_items(Kind::Plug)
            .filter(move |(_, item)| wanted(item.unit))
            .filter_map(move |(_, item)| {
                let Thing::Plug { pcr, .. } = item.thing else {
                    return None;
                };
                Some(PlugEntry {
                    owner: owner_number(item.owner, asking),
                    location: plug_location::LOCAL,
                    process_id: item.process_id,
                    made_at: item.made_at,
                    pcr,
                    ..self.plug_entry(item.unit, item.thing.plug()?)
                })
            });
        of_devices.chain(local)
    }

    /// The members that all plugs have.
    fn plug_entry(&self, unit: UnitId, plug: PlugRef) -> PlugEntry {
        let id = plug.id(unit);
        let connections = self.announced_items(Kind::Connection).filter(|(_, item)| {
            item.unit == unit
                && item
                    .thing
                    .ends()
                    .into_iter()
                    .any(|end| self.plug_of_end(unit, end) == id)
        });
        PlugEntry {
            plug: id,
            unit,
            direction: plug.direction as u32,
            number: u32::from(plug.number),
            connections: connections.count() as u32,
            pcr: AvPcr(0),
            ..PlugEntry::default()
        }
    }

    fn connection_entries(
        &self,
        asking: HandleKey,
        of: UnitId,
    ) -> impl Iterator<Item = ConnectionEntry> {
        self.announced_items(Kind::Connection)
            .filter(move |(_, item)| of == UnitId::NONE || of == item.unit)
            .filter_map(move |(key, item)| self.connection_entry(asking, key, item))
    }

    fn connection_entry(
        &self,
        asking: HandleKey,
        key: ItemKey,
        item: &Item,
    ) -> Option<ConnectionEntry> {
        let Thing::Connection {
            output,
            input,
            connect_type,
            ..
        } = item.thing
        else {
            return None;
        };
        let present = |end, bit| if end == End::Open { 0 } else { bit };
        Some(ConnectionEntry {
            connection: key.connection(),
            unit: item.unit,
            output: self.plug_of_end(item.unit, output),
            input: self.plug_of_end(item.unit, input),
            connect_type,
            owner: owner_number(item.owner, asking),
            made_at: item.made_at,
            process_id: item.process_id,
            ends: present(output, ends::OUTPUT) | present(input, ends::INPUT),
        })
    }

    fn directory_entries(
        &self,
        asking: HandleKey,
        of: UnitId,
    ) -> impl Iterator<Item = DirectoryEntry> {
        self.announced_items(Kind::Directory)
            .filter(move |(_, item)| of == UnitId::NONE || of == item.unit)
            .filter_map(move |(key, item)| {
                let Thing::Directory {
                    spec_id,
                    sw_version,
                    ..
                } = item.thing
                else {
                    return None;
                };
                Some(DirectoryEntry {
                    directory: key.directory(),
                    unit: item.unit,
                    spec_id,
                    sw_version,
                    owner: owner_number(item.owner, asking),
                    process_id: item.process_id,
                    made_at: item.made_at,
                })
            })
    }

    /// Writes as many entries as fit; bytes written.
    fn list<T: IntoBytes + Immutable>(
        &self,
        reply: &mut [u8],
        entries: impl Iterator<Item = T>,
    ) -> Result<usize> {
        let mut filled = Filled::new(reply, size_of::<List>())?;
        filled.put_all(entries);
        let start = List {
            header: header(filled.needed),
            total: filled.total,
            count: filled.count,
            sequence: self.log.next(),
        };
        let written = filled.written;
        put(reply, &start, written)
    }

    /// Writes everything, or tells the size that it needs; bytes written.
    fn snapshot(&mut self, asking: HandleKey, reply: &mut [u8]) -> Result<usize> {
        let all = UnitId::NONE;
        let mut filled = Filled::new(reply, size_of::<Snapshot>())?;
        let units = filled.put_all(self.unit_entries());
        let plugs = filled.put_all(self.plug_entries(asking, all));
        let connections = filled.put_all(self.connection_entries(asking, all));
        let directories = filled.put_all(self.directory_entries(asking, all));
        let complete = filled.total == filled.count;
        let start = Snapshot {
            header: header(filled.needed),
            sequence: self.log.next(),
            units,
            plugs,
            connections,
            directories,
            complete: u32::from(complete),
            reserved: 0,
        };
        let written = if complete { filled.written } else { 0 };
        if complete {
            self.skip_events(asking);
        }
        put(reply, &start, written)
    }
}

/// Entries on their way into a reply, behind its fixed part.
struct Filled<'a> {
    rest: &'a mut [u8],
    /// Entries that there are, and that were written.
    total: u32,
    count: u32,
    /// Bytes that all entries need, the fixed part included.
    needed: usize,
    /// Bytes of the entries that were written.
    written: usize,
}

impl<'a> Filled<'a> {
    fn new(reply: &'a mut [u8], fixed: usize) -> Result<Self> {
        Ok(Self {
            rest: reply.get_mut(fixed..).ok_or(NtStatus::BUFFER_TOO_SMALL)?,
            total: 0,
            count: 0,
            needed: fixed,
            written: 0,
        })
    }

    /// Writes entries while they fit; how many there are.
    fn put_all<T: IntoBytes + Immutable>(&mut self, entries: impl Iterator<Item = T>) -> u32 {
        let mut number = 0_u32;
        for entry in entries {
            number = number.saturating_add(1);
            self.needed = self.needed.saturating_add(size_of::<T>());
            let rest = core::mem::take(&mut self.rest);
            // Once one does not fit, none does that comes after it.
            if let Some((place, after)) = rest.split_at_mut_checked(size_of::<T>())
                && entry.write_to(place).is_ok()
            {
                self.rest = after;
                self.count = self.count.saturating_add(1);
                self.written = self.written.saturating_add(size_of::<T>());
            }
        }
        self.total = self.total.saturating_add(number);
        number
    }
}

/// Writes the fixed part of a reply; bytes of it all.
fn put<T: IntoBytes + Immutable>(reply: &mut [u8], start: &T, entries: usize) -> Result<usize> {
    start
        .write_to_prefix(reply)
        .map_err(|_| NtStatus::BUFFER_TOO_SMALL)?;
    Ok(entries.saturating_add(size_of::<T>()))
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
