//! Starting what a client asks for.

use plug61883_abi::av61883::unit_info_level;
use plug61883_abi::ids::{ConnectionId, Direction, PlugId, UnitId};
use plug61883_abi::ioctl::MAX_OPERATIONS;
use plug61883_abi::status::NtStatus;

use crate::command::{Command, Connect};
use crate::connection::{Connection, ConnectionState, Owner};
use crate::transfer::{Client, Job, State, Step, Transfer};
use crate::unit::{PlugRef, Unit};
use crate::{Engine, HandleKey, Key, Result};

impl Engine {
    /// Checks a command that needs a request to the lower drivers and reserves a transfer for it;
    /// gives the unit whose target the request is for. The shell then allocates the request and
    /// its memory and calls [`Self::start`], or [`Self::released`] when it could not.
    ///
    /// # Errors
    /// `STATUS_NO_SUCH_DEVICE`, `STATUS_INVALID_PARAMETER` for ids that name nothing,
    /// `STATUS_QUOTA_EXCEEDED` past [`MAX_OPERATIONS`].
    pub fn reserve(&mut self, handle: HandleKey, command: &Command) -> Result<(Key, UnitId)> {
        self.handle(handle)?;
        let unit = self.target_unit(command)?;
        if self.operation_count() >= MAX_OPERATIONS {
            return Err(NtStatus::QUOTA_EXCEEDED);
        }
        let (slot, generation) = self
            .transfers
            .insert(Transfer::reserved(unit))
            .ok_or(NtStatus::QUOTA_EXCEEDED)?;
        Ok((Key { slot, generation }, unit))
    }

    /// Requests under way: all transfers but those that are kept for a disconnect.
    pub(crate) fn operation_count(&self) -> usize {
        self.transfers
            .iter()
            .filter(|(_, _, transfer)| transfer.is_busy())
            .count()
    }

    /// The unit that a command is for; it takes requests, and the command's plugs are its own.
    fn target_unit(&self, command: &Command) -> Result<UnitId> {
        let unit = match *command {
            Command::UnitInfo { unit, .. } | Command::GetPlug { unit, .. } => unit,
            Command::PlugState { unit, plug } => self.resolve_plug(plug, unit)?.0,
            Command::Connect(connect) => self.connect_plugs(&connect)?.unit,
            _ => return Err(NtStatus::INVALID_DEVICE_REQUEST),
        };
        self.usable_unit(unit)?;
        Ok(unit)
    }

    fn connect_plugs(&self, connect: &Connect) -> Result<ConnectPlugs> {
        let resolve = |plug| match plug {
            PlugId::NONE => Ok(None),
            plug => self.resolve_plug(plug, connect.unit).map(Some),
        };
        let (output, input) = (resolve(connect.output)?, resolve(connect.input)?);
        let bad = NtStatus::INVALID_PARAMETER;
        let facing = |end: Option<(UnitId, PlugRef)>, direction| {
            end.is_none_or(|(_, plug)| plug.direction == direction)
        };
        if !facing(output, Direction::Out) || !facing(input, Direction::In) {
            return Err(bad);
        }
        let unit = match (output, input) {
            (Some((a, _)), Some((b, _))) if a == b => a,
            (Some((unit, _)), None) | (None, Some((unit, _))) => unit,
            _ => return Err(bad),
        };
        Ok(ConnectPlugs {
            unit,
            output: output.map(|(_, plug)| plug),
            input: input.map(|(_, plug)| plug),
        })
    }

    /// Starts a command on its reserved transfer. It waits, unsent, for [`Self::arm`].
    /// `now_ms` is a clock that never goes back, `made_at` the system time.
    ///
    /// # Errors
    /// As [`Self::reserve`]: things may have changed since. The shell calls [`Self::released`].
    pub fn start(
        &mut self,
        key: Key,
        handle: HandleKey,
        command: &Command,
        deadline_ms: u64,
        made_at: u64,
    ) -> Result<()> {
        let process_id = self.handle(handle)?.process_id;
        let unit = self.target_unit(command)?;
        let reserved =
            |transfer: &Transfer| transfer.state == State::Reserved && transfer.unit == unit;
        if !self.transfer(key).is_some_and(reserved) {
            return Err(NtStatus::INTERNAL_ERROR);
        }
        let job = match *command {
            Command::UnitInfo { level, .. } => Job::UnitInfo { level },
            Command::GetPlug {
                direction, number, ..
            } => Job::GetPlug { direction, number },
            Command::PlugState { plug, unit } => Job::PlugState(self.resolve_plug(plug, unit)?.1),
            Command::Connect(connect) => {
                let plugs = self.connect_plugs(&connect)?;
                let owner = if connect.persist {
                    Owner::Driver
                } else {
                    Owner::Handle(handle)
                };
                let (slot, generation) = self
                    .connections
                    .insert(Connection {
                        unit,
                        output: plugs.output,
                        input: plugs.input,
                        connect_type: connect.connect_type,
                        format: connect.format,
                        owner,
                        state: ConnectionState::Connecting,
                        doomed: false,
                        transfer: key,
                        made_at,
                        process_id,
                    })
                    .ok_or(NtStatus::QUOTA_EXCEEDED)?;
                Job::Connect(ConnectionId::new(u32::from(slot), generation))
            }
            _ => return Err(NtStatus::INVALID_DEVICE_REQUEST),
        };
        let step = self.first_step(unit, job);
        let Some(transfer) = self.transfer_mut(key) else {
            return Err(NtStatus::INTERNAL_ERROR);
        };
        transfer.state = State::Parked;
        transfer.job = job;
        transfer.step = step;
        transfer.client = Client::Waiting {
            handle,
            deadline: deadline_ms,
        };
        Ok(())
    }

    /// The DDI version comes first where it is not known yet; where it is known to be too old
    /// the question is asked again, and its answer refuses the request.
    fn first_step(&self, unit: UnitId, job: Job) -> Step {
        let known = self.unit(unit).is_ok_and(Unit::is_spoken_to);
        if known
            || job
                == (Job::UnitInfo {
                    level: unit_info_level::DDI_VERSION,
                })
        {
            Step::Main
        } else {
            Step::Version
        }
    }

    /// Starts breaking a connection, on the transfer that was reserved when it was made. It
    /// waits, unsent, for [`Self::arm`].
    ///
    /// # Errors
    /// `STATUS_INVALID_PARAMETER`: the id names no connection; `STATUS_ACCESS_DENIED`: another
    /// handle owns it, and `force` is not set. Gives the connection's unit too.
    pub fn start_disconnect(
        &mut self,
        handle: HandleKey,
        unit: UnitId,
        id: ConnectionId,
        force: bool,
        deadline_ms: u64,
    ) -> Result<(Key, UnitId)> {
        self.handle(handle)?;
        if unit != UnitId::NONE {
            self.usable_unit(unit)?;
        }
        let bad = NtStatus::INVALID_PARAMETER;
        let connection = self.listed_connection(id).ok_or(bad)?;
        if unit != UnitId::NONE && unit != connection.unit {
            return Err(bad);
        }
        let unit = connection.unit;
        self.usable_unit(unit)?;
        let foreign = matches!(connection.owner, Owner::Handle(owner) if owner != handle);
        if foreign && !force {
            return Err(NtStatus::ACCESS_DENIED);
        }
        let (key, ConnectionState::Active(h_connect)) = (connection.transfer, connection.state)
        else {
            return Err(bad);
        };
        if let Some(connection) = self.connection_mut(id) {
            connection.state = ConnectionState::Disconnecting(h_connect);
        }
        if let Some(transfer) = self.transfer_mut(key) {
            transfer.state = State::Parked;
            transfer.job = Job::Disconnect(id);
            transfer.step = Step::Main;
            transfer.client = Client::Waiting {
                handle,
                deadline: deadline_ms,
            };
        }
        Ok((key, unit))
    }

    /// The client's request can be cancelled from now on: the transfer may be sent.
    pub fn arm(&mut self, key: Key) {
        if let Some(transfer) = self.transfer_mut(key)
            && transfer.state == State::Parked
            && transfer.is_waiting()
        {
            let step = transfer.step;
            transfer.ready(step);
            self.attend(key);
        }
    }
}

/// The ends of a connection to be made.
struct ConnectPlugs {
    unit: UnitId,
    output: Option<PlugRef>,
    input: Option<PlugRef>,
}
