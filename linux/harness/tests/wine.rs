//! The harness and the PnP manager stand-in on a real Wine, with drivers that misbehave.
//!
//! `WINE_ARTIFACTS` names a folder with `pnp.sys`, `toy.sys`, `pnpctl.exe` and
//! `bcryptprimitives.dll`; prefixes are made beside it, in `wine`. `cargo xtask test` builds them
//! and runs this, with the feature `wine`.

use std::{
    env,
    path::PathBuf,
    time::{Duration, Instant},
};

use wine_harness::{Bench, Error, FindingKind, UnitSpec};

const UNIT: &str = r"1394\TOY&UNIT\1";
const LIMIT: Duration = Duration::from_secs(20);
const UNSUCCESSFUL: u32 = 0xC000_0001;
const DEVICE_BUSY: u32 = 0x8000_0011;

fn artifacts() -> PathBuf {
    PathBuf::from(env::var_os("WINE_ARTIFACTS").expect("WINE_ARTIFACTS must be set"))
}

/// A started bench with the drivers named, all of them toy.sys.
fn bench(test: &str, drivers: &[&str]) -> Bench {
    let artifacts = artifacts();
    let dir = artifacts.with_file_name("wine").join(test);
    let mut bench = Bench::create(&dir, &artifacts).expect("a prefix");
    for driver in drivers {
        bench
            .install_driver(driver, &artifacts.join("toy.sys"))
            .expect("installed");
    }
    bench.start_pnp().expect("started");
    bench
}

fn unit(service: &str) -> UnitSpec {
    UnitSpec::new(UNIT, service).upper_filter("toy-filter")
}

fn finding(result: Result<(), Error>) -> (FindingKind, String) {
    match result {
        Err(Error::Findings(findings)) => {
            assert_eq!(findings.len(), 1, "{findings:?}");
            (findings[0].kind.clone(), findings[0].message.clone())
        }
        other => panic!("a finding was expected: {other:?}"),
    }
}

#[test]
fn a_stack_lives_through_everything() {
    let mut bench = bench("life", &["toy-function", "toy-filter", "toy-veto"]);
    bench.add_unit(&unit("toy-function")).expect("added");
    let state = |bench: &mut Bench| bench.devices().expect("a list")[0].state.clone();
    for (command, then) in [
        ("query-stop", "stop-pending"),
        ("cancel-stop", "started"),
        ("stop", "stopped"),
        ("start", "started"),
        ("query-remove", "remove-pending"),
        ("cancel-remove", "started"),
    ] {
        bench
            .pnp(&format!("{command} {UNIT}"))
            .unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(state(&mut bench), then);
    }
    for power in ["S3", "D3", "D0", "S0"] {
        bench
            .pnp(&format!("set-power {UNIT} {power}"))
            .unwrap_or_else(|error| panic!("{error}"));
    }
    let wrong = bench
        .pnp(&format!("cancel-stop {UNIT}"))
        .expect_err("it is not stop-pending");
    assert_eq!(wrong.pnp_status(), Some(0xC000_0184));

    let second = UnitSpec::new(r"1394\TOY&UNIT\2", "toy-veto").upper_filter("toy-filter");
    bench.add_unit(&second).expect("added");
    assert_eq!(bench.devices().expect("a list").len(), 2);
    let veto = bench
        .remove_unit(second.instance())
        .expect_err("the driver refuses");
    assert_eq!(veto.pnp_status(), Some(UNSUCCESSFUL));
    bench
        .pnp(&format!("surprise-remove {}", second.instance()))
        .expect("nobody can refuse that");

    for _ in 0..20 {
        bench.remove_unit(UNIT).expect("removed");
        bench.add_unit(&unit("toy-function")).expect("added again");
    }
    let listed = bench.run("pnpctl.exe", &["list"], LIMIT).expect("it runs");
    assert_eq!(listed.code, Some(0));
    assert_eq!(listed.stdout, format!("{UNIT}\tstarted\tS0\tD0\t2\n"));
    let unknown = bench
        .run("pnpctl.exe", &["start", r"1394\NO\1"], LIMIT)
        .expect("it runs");
    assert_eq!(unknown.code, Some(1));
    bench.shutdown().expect("a clean end");
}

#[test]
fn a_pending_removal_blocks_nobody_else() {
    let mut bench = bench("slow", &["toy-slow", "toy-filter"]);
    bench.add_unit(&unit("toy-slow")).expect("added");
    let start = Instant::now();
    let removal = bench.pnp_start(&format!("remove {UNIT}")).expect("given");
    while !bench.devices().expect("a list")[0].busy {
        assert!(start.elapsed() < LIMIT, "the command does not start");
    }
    let busy = bench
        .pnp(&format!("stop {UNIT}"))
        .expect_err("a command runs");
    assert_eq!(busy.pnp_status(), Some(DEVICE_BUSY));
    assert!(
        start.elapsed() < Duration::from_millis(1900),
        "{:?}",
        start.elapsed()
    );
    let reply = bench.pnp_finish(&removal, LIMIT).expect("it ends");
    assert_eq!(reply.status, Some(0));
    assert_eq!(bench.devices().expect("a list"), []);
    bench.shutdown().expect("a clean end");
}

#[test]
fn a_killed_program_leaves_the_bench_usable() {
    let mut bench = bench("kill", &["toy-function", "toy-filter"]);
    let mut child = bench.spawn("pnpctl.exe", &["serve"]).expect("started");
    child
        .read_line_until(|line| line == "ready", LIMIT)
        .expect("it serves");
    child.kill9().expect("killed");
    assert_eq!(child.wait_timeout(LIMIT).expect("ended").code, None);
    bench.add_unit(&unit("toy-function")).expect("added");
    bench.shutdown().expect("a clean end");
}

#[test]
fn failures_are_reported_and_undone() {
    let mut bench = bench(
        "fail",
        &[
            "toy-refuse",
            "toy-noadd",
            "toy-nostart",
            "toy-function",
            "toy-filter",
        ],
    );
    for service in ["toy-refuse", "toy-noadd", "toy-nostart"] {
        let error = bench.add_unit(&unit(service)).expect_err("it fails");
        assert_eq!(error.pnp_status(), Some(UNSUCCESSFUL), "{service}: {error}");
        assert_eq!(bench.devices().expect("a list"), [], "{service}");
    }
    // A filter that fails takes the function driver down with it.
    let spec = UnitSpec::new(UNIT, "toy-function").upper_filter("toy-noadd");
    assert!(bench.add_unit(&spec).is_err());
    bench
        .add_unit(&unit("toy-function"))
        .expect("nothing is left of the failures");
    bench.shutdown().expect("a clean end");
}

#[test]
fn a_bug_check_is_a_finding() {
    let mut bench = bench("bugcheck", &["toy-bugcheck", "toy-filter"]);
    let (kind, message) = finding(bench.add_unit(&unit("toy-bugcheck")));
    assert_eq!(
        (kind, message.as_str()),
        (FindingKind::BugCheck, "KeBugCheckEx 139 1 2 3 4")
    );
    // And stays one.
    finding(bench.check());
    finding(bench.shutdown());
}

#[test]
fn an_exception_is_a_finding_and_names_its_driver() {
    let mut bench = bench("crash", &["toy-crash", "toy-filter"]);
    let (kind, message) = finding(bench.add_unit(&unit("toy-crash")));
    assert_eq!(kind, FindingKind::Exception);
    assert!(message.contains("[toy-crash.sys+0x"), "{message}");
}

#[test]
fn a_function_that_wine_lacks_is_a_finding() {
    let mut bench = bench("missing", &["toy-missing", "toy-filter"]);
    let (kind, message) = finding(bench.add_unit(&unit("toy-missing")));
    assert_eq!(kind, FindingKind::Unimplemented);
    assert!(message.contains("KeRaiseUserException"), "{message}");
}

#[test]
fn a_driver_that_stays_attached_is_a_finding() {
    let mut bench = bench("stay", &["toy-stay", "toy-filter"]);
    bench.add_unit(&unit("toy-stay")).expect("added");
    let (kind, _) = finding(bench.remove_unit(UNIT));
    let expected = FindingKind::Verifier {
        rule: "AttachedAfterRemove".into(),
        driver: "toy-stay".into(),
    };
    assert_eq!(kind, expected);
}

#[test]
fn no_process_is_left() {
    let bench = bench("left", &[]);
    let pid = bench
        .spawn("pnpctl.exe", &["serve"])
        .expect("started")
        .pid();
    drop(bench);
    let dir = artifacts().join("wine").join("left");
    let wanted = format!("WINEPREFIX={}", dir.display());
    let left = std::fs::read_dir("/proc")
        .expect("procfs")
        .flatten()
        .any(|entry| {
            std::fs::read(entry.path().join("environ")).is_ok_and(|environ| {
                environ
                    .split(|&byte| byte == 0)
                    .any(|part| part == wanted.as_bytes())
            })
        });
    assert!(!left && !std::path::Path::new(&format!("/proc/{pid}/exe")).exists());
}
