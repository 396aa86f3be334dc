//! The state that events tell of: a snapshot with the events after it gives the next snapshot.

use std::collections::BTreeMap;

use plug61883_abi::ids::PlugId;
use plug61883_abi::ioctl::{
    ConnectionEntry, DirectoryEntry, Event, PlugEntry, Snapshot, UnitEntry, event_kind, owner,
};
use plug61883_engine::Command;
use zerocopy::{FromBytes, Immutable, KnownLayout};

use super::{WATCHER, World};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Replay {
    units: Vec<u64>,
    /// Unit, plugs and process of a connection; plugs only where they are told for good.
    connections: BTreeMap<u64, (u64, [PlugId; 2], u32)>,
    /// Unit, register and process of a plug of this computer.
    plugs: BTreeMap<u64, (u64, u32, u32)>,
}

impl Replay {
    pub(super) fn apply(&mut self, event: &Event) {
        let unit = event.unit.0;
        let plug = event.output.0 | event.input.0;
        let process = event.process_id;
        match event.kind {
            event_kind::UNIT_ARRIVED => {
                assert!(!self.units.contains(&unit));
                self.units.push(unit);
                self.units.sort_unstable();
            }
            event_kind::UNIT_REMOVED => {
                assert!(self.units.contains(&unit));
                self.units.retain(|it| *it != unit);
                let left = |of: &u64| *of == unit;
                assert!(!self.connections.values().any(|(of, ..)| left(of)));
                assert!(!self.plugs.values().any(|(of, ..)| left(of)));
            }
            event_kind::CONNECTED => {
                let foreign = event.owner == owner::FOREIGN;
                let ends = ends([event.output, event.input], foreign);
                let before = self
                    .connections
                    .insert(event.connection.0, (unit, ends, process));
                assert_eq!(before, None);
            }
            event_kind::DISCONNECTED => {
                self.connections.remove(&event.connection.0).expect("there");
            }
            event_kind::PLUG_CREATED => {
                let before = self.plugs.insert(plug, (unit, event.new_pcr.0, process));
                assert_eq!(before, None);
            }
            event_kind::PLUG_REMOVED => {
                let (_, pcr, _) = self.plugs.remove(&plug).expect("there");
                assert_eq!(pcr, event.old_pcr.0);
            }
            event_kind::PLUG_CHANGED => {
                let (_, pcr, _) = self.plugs.get_mut(&plug).expect("there");
                assert_eq!(*pcr, event.old_pcr.0);
                *pcr = event.new_pcr.0;
            }
            event_kind::BUS_RESET => assert!(self.units.contains(&unit)),
            kind => panic!("no event: {kind}"),
        }
    }
}

/// A foreign connection's plugs may be named only later.
fn ends(plugs: [PlugId; 2], foreign: bool) -> [PlugId; 2] {
    if foreign { [PlugId::NONE; 2] } else { plugs }
}

impl World {
    /// A snapshot says what the events say, and its handle goes on from there.
    pub(crate) fn check_snapshot(&mut self) {
        let key = self.handles[WATCHER].key;
        let mut short = [0; size_of::<Snapshot>()];
        let size = self.input().query(key, &Command::Snapshot, &mut short);
        assert_eq!(size, Some(Ok(short.len())));
        let start = Snapshot::read_from_bytes(&short).unwrap();
        let next = self.next_event();
        assert_eq!(start.sequence, next);
        let anything = start.header.size as usize > short.len();
        assert_eq!(start.complete, u32::from(!anything));
        if anything {
            // Its events stay where they are.
            let mut reply = vec![0; 48 + 88];
            let _ = self.input().wait(key, true, &mut reply);
            let batch = plug61883_abi::ioctl::EventBatch::read_from_prefix(&reply);
            let (batch, _) = batch.unwrap();
            let cursor = self.handles[WATCHER].cursor;
            assert_eq!(batch.first - batch.lost, cursor);
        }
        let mut reply = vec![0; start.header.size as usize];
        let size = self.input().query(key, &Command::Snapshot, &mut reply);
        assert_eq!(size, Some(Ok(reply.len())), "it fits");
        self.handles[WATCHER].cursor = next;
        assert_eq!(self.read_all(WATCHER), [], "nothing comes twice");

        let (again, mut rest) = Snapshot::read_from_prefix(&reply).unwrap();
        assert_eq!((again.complete, again.sequence), (1, next));
        let mut told = Replay::default();
        for unit in take::<UnitEntry>(&mut rest, again.units) {
            told.units.push(unit.unit.0);
        }
        told.units.sort_unstable();
        for plug in take::<PlugEntry>(&mut rest, again.plugs) {
            if plug.owner != owner::DEVICE {
                let state = (plug.unit.0, plug.pcr.0, plug.process_id);
                told.plugs.insert(plug.plug.0, state);
            }
        }
        for entry in take::<ConnectionEntry>(&mut rest, again.connections) {
            let ends = ends([entry.output, entry.input], entry.owner == owner::FOREIGN);
            let state = (entry.unit.0, ends, entry.process_id);
            told.connections.insert(entry.connection.0, state);
        }
        take::<DirectoryEntry>(&mut rest, again.directories);
        assert!(rest.is_empty());
        assert_eq!(told, self.replay);
    }
}

fn take<T: FromBytes + Immutable + KnownLayout>(rest: &mut &[u8], count: u32) -> Vec<T> {
    (0..count)
        .map(|_| {
            let (entry, after) = T::read_from_prefix(rest).unwrap();
            *rest = after;
            entry
        })
        .collect()
}
