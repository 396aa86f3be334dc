//! What the control interface changes.

mod common;

use common::{Lab, ask, connect, start, summary, tell};
use plug61883_abi::status::NtStatus;
use sim61883_control::serve::{self, Served, serve};
use sim61883_control::*;
use sim61883_model::lab::Submitted;
use sim61883_model::policy::{Action, Mode};
use zerocopy::{FromBytes, IntoBytes};

#[test]
fn drops() {
    let (mut lab, unit) = start();
    for (output, input) in [
        (Some(0), Some(0)),
        (Some(0), Some(0)),
        (Some(1), None),
        (None, Some(1)),
    ] {
        connect(&mut lab, unit, output, input);
    }
    let drop = |lab: &mut Lab, request: DropRequest| {
        ask::<CountReply>(lab, DROP, request).map(|reply| reply.count)
    };
    let plugs = |output, input| DropRequest {
        by: drop_by::PLUGS,
        output,
        input,
        ..Default::default()
    };
    let place = |number| PlugPlace { unit: NONE, number };
    let bad = Err(NtStatus::INVALID_PARAMETER);
    let index = |index| DropRequest {
        by: drop_by::INDEX,
        index,
        ..Default::default()
    };
    assert_eq!(drop(&mut lab, index(9)), bad);
    assert_eq!(drop(&mut lab, index(0x1_0001)), bad);
    assert_eq!(
        drop(
            &mut lab,
            DropRequest {
                by: 3,
                ..Default::default()
            }
        ),
        bad
    );
    assert_eq!(drop(&mut lab, plugs(place(0), place(1))), Ok(0));
    assert_eq!(
        drop(
            &mut lab,
            plugs(PlugPlace { unit: 4, number: 0 }, PlugPlace::NONE)
        ),
        Ok(0)
    );
    assert_eq!(drop(&mut lab, index(1)), Ok(1));
    assert_eq!(drop(&mut lab, index(1)), bad);
    assert_eq!(drop(&mut lab, plugs(place(0), PlugPlace::NONE)), Ok(1));
    assert_eq!(summary(&mut lab).connections, 2);
    assert_eq!(drop(&mut lab, DropRequest::default()), Ok(2));
    let after = summary(&mut lab);
    assert_eq!((after.connections, after.bandwidth), (0, 4915));
}

#[test]
fn rules() {
    let (mut lab, unit) = start();
    let rule = |action, count| RuleRequest {
        function: 6,
        action,
        status: NtStatus::IO_DEVICE_ERROR,
        count,
        ..Default::default()
    };
    assert_eq!(
        tell(&mut lab, ADD_RULES, rule(3, 1)),
        NtStatus::INVALID_PARAMETER
    );
    assert_eq!(
        tell(&mut lab, ADD_RULES, rule(action::HOLD, 0)),
        NtStatus::INVALID_PARAMETER
    );
    let full = tell(&mut lab, ADD_RULES, rule(action::HOLD, 17));
    assert_eq!(
        (full, summary(&mut lab).rules),
        (NtStatus::INSUFFICIENT_RESOURCES, 0)
    );
    assert_eq!(
        tell(&mut lab, ADD_RULES, rule(action::HOLD, 2)),
        NtStatus::SUCCESS
    );
    assert_eq!(
        tell(&mut lab, ADD_RULES, rule(action::HOLD_UNCANCELLABLE, 1)),
        NtStatus::SUCCESS
    );
    assert_eq!(
        tell(&mut lab, ADD_RULES, rule(action::FAIL, 13)),
        NtStatus::SUCCESS
    );
    assert_eq!(summary(&mut lab).rules, 16);
    for cancellable in [true, true, false] {
        assert_eq!(lab.submit(unit, 6, 1, 0), Submitted::Held { cancellable });
    }
    assert_eq!(
        lab.policy.take(6),
        Some(Action::Fail(NtStatus::IO_DEVICE_ERROR))
    );
    let Summary {
        held,
        delayed,
        rules,
        seen,
        ..
    } = summary(&mut lab);
    assert_eq!((held, delayed, rules, seen[6], seen[5]), (3, 0, 12, 4, 0));
    assert_eq!(
        tell(&mut lab, CLEAR_RULES, Query::default()),
        NtStatus::SUCCESS
    );
    assert_eq!(summary(&mut lab).rules, 0);
}

#[test]
fn releases_are_left_to_the_driver() {
    let (mut lab, _) = start();
    let mut output = [0; 8];
    for (count, wanted) in [(0, None), (2, Some(2))] {
        let request = ReleaseRequest {
            function: ANY_FUNCTION,
            count,
            ..Default::default()
        };
        let served = serve(&mut lab, RELEASE, request.ready().as_bytes(), &mut output);
        assert_eq!(
            served,
            Ok(Served::Release {
                function: ANY_FUNCTION,
                count: wanted
            })
        );
    }
    assert_eq!(serve::count_reply(&mut output, 3), Ok(Served::Done(8)));
    assert_eq!(CountReply::read_from_bytes(&output).unwrap().count, 3);
    assert_eq!(
        serve::count_reply(&mut output[..7], 3),
        Err(NtStatus::BUFFER_TOO_SMALL)
    );
}

#[test]
fn modes_and_versions() {
    let (mut lab, _) = start();
    let mode = |mode, delay_ms| ModeRequest {
        mode,
        delay_ms,
        ..Default::default()
    };
    assert_eq!(
        tell(&mut lab, SET_MODE, mode(mode::SYNCHRONOUS, 5)),
        NtStatus::SUCCESS
    );
    assert_eq!(lab.policy.mode(), Mode::Synchronous);
    assert_eq!(
        tell(&mut lab, SET_MODE, mode(mode::ASYNCHRONOUS, 5)),
        NtStatus::SUCCESS
    );
    assert_eq!(lab.policy.mode(), Mode::Asynchronous(5));
    assert_eq!(
        tell(&mut lab, SET_MODE, mode(2, 5)),
        NtStatus::INVALID_PARAMETER
    );
    for (ddi_version, wanted) in [
        (1, NtStatus::SUCCESS),
        (3, NtStatus::SUCCESS),
        (2, NtStatus::SUCCESS),
        (0, NtStatus::INVALID_PARAMETER),
        (4, NtStatus::INVALID_PARAMETER),
    ] {
        let request = VersionRequest {
            ddi_version,
            ..Default::default()
        };
        assert_eq!(tell(&mut lab, SET_DDI_VERSION, request), wanted);
        if wanted == NtStatus::SUCCESS {
            assert_eq!(summary(&mut lab).ddi_version, ddi_version);
        }
    }
}

#[test]
fn bus_resets_and_plugs_off_line() {
    let (mut lab, unit) = start();
    connect(&mut lab, unit, Some(0), Some(0));
    connect(&mut lab, unit, Some(1), Some(1));
    let reset = |lab: &mut Lab| ask::<ResetReply>(lab, BUS_RESET, Query::default()).unwrap();
    assert_eq!(
        reset(&mut lab),
        ResetReply {
            generation: 3,
            lost: 0
        }
    );
    let online = |unit, direction, number, online| OnlineRequest {
        unit,
        direction,
        number,
        online,
        ..Default::default()
    };
    assert_eq!(
        tell(&mut lab, SET_ONLINE, online(0, 1, 1, 0)),
        NtStatus::SUCCESS
    );
    assert_eq!(
        reset(&mut lab),
        ResetReply {
            generation: 4,
            lost: 1
        }
    );
    assert_eq!(summary(&mut lab).connections, 1);
    for bad in [
        online(1, 0, 0, 0),
        online(0x100, 0, 0, 0),
        online(0, 2, 0, 0),
        online(0, 0, 2, 0),
        online(0, 0, 0x100, 0),
        online(0, 0, 0, 2),
    ] {
        assert_eq!(tell(&mut lab, SET_ONLINE, bad), NtStatus::INVALID_PARAMETER);
    }
}

#[test]
fn connections_lost_at_the_next_reset() {
    let (mut lab, unit) = start();
    for plug in [0, 1] {
        connect(&mut lab, unit, Some(plug), Some(plug));
    }
    let lose = |lab: &mut Lab, by, index| {
        let request = DropRequest {
            by,
            index,
            output: PlugPlace { unit: 0, number: 0 },
            input: PlugPlace::NONE,
            ..Default::default()
        };
        ask::<CountReply>(lab, LOSE_AT_RESET, request).map(|reply| reply.count)
    };
    let bad = Err(NtStatus::INVALID_PARAMETER);
    assert_eq!(lose(&mut lab, drop_by::INDEX, 7), bad);
    assert_eq!(lose(&mut lab, drop_by::INDEX, 0x1_0000), bad);
    assert_eq!(lose(&mut lab, 3, 0), bad);
    assert_eq!(lose(&mut lab, drop_by::PLUGS, 0), Ok(1));
    assert_eq!(lose(&mut lab, drop_by::INDEX, 0), Ok(1));
    // It is marked already.
    assert_eq!(lose(&mut lab, drop_by::PLUGS, 0), Ok(0));
    let (_, entries) = common::list::<ConnectionEntry>(&mut lab, LIST_CONNECTIONS, 2);
    assert_eq!((entries[0].doomed, entries[1].doomed), (1, 0));
    assert_eq!(lab.simulation.reset_and_restore(), 1);
    assert_eq!(lose(&mut lab, drop_by::ALL, 0), Ok(1));
    assert_eq!(lab.simulation.reset_and_restore(), 1);
    assert_eq!(summary(&mut lab).connections, 0);
}
