//! What the tests share.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use e2e::Scene;
use serde_json::Value;
use wine_harness::Child;

pub(crate) const SUCCESS: &str = "STATUS_SUCCESS (0x00000000) from the protocol driver";
pub(crate) const REFUSED: &str = "STATUS_INVALID_PARAMETER (0xC000000D) from plug61883";
pub(crate) const LOST: &str = "STATUS_INVALID_PARAMETER (0xC000000D) from the protocol driver";

/// What the bus has when nothing is connected.
pub(crate) struct Idle(Value);

impl Idle {
    /// Remembers it; to be called before anything is connected.
    pub(crate) fn remember(scene: &Scene) -> Result<Self> {
        Ok(Self(bus(scene)?))
    }

    /// The bus has it again within `limit`.
    pub(crate) fn within(&self, scene: &Scene, limit: Duration) -> Result<()> {
        let start = Instant::now();
        loop {
            let now = bus(scene)?;
            if now == self.0 {
                return Ok(());
            }
            if start.elapsed() > limit {
                bail!("the bus still has {now}, idle it has {}", self.0);
            }
        }
    }

    /// The bus has something else now.
    pub(crate) fn is_left(&self, scene: &Scene) -> Result<bool> {
        Ok(bus(scene)? != self.0)
    }
}

/// The plug registers with their counters, the free channels and bandwidth.
fn bus(scene: &Scene) -> Result<Value> {
    let mut state = scene.simctl_json(&["state"])?;
    if let Some(state) = state.as_object_mut() {
        // Count what was done, not what is.
        state.retain(|name, _| name.contains("channels") || name.contains("bandwidth"));
        assert!(
            !state.is_empty(),
            "simctl state tells no channels and bandwidth"
        );
    }
    Ok(Value::Array(vec![state, scene.simctl_json(&["plugs"])?]))
}

/// Time for what happens without being waited for.
pub(crate) const SOON: Duration = Duration::from_secs(10);

/// Waits until something is so; `what` says what.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> Result<bool>) -> Result<()> {
    let start = Instant::now();
    while !is_so()? {
        ensure!(start.elapsed() < SOON, "{what}: not in {SOON:?}");
    }
    Ok(())
}

/// Waits until the protocol driver holds so many requests.
pub(crate) fn wait_until_held(scene: &Scene, count: u64) -> Result<()> {
    until("requests are held", || {
        Ok(scene.simctl_json(&["state"])?["held"] == count)
    })
}

/// `plugctl --json monitor`.
#[derive(Debug)]
pub(crate) struct Monitor {
    child: Child,
    /// Number of the event that is due.
    due: u64,
}

impl Monitor {
    /// Starts it; events from now on are told.
    pub(crate) fn start(scene: &Scene) -> Result<Self> {
        let mut monitor = Self {
            child: scene.spawn("plugctl.exe", &["--json", "monitor"])?,
            due: 0,
        };
        monitor.snapshot()?;
        Ok(monitor)
    }

    /// The next document.
    pub(crate) fn line(&mut self) -> Result<Value> {
        let line = self.child.read_line_until(|_| true, e2e::PROGRAM)?;
        Ok(serde_json::from_str(&line)?)
    }

    /// The next document, which must be a snapshot; events go on from there.
    pub(crate) fn snapshot(&mut self) -> Result<Value> {
        let line = self.line()?;
        let snapshot = line["snapshot"].clone();
        self.due = snapshot["sequence"]
            .as_u64()
            .with_context(|| format!("no snapshot: {line}"))?;
        Ok(snapshot)
    }

    /// The next event.
    pub(crate) fn event(&mut self) -> Result<Value> {
        let line = self.line()?;
        let event = line["event"].clone();
        ensure!(
            event["sequence"] == self.due,
            "{line}, but {} is due",
            self.due
        );
        self.due += 1;
        Ok(event)
    }

    /// The next event of a kind; those before are passed over.
    pub(crate) fn event_of(&mut self, kind: &str) -> Result<Value> {
        loop {
            let event = self.event()?;
            if event["kind"] == kind {
                return Ok(event);
            }
        }
    }

    /// The next events, which must be of these kinds; bus resets between them are passed over.
    pub(crate) fn events<const N: usize>(&mut self, kinds: [&str; N]) -> Result<[Value; N]> {
        let mut events = [const { Value::Null }; N];
        for (event, kind) in events.iter_mut().zip(kinds) {
            *event = self.event()?;
            while event["kind"] == "bus_reset" && kind != "bus_reset" {
                *event = self.event()?;
            }
            ensure!(event["kind"] == kind, "{event}, but {kind} is due");
        }
        Ok(events)
    }

    /// Stops and continues the process, as a debugger would.
    pub(crate) fn signal(&self, signal: &str) -> Result<()> {
        let process = self.child.pid().to_string();
        let status = std::process::Command::new("kill")
            .args([signal, &process])
            .status()?;
        ensure!(status.success(), "kill {signal} {process}");
        Ok(())
    }

    /// Ends it the hard way.
    pub(crate) fn kill(mut self) -> Result<()> {
        Ok(self.child.kill9()?)
    }
}

/// A text of a JSON document.
pub(crate) fn text(value: &Value) -> Result<&str> {
    value.as_str().with_context(|| format!("no text: {value}"))
}

/// Starts `plugctl` with something that it holds; it and the id that it prints.
pub(crate) fn hold(scene: &Scene, arguments: &[&str]) -> Result<(Child, String)> {
    let mut child = scene.spawn("plugctl.exe", arguments)?;
    let id = child.read_line_until(|line| line.contains('.'), e2e::PROGRAM)?;
    Ok((child, id.trim().to_owned()))
}
