//! Aligned tables.

use unicode_width::UnicodeWidthStr;

/// A column: its heading, and whether its cells stand to the right.
#[derive(Clone, Copy)]
pub(crate) struct Column(pub(crate) &'static str, pub(crate) Side);

/// Side of a column to which its cells are moved.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

/// A table: a line of headings, then one line for each row, no spaces at line ends.
pub(crate) fn table<const N: usize>(columns: &[Column; N], rows: &[[String; N]]) -> String {
    let mut widths = columns.map(|Column(heading, _)| heading.width());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let headings = columns.map(|Column(heading, _)| heading.to_owned());
    let mut text = String::new();
    for row in std::iter::once(&headings).chain(rows) {
        let mut line = String::new();
        for ((cell, width), Column(_, side)) in row.iter().zip(widths).zip(columns) {
            let space = " ".repeat(width.saturating_sub(cell.width()));
            let (before, after) = if *side == Side::Right {
                (&*space, "")
            } else {
                ("", &*space)
            };
            line.extend([before, cell, after, "  "]);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Text of a device as it may stand in a terminal: no control characters.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_lines_end_clean() {
        let columns = [
            Column("A", Side::Left),
            Column("NUMBER", Side::Right),
            Column("B", Side::Left),
        ];
        let row = |cells: [&str; 3]| cells.map(str::to_owned);
        let rows = [row(["日本", "7", "x"]), row(["abcdef", "12345678", ""])];
        assert_eq!(
            table(&columns, &rows),
            "A         NUMBER  B\n\
             日本           7  x\n\
             abcdef  12345678\n"
        );
    }

    #[test]
    fn control_characters_do_not_reach_a_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\n"), "a\u{FFFD}[2Jb\u{FFFD}");
    }
}
