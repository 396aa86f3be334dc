//! A storm: kernel threads inside plug61883 at once, while units come and go, the bus is reset,
//! and the protocol driver holds, delays and forgets what it is asked. Afterwards all must be
//! undone, and the drivers leave.
//!
//! The threads are those of storm.sys; this drives what comes from outside. A seed gives the
//! same steps again; how the threads meet is not repeated.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use wine_harness::{Child, Failing};

use crate::{Scene, instance};

/// The unit without plug61883 in its stack.
const BARE: usize = 9;
/// Time for the threads to end after a storm, in which a request may run into its limit.
const END: Duration = Duration::from_secs(90);
/// Filters of a unit, the lowest first.
const FILTERS: [&str; 2] = ["plug61883", "storm"];

/// How a storm goes.
#[derive(Clone, Copy, Debug)]
pub struct Storm {
    /// Where random numbers start.
    pub seed: u64,
    /// How long it goes.
    pub time: Duration,
    /// Units with plug61883.
    pub units: usize,
    /// Threads that are clients of plug61883.
    pub clients: u32,
    /// Threads that send what a driver above plug61883 would.
    pub foreign: u32,
    /// Threads that send stream requests.
    pub streams: u32,
}

impl Storm {
    /// A storm of this length, with threads of all kinds.
    #[must_use]
    pub fn new(seed: u64, time: Duration) -> Self {
        Self {
            seed,
            time,
            units: 2,
            clients: 4,
            foreign: 3,
            streams: 1,
        }
    }
}

/// Random numbers that a seed repeats (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        let index = self.below(from.len() as u64) as usize;
        from.get(index).copied().unwrap_or_default()
    }
}

/// A fresh seed.
#[must_use]
pub fn fresh_seed() -> u64 {
    use std::hash::{BuildHasher as _, Hasher as _};
    let seed = std::hash::RandomState::new().build_hasher().finish();
    // Short enough to be typed.
    seed & 0xFFFF_FFFF
}

/// Makes a storm in a prefix of this name, until its time is over or `stop` says so; the document
/// that stormctl gives of it. Each minute `progress` gets a line.
///
/// # Errors
/// A rule was broken, something was left over, or the log holds a finding; all of them name the
/// seed.
pub fn run(
    name: &str,
    storm: &Storm,
    stop: &dyn Fn() -> bool,
    progress: &mut dyn FnMut(&str),
) -> Result<Value> {
    try_run(name, storm, stop, progress).with_context(|| format!("storm with seed {}", storm.seed))
}

fn try_run(
    name: &str,
    storm: &Storm,
    stop: &dyn Fn() -> bool,
    progress: &mut dyn FnMut(&str),
) -> Result<Value> {
    let scene = Scene::with_drivers(name, &["sim61883", "plug61883", "storm"])?;
    let mut weather = Weather {
        scene,
        random: Random(storm.seed),
        units: storm.units,
        steps: 0,
        clients: Vec::new(),
    };
    weather.scene.add_unit_with(BARE, &["storm"])?;
    for index in 1..=storm.units {
        weather.scene.add_unit_with(index, &FILTERS)?;
    }
    let mut threads = weather.start(storm)?;
    let start = Instant::now();
    let mut minute = 1;
    while start.elapsed() < storm.time && !stop() && !threads.has_ended()? {
        weather.step()?;
        if start.elapsed() >= Duration::from_secs(60) * minute {
            progress(&weather.line(minute)?);
            minute += 1;
        }
    }
    weather.calm()?;
    weather.scene.program("stormctl.exe", &["stop"])?;
    let output = threads.wait_timeout(END)?;
    let report: Value = serde_json::from_str(output.stdout.trim())
        .with_context(|| format!("stormctl: {}{}", output.stdout, output.stderr))?;
    ensure!(
        report["broken"] == 0 && output.code == Some(0),
        "rules were broken: {report}"
    );
    weather.is_undone()?;
    weather.scene.close()?;
    Ok(report)
}

/// What comes from outside.
struct Weather {
    scene: Scene,
    random: Random,
    units: usize,
    steps: u32,
    /// Clients in user mode, to be killed some time.
    clients: Vec<Child>,
}

impl Weather {
    fn start(&self, storm: &Storm) -> Result<Child> {
        let arguments = [
            "--json".to_owned(),
            "run".to_owned(),
            "--expect-all".to_owned(),
            format!("--seed={}", storm.seed),
            // It is stopped when the time is over.
            format!("--seconds={}", storm.time.as_secs() + 600),
            format!("--clients={}", storm.clients),
            format!("--foreign={}", storm.foreign),
            format!("--streams={}", storm.streams),
        ];
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        self.scene.spawn("stormctl.exe", &arguments)
    }

    /// How far it is.
    fn line(&self, minute: u32) -> Result<String> {
        let output = self.scene.program("stormctl.exe", &["--json", "status"])?;
        let status: Value = serde_json::from_str(&output.stdout)?;
        let done: u64 = status["done"]
            .as_object()
            .into_iter()
            .flat_map(|done| done.values())
            .filter_map(Value::as_object)
            .flat_map(|counts| counts.values())
            .filter_map(Value::as_u64)
            .sum();
        Ok(format!(
            "minute {minute}: seed {}, {} steps, {done} requests, {} rules broken",
            status["seed"], self.steps, status["broken"]
        ))
    }

    fn simctl(&self, arguments: &str) -> Result<()> {
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        let output = self.scene.program("simctl.exe", &arguments)?;
        if output.code != Some(0) && output.stderr.is_empty() {
            // Wine could not start it, which it does once in thousands of times: simctl says why
            // it fails.
            self.scene.simctl(&arguments)?;
            return Ok(());
        }
        crate::done("simctl", &arguments, output)?;
        Ok(())
    }

    fn nap(&mut self, most_ms: u64) {
        std::thread::sleep(Duration::from_millis(self.random.below(most_ms)));
    }

    fn step(&mut self) -> Result<()> {
        const FUNCTIONS: &[&str] = &[
            "Connect",
            "Disconnect",
            "GetPlugHandle",
            "GetPlugState",
            "CreatePlug",
            "DeletePlug",
            "SetUnitDirectory",
            "any",
        ];
        const FAILURES: &[&str] = &[
            "STATUS_INVALID_PARAMETER",
            "STATUS_INSUFFICIENT_RESOURCES",
            "STATUS_IO_DEVICE_ERROR",
        ];
        self.steps += 1;
        let function = self.random.pick(FUNCTIONS);
        match self.random.below(21) {
            0..=2 => self.simctl("reset")?,
            3 => self.simctl("mode sync")?,
            4 => {
                let delay = self.random.below(4);
                self.simctl(&format!("mode async --delay {delay}"))?;
            }
            5..=7 => {
                let count = self.random.below(6) + 1;
                self.simctl(&format!("hold {function} --count {count}"))?;
                self.nap(200);
                self.simctl("clear")?;
                self.simctl("release")?;
            }
            8 => {
                let count = self.random.below(6) + 1;
                let status = self.random.pick(FAILURES);
                self.simctl(&format!("fail {function} {status} --count {count}"))?;
            }
            9 => self.simctl("drop --all")?,
            10 => {
                self.simctl("lose-at-reset --all")?;
                self.simctl("reset")?;
            }
            11 => {
                let how = self.random.pick(&["hold", "release", "delay 0", "delay 5"]);
                self.simctl(&format!("callbacks {how}"))?;
            }
            12..=15 => self.replace_unit()?,
            16 => self.replace_all()?,
            17 => {
                self.scene.plugctl(&["connections"])?;
            }
            18 => {
                // Memory is short for a moment.
                let number = self.random.below(12) + 1;
                let bench = self.scene.bench();
                bench.fail_allocations("plug61883", Failing::One(number))?;
                self.nap(200);
                let bench = self.scene.bench();
                bench.fail_allocations("plug61883", Failing::None)?;
            }
            19 => {
                let client = ["connect", "--out", "0", "--in", "1"];
                self.clients.push(self.scene.spawn("plugctl.exe", &client)?);
            }
            _ => {
                for mut client in self.clients.drain(..) {
                    client.kill9()?;
                }
            }
        }
        self.nap(100);
        Ok(())
    }

    /// A unit goes, in good order or not, and comes again.
    fn replace_unit(&mut self) -> Result<()> {
        let index = self.random.below(self.units as u64) as usize + 1;
        self.remove(index)?;
        self.nap(60);
        self.scene.add_unit_with(index, &FILTERS)
    }

    /// All units with plug61883 go at once, and with them plug61883 if no handle is open.
    fn replace_all(&mut self) -> Result<()> {
        for index in 1..=self.units {
            self.remove(index)?;
        }
        self.nap(100);
        for index in 1..=self.units {
            self.scene.add_unit_with(index, &FILTERS)?;
        }
        Ok(())
    }

    fn remove(&mut self, index: usize) -> Result<()> {
        let command = self.random.pick(&["remove", "surprise-remove"]);
        self.scene
            .bench()
            .pnp(&format!("{command} {}", instance(index)))?;
        Ok(())
    }

    /// The protocol driver answers everything at once.
    fn calm(&mut self) -> Result<()> {
        for mut client in self.clients.drain(..) {
            client.kill9()?;
        }
        for command in [
            "clear",
            "mode sync",
            "callbacks release",
            "callbacks delay 0",
            "release",
        ] {
            self.simctl(command)?;
        }
        Ok(())
    }

    /// All that was made can be undone, and the units leave nothing behind.
    fn is_undone(&mut self) -> Result<()> {
        let output = self.scene.program("stormctl.exe", &["--json", "sweep"])?;
        ensure!(output.code == Some(0), "{}{}", output.stdout, output.stderr);
        for index in 1..=self.units {
            self.scene.remove_unit(index)?;
        }
        for list in ["connections", "local-plugs", "directories"] {
            let left = self.scene.simctl_json(&[list])?;
            ensure!(left == json!([]), "left over: {list} {left}");
        }
        // Of the units that are left, none has plug61883 above it.
        let left = self.scene.simctl_json(&["registrations"])?;
        let units = left.as_array().into_iter().flatten();
        for unit in units {
            for what in [
                "bus_resets",
                "monitors",
                "plug_notifies",
                "callbacks_waiting",
            ] {
                ensure!(unit[what] == 0, "left registered: {left}");
            }
        }
        Ok(())
    }
}
