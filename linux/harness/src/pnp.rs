//! The PnP manager stand-in, commanded through one `pnpctl serve` process: starting a Windows
//! program for each command would take longer than the commands do.

use std::{process::Stdio, sync::Arc, time::Duration};

use crate::{
    error::{Error, Result},
    log::Log,
    process::Child,
};

/// What a command of the PnP manager stand-in came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PnpReply {
    /// The NTSTATUS, if the command was carried out.
    pub status: Option<u32>,
    /// The text, such as `0x00000000 started`.
    pub text: String,
    code: u8,
}

/// A command that was given and whose answer is still to come.
#[derive(Debug)]
#[must_use = "the answer is still to be waited for"]
pub struct PendingPnp {
    number: u64,
    command: String,
}

/// A device, as `pnpctl list` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceLine {
    /// The device instance path.
    pub instance: String,
    /// The state: `added`, `started`, ...
    pub state: String,
    /// The S-state last set.
    pub system_power: String,
    /// The D-state last set.
    pub device_power: String,
    /// Whether a command runs on it.
    pub busy: bool,
}

/// The process that commands `pnp.sys`. It is also the prefix's first and longest-lived one: its
/// log settings are those that the services get, and it keeps Wine's server running.
#[derive(Debug)]
pub(crate) struct PnpServer {
    child: Child,
    log: Arc<Log>,
    number: u64,
    /// Answers that came while another was waited for.
    answers: Vec<(u64, PnpReply)>,
}

impl PnpServer {
    /// Starts it, and with it the prefix; `command` is `pnpctl.exe`.
    pub(crate) fn start(
        mut command: std::process::Command,
        log: Arc<Log>,
        limit: Duration,
    ) -> Result<Self> {
        command
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::from(log.writer()?));
        let child = Child::spawn_as_is(command, "pnpctl serve".to_owned(), log.clone())?;
        let mut server = Self {
            child,
            log,
            number: 0,
            answers: Vec::new(),
        };
        server
            .child
            .read_line_until(|line| line == "ready", limit)?;
        server.run(&format!("wait --seconds {}", limit.as_secs()), limit)?;
        Ok(server)
    }

    /// Gives a command.
    pub(crate) fn send(&mut self, command: &str) -> Result<PendingPnp> {
        self.number += 1;
        self.child
            .write_line(&format!("{} {command}", self.number))?;
        Ok(PendingPnp {
            number: self.number,
            command: command.to_owned(),
        })
    }

    /// Waits for the answer to a command, whatever it is.
    pub(crate) fn answer(&mut self, pending: &PendingPnp, limit: Duration) -> Result<PnpReply> {
        loop {
            if let Some(index) = self.answers.iter().position(|(n, _)| *n == pending.number) {
                return Ok(self.answers.swap_remove(index).1);
            }
            let line =
                self.child
                    .read_line_until(|_| true, limit)
                    .map_err(|error| match error {
                        Error::Timeout { limit, tail, .. } => Error::Timeout {
                            what: format!("pnpctl {}", pending.command),
                            limit,
                            tail,
                        },
                        error => error,
                    })?;
            if let Some(answer) = parse(&line) {
                self.answers.push(answer);
            }
        }
    }

    /// Gives a command that must succeed.
    pub(crate) fn run(&mut self, command: &str, limit: Duration) -> Result<PnpReply> {
        let pending = self.send(command)?;
        let reply = self.answer(&pending, limit)?;
        self.log.check()?;
        if reply.code == 0 {
            return Ok(reply);
        }
        Err(Error::Pnp {
            command: pending.command,
            status: reply.status,
            text: reply.text,
            tail: self.log.tail(),
        })
    }

    /// The devices.
    pub(crate) fn list(&mut self, limit: Duration) -> Result<Vec<DeviceLine>> {
        Ok(self
            .run("list", limit)?
            .text
            .split('\n')
            .filter_map(device)
            .collect())
    }

    /// Lets it end.
    pub(crate) fn close(&mut self) {
        self.child.close_stdin();
    }
}

/// Takes a line `NUMBER EXITCODE TEXT` apart.
fn parse(line: &str) -> Option<(u64, PnpReply)> {
    let (number, rest) = line.split_once(' ')?;
    let (code, text) = rest.split_once(' ').unwrap_or((rest, ""));
    let text = text.replace('\u{1f}', "\n");
    let status = text
        .strip_prefix("0x")
        .and_then(|rest| rest.get(..8))
        .and_then(|digits| u32::from_str_radix(digits, 16).ok());
    Some((
        number.parse().ok()?,
        PnpReply {
            status,
            text,
            code: code.parse().ok()?,
        },
    ))
}

fn device(line: &str) -> Option<DeviceLine> {
    let mut fields = line.split('\t').map(str::to_owned);
    let device = DeviceLine {
        instance: fields.next()?,
        state: fields.next()?,
        system_power: fields.next()?,
        device_power: fields.next()?,
        busy: fields.nth(1).is_some(),
    };
    Some(device)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers() {
        let (number, reply) = parse("7 1 0xC00000BB added").expect("an answer");
        assert_eq!(
            (number, reply.code, reply.status),
            (7, 1, Some(0xC000_00BB))
        );
        let (_, reply) = parse("8 2 error: what\u{1f}usage").expect("an answer");
        assert_eq!(
            (reply.status, reply.text.as_str()),
            (None, "error: what\nusage")
        );
        let (_, reply) = parse("8 0").expect("an answer without text");
        assert_eq!((reply.code, reply.text.as_str()), (0, ""));
        assert_eq!(parse("noise"), None);
        assert_eq!(parse("ready now then"), None);
    }

    #[test]
    fn devices() {
        let line = device("1394\\A\\1\tstarted\tS0\tD0\t2\tbusy").expect("a device");
        assert_eq!(
            (line.instance.as_str(), line.state.as_str()),
            ("1394\\A\\1", "started")
        );
        assert!(line.busy);
        assert!(
            !device("1394\\A\\1\tadded\tS0\tD3\t2")
                .expect("a device")
                .busy
        );
        assert_eq!(device(""), None);
    }
}
