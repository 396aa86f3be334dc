//! Aligned tables that fit a terminal.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns of a terminal that a table fits, unless it is to be wide.
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
/// is told, columns are left out and cells are cut to fit it, as far as the columns allow.
pub(crate) fn table<const N: usize>(
    columns: &[Column; N],
    rows: &[[String; N]],
    room: Option<usize>,
) -> String {
    let mut widths: [usize; N] = columns.map(|column| column.heading.width());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let mut shown: Vec<usize> = (0..N)
        .filter(|&at| columns[at].fit != Fit::Filled || rows.iter().any(|row| !row[at].is_empty()))
        .collect();
    if let Some(room) = room {
        fit(columns, &mut widths, &mut shown, room);
    }
    let headings = columns.map(|column| column.heading.to_owned());
    let mut text = String::new();
    for row in std::iter::once(&headings).chain(rows) {
        let mut line = String::new();
        for &at in &shown {
            let cell = cut(&row[at], widths[at]);
            let space = " ".repeat(widths[at].saturating_sub(cell.width()));
            let (before, after) = if columns[at].right {
                (&*space, "")
            } else {
                ("", &*space)
            };
            line.extend([before, &*cell, after, "  "]);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Leaves columns out, then makes columns narrower, until the shown ones fit.
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
    let order = |at: &usize| match columns[*at].fit {
        Fit::Drop(order) => Some(order),
        _ => None,
    };
    while excess(widths, shown) != 0
        && let Some(lowest) = shown.iter().filter_map(order).min()
    {
        shown.retain(|at| order(at) != Some(lowest));
    }
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
}

/// The text, cut to this width with a mark of it.
fn cut(text: &str, width: usize) -> String {
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
            table(&COLUMNS, &rows, None),
            "A         NUMBER  B\n\
             日本           7  x\n\
             abcdef  12345678\n"
        );
        assert_eq!(table(&COLUMNS, &[], None), "A  NUMBER  B\n");
    }

    #[test]
    fn a_table_fits_by_leaving_out_and_then_by_cutting() {
        let rows = [
            row(["日本日本", "7", "x", "y"]),
            row(["abcdefgh", "12345678", "", ""]),
        ];
        let wide = table(&COLUMNS, &rows, Some(24));
        assert_eq!(wide, table(&COLUMNS, &rows, None));
        assert_eq!(
            table(&COLUMNS, &rows, Some(21)),
            "A           NUMBER  C\n\
             日本日本         7  y\n\
             abcdefgh  12345678\n"
        );
        assert_eq!(
            table(&COLUMNS, &rows, Some(18)),
            "A        NUMBER  C\n\
             日本…         7  y\n\
             abcd…  12345678\n"
        );
        // Four is the least, however little room there is.
        let narrow = table(&COLUMNS, &rows, Some(3));
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
            for line in table(&COLUMNS, &rows, Some(room)).lines() {
                proptest::prop_assert!(line.width() <= room, "{line:?}");
            }
        }
    }

    #[test]
    fn control_characters_do_not_reach_a_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\n"), "a\u{FFFD}[2Jb\u{FFFD}");
    }
}
