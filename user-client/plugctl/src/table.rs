//! Aligned tables that fit a terminal.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::style::{Tone, Toned};

/// Columns of a terminal that is none, or does not tell.
pub(crate) const TERMINAL: usize = 80;
/// Between two columns.
const GAP: usize = 2;

/// A column: its heading, and how its cells stand.
#[derive(Clone, Copy)]
pub(crate) struct Column {
    heading: &'static str,
    right: bool,
    fit: Fit,
}

/// What becomes of a column where there is no room for all.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// It stays.
    Keep,
    /// It is left out; those with a lower number first.
    Drop(u8),
    /// Its cells are cut, not below this width.
    Shorten(usize),
    /// It is left out where that is not enough; those with a lower number first.
    DropLate(u8),
    /// As `Keep`, but it is left out when its cells are empty.
    Filled,
}

impl Column {
    /// A column whose cells stand to the left.
    pub(crate) const fn left(heading: &'static str) -> Self {
        Self {
            heading,
            right: false,
            fit: Fit::Keep,
        }
    }

    /// A column whose cells stand to the right.
    pub(crate) const fn right(heading: &'static str) -> Self {
        Self {
            right: true,
            ..Self::left(heading)
        }
    }

    /// One that is left out where there is no room; those with a lower number first.
    pub(crate) const fn or_drop(self, order: u8) -> Self {
        let fit = Fit::Drop(order);
        Self { fit, ..self }
    }

    /// One that is left out where there is no room even so; those with a lower number first.
    pub(crate) const fn or_drop_late(self, order: u8) -> Self {
        let fit = Fit::DropLate(order);
        Self { fit, ..self }
    }

    /// One whose cells are cut where there is no room, not below this width.
    pub(crate) const fn or_shorten(self, least: usize) -> Self {
        let fit = Fit::Shorten(least);
        Self { fit, ..self }
    }

    /// One that is left out when its cells are empty.
    pub(crate) const fn if_filled(self) -> Self {
        let fit = Fit::Filled;
        Self { fit, ..self }
    }
}

/// A table: a line of headings, then one line for each row, no spaces at line ends. Where `room`
/// is told, columns are left out and cells are cut to fit it, as far as the columns allow. The
/// widths are those of the texts, with `colour` or without.
pub(crate) fn table<const N: usize, C: Toned>(
    columns: &[Column; N],
    rows: &[[C; N]],
    room: Option<usize>,
    colour: bool,
) -> String {
    let mut widths: [usize; N] = columns.map(|column| column.heading.width());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.text().width());
        }
    }
    let is_filled = |at: usize| rows.iter().any(|row| !row[at].text().is_empty());
    let mut shown: Vec<usize> = (0..N)
        .filter(|&at| columns[at].fit != Fit::Filled || is_filled(at))
        .collect();
    if let Some(room) = room {
        fit(columns, &mut widths, &mut shown, room);
    }
    let mut text = String::new();
    let mut line = |cell: &dyn Fn(usize) -> (String, Tone)| {
        // Spaces go before the next text only.
        let mut space = 0;
        for &at in &shown {
            let (cell, tone) = cell(at);
            let cell = cut(&cell, widths[at]);
            let rest = widths[at].saturating_sub(cell.width());
            let (before, mut after) = if columns[at].right {
                (rest, 0)
            } else {
                (0, rest)
            };
            let body = cell.trim_end();
            after += cell.width() - body.width();
            space += before;
            if !body.is_empty() {
                text.push_str(&" ".repeat(space));
                text.push_str(&if colour {
                    tone.paint(body)
                } else {
                    body.to_owned()
                });
                space = 0;
            }
            space += after + GAP;
        }
        text.push('\n');
    };
    line(&|at| (columns[at].heading.to_owned(), Tone::Faint));
    for row in rows {
        line(&|at| (row[at].text().to_owned(), row[at].tone()));
    }
    text
}

/// Leaves columns out, then makes columns narrower, then leaves out more, until the shown ones
/// fit.
fn fit<const N: usize>(
    columns: &[Column; N],
    widths: &mut [usize; N],
    shown: &mut Vec<usize>,
    room: usize,
) {
    let excess = |widths: &[usize; N], shown: &[usize]| {
        let cells: usize = shown.iter().map(|&at| widths[at]).sum();
        (cells + GAP * shown.len().saturating_sub(1)).saturating_sub(room)
    };
    let drop = |shown: &mut Vec<usize>, widths: &[usize; N], order: &dyn Fn(Fit) -> Option<u8>| {
        let order = |at: &usize| order(columns[*at].fit);
        while excess(widths, shown) != 0
            && let Some(lowest) = shown.iter().filter_map(order).min()
        {
            shown.retain(|at| order(at) != Some(lowest));
        }
    };
    drop(shown, widths, &|fit| match fit {
        Fit::Drop(order) => Some(order),
        _ => None,
    });
    let spare = |width: usize, column: &Column| match column.fit {
        Fit::Shorten(least) => width.saturating_sub(least.max(column.heading.width())),
        _ => 0,
    };
    while excess(widths, shown) != 0
        && let Some(&widest) = shown
            .iter()
            .filter(|&&at| spare(widths[at], &columns[at]) != 0)
            .max_by_key(|&&at| widths[at])
    {
        widths[widest] -= 1;
    }
    drop(shown, widths, &|fit| match fit {
        Fit::DropLate(order) => Some(order),
        _ => None,
    });
}

/// The text, cut to this width with a mark of it.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut cut = String::new();
    let mut left = width.saturating_sub(1);
    for c in text.chars() {
        let Some(rest) = left.checked_sub(c.width().unwrap_or(0)) else {
            break;
        };
        left = rest;
        cut.push(c);
    }
    cut.push('…');
    cut
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

    const COLUMNS: [Column; 4] = [
        Column::left("A").or_shorten(4),
        Column::right("NUMBER"),
        Column::left("B").or_drop(1),
        Column::left("C").if_filled(),
    ];

    fn row(cells: [&str; 4]) -> [String; 4] {
        cells.map(str::to_owned)
    }

    #[test]
    fn columns_are_aligned_and_lines_end_clean() {
        let rows = [
            row(["日本", "7", "x", ""]),
            row(["abcdef", "12345678", "", ""]),
        ];
        assert_eq!(
            table(&COLUMNS, &rows, None, false),
            "A         NUMBER  B\n\
             日本           7  x\n\
             abcdef  12345678\n"
        );
        assert_eq!(
            table::<4, String>(&COLUMNS, &[], None, false),
            "A  NUMBER  B\n"
        );
    }

    #[test]
    fn a_table_fits_by_leaving_out_and_then_by_cutting() {
        let rows = [
            row(["日本日本", "7", "x", "y"]),
            row(["abcdefgh", "12345678", "", ""]),
        ];
        let wide = table(&COLUMNS, &rows, Some(24), false);
        assert_eq!(wide, table(&COLUMNS, &rows, None, false));
        assert_eq!(
            table(&COLUMNS, &rows, Some(21), false),
            "A           NUMBER  C\n\
             日本日本         7  y\n\
             abcdefgh  12345678\n"
        );
        assert_eq!(
            table(&COLUMNS, &rows, Some(18), false),
            "A        NUMBER  C\n\
             日本…         7  y\n\
             abcd…  12345678\n"
        );
        // Four is the least, however little room there is.
        let narrow = table(&COLUMNS, &rows, Some(3), false);
        assert!(narrow.contains("\nabc…  12345678\n"), "{narrow}");
        assert!(narrow.contains("\n日…          7  y\n"), "{narrow}");
    }

    proptest::proptest! {
        #[test]
        fn a_table_is_no_wider_than_it_may_be(
            cells in proptest::collection::vec(("\\PC{0,30}", "\\PC{0,12}", "\\PC{0,20}"), 0..4),
            room in 22_usize..60,
        ) {
            let rows: Vec<_> =
                cells.iter().map(|(a, b, c)| row([a, b, c, ""])).collect();
            let plain = table(&COLUMNS, &rows, Some(room), false);
            for line in plain.lines() {
                proptest::prop_assert!(line.width() <= room, "{line:?}");
            }
            // Colour changes nothing but colour.
            let coloured = table(&COLUMNS, &rows, Some(room), true);
            let stripped = anstream::adapter::strip_str(&coloured).to_string();
            proptest::prop_assert_eq!(stripped, plain);
        }
    }

    #[test]
    fn what_can_be_left_out_late_goes_after_cutting() {
        const COLUMNS: [Column; 3] = [
            Column::left("A").or_shorten(4),
            Column::left("B").or_drop_late(2),
            Column::left("C").or_drop_late(1),
        ];
        let rows = [["abcdefgh", "bbbb", "cccc"].map(str::to_owned)];
        for (room, last) in [
            (20, "abcdefgh  bbbb  cccc"),
            (16, "abc…  bbbb  cccc"),
            (15, "abc…  bbbb"),
            (9, "abc…"),
            (1, "abc…"),
        ] {
            let table = table(&COLUMNS, &rows, Some(room), false);
            assert_eq!(table.lines().last(), Some(last), "{room}");
        }
    }

    #[test]
    fn colours_stand_around_the_texts_and_nothing_else() {
        use crate::style::Cell;
        let cell = |text: &str, tone| Cell::new(text, tone);
        let rows = [[
            cell("ab", Tone::Good),
            cell("7", Tone::Plain),
            cell("-", Tone::Bad),
            cell("", Tone::Bad),
        ]];
        assert_eq!(
            table(&COLUMNS, &rows, Some(80), true),
            "\u{1b}[2mA\u{1b}[0m   \u{1b}[2mNUMBER\u{1b}[0m  \u{1b}[2mB\u{1b}[0m\n\
             \u{1b}[32mab\u{1b}[0m       7  \u{1b}[2m-\u{1b}[0m\n"
        );
    }

    #[test]
    fn control_characters_do_not_reach_a_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\n"), "a\u{FFFD}[2Jb\u{FFFD}");
    }
}
