//! Random requests: every answer keeps the rules of the interface, and nothing is left behind.

use std::time::Duration;

use anyhow::Result;
use e2e::Scene;

use crate::support::Idle;

/// Time that undoing what a program has left may take.
const UNDOING: Duration = Duration::from_secs(5);

#[test]
fn random_requests_get_answers_by_the_rules() -> Result<()> {
    let scene = Scene::open("random", 1)?;
    let idle = Idle::remember(&scene)?;
    // The same requests each time, and new ones; the summary names their seed. Wine 8 may cancel an
    // IRP that another thread has just completed and freed: what is cancelled here is alone.
    for arguments in [
        &["--no-cancel", "--seed=61883"][..],
        &["--no-cancel"],
        &["--alone", "--seed=61883"],
        &["--alone"],
    ] {
        let mut all = vec!["random", "--count=3000", "--seconds=6"];
        all.extend(arguments);
        let output = scene.program("rawioctl.exe", &all)?;
        let text = format!("{}{}", output.stdout, output.stderr);
        assert_eq!(output.code, Some(0), "{text}");
        println!("{text}");
        let done = |line: &str| line.starts_with("summary seed=") && !line.contains(" done=0 ");
        assert!(text.lines().any(done), "nothing was done: {text}");

        idle.within(&scene, UNDOING)?;
        let left = scene.plugctl_json(&["connections"])?;
        let connections = left["connections"].as_array().map(Vec::len);
        assert_eq!(connections, Some(0), "{text}{left}");
    }
    // It works on.
    let id = scene.connect(0, 0)?;
    scene.plugctl_ok(&["disconnect", &id])?;
    idle.within(&scene, Duration::ZERO)?;
    scene.close()
}
