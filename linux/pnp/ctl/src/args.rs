//! The command line, and what each command does.

use std::time::Duration;

use clap::{Parser, Subcommand};
use pnp_control::{
    Command, DeviceState, PowerState,
    kmdf::{PoolReport, PoolUse, Switch},
    name_units,
};

use crate::{
    device::{Pnp, PnpError},
    inf::Inf,
    install, registry, serve,
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
        /// Filters above those that the registry has
        #[arg(long, value_delimiter = ',', conflicts_with = "service")]
        above: Vec<String>,
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
    /// Show what a KMDF driver allocated, as it was before the options are carried out: tag (- for
    /// all), allocations, failed ones, live blocks, live bytes, peak bytes
    Pool {
        /// Service of the driver; what is asked of one that is not loaded is done when it is
        service: String,
        /// Count from now on
        #[arg(long, conflicts_with = "fail")]
        count: bool,
        /// Count from now on, and fail the allocation with this number (1: the next, 0: none)
        #[arg(long)]
        fail: Option<u64>,
        /// Fail that many in a row
        #[arg(long, default_value_t = 1, requires = "fail")]
        times: u32,
        /// Fail all from that one on
        #[arg(long, requires = "fail", conflicts_with = "times")]
        all: bool,
    },
    /// Turn the trace of a KMDF driver on or off
    Trace {
        /// Service of the driver, which must be loaded
        service: String,
        #[arg(value_parser = on_or_off, action = clap::ArgAction::Set)]
        on: bool,
    },
    /// Write a setting of a KMDF driver for the framework stand-in, for when it is next loaded
    Setting {
        service: String,
        /// VerifierRecordOnly, FailAllocation, TraceLog
        name: String,
        value: u32,
    },
    /// Show all that setupapi reads in an INF: sections, and under each its lines
    Inf { file: String },
    /// Copy the files of an INF and install its services, whose names are shown
    Stage { file: String },
    /// Install an INF's drivers on a device with these hardware IDs: the function driver, which makes
    /// the device, or an Extension INF's filters. Shows the install section that setupapi chose
    Install {
        file: String,
        /// Device instance path
        instance: String,
        /// What the INF is searched for
        #[arg(long, value_delimiter = ',')]
        hardware_ids: Vec<String>,
    },
    /// Wait until pnp.sys runs
    Wait {
        #[arg(long, default_value_t = 30)]
        seconds: u64,
    },
    /// Read lines "NUMBER COMMAND...", answer "NUMBER EXITCODE TEXT", until the input ends
    Serve,
}

fn on_or_off(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("expected on or off".to_owned()),
    }
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
        let code = if matches!(error, PnpError::NoDriver(_) | PnpError::NoFramework(_)) {
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
                above,
                hardware_ids,
                start,
            } => {
                let pnp = Pnp::open()?;
                for filter in above {
                    registry::add_filter(&instance, &filter)?;
                }
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
            Self::Pool {
                service,
                count,
                fail,
                times,
                all,
            } => {
                let (switch, number) = match fail {
                    Some(number) => (Switch::Fail, number),
                    None if count => (Switch::Count, 0),
                    None => (Switch::Report, 0),
                };
                let times = if all { u32::MAX } else { times };
                return Ok(pool(&Pnp::switch(switch, number, times, &service)?));
            }
            Self::Trace { service, on } => {
                let report = Pnp::switch(Switch::Trace, on.into(), 0, &service)?;
                let (code, text) = if report.loaded == 0 {
                    (1, format!("{service} is not loaded"))
                } else {
                    (0, if on { "on" } else { "off" }.to_owned())
                };
                return Ok(Outcome { code, text });
            }
            Self::Setting {
                service,
                name,
                value,
            } => {
                registry::write_setting(&service, &name, value)?;
                return Ok(Outcome {
                    code: 0,
                    text: format!("{name} = {value}"),
                });
            }
            Self::Inf { file } => return inf(&file),
            Self::Stage { file } => {
                return Ok(Outcome {
                    code: 0,
                    text: install::stage(&file)?.join(" "),
                });
            }
            Self::Install {
                file,
                instance,
                hardware_ids,
            } => {
                return Ok(Outcome {
                    code: 0,
                    text: install::install(&file, &instance, &hardware_ids)?,
                });
            }
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

fn pool(report: &PoolReport) -> Outcome {
    let line = |tag: &str, entry: &PoolUse| {
        format!(
            "{tag}\t{}\t{}\t{}\t{}\t{}",
            entry.made, entry.failed, entry.live_blocks, entry.live_bytes, entry.peak_bytes
        )
    };
    let tags = report.by_tag.iter().take(report.tags as usize);
    let lines: Vec<String> = [line("-", &report.total)]
        .into_iter()
        .chain(tags.map(|entry| line(&entry.tag[..4].escape_ascii().to_string(), entry)))
        .collect();
    Outcome {
        code: 0,
        text: lines.join("\n"),
    }
}

fn inf(file: &str) -> Result<Outcome, PnpError> {
    let mut text = Vec::new();
    for section in Inf::open(file)?.sections()? {
        text.push(format!("[{}]", section.name));
        for line in section.lines {
            text.push(line.join("\t"));
        }
    }
    Ok(Outcome {
        code: 0,
        text: text.join("\n"),
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
