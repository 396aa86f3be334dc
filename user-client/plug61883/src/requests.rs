//! What can be asked of the driver by the id of what it is about.

use plug61883_abi::av61883::AvPcr;
use plug61883_abi::ids::{ConnectionId, Direction, DirectoryId, PlugId, UnitId};
use plug61883_abi::ioctl::{
    self, AddDirectoryRequest, ConnectReply, ConnectRequest, ConnectionEntry, CreatePlugReply,
    CreatePlugRequest, DirectoryEntry, DirectoryReply, DisconnectRequest, PersistRequest,
    PlugEntry, PlugReply, PlugRequest, PlugStateRequest, RegisterReply, RegisterRequest,
    RemoveRequest, ReplyHeader, RequestHeader, SetPlugRequest, SetUnitInfoRequest, UnitEntry,
    UnitInfo, UnitInfoRequest, directory_flags, disconnect_flags, persist_kind,
};
use plug61883_abi::pcr::MAX_PLUG_NUMBER;
use zerocopy::{Immutable, IntoBytes};

use crate::asked::Asked;
use crate::connection::{Connect, ConnectionInfo};
use crate::directory::{AddDirectory, DirectoryInfo};
use crate::driver::Driver;
use crate::error::{Answer, Error, ErrorKind, ReplyFault};
use crate::local::CreatePlug;
use crate::plug::{PlugInfo, PlugState};
use crate::register::{RegisterPlace, RegisterRead};
use crate::wire;

/// `flag` when it is wanted.
pub(crate) const fn flag(wanted: bool, flag: u32) -> u32 {
    if wanted { flag } else { 0 }
}

impl Driver {
    /// The connections that the driver knows, of one unit or of all.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn connections(&self, unit: Option<UnitId>) -> Result<Vec<ConnectionInfo>, Error> {
        let entries: Vec<ConnectionEntry> =
            self.list(Asked::Connections, ioctl::LIST_CONNECTIONS, unit)?;
        Ok(entries.iter().map(ConnectionInfo::from_entry).collect())
    }

    /// The plugs that the driver knows, of one unit or of all: those of devices whose ids it has
    /// given out, and those of this computer. For the plugs that a unit has, see
    /// [`crate::Unit::plugs`].
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn known_plugs(&self, unit: Option<UnitId>) -> Result<Vec<PlugInfo>, Error> {
        let entries: Vec<PlugEntry> = self.list(Asked::Plugs, ioctl::LIST_PLUGS, unit)?;
        Ok(entries.iter().map(PlugInfo::from_entry).collect())
    }

    /// The unit directories that the driver has added, through one unit or all.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn directories(&self, unit: Option<UnitId>) -> Result<Vec<DirectoryInfo>, Error> {
        let entries: Vec<DirectoryEntry> =
            self.list(Asked::Directories, ioctl::LIST_DIRECTORIES, unit)?;
        Ok(entries.iter().map(DirectoryInfo::from_entry).collect())
    }

    /// Breaks the connection with this id; one that another handle or another driver made only
    /// with `force`. Tells who confirmed it.
    ///
    /// # Errors
    ///
    /// `STATUS_INVALID_PARAMETER` from plug61883 when the id names nothing; from the protocol
    /// driver when it has lost the connection on its own, and the id is gone then too.
    /// `STATUS_ACCESS_DENIED` from plug61883 when `force` is missing.
    pub fn disconnect(&self, connection: ConnectionId, force: bool) -> Result<Answer, Error> {
        let request = DisconnectRequest {
            header: wire::header::<DisconnectRequest>(UnitId::NONE, self.timeout_ms),
            connection,
            flags: flag(force, disconnect_flags::FORCE),
            ..DisconnectRequest::default()
        };
        let asked = Asked::Disconnect { connection };
        self.answered(asked, ioctl::DISCONNECT, &request)
    }

    /// The state of the plug with this id.
    ///
    /// # Errors
    ///
    /// When the request fails; `STATUS_INVALID_PARAMETER` from plug61883 when the id names
    /// nothing.
    pub fn plug_state(&self, plug: PlugId) -> Result<PlugState, Error> {
        let request = PlugStateRequest {
            header: wire::header::<PlugStateRequest>(UnitId::NONE, self.timeout_ms),
            plug,
        };
        let (reply, _) = self.ask(Asked::PlugState { plug }, ioctl::PLUG_STATE, &request)?;
        Ok(PlugState::from_reply(&reply, plug))
    }

    /// A plug register of a unit's device, read over the bus.
    ///
    /// # Errors
    ///
    /// When the request fails: `STATUS_INVALID_PARAMETER` from plug61883 for a plug past the
    /// last; `STATUS_INVALID_GENERATION` from below when the bus was reset meanwhile; another
    /// status from there where the device does not answer, has no such register, or the drivers
    /// do not let it be read.
    pub fn read_register(&self, unit: UnitId, place: RegisterPlace) -> Result<RegisterRead, Error> {
        // The driver refuses an offset where no plug register is.
        let offset = place.offset().unwrap_or(0);
        let request = RegisterRequest {
            header: wire::header::<RegisterRequest>(unit, self.timeout_ms),
            offset,
            reserved: 0,
        };
        let asked = Asked::Register { unit, place };
        let (reply, _): (RegisterReply, _) = self.ask(asked, ioctl::READ_REGISTER, &request)?;
        if reply.offset == offset {
            Ok(RegisterRead {
                place,
                bits: reply.value,
                generation: reply.generation,
            })
        } else {
            let fault = ReplyFault::Offset(reply.offset);
            Err(Error::new(asked, ErrorKind::Reply(fault)))
        }
    }

    /// Writes the register of a plug, of this computer or of a device, as 32 bits in host order.
    /// Tells who confirmed it.
    ///
    /// # Errors
    ///
    /// `STATUS_INVALID_PARAMETER` from plug61883 when the id names nothing;
    /// `STATUS_ACCESS_DENIED` when this handle did not create the plug: from plug61883 for a plug
    /// of this computer, from the protocol driver for one of a device.
    pub fn set_plug(&self, plug: PlugId, register: u32) -> Result<Answer, Error> {
        let request = SetPlugRequest {
            header: wire::header::<SetPlugRequest>(UnitId::NONE, self.timeout_ms),
            plug,
            pcr: AvPcr(register),
            reserved: 0,
        };
        self.answered(Asked::SetPlug { plug }, ioctl::SET_PLUG, &request)
    }

    /// Deletes the plug of this computer with this id; one that another handle or another driver
    /// made only with `force`. Tells who confirmed it.
    ///
    /// # Errors
    ///
    /// As [`Driver::disconnect`].
    pub fn delete_plug(&self, plug: PlugId, force: bool) -> Result<Answer, Error> {
        let flags = flag(force, disconnect_flags::FORCE);
        let request = self.remove_request(plug.0, flags);
        self.answered(Asked::DeletePlug { plug }, ioctl::DELETE_PLUG, &request)
    }

    /// Removes the unit directory with this id; one that another handle added only with `force`.
    /// Resets the bus afterwards where told to. Tells who confirmed it.
    ///
    /// # Errors
    ///
    /// As [`Driver::disconnect`].
    pub fn remove_directory(
        &self,
        directory: DirectoryId,
        force: bool,
        bus_reset: bool,
    ) -> Result<Answer, Error> {
        let flags =
            flag(force, disconnect_flags::FORCE) | flag(bus_reset, directory_flags::BUS_RESET);
        let request = self.remove_request(directory.0, flags);
        let asked = Asked::RemoveDirectory { directory };
        self.answered(asked, ioctl::REMOVE_DIRECTORY, &request)
    }

    /// Hands the connection with this id over to the driver: from now on it stays until somebody
    /// breaks it by its id or its unit leaves. This handle must have made it; one that the driver
    /// has already stays so. Tells who confirmed it.
    ///
    /// # Errors
    ///
    /// From plug61883: `STATUS_INVALID_PARAMETER` when the id names nothing, or what is being
    /// undone; `STATUS_ACCESS_DENIED` when another made it; `STATUS_QUOTA_EXCEEDED` when the
    /// driver has as many as it can.
    pub fn persist_connection(&self, connection: ConnectionId) -> Result<Answer, Error> {
        let asked = Asked::PersistConnection { connection };
        self.persist(asked, persist_kind::CONNECTION, connection.0)
    }

    /// Hands the plug of this computer with this id over to the driver, as
    /// [`Driver::persist_connection`].
    ///
    /// # Errors
    ///
    /// As [`Driver::persist_connection`].
    pub fn persist_plug(&self, plug: PlugId) -> Result<Answer, Error> {
        self.persist(Asked::PersistPlug { plug }, persist_kind::PLUG, plug.0)
    }

    /// Hands the unit directory with this id over to the driver, as
    /// [`Driver::persist_connection`].
    ///
    /// # Errors
    ///
    /// As [`Driver::persist_connection`].
    pub fn persist_directory(&self, directory: DirectoryId) -> Result<Answer, Error> {
        let asked = Asked::PersistDirectory { directory };
        self.persist(asked, persist_kind::DIRECTORY, directory.0)
    }

    fn persist(&self, asked: Asked, kind: u32, id: u64) -> Result<Answer, Error> {
        let request = PersistRequest {
            header: wire::header::<PersistRequest>(UnitId::NONE, self.timeout_ms),
            id,
            kind,
            reserved: 0,
        };
        self.answered(asked, ioctl::PERSIST, &request)
    }

    pub(crate) fn units(&self) -> Result<Vec<UnitEntry>, Error> {
        self.list(Asked::Units, ioctl::LIST_UNITS, None)
    }

    pub(crate) fn unit_info(
        &self,
        unit: UnitId,
        level: u32,
        flags: u32,
    ) -> Result<UnitInfo, Error> {
        let request = UnitInfoRequest {
            header: wire::header::<UnitInfoRequest>(unit, self.timeout_ms),
            level,
            flags,
        };
        let asked = Asked::UnitInfo { unit, level };
        let (reply, _): (UnitInfo, _) = self.ask(asked, ioctl::UNIT_INFO, &request)?;
        if reply.level == level {
            Ok(reply)
        } else {
            Err(Error::new(
                asked,
                ErrorKind::Reply(ReplyFault::Level(reply.level)),
            ))
        }
    }

    /// Sets what the request says; its header is made here.
    pub(crate) fn set_unit_info(
        &self,
        unit: UnitId,
        request: SetUnitInfoRequest,
    ) -> Result<Answer, Error> {
        let asked = Asked::SetUnitInfo {
            unit,
            level: request.level,
        };
        let request = SetUnitInfoRequest {
            header: wire::header::<SetUnitInfoRequest>(unit, self.timeout_ms),
            ..request
        };
        self.answered(asked, ioctl::SET_UNIT_INFO, &request)
    }

    pub(crate) fn bus_reset(&self, unit: UnitId) -> Result<Answer, Error> {
        let request = wire::header::<RequestHeader>(unit, self.timeout_ms);
        self.answered(Asked::BusReset { unit }, ioctl::BUS_RESET, &request)
    }

    pub(crate) fn get_plug(
        &self,
        unit: UnitId,
        direction: Direction,
        number: u32,
    ) -> Result<PlugId, Error> {
        let request = PlugRequest {
            header: wire::header::<PlugRequest>(unit, self.timeout_ms),
            direction: direction as u32,
            number,
        };
        let asked = Asked::Plug {
            unit,
            direction,
            number,
        };
        let (reply, _): (PlugReply, _) = self.ask(asked, ioctl::GET_PLUG, &request)?;
        given(asked, reply.plug, PlugId::NONE)
    }

    pub(crate) fn connect(&self, unit: UnitId, connect: &Connect) -> Result<ConnectionId, Error> {
        let header = wire::header::<ConnectRequest>(unit, self.timeout_ms);
        let request = connect.request(header);
        let asked = Asked::Connect {
            unit,
            output: request.output,
            input: request.input,
        };
        let (reply, _): (ConnectReply, _) = self.ask(asked, ioctl::CONNECT, &request)?;
        given(asked, reply.connection, ConnectionId::NONE)
    }

    /// Makes a plug: its id and its number.
    pub(crate) fn create_plug(
        &self,
        unit: UnitId,
        create: &CreatePlug,
    ) -> Result<(PlugId, u32), Error> {
        let header = wire::header::<CreatePlugRequest>(unit, self.timeout_ms);
        let request = create.request(header);
        let asked = Asked::CreatePlug {
            unit,
            direction: create.direction(),
        };
        let (reply, _): (CreatePlugReply, _) = self.ask(asked, ioctl::CREATE_PLUG, &request)?;
        let id = given(asked, reply.plug, PlugId::NONE)?;
        if reply.number > MAX_PLUG_NUMBER {
            let fault = ReplyFault::PlugNumber(reply.number);
            return Err(Error::new(asked, ErrorKind::Reply(fault)));
        }
        Ok((id, reply.number))
    }

    pub(crate) fn add_directory(
        &self,
        unit: UnitId,
        add: &AddDirectory,
    ) -> Result<DirectoryId, Error> {
        let header = wire::header::<AddDirectoryRequest>(unit, self.timeout_ms);
        let asked = Asked::AddDirectory { unit };
        let request = add.request(header);
        let (reply, _): (DirectoryReply, _) = self.ask(asked, ioctl::ADD_DIRECTORY, &request)?;
        given(asked, reply.directory, DirectoryId::NONE)
    }

    fn remove_request(&self, id: u64, flags: u32) -> RemoveRequest {
        RemoveRequest {
            header: wire::header::<RemoveRequest>(UnitId::NONE, self.timeout_ms),
            id,
            flags,
            reserved: 0,
        }
    }

    /// Asks for an answer and nothing else.
    fn answered<Q>(&self, asked: Asked, code: u32, request: &Q) -> Result<Answer, Error>
    where
        Q: IntoBytes + Immutable,
    {
        self.ask::<_, ReplyHeader>(asked, code, request)
            .map(|(_, answer)| answer)
    }
}

/// An id that came with a success: it must name something.
fn given<T: PartialEq>(asked: Asked, id: T, none: T) -> Result<T, Error> {
    if id == none {
        return Err(Error::new(asked, ErrorKind::Reply(ReplyFault::NoId)));
    }
    Ok(id)
}
