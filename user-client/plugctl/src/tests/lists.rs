//! What there is, as text and as JSON, with and without colour, wide and narrow.

use insta::assert_snapshot;
use unicode_width::UnicodeWidthStr;

use super::*;

/// The bench, with a plug of this computer and a foreign connection by name.
fn scene() -> Simulator {
    let simulator = bench();
    run_on(&simulator, "create-plug 1.1 in --persist");
    run_on(
        &simulator,
        "connect --unit 3.1 --out 1 --in 1 --persist --format am824:48000:8",
    );
    simulator
}

const LISTS: [&str; 4] = ["units", "plugs", "connections", "state oPCR[0] --unit 1.1"];

fn coloured(output: &mut Output<'_>) {
    output.terminal = true;
    output.colour = true;
    output.error_colour = true;
}

#[test]
fn text() {
    let simulator = scene();
    let all: Vec<_> = LISTS
        .iter()
        .map(|line| format!("$ plugctl {line}\n{}\n", shown(&run_on(&simulator, line))))
        .collect();
    assert_snapshot!("lists", all.concat());
}

#[test]
fn json() {
    let simulator = scene();
    let all: Vec<_> = LISTS
        .iter()
        .map(|line| shown(&run_on(&simulator, &format!("{line} --json"))) + "\n")
        .collect();
    assert_snapshot!("lists_json", all.concat());
}

#[test]
fn colour() {
    let simulator = scene();
    // A state of each tone.
    simulator.set_online("deck.oPCR[0]", false).unwrap();
    let all: Vec<_> = [
        "units",
        "plugs 1.1",
        "connections",
        "state oPCR[1] --unit 1.1",
    ]
    .iter()
    .map(|line| {
        let ran = run_while(&simulator, line, |_| true, &coloured);
        format!("$ plugctl {line}\n{}\n", shown(&ran))
    })
    .collect();
    assert_snapshot!("lists_coloured", all.concat());
}

#[test]
fn colour_is_nothing_but_colour_and_no_document_has_it() {
    let simulator = scene();
    for line in LISTS.into_iter().chain(["snapshot", "unit-info 1.1"]) {
        let plain = run_on(&simulator, line);
        let coloured = run_while(&simulator, line, |_| true, &coloured);
        assert!(coloured.out.contains('\u{1b}'), "{line}");
        assert!(!plain.out.contains('\u{1b}'), "{line}");
        let stripped = anstream::adapter::strip_str(&coloured.out).to_string();
        assert_eq!(stripped, plain.out, "{line}");
        let document = run_while(&simulator, &format!("{line} --json"), |_| true, &|output| {
            output.colour = true;
            output.error_colour = true;
        });
        assert!(!document.out.contains('\u{1b}'), "{line}");
        assert_eq!(document.err, "");
    }
}

#[test]
fn the_command_line_decides_over_colour() {
    let simulator = scene();
    let has = |line: &str, terminal: &dyn Fn(&mut Output<'_>)| {
        let ran = run_while(&simulator, line, |_| true, terminal);
        (ran.out.contains('\u{1b}'), ran.err.contains('\u{1b}'))
    };
    let line = "disconnect 1.1 9.9 --force";
    assert_eq!(has("units --color always", &|_| {}), (true, false));
    assert_eq!(has("units --color never", &coloured), (false, false));
    assert_eq!(has("--color auto units", &coloured), (true, false));
    // Each stream for itself.
    let only_err = |output: &mut Output<'_>| output.error_colour = true;
    let only_out = |output: &mut Output<'_>| output.colour = true;
    assert_eq!(has("units", &only_err), (false, false));
    assert_eq!(has(line, &only_err), (false, true));
    assert_eq!(has(line, &only_out), (false, false));
    assert!(has(&format!("{line} --color always"), &|_| {}).1);
    // What is wrong with the line itself is told in colour too.
    assert_eq!(has("unite", &only_err), (false, true));
}

#[test]
fn every_list_fits_a_narrow_terminal() {
    let simulator = scene();
    for columns in [44, 60, 80, 132] {
        for line in ["units", "plugs", "connections", "unit-directory list"] {
            let ran = run_while(&simulator, line, |_| true, &|output| {
                output.columns = columns;
            });
            for text in ran.out.lines() {
                assert!(text.width() <= columns, "{columns}: {line}: {text}");
            }
        }
    }
    let narrow = run_while(&simulator, "units", |_| true, &|output| {
        output.columns = 44;
    });
    assert_snapshot!("units_narrow", narrow.out);
}

#[test]
fn plugs_are_told_for_each_unit_going_on_after_one_that_fails() {
    let simulator = scene();
    simulator.unplug("camcorder").unwrap();
    // It left: it is none now.
    let ran = run_on(&simulator, "plugs");
    assert_eq!(ran.exit, Exit::Done);
    assert!(!ran.out.contains("unit 2.1"), "{}", ran.out);
    let fake = Fake::with_units(2);
    fake.state.lock().unwrap().second_state = 2;
    let ran = fake.run("plugs");
    assert_eq!((ran.exit, &*ran.err), (Exit::Done, ""));
    assert!(
        ran.out.ends_with("\nunit 2.1  (unsupported)\n"),
        "{}",
        ran.out
    );
    let ran = Fake::new()
        .fault(ioctl::UNIT_INFO, Fault::Answer(NtStatus::IO_DEVICE_ERROR))
        .run("plugs --json");
    let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(ran.exit, Exit::Failed);
    let unit = &document["units"][0];
    assert_eq!(unit["plugs"], serde_json::json!([]));
    assert_eq!(unit["error"]["status"]["name"], "STATUS_IO_DEVICE_ERROR");
}
