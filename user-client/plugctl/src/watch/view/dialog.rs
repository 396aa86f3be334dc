//! Questions and messages, before the panels.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Borders, Clear, Paragraph};

use super::help::HELP;
use super::paint::{self, Paint};
use crate::watch::app::App;
use crate::watch::dialog::{ConnectDialog, Dialog, Step};

/// Columns of the text in a box.
const WIDTH: u16 = 70;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, app: &App, dialog: &Dialog, paint: Paint) {
    let wrapped = |text: &str| {
        let room = usize::from(WIDTH.min(area.width.saturating_sub(4)));
        let lines = paint::wrap(text, room);
        lines.into_iter().map(Line::from).collect::<Vec<_>>()
    };
    let (title, lines, keys) = match dialog {
        Dialog::Filter { .. } => return,
        Dialog::Help { top } => {
            let room = usize::from(area.height.saturating_sub(2));
            let top = (*top).min(HELP.lines().count().saturating_sub(room));
            let lines = HELP.lines().skip(top).map(Line::from).collect();
            ("Help", lines, "up and down scroll, any other key closes")
        }
        Dialog::Message { title, text } => (*title, wrapped(text), "any key closes"),
        Dialog::Connect(dialog) => connect(area, app, dialog, paint),
        Dialog::Disconnect(question) => (
            "Disconnect",
            wrapped(&format!(
                "Break connection {}?\n{}\n\n{}",
                question.id,
                question.what,
                question.whose()
            )),
            if question.force() {
                "y breaks it with FORCE, n does not"
            } else {
                "y breaks it, n does not"
            },
        ),
        Dialog::Reset { name, .. } => (
            "Bus reset",
            wrapped(&format!(
                "Reset the bus of {name}?\n\nEvery stream on it is interrupted; connections are \
                 made again by those who own them, or lost."
            )),
            "y resets it, n does not",
        ),
    };
    popup(frame, area, (title, keys), lines, paint);
}

/// A box in the middle.
fn popup(
    frame: &mut Frame<'_>,
    area: Rect,
    (title, keys): (&str, &str),
    lines: Vec<Line<'_>>,
    paint: Paint,
) {
    let wanted = u16::try_from(lines.len())
        .unwrap_or(u16::MAX)
        .saturating_add(2);
    let (width, height) = ((WIDTH + 4).min(area.width), wanted.min(area.height));
    let place = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    };
    let block = Block::new()
        .borders(Borders::ALL)
        .border_type(BorderType::Double)
        .padding(ratatui::widgets::Padding::horizontal(1))
        .title(Line::from(format!(" {title} ")).style(paint.strong()))
        .title_bottom(Line::from(format!(" {keys} ")).right_aligned());
    frame.render_widget(Clear, place);
    frame.render_widget(Paragraph::new(lines).block(block), place);
}

fn connect<'a>(
    area: Rect,
    app: &App,
    dialog: &ConnectDialog,
    paint: Paint,
) -> (&'static str, Vec<Line<'a>>, &'static str) {
    let room = usize::from(WIDTH.min(area.width.saturating_sub(4)));
    let name = |pick: &Option<_>| match pick {
        Some(super::super::dialog::Pick { name, .. }) => paint::cut(name, room - 8),
        None => "?".to_owned(),
    };
    let mut lines = vec![
        Line::from(format!("from    {}", name(&dialog.output))),
        Line::from(format!("to      {}", name(&dialog.input))),
    ];
    if dialog.step == Step::Confirm {
        let (p2p, broadcast) = if dialog.broadcast && dialog.has_kinds() {
            ("( ) point-to-point", "(●) broadcast")
        } else {
            ("(●) point-to-point", "( ) broadcast")
        };
        let kinds = if dialog.has_kinds() {
            format!("kind    {p2p}   {broadcast}")
        } else {
            "kind    point-to-point (a broadcast connection has one plug)".to_owned()
        };
        lines.push(Line::from(kinds));
        lines.push(Line::default());
        let text = "The connection is made for no stream format. It belongs to this program and \
                    is broken when it ends.";
        lines.extend(paint::wrap(text, room).into_iter().map(Line::from));
        let keys = if dialog.has_kinds() {
            "Enter connects, Space changes the kind, Esc goes back"
        } else {
            "Enter connects, Esc goes back"
        };
        return ("Connect", lines, keys);
    }
    let picks = dialog.picks(&app.bus);
    let plugs: Vec<_> = picks.iter().map(|pick| pick.plug).collect();
    let (cursor, title) = match dialog.step {
        Step::Input => (&dialog.inputs, "Connect: choose the input plug"),
        Step::Output | Step::Confirm => (&dialog.outputs, "Connect: choose the output plug"),
    };
    let selected = cursor.at(&plugs);
    lines.push(Line::default());
    // Borders and what stands above the list.
    let height = area.height.saturating_sub(5 + 2);
    let seen = paint::window(picks.len(), selected, height);
    for (at, pick) in picks.iter().enumerate().skip(seen.start).take(seen.len()) {
        let name = paint::fill(&pick.name, room - 2);
        lines.push(if Some(at) == selected {
            Line::from(format!("> {name}")).style(paint.selected(true))
        } else {
            Line::from(format!("  {name}"))
        });
    }
    (title, lines, "Enter chooses, Esc goes back")
}
