//! The engine's lists, held against the model.

use std::collections::{BTreeMap, BTreeSet};

use plug61883_abi::ids::UnitId;
use plug61883_abi::ioctl::{ConnectionEntry, Interface, List, Origin, PlugEntry, UnitEntry, owner};
use plug61883_engine::Command;
use zerocopy::{FromBytes, Immutable, KnownLayout};

use super::World;

impl World {
    fn query(&self, command: &Command) -> Vec<u8> {
        // Any key will do; lists are for handles that are open.
        let handle = self.handles.last().expect("some handle").key;
        let mut reply = vec![0; if cfg!(miri) { 4_000 } else { 40_000 }];
        let size = self.engine.query(handle, command, &mut reply);
        let size = size.expect("answered at once").expect("fits");
        reply.truncate(size);
        reply
    }

    fn list<T: FromBytes + Immutable + KnownLayout>(&self, command: &Command) -> Vec<T> {
        let reply = self.query(command);
        let (list, rest) = List::read_from_prefix(&reply).unwrap();
        assert_eq!(list.header.size as usize, reply.len());
        assert_eq!(list.header.origin, Origin::Driver as u32);
        assert_eq!(list.total, list.count);
        assert_eq!(rest.len(), list.count as usize * size_of::<T>());
        rest.chunks(size_of::<T>())
            .map(|entry| T::read_from_bytes(entry).unwrap())
            .collect()
    }

    /// The engine's lists say what the model says.
    pub(crate) fn check_lists(&self) {
        if self.handles.is_empty() {
            return;
        }
        let interface = Interface::read_from_bytes(&self.query(&Command::Interface)).unwrap();
        assert_eq!(interface.units as usize, self.engine.unit_count());
        let present = self.units.iter().filter(|unit| !unit.left).count();
        assert_eq!(interface.units as usize, present);
        assert_eq!(interface.handles as usize, self.open_handles());
        assert_eq!(interface.connections as usize, self.connection_count());
        assert_eq!(interface.operations as usize, self.operations());

        let listed: BTreeMap<u64, u32> = self
            .list::<UnitEntry>(&Command::ListUnits)
            .iter()
            .map(|entry| (entry.unit.0, entry.ddi_version))
            .collect();
        let units = self.units.iter().filter(|unit| unit.leaving.is_none());
        assert_eq!(listed, units.map(|unit| (unit.id.0, unit.known)).collect());
    }

    /// Holds the lists of plugs and connections against the model, and learns ids that no reply
    /// has told.
    pub(crate) fn read_lists(&mut self) {
        if self.handles.is_empty() {
            return;
        }
        let mut seen = 0;
        for entry in self.list::<PlugEntry>(&Command::ListPlugs(UnitId::NONE)) {
            let unit = self.usable(entry.unit).expect("a unit that is listed");
            let plug = self
                .plugs
                .get_mut(&(unit, entry.direction, entry.number))
                .expect("a plug that is known");
            match plug.id {
                Some(id) => assert_eq!(id, entry.plug),
                None => {
                    assert!(
                        !self.plug_ids.contains(&entry.plug),
                        "a plug id is never used again"
                    );
                    plug.id = Some(entry.plug);
                    self.plug_ids.push(entry.plug);
                }
            }
            seen += 1;
        }
        let leaving = |unit: usize| self.units[unit].leaving.is_some();
        let expected = self.plugs.keys().filter(|(unit, _, _)| !leaving(*unit));
        assert_eq!(seen, expected.count());

        let mut listed = BTreeSet::new();
        let last = self.handles.len() - 1;
        for entry in self.list::<ConnectionEntry>(&Command::ListConnections(UnitId::NONE)) {
            let maker = entry.made_at as usize;
            self.learn_connection(maker, entry.connection);
            let connection = self
                .connections
                .iter()
                .find(|connection| connection.maker == maker)
                .unwrap();
            assert_eq!(entry.unit, self.units[connection.unit].id);
            let Command::Connect(connect) = self.clients[maker].command else {
                panic!("made by a connect");
            };
            assert_eq!((entry.output, entry.input), (connect.output, connect.input));
            assert_eq!(entry.process_id as usize, self.clients[maker].handle + 100);
            let owned = match connection.owner {
                None => owner::DRIVER,
                Some(handle) if handle == last => owner::THIS_HANDLE,
                Some(_) => owner::OTHER_HANDLE,
            };
            assert_eq!(entry.owner, owned);
            listed.insert(maker);
        }
        let expected: BTreeSet<usize> = (0..self.connections.len())
            .filter(|index| self.breakable(*index))
            .map(|index| &self.connections[index])
            .filter(|connection| self.units[connection.unit].leaving.is_none())
            .map(|connection| connection.maker)
            .collect();
        assert_eq!(listed, expected);
    }
}
