//! Requests that change something.

use plug61883_abi::av61883::{AvPcr, address_type, connect_type, set_unit_info_level};
use plug61883_abi::ids::UnitId;
use plug61883_abi::ids::{ConnectionId, Direction, PlugId};
use plug61883_abi::ioctl::{
    self, AddDirectoryRequest, ConnectRequest, CreatePlugRequest, DisconnectRequest,
    PersistRequest, RemoveRequest, RequestHeader, SetPlugRequest, SetUnitInfoRequest,
    connect_flags, create_flags, directory_flags, disconnect_flags, persist_kind,
};
use plug61883_abi::pcr::{Ipcr, Opcr};
use storm_control::Deed;

use super::rules::new_id;
use super::{Client, Way, header, ids};
use crate::run;

impl Client {
    pub(super) fn connect_request(&mut self) -> ConnectRequest {
        let mut plug = || {
            let table = if self.random.one_in(6) {
                &ids::LOCAL_PLUGS
            } else {
                &ids::PLUGS
            };
            PlugId(table.any(&mut self.random))
        };
        // Mostly of one unit, if two draws give such.
        let (first, second) = (plug(), plug());
        let output = |plug: PlugId| plug.direction() == Some(Direction::Out);
        let (output, input) = match (output(first), output(second)) {
            (true, true) => (first, PlugId::NONE),
            (true, false) => (first, second),
            (false, true) => (second, first),
            (false, false) => (PlugId::NONE, first),
        };
        ConnectRequest {
            header: header::<ConnectRequest>(self.unit()),
            output,
            input,
            connect_type: connect_type::POINT_TO_POINT,
            flags: self.perhaps(connect_flags::PERSIST, 4),
            ..ConnectRequest::default()
        }
    }

    pub(super) fn connect(&mut self, way: &Way) {
        let mut request = self.connect_request();
        // Often the unit is that of the plug.
        let slot = request.output.unit_slot().or(request.input.unit_slot());
        for _ in 0..8 {
            if request.header.unit.slot() == slot {
                break;
            }
            request.header.unit = self.unit();
        }
        let output = size_of::<ioctl::ConnectReply>();
        let reply = self.send(way, Deed::Connect, ioctl::CONNECT, &request, output);
        let id = reply.map(new_id);
        self.made(Deed::Connect, &ids::CONNECTIONS, id);
    }

    pub(super) fn disconnect(&mut self, way: &Way) {
        let request = DisconnectRequest {
            header: header::<DisconnectRequest>(UnitId::NONE),
            connection: ConnectionId(ids::CONNECTIONS.any(&mut self.random)),
            flags: self.perhaps(disconnect_flags::FORCE, 2),
            ..DisconnectRequest::default()
        };
        let output = size_of::<ioctl::ReplyHeader>();
        self.send(way, Deed::Disconnect, ioctl::DISCONNECT, &request, output);
    }

    pub(super) fn register(&mut self, output: bool) -> AvPcr {
        if output {
            let payload = self.random.below(200) as u16;
            Opcr(0).with_online(1).with_payload(payload).into()
        } else {
            Ipcr(0).with_online(1).into()
        }
    }

    pub(super) fn create_plug(&mut self, way: &Way) {
        let direction = self.random.below(2);
        let request = CreatePlugRequest {
            header: header::<CreatePlugRequest>(self.unit()),
            direction,
            pcr: self.register(direction == 0),
            flags: self.perhaps(create_flags::PERSIST, 4),
            ..CreatePlugRequest::default()
        };
        let output = size_of::<ioctl::CreatePlugReply>();
        let reply = self.send(way, Deed::CreatePlug, ioctl::CREATE_PLUG, &request, output);
        let id = reply.map(new_id);
        self.made(Deed::CreatePlug, &ids::LOCAL_PLUGS, id);
    }

    pub(super) fn set_plug(&mut self, way: &Way) {
        let plug = PlugId(ids::LOCAL_PLUGS.any(&mut self.random));
        let request = SetPlugRequest {
            header: header::<SetPlugRequest>(UnitId::NONE),
            plug,
            pcr: self.register(plug.direction() == Some(Direction::Out)),
            ..SetPlugRequest::default()
        };
        let output = size_of::<ioctl::ReplyHeader>();
        self.send(way, Deed::SetPlug, ioctl::SET_PLUG, &request, output);
    }

    pub(super) fn remove(&mut self, way: &Way, deed: Deed) {
        let (code, table) = match deed {
            Deed::DeletePlug => (ioctl::DELETE_PLUG, &ids::LOCAL_PLUGS),
            _ => (ioctl::REMOVE_DIRECTORY, &ids::DIRECTORIES),
        };
        let request = RemoveRequest {
            header: header::<RemoveRequest>(UnitId::NONE),
            id: table.any(&mut self.random),
            flags: self.perhaps(disconnect_flags::FORCE, 2),
            ..RemoveRequest::default()
        };
        self.send(way, deed, code, &request, size_of::<ioctl::ReplyHeader>());
    }

    pub(super) fn persist(&mut self, way: &Way) {
        let (kind, table) = match self.random.below(4) {
            0 => (persist_kind::PLUG, &ids::LOCAL_PLUGS),
            1 => (persist_kind::DIRECTORY, &ids::DIRECTORIES),
            _ => (persist_kind::CONNECTION, &ids::CONNECTIONS),
        };
        let request = PersistRequest {
            header: header::<PersistRequest>(UnitId::NONE),
            id: table.any(&mut self.random),
            kind,
            ..PersistRequest::default()
        };
        let output = size_of::<ioctl::ReplyHeader>();
        self.send(way, Deed::Persist, ioctl::PERSIST, &request, output);
    }

    pub(super) fn add_directory(&mut self, way: &Way) {
        let request = AddDirectoryRequest {
            header: header::<AddDirectoryRequest>(self.unit()),
            spec_id: 0x00_A02D,
            sw_version: 0x01_0001,
            flags: self.perhaps(directory_flags::PERSIST, 4),
            ..AddDirectoryRequest::default()
        };
        let output = size_of::<ioctl::DirectoryReply>();
        let reply = self.send(
            way,
            Deed::AddDirectory,
            ioctl::ADD_DIRECTORY,
            &request,
            output,
        );
        let id = reply.map(new_id);
        self.made(Deed::AddDirectory, &ids::DIRECTORIES, id);
    }

    /// The value that it has, or one that may not be set without a flag.
    pub(super) fn set_unit_info(&mut self, way: &Way) {
        let allowed = self.random.one_in(2);
        let mut request = SetUnitInfoRequest {
            header: header::<SetUnitInfoRequest>(self.unit()),
            ..SetUnitInfoRequest::default()
        };
        if allowed {
            request.level = set_unit_info_level::CMP_ADDRESS_RANGE_TYPE;
            request.address_type = address_type::GLOBAL;
        } else {
            request.level = set_unit_info_level::DIAG_LEVEL;
        }
        let output = size_of::<ioctl::ReplyHeader>();
        let code = ioctl::SET_UNIT_INFO;
        let done = self.send(way, Deed::SetUnitInfo, code, &request, output);
        if done.is_some() && !allowed {
            run::broken(format_args!("the diagnostic level was set with no flag"));
        }
    }

    pub(super) fn bus_reset(&mut self, way: &Way) {
        let request = header::<RequestHeader>(self.unit());
        let output = size_of::<ioctl::ReplyHeader>();
        self.send(way, Deed::BusReset, ioctl::BUS_RESET, &request, output);
    }
}
