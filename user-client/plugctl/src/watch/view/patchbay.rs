//! The patchbay: connections as lines from output plugs to input plugs.

use plug61883::ConnectionKind;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use super::paint::{self, Paint};
use crate::bus::Maker;
use crate::watch::app::{App, Panel, Sight};
use crate::watch::link::Away;
use crate::watch::rows::{EdgeRow, End, Place, maker};

/// Columns of a line with the longest words on it, `●── ch 63 S400 4915 ─►`.
const LINE: usize = 22;
/// Those beyond which a line tells nothing more.
const LONG: usize = 60;

/// How wide the parts of a row are.
struct Widths {
    from: usize,
    line: usize,
    to: usize,
    maker: usize,
    id: usize,
}

impl Widths {
    /// Those that fit into `room`, which is that of the least terminal or more.
    fn of(rows: &[EdgeRow<'_>], room: usize) -> Self {
        let longest =
            |width: &dyn Fn(&EdgeRow<'_>) -> usize| rows.iter().map(width).max().unwrap_or(0);
        let (from, to) = (
            longest(&|row| row.from.name().width()),
            longest(&|row| row.to.name().width()),
        );
        let id = longest(&|row| row.id().width());
        // Where there is no room for words, the mark tells.
        let maker = if room >= 76 { 12 } else { 1 };
        // The mark of the selected row, and a space between all parts.
        let left = room.saturating_sub(2 + 4 + maker + id);
        let names = left.saturating_sub(LINE);
        // What one side does not need is the other's.
        let (from, to) = if from + to <= names {
            (from, to)
        } else if from <= names / 2 {
            (from, names - from)
        } else if to <= names / 2 {
            (names - to, to)
        } else {
            (names - names / 2, names / 2)
        };
        let line = left.saturating_sub(from + to).min(LONG);
        Self {
            from,
            line,
            to,
            maker,
            id,
        }
    }
}

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, app: &App, paint: Paint) {
    let rows = app.edge_rows();
    let keys: Vec<_> = rows.iter().map(|row| row.key).collect();
    let selected = app.edges.at(&keys);
    let title = if app.filter.is_empty() {
        "Patchbay"
    } else {
        "Patchbay, filtered"
    };
    let block = paint.panel(app, Panel::Patchbay, title);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    if rows.is_empty() {
        let room = usize::from(inner.width).saturating_sub(2);
        let lines = paint::wrap(&nothing(app), room);
        let lines: Vec<_> = lines
            .iter()
            .map(|line| Line::from(format!(" {line}")))
            .collect();
        frame.render_widget(Paragraph::new(lines).style(paint.dim()), inner);
        return;
    }
    let widths = Widths::of(&rows, usize::from(inner.width));
    let seen = paint::window(rows.len(), selected, inner.height);
    let lines = rows
        .iter()
        .enumerate()
        .skip(seen.start)
        .take(seen.len())
        .map(|(at, row)| {
            // The first row that is seen names its plug, wherever the plug's rows begin.
            let names = at == seen.start || matches!(row.place, Place::Only | Place::First);
            let line = line(row, names, Some(at) == selected, &widths, paint);
            if Some(at) == selected {
                line.style(paint.selected(app.focus == Panel::Patchbay))
            } else {
                line
            }
        });
    frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), inner);
}

/// Why there is no connection to be seen.
fn nothing(app: &App) -> String {
    match &app.sight {
        Sight::Waiting => "Reading the bus ...".to_owned(),
        Sight::Away(Away::NoUnit) => "There is no unit: the last one has left. The driver is \
                                      opened again when one comes; q quits."
            .to_owned(),
        Sight::Away(Away::Failed(failure)) => format!(
            "The driver has gone: {}. It is tried again every second; q quits.",
            failure.what()
        ),
        _ if !app.filter.is_empty() && !app.bus.edges.is_empty() => {
            "No connection passes the filter; Esc clears it.".to_owned()
        }
        _ => "Nothing is connected. c connects plugs.".to_owned(),
    }
}

fn line(
    row: &EdgeRow<'_>,
    names: bool,
    selected: bool,
    widths: &Widths,
    paint: Paint,
) -> Line<'static> {
    let mark = if selected { "> " } else { "  " };
    let from = if names {
        from(&row.from, widths.from)
    } else {
        " ".repeat(widths.from)
    };
    let who = maker(row.edge.maker);
    let who = if widths.maker == 1 {
        who.chars().take(1).collect()
    } else {
        who
    };
    let style = paint.maker(row.edge.maker);
    Line::from(vec![
        format!("{mark}{from} ").into(),
        Span::styled(wire(row, names, widths.line), style),
        format!(" {} ", paint::fill(&to(&row.to, widths.to), widths.to)).into(),
        Span::styled(paint::fill(&who, widths.maker), style),
        format!(" {}", paint::fill(&row.id(), widths.id)).into(),
    ])
}

/// A name that ends at the line: the plug stays whole, its unit's name is cut.
fn from(end: &End<'_>, width: usize) -> String {
    let (node, plug) = end.names();
    let room = width.saturating_sub(plug.width() + 1);
    let name = format!("{} {plug}", paint::cut(&node, room));
    let name = paint::cut(name.trim_start(), width);
    " ".repeat(width.saturating_sub(name.width())) + &name
}

/// A name that begins at the line.
fn to(end: &End<'_>, width: usize) -> String {
    let (node, plug) = end.names();
    paint::cut(format!("{plug} {node}").trim_end(), width)
}

/// `●── ch 5 S200 1240 ──────►`
fn wire(row: &EdgeRow<'_>, names: bool, width: usize) -> String {
    let dash = match (row.edge.maker, row.edge.kind) {
        (Maker::OtherNode, _) => "·",
        (_, ConnectionKind::Broadcast) => "═",
        _ => "─",
    };
    let fork = match row.place {
        Place::Only => dash,
        Place::First => "┬",
        // Above it there may be rows that are not seen.
        Place::Middle => "├",
        Place::Last => "└",
    };
    let start = if names { "●" } else { " " };
    let mut words = Vec::new();
    if row.edge.count > 1 {
        words.push(format!("×{}", row.edge.count));
    }
    if let Some(channel) = row.edge.channel {
        words.push(format!("ch {channel}"));
    }
    let register = match row.from {
        End::Plug(_, port) => port.register,
        End::Words(_) => None,
    };
    if let Some(speed) = register.and_then(plug61883::Register::speed) {
        words.push(speed.to_string());
    }
    if let Some(bandwidth) = row.edge.bandwidth {
        words.push(bandwidth.to_string());
    }
    // Ends of the line, a dash at each side and spaces around the words.
    let room = width.saturating_sub(7);
    let words = paint::cut(&words.join(" "), room);
    let words = if words.is_empty() {
        words
    } else {
        format!(" {words} ")
    };
    let before = format!("{start}{fork}{dash}{words}");
    let dashes = width.saturating_sub(before.width() + 1);
    format!("{before}{}►", dash.repeat(dashes))
}
