//! Drawing.

mod bus;
mod dialog;
mod events;
mod help;
mod paint;
mod patchbay;
mod plugs;
mod units;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::app::{App, Sight};
use super::dialog::Dialog;
use super::link::Away;

pub(super) use help::HELP;
pub(super) use paint::Paint;

/// Columns and rows without which nothing can be made out.
const LEAST: (u16, u16) = (60, 18);

/// Draws everything.
pub(super) fn draw(frame: &mut Frame<'_>, app: &App, paint: Paint) {
    let area = frame.area();
    if area.width < LEAST.0 || area.height < LEAST.1 {
        too_small(frame, area);
        return;
    }
    // The header, what the bus carries, and the footer have four rows.
    let spare = area.height - 4;
    let rows = app.unit_rows().len().max(app.plug_rows().len());
    // Borders and headings.
    let rows = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(3);
    let top = rows.clamp(5, (spare * 2 / 5).max(5));
    let [header, top, patchbay, bus, events, footer] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(top),
        Constraint::Fill(1),
        Constraint::Length(2),
        Constraint::Length((spare / 4).max(4)),
        Constraint::Length(1),
    ])
    .areas(area);
    let [units, plugs] = Layout::horizontal([Constraint::Fill(1); 2]).areas(top);
    self::header(frame, header, app, paint);
    units::draw(frame, units, app, paint);
    plugs::draw(frame, plugs, app, paint);
    patchbay::draw(frame, patchbay, app, paint);
    bus::draw(frame, bus, app, paint);
    events::draw(frame, events, app, paint);
    self::footer(frame, footer, app, paint);
    if let Some(dialog) = &app.dialog {
        dialog::draw(frame, area, app, dialog, paint);
    }
}

fn too_small(frame: &mut Frame<'_>, area: Rect) {
    let (width, height) = LEAST;
    let lines = [
        "too small".to_owned(),
        format!("{width}x{height} needed"),
        format!("{}x{} here", area.width, area.height),
        "q quits".to_owned(),
    ];
    let lines: Vec<_> = lines.into_iter().map(Line::from).collect();
    frame.render_widget(Paragraph::new(lines), area);
}

fn header(frame: &mut Frame<'_>, area: Rect, app: &App, paint: Paint) {
    let units = app
        .bus
        .nodes
        .iter()
        .filter(|node| node.unit.is_some())
        .count();
    let many = |count: usize, name: &str| {
        let s = if count == 1 { "" } else { "s" };
        format!("  {count} {name}{s}")
    };
    let mut words = String::new();
    if !matches!(app.sight, Sight::Waiting | Sight::Away(_)) {
        words += &many(units, "unit");
        if let Some(generation) = app.bus.generation {
            words += &format!("  generation {generation}");
        }
        let edges: u32 = app.bus.edges.iter().map(|edge| edge.count).sum();
        words += &many(edges as usize, "connection");
        if app.held() != 0 {
            words += &format!(", {} made here", app.held());
        }
        if !app.changes {
            words += "  read only";
        }
    }
    let (sight, style) = match &app.sight {
        Sight::Waiting => ("reading", paint.dim()),
        Sight::Live => ("live", paint.good()),
        Sight::Stale(_) => ("not live: can't be read", paint.bad()),
        Sight::Away(Away::NoUnit) => ("no unit", paint.bad()),
        Sight::Away(Away::Failed(_)) => ("no driver", paint.bad()),
    };
    let left = Line::from(vec![
        Span::styled(" plugctl watch", paint.strong()),
        words.into(),
    ]);
    frame.render_widget(left, area);
    let right = format!(" {sight} ");
    let width = (right.len() as u16).min(area.width);
    let place = Rect {
        x: area.right() - width,
        width,
        ..area
    };
    frame.render_widget(Span::styled(right, style), place);
}

fn footer(frame: &mut Frame<'_>, area: Rect, app: &App, paint: Paint) {
    let line = match (&app.dialog, &app.status, app.busy) {
        (Some(Dialog::Filter { .. }), ..) => Line::from(vec![
            Span::styled(" filter: ", paint.strong()),
            app.filter.text().into(),
            Span::styled("_", paint.strong()),
            Span::styled("   Enter keeps it, Esc not; unit: plug: kind:", paint.dim()),
        ]),
        (_, Some(status), _) => Line::from(format!(" {status}")).style(paint.strong()),
        (_, None, Some(_)) => Line::from(" waiting for the driver ...").style(paint.strong()),
        (_, None, None) => keys(app, paint),
    };
    frame.render_widget(line, area);
}

fn keys(app: &App, paint: Paint) -> Line<'static> {
    let pause = if app.log.is_paused() {
        "go on"
    } else {
        "pause"
    };
    let keys = [
        ("?", "help"),
        ("q", "quit"),
        ("Tab", "panel"),
        ("c", "connect"),
        ("d", "disconnect"),
        ("r", "reset"),
        ("f", "filter"),
        ("p", pause),
    ];
    let mut spans = Vec::new();
    for (key, what) in keys {
        spans.push(Span::styled(format!(" {key}"), paint.strong()));
        spans.push(format!(" {what} ").into());
    }
    Line::from(spans)
}
