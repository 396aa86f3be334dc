//! `plugctl graph`

use insta::assert_snapshot;

use super::*;

#[test]
fn the_bench() {
    let ran = run_sim("graph");
    assert_eq!((ran.exit, &*ran.err), (Exit::Done, ""));
    assert_snapshot!("graph_text", ran.out);
    assert_snapshot!("graph_dot", run_sim("graph --format dot").out);
    let json = run_sim("graph --json").out;
    let document: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_snapshot!(
        "graph_json",
        serde_json::to_string_pretty(&document).unwrap()
    );
    let wide = run_sim("graph --wide").out;
    assert!(
        wide.lines().any(|line| line.chars().count() > 100),
        "{wide}"
    );
}

#[test]
fn it_is_written_to_a_file() {
    let file = std::env::temp_dir().join(format!("plugctl-{}.svg", std::process::id()));
    let line = format!("graph --format svg --output {}", file.display());
    assert_eq!(run_sim(&line), done(""));
    let written = std::fs::read_to_string(&file).unwrap();
    assert_eq!(written, run_sim("graph --format svg").out);
    assert!(written.starts_with("<svg "), "{written}");
    // The data of the picture are told all the same.
    let ran = run_sim(&format!("{line} --json"));
    assert_eq!(ran, run_sim("graph --json"));
    // Colours are for a terminal.
    let line = format!("graph -o {} --color always", file.display());
    assert_eq!(run_sim(&line), done(""));
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        run_sim("graph").out
    );
    assert_ne!(run_sim("graph --color always"), run_sim("graph"));
    std::fs::remove_file(&file).unwrap();
    // A folder can't be written to.
    let ran = run_sim(&format!(
        "graph --output {}",
        std::env::temp_dir().display()
    ));
    assert_eq!((ran.exit, &*ran.out), (Exit::Failed, ""));
    assert_eq!(ran.err.lines().count(), 1);
    assert!(
        ran.err.starts_with("error: could not write "),
        "{}",
        ran.err
    );
}

#[test]
fn no_unit_is_no_picture() {
    let ran = Fake::with_units(0).run("graph");
    assert_eq!((ran.exit, &*ran.out), (Exit::Absent, ""));
    assert!(
        ran.err.starts_with("error: no unit is there; "),
        "{}",
        ran.err
    );
}

#[test]
fn what_can_t_be_read_is_told_and_the_rest_is_drawn() {
    let fault = Fault::Answer(NtStatus::UNSUCCESSFUL);
    let fake = Fake::with_units(2).fault(ioctl::PLUG_STATE, fault);
    let ran = fake.run("graph");
    assert_eq!(ran.exit, Exit::Failed);
    // A line for each plug of the two units.
    assert_eq!(ran.err.lines().count(), 6, "{}", ran.err);
    assert_snapshot!("graph_states_fail", ran.out);
    let document: serde_json::Value = serde_json::from_str(&fake.run("graph --json").out).unwrap();
    assert_eq!(document["errors"].as_array().unwrap().len(), 6);
    // One that says nothing of itself.
    let fault = Fault::Answer(NtStatus::UNSUCCESSFUL);
    let ran = Fake::new().fault(ioctl::UNIT_INFO, fault).run("graph");
    assert_eq!((ran.exit, ran.err.lines().count()), (Exit::Failed, 1));
    assert!(ran.out.contains("not read"), "{}", ran.out);
    // It is there no more.
    let fault = Fault::Refuse(NtStatus::NO_SUCH_DEVICE, Source::Plug61883);
    let ran = Fake::new().fault(ioctl::UNIT_INFO, fault).run("graph");
    assert_eq!(ran.exit, Exit::Absent);
}

#[test]
fn registers_that_can_t_be_read_leave_the_state() {
    let fake = Fake::new().connected(ioctl::owner::FOREIGN);
    fake.state.lock().unwrap().no_registers = true;
    let ran = fake.run("graph");
    assert_eq!((ran.exit, &*ran.err), (Exit::Done, ""));
    assert_snapshot!("graph_no_registers", ran.out);
}

#[test]
fn a_plug_of_a_unit_that_can_t_be_read_is_known_by_its_id() {
    let fault = Fault::Answer(NtStatus::UNSUCCESSFUL);
    let fake = Fake::new().fault(ioctl::UNIT_INFO, fault);
    let fake = fake.connected(ioctl::owner::OTHER_HANDLE);
    let ran = fake.with_plug(ioctl::owner::DRIVER).run("graph");
    assert_eq!(ran.exit, Exit::Failed);
    assert_snapshot!("graph_named_by_id", ran.out);
}
