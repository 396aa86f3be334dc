//! Questions, answers and what comes of them.

use plug61883::{Connect, Direction, PlugId, Unit, UnitId};

use super::*;
use crate::watch::link::Request;

/// Selects the connection in whose row this stands.
fn select(stage: &mut Stage, what: &str) {
    stage.types("3g");
    for _ in 0..10 {
        let screen = stage.screen(120, 40);
        let mut rows = screen
            .lines()
            .map(|row| row.trim_start_matches('"').trim_start_matches(['│', '║']));
        if rows.any(|row| row.starts_with("> ") && row.contains(what)) {
            return;
        }
        stage.types("j");
    }
    panic!("no {what} in\n{}", stage.screen(120, 40));
}

#[test]
fn help() {
    let mut stage = Stage::bench();
    stage.types("?");
    insta::assert_snapshot!("help-80x24", stage.small());
    stage.types("jjj");
    insta::assert_snapshot!("help-60x18", stage.screen(60, 18));
    stage.types("?");
    assert!(stage.app.dialog.is_none());
}

#[test]
fn connecting() {
    let mut stage = Stage::bench();
    stage.types("c");
    insta::assert_snapshot!("connect-output", stage.small());
    stage.types("\n");
    // Only plugs of the same unit's driver.
    insta::assert_snapshot!("connect-input", stage.small());
    stage.types("j\n");
    insta::assert_snapshot!("connect-confirm", stage.small());
    stage.types("\n");
    insta::assert_snapshot!("connect-done", stage.screen(80, 30));
    assert_eq!(stage.app.held(), 1);
    let Stage {
        hands,
        mut app,
        driver,
        ..
    } = stage;
    assert_eq!(hands.release(), None);
    let bus = Bus::read(&driver).unwrap();
    app.update(Input::Told(Told::Picture(Box::new(bus))), NOW);
    assert_eq!(app.held(), 0);
}

#[test]
fn connecting_one_plug_by_broadcast() {
    let mut stage = Stage::bench();
    // From the plug that is selected: the audio interface's second output.
    stage.types("1jjjj\tj");
    stage.types("c");
    stage.types("\nG\n ");
    insta::assert_snapshot!("connect-broadcast", stage.small());
    let unit = Unit::by_id(&stage.driver, UnitId::new(2, 1));
    let plug = unit.plug(Direction::Out, 1).unwrap();
    let request = stage.key(Key::Enter);
    let expected = Request::Connect {
        unit: UnitId::new(2, 1),
        output: Some(PlugId::from(&plug)),
        input: None,
        broadcast: true,
    };
    assert_eq!(request, Some(Command::Do(expected)));
}

#[test]
fn going_back_and_giving_up() {
    let mut stage = Stage::bench();
    stage.types("c\n\n\u{1b}\u{1b}\u{1b}");
    assert!(stage.app.dialog.is_none());
    // An open end at one side leaves none for the other.
    stage.types("cG\n");
    let text = stage.small();
    assert!(
        text.contains("choose the input plug") && !text.contains("║   (open end)"),
        "{text}"
    );
    stage.types("q");
    assert!(stage.app.dialog.is_none());
    assert_eq!(stage.app.held(), 0);
}

#[test]
fn a_failure_is_shown_with_what_to_do() {
    let mut stage = Stage::bench();
    // It is gone between the choice and the confirmation; the picture is older.
    stage.types("cjjj\nG\n");
    stage.simulator.unplug("audio").unwrap();
    stage.types("\n");
    insta::assert_snapshot!("failure", stage.small());
    stage.types("x");
    insta::assert_snapshot!("failure-in-the-log", stage.screen(80, 40));
}

#[test]
fn disconnecting() {
    let mut stage = Stage::bench();
    select(&mut stage, "■ driver");
    stage.types("d");
    insta::assert_snapshot!("disconnect-driver", stage.small());
    stage.types("n");
    select(&mut stage, "▲ foreign");
    stage.types("d");
    insta::assert_snapshot!("disconnect-foreign", stage.small());
    let command = stage.key(Key::Char('y'));
    let Some(Command::Do(Request::Disconnect { force: true, .. })) = command else {
        panic!("{command:?}");
    };
    insta::assert_snapshot!("disconnect-done", stage.small());
    select(&mut stage, "◊ other node");
    stage.types("d");
    insta::assert_snapshot!("disconnect-other-node", stage.small());
}

#[test]
fn disconnecting_what_another_program_holds() {
    let mut stage = Stage::bench();
    let other = stage.simulator.open_as(777, Access::Change).unwrap();
    let unit = Unit::by_id(&other, UnitId::new(0, 1));
    // Its stream is there already.
    let output = unit.plug(Direction::Out, 0).unwrap();
    let held = unit.connect(&Connect::new().output(&output)).unwrap();
    stage.look();
    select(&mut stage, "○ pid 777");
    stage.types("d");
    insta::assert_snapshot!("disconnect-other-program", stage.small());
    // It ends before there is an answer: there is no question any more.
    drop(held);
    stage.look();
    assert!(stage.app.dialog.is_none());
    assert!(stage.small().contains("is gone"), "{}", stage.small());
}

#[test]
fn disconnecting_what_was_connected_here_takes_no_force() {
    let mut stage = Stage::bench();
    stage.types("c\nj\n\n");
    select(&mut stage, "● this");
    stage.types("d");
    insta::assert_snapshot!(stage.small());
    let id = stage.app.edge().and_then(|row| row.edge.id).unwrap();
    let expected = Request::Disconnect { id, force: false };
    assert_eq!(stage.key(Key::Char('y')), Some(Command::Do(expected)));
    assert_eq!(stage.app.held(), 0);
    // It was broken once, and by that alone.
    assert_eq!(stage.hands.release(), None);
}

#[test]
fn resetting_the_bus() {
    let mut stage = Stage::bench();
    stage.types("1Gr");
    insta::assert_snapshot!("reset", stage.small());
    let generation = stage.app.bus.generation;
    stage.types("\n");
    assert!(stage.app.dialog.is_none());
    assert_eq!(stage.app.bus.generation, generation);
    stage.types("ry");
    assert_ne!(stage.app.bus.generation, generation);
    insta::assert_snapshot!("reset-done", stage.small());
}

#[test]
fn who_may_only_read_is_told_so() {
    let mut stage = Stage::bench();
    stage.app.update(Input::Open { changes: false }, NOW);
    for key in ["c", "d", "r"] {
        stage.types(key);
        assert!(stage.app.dialog.is_none());
        assert!(stage.small().contains("administrator"), "{}", stage.small());
    }
    insta::assert_snapshot!(stage.small());
}

#[test]
fn one_request_at_a_time() {
    let mut stage = Stage::bench();
    let request = Request::Reset {
        unit: UnitId::new(0, 1),
    };
    stage.types("r");
    assert_eq!(
        stage.app.update(Input::Key(Key::Char('y')), NOW),
        Some(Command::Do(request))
    );
    assert!(stage.small().contains("waiting for the driver"));
    stage.types("d");
    assert!(stage.small().contains("still under way") && stage.app.dialog.is_none());
    assert_eq!(stage.key(Key::Interrupt), Some(Command::Quit));
}
