//! One request of a client, drawn at random.

use plug61883_abi::av61883::{plug_location, unit_info_level};
use plug61883_abi::ids::{ConnectionId, PlugId, UnitId};
use plug61883_abi::ioctl::{
    self, ConnectionEntry, DirectoryEntry, Event, EventBatch, List, PlugEntry, PlugRequest,
    PlugStateRequest, RegisterReply, RegisterRequest, RequestHeader, Snapshot, UnitEntry,
    UnitInfoRequest, WaitEventsRequest, wait_flags,
};
use plug61883_abi::pcr::OMPR_OFFSET;
use plug61883_wdf::NtStatus;
use storm_control::Deed;
use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::file::FileRef;
use super::rules::{Asked, broken, new_id};
use super::{BUFFER, Client, Way, header, ids};
use crate::run::{self, Outcome};

impl Client {
    /// Any request.
    pub(super) fn operation(&mut self, way: &Way) {
        match self.random.below(100) {
            0..=3 => self.interface(way),
            4..=11 => self.units(way),
            12..=17 => self.plugs(way),
            18..=25 => self.connections(way),
            26..=28 => self.directories(way),
            29..=32 => self.unit_info(way),
            33..=42 => self.get_plug(way),
            43..=46 => self.plug_state(way),
            47 => self.read_register(way),
            48..=60 => self.connect(way),
            61..=71 => self.disconnect(way),
            72 => self.persist(way),
            73..=77 => self.create_plug(way),
            78..=80 => self.set_plug(way),
            81..=84 => self.remove(way, Deed::DeletePlug),
            85..=86 => self.add_directory(way),
            87..=88 => self.remove(way, Deed::RemoveDirectory),
            89 if self.random.one_in(4) => self.bus_reset(way),
            90..=92 => self.events_now(way),
            93..=94 => self.wait_for_events(way),
            95..=96 => self.snapshot(way),
            97 => self.set_unit_info(way),
            _ => self.malformed(way),
        }
    }

    pub(super) fn unit(&mut self) -> UnitId {
        UnitId(ids::UNITS.any(&mut self.random))
    }

    /// A flag, now and then.
    pub(super) fn perhaps(&mut self, flag: u32, one_in: u32) -> u32 {
        if self.random.one_in(one_in) { flag } else { 0 }
    }

    pub(super) fn send<T: IntoBytes + Immutable>(
        &mut self,
        way: &Way,
        deed: Deed,
        code: u32,
        request: &T,
        output: usize,
    ) -> Option<&[u8]> {
        self.ask(way, deed, code, request.as_bytes(), output)
    }

    fn interface(&mut self, way: &Way) {
        let asked = header::<RequestHeader>(UnitId::NONE);
        let output = size_of::<ioctl::Interface>();
        let reply = self.send(
            way,
            Deed::QueryInterface,
            ioctl::QUERY_INTERFACE,
            &asked,
            output,
        );
        let Some(Ok(told)) = reply.map(ioctl::Interface::read_from_bytes) else {
            return;
        };
        let within = told.units <= told.max_units
            && told.handles <= told.max_handles
            && told.connections <= told.max_connections
            && told.plugs <= told.max_plugs
            && told.directories <= told.max_directories
            && told.operations <= told.max_operations;
        if !within || told.handles == 0 {
            run::broken(format_args!("query interface: {told:?}"));
        }
    }

    /// Asks for a list, with room for few entries or for all; gives them to `each`.
    fn list<T: FromBytes>(
        &mut self,
        way: &Way,
        (deed, code): (Deed, u32),
        unit: UnitId,
        each: impl Fn(&mut Self, T),
    ) {
        let room = if self.random.one_in(3) {
            self.random.below(4) as usize
        } else {
            256
        };
        let output = room
            .saturating_mul(size_of::<T>())
            .saturating_add(size_of::<List>());
        let mut entries = [const { None }; 16];
        if let Some(reply) = self.send(way, deed, code, &header::<RequestHeader>(unit), output) {
            let bytes = reply.get(size_of::<List>()..).unwrap_or_default();
            let read = bytes.chunks_exact(size_of::<T>());
            for (entry, bytes) in entries.iter_mut().zip(read) {
                *entry = T::read_from_bytes(bytes).ok();
            }
        }
        for entry in entries.into_iter().flatten() {
            each(self, entry);
        }
    }

    fn units(&mut self, way: &Way) {
        let what = (Deed::ListUnits, ioctl::LIST_UNITS);
        self.list(way, what, UnitId::NONE, |client, entry: UnitEntry| {
            ids::UNITS.learn(&mut client.random, entry.unit.0);
            if entry.unit == UnitId::NONE || entry.state > ioctl::unit_state::LEAVING {
                run::broken(format_args!("list units: {entry:?}"));
            }
        });
    }

    /// All units, or one.
    fn scope(&mut self) -> UnitId {
        if self.random.one_in(2) {
            self.unit()
        } else {
            UnitId::NONE
        }
    }

    fn plugs(&mut self, way: &Way) {
        let (what, scope) = ((Deed::ListPlugs, ioctl::LIST_PLUGS), self.scope());
        self.list(way, what, scope, |client, entry: PlugEntry| {
            let local = entry.location != plug_location::REMOTE;
            let table = if local {
                &ids::LOCAL_PLUGS
            } else {
                &ids::PLUGS
            };
            table.learn(&mut client.random, entry.plug.0);
            let owned = entry.owner != ioctl::owner::DEVICE;
            if entry.plug == PlugId::NONE || entry.plug.is_local() != local || owned != local {
                run::broken(format_args!("list plugs: {entry:?}"));
            }
        });
    }

    fn connections(&mut self, way: &Way) {
        let (what, scope) = (
            (Deed::ListConnections, ioctl::LIST_CONNECTIONS),
            self.scope(),
        );
        self.list(way, what, scope, |client, entry: ConnectionEntry| {
            ids::CONNECTIONS.learn(&mut client.random, entry.connection.0);
            let known = entry.owner <= ioctl::owner::FOREIGN;
            if entry.connection == ConnectionId::NONE || entry.unit == UnitId::NONE || !known {
                run::broken(format_args!("list connections: {entry:?}"));
            }
        });
    }

    fn directories(&mut self, way: &Way) {
        let (what, scope) = (
            (Deed::ListDirectories, ioctl::LIST_DIRECTORIES),
            self.scope(),
        );
        self.list(way, what, scope, |client, entry: DirectoryEntry| {
            ids::DIRECTORIES.learn(&mut client.random, entry.directory.0);
        });
    }

    fn unit_info(&mut self, way: &Way) {
        let levels = unit_info_level::IDS..=unit_info_level::DIAG_LEVEL;
        let level = self.random.below(6).saturating_add(1);
        let request = UnitInfoRequest {
            header: header::<UnitInfoRequest>(self.unit()),
            level,
            ..UnitInfoRequest::default()
        };
        let output = size_of::<ioctl::UnitInfo>();
        let reply = self.send(way, Deed::UnitInfo, ioctl::UNIT_INFO, &request, output);
        if let Some(Ok(told)) = reply.map(ioctl::UnitInfo::read_from_bytes)
            && (told.level != level || !levels.contains(&told.level))
        {
            run::broken(format_args!("unit info: level {} for {level}", told.level));
        }
    }

    fn get_plug(&mut self, way: &Way) {
        let request = PlugRequest {
            header: header::<PlugRequest>(self.unit()),
            direction: self.random.below(2),
            number: self.random.below(2),
        };
        let output = size_of::<ioctl::PlugReply>();
        let reply = self.send(way, Deed::GetPlug, ioctl::GET_PLUG, &request, output);
        let id = reply.map(new_id);
        self.made(Deed::GetPlug, &ids::PLUGS, id);
    }

    /// Learns the id of a reply of success.
    pub(super) fn made(&mut self, deed: Deed, table: &ids::Ids, id: Option<u64>) {
        match id {
            Some(0) => run::broken(format_args!("{}: success with no id", deed.name())),
            Some(id) => table.learn(&mut self.random, id),
            None => {}
        }
    }

    fn plug_state(&mut self, way: &Way) {
        let local = self.random.one_in(4);
        let table = if local {
            &ids::LOCAL_PLUGS
        } else {
            &ids::PLUGS
        };
        let request = PlugStateRequest {
            header: header::<PlugStateRequest>(UnitId::NONE),
            plug: PlugId(table.any(&mut self.random)),
        };
        let output = size_of::<ioctl::PlugState>();
        self.send(way, Deed::PlugState, ioctl::PLUG_STATE, &request, output);
    }

    fn read_register(&mut self, way: &Way) {
        let place = self.random.below(64).saturating_mul(4);
        let offset = OMPR_OFFSET.saturating_add(place);
        let request = RegisterRequest {
            header: header::<RegisterRequest>(self.unit()),
            offset,
            ..RegisterRequest::default()
        };
        let (deed, output) = (Deed::ReadRegister, size_of::<RegisterReply>());
        let reply = self.send(way, deed, ioctl::READ_REGISTER, &request, output);
        if let Some(Ok(told)) = reply.map(RegisterReply::read_from_bytes)
            && told.offset != offset
        {
            run::broken(format_args!("read register {offset:#x}: {told:?}"));
        }
    }

    fn wait_request(&mut self, flags: u32) -> (WaitEventsRequest, usize) {
        let request = WaitEventsRequest {
            header: header::<WaitEventsRequest>(UnitId::NONE),
            flags,
            reserved: 0,
        };
        let room = self.random.below(20).saturating_add(1) as usize;
        let output = room
            .saturating_mul(size_of::<Event>())
            .saturating_add(size_of::<EventBatch>());
        (request, output)
    }

    fn events_now(&mut self, way: &Way) {
        if self.waits && !way.shared {
            return;
        }
        let (request, output) = self.wait_request(wait_flags::NO_WAIT);
        let deed = Deed::WaitEvents;
        if way.shared {
            self.send(way, deed, ioctl::WAIT_EVENTS, &request, output);
            return;
        }
        let mut events = core::mem::take(&mut self.events);
        if let Some(reply) = self.send(way, deed, ioctl::WAIT_EVENTS, &request, output) {
            events.batch(reply);
        }
        self.events = events;
    }

    /// A wait that is left under way, on the thread's own handle.
    fn wait_for_events(&mut self, way: &Way) {
        if self.waits || way.shared {
            return;
        }
        let (request, output) = self.wait_request(0);
        let file = way.file.object();
        let sent = self
            .wait
            .control(file, ioctl::WAIT_EVENTS, request.as_bytes(), output);
        self.waits = sent.is_ok();
        self.wait_cancelled = false;
    }

    fn snapshot(&mut self, way: &Way) {
        if self.waits && !way.shared {
            return;
        }
        let output = if self.random.one_in(3) {
            size_of::<Snapshot>()
        } else {
            BUFFER
        };
        let asked = header::<RequestHeader>(UnitId::NONE);
        let reply = self.send(way, Deed::Snapshot, ioctl::SNAPSHOT, &asked, output);
        let Some(Ok((snapshot, _))) = reply.map(Snapshot::read_from_prefix) else {
            return;
        };
        if snapshot.complete == 1 && !way.shared {
            self.events.snapshot(&snapshot);
        }
    }

    /// A connect that is under way while the handle is closed.
    pub(super) fn send_late(&mut self, file: &FileRef) -> Option<Asked> {
        let request = self.connect_request();
        let output = size_of::<ioctl::ConnectReply>();
        self.late
            .control(file.object(), ioctl::CONNECT, request.as_bytes(), output)
            .ok()?;
        Some(Asked {
            deed: Deed::Connect,
            code: ioctl::CONNECT,
            output,
            may_be_cancelled: true,
        })
    }

    /// A request with one mistake, which has one answer.
    fn malformed(&mut self, way: &Way) {
        if way.shared {
            return;
        }
        let mut request = PlugRequest {
            header: header::<PlugRequest>(self.unit()),
            ..PlugRequest::default()
        };
        let (mut code, mut output) = (ioctl::GET_PLUG, size_of::<ioctl::PlugReply>());
        let mut length = size_of_val(&request);
        let wanted = match self.random.below(6) {
            0 => {
                length = 8;
                NtStatus::BUFFER_TOO_SMALL
            }
            1 => {
                request.header.size = 24;
                NtStatus::INFO_LENGTH_MISMATCH
            }
            2 => {
                request.header.version = 99;
                NtStatus::REVISION_MISMATCH
            }
            3 => {
                request.header.reserved2 = 1;
                NtStatus::INVALID_PARAMETER
            }
            4 => {
                output = 8;
                NtStatus::BUFFER_TOO_SMALL
            }
            _ => {
                code |= 0x3FFC;
                NtStatus::INVALID_DEVICE_REQUEST
            }
        };
        let input = request.as_bytes().get(..length).unwrap_or_default();
        if self
            .call
            .control(way.file.object(), code, input, output)
            .is_err()
        {
            return;
        }
        let Some(answer) = self.call.take() else {
            return;
        };
        run::count(Deed::Malformed, Outcome::Failed);
        if answer.status != wanted || answer.information != 0 {
            struct Named {
                deed: Deed,
            }
            let asked = Named {
                deed: Deed::Malformed,
            };
            broken!(
                asked,
                "{} in place of {wanted}, code {code:#x}",
                answer.status
            );
        }
    }
}
