//! The boxes of a text drawing.

use unicode_width::UnicodeWidthStr;

use super::layout::{Group, Picture, Row, What, spread};
use super::route::{self, Wire};
use super::text::{Ink, Line, wrap};
use crate::table::cut;

/// Boxes one above the other.
pub(super) struct Side<'a> {
    picture: &'a Picture,
    groups: &'a [Group],
    /// Whether each box's title has a second line.
    tall: Vec<bool>,
    /// Row of each box's top.
    tops: Vec<usize>,
    /// Row of each row, in each box.
    rows: Vec<Vec<usize>>,
    /// Columns that a box takes.
    pub(super) width: usize,
    /// Whether lines leave it, on its right.
    sends: bool,
}

/// Which boxes have a second line for their title, on either side.
pub(super) type Tall = [Vec<bool>; 2];

/// Finds a row for everything, so that lanes for the wires can be found.
pub(super) fn place<'a>(picture: &'a Picture, tall: &Tall) -> (Side<'a>, Side<'a>, Vec<Wire>) {
    let mut left = Side::new(picture, true, tall[0].clone());
    let mut right = Side::new(picture, false, tall[1].clone());
    let total = |side: &Side<'_>| side.heights().iter().sum::<usize>();
    let room = total(&left).max(total(&right));
    // The higher side stands as it is, the other as near to what it is joined to as it can.
    if total(&left) < room {
        right.stack(&[], room);
        let wanted = left.wanted(|net| right.sinks_of(net));
        left.stack(&wanted, room);
    } else {
        left.stack(&[], room);
        let wanted = right.wanted(|net| left.row_of(What::Source(net)).into_iter().collect());
        right.stack(&wanted, room);
    }
    let nets = 0..picture.nets.len();
    let mut wires: Vec<_> = nets
        .map(|net| Wire {
            source: left.row_of(What::Source(net)).unwrap_or(0),
            sinks: Vec::new(),
        })
        .collect();
    right.settle(&mut wires);
    (left, right, wires)
}

impl<'a> Side<'a> {
    fn new(picture: &'a Picture, sends: bool, mut tall: Vec<bool>) -> Self {
        let groups = if sends { &picture.left } else { &picture.right };
        tall.resize(groups.len(), false);
        Self {
            picture,
            groups,
            tall,
            tops: Vec::new(),
            rows: Vec::new(),
            width: 0,
            sends,
        }
    }

    /// Rows that each box takes.
    fn heights(&self) -> Vec<usize> {
        let boxes = self.groups.iter().zip(&self.tall);
        let height =
            |(group, &tall): (&Group, &bool)| group.rows.len().max(1) + 2 + usize::from(tall);
        boxes.map(height).collect()
    }

    /// The row of a box's first row, as it stands at first.
    fn first(&self, group: usize) -> usize {
        self.tops[group] + 1 + usize::from(self.tall[group])
    }

    /// Which titles do not fit.
    pub(super) fn cut(&self) -> Vec<bool> {
        let titles = self.groups.iter().map(|group| group.title.width());
        titles.map(|width| width + 4 > self.width).collect()
    }

    /// Rows that it takes.
    pub(super) fn height(&self) -> usize {
        (0..self.groups.len())
            .map(|at| self.bottom(at) + 1)
            .max()
            .unwrap_or(0)
    }

    fn bottom(&self, group: usize) -> usize {
        let last = self.rows[group].last().copied();
        last.unwrap_or(self.first(group)) + 1
    }

    /// The row of an end.
    pub(super) fn row_of(&self, what: What) -> Option<usize> {
        self.groups
            .iter()
            .zip(&self.rows)
            .find_map(|(group, rows)| {
                let at = group.rows.iter().position(|row| row.what == what)?;
                rows.get(at).copied()
            })
    }

    fn sinks_of(&self, net: usize) -> Vec<usize> {
        let links = self.picture.links.iter().enumerate();
        let of_net = links.filter(|(_, link)| link.net == net);
        of_net
            .filter_map(|(at, _)| self.row_of(What::Sink(at)))
            .collect()
    }

    /// Where each box is wanted, given the rows that a net has on the other side.
    fn wanted(&self, there: impl Fn(usize) -> Vec<usize>) -> Vec<Option<usize>> {
        let top = |(group, &tall): (&Group, &bool)| {
            let mut tops = Vec::new();
            for (at, row) in group.rows.iter().enumerate() {
                let rows = match row.what {
                    What::Free => Vec::new(),
                    What::Source(net) => there(net),
                    What::Sink(link) => there(self.picture.links[link].net),
                };
                tops.extend(
                    rows.iter()
                        .map(|row| row.saturating_sub(at + 1 + usize::from(tall))),
                );
            }
            let count = tops.len();
            (count != 0).then(|| tops.iter().sum::<usize>() / count)
        };
        self.groups.iter().zip(&self.tall).map(top).collect()
    }

    fn stack(&mut self, wanted: &[Option<usize>], room: usize) {
        let heights = self.heights();
        let nowhere = vec![None; heights.len()];
        let wanted = if wanted.is_empty() { &nowhere } else { wanted };
        self.tops = spread(&heights, wanted, room);
        let groups = self.groups.iter().enumerate();
        let rows = groups.map(|(at, group)| (self.first(at)..).take(group.rows.len()).collect());
        self.rows = rows.collect();
    }

    /// Moves rows down where lanes could not be found otherwise: wires that change places, for
    /// one. Tells the wires where their sinks are.
    fn settle(&mut self, wires: &mut [Wire]) {
        let mut end = 0;
        for (at, group) in self.groups.iter().enumerate() {
            self.tops[at] = self.tops[at].max(end);
            let mut next = self.first(at);
            for (index, row) in group.rows.iter().enumerate() {
                if let What::Sink(link) = row.what {
                    let net = self.picture.links[link].net;
                    wires[net].sinks.push(next);
                    // Below the last source there is nothing in the way.
                    while !route::is_possible(wires) {
                        next += 1;
                        // Before its first row a box moves as a whole.
                        self.tops[at] += usize::from(index == 0);
                        wires[net].sinks.pop();
                        wires[net].sinks.push(next);
                    }
                }
                self.rows[at][index] = next;
                next += 1;
            }
            end = self.bottom(at) + 1;
        }
    }

    /// Width that shows all.
    pub(super) fn natural(&self) -> usize {
        let titles = self.groups.iter().map(|group| group.title.width() + 4);
        titles.max().unwrap_or(0).max(self.least(0))
    }

    /// Width that shows all but the titles, and those as far as this.
    pub(super) fn least(&self, title: usize) -> usize {
        let content = |group: &'a Group| {
            let words = |row| self.words(group, row).into_iter();
            let width = |row| words(row).map(|(_, word)| word.width()).sum();
            let rows = group.rows.iter().map(width);
            let title = group.title.width().min(title);
            rows.max().unwrap_or(group.note.width()).max(title) + 4
        };
        self.groups.iter().map(content).max().unwrap_or(0)
    }

    /// What a row says, up to the box's edge.
    fn words(&self, group: &Group, row: &Row) -> Vec<(Ink, String)> {
        let name = row.name.clone();
        let mut words = match row.what {
            What::Free => vec![(Ink::Dim, name)],
            What::Source(_) => vec![(Ink::Plain, name)],
            What::Sink(link) => {
                let ends = group.rows.iter().filter(|row| row.what != What::Free);
                let width = ends.map(|row| row.name.width()).max().unwrap_or(0);
                let link = &self.picture.links[link];
                let missing = " ".repeat(width - name.width());
                let label = (Ink::Line(link.class), link.label.clone());
                vec![(Ink::Plain, name + &missing + " "), label]
            }
        };
        if !row.note.is_empty() {
            // The name stands at the edge that lines come to.
            let at = if self.sends { 0 } else { words.len() };
            words.insert(at, (Ink::Dim, row.note.clone()));
        }
        let last = words.len() - 1;
        words
            .iter_mut()
            .take(last)
            .for_each(|(_, word)| word.push(' '));
        words
    }

    /// Draws the boxes, each row of them at the end of its line.
    pub(super) fn draw(&self, lines: &mut [Line]) {
        for (at, group) in self.groups.iter().enumerate() {
            let (top, bottom) = (self.tops[at], self.bottom(at));
            let room = self.width.saturating_sub(4);
            let mut title = vec![group.title.clone()];
            if self.tall[at] {
                title = wrap(&group.title, room);
                let second = title.split_off(1).join(" ");
                let second = cut(&second, room);
                let space = " ".repeat(room - second.width());
                let line = &mut lines[top + 1];
                line.put(Ink::Plain, "│ ");
                line.put(Ink::Bold, second);
                line.put(Ink::Plain, format!("{space} │"));
            }
            let title = cut(&title.concat(), room);
            let rest = room - title.width();
            lines[top].put(Ink::Plain, "┌ ");
            lines[top].put(Ink::Bold, title);
            lines[top].put(Ink::Plain, format!(" {}┐", "─".repeat(rest)));
            let first = self.first(at);
            for (y, line) in lines.iter_mut().enumerate().take(bottom).skip(first) {
                let row = self.rows[at].iter().position(|&row| row == y);
                let row = row.and_then(|row| group.rows.get(row));
                let words = match row {
                    Some(row) => self.words(group, row),
                    None if group.rows.is_empty() => vec![(Ink::Dim, group.note.clone())],
                    None => Vec::new(),
                };
                let used: usize = words.iter().map(|(_, word)| word.width()).sum();
                let space = " ".repeat(self.width.saturating_sub(used + 4));
                let is_source = row.is_some_and(|row| matches!(row.what, What::Source(_)));
                let edge = if is_source { "├" } else { "│" };
                let (before, after) = if self.sends {
                    (space, String::new())
                } else {
                    (String::new(), space)
                };
                line.put(Ink::Plain, format!("│ {before}"));
                words
                    .into_iter()
                    .for_each(|(ink, word)| line.put(ink, word));
                line.put(Ink::Plain, format!("{after} {edge}"));
            }
            let base = "─".repeat(self.width.saturating_sub(2));
            lines[bottom].put(Ink::Plain, format!("└{base}┘"));
        }
    }
}
