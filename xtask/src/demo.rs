//! The main job, step by step: plugctl.exe breaks a plug connection through plug61883.sys.

use anyhow::{Context, Result, ensure};
use e2e::Scene;
use wine_harness::Output;

use crate::{artifacts, install};

/// Installs what is missing, builds, runs the steps; an error unless each gave exactly what it
/// must.
pub(crate) fn run() -> Result<()> {
    install::everything()?;
    artifacts::build()?;
    println!("starting a simulated unit under Wine, with plug61883.sys above it");
    let scene = Scene::open("demo", 1)?;
    steps(&scene)?;
    scene.close()?;
    println!(
        "\nshown: plugctl.exe broke a plug connection through plug61883.sys and the simulated \
         protocol driver; a stale id was refused by plug61883, a lost connection by the protocol \
         driver"
    );
    Ok(())
}

fn steps(scene: &Scene) -> Result<()> {
    let success = "STATUS_SUCCESS (0x00000000) from the protocol driver";
    let refused = "STATUS_INVALID_PARAMETER (0xC000000D) from plug61883";
    let lost = "STATUS_INVALID_PARAMETER (0xC000000D) from the protocol driver";

    step(scene, &["units"], 0, &["1.1", "EUI-64"])?;
    step(scene, &["plugs"], 0, &["oPCR[0]", "iPCR[0]"])?;
    let id = connect(scene)?;
    step(scene, &["connections"], 0, &[&id, "oPCR[0]", "iPCR[0]"])?;
    step(scene, &["plugs"], 0, &["active"])?;
    step(scene, &["disconnect", &id], 0, &[&id, success])?;
    step(scene, &["disconnect", &id], 1, &[&id, refused])?;

    println!("\na connection that the protocol driver loses on its own:");
    let id = connect(scene)?;
    println!("> simctl drop --all");
    print!("{}", scene.simctl(&["drop", "--all"])?);
    step(scene, &["disconnect", &id], 1, &[&id, lost])?;
    let output = step(scene, &["connections"], 0, &[])?;
    ensure!(
        !output.stdout.contains(&id),
        "connection {id} is still listed"
    );
    Ok(())
}

fn connect(scene: &Scene) -> Result<String> {
    let arguments = ["connect", "--out", "0", "--in", "0", "--persist"];
    let output = step(scene, &arguments, 0, &[])?;
    let id = output.stdout.trim().to_owned();
    let parts: Vec<&str> = id.split('.').collect();
    ensure!(
        parts.len() == 2 && parts.iter().all(|part| part.parse::<u32>().is_ok()),
        "{id:?} is no connection id"
    );
    Ok(id)
}

/// Runs plugctl and shows what it prints; its exit code must be `code`, and its output must hold
/// the `texts`.
fn step(scene: &Scene, arguments: &[&str], code: i32, texts: &[&str]) -> Result<Output> {
    println!("\n> plugctl {}", arguments.join(" "));
    let output = scene.plugctl(arguments)?;
    print!("{}{}", output.stdout, output.stderr);
    let ended = output.code.context("plugctl was killed")?;
    println!("exit code {ended}");
    ensure!(ended == code, "the exit code must be {code}");
    let all = format!("{}{}", output.stdout, output.stderr);
    for text in texts {
        ensure!(all.contains(text), "the output must hold {text:?}");
    }
    Ok(output)
}
