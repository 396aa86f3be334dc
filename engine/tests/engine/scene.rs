//! The scene of most stories.
// Under Miri only some of them are told.
#![cfg_attr(miri, allow(dead_code))]

use plug61883_abi::av61883::{AvPcr, CipDataFormat, connect_type};
use plug61883_abi::ids::{ConnectionId, Direction, DirectoryId, PlugId, UnitId};
use plug61883_abi::ioctl;
use plug61883_abi::status::NtStatus;
use plug61883_engine::{Command, Connect, Owned};
use zerocopy::{FromBytes, Immutable, KnownLayout};

use crate::play::lower::Outcome;
use crate::play::world::{Begun, World};

/// A handle and a unit with an output and an input plug known.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) handle: usize,
    pub(crate) unit: usize,
    pub(crate) output: PlugId,
    pub(crate) input: PlugId,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let mut world = World::new();
        let handle = world.open_as(100).unwrap();
        let unit = world.arrive(3).unwrap();
        world.settle();
        let output = world.plug_id(handle, unit, Direction::Out, 0);
        let input = world.plug_id(handle, unit, Direction::In, 0);
        Self {
            world,
            handle,
            unit,
            output,
            input,
        }
    }

    pub(crate) fn unit_id(&self) -> UnitId {
        self.world.units[self.unit].id
    }

    pub(crate) fn connect_command(&self, persist: bool) -> Command {
        self.connect_of(self.output, self.input, persist)
    }

    pub(crate) fn connect_of(&self, output: PlugId, input: PlugId, persist: bool) -> Command {
        Command::Connect(Connect {
            unit: UnitId::NONE,
            output,
            input,
            connect_type: connect_type::POINT_TO_POINT,
            persist,
            format: CipDataFormat::default(),
        })
    }

    pub(crate) fn create_command(&self, persist: bool) -> Command {
        Command::CreatePlug {
            unit: self.unit_id(),
            direction: Direction::In,
            pcr: AvPcr(1),
            persist,
        }
    }

    pub(crate) fn directory_command(&self, persist: bool) -> Command {
        Command::AddDirectory {
            unit: self.unit_id(),
            spec_id: 0xA02D,
            sw_version: 0x10001,
            bus_reset: false,
            persist,
        }
    }

    /// Carries a command out to its good end; its reply.
    pub(crate) fn done<T>(&mut self, handle: usize, command: Command) -> T
    where
        T: FromBytes + Immutable + KnownLayout,
    {
        let client = self.world.request(handle, command).unwrap();
        self.world.settle();
        assert_eq!(self.world.status(client), NtStatus::SUCCESS);
        let header = self.world.clients[client].header();
        assert_eq!(header.status, NtStatus::SUCCESS);
        self.world.clients[client].reply()
    }

    /// A connection made and told.
    pub(crate) fn connect(&mut self, persist: bool) -> ConnectionId {
        let command = self.connect_command(persist);
        let reply: ioctl::ConnectReply = self.done(self.handle, command);
        reply.connection
    }

    /// A plug of this computer, an input plug.
    pub(crate) fn create(&mut self, persist: bool) -> PlugId {
        let command = self.create_command(persist);
        let reply: ioctl::CreatePlugReply = self.done(self.handle, command);
        reply.plug
    }

    pub(crate) fn add_directory(&mut self, persist: bool) -> DirectoryId {
        let command = self.directory_command(persist);
        let reply: ioctl::DirectoryReply = self.done(self.handle, command);
        reply.directory
    }

    pub(crate) fn disconnect_command(&self, connection: ConnectionId, force: bool) -> Command {
        Command::Disconnect {
            unit: UnitId::NONE,
            connection,
            force,
        }
    }

    pub(crate) fn delete_command(&self, plug: PlugId, force: bool) -> Command {
        Command::DeletePlug {
            unit: UnitId::NONE,
            plug,
            force,
        }
    }

    pub(crate) fn disconnect(
        &mut self,
        handle: usize,
        id: ConnectionId,
        force: bool,
    ) -> Result<usize, NtStatus> {
        self.world
            .request(handle, self.disconnect_command(id, force))
    }

    /// Hands something over to the driver.
    pub(crate) fn persist(&mut self, handle: usize, what: Owned) -> Result<(), NtStatus> {
        self.world.persist(handle, UnitId::NONE, what)
    }

    /// Starts to disconnect, without arming it.
    pub(crate) fn place_disconnect(&mut self, id: ConnectionId) -> usize {
        let command = self.disconnect_command(id, false);
        match self.world.begin(self.handle, command, 5_000).unwrap() {
            Begun::Started(client) => client,
            Begun::Reserved => panic!("what made it undoes it"),
        }
    }

    /// The protocol driver answers the one request that it has.
    pub(crate) fn answer(&mut self, outcome: Outcome) {
        let below = self.world.below(None);
        assert_eq!(below.len(), 1);
        self.world.complete(below[0], outcome);
        self.world.run();
    }

    /// What the protocol driver has: connections, plugs of this computer, unit directories.
    pub(crate) fn live(&self) -> [usize; 3] {
        let lower = &self.world.lower;
        [lower.live.len(), lower.local.len(), lower.directories.len()]
    }

    /// Connections that the protocol driver has.
    pub(crate) fn connections(&self) -> usize {
        self.live()[0]
    }

    /// Kinds and reasons of the events since `from`.
    pub(crate) fn told(&self, from: usize) -> Vec<(u32, u32)> {
        let events = self.world.log[from..].iter();
        events.map(|event| (event.kind, event.reason)).collect()
    }

    /// How many events there were.
    pub(crate) fn mark(&self) -> usize {
        self.world.log.len()
    }
}
