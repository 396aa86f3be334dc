//! A list in place of a drawing, where there is no room for one.

use unicode_width::UnicodeWidthStr;

use super::layout::{Group, Picture, What};
use super::text::{ARROW, Ink, Line, Paper, stroke, wrap};

/// Every sender with who hears it below; then the plugs that are not connected.
pub(super) fn lines(picture: &Picture, paper: Paper) -> Vec<Line> {
    let mut lines = Vec::new();
    for group in &picture.left {
        for row in &group.rows {
            let What::Source(net) = row.what else {
                continue;
            };
            let mut line = Line::default();
            line.put(Ink::Bold, format!("{} ", group.title));
            line.put(Ink::Plain, row.name.clone());
            lines.push(line);
            let mut line = Line::default();
            line.put(Ink::Plain, format!(" {}", picture.nets[net].label()));
            lines.push(line);
            lines.extend(sinks(picture, net, paper));
        }
    }
    for group in picture.left.iter().chain(&picture.right) {
        let text = format!("{}: {}", group.title, rest(group));
        if !rest(group).is_empty() {
            for part in wrap(&text, paper.columns) {
                let mut line = Line::default();
                line.put(Ink::Dim, part);
                lines.push(line);
            }
        }
    }
    lines
}

fn sinks(picture: &Picture, net: usize, paper: Paper) -> Vec<Line> {
    let mut lines = Vec::new();
    for group in &picture.right {
        for row in &group.rows {
            let What::Sink(link) = row.what else {
                continue;
            };
            let link = &picture.links[link];
            if link.net == net {
                let mut line = Line::default();
                let stroke = stroke(link.class);
                line.put(Ink::Line(link.class), format!(" {stroke}{ARROW} "));
                line.put(Ink::Bold, format!("{} ", group.title));
                line.put(Ink::Plain, format!("{} ", row.name));
                if line.width() + link.label.width() > paper.columns {
                    lines.push(std::mem::take(&mut line));
                    line.put(Ink::Plain, "    ");
                }
                line.put(Ink::Line(link.class), link.label.clone());
                lines.push(line);
            }
        }
    }
    lines
}

/// Plugs that are not connected, or why there are none.
fn rest(group: &Group) -> String {
    if group.rows.is_empty() {
        return group.note.clone();
    }
    let free = group.rows.iter().filter(|row| row.what == What::Free);
    let words: Vec<_> = free
        .map(|row| format!("{} {}", row.name, row.note))
        .collect();
    words.join(", ")
}
