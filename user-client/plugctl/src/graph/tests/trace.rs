//! Follows the lines of a drawing from box to box.

use std::collections::HashSet;

use unicode_width::UnicodeWidthChar;

use super::*;
use crate::graph::layout::{Group, Picture, What};
use crate::tests::buses::any_bus;

/// What a link joins, in words: title and name of the sender, label of the line, title, name and
/// label of the receiver.
type Joined = (String, String, String);

/// A drawing, a cell for each column.
struct Cells(Vec<Vec<char>>);

#[derive(Clone, Copy, Debug)]
enum Way {
    Right,
    Up,
    Down,
}

impl Cells {
    /// The boxes and what is between them.
    fn new(text: &str) -> Self {
        let lines = text.lines().skip_while(|line| !line.is_empty()).skip(1);
        let cells = |line: &str| {
            // The second cell of a wide character is empty.
            let wide = |c: char| (0..c.width().unwrap_or(0)).map(move |at| [c, '\0'][at]);
            line.chars().flat_map(wide).collect()
        };
        Self(
            lines
                .take_while(|line| !line.is_empty())
                .map(cells)
                .collect(),
        )
    }

    fn at(&self, row: usize, column: usize) -> char {
        self.0
            .get(row)
            .and_then(|row| row.get(column))
            .copied()
            .unwrap_or(' ')
    }

    /// Text of a row, from one column on up to the edge of the box.
    fn words(&self, row: usize, column: usize) -> String {
        let cells = self.0[row][column..].iter();
        let text: String = cells.filter(|&&c| c != '\0').collect();
        let end = text.find(['│', '├', '┐']).unwrap_or(text.len());
        text[..end].trim_matches([' ', '─']).to_owned()
    }

    /// Title of the box around a row.
    fn title(&self, row: usize, column: usize) -> String {
        let top = (0..row).rev().find(|&row| self.at(row, column) == '┌');
        self.words(top.unwrap(), column + 1)
    }

    /// Where the lines that start in a cell arrive.
    fn follow(&self, row: usize, column: usize, way: Way, found: &mut Vec<(usize, usize)>) {
        let c = self.at(row, column);
        let mut go = |way| match way {
            Way::Right => self.follow(row, column + 1, way, found),
            Way::Up => self.follow(row - 1, column, way, found),
            Way::Down => self.follow(row + 1, column, way, found),
        };
        match (way, c) {
            (_, '│') => go(way),
            (Way::Right, '─' | '═' | '·') => go(way),
            (Way::Right, '┐') => go(Way::Down),
            (Way::Right, '┘') => go(Way::Up),
            (Way::Right, '┤') => [Way::Up, Way::Down].into_iter().for_each(go),
            (Way::Right, '┬') => [Way::Right, Way::Down].into_iter().for_each(go),
            (Way::Right, '┴') => [Way::Right, Way::Up].into_iter().for_each(go),
            (Way::Right, '┼') => [Way::Right, Way::Up, Way::Down].into_iter().for_each(go),
            (Way::Up | Way::Down, '├') => [way, Way::Right].into_iter().for_each(go),
            (Way::Up, '┌') | (Way::Down, '└') => go(Way::Right),
            (Way::Right, '►') => found.push((row, column + 1)),
            _ => panic!("{c:?} at {row}, {column}, going {way:?}"),
        }
    }

    fn joined(&self) -> Vec<Joined> {
        let edge = |row: &Vec<char>| row.iter().position(|&c| c == '┐');
        let boxed = self.0.iter().find(|row| row.first() == Some(&'┌'));
        let Some(edge) = boxed.and_then(edge) else {
            return Vec::new();
        };
        let mut joined = Vec::new();
        for row in 0..self.0.len() {
            if self.at(row, edge) != '├' {
                continue;
            }
            let from = format!("{}: {}", self.title(row, 0), self.words(row, 1));
            let is_line = |c| "─│┐┘┤┬┴┼═·".contains(c);
            let label: String = self.0[row][edge + 2..]
                .iter()
                .take_while(|c| !is_line(**c))
                .collect();
            let mut found = Vec::new();
            self.follow(
                row,
                edge + 2 + label.chars().count(),
                Way::Right,
                &mut found,
            );
            for (row, column) in found {
                assert_eq!(self.at(row, column), '│');
                let to = format!(
                    "{}: {}",
                    self.title(row, column),
                    self.words(row, column + 1)
                );
                let to = to.split_whitespace().collect::<Vec<_>>().join(" ");
                joined.push((from.clone(), label.trim().to_owned(), to));
            }
        }
        joined.sort();
        joined
    }
}

/// What the drawing has to show.
fn expected(bus: &Bus) -> Vec<Joined> {
    let picture = Picture::new(bus);
    let mut joined = Vec::new();
    for (at, link) in picture.links.iter().enumerate() {
        let end = |groups: &[Group], what| {
            let found = groups.iter().find_map(|group| {
                let row = group.rows.iter().find(|row| row.what == what)?;
                Some((group.title.clone(), row.name.clone(), row.note.clone()))
            });
            found.unwrap()
        };
        let label = picture.nets[link.net].label();
        let (title, name, note) = end(&picture.left, What::Source(link.net));
        let from = format!("{title}: {}", format!("{note} {name}").trim());
        let (title, name, note) = end(&picture.right, What::Sink(at));
        let to = format!(
            "{title}: {}",
            format!("{name} {} {note}", link.label).trim()
        );
        joined.push((from, label, to));
    }
    joined.sort();
    joined
}

fn drawn(bus: &Bus, columns: usize) -> String {
    let colour = false;
    text(bus, Paper { columns, colour })
}

#[test]
fn lines_of_a_studio_lead_where_they_should() {
    let found = Cells::new(&drawn(&studio(), 200)).joined();
    assert_eq!(found, expected(&studio()));
    assert_eq!(found.len(), studio().edges.len());
    let distinct: HashSet<_> = found.iter().collect();
    assert_eq!(distinct.len(), found.len());
    let found = Cells::new(&drawn(&dozen(), 120)).joined();
    assert_eq!(found, expected(&dozen()));
    assert_eq!(found.len(), 24);
}

proptest::proptest! {
    #[test]
    fn every_line_leads_where_it_should(bus in any_bus("[a-z日]{1,6}")) {
        let found = Cells::new(&drawn(&bus, 400)).joined();
        proptest::prop_assert_eq!(found, expected(&bus));
    }
}
