//! Bad input to plugctl: one clear line, and the exit code.

use anyhow::Result;
use e2e::Scene;

#[test]
fn bad_command_lines_get_one_line_and_exit_code_2() -> Result<()> {
    let mut scene = Scene::open("command-line", 1)?;
    for arguments in [
        &["frobnicate"][..],
        &["disconnect", "x"],
        &["disconnect", "1"],
        &["disconnect", "1.0"],
        &["connect"],
        &["connect", "--out", "31"],
        &["plugs", "--unit", "one"],
        &["--timeout", "0", "units"],
    ] {
        let output = scene.plugctl(arguments)?;
        assert_eq!(
            output.code,
            Some(2),
            "{arguments:?}: {}{}",
            output.stdout,
            output.stderr
        );
        assert_eq!(
            output.stderr.trim().lines().count(),
            1,
            "{arguments:?}: {}",
            output.stderr
        );
        assert_eq!(output.stdout, "", "{arguments:?}");
    }
    let stale = scene.plugctl(&["plugs", "--unit", "9.9"])?;
    assert_ne!(stale.code, Some(0));
    assert_eq!(stale.stderr.trim().lines().count(), 1, "{}", stale.stderr);

    scene.remove_unit(1)?;
    let output = scene.plugctl(&["units"])?;
    assert_eq!(
        output.code,
        Some(3),
        "no driver: {}{}",
        output.stdout,
        output.stderr
    );
    assert_eq!(output.stderr.trim().lines().count(), 1, "{}", output.stderr);
    scene.close()
}
