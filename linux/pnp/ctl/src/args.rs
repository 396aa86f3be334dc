//! The command line, and what each command does.

use std::time::Duration;

use clap::{Parser, Subcommand};
use pnp_control::{Command, DeviceState, PowerState, name_units};

use crate::{
    device::{Pnp, PnpError},
    registry, serve,
};

/// Adds device stacks to Wine and does to them what a PnP manager does.
#[derive(Parser)]
#[command(name = "pnpctl", version)]
pub(crate) struct Args {
    /// What to do.
    #[command(subcommand)]
    pub(crate) action: Action,
}

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Action {
    /// Build a device's stack: create its PDO, load its drivers, call their AddDevice
    Add {
        /// Device instance path, ENUMERATOR\DEVICE\INSTANCE
        instance: String,
        /// Function driver, written to the registry (without: what stands there is used)
        #[arg(long)]
        service: Option<String>,
        /// Upper filters, lowest first, written to the registry with --service
        #[arg(long, value_delimiter = ',', requires = "service")]
        upper_filters: Vec<String>,
        /// Hardware IDs, written to the registry with --service
        #[arg(long, value_delimiter = ',', requires = "service")]
        hardware_ids: Vec<String>,
        /// Start it too
        #[arg(long)]
        start: bool,
    },
    /// Start a device
    Start { instance: String },
    /// Ask whether a device may be stopped
    QueryStop { instance: String },
    /// Stop a device, after asking unless that was done
    Stop { instance: String },
    /// Take the question of query-stop back
    CancelStop { instance: String },
    /// Ask whether a device may be removed
    QueryRemove { instance: String },
    /// Take the question of query-remove back
    CancelRemove { instance: String },
    /// Remove a device, after asking unless that was done, and unload drivers without devices
    Remove { instance: String },
    /// Pull a device out: surprise removal, then removal
    SurpriseRemove {
        instance: String,
        /// Leave the removal to a later `remove`, as an open handle would
        #[arg(long)]
        only: bool,
    },
    /// Set a power state, S0 to S5 or D0 to D3
    SetPower {
        instance: String,
        #[arg(value_parser = power_state)]
        state: PowerState,
    },
    /// Ask whether a power state may be set
    QueryPower {
        instance: String,
        #[arg(value_parser = power_state)]
        state: PowerState,
    },
    /// List devices: instance, state, S-state, D-state, drivers
    List,
    /// Unload a driver that has no device, or all of them
    Unload { service: Option<String> },
    /// Wait until pnp.sys runs
    Wait {
        #[arg(long, default_value_t = 30)]
        seconds: u64,
    },
    /// Read lines "NUMBER COMMAND...", answer "NUMBER EXITCODE TEXT", until the input ends
    Serve,
}

fn power_state(text: &str) -> Result<PowerState, String> {
    PowerState::parse(text).ok_or_else(|| "expected S0 to S5 or D0 to D3".to_owned())
}

/// What a command came to.
pub(crate) struct Outcome {
    /// The exit code.
    pub(crate) code: u8,
    /// What to print; more than one line for a list only.
    pub(crate) text: String,
}

impl From<PnpError> for Outcome {
    fn from(error: PnpError) -> Self {
        let code = if matches!(error, PnpError::NoDriver(_)) {
            3
        } else {
            1
        };
        Self {
            code,
            text: error.to_string(),
        }
    }
}

impl Action {
    /// Does it.
    pub(crate) fn run(self) -> Outcome {
        self.try_run().unwrap_or_else(Outcome::from)
    }

    fn try_run(self) -> Result<Outcome, PnpError> {
        let (command, argument, name) = match self {
            Self::Add {
                instance,
                service,
                upper_filters,
                hardware_ids,
                start,
            } => {
                let pnp = Pnp::open()?;
                if let Some(service) = service {
                    registry::write_instance(&instance, &service, &upper_filters, &hardware_ids)?;
                }
                let added = command(&pnp, Command::Add, 0, &instance)?;
                if added.code != 0 || !start {
                    return Ok(added);
                }
                return command(&pnp, Command::Start, 0, &instance);
            }
            Self::Start { instance } => (Command::Start, 0, instance),
            Self::QueryStop { instance } => (Command::QueryStop, 0, instance),
            Self::Stop { instance } => (Command::Stop, 0, instance),
            Self::CancelStop { instance } => (Command::CancelStop, 0, instance),
            Self::QueryRemove { instance } => (Command::QueryRemove, 0, instance),
            Self::CancelRemove { instance } => (Command::CancelRemove, 0, instance),
            Self::Remove { instance } => (Command::Remove, 0, instance),
            Self::SurpriseRemove {
                instance,
                only: false,
            } => (Command::SurpriseRemove, 0, instance),
            Self::SurpriseRemove {
                instance,
                only: true,
            } => (Command::SurpriseOnly, 0, instance),
            Self::SetPower { instance, state } => (Command::SetPower, state.encode(), instance),
            Self::QueryPower { instance, state } => (Command::QueryPower, state.encode(), instance),
            Self::Unload { service } => (Command::Unload, 0, service.unwrap_or_default()),
            Self::List => return list(),
            Self::Wait { seconds } => {
                Pnp::wait(Duration::from_secs(seconds))?;
                return Ok(Outcome {
                    code: 0,
                    text: "pnp.sys runs".to_owned(),
                });
            }
            Self::Serve => return Ok(serve::serve()),
        };
        self::command(&Pnp::open()?, command, argument, &name)
    }
}

fn command(pnp: &Pnp, command: Command, argument: u32, name: &str) -> Result<Outcome, PnpError> {
    let reply = pnp.command(command, argument, name)?;
    let state = DeviceState::from_u32(reply.state).map_or("gone", DeviceState::word);
    Ok(Outcome {
        code: u8::from(reply.status < 0),
        text: format!("0x{:08X} {state}", reply.status),
    })
}

fn list() -> Result<Outcome, PnpError> {
    let lines: Vec<String> = Pnp::open()?
        .list()?
        .iter()
        .map(|entry| {
            format!(
                "{}\t{}\tS{}\tD{}\t{}{}",
                String::from_utf16_lossy(name_units(&entry.name)),
                DeviceState::from_u32(entry.state).map_or("gone", DeviceState::word),
                entry.system_power,
                entry.device_power,
                entry.drivers,
                if entry.busy == 0 { "" } else { "\tbusy" },
            )
        })
        .collect();
    Ok(Outcome {
        code: 0,
        text: lines.join("\n"),
    })
}
