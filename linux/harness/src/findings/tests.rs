//! The scanner on lines that Wine 8 and the stand-ins print.

use super::*;

fn scan(log: &str) -> Vec<Finding> {
    let mut scanner = Scanner::default();
    log.lines().for_each(|line| scanner.line(line));
    scanner.findings().to_vec()
}

fn only_kind(line: &str) -> FindingKind {
    let findings = scan(line);
    assert_eq!(findings.len(), 1, "{line}: {findings:?}");
    findings[0].kind.clone()
}

#[test]
fn a_quiet_log_has_no_finding() {
    let log = "\
0054:err:winediag:nodrv_CreateWindow Application tried to create a window, but no driver could be loaded.
0054:err:winediag:nodrv_CreateWindow L\"The explorer process failed to start.\"
0054:err:systray:initialize_systray Could not create tray window
005c:warn:debugstr:vDbgPrintExWithPrefix 00000000:00000001: PNP: unit: START_DEVICE -> 0x00000000
005c:warn:debugstr:vDbgPrintExWithPrefix 00000000:00000001: plug61883: no unhandled exception, no unimplemented function
0068:fixme:ntoskrnl:KeInitializeDpc stub
";
    assert_eq!(scan(log), []);
}

#[test]
fn bug_check() {
    let line = "0068:err:ntoskrnl:KeBugCheckEx 139 3 0 0 0";
    assert_eq!(only_kind(line), FindingKind::BugCheck);
    assert_eq!(scan(line)[0].message, "KeBugCheckEx 139 3 0 0 0");
}

#[test]
fn verifier_names_rule_and_driver() {
    let line = "0068:warn:debugstr:vDbgPrintExWithPrefix 00000000:00000001: VERIFIER: \
                    RequestLost: driver plug61883: a request was not completed: at unload";
    assert_eq!(
        only_kind(line),
        FindingKind::Verifier {
            rule: "RequestLost".into(),
            driver: "plug61883".into()
        }
    );
    assert!(scan(line)[0].message.starts_with("VERIFIER: RequestLost"));
}

#[test]
fn a_malformed_verifier_line_is_a_finding_too() {
    for line in [
        "VERIFIER: ",
        "VERIFIER: Rule",
        "VERIFIER: Rule: what",
        "VERIFIER: Rule: driver x",
    ] {
        assert!(
            matches!(only_kind(line), FindingKind::Verifier { .. }),
            "{line}"
        );
    }
}

#[test]
fn exceptions() {
    for line in [
        "wine: Unhandled page fault on write access to 0000000000000000 at address 000000035FFE1016 (thread 0068), starting debugger...",
        "wine: Unhandled exception 0x80000003 in thread 68 at address 0000000170001234 (thread 0068), starting debugger...",
        "0068:err:seh:NtRaiseException Unhandled exception code c0000005 flags 0 addr 0x35ffe1016",
        "0068:err:virtual:virtual_setup_exception stack overflow 1584 bytes addr 0x7bc5a6c0 stack 0x320ff0",
        "0024:err:seh:NtRaiseException Exception frame is not in stack limits => unable to dispatch exception.",
    ] {
        assert_eq!(only_kind(line), FindingKind::Exception, "{line}");
    }
}

#[test]
fn an_exception_names_the_driver_that_it_is_in() {
    let log = "\
0068:warn:debugstr:vDbgPrintExWithPrefix 00000000:00000001: PNP: sim: loaded at 0x28bc00000, 0x5000 bytes
0068:warn:debugstr:vDbgPrintExWithPrefix 00000000:00000001: PNP: plug61883: loaded at 0x28bc70000, 0x9000 bytes
wine: Unhandled page fault on write access to 0000000000000008 at address 000000028BC710CF (thread 0104), starting debugger...
";
    assert!(
        scan(log)[0].message.ends_with(" [plug61883.sys+0x10cf]"),
        "{:?}",
        scan(log)
    );
}

#[test]
fn one_call_of_a_missing_function_is_one_finding() {
    let log = "\
wine: Call from 000000007B013D7E to unimplemented function ntoskrnl.exe.KeFoo, aborting
wine: Unimplemented function ntoskrnl.exe.KeFoo called at address 000000007B013D7E (thread 0100), starting debugger...
";
    assert_eq!(scan(log).len(), 1);
}

#[test]
fn unimplemented_functions() {
    for line in [
        "wine: Call from 000000007B011A6E to unimplemented function ntoskrnl.exe.PoRequestPowerIrp, aborting",
        "wine: Unimplemented function ntoskrnl.exe.KeFoo called at address 0x7bc5a6c0 (thread 0068), starting debugger...",
    ] {
        assert_eq!(only_kind(line), FindingKind::Unimplemented, "{line}");
    }
}

#[test]
fn load_failures_and_stuck_locks() {
    let line = "0068:err:module:import_dll Library WDFLDR.SYS (which is needed by L\"C:\\\\windows\\\\system32\\\\drivers\\\\plug61883.sys\") not found";
    assert_eq!(only_kind(line), FindingKind::Load);
    let line = "0068:err:sync:RtlpWaitForCriticalSection section 0x35ffe1016 \"?\" wait timed out in thread 0068, blocked by 0054, retrying (60 sec)";
    assert_eq!(only_kind(line), FindingKind::Deadlock);
}

#[test]
fn context_has_lines_before_and_after() {
    let log: Vec<String> = (1..=40)
        .map(|n| {
            if n == 20 {
                "0068:err:ntoskrnl:KeBugCheckEx 1 2 3 4 5".into()
            } else {
                format!("line {n}")
            }
        })
        .collect();
    let findings = scan(&log.join("\n"));
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].line, 20);
    assert_eq!(
        findings[0].context.first().map(String::as_str),
        Some("line 14")
    );
    assert_eq!(
        findings[0].context.last().map(String::as_str),
        Some("line 32")
    );
}

#[test]
fn endless_findings_do_not_fill_memory() {
    assert_eq!(
        scan(&"VERIFIER: A: driver b: c\n".repeat(10_000)).len(),
        MOST
    );
}
