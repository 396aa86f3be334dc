//! A drawing for Graphviz: a record for each node, with a port for each plug.

use std::fmt::Write as _;

use plug61883::Direction;

use super::layout::{Picture, node_title};
use super::look::{LEGEND, Look};
use crate::bus::{Bus, Tip};

/// The bus in the DOT language.
pub(crate) fn dot(bus: &Bus) -> String {
    let picture = Picture::new(bus);
    let mut text = String::from("digraph plug61883 {\n");
    // Writing to a string can't fail.
    let _ = write(&mut text, bus, &picture);
    text.push_str("}\n");
    text
}

fn write(text: &mut String, bus: &Bus, picture: &Picture) -> std::fmt::Result {
    let mut label = vec![picture.title.clone(), picture.summary.clone()];
    if !picture.links.is_empty() {
        label.push(LEGEND.to_owned());
    }
    for class in picture.classes() {
        let (style, meaning) = (Look::of(class).dot, class.meaning());
        label.push(format!("{}: {meaning} ({style})", class.word()));
    }
    writeln!(
        text,
        "  graph [rankdir=LR, nodesep=0.3, ranksep=2, labelloc=t,"
    )?;
    let lines: Vec<_> = label.iter().map(|line| escape(line)).collect();
    writeln!(text, "    label=\"{}\"];", lines.join("\\n"))?;
    writeln!(text, "  node [shape=record, fontname=\"sans-serif\"];")?;
    writeln!(text, "  edge [fontname=\"sans-serif\", fontsize=10];")?;
    for (at, node) in bus.nodes.iter().enumerate() {
        let plugs = |direction| {
            let ports = node.ports.iter().enumerate();
            let ports = ports.filter(|(_, port)| port.direction == direction);
            let fields = ports.map(|(at, port)| format!("<p{at}> {}", record(&port.name())));
            fields.collect::<Vec<_>>().join("|")
        };
        let (inputs, outputs) = (plugs(Direction::In), plugs(Direction::Out));
        let title = record(&node_title(node));
        // With rankdir=LR the outermost fields stand side by side only in braces.
        let fields = [format!("{{{inputs}}}"), title, format!("{{{outputs}}}")];
        let there = fields.iter().filter(|field| *field != "{}");
        let fields = there.map(String::as_str).collect::<Vec<_>>().join("|");
        writeln!(text, "  n{at} [label=\"{{{fields}}}\"];")?;
    }
    let edges = bus.edges.iter().zip(&picture.links);
    for (at, (edge, link)) in edges.enumerate() {
        for (end, tip) in [("from", edge.from), ("to", edge.to)] {
            let label = match tip {
                Tip::Port(..) | Tip::Open => continue,
                Tip::Anybody => "anybody",
                Tip::Unknown => "unknown plug",
            };
            writeln!(text, "  e{at}_{end} [shape=plaintext, label=\"{label}\"];")?;
        }
        let stream = picture.nets[link.net].label();
        let label = format!("{}\\n{}", escape(&stream), escape(&link.label));
        let look = Look::of(link.class);
        writeln!(
            text,
            "  {} -> {} [label=\"{label}\", style={}, penwidth={}, color=\"{}\"];",
            place(at, edge.from, "from"),
            place(at, edge.to, "to"),
            look.dot,
            look.width,
            look.light
        )?;
    }
    Ok(())
}

/// Where an edge ends.
fn place(at: usize, tip: Tip, end: &str) -> String {
    match tip {
        Tip::Port(node, port) if end == "from" => format!("n{node}:p{port}:e"),
        Tip::Port(node, port) => format!("n{node}:p{port}:w"),
        // It is something on this computer.
        Tip::Open => "n0".to_owned(),
        _ => format!("e{at}_{end}"),
    }
}

/// Text in quotes. `&` would start the name of a character.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '"' | '\\' => escaped.extend(['\\', c]),
            '&' => escaped.push_str("&amp;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// Text in quotes, in a record.
fn record(text: &str) -> String {
    let mut escaped = String::new();
    for c in escape(text).chars() {
        if "{}|<>".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
