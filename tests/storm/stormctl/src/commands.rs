//! What the commands do.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use storm_control::{
    BENCH, BENCH_REPORT, BenchReport, BenchRequest, Deed, Header, Query, START, STATUS, STOP,
    SWEEP, StartRequest, Status, TURNS, VERSION, bench, flags,
};
use test_control::Transport;

use crate::account;
use crate::cli::{Command, Run, What};
use crate::client::{Error, ask, tell};

/// How long threads may take to end; longer than any time limit of plug61883's.
const END: Duration = Duration::from_secs(60);
/// How often it is asked whether something is done.
const LOOK: Duration = Duration::from_millis(50);

/// Carries a command out; tells whether all rules were kept.
pub(crate) fn run(device: &impl Transport, command: &Command, json: bool) -> Result<bool, Error> {
    match command {
        Command::Run(options) => storm(device, options, json),
        Command::Stop => {
            tell(device, STOP, &Query::new())?;
            ended(device, Duration::ZERO)?;
            Ok(true)
        }
        Command::Status => {
            let status = ask(device, STATUS)?;
            show(&status, json);
            Ok(status.broken == 0)
        }
        Command::Sweep => {
            tell(device, SWEEP, &Query::new())?;
            let status = ended(device, Duration::ZERO)?;
            show(&status, json);
            Ok(status.broken == 0)
        }
        Command::Bench(options) => measure(device, options.what, json),
    }
}

fn storm(device: &impl Transport, options: &Run, json: bool) -> Result<bool, Error> {
    let seed = options
        .seed
        .unwrap_or_else(|| RandomState::new().build_hasher().finish());
    let milliseconds = options.seconds.saturating_mul(1000);
    let request = StartRequest {
        header: Header::of::<StartRequest>(VERSION),
        seed,
        milliseconds,
        clients: options.clients,
        foreign: options.foreign,
        streams: options.streams,
        flags: if options.expect_all {
            flags::EXPECT_ALL
        } else {
            0
        },
        reserved: 0,
    };
    tell(device, START, &request)?;
    if !json {
        println!("seed {seed}");
    }
    let status = ended(device, Duration::from_millis(milliseconds.into()))?;
    show(&status, json);
    Ok(status.broken == 0)
}

/// Waits until no thread lives, `time` and [`END`] at most; what was done.
fn ended(device: &impl Transport, time: Duration) -> Result<Status, Error> {
    let start = Instant::now();
    loop {
        let status: Status = ask(device, STATUS)?;
        if status.threads == 0 {
            return Ok(status);
        }
        if start.elapsed() > time + END {
            eprintln!("{}", status.first_text());
            return Err(Error::Stuck(status.threads));
        }
        thread::sleep(LOOK);
    }
}

fn deeds(status: &Status) -> impl Iterator<Item = (&'static str, [u32; 4])> + '_ {
    Deed::ALL.iter().zip(&status.deeds).map(|(deed, done)| {
        let counts = [done.success, done.refused, done.failed, done.cancelled];
        (deed.name(), counts)
    })
}

fn show(status: &Status, json: bool) {
    if json {
        let done: serde_json::Map<String, Value> = deeds(status)
            .map(|(name, [success, refused, failed, cancelled])| {
                let counts = json!({
                    "success": success,
                    "refused": refused,
                    "failed": failed,
                    "cancelled": cancelled,
                });
                (name.to_owned(), counts)
            })
            .collect();
        let first = (status.broken > 0).then(|| status.first_text());
        let text = json!({
            "seed": status.seed,
            "elapsed_ms": status.elapsed_ms,
            "threads": status.threads,
            "units": status.units,
            "broken": status.broken,
            "first_broken": first,
            "done": done,
        });
        println!("{text}");
        return;
    }
    println!(
        "{} s, {} threads, {} units",
        status.elapsed_ms / 1000,
        status.threads,
        status.units
    );
    println!(
        "{:24}{:>10}{:>10}{:>10}{:>10}",
        "", "success", "refused", "failed", "cancelled"
    );
    for (name, counts) in deeds(status).filter(|(_, counts)| counts.iter().any(|n| *n > 0)) {
        let [success, refused, failed, cancelled] = counts;
        println!("{name:24}{success:>10}{refused:>10}{failed:>10}{cancelled:>10}");
    }
    if status.broken > 0 {
        println!("{} times a rule was broken, first:", status.broken);
        println!("{}", status.first_text());
    }
}

fn measure(device: &impl Transport, what: What, json: bool) -> Result<bool, Error> {
    let (what, name, amount) = match what {
        What::Stream(amount) => (bench::STREAM, "stream request", amount),
        What::Followed(amount) => (bench::FOLLOWED, "connect and disconnect", amount),
    };
    let request = BenchRequest {
        header: Header::of::<BenchRequest>(VERSION),
        what,
        count: amount.count.div_ceil(amount.rounds * TURNS as u32),
        rounds: amount.rounds,
        reserved: 0,
    };
    let allocations = account::made();
    tell(device, BENCH, &request)?;
    let report = loop {
        let report: BenchReport = ask(device, BENCH_REPORT)?;
        if report.done != 0 {
            break report;
        }
        thread::sleep(LOOK);
    };
    if !report.status.is_success() {
        return Err(Error::Refused(report.status));
    }
    let rounds = report.rounds as usize;
    let times = |all: &[u64]| -> Vec<f64> {
        let per = |time: &u64| *time as f64 / f64::from(report.count);
        all.iter().take(rounds).map(per).collect()
    };
    let (filtered, bare) = (times(&report.filtered_ns), times(&report.bare_ns));
    let ratios = filtered
        .iter()
        .zip(&bare)
        .map(|(with, without)| with / without);
    let ratio = median(ratios.collect());
    let requests = u64::from(report.count) * u64::from(report.rounds) * TURNS as u64;
    let (filtered, bare) = (median(filtered), median(bare));
    // Those of what was set up before are among them, which are few.
    let allocations = allocations
        .zip(account::made())
        .map(|(before, after)| after.saturating_sub(before) as f64 / requests as f64);
    if json {
        let text = json!({
            "what": name,
            "requests": requests,
            "rounds": rounds,
            "status": report.answer.to_string(),
            "filtered_ns": filtered,
            "bare_ns": bare,
            "ratio": ratio,
            "filtered_allocations": allocations,
        });
        println!("{text}");
    } else {
        println!(
            "{name}: {requests} to each unit, in {rounds} rounds, {}",
            report.answer
        );
        println!(
            "with plug61883     {filtered:10.0} ns{}",
            shown(allocations)
        );
        println!("without            {bare:10.0} ns");
        println!("ratio              {ratio:10.3} (median of the rounds)");
    }
    Ok(true)
}

fn shown(allocations: Option<f64>) -> String {
    allocations.map_or(String::new(), |count| {
        format!(", {count:.4} pool allocations of plug61883")
    })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        even if even % 2 == 0 => f64::midpoint(values[middle - 1], values[middle]),
        _ => values[middle],
    }
}
