//! The engine's lists, held against the model.

use std::collections::BTreeSet;

use plug61883_abi::av61883::plug_location;
use plug61883_abi::ids::{PlugId, UnitId};
use plug61883_abi::ioctl::{
    ConnectionEntry, DirectoryEntry, List, Origin, PlugEntry, UnitEntry, ends, owner, unit_state,
};
use plug61883_engine::Command;
use zerocopy::{FromBytes, Immutable, KnownLayout};

use super::types::{Item, Kind, Owner};
use super::{WATCHER, World};
use crate::play::lower::SECRET_BYTES;

impl World {
    fn query(&mut self, handle: usize, command: &Command) -> Vec<u8> {
        let key = self.handles[handle].key;
        let mut reply = vec![0; if cfg!(miri) { 4_000 } else { 40_000 }];
        let size = self.input().query(key, command, &mut reply);
        let size = size.expect("answered at once").expect("fits");
        reply.truncate(size);
        let secret = SECRET_BYTES.as_slice();
        assert!(reply.windows(4).all(|it| it != secret), "a kernel handle");
        reply
    }

    pub(super) fn query_fixed<T>(&mut self, handle: usize, command: &Command) -> T
    where
        T: FromBytes + Immutable + KnownLayout,
    {
        T::read_from_bytes(&self.query(handle, command)).unwrap()
    }

    pub(crate) fn list<T>(&mut self, handle: usize, command: &Command) -> Vec<T>
    where
        T: FromBytes + Immutable + KnownLayout,
    {
        let reply = self.query(handle, command);
        let (list, rest) = List::read_from_prefix(&reply).unwrap();
        assert_eq!(list.header.size as usize, reply.len());
        assert_eq!(list.header.origin, Origin::Driver as u32);
        assert_eq!(list.total, list.count);
        assert_eq!(list.sequence, self.next_event());
        assert_eq!(rest.len(), list.count as usize * size_of::<T>());
        rest.chunks(size_of::<T>())
            .map(|entry| T::read_from_bytes(entry).unwrap())
            .collect()
    }

    /// The engine's lists say what the model says.
    pub(crate) fn check_lists(&mut self) {
        let interface = self.interface();
        let present = self.units.iter().filter(|unit| !unit.left).count();
        let count = |kind| {
            let there = |item: &&Item| item.kind == kind && !item.is_gone();
            self.items.iter().filter(there).count() as u32
        };
        assert_eq!(interface.units as usize, present);
        assert_eq!(interface.handles as usize, self.open_handles());
        assert_eq!(interface.connections, count(Kind::Connection));
        assert_eq!(interface.plugs, count(Kind::Plug));
        assert_eq!(interface.directories, count(Kind::Directory));
        let charged = self.requests.values().filter(|it| it.charge.is_some());
        assert!(interface.operations as usize >= charged.count());
        assert!(interface.operations as usize <= self.requests.len());
        self.check_units();
        self.check_plugs();
        self.check_connections();
        self.check_directories();
    }

    fn check_units(&mut self) {
        let entries: Vec<UnitEntry> = self.list(WATCHER, &Command::ListUnits);
        let listed: BTreeSet<u64> = entries.iter().map(|entry| entry.unit.0).collect();
        let units = self.units.iter().filter(|unit| !unit.left);
        assert_eq!(listed, units.map(|unit| unit.id.0).collect());
        for entry in entries {
            let index = self.units.iter().position(|unit| unit.id == entry.unit);
            let index = index.unwrap();
            let unit = &self.units[index];
            assert_eq!(entry.ddi_version, unit.known);
            let state = match unit.known {
                _ if unit.leaving => unit_state::LEAVING,
                0 => unit_state::ASKING,
                1 => unit_state::UNSUPPORTED,
                _ => unit_state::MANAGED,
            };
            assert_eq!(entry.state, state);
            let seen = |item: &&Item| {
                item.unit == index && item.kind == Kind::Connection && item.is_seen()
            };
            let seen = self.items.iter().filter(seen).count();
            assert_eq!(entry.connections as usize, seen);
        }
    }

    fn check_plugs(&mut self) {
        let entries: Vec<PlugEntry> = self.list(WATCHER, &Command::ListPlugs(UnitId::NONE));
        let (local, device): (Vec<_>, Vec<_>) = entries
            .into_iter()
            .partition(|entry| entry.location == plug_location::LOCAL);
        let mut seen = BTreeSet::new();
        for entry in device {
            let unit = self
                .units
                .iter()
                .position(|it| it.id == entry.unit && !it.left);
            let place = (unit.expect("there"), entry.direction, entry.number);
            let plug = self.plugs.get_mut(&place).expect("a plug that is known");
            match plug.id {
                Some(id) => assert_eq!(id, entry.plug),
                None => {
                    plug.id = Some(entry.plug);
                    self.use_id(9, entry.plug.0);
                    self.plug_ids.push(entry.plug);
                }
            }
            assert_eq!(entry.owner, owner::DEVICE);
            assert_eq!((entry.pcr.0, entry.made_at, entry.process_id), (0, 0, 0));
            seen.insert(place);
        }
        assert_eq!(seen, self.plugs.keys().copied().collect());
        for entry in &local {
            let item = self.seen_item(Kind::Plug, entry.plug.0);
            assert_eq!(entry.unit, self.units[item.unit].id);
            assert_eq!(
                (entry.direction, entry.number),
                (item.direction, item.number)
            );
            assert_eq!(entry.pcr.0, item.pcr);
            let about = (entry.owner, entry.process_id, entry.made_at);
            assert_eq!(about, (owner_of(item), item.process, item.made_at));
        }
        self.check_seen(Kind::Plug, local.len());
    }

    fn check_connections(&mut self) {
        let all = Command::ListConnections(UnitId::NONE);
        let entries: Vec<ConnectionEntry> = self.list(WATCHER, &all);
        for entry in &entries {
            let item = self.seen_item(Kind::Connection, entry.connection.0);
            assert_eq!(entry.unit, self.units[item.unit].id);
            assert_eq!(entry.connect_type, item.connect_type);
            let has = |end: usize, bit| if item.end_values[end] == 0 { 0 } else { bit };
            assert_eq!(entry.ends, has(0, ends::OUTPUT) | has(1, ends::INPUT));
            let about = (entry.owner, entry.process_id, entry.made_at);
            assert_eq!(about, (owner_of(item), item.process, item.made_at));
            if item.owner != Owner::Foreign {
                assert_eq!([entry.output, entry.input], item.ends);
            } else {
                for (end, plug) in [(0, entry.output), (1, entry.input)] {
                    let value = item.end_values[end];
                    let known = self
                        .plugs
                        .values()
                        .find(|it| value != 0 && it.handle == value);
                    assert_eq!(plug, known.and_then(|it| it.id).unwrap_or(PlugId::NONE));
                }
            }
        }
        self.check_seen(Kind::Connection, entries.len());
    }

    pub(super) fn check_directories(&mut self) {
        let all = Command::ListDirectories(UnitId::NONE);
        let entries: Vec<DirectoryEntry> = self.list(WATCHER, &all);
        for entry in &entries {
            let unheard = self.items.iter().position(|item| {
                item.made_at == entry.made_at && item.kind == Kind::Directory && item.id.is_none()
            });
            if unheard.is_some() {
                self.learn_id(unheard, Kind::Directory, entry.directory.0);
            }
            let item = self.seen_item(Kind::Directory, entry.directory.0);
            assert_eq!(entry.unit, self.units[item.unit].id);
            assert_eq!([entry.spec_id, entry.sw_version], item.directory);
            let about = (entry.owner, entry.process_id, entry.made_at);
            assert_eq!(about, (owner_of(item), item.process, item.made_at));
        }
        self.check_seen(Kind::Directory, entries.len());
    }

    fn seen_item(&self, kind: Kind, id: u64) -> &Item {
        self.items
            .iter()
            .find(|item| item.kind == kind && item.id == Some(id) && item.is_seen())
            .expect("an item that is there")
    }

    fn check_seen(&self, kind: Kind, listed: usize) {
        let seen = |item: &&Item| item.kind == kind && item.is_seen();
        assert_eq!(listed, self.items.iter().filter(seen).count());
    }
}

/// The owner as the watcher, which makes nothing, sees it.
fn owner_of(item: &Item) -> u32 {
    match item.owner {
        Owner::Handle(_) => owner::OTHER_HANDLE,
        Owner::Driver => owner::DRIVER,
        Owner::Foreign => owner::FOREIGN,
    }
}
