//! A picture that a browser shows.
//!
//! Cards of what sends on the left, of what receives on the right, lines from port to port. Each
//! line ends in a level run of its own, with its label: labels are never in the way of lines.
//! Nothing outside the file is needed to read it.

use std::fmt::{self, Write as _};

use unicode_width::UnicodeWidthStr;

use super::layout::{Group, Picture, Row, What, spread};
use super::look::LEGEND;
use super::style::write_style;
use crate::bus::Bus;
use crate::table::cut;

/// Around everything.
const MARGIN: usize = 24;
/// Above the cards: title, summary, headings.
const TOP: usize = 104;
/// Height of a card's title, and of each of its rows.
const HEAD: usize = 50;
const ROW: usize = 30;
/// Between cards.
const GAP: usize = 16;
/// Columns that a card's title is cut to.
const TITLE: usize = 40;
/// Height of a line of the legend.
const LINE: usize = 24;
/// Radius of a port.
const PORT: usize = 5;
/// Length of an arrow's head.
const ARROW: usize = 10;

/// The bus as an SVG.
pub(crate) fn svg(bus: &Bus) -> String {
    let picture = Picture::new(bus);
    let mut text = String::new();
    // Writing to a string can't fail.
    let _ = Plan::new(&picture).write(&mut text);
    text
}

/// Where everything stands.
struct Plan<'a> {
    picture: &'a Picture,
    /// Tops of the cards.
    left_tops: Vec<usize>,
    right_tops: Vec<usize>,
    /// Widths of the cards.
    left: usize,
    right: usize,
    /// Width of what is between the ports, and of the level run at its end.
    middle: usize,
    run: usize,
}

fn height(group: &Group) -> usize {
    HEAD + ROW * group.rows.len().max(1) + GAP
}

/// Width that text takes at most in most fonts, of this size.
fn text_width(text: &str, size: usize) -> usize {
    (text.width() * size * 13).div_ceil(20)
}

/// Center of a row, from the card's top.
fn row_y(index: usize) -> usize {
    HEAD + ROW * index + ROW / 2 - 6
}

fn row_text(row: &Row) -> String {
    if row.note.is_empty() {
        row.name.clone()
    } else {
        format!("{} ({})", row.name, row.note)
    }
}

fn card_width(groups: &[Group]) -> usize {
    let width = |group: &Group| {
        let title = text_width(&cut(&group.title, TITLE), 15);
        let rows = group.rows.iter().map(|row| text_width(&row_text(row), 13));
        rows.max().unwrap_or(0).max(title).max(160) + 32
    };
    groups.iter().map(width).max().unwrap_or(0)
}

impl<'a> Plan<'a> {
    fn new(picture: &'a Picture) -> Self {
        let heights = |groups: &[Group]| groups.iter().map(height).collect::<Vec<_>>();
        let (left_heights, right_heights) = (heights(&picture.left), heights(&picture.right));
        let (left, right): (usize, usize) = (left_heights.iter().sum(), right_heights.iter().sum());
        let labels = (0..picture.links.len()).map(|at| text_width(&label(picture, at), 12));
        let run = labels.max().map_or(0, |width| width + 24);
        let curves = (120 + 12 * picture.nets.len()).min(420);
        let mut plan = Self {
            picture,
            left_tops: spread(&left_heights, &vec![None; left_heights.len()], left),
            right_tops: spread(&right_heights, &vec![None; right_heights.len()], right),
            left: card_width(&picture.left),
            right: card_width(&picture.right),
            middle: if picture.right.is_empty() {
                0
            } else {
                curves + run
            },
            run,
        };
        // The higher side stands as it is, the other as near to what it is joined to as it can.
        if left < right {
            plan.left_tops = spread(&left_heights, &plan.wanted(&picture.left), right);
        } else {
            plan.right_tops = spread(&right_heights, &plan.wanted(&picture.right), left);
        }
        plan
    }

    /// Where the cards of a side are wanted: as their links go level.
    fn wanted(&self, groups: &[Group]) -> Vec<Option<usize>> {
        let links = self.picture.links.iter().enumerate();
        let top = |group: &Group| {
            let mut tops = Vec::new();
            for (index, row) in group.rows.iter().enumerate() {
                let there = match row.what {
                    What::Free => Vec::new(),
                    What::Source(net) => {
                        let links = links.clone().filter(|(_, link)| link.net == net);
                        links.filter_map(|(at, _)| self.sink_y(at)).collect()
                    }
                    What::Sink(link) => {
                        let net = self.picture.links[link].net;
                        self.source_y(net).into_iter().collect()
                    }
                };
                let tops_of = there.iter().map(|y| y.saturating_sub(row_y(index) + TOP));
                tops.extend(tops_of);
            }
            let count = tops.len();
            (count != 0).then(|| tops.iter().sum::<usize>() / count)
        };
        groups.iter().map(top).collect()
    }

    fn source_y(&self, net: usize) -> Option<usize> {
        find_y(&self.picture.left, &self.left_tops, What::Source(net))
    }

    fn sink_y(&self, link: usize) -> Option<usize> {
        find_y(&self.picture.right, &self.right_tops, What::Sink(link))
    }

    fn write(&self, text: &mut String) -> fmt::Result {
        let picture = self.picture;
        let bottom = |groups: &[Group], tops: &[usize]| {
            let bottoms = groups
                .iter()
                .zip(tops)
                .map(|(group, top)| top + height(group));
            bottoms.max().unwrap_or(0)
        };
        let cards =
            bottom(&picture.left, &self.left_tops).max(bottom(&picture.right, &self.right_tops));
        let classes = picture.classes();
        let legend = TOP + cards + 8;
        let lines = classes.len() + usize::from(!classes.is_empty());
        let full_height = legend + LINE * lines + MARGIN;
        let words = text_width(&picture.title, 20).max(text_width(&picture.summary, 13));
        let meanings = classes
            .iter()
            .map(|class| text_width(class.meaning(), 13) + 140);
        let meanings = meanings
            .max()
            .map_or(0, |width| width.max(text_width(LEGEND, 13)));
        let words = words.max(meanings);
        let width = (self.left + self.middle + self.right).max(words) + 2 * MARGIN;
        writeln!(
            text,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" \
             height=\"{full_height}\" viewBox=\"0 0 {width} {full_height}\" role=\"img\" \
             aria-labelledby=\"title desc\">"
        )?;
        let (title, summary) = (escape(&picture.title), escape(&picture.summary));
        writeln!(text, "<title id=\"title\">{title}</title>")?;
        writeln!(text, "<desc id=\"desc\">{summary}</desc>")?;
        write_style(text, &classes)?;
        writeln!(
            text,
            "<rect class=\"paper\" width=\"{width}\" height=\"{full_height}\"/>"
        )?;
        let x = MARGIN;
        writeln!(
            text,
            "<text class=\"title\" x=\"{x}\" y=\"42\">{title}</text>"
        )?;
        writeln!(
            text,
            "<text class=\"quiet\" x=\"{x}\" y=\"64\">{summary}</text>"
        )?;
        let y = TOP - 10;
        if !picture.right.is_empty() {
            writeln!(
                text,
                "<text class=\"quiet\" x=\"{x}\" y=\"{y}\">sends</text>"
            )?;
            let x = MARGIN + self.left + self.middle;
            writeln!(
                text,
                "<text class=\"quiet\" x=\"{x}\" y=\"{y}\">receives</text>"
            )?;
        }
        for at in 0..picture.links.len() {
            self.write_link(text, at)?;
        }
        for (group, top) in picture.left.iter().zip(&self.left_tops) {
            write_card(text, group, MARGIN, TOP + top, self.left, true)?;
        }
        for (group, top) in picture.right.iter().zip(&self.right_tops) {
            let x = MARGIN + self.left + self.middle;
            write_card(text, group, x, TOP + top, self.right, false)?;
        }
        if !classes.is_empty() {
            let y = legend + LINE / 2 + 5;
            writeln!(
                text,
                "<text class=\"quiet\" x=\"{MARGIN}\" y=\"{y}\">{LEGEND}</text>"
            )?;
        }
        for (at, class) in classes.into_iter().enumerate() {
            let y = legend + LINE * (at + 1) + LINE / 2;
            let (word, meaning) = (class.word(), class.meaning());
            writeln!(text, "<g class=\"legend {word}\">")?;
            writeln!(
                text,
                "<path class=\"line\" d=\"M {MARGIN} {y} H {}\"/>",
                MARGIN + 54
            )?;
            write_head(text, MARGIN + 54, y)?;
            let (x, y) = (MARGIN + 76, y + 5);
            writeln!(
                text,
                "<text x=\"{x}\" y=\"{y}\">{word}: {meaning}</text>\n</g>"
            )?;
        }
        writeln!(text, "</svg>")
    }

    fn write_link(&self, text: &mut String, at: usize) -> fmt::Result {
        let link = &self.picture.links[at];
        let (Some(from), Some(to)) = (self.source_y(link.net), self.sink_y(at)) else {
            return Ok(());
        };
        let start = MARGIN + self.left + PORT;
        let end = MARGIN + self.left + self.middle - PORT - ARROW;
        let run = MARGIN + self.left + self.middle - self.run;
        let turn = start.midpoint(run);
        let (word, label) = (link.class.word(), escape(&label(self.picture, at)));
        writeln!(text, "<g class=\"link {word}\">")?;
        let meaning = escape(&format!("{}: {}", link.label, link.class.meaning()));
        writeln!(text, "<title>{meaning}</title>")?;
        writeln!(
            text,
            "<path class=\"line\" d=\"M {start} {from} C {turn} {from} {turn} {to} {run} {to} \
             H {end}\"/>"
        )?;
        write_head(text, end, to)?;
        let y = to - 6;
        writeln!(
            text,
            "<text class=\"label\" x=\"{run}\" y=\"{y}\">{label}</text>"
        )?;
        writeln!(text, "</g>")
    }
}

/// What stands on a link.
fn label(picture: &Picture, at: usize) -> String {
    let link = &picture.links[at];
    format!("{}, {}", picture.nets[link.net].label(), link.label)
}

fn find_y(groups: &[Group], tops: &[usize], what: What) -> Option<usize> {
    groups.iter().zip(tops).find_map(|(group, top)| {
        let at = group.rows.iter().position(|row| row.what == what)?;
        Some(TOP + top + row_y(at))
    })
}

fn write_head(text: &mut String, x: usize, y: usize) -> fmt::Result {
    let (tip, above, below) = (x + ARROW, y - 5, y + 5);
    writeln!(
        text,
        "<path class=\"head\" d=\"M {x} {above} L {tip} {y} L {x} {below} Z\"/>"
    )
}

fn write_card(
    text: &mut String,
    group: &Group,
    x: usize,
    y: usize,
    width: usize,
    sends: bool,
) -> fmt::Result {
    let card = height(group) - GAP;
    writeln!(text, "<g class=\"node\">")?;
    writeln!(
        text,
        "<rect class=\"card\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{card}\" rx=\"6\"/>"
    )?;
    let title = escape(&cut(&group.title, TITLE));
    let (inner, first, second) = (x + 14, y + 21, y + 37);
    writeln!(
        text,
        "<text class=\"name\" x=\"{inner}\" y=\"{first}\">{title}</text>"
    )?;
    let address = escape(&group.address);
    writeln!(
        text,
        "<text class=\"address\" x=\"{inner}\" y=\"{second}\">{address}</text>"
    )?;
    let (edge, anchor, text_x) = if sends {
        (x + width, "end", x + width - 14)
    } else {
        (x, "start", x + 14)
    };
    let place = format!("x=\"{text_x}\" text-anchor=\"{anchor}\"");
    if group.rows.is_empty() {
        let (y, note) = (y + row_y(0) + 5, escape(&group.note));
        writeln!(
            text,
            "<text class=\"quiet\" {place} y=\"{y}\">{note}</text>"
        )?;
    }
    for (at, row) in group.rows.iter().enumerate() {
        let y = y + row_y(at);
        let (class, port) = match row.what {
            What::Free => ("quiet", "free"),
            _ => ("plug", "port"),
        };
        writeln!(
            text,
            "<circle class=\"{port}\" cx=\"{edge}\" cy=\"{y}\" r=\"{PORT}\"/>"
        )?;
        let (y, words) = (y + 5, escape(&row_text(row)));
        writeln!(
            text,
            "<text class=\"{class}\" {place} y=\"{y}\">{words}</text>"
        )?;
    }
    writeln!(text, "</g>")
}

/// Text between tags or in an attribute. What may not stand in XML becomes a mark of it.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{FFFE}' | '\u{FFFF}' => escaped.push(char::REPLACEMENT_CHARACTER),
            c if c.is_control() => escaped.push(char::REPLACEMENT_CHARACTER),
            c => escaped.push(c),
        }
    }
    escaped
}
