//! Requests under way, with numbers for requests.

use super::*;
use crate::node::NodeConfig;

const HOLD: Action = Action::Hold { cancellable: true };
const STUCK: Action = Action::Hold { cancellable: false };
const FAIL: Action = Action::Fail(NtStatus::IO_DEVICE_ERROR);

const NODE: NodeConfig = NodeConfig {
    eui64: 1,
    vendor_id: 1,
    model_id: 1,
    unit_model_id: 1,
    vendor: "",
    model: "",
    unit_model: "",
    outputs: 1,
    inputs: 1,
    speed: 2,
    payload: 1,
};

fn start() -> (Lab<u32>, DeviceRef) {
    let mut lab = Lab::new();
    let unit = lab.simulation.attach(NODE).unwrap();
    (lab, unit)
}

fn ready(unit: DeviceRef, request: u32) -> Ready<u32> {
    Ready {
        request,
        unit,
        fail: None,
    }
}

#[test]
fn answers_come_after_the_delay_in_order() {
    let (mut lab, unit) = start();
    assert_eq!(lab.submit(unit, 6, 1, 100), Submitted::Later);
    assert_eq!(lab.submit(unit, 6, 2, 101), Submitted::Later);
    assert_eq!(
        (lab.next_due(unit), lab.delayed(), lab.held()),
        (Some(102), 2, 0)
    );
    assert_eq!(lab.take_due(unit, 101), None);
    assert_eq!(lab.take_due(unit, 200), Some(ready(unit, 1)));
    assert_eq!(lab.take_due(unit, 200), Some(ready(unit, 2)));
    assert_eq!(lab.take_due(unit, 200), None);
    assert_eq!(lab.next_due(unit), None);
}

#[test]
fn units_do_not_see_each_others_requests() {
    let (mut lab, unit) = start();
    let other = lab.simulation.attach(NODE).unwrap();
    assert_eq!(lab.submit(unit, 6, 1, 0), Submitted::Later);
    assert_eq!(lab.next_due(other), None);
    assert_eq!(lab.take_due(other, 9), None);
    assert_eq!(lab.take_of_unit(other, |_| true), None);
    assert_eq!(lab.take_of_unit(unit, |_| true), Some(ready(unit, 1)));
}

#[test]
fn synchronous_answers() {
    let (mut lab, unit) = start();
    lab.policy.set_mode(Mode::Synchronous);
    assert_eq!(lab.submit(unit, 6, 1, 0), Submitted::Now(ready(unit, 1)));
    assert!(lab.policy.add(6, FAIL));
    let failed = Ready {
        fail: Some(NtStatus::IO_DEVICE_ERROR),
        ..ready(unit, 2)
    };
    assert_eq!(lab.submit(unit, 6, 2, 0), Submitted::Now(failed));
    assert!(lab.policy.add(6, HOLD));
    assert_eq!(
        lab.submit(unit, 6, 3, 0),
        Submitted::Held { cancellable: true }
    );
}

#[test]
fn failures_come_after_the_delay_too() {
    let (mut lab, unit) = start();
    assert!(lab.policy.add(5, FAIL));
    assert_eq!(lab.submit(unit, 5, 1, 0), Submitted::Later);
    let failed = Ready {
        fail: Some(NtStatus::IO_DEVICE_ERROR),
        ..ready(unit, 1)
    };
    assert_eq!(lab.take_due(unit, 2), Some(failed));
}

#[test]
fn held_requests_wait_for_their_release() {
    let (mut lab, unit) = start();
    for action in [HOLD, STUCK, HOLD] {
        assert!(lab.policy.add(ANY_FUNCTION, action));
    }
    assert_eq!(
        lab.submit(unit, 6, 1, 0),
        Submitted::Held { cancellable: true }
    );
    assert_eq!(
        lab.submit(unit, 5, 2, 0),
        Submitted::Held { cancellable: false }
    );
    assert_eq!(
        lab.submit(unit, 6, 3, 0),
        Submitted::Held { cancellable: true }
    );
    assert_eq!((lab.held(), lab.delayed()), (3, 0));
    assert_eq!(lab.take_due(unit, u64::MAX), None);
    assert_eq!(
        lab.take_held(5, |_| panic!("not cancellable")),
        Some(ready(unit, 2))
    );
    assert_eq!(lab.take_held(5, |_| true), None);
    assert_eq!(lab.take_held(ANY_FUNCTION, |_| true), Some(ready(unit, 1)));
    assert_eq!(lab.take_held(6, |_| true), Some(ready(unit, 3)));
    assert_eq!(lab.held(), 0);
}

#[test]
fn a_cancelled_request_is_left_to_its_callback() {
    let (mut lab, unit) = start();
    for _ in 0..2 {
        assert!(lab.policy.add(6, HOLD));
    }
    for request in [1, 2] {
        assert_eq!(
            lab.submit(unit, 6, request, 0),
            Submitted::Held { cancellable: true }
        );
    }
    // The cancel callback of 1 is on its way: 2 is taken.
    assert_eq!(
        lab.take_held(6, |&request| request != 1),
        Some(ready(unit, 2))
    );
    assert_eq!(lab.take_held(6, |_| true), None);
    assert_eq!(lab.take_of_unit(unit, |_| true), None);
    assert_eq!(lab.held(), 1);
    assert_eq!(lab.take_cancelled(|&request| request == 1), Some(1));
    assert_eq!(lab.take_cancelled(|&request| request == 1), None);
    assert_eq!(lab.held(), 0);
}

#[test]
fn too_many_fail() {
    let (mut lab, unit) = start();
    for request in 0..MAX_WAITING as u32 {
        assert_eq!(lab.submit(unit, 6, request, 0), Submitted::Later);
    }
    let failed = Ready {
        fail: Some(NtStatus::INSUFFICIENT_RESOURCES),
        ..ready(unit, 999)
    };
    assert_eq!(lab.submit(unit, 6, 999, 0), Submitted::Now(failed));
    assert_eq!(lab.delayed(), MAX_WAITING);
}

#[test]
fn every_function_can_be_held_and_goes_on_late() {
    use plug61883_abi::av61883::function;

    let (mut lab, unit) = start();
    for mode in [Mode::Synchronous, Mode::Asynchronous(1)] {
        lab.policy.set_mode(mode);
        for function in (0..function::MAX).chain([crate::policy::ASYNC_READ]) {
            for action in [HOLD, STUCK] {
                assert!(lab.policy.add(function, action));
                let Action::Hold { cancellable } = action else {
                    panic!("{action:?}")
                };
                let held = Submitted::Held { cancellable };
                assert_eq!(lab.submit(unit, function, 1, 0), held);
                assert_eq!(lab.take_due(unit, u64::MAX), None);
                // Who does not hear a cancel is answered at the release, however late it is.
                let late = lab.take_held(function, |_| cancellable);
                assert_eq!(late, Some(ready(unit, 1)));
            }
        }
    }
    assert_eq!((lab.held(), lab.delayed()), (0, 0));
}
