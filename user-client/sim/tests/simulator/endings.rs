//! Requests that end early: cancelled, or out of time.

use std::thread;
use std::time::Duration;

use plug61883::{Access, Connect, NtStatus, Source, State, Unit};
use plug61883_sim::Simulator;

use crate::{PAIR, START, output, pair, unit};

/// Longer than any test runs.
const LONG: Duration = Duration::from_secs(3600);

/// [`PAIR`] in the time of this computer.
fn in_real_time() -> Simulator {
    Simulator::from_toml(&PAIR.replace("time = ", "#")).unwrap()
}

#[test]
fn a_request_is_cancelled_after_a_time() {
    let simulator = in_real_time();
    let (driver, deck) = unit(&simulator, 0);
    let plug = output(&deck, 0);
    simulator.answer_after(LONG);
    let limited = driver.cancel_after(Duration::from_millis(5));
    let error = limited.plug_state(plug.id()).unwrap_err();
    assert!(error.is_cancelled());
    assert_eq!(error.source(), Some(Source::Plug61883));
}

#[test]
fn a_request_is_cancelled_from_another_thread() {
    let simulator = in_real_time();
    let (driver, deck) = unit(&simulator, 0);
    let plug = output(&deck, 0);
    simulator.answer_after(LONG);
    let asked = driver.clone();
    let asking = thread::spawn(move || asked.plug_state(plug.id()));
    while !asking.is_finished() {
        driver.cancel();
        thread::yield_now();
    }
    assert!(asking.join().unwrap().unwrap_err().is_cancelled());
}

#[test]
fn a_request_has_its_time() {
    for simulator in [in_real_time(), pair("")] {
        let (driver, deck) = unit(&simulator, 0);
        let plug = output(&deck, 0);
        simulator.answer_after(LONG);
        let limited = driver.timeout(Duration::from_millis(5));
        let error = limited.plug_state(plug.id()).unwrap_err();
        assert_eq!(error.status(), Some(NtStatus::IO_TIMEOUT));
        assert_eq!(error.source(), Some(Source::Plug61883));
        assert!(error.is_retryable());
    }
}

#[test]
fn time_that_stands_passes_for_who_waits_for_an_answer() {
    let simulator = pair("");
    simulator.answer_after(Duration::from_millis(7));
    let (driver, deck) = unit(&simulator, 0);
    let plug = output(&deck, 0);
    let _connection = deck.connect(&Connect::new().output(&plug)).unwrap();
    assert_eq!(plug.state().unwrap().state, State::Active);
    // The plug's handle took 7 ms; then the connection was asked for.
    assert_eq!(
        driver.connections(None).unwrap()[0].made_at,
        START + 7 * 10_000
    );
}

#[test]
fn what_is_answered_too_late_is_undone() {
    let simulator = pair("");
    let (driver, deck) = unit(&simulator, 0);
    let plug = output(&deck, 0);
    simulator.answer_after(Duration::from_secs(20));
    let limited = Unit::by_id(&driver.clone().timeout(Duration::from_secs(1)), deck.id());
    let late = limited.connect(&Connect::new().output(&plug)).unwrap_err();
    assert_eq!(late.status(), Some(NtStatus::IO_TIMEOUT));
    // The protocol driver has made it by now, and has not broken it yet.
    simulator.advance(Duration::from_secs(25));
    assert_eq!(driver.info().unwrap().operations.0, 1);
    simulator.advance(Duration::from_secs(20));
    assert_eq!(driver.info().unwrap().operations.0, 0);
    simulator.answer_after(Duration::ZERO);
    assert_eq!(plug.state().unwrap().state, State::Ready);
}

#[test]
fn a_unit_leaves_with_requests_under_way() {
    let simulator = in_real_time();
    let (driver, deck) = unit(&simulator, 0);
    let plug = output(&deck, 0);
    simulator.answer_after(LONG);
    let asked = driver.clone();
    let asking = thread::spawn(move || asked.plug_state(plug.id()));
    while driver.info().unwrap().operations.0 == 0 {
        thread::yield_now();
    }
    simulator.unplug("deck").unwrap();
    assert!(asking.join().unwrap().unwrap_err().is_unit_gone());
    assert_eq!(driver.info().unwrap().operations.0, 0);
}

#[test]
fn without_units_there_is_no_driver() {
    let simulator = Simulator::from_toml("").unwrap();
    assert!(simulator.open(Access::Query).unwrap_err().is_no_driver());
    let simulator = pair("");
    simulator.unplug("deck").unwrap();
    simulator.open(Access::Query).unwrap();
    simulator.unplug("camera").unwrap();
    assert!(simulator.open(Access::Query).unwrap_err().is_no_driver());
    simulator.plug_in("camera").unwrap();
    simulator.open(Access::Query).unwrap();
}

#[test]
fn the_stack_of_a_small_thread_is_enough() {
    let thread = thread::Builder::new().stack_size(512 * 1024);
    let spawned = thread.spawn(|| {
        let simulator = Simulator::new();
        let (_, deck) = unit(&simulator, 0);
        simulator.unplug("camcorder").unwrap();
        simulator.bus_reset();
        deck.ids().unwrap().eui64
    });
    assert_eq!(spawned.unwrap().join().unwrap(), 0x00A0_B061_8830_0001);
}
