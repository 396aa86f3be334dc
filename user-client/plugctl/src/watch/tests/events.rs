//! The event log.

use std::time::Duration;

use plug61883::abi::ioctl;
use plug61883::{Connect, ConnectionId, Direction, PlugId, Unit, UnitId};
use plug61883_sim::By;

use super::*;

#[test]
fn what_others_do_is_told_as_it_happens() {
    let mut stage = Stage::bare();
    let foreign = |stage: &Stage, from, to| stage.simulator.connect(By::OtherDriver, from, to);
    foreign(&stage, "computer", "audio.iPCR[0]").unwrap();
    foreign(&stage, "camcorder.oPCR[0]", "computer").unwrap();
    let other = stage.simulator.open_as(777, Access::Change).unwrap();
    let unit = Unit::by_id(&other, UnitId::new(2, 1));
    let [asked, forced] = [0, 1].map(|number| {
        stage.simulator.advance(Duration::from_millis(1234));
        let output = unit.plug(Direction::Out, number).unwrap();
        unit.connect(&Connect::new().output(&output)).unwrap()
    });
    stage.look();
    insta::assert_snapshot!("connected", stage.small());
    // By who made it, by another program, by another driver, with its unit.
    stage.simulator.advance(Duration::from_secs(70));
    asked.disconnect().unwrap();
    stage.driver.disconnect(forced.id(), true).unwrap();
    stage
        .simulator
        .disconnect(By::OtherDriver, "computer", "audio.iPCR[0]")
        .unwrap();
    stage.simulator.unplug("camcorder").unwrap();
    stage.look();
    insta::assert_snapshot!("disconnected", stage.screen(80, 50));
}

#[test]
fn every_reason_has_its_words() {
    let event = |reason| ioctl::Event {
        sequence: 1 + u64::from(reason),
        time: NOW,
        unit: UnitId::new(0, 1),
        connection: ConnectionId::new(reason, 1),
        output: PlugId::new(0, Direction::Out, 0, 1),
        kind: ioctl::event_kind::DISCONNECTED,
        reason,
        owner: ioctl::owner::OTHER_HANDLE,
        ..ioctl::Event::default()
    };
    let events: Vec<_> = (0..6).map(event).collect();
    let mut app = App::new(PROCESS);
    for notice in notices(0, &events) {
        app.update(Input::Told(Told::Notice(notice)), NOW);
    }
    insta::assert_snapshot!(screen(&app, 80, 30));
}

#[test]
fn a_bus_reset_and_what_it_loses() {
    let mut stage = Stage::bench();
    stage.simulator.lose("deck.oPCR[0]").unwrap();
    stage.simulator.bus_reset();
    stage.look();
    insta::assert_snapshot!("bus-reset", stage.small());
    // The driver looks for its connections a while after.
    stage.simulator.advance(Duration::from_secs(10));
    stage.look();
    insta::assert_snapshot!("bus-reset-lost", stage.screen(80, 40));
    stage.types("fkind:reset\n");
    insta::assert_snapshot!("kind-reset", stage.small());
}

#[test]
fn units_come_and_go() {
    let absent = bare().replace("name = \"deck\"", "name = \"deck\"\nplugged_in = false");
    let mut stage = Stage::of(&absent);
    stage.simulator.unplug("tuner").unwrap();
    stage.simulator.plug_in("deck").unwrap();
    stage.simulator.plug_in("tuner").unwrap();
    stage.look();
    insta::assert_snapshot!(stage.small());
}

#[test]
fn lost_events_are_told() {
    let mut stage = Stage::bench();
    let kept = stage.driver.info().unwrap().max_events;
    for _ in 0..=kept {
        stage.simulator.bus_reset();
    }
    stage.look();
    stage.types("4g");
    insta::assert_snapshot!(stage.small());
}

#[test]
fn the_log_pauses_and_one_can_look_back() {
    let mut stage = Stage::bench();
    stage.simulator.bus_reset();
    stage.look();
    stage.types("p");
    stage.simulator.bus_reset();
    stage.look();
    insta::assert_snapshot!("paused", stage.small());
    stage.types("p4kk");
    insta::assert_snapshot!("looked-back", stage.small());
}

#[test]
fn what_this_program_owns_is_its_own() {
    let mut stage = Stage::bare();
    let unit = Unit::by_id(&stage.driver, UnitId::new(0, 1));
    let output = unit.plug(Direction::Out, 0).unwrap();
    let held = unit.connect(&Connect::new().output(&output)).unwrap();
    stage.look();
    let text = stage.small();
    assert!(
        text.contains("(this, process 4242)") && text.contains("● this"),
        "{text}"
    );
    drop(held);
}
