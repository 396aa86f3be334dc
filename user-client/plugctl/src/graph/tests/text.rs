//! The drawing for a terminal.

use insta::assert_snapshot;
use unicode_width::UnicodeWidthStr;

use super::*;
use crate::tests::buses::any_bus;

fn drawn(bus: &Bus, columns: usize) -> String {
    let colour = false;
    text(bus, Paper { columns, colour })
}

#[test]
fn a_studio() {
    assert_snapshot!("studio_80", drawn(&studio(), 80));
    assert_snapshot!("studio_wide", drawn(&studio(), usize::MAX));
}

#[test]
fn a_list_where_there_is_no_room() {
    assert_snapshot!("studio_60", drawn(&studio(), 60));
    assert_snapshot!("studio_30", drawn(&studio(), 30));
}

#[test]
fn little_and_much() {
    assert_snapshot!("alone", drawn(&alone(), 80));
    assert_snapshot!("one", drawn(&one(), 80));
    assert_snapshot!("dozen", drawn(&dozen(), 80));
}

#[test]
fn units_that_could_not_be_read() {
    assert_snapshot!("unreadable", drawn(&unreadable(), 80));
}

#[test]
fn devices_that_send_to_each_other() {
    let bus = alone()
        .unit("Deck", &[fast(1, 1, 0), input(2, 1, 0)])
        .unit("Recorder", &[fast(2, 1, 0), input(1, 1, 0)]);
    assert_snapshot!("each_other", drawn(&bus.guessed(), 80));
}

#[test]
fn colour_only_where_it_is_wanted() {
    let bus = one();
    let paper = Paper {
        columns: 80,
        colour: true,
    };
    let colourful = text(&bus, paper);
    assert!(colourful.contains("\u{1b}[36m"), "{colourful:?}");
    assert_eq!(
        anstream::adapter::strip_str(&colourful).to_string(),
        drawn(&bus, 80)
    );
    assert!(!drawn(&bus, 80).contains('\u{1b}'));
}

proptest::proptest! {
    #[test]
    fn it_fits_and_is_the_same_each_time(bus in any_bus("\\PC{0,30}"), columns in 20_usize..140) {
        let text = drawn(&bus, columns);
        for line in text.lines() {
            proptest::prop_assert!(line.width() <= columns, "{line:?}");
            proptest::prop_assert_eq!(line, line.trim_end());
        }
        proptest::prop_assert_eq!(&text, &drawn(&bus, columns));
    }
}
