//! What each command asks of the driver.

use plug61883_abi::ids::Direction;
use sim61883_control::{
    ADD_RULES, BUS_RESET, CLEAR_RULES, CallbacksRequest, ConnectionEntry, CountReply, DROP,
    DirectoryEntry, DropRequest, LIST_CONNECTIONS, LIST_DIRECTORIES, LIST_LOCAL_PLUGS,
    LIST_REGISTRATIONS, LIST_UNITS, LOCK_REGISTER, LOSE_AT_RESET, LocalPlugEntry, LockRequest,
    ModeRequest, NONE, OnlineRequest, PlugPlace, Query, READ_REGISTER, RELEASE, ReadRequest,
    RegisterReply, RegistrationsEntry, ReleaseRequest, ResetReply, RuleRequest, SET_CALLBACKS,
    SET_DDI_VERSION, SET_MODE, SET_ONLINE, SUMMARY, Summary, UnitEntry, VersionRequest, action,
    callbacks, drop_by, mode,
};
use test_control::Transport;

use crate::cli::{Callbacks, Command, Mode, OnePlug, Which};
use crate::client::{Error, ask, list, tell};
use crate::drivers::{Directory, LocalPlug, Registrations};
use crate::names::{Function, Node, PlugName};
use crate::registers::{Plug, Register};
use crate::report::{Connection, Report, Unit};
use crate::state::State;

/// Runs a command.
pub(crate) fn run(transport: &impl Transport, command: &Command) -> Result<Report, Error> {
    match command {
        Command::State => Ok(Report::State(State::new(&summary(transport)?))),
        Command::Units => {
            let units = list::<UnitEntry>(transport, LIST_UNITS)?;
            Ok(Report::Units(units.iter().map(Unit::new).collect()))
        }
        Command::Connections => {
            let entries = list::<ConnectionEntry>(transport, LIST_CONNECTIONS)?;
            Ok(Report::Connections(
                entries.iter().map(Connection::new).collect(),
            ))
        }
        Command::Plugs => plugs(transport),
        Command::LocalPlugs => {
            let entries = list::<LocalPlugEntry>(transport, LIST_LOCAL_PLUGS)?;
            let plugs = entries.iter().filter_map(LocalPlug::new).collect();
            Ok(Report::LocalPlugs(plugs))
        }
        Command::Directories => {
            let entries = list::<DirectoryEntry>(transport, LIST_DIRECTORIES)?;
            Ok(Report::Directories(
                entries.iter().map(Directory::new).collect(),
            ))
        }
        Command::Registrations => {
            let entries = list::<RegistrationsEntry>(transport, LIST_REGISTRATIONS)?;
            Ok(Report::Registrations(
                entries.iter().map(Registrations::new).collect(),
            ))
        }
        Command::Read { node, address } => {
            let node = node_id(transport, *node)?;
            Ok(Report::Register(Register::new(
                node,
                address.0,
                read(transport, node, address.0)?,
            )))
        }
        Command::Lock {
            node,
            address,
            old,
            new,
        } => {
            let node = node_id(transport, *node)?;
            let (old, new) = (old.0, new.0);
            let request = LockRequest {
                node,
                offset: address.0,
                old,
                new,
                ..Default::default()
            };
            let reply: RegisterReply = ask(transport, LOCK_REGISTER, request)?;
            Ok(Report::Register(
                Register::new(node, address.0, reply).locked(old),
            ))
        }
        Command::Drop(which) => lose(transport, DROP, which),
        Command::LoseAtReset(which) => lose(transport, LOSE_AT_RESET, which),
        Command::Hold {
            function,
            count,
            ignore_cancel,
        } => {
            let action = if *ignore_cancel {
                action::HOLD_UNCANCELLABLE
            } else {
                action::HOLD
            };
            add_rules(
                transport,
                RuleRequest {
                    action,
                    ..rule(*function, *count)
                },
            )
        }
        Command::Fail {
            function,
            status,
            count,
        } => {
            let rule = rule(*function, *count);
            add_rules(
                transport,
                RuleRequest {
                    action: action::FAIL,
                    status: status.0,
                    ..rule
                },
            )
        }
        Command::Clear => {
            tell(transport, CLEAR_RULES, Query::default())?;
            Ok(Report::Done)
        }
        Command::Release { function, count } => {
            let request = ReleaseRequest {
                function: function.0,
                count: count.unwrap_or(0),
                ..Default::default()
            };
            let CountReply { count, .. } = ask(transport, RELEASE, request)?;
            Ok(Report::Count(count))
        }
        Command::Mode { mode } => {
            let (mode, delay_ms) = match *mode {
                Mode::Sync => (mode::SYNCHRONOUS, 0),
                Mode::Async { delay } => (mode::ASYNCHRONOUS, delay),
            };
            tell(
                transport,
                SET_MODE,
                ModeRequest {
                    mode,
                    delay_ms,
                    ..Default::default()
                },
            )?;
            Ok(Report::Done)
        }
        Command::DdiVersion { version } => {
            let request = VersionRequest {
                ddi_version: *version,
                ..Default::default()
            };
            tell(transport, SET_DDI_VERSION, request)?;
            Ok(Report::Done)
        }
        Command::Reset => {
            let ResetReply { generation, lost } = ask(transport, BUS_RESET, Query::default())?;
            Ok(Report::Reset { generation, lost })
        }
        Command::Callbacks { change } => {
            let (action, delay_ms) = match *change {
                Callbacks::Hold => (callbacks::HOLD, 0),
                Callbacks::Release => (callbacks::RELEASE, 0),
                Callbacks::Delay { ms } => (callbacks::DELAY, ms),
            };
            let request = CallbacksRequest {
                action,
                delay_ms,
                ..Default::default()
            };
            let CountReply { count, .. } = ask(transport, SET_CALLBACKS, request)?;
            Ok(Report::Count(count))
        }
        Command::Online(plug) => set_online(transport, *plug, true),
        Command::Offline(plug) => set_online(transport, *plug, false),
    }
}

fn summary(transport: &impl Transport) -> Result<Summary, Error> {
    ask(transport, SUMMARY, Query::default())
}

fn read(transport: &impl Transport, node: u16, offset: u64) -> Result<RegisterReply, Error> {
    ask(
        transport,
        READ_REGISTER,
        ReadRequest {
            node,
            offset,
            ..Default::default()
        },
    )
}

fn node_id(transport: &impl Transport, node: Node) -> Result<u16, Error> {
    match node {
        Node::Id(id) => Ok(id),
        Node::Local => Ok(summary(transport)?.local_node),
        Node::Unit(slot) => {
            let units = list::<UnitEntry>(transport, LIST_UNITS)?;
            let unit = units.iter().find(|unit| unit.slot == slot);
            unit.map(|unit| unit.node).ok_or(Error::NoUnit(slot))
        }
    }
}

fn plugs(transport: &impl Transport) -> Result<Report, Error> {
    let mut plugs = Vec::new();
    for unit in list::<UnitEntry>(transport, LIST_UNITS)? {
        for (direction, count) in [(Direction::Out, unit.outputs), (Direction::In, unit.inputs)] {
            for name in (0..count).map(|number| PlugName { direction, number }) {
                let Some(address) = name.address() else {
                    continue;
                };
                let reply = read(transport, unit.node, address)?;
                plugs.push(Plug::new(unit.slot, name, reply.value));
            }
        }
    }
    Ok(Report::Plugs(plugs))
}

/// Has connections lost, now or at the next bus reset; tells how many.
fn lose(transport: &impl Transport, code: u32, which: &Which) -> Result<Report, Error> {
    let mut count = 0;
    for request in drop_requests(which) {
        count += ask::<CountReply>(transport, code, request)?.count;
    }
    Ok(Report::Count(count))
}

/// One request, or two where a connection is meant by either of its plugs.
fn drop_requests(which: &Which) -> Vec<DropRequest> {
    if which.all {
        return vec![DropRequest {
            by: drop_by::ALL,
            ..Default::default()
        }];
    }
    if let Some(index) = which.index {
        return vec![DropRequest {
            by: drop_by::INDEX,
            index,
            ..Default::default()
        }];
    }
    let by_plugs = |output, input| DropRequest {
        by: drop_by::PLUGS,
        output,
        input,
        ..Default::default()
    };
    let unit = which.unit.unwrap_or(NONE);
    if (which.out, which.input) == (None, None) {
        let any = PlugPlace { unit, number: NONE };
        return vec![
            by_plugs(any, PlugPlace::NONE),
            by_plugs(PlugPlace::NONE, any),
        ];
    }
    // A plug that is not named fits any, also none.
    let place =
        |number: Option<u16>| number.map_or(PlugPlace::NONE, |number| PlugPlace { unit, number });
    vec![by_plugs(place(which.out), place(which.input))]
}

fn rule(function: Function, count: u32) -> RuleRequest {
    RuleRequest {
        function: function.0,
        count,
        ..Default::default()
    }
}

fn add_rules(transport: &impl Transport, request: RuleRequest) -> Result<Report, Error> {
    tell(transport, ADD_RULES, request)?;
    Ok(Report::Done)
}

fn set_online(
    transport: &impl Transport,
    OnePlug {
        unit,
        plug: PlugName { direction, number },
    }: OnePlug,
    online: bool,
) -> Result<Report, Error> {
    let request = OnlineRequest {
        unit,
        direction: direction as u32,
        number,
        online: u32::from(online),
        ..Default::default()
    };
    tell(transport, SET_ONLINE, request)?;
    Ok(Report::Done)
}
