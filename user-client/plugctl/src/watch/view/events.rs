//! The events' panel.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::paint::{self, Paint};
use crate::time;
use crate::watch::app::{App, Panel};
use crate::watch::log::{Entry, Tone};

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, app: &App, paint: Paint) {
    let (above, below) = app.log.shown(&app.filter);
    let mut title = "Events, UTC".to_owned();
    if !app.filter.is_empty() {
        title += ", filtered";
    }
    if app.log.is_paused() {
        title += &format!(", paused: {} newer", app.log.waiting(&app.filter));
    } else if !below.is_empty() {
        title += &format!(", {} newer below", below.len());
    }
    let block = paint.panel(app, Panel::Events, &title);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let (width, height) = (usize::from(inner.width), usize::from(inner.height));
    let mut lines = Vec::new();
    // From the last line upwards, then on below it where there is room.
    for entry in above.iter().rev().take(height) {
        let mut entry = self::lines(entry, width, paint);
        entry.append(&mut lines);
        lines = entry;
        if lines.len() >= height {
            break;
        }
    }
    let mut lines = lines.split_off(lines.len().saturating_sub(height));
    for entry in below.iter().take(height) {
        lines.extend(self::lines(entry, width, paint));
    }
    lines.truncate(height);
    frame.render_widget(Paragraph::new(lines), inner);
}

/// The lines of an entry, `04:26:40.123 1.1: connected ...`.
fn lines(entry: &Entry, width: usize, paint: Paint) -> Vec<Line<'static>> {
    let clock = time::utc_milliseconds(entry.time);
    let clock = clock.split_once('T').map_or("", |(_, clock)| clock);
    let unit = entry
        .unit
        .map_or_else(String::new, |unit| format!("{unit}: "));
    let start = format!("{} ", clock.trim_end_matches('Z'));
    let style = match entry.tone {
        Tone::Plain => ratatui::style::Style::new(),
        Tone::Good => paint.good(),
        Tone::Bad => paint.bad(),
    };
    let room = width.saturating_sub(start.len());
    let text = paint::wrap(&format!("{unit}{}", entry.text), room);
    let lines = text.into_iter().enumerate().map(|(at, text)| {
        let start = if at == 0 {
            start.clone()
        } else {
            " ".repeat(start.len())
        };
        Line::from(vec![
            Span::styled(start, paint.dim()),
            Span::styled(text, style),
        ])
    });
    lines.collect()
}
