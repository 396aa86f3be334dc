//! The style sheet of an SVG.

use std::fmt::{self, Write as _};

use super::look::{Class, Look};

/// Colours: of the paper, cards, their edges, text and quiet text.
pub(super) const LIGHT: [&str; 5] = ["#ffffff", "#f2f4f7", "#b6bec9", "#1c2127", "#56606c"];
/// The same on a dark background.
pub(super) const DARK: [&str; 5] = ["#16191d", "#242a31", "#5a6470", "#e8ebee", "#a6b0bb"];

/// Writes the style sheet: what the lines of these classes look like, and all else.
pub(super) fn write_style(text: &mut String, classes: &[Class]) -> fmt::Result {
    writeln!(
        text,
        "<style>\n\
         text {{ font-family: sans-serif; font-size: 13px; }}\n\
         .title {{ font-size: 20px; font-weight: bold; }}\n\
         .name {{ font-size: 15px; font-weight: bold; }}\n\
         .address {{ font-size: 11px; }}\n\
         .label {{ font-size: 12px; }}\n\
         .line {{ fill: none; }}\n\
         .port, .free {{ stroke-width: 2; }}"
    )?;
    for class in classes {
        let (word, look) = (class.word(), Look::of(*class));
        write!(text, ".{word} .line {{ stroke-width: {};", look.width)?;
        if !look.dashes.is_empty() {
            write!(text, " stroke-dasharray: {};", look.dashes)?;
        }
        writeln!(text, " }}")?;
    }
    write_colours(text, &LIGHT, classes, |look| look.light)?;
    writeln!(text, "@media (prefers-color-scheme: dark) {{")?;
    write_colours(text, &DARK, classes, |look| look.dark)?;
    writeln!(text, "}}\n</style>")
}

fn write_colours(
    text: &mut String,
    [paper, card, edge, ink, quiet]: &[&str; 5],
    classes: &[Class],
    colour: fn(Look) -> &'static str,
) -> fmt::Result {
    writeln!(
        text,
        "text {{ fill: {ink}; }}\n\
         .quiet, .address {{ fill: {quiet}; }}\n\
         .paper {{ fill: {paper}; }}\n\
         .card {{ fill: {card}; stroke: {edge}; }}\n\
         .port {{ fill: {ink}; stroke: {ink}; }}\n\
         .free {{ fill: {card}; stroke: {edge}; }}"
    )?;
    for class in classes {
        let (word, colour) = (class.word(), colour(Look::of(*class)));
        writeln!(text, ".{word} .line {{ stroke: {colour}; }}")?;
        writeln!(text, ".{word} .head {{ fill: {colour}; }}")?;
    }
    Ok(())
}
