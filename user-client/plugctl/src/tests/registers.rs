//! `report`, `get` and `set` on the simulated bench, and where requests fail.

use plug61883::abi::ioctl::SetPlugRequest;
use plug61883::{CreatePlug, Opcr, Unit, UnitId};
use serde_json::Value;

use super::*;

fn bench() -> Simulator {
    Simulator::from_toml(&format!("{STILL}{}", Simulator::BENCH)).unwrap()
}

fn document(ran: &Ran) -> Value {
    assert_eq!(ran.err, "");
    serde_json::from_str(&ran.out).unwrap()
}

/// A driver of the bench on which a plug of this computer is held, as its program sees it.
fn with_local_plug(simulator: &Simulator) -> (Driver, plug61883::LocalPlug) {
    let driver = simulator.open(Access::Change).unwrap();
    let unit = Unit::by_id(&driver, UnitId::new(0, 1));
    let create = CreatePlug::output(Opcr(0x803F_807A));
    let plug = unit.create_plug(&create).unwrap();
    (driver, plug)
}

/// Two lines for a plug, the second with a tab before it; the words and their order are those of
/// libiec61883 1.2.0, examples/plugreport.c. Its headings "Host Adapter 0" stand for something
/// that 61883.sys does not tell.
#[test]
fn a_report_is_as_plugreport_prints_it() {
    let ran = run_sim("report");
    assert_eq!((ran.exit, &*ran.err), (Exit::Done, ""));
    insta::assert_snapshot!(ran.out);
    let one = run_sim("report 2.1");
    assert!(ran.out.contains(&one.out), "{one:?}");
    assert_eq!(one.out.matches("Node ").count(), 1);
}

#[test]
fn a_report_in_json() {
    let ran = run_sim("report --json");
    assert_eq!(ran.exit, Exit::Done);
    let document = document(&ran);
    assert_eq!(document["units"].as_array().unwrap().len(), 4);
    insta::assert_json_snapshot!(document["units"][1]);
}

#[test]
fn a_report_goes_on_after_a_register_that_fails() {
    let source = Source::Plug61883;
    let fault = Fault::Refuse(NtStatus::INVALID_GENERATION, source);
    let fake = Fake::with_units(2).fault(ioctl::READ_REGISTER, fault);
    let ran = fake.run("report");
    assert_eq!(ran.exit, Exit::Failed);
    let heading = "Node 1 GUID 0x00a0de0000000001 Unit 1.1 Sim Works Tape\u{FFFD}Deck\n";
    assert!(ran.out.starts_with(heading), "{}", ran.out);
    let failed: Vec<_> = ran.err.lines().collect();
    assert_eq!(failed.len(), 4, "{}", ran.err);
    for (line, register) in failed.iter().zip(["oMPR", "iMPR", "oMPR", "iMPR"]) {
        let start = format!("error: could not read {register} of unit ");
        assert!(line.starts_with(&start), "{line}");
    }
    // One that does not answer is not asked for the rest.
    let fault = Fault::Refuse(NtStatus::IO_TIMEOUT, source);
    let fake = Fake::new().fault(ioctl::READ_REGISTER, fault);
    assert_eq!(fake.run("report").err.lines().count(), 1);
    let rows = document(&fake.run("report --json"));
    let registers = rows["units"][0]["registers"].as_array().unwrap();
    assert_eq!(registers.len(), 1);
    assert_eq!(registers[0]["error"]["kind"], "status");
    // One that is not there.
    let ran = Fake::new().run("report 9.1");
    assert_eq!((ran.exit, &*ran.out), (Exit::Absent, ""));
    assert_eq!(ran.err.lines().count(), 1);
    let ran = Fake::with_units(0).run("report");
    assert_eq!((ran.exit, ran.err.lines().count()), (Exit::Absent, 1));
}

/// As libiec61883's plugctl: a value in a line for each attribute, in the order of the words.
#[test]
fn attributes_are_printed_one_in_a_line() {
    let line = "get 1.1 OPCR[0].Channel opcr[0].n_p2p_connections oPCR[0].payload oMPR.n_plugs \
                iMPR.data_rate iPCR[1].online";
    assert_eq!(run_sim(line), done("0\n1\n122\n2\n2\n1\n"));
}

#[test]
fn registers_are_printed_with_all_attributes() {
    let ran = run_sim("get 1.1 oPCR[0] oMPR iMPR iPCR[0]");
    assert_eq!((ran.exit, &*ran.err), (Exit::Done, ""));
    insta::assert_snapshot!(ran.out);
    let ran = run_sim("get 1.1 oPCR[0].channel iMPR --json");
    assert_eq!(ran.exit, Exit::Done);
    insta::assert_json_snapshot!(document(&ran));
}

#[test]
fn a_register_is_read_once() {
    let simulator = bench();
    let fake = Fake::new().fault(
        ioctl::READ_REGISTER,
        Fault::Refuse(NtStatus::INVALID_GENERATION, Source::Plug61883),
    );
    let ran = fake.run("get 1.1 oPCR[0].channel oPCR[0].online oMPR");
    assert_eq!((ran.exit, ran.err.lines().count()), (Exit::Failed, 2));
    assert_eq!(fake.codes(), [ioctl::READ_REGISTER; 2]);
    // What can be read keeps its line.
    let ran = run_on(&simulator, "get 1.1 oPCR[2].channel oPCR[0].online");
    assert_eq!((ran.exit, &*ran.out), (Exit::Failed, "-\n1\n"));
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    let ran = run_on(&simulator, "get 9.1 oPCR[0] iPCR[0]");
    assert_eq!((ran.exit, &*ran.out), (Exit::Absent, ""));
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
}

#[test]
fn plugs_of_this_computer_are_read() {
    let simulator = bench();
    let (_driver, plug) = with_local_plug(&simulator);
    let name = plug.to_string();
    let ran = run_on(&simulator, &format!("get 1.1 LOCAL.{name}.channel"));
    assert_eq!(ran, done("63\n"));
    let ran = run_on(&simulator, &format!("get 1.1 local.{name}"));
    assert!(ran.out.starts_with(&format!("local.{name}.online=1\n")));
    assert_eq!(ran.out.lines().count(), 8);
    let ran = run_on(&simulator, "get 1.1 local.oPCR[30].channel --json");
    assert_eq!(ran.exit, Exit::Failed);
    let row = &document(&ran)["registers"][0];
    assert_eq!(row["error"]["kind"], "no_plug");
    assert_eq!(row["register"], Value::Null);
    let ran = run_on(&simulator, "get 1.1 local.oPCR[30].channel");
    let says = "error: no local.oPCR[30] is there that was made through unit 1.1; \"plugctl \
                snapshot\" lists the plugs of this computer\n";
    assert_eq!((&*ran.out, &*ran.err), ("", says));
}

#[test]
fn plugs_of_this_computer_are_set() {
    let simulator = bench();
    let made = run_on(&simulator, "create-plug 1.1 out --persist");
    assert_eq!(made.exit, Exit::Done, "{made:?}");
    let number = run_on(&simulator, "snapshot --json");
    let number = document(&number)["snapshot"]["plugs"][0]["number"].clone();
    let name = format!("local.oPCR[{number}]");
    let before = run_on(&simulator, &format!("get 1.1 {name}"));
    let line = format!("set 1.1 {name}.channel=5 {name}.PAYLOAD=0x10 {name}.data_rate=2");
    let answer = format!("{name}: STATUS_SUCCESS (0x00000000) from the protocol driver\n");
    assert_eq!(run_on(&simulator, &line), done(&answer));
    let after = run_on(&simulator, &format!("get 1.1 {name}"));
    let expected = before
        .out
        .replace("channel=63", "channel=5")
        .replace("payload=122", "payload=16")
        .replace("data_rate=0", "data_rate=2");
    assert_eq!(after, done(&expected));
    // What `get` printed before, `set` takes: it undoes the change.
    let words: Vec<_> = before.out.lines().collect();
    let ran = run_on(&simulator, &format!("set 1.1 {}", words.join(" ")));
    assert_eq!(ran, done(&answer));
    assert_eq!(run_on(&simulator, &format!("get 1.1 {name}")), before);
    // All at once, in JSON.
    let ran = run_on(&simulator, &format!("set 1.1 {name}=0x803F0010 --json"));
    assert_eq!(ran.exit, Exit::Done);
    let row = &document(&ran)["results"][0];
    assert_eq!(row["name"], name);
    assert_eq!(
        (&row["old_register"], &row["new_register"]),
        (&Value::from("0x803F007A"), &Value::from("0x803F0010"),)
    );
    assert_eq!(row["status"]["name"], "STATUS_SUCCESS");
}

#[test]
fn a_setting_changes_its_field_alone() {
    let fake = Fake::new().with_plug(ioctl::owner::DRIVER);
    let ran = fake.run("set 1.1 local.oPCR[0].channel=0 local.oPCR[0].overhead_id=15");
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
    let sent = fake.scripted.sent();
    let writes: Vec<_> = sent
        .iter()
        .filter(|it| it.code == ioctl::SET_PLUG)
        .collect();
    assert_eq!(writes.len(), 1);
    let request = SetPlugRequest::read_from_bytes(&writes[0].input).unwrap();
    assert_eq!(request.pcr.0, 0x8100_BC7A);
}

#[test]
fn what_the_protocol_driver_refuses_is_told() {
    let simulator = bench();
    let ran = run_on(
        &simulator,
        "set 1.1 iPCR[1].online=0 local.iPCR[7].online=0",
    );
    assert_eq!((ran.exit, &*ran.out), (Exit::Failed, ""));
    let lines: Vec<_> = ran.err.lines().collect();
    assert_eq!(lines.len(), 2, "{}", ran.err);
    assert!(lines[0].contains("STATUS_ACCESS_DENIED (0xC0000022) from the protocol driver"));
    assert!(lines[0].ends_with("; 61883.sys sets plugs of this computer only: a device's plugs change by connecting them"), "{}", lines[0]);
    assert!(lines[1].starts_with("error: no local.iPCR[7] is there"));
    let ran = run_on(&simulator, "set 1.1 iPCR[1].online=0 --json");
    let row = &document(&ran)["results"][0];
    assert_eq!(row["error"]["source"], "protocol");
    // Nothing has changed.
    let ran = run_on(&simulator, "get 1.1 iPCR[1].online");
    assert_eq!(ran, done("1\n"));
}

#[test]
fn wrong_words_ask_nothing_of_the_driver() {
    let open = |_| unreachable!("nothing to open");
    for (line, says) in [
        (
            "get 1.1",
            "required arguments were not provided: <ATTRIBUTE>",
        ),
        (
            "get 1.1 oPCR",
            "a register is oMPR, iMPR, oPCR[N] or iPCR[N]",
        ),
        (
            "get 1.1 iPCR[0].payload",
            "the attributes of iPCR[0] are online,",
        ),
        ("get oPCR[0]", "a unit's id is like 1.1"),
        ("set 1.1 oPCR[0].channel", "a value is missing"),
        (
            "set 1.1 oPCR[0].channel=64",
            "channel takes a number from 0 to 63",
        ),
        (
            "set 1.1 oMPR.n_plugs=3",
            "oMPR can't be set: 61883.sys has no request",
        ),
        (
            "set 1.1 iMPR.data_rate=3",
            "iMPR can't be set: 61883.sys has no request",
        ),
        (
            "set 1.1 local.oMPR.n_plugs=3",
            "the driver does not know oMPR",
        ),
    ] {
        let ran = run_closed(line, &open);
        assert_eq!(
            (ran.exit, ran.err.lines().count()),
            (Exit::Usage, 1),
            "{line}"
        );
        assert!(ran.err.contains(says), "{line}: {}", ran.err);
    }
}

/// Names of plugs stand in JSON.md with each attribute.
#[test]
fn every_name_is_documented() {
    let documentation = include_str!("../../../JSON.md");
    let simulator = bench();
    assert_eq!(
        run_on(&simulator, "create-plug 1.1 in --persist").exit,
        Exit::Done
    );
    let mut found = Vec::new();
    for line in [
        "get 1.1 oMPR iMPR oPCR[0] iPCR[0].channel oPCR[9] local.iPCR[0]",
        "set 1.1 local.iPCR[0].channel=1 local.iPCR[9].channel=1",
        "report",
        "--sim doctor",
        "completions bash",
    ] {
        let ran = run_on(&simulator, &format!("{line} --json"));
        json::names(&document(&ran), &mut found);
    }
    assert!(found.len() > 100, "{}", found.len());
    for name in found {
        assert!(documentation.contains(&format!("`{name}`")), "{name}");
    }
}
