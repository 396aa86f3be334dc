//! The tables of codes.

use std::collections::BTreeSet;

use plug61883_abi::status::NtStatus;

use crate::links::{Call, ConfigRet, Family, HResult, LinkCode, Problem, Win32};

/// Names and meanings are there, short, of one line, and none is used twice within a table.
fn check_table(rows: &[(u32, Option<&str>, Option<&str>)]) {
    let mut names = BTreeSet::new();
    let mut numbers = BTreeSet::new();
    for (number, name, meaning) in rows {
        let (name, meaning) = (name.unwrap_or_default(), meaning.unwrap_or_default());
        assert!(!name.is_empty() && names.insert(name), "{number}: {name}");
        assert!(numbers.insert(*number), "{name}: {number} twice");
        assert!(
            !meaning.is_empty() && meaning.len() < 80,
            "{name}: {meaning}"
        );
        let is_plain = !meaning.ends_with('.') && !meaning.contains('\n');
        assert!(is_plain, "{name}: {meaning}");
    }
}

macro_rules! rows {
    ($kind:ident) => {
        $kind::NAMED
            .iter()
            .map(|code| (code.0, code.name(), code.meaning()))
            .collect::<Vec<_>>()
    };
}

#[test]
fn every_code_has_a_name_and_a_meaning() {
    check_table(&rows!(ConfigRet));
    check_table(&rows!(Problem));
    check_table(&rows!(HResult));
    check_table(&rows!(Win32));
    // cfgmgr32.h and cfg.h leave no number out.
    assert!(rows!(ConfigRet).iter().map(|row| row.0).eq(0..=0x3B));
    assert!(rows!(Problem).iter().map(|row| row.0).eq(0..=57));
}

#[test]
fn codes_are_told_by_name_and_number() {
    let cases = [
        (
            LinkCode::Status(NtStatus::INVALID_PARAMETER),
            "STATUS_INVALID_PARAMETER (0xC000000D)",
        ),
        (
            LinkCode::ConfigRet(ConfigRet::ACCESS_DENIED),
            "CR_ACCESS_DENIED (0x33)",
        ),
        (LinkCode::ConfigRet(ConfigRet(0x77)), "CONFIGRET 0x77"),
        (LinkCode::HResult(HResult::FAIL), "E_FAIL (0x80004005)"),
        (LinkCode::HResult(HResult(0x1234)), "HRESULT 0x00001234"),
        (
            LinkCode::Win32(Win32::ACCESS_DENIED),
            "ERROR_ACCESS_DENIED (5)",
        ),
        (LinkCode::Win32(Win32(4711)), "Win32 error 4711"),
    ];
    for (code, text) in cases {
        assert_eq!(code.to_string(), text);
    }
    assert_eq!(
        Problem::FAILED_START.to_string(),
        "CM_PROB_FAILED_START (10)"
    );
    assert_eq!(Problem(99).to_string(), "problem 99");
    assert_eq!(format!("{:?}", HResult::OK), "S_OK (0x00000000)");
}

#[test]
fn success_and_failure_are_told_apart() {
    for code in HResult::NAMED {
        let is_success = [HResult::OK, HResult::FALSE].contains(code);
        assert_eq!(LinkCode::HResult(*code).is_success(), is_success, "{code}");
    }
    for code in ConfigRet::NAMED {
        assert_eq!(LinkCode::ConfigRet(*code).is_success(), code.0 == 0);
    }
    for code in Win32::NAMED {
        assert_eq!(LinkCode::Win32(*code).is_success(), code.0 == 0);
    }
    // HRESULT_FROM_WIN32: facility 7, and the error in the low half.
    assert_eq!(HResult::FILE_READ_ONLY.0, 0x8007_0000 | 6009);
    assert_eq!(HResult::NOT_FOUND.0, 0x8007_0000 | 1168);
}

#[test]
fn every_documented_answer_of_a_function_is_known() {
    let names = |call: Call| -> Vec<_> {
        let documented = call.documented();
        documented.into_iter().filter_map(LinkCode::name).collect()
    };
    assert_eq!(
        names(Call::DisconnectConnector),
        [
            "S_OK",
            "E_NOTFOUND",
            "HRESULT_FROM_WIN32(ERROR_FILE_READ_ONLY)"
        ]
    );
    assert_eq!(
        names(Call::DisconnectNetwork),
        [
            "S_OK",
            "E_ABORT",
            "E_FAIL",
            "E_INVALIDARG",
            "E_NOINTERFACE",
            "E_NOTIMPL",
            "E_OUTOFMEMORY",
            "E_POINTER",
            "E_UNEXPECTED"
        ]
    );
    assert_eq!(
        names(Call::ConnectRouter),
        [
            "NO_ERROR",
            "ERROR_INVALID_PARAMETER",
            "ERROR_NOT_ENOUGH_MEMORY"
        ]
    );
    assert_eq!(names(Call::DisconnectMachine).len(), 60);
    for call in Call::ALL {
        assert!(!call.name().is_empty() && !call.what().is_empty());
        assert_ne!(call.family(), Family::Plug);
        for code in call.documented() {
            assert!(call.meaning(code).is_some(), "{call}: {code}");
        }
    }
}

#[test]
fn failing_to_reach_another_machine_is_explained() {
    let explained = |code| {
        let meaning = Call::ConnectMachine.meaning(LinkCode::ConfigRet(code));
        meaning.is_some_and(|text| text.contains("since Windows 8 and Windows Server 2012"))
    };
    // Wine's answer, likely ones of Windows, and one of no table.
    for code in [
        ConfigRet::ACCESS_DENIED,
        ConfigRet::CALL_NOT_IMPLEMENTED,
        ConfigRet::MACHINE_UNAVAILABLE,
        ConfigRet::NO_CM_SERVICES,
        ConfigRet(0x99),
    ] {
        assert!(explained(code), "{code}");
    }
    // These have a reason of their own.
    for code in [
        ConfigRet::SUCCESS,
        ConfigRet::INVALID_MACHINENAME,
        ConfigRet::OUT_OF_MEMORY,
    ] {
        assert!(!explained(code), "{code}");
    }
    let disconnect = Call::DisconnectMachine;
    let code = LinkCode::ConfigRet(ConfigRet::ACCESS_DENIED);
    assert_eq!(disconnect.meaning(code), Some("access is denied"));
}
