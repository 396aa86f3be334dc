//! A drawing for a terminal.
//!
//! Boxes of what sends on the left, of what receives on the right; between them each stream's
//! line goes into a lane and from there to each plug that hears it. A line that has a gap for
//! another crosses it; they do not meet.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::boxes::{Side, Tall, place};
use super::layout::{Net, Picture, What};
use super::list;
use super::look::{Class, LEGEND};
use super::route::{self, Wire};
use crate::bus::Bus;
use crate::table::cut;

/// What there is to draw on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paper {
    /// Columns to use at most.
    pub(crate) columns: usize,
    /// Whether to use colours.
    pub(crate) colour: bool,
}

/// How something is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Plain,
    Bold,
    Dim,
    Line(Class),
}

impl Ink {
    fn style(self) -> Style {
        let colour = |colour: AnsiColor| colour.on_default();
        match self {
            Self::Plain => Style::new(),
            Self::Bold => Style::new().bold(),
            Self::Dim => Style::new().dimmed(),
            Self::Line(Class::This | Class::Program) => colour(AnsiColor::Cyan),
            Self::Line(Class::Driver) => colour(AnsiColor::Green),
            Self::Line(Class::Foreign) => colour(AnsiColor::Yellow),
            Self::Line(Class::OtherNode) => colour(AnsiColor::Magenta),
            Self::Line(Class::Other) => colour(AnsiColor::Red),
        }
    }
}

/// A line of text, in pieces.
#[derive(Debug, Default)]
pub(super) struct Line(pub(super) Vec<(Ink, String)>);

impl Line {
    pub(super) fn put(&mut self, ink: Ink, text: impl Into<String>) {
        self.0.push((ink, text.into()));
    }

    pub(super) fn width(&self) -> usize {
        self.0.iter().map(|(_, text)| text.width()).sum()
    }

    fn pad(&mut self, width: usize) {
        let missing = width.saturating_sub(self.width());
        self.put(Ink::Plain, " ".repeat(missing));
    }

    /// The line, no wider than the paper, with no spaces at its end.
    pub(super) fn end(mut self, paper: Paper) -> String {
        let mut room = paper.columns;
        for (_, piece) in &mut self.0 {
            *piece = if room == 0 {
                String::new()
            } else {
                cut(piece, room)
            };
            room = room.saturating_sub(piece.width());
        }
        while let Some((_, last)) = self.0.last_mut() {
            last.truncate(last.trim_end().len());
            if !last.is_empty() {
                break;
            }
            self.0.pop();
        }
        let mut line = String::new();
        for (ink, piece) in self.0 {
            let style = ink.style();
            if paper.colour && style != Style::new() {
                line.push_str(&format!("{style}{piece}{style:#}"));
            } else {
                line.push_str(&piece);
            }
        }
        line.push('\n');
        line
    }
}

/// The line of a class.
pub(super) const fn stroke(class: Class) -> char {
    match class {
        Class::This | Class::Program | Class::Driver | Class::Other => '─',
        Class::Foreign => '═',
        Class::OtherNode => '·',
    }
}

/// Head of an arrow.
pub(super) const ARROW: char = '►';

/// A drawing of the bus, or where there is no room for one, a list.
pub(crate) fn text(bus: &Bus, paper: Paper) -> String {
    let picture = Picture::new(bus);
    let mut text = String::new();
    for (ink, words) in [(Ink::Bold, &picture.title), (Ink::Plain, &picture.summary)] {
        for part in wrap(words, paper.columns) {
            let mut line = Line::default();
            line.put(ink, part);
            text.push_str(&line.end(paper));
        }
    }
    text.push('\n');
    let lines = Drawing::new(&picture, paper.columns)
        .map_or_else(|| list::lines(&picture, paper), |drawing| drawing.lines());
    for line in lines {
        text.push_str(&line.end(paper));
    }
    let classes = picture.classes();
    if !classes.is_empty() {
        text.push('\n');
        for part in wrap(LEGEND, paper.columns) {
            let mut line = Line::default();
            line.put(Ink::Dim, part);
            text.push_str(&line.end(paper));
        }
    }
    for class in classes {
        let mut line = Line::default();
        let stroke = stroke(class).to_string().repeat(3);
        line.put(Ink::Line(class), format!("{stroke}{ARROW}"));
        let words = format!("{}: {}", class.word(), class.meaning());
        for part in wrap(&words, paper.columns.saturating_sub(5)) {
            line.pad(5);
            line.put(Ink::Plain, part);
            text.push_str(&std::mem::take(&mut line).end(paper));
        }
    }
    text
}

/// Text in lines of this width, broken between words where it can be.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Everything in its place.
struct Drawing<'a> {
    picture: &'a Picture,
    left: Side<'a>,
    right: Side<'a>,
    wires: Vec<Wire>,
    lanes: Vec<Option<usize>>,
    /// Of each net.
    labels: Vec<String>,
    /// Columns from one lane to the next.
    step: usize,
}

/// Least width of a title, where there is room for it.
const TITLE: usize = 20;

impl<'a> Drawing<'a> {
    /// Finds a place for everything; `None` where there is no room. Titles that do not fit get a
    /// second line.
    fn new(picture: &'a Picture, columns: usize) -> Option<Self> {
        let drawing = Self::with_titles(picture, columns, &Tall::default())?;
        let tall = [drawing.left.cut(), drawing.right.cut()];
        if tall.iter().flatten().all(|tall| !tall) {
            return Some(drawing);
        }
        Self::with_titles(picture, columns, &tall).or(Some(drawing))
    }

    fn with_titles(picture: &'a Picture, columns: usize, tall: &Tall) -> Option<Self> {
        let (left, right, wires) = place(picture, tall);
        let lanes = route::lanes(&wires)?;
        let mut drawing = Self {
            picture,
            left,
            right,
            wires,
            lanes,
            labels: Vec::new(),
            step: 0,
        };
        let tries = [
            (true, 3, TITLE),
            (true, 2, TITLE),
            (false, 2, TITLE),
            (false, 2, 0),
        ];
        for (long, step, least) in tries {
            let label = if long { Net::label } else { Net::short_label };
            drawing.labels = picture.nets.iter().map(label).collect();
            drawing.step = step;
            let room = columns.saturating_sub(drawing.middle());
            if drawing.fit(room, least) {
                return Some(drawing);
            }
        }
        None
    }

    /// Makes the boxes narrower until they fit, cutting titles down to this width.
    fn fit(&mut self, room: usize, least: usize) -> bool {
        let (least_left, least_right) = (self.left.least(least), self.right.least(least));
        (self.left.width, self.right.width) = (self.left.natural(), self.right.natural());
        let mut excess = (self.left.width + self.right.width).saturating_sub(room);
        while excess != 0 {
            let (left, right) = (self.left.width, self.right.width);
            if left > least_left && (left >= right || right <= least_right) {
                self.left.width -= 1;
            } else if right > least_right {
                self.right.width -= 1;
            } else {
                return false;
            }
            excess -= 1;
        }
        true
    }

    /// Column of a lane between the boxes.
    fn lane(&self, lane: usize) -> usize {
        let label = self.labels.iter().map(String::len).max().unwrap_or(0);
        label + 4 + self.step * lane
    }

    /// Columns between the boxes.
    fn middle(&self) -> usize {
        if self.picture.right.is_empty() {
            return 0;
        }
        let lanes = self.lanes.iter().flatten().max().map_or(0, |last| last + 1);
        self.lane(lanes) + 3
    }

    fn lines(&self) -> Vec<Line> {
        let middle = self.lattice();
        let height = self.left.height().max(self.right.height());
        let mut lines: Vec<Line> = (0..height).map(|_| Line::default()).collect();
        self.left.draw(&mut lines);
        for (line, cells) in lines.iter_mut().zip(middle) {
            line.pad(self.left.width);
            for (ink, c) in cells {
                match line.0.last_mut() {
                    Some((last, text)) if *last == ink => text.push(c),
                    _ => line.put(ink, c),
                }
            }
        }
        self.right.draw(&mut lines);
        lines
    }

    /// What stands between the boxes.
    fn lattice(&self) -> Vec<Vec<(Ink, char)>> {
        let width = self.middle();
        let height = self.left.height().max(self.right.height());
        let mut cells = vec![vec![(Ink::Plain, ' '); width]; height];
        for (net, wire) in self.wires.iter().enumerate() {
            let trunk = format!("─ {} ", self.labels[net]);
            let turn = self.lanes[net].map_or(self.lane(0), |lane| self.lane(lane));
            let line = trunk.chars().chain(std::iter::repeat('─'));
            for (cell, c) in cells[wire.source].iter_mut().take(turn).zip(line) {
                *cell = (Ink::Plain, c);
            }
        }
        for (at, link) in self.picture.links.iter().enumerate() {
            let row = self.right.row_of(What::Sink(at)).unwrap_or(0);
            let start = match self.lanes[link.net] {
                Some(lane) => self.lane(lane) + 1,
                None => self.lane(0),
            };
            let ink = Ink::Line(link.class);
            for cell in &mut cells[row][start..] {
                *cell = (ink, stroke(link.class));
            }
            if let Some(last) = cells[row].last_mut() {
                *last = (ink, ARROW);
            }
        }
        for (wire, lane) in self.wires.iter().zip(&self.lanes) {
            let Some(column) = lane.map(|lane| self.lane(lane)) else {
                continue;
            };
            let (first, last) = wire.span();
            for (row, cells) in cells.iter_mut().enumerate().take(last + 1).skip(first) {
                let sinks = wire.sinks.contains(&row);
                let c = match (wire.source == row, sinks, row == first, row == last) {
                    (true, false, true, _) => '┐',
                    (true, false, _, true) => '┘',
                    (true, false, _, _) => '┤',
                    (true, true, true, _) => '┬',
                    (true, true, _, true) => '┴',
                    (true, true, _, _) => '┼',
                    (false, true, true, _) => '┌',
                    (false, true, _, true) => '└',
                    (false, true, _, _) => '├',
                    // A line that it crosses has a gap there.
                    (false, false, _, _) => '│',
                };
                cells[column] = (Ink::Plain, c);
            }
        }
        cells
    }
}
