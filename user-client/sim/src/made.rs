//! What is made through plug61883, as some program made it to persist.

use plug61883_abi::av61883::{AvPcr, CipDataFormat, connect_type};
use plug61883_abi::ids::{Direction, PlugId, UnitId};
use plug61883_abi::ioctl::{
    ConnectReply, ConnectionEntry, CreatePlugReply, List, MAX_CONNECTIONS, MAX_PLUGS, MAX_UNITS,
    PlugEntry, PlugReply, ReplyHeader,
};
use plug61883_abi::pcr::PLUGS_PER_DIRECTION;
use plug61883_abi::status::NtStatus;
use plug61883_engine::{Command, Connect};
use zerocopy::{FromBytes, Immutable, KnownLayout};

use crate::error::ChangeError;
use crate::names::{COMPUTER, Ends, PlugName};
use crate::world::World;

impl World {
    /// A reply of fixed size to a program's command.
    fn ask_for<R: FromBytes>(&mut self, command: Command) -> Result<R, ChangeError> {
        let reply = self.ask(command, size_of::<R>())?;
        let (header, _) = ReplyHeader::read_from_prefix(&reply).map_err(|_| garbled())?;
        if !header.status.is_success() {
            return Err(header.status.into());
        }
        R::read_from_bytes(&reply).map_err(|_| garbled())
    }

    /// The entries of a list, `most` of them.
    fn entries<E>(&mut self, command: Command, most: usize) -> Result<Vec<E>, ChangeError>
    where
        E: FromBytes + KnownLayout + Immutable,
    {
        let reply = self.ask(command, size_of::<List>() + most * size_of::<E>())?;
        let entries = reply.get(size_of::<List>()..).ok_or_else(garbled)?;
        let entries = entries.chunks_exact(size_of::<E>());
        entries
            .map(|entry| E::read_from_bytes(entry).map_err(|_| garbled()))
            .collect()
    }

    /// The unit through which a connection is made.
    fn unit_of(&self, ends: &Ends) -> Result<UnitId, ChangeError> {
        let mut unit = None;
        for plug in ends.plugs().filter(|plug| plug.node != COMPUTER) {
            let found = self.node(&plug.node)?.unit()?;
            if unit.is_some_and(|unit| unit != found) {
                let one = "the driver connects plugs of one unit, or one of them and this \
                           computer; between two nodes write `by = \"node\"`";
                return Err(ChangeError::new(one.to_owned()));
            }
            unit = Some(found);
        }
        unit.ok_or_else(|| {
            ChangeError::new("a connection has a plug of a node at one end at least".to_owned())
        })
    }

    /// The id of a plug.
    fn plug_id(&mut self, unit: UnitId, plug: &PlugName) -> Result<PlugId, ChangeError> {
        self.locate(plug)?;
        let PlugName {
            node,
            direction,
            number,
        } = plug;
        if node != COMPUTER {
            let command = Command::GetPlug {
                unit,
                direction: *direction,
                number: *number,
            };
            return Ok(self.ask_for::<PlugReply>(command)?.plug);
        }
        let most = MAX_PLUGS + 2 * MAX_UNITS * PLUGS_PER_DIRECTION;
        let plugs: Vec<PlugEntry> = self.entries(Command::ListPlugs(unit), most)?;
        let found = plugs.iter().find(|entry| {
            entry.plug.is_local()
                && entry.direction == *direction as u32
                && entry.number == u32::from(*number)
        });
        found.map(|entry| entry.plug).ok_or_else(|| {
            ChangeError::new(format!(
                "`{plug}` was not made through the node that it is to be connected with"
            ))
        })
    }

    fn ends_of(&mut self, ends: &Ends) -> Result<(UnitId, PlugId, PlugId), ChangeError> {
        let unit = self.unit_of(ends)?;
        let mut id = |end: &Option<PlugName>| match end {
            Some(plug) => self.plug_id(unit, plug),
            None => Ok(PlugId::NONE),
        };
        Ok((unit, id(&ends.output)?, id(&ends.input)?))
    }

    /// A program makes a connection that persists.
    pub(crate) fn driver_connect(
        &mut self,
        ends: &Ends,
        broadcast: bool,
    ) -> Result<(), ChangeError> {
        let (unit, output, input) = self.ends_of(ends)?;
        let connect = Connect {
            unit,
            output,
            input,
            connect_type: if broadcast {
                connect_type::BROADCAST
            } else {
                connect_type::POINT_TO_POINT
            },
            persist: true,
            format: CipDataFormat::default(),
        };
        self.ask_for::<ConnectReply>(Command::Connect(connect))?;
        Ok(())
    }

    /// A program breaks a connection that the driver knows, whoever made it.
    pub(crate) fn driver_disconnect(&mut self, ends: &Ends) -> Result<(), ChangeError> {
        let (unit, output, input) = self.ends_of(ends)?;
        let list = Command::ListConnections(unit);
        let connections: Vec<ConnectionEntry> = self.entries(list, MAX_CONNECTIONS)?;
        let found = connections
            .iter()
            .find(|entry| (entry.output, entry.input) == (output, input));
        let found = found
            .ok_or_else(|| ChangeError::new("the driver knows no such connection".to_owned()))?;
        let disconnect = Command::Disconnect {
            unit,
            connection: found.connection,
            force: true,
        };
        self.ask_for::<ReplyHeader>(disconnect)?;
        Ok(())
    }

    /// A program makes a plug of this computer that persists.
    pub(crate) fn driver_plug(
        &mut self,
        through: &str,
        direction: Direction,
        pcr: u32,
    ) -> Result<(), ChangeError> {
        let unit = self.node(through)?.unit()?;
        self.ask_for::<CreatePlugReply>(Command::CreatePlug {
            unit,
            direction,
            pcr: AvPcr(pcr),
            persist: true,
        })?;
        Ok(())
    }
}

/// A reply of the engine that is none.
fn garbled() -> ChangeError {
    ChangeError::from(NtStatus::INTERNAL_ERROR)
}
