//! Styles, panels and text that fits.

use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Borders};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::bus::Maker;
use crate::table::{self, Column};
use crate::watch::app::{App, Panel};
use plug61883::Owner;

/// Styles. Without colours the same is told by signs, words and boldness.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    /// Colours are used.
    pub(crate) colour: bool,
}

impl Paint {
    fn in_colour(self, colour: Color) -> Style {
        if self.colour {
            Style::new().fg(colour)
        } else {
            Style::new()
        }
    }

    pub(super) fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    pub(super) fn dim(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    pub(super) fn good(self) -> Style {
        self.in_colour(Color::Green)
    }

    pub(super) fn bad(self) -> Style {
        self.in_colour(Color::Red).add_modifier(Modifier::BOLD)
    }

    /// What there is room left for.
    pub(super) fn used(self) -> Style {
        self.in_colour(Color::Cyan)
    }

    pub(super) fn maker(self, maker: Maker) -> Style {
        match maker {
            Maker::Known(Owner::ThisHandle, _) => self.in_colour(Color::Green),
            Maker::Known(Owner::OtherHandle, _) => self.in_colour(Color::Yellow),
            Maker::Known(Owner::Driver, _) => self.in_colour(Color::Blue),
            Maker::Known(..) => self.in_colour(Color::Magenta),
            Maker::OtherNode => self.in_colour(Color::Cyan),
        }
    }

    /// The selected row of a panel.
    pub(super) fn selected(self, focused: bool) -> Style {
        if focused {
            Style::new().add_modifier(Modifier::REVERSED)
        } else {
            self.strong()
        }
    }

    /// A panel's frame; that of the one that has the keys is double.
    pub(super) fn panel(self, app: &App, panel: Panel, title: &str) -> Block<'static> {
        let number = Panel::ALL.iter().position(|it| *it == panel).unwrap_or(0) + 1;
        let title = Span::from(format!(" {number} {title} "));
        let block = Block::new().borders(Borders::ALL);
        if app.focus == panel && app.dialog.is_none() {
            let block = block.border_type(BorderType::Double);
            block.title(title.style(self.strong()))
        } else {
            block.title(title)
        }
    }
}

/// The rows that are seen: so that the selected one is among them.
pub(super) fn window(rows: usize, selected: Option<usize>, height: u16) -> std::ops::Range<usize> {
    let height = usize::from(height);
    let at = selected.unwrap_or(0);
    // Half of the room is above the selected row, where there are that many.
    let first = at
        .saturating_sub(height / 2)
        .min(rows.saturating_sub(height));
    first..rows.min(first + height)
}

/// Lines of a table for a panel: a heading, then the rows that are seen, a mark at the selected
/// one.
pub(super) fn table<const N: usize>(
    columns: &[Column; N],
    rows: &[[String; N]],
    selected: Option<usize>,
    (area, focused, paint): (Rect, bool, Paint),
) -> Vec<Line<'static>> {
    let room = usize::from(area.width).saturating_sub(2);
    let text = table::table(columns, rows, Some(room), false);
    let mut lines = text.lines();
    let heading = lines.next().unwrap_or_default();
    let seen = window(rows.len(), selected, area.height.saturating_sub(1));
    let heading = Line::from(format!("  {heading}")).style(paint.dim());
    let rows = lines
        .enumerate()
        .skip(seen.start)
        .take(seen.len())
        .map(|(at, line)| {
            if Some(at) == selected {
                // To the panel's edge, so that the whole row is marked.
                let line = fill(line, room);
                Line::from(format!("> {line}")).style(paint.selected(focused))
            } else {
                Line::from(format!("  {line}"))
            }
        });
    std::iter::once(heading).chain(rows).collect()
}

/// The text in exactly this width, cut or with spaces after it.
pub(super) fn fill(text: &str, width: usize) -> String {
    let text = cut(text, width);
    let space = width.saturating_sub(text.width());
    text + &" ".repeat(space)
}

/// The text, cut to this width with a mark of it.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut cut = head(text, width.saturating_sub(1)).to_owned();
    if width != 0 {
        cut.push('…');
    }
    cut
}

/// As much of the text as this width has room for.
fn head(text: &str, width: usize) -> &str {
    let mut left = width;
    for (at, c) in text.char_indices() {
        match left.checked_sub(c.width().unwrap_or(0)) {
            Some(rest) => left = rest,
            None => return text.get(..at).unwrap_or(text),
        }
    }
    text
}

/// The text in lines of at most this width, broken between words where that can be.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            let mut word = word;
            if !line.is_empty() {
                if line.width() + 1 + word.width() <= width {
                    line.push(' ');
                } else {
                    lines.push(std::mem::take(&mut line));
                }
            }
            while line.is_empty() && word.width() > width {
                let first = head(word, width);
                if first.is_empty() {
                    // Not even one character has room.
                    return lines;
                }
                lines.push(first.to_owned());
                word = word.get(first.len()..).unwrap_or_default();
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selected_row_is_seen() {
        assert_eq!(window(3, Some(2), 5), 0..3);
        assert_eq!(window(10, Some(0), 4), 0..4);
        assert_eq!(window(10, Some(5), 4), 3..7);
        assert_eq!(window(10, Some(9), 4), 6..10);
        assert_eq!(window(10, None, 0), 0..0);
        assert_eq!(window(0, None, 4), 0..0);
    }

    #[test]
    fn text_is_cut_and_wrapped_by_its_width() {
        assert_eq!((&*fill("ab", 4), &*fill("abcde", 4)), ("ab  ", "abc…"));
        assert_eq!((&*cut("日本語", 5), &*fill("日本語", 4)), ("日本…", "日… "));
        assert_eq!(cut("ab", 0), "");
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(
            wrap("abcdefgh ij\n\nk", 3),
            ["abc", "def", "gh", "ij", "", "k"]
        );
        assert_eq!(wrap("日本", 1), Vec::<String>::new());
    }
}
