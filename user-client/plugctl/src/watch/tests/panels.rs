//! What the panels show.

use plug61883::{Asked, Connect, Direction, Error, ErrorKind, Unit, UnitId};
use plug61883_sim::By;
use ratatui::style::Color;

use super::*;
use crate::failure::Failure;
use crate::watch::link::Away;

#[test]
fn before_the_first_picture() {
    let mut app = App::new(PROCESS);
    app.update(Input::Open { changes: true }, NOW);
    insta::assert_snapshot!(screen(&app, 80, 24));
}

#[test]
fn the_bench() {
    let stage = Stage::bench();
    insta::assert_snapshot!("bench-80x24", stage.small());
    insta::assert_snapshot!("bench-120x40", stage.screen(120, 40));
    insta::assert_snapshot!("bench-60x18", stage.screen(60, 18));
}

#[test]
fn one_plug_with_many_connections_is_a_tree() {
    let stage = Stage::bench();
    let other = stage.simulator.open_as(777, Access::Change).unwrap();
    let unit = Unit::by_id(&other, UnitId::new(0, 1));
    let output = unit.plug(Direction::Out, 0).unwrap();
    let input = unit.plug(Direction::In, 1).unwrap();
    let held = [None, Some(&input)].map(|input| {
        let wanted = Connect::new().output(&output);
        let wanted = input.map_or(wanted, |input| wanted.input(input));
        unit.connect(&wanted).unwrap()
    });
    let mut stage = stage;
    stage.look();
    stage.types("3");
    insta::assert_snapshot!(stage.small());
    // In a window that does not begin with the first of them, the plug is named all the same.
    stage.types("G");
    insta::assert_snapshot!("tree-60x18", stage.screen(60, 18));
    drop(held);
}

#[test]
fn the_plugs_of_one_unit() {
    let mut stage = Stage::bench();
    stage.types("1jj");
    insta::assert_snapshot!(stage.small());
}

#[test]
fn a_filter_while_it_is_typed_and_after() {
    let mut stage = Stage::bench();
    stage.simulator.bus_reset();
    stage.look();
    stage.types("funit:hv-2000 pcr[0]");
    insta::assert_snapshot!("filter-typed", stage.small());
    stage.types("\n");
    insta::assert_snapshot!("filter-kept", stage.small());
    // Typed away again, the one before stays.
    stage.types("/xyz\u{1b}");
    assert_eq!(stage.app.filter.text(), "unit:hv-2000 pcr[0]");
    stage.types("fzz\n");
    insta::assert_snapshot!("filter-nothing", stage.small());
    stage.types("\u{1b}");
    assert!(stage.app.filter.is_empty());
    assert_eq!(stage.key(Key::Esc), Some(Command::Quit));
}

#[test]
fn a_driver_that_goes_and_comes_again() {
    let mut stage = Stage::bench();
    for node in ["deck", "camcorder", "audio", "tuner"] {
        stage.simulator.unplug(node).unwrap();
    }
    stage.look();
    stage.tell(Told::Away(Away::NoUnit));
    insta::assert_snapshot!("away-no-unit", stage.small());
    // Each second again: told once.
    stage.tell(Told::Away(Away::NoUnit));
    let gone = Error::new(Asked::Units, ErrorKind::NoDriver);
    stage.tell(Told::Away(Away::Failed(Failure::Driver(gone))));
    stage.types("c");
    insta::assert_snapshot!("away-failed", stage.small());
    stage.simulator.plug_in("tuner").unwrap();
    stage.look();
    insta::assert_snapshot!("back", stage.small());
}

#[test]
fn a_picture_that_can_not_be_read_again() {
    let mut stage = Stage::bench();
    let failure = Failure::Driver(Error::new(
        Asked::Units,
        ErrorKind::Status(plug61883::Answer {
            status: plug61883::NtStatus::IO_TIMEOUT,
            source: plug61883::Source::Plug61883,
        }),
    ));
    stage.tell(Told::Unread(failure.clone()));
    stage.tell(Told::Unread(failure.clone()));
    insta::assert_snapshot!(stage.small());
    // It is told again only when it has been over.
    let errors = |stage: &Stage| stage.screen(80, 40).matches("STATUS_IO_TIMEOUT").count();
    assert_eq!(errors(&stage), 1);
    stage.look();
    stage.tell(Told::Unread(failure));
    assert_eq!(errors(&stage), 2);
}

#[test]
fn tiny_terminals_get_a_message() {
    let stage = Stage::bench();
    insta::assert_snapshot!("tiny-40x10", stage.screen(40, 10));
    insta::assert_snapshot!("tiny-59x18", stage.screen(59, 18));
}

#[test]
fn without_colours_there_are_none() {
    let mut stage = Stage::bench();
    stage
        .simulator
        .connect(By::OtherDriver, "audio.oPCR[1]", "computer")
        .unwrap();
    stage.look();
    let colours = |colour| {
        let terminal = draw(&stage.app, 80, 24, colour);
        let cells = terminal.backend().buffer().content().iter();
        let coloured = cells.filter(|cell| (cell.fg, cell.bg) != (Color::Reset, Color::Reset));
        coloured.count()
    };
    assert_eq!(colours(false), 0);
    assert_ne!(colours(true), 0);
    // The text is the same.
    let text = |colour| draw(&stage.app, 80, 24, colour).backend().to_string();
    assert_eq!(text(false), text(true));
}
