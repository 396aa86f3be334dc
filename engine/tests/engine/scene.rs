//! The scene of most stories.
// Under Miri only some of them are told.
#![cfg_attr(miri, allow(dead_code))]

use plug61883_abi::av61883::{CipDataFormat, connect_type};
use plug61883_abi::ids::{ConnectionId, Direction, PlugId, UnitId};
use plug61883_abi::ioctl;
use plug61883_abi::status::NtStatus;
use plug61883_engine::{Command, Connect};

use crate::lower::Outcome;
use crate::world::World;

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
        let handle = world.open().unwrap();
        let unit = world.arrive(3).unwrap();
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

    pub(crate) fn connect_command(&self, persist: bool) -> Command {
        Command::Connect(Connect {
            unit: UnitId::NONE,
            output: self.output,
            input: self.input,
            connect_type: connect_type::POINT_TO_POINT,
            persist,
            format: CipDataFormat::default(),
        })
    }

    /// A connection made and told.
    pub(crate) fn connect(&mut self, persist: bool) -> ConnectionId {
        let command = self.connect_command(persist);
        let client = self.world.request(self.handle, command).unwrap();
        self.world.settle();
        assert_eq!(self.world.status(client), NtStatus::SUCCESS);
        let reply: ioctl::ConnectReply = self.world.clients[client].reply();
        assert_eq!(reply.header.status, NtStatus::SUCCESS);
        reply.connection
    }

    pub(crate) fn disconnect(
        &mut self,
        handle: usize,
        id: ConnectionId,
        force: bool,
    ) -> Result<usize, NtStatus> {
        let world = &mut self.world;
        let client = world.disconnect(handle, UnitId::NONE, id, force, 5_000)?;
        world.arm(client);
        Ok(client)
    }

    /// The protocol driver answers the one request that it has.
    pub(crate) fn answer(&mut self, outcome: Outcome) {
        let below = self.world.below(None);
        assert_eq!(below.len(), 1);
        self.world.complete(below[0], outcome);
        self.world.run();
    }

    pub(crate) fn live(&self) -> usize {
        self.world.lower.live.len()
    }
}
