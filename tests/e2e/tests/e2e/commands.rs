//! Every command of plugctl on the real driver, as a user goes through them.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use e2e::Scene;
use serde_json::Value;

use crate::support::SUCCESS;

/// A line of a table: the command, its exit code, and what it is to print.
type Step<'a> = (&'a str, i32, &'a [&'a str]);

/// Runs the steps; the commands that they named.
fn run(scene: &Scene, steps: &[Step<'_>], seen: &mut BTreeSet<String>) -> Result<()> {
    for (line, code, says) in steps {
        let words: Vec<_> = line.split_whitespace().collect();
        seen.extend(words.first().map(ToString::to_string));
        let output = scene.plugctl(&words)?;
        let all = format!("{}{}", output.stdout, output.stderr);
        ensure!(
            output.code == Some(*code),
            "{line}: {:?}: {all}",
            output.code
        );
        for said in *says {
            ensure!(all.contains(said), "{line}: no {said:?} in:\n{all}");
        }
        // For people there are never escape codes where nobody looks.
        ensure!(!all.contains('\u{1b}'), "{line}: {all:?}");
    }
    Ok(())
}

/// The commands that the program's help lists.
fn listed(scene: &Scene) -> Result<BTreeSet<String>> {
    let help = scene.plugctl_ok(&["--help"])?;
    let (_, commands) = help.split_once("Commands:").context("no commands")?;
    let (commands, _) = commands.split_once("\n\n").unwrap_or((commands, ""));
    let names = commands.replace('\r', "");
    let names = names
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let first = |line: &str| line.split_whitespace().next().map(str::to_owned);
    Ok(names
        .filter_map(first)
        .filter(|name| name != "help")
        .collect())
}

#[test]
fn every_command_does_what_it_says() -> Result<()> {
    let scene = Scene::open("commands", 1)?;
    let confirmed = format!("1.1: {SUCCESS}");
    let mut seen = BTreeSet::new();
    run(
        &scene,
        &[
            (
                "doctor",
                0,
                &[
                    "opens for queries",
                    "opens for changes",
                    "plug61883 filters it",
                    "the driver lists 1 unit",
                ],
            ),
            ("units", 0, &["00A0B06188300001", "DV Deck", "2/2"]),
            ("plugs 1.1", 0, &["oPCR[1]", "iPCR[1]", "ready"]),
            ("plugs 00A0B06188300001", 0, &["iPCR[1]"]),
            ("state oPCR[0]", 0, &["channel", "122 quadlets"]),
            (
                "connect --out 0 --in 0 --format dv-525 --persist",
                0,
                &["1.1"],
            ),
            ("connections", 0, &["1.1", "oPCR[0]", "iPCR[0]", "driver"]),
            (
                "report",
                0,
                &["oMPR n_plugs=2", "oPCR[0] online=1", "n_p2p_connections=1"],
            ),
            ("get 1.1 OPCR[0].N_P2P_CONNECTIONS", 0, &["1"]),
            ("get 1.1 impr.n_plugs", 0, &["2"]),
            ("set 1.1 iPCR[1].online=0", 1, &["from the protocol driver"]),
            ("graph", 0, &["Simulated Works DV", "oPCR[0]", "1.1 driver"]),
            ("graph --format dot", 0, &["digraph", "DV Deck"]),
            ("graph --format svg", 0, &["<svg", "</svg>", "DV Deck"]),
            ("disconnect --all", 0, &[&confirmed]),
            ("create-plug 1.1 out --persist", 0, &["1.lo0."]),
            (
                "unit-directory add 1.1 0xA02D 0x10001 --persist",
                0,
                &["2.1"],
            ),
            ("unit-directory list", 0, &["0x00A02D"]),
            ("unit-directory remove 2.1", 0, &[SUCCESS]),
            ("unit-info 1.1", 0, &["Simulated Works"]),
            ("unit-info 1.1 set isoch --rx-packets 2", 0, &[&confirmed]),
            ("bus-reset 1.1 --yes", 0, &[&confirmed]),
            ("bus-reset 1.1", 2, &["--yes"]),
            ("snapshot", 0, &["1 unit", "local oPCR[0]"]),
            ("monitor --timeout 1", 0, &["snapshot before event"]),
            ("watch", 2, &["monitor"]),
            (
                "completions powershell",
                0,
                &["Register-ArgumentCompleter", "unit-directory"],
            ),
            ("machine units", 0, &["there is no 1394 or 61883 device"]),
            ("audio disconnect nothing", 1, &["no audio connector"]),
            (
                "net list",
                3,
                &["this Windows has no network connection manager"],
            ),
            (
                "router check",
                3,
                &["this Windows has no router configuration"],
            ),
            (
                "teardown --only plugs --dry-run",
                0,
                &["there is nothing to break"],
            ),
            // With no driver at all.
            ("--sim units", 0, &["Halvard Works"]),
        ],
        &mut seen,
    )?;
    // What was created has an id of its own each time.
    let plugs = scene.plugctl_json(&["plugs", "1.1"])?;
    let plug = plugs["units"][0]["local_plugs"][0]["id"]
        .as_str()
        .with_context(|| format!("no plug of this computer in {plugs}"))?;
    let online = format!("set-plug {plug} online,channel=5,speed=S100,payload=122");
    let delete = format!("delete-plug {plug}");
    run(
        &scene,
        &[
            (&online, 0, &[SUCCESS]),
            ("get 1.1 local.oPCR[0].channel", 0, &["5"]),
            ("set 1.1 local.oPCR[0].channel=6", 0, &[]),
            ("get 1.1 local.opcr[0].channel", 0, &["6"]),
            (&delete, 0, &[SUCCESS]),
        ],
        &mut seen,
    )?;
    seen.remove("--sim");
    assert_eq!(seen, listed(&scene)?, "commands tried, commands there are");
    scene.close()
}

#[test]
fn what_is_repeated_is_printed_again_when_it_changes() -> Result<()> {
    let scene = Scene::open("repeated", 1)?;
    let mut watched = scene.spawn("plugctl.exe", &["--json", "connections", "--watch"])?;
    let mut next = || -> Result<Value> {
        let line = watched.read_line_until(|_| true, e2e::PROGRAM)?;
        Ok(serde_json::from_str(&line)?)
    };
    assert_eq!(next()?["connections"].as_array().map(Vec::len), Some(0));
    scene.plugctl_ok(&["connect", "--out", "0", "--persist"])?;
    let connections = next()?;
    assert_eq!(
        connections["connections"][0]["owner"], "driver",
        "{connections}"
    );
    scene.plugctl_ok(&["disconnect", "--all"])?;
    assert_eq!(next()?["connections"].as_array().map(Vec::len), Some(0));
    watched.kill9()?;
    scene.close()
}
