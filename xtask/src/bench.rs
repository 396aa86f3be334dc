//! What plug61883 costs, as ratios measured side by side in one run.

mod start;

use anyhow::{Context, Result, ensure};
use e2e::bench::{Figures, Pass, measure};
use serde_json::{Value, json};

use crate::process::{cargo, root};
use crate::{artifacts, install};

/// A figure and the most that it may be.
struct Row {
    name: &'static str,
    what: &'static str,
    figure: f64,
    limit: f64,
}

/// Installs what is missing, builds, measures; prints a table and writes target/bench.json. An
/// error if a figure is past its limit.
pub(crate) fn run() -> Result<()> {
    install::everything()?;
    artifacts::build()?;
    let engine = engine_ratios()?;
    let start = start::ratio()?;
    let figures = measure("bench")?;
    let mut rows = rows(engine, &figures);
    rows.push(Row {
        name: "start_ratio",
        what: "plugctl --sim units / a program that only parses arguments",
        figure: start,
        limit: 1.5,
    });
    println!("{:62}{:>10}{:>8}", "", "measured", "limit");
    for row in &rows {
        let digits = if row.limit < 10.0 { 2 } else { 0 };
        println!(
            "{:62}{:>10.digits$}{:>8.digits$}",
            row.what, row.figure, row.limit
        );
    }
    let file = root().join("target/bench.json");
    let document = document(&rows, &figures);
    std::fs::write(&file, format!("{document:#}\n")).with_context(|| file.display().to_string())?;
    println!("written to target/bench.json");
    let past: Vec<_> = rows
        .iter()
        .filter(|row| row.figure > row.limit)
        .map(|row| row.name)
        .collect();
    ensure!(past.is_empty(), "past the limit: {}", past.join(", "));
    Ok(())
}

fn rows((pair, lookup): (f64, f64), figures: &Figures) -> Vec<Row> {
    // What the protocol driver takes by itself is measured where nothing is above it.
    let least = figures.empty_ns + figures.followed.bare_ns;
    vec![
        Row {
            name: "stream_ratio",
            what: "stream request through the filter / without it",
            figure: figures.stream.ratio,
            limit: 1.10,
        },
        Row {
            name: "stream_allocations",
            what: "pool allocations for a stream request",
            // Not counted is not zero.
            figure: figures.stream.allocations.unwrap_or(f64::INFINITY),
            limit: 0.0,
        },
        Row {
            name: "followed_ratio",
            what: "another driver's connect and disconnect / without it",
            figure: figures.followed.ratio,
            limit: 1.5,
        },
        Row {
            name: "user_ratio",
            what: "connect and disconnect / 2 empty IOCTLs + protocol driver",
            figure: figures.pair_ns / least,
            limit: 1.3,
        },
        Row {
            name: "table_ratio",
            what: "connect and disconnect among 250 connections / among 10",
            figure: pair,
            limit: 1.2,
        },
        Row {
            name: "lookup_ratio",
            what: "looking ids up among 250 connections / among 10",
            figure: lookup,
            limit: 1.2,
        },
        Row {
            name: "connection_bytes",
            what: "non-paged bytes of a connection, beside the framework's objects",
            figure: plug61883_engine::CONNECTION_BYTES as f64,
            limit: 512.0,
        },
        Row {
            name: "file_bytes",
            what: "bytes of plug61883.sys",
            figure: figures.file_bytes as f64,
            limit: 96.0 * 1024.0,
        },
    ]
}

/// The engine alone, natively.
fn engine_ratios() -> Result<(f64, f64)> {
    let arguments = [
        "bench",
        "--locked",
        "--package",
        "plug61883-engine",
        "--bench",
        "tables",
        "--",
        "--ratios",
    ];
    let output = cargo().args(arguments).output()?;
    ensure!(
        output.status.success(),
        "the engine's benchmark failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8_lossy(&output.stdout);
    let report: Value = text
        .lines()
        .find_map(|line| serde_json::from_str(line).ok())
        .context("the engine's benchmark gave no JSON")?;
    let ratio = |name: &str| {
        report[name]
            .as_f64()
            .with_context(|| format!("no {name} in {report}"))
    };
    Ok((ratio("engine_250_over_10")?, ratio("lookup_250_over_10")?))
}

fn document(rows: &[Row], figures: &Figures) -> Value {
    let pass = |pass: &Pass| {
        json!({
            "filtered_ns": pass.filtered_ns,
            "bare_ns": pass.bare_ns,
            "ratio": pass.ratio,
            "allocations": pass.allocations,
        })
    };
    let limits: Vec<Value> = rows
        .iter()
        .map(|row| json!({ "name": row.name, "measured": row.figure, "limit": row.limit }))
        .collect();
    json!({
        "figures": limits,
        "stream": pass(&figures.stream),
        "followed": pass(&figures.followed),
        "user": { "pair_ns": figures.pair_ns, "empty_ns": figures.empty_ns },
    })
}
