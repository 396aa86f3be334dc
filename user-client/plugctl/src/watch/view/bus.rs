//! What the bus carries: bandwidth and channels, as the registers of the plugs seen tell.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use super::paint::Paint;
use crate::bus::BANDWIDTH;
use crate::watch::app::App;

/// Isochronous channels of a bus.
const CHANNELS: u8 = 64;
/// Those of the line that names them and the bars between them.
const WIDE: u16 = 80;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, app: &App, paint: Paint) {
    let streams = app.bus.streams();
    // A connection that its plug does not count carries nothing.
    let selected = app.edge().and_then(|row| {
        let stream = (row.edge.channel?, row.edge.bandwidth?);
        streams.contains(&stream).then_some(stream)
    });
    let (channel, own) = selected.unzip();
    let used: u32 = streams
        .iter()
        .fold(0, |sum, (_, units)| sum.saturating_add(*units));
    let mut channels: Vec<_> = streams.iter().map(|(channel, _)| *channel).collect();
    channels.dedup();
    let percent = u64::from(used) * 100 / u64::from(BANDWIDTH);
    let channels = match area.width {
        WIDE.. => format!(", {} of {CHANNELS} channels", channels.len()),
        _ => String::new(),
    };
    let words = format!(" {used} of {BANDWIDTH} ({percent} %){channels} seen ");
    let room = usize::from(area.width).saturating_sub(" bandwidth ".len() + words.width() + 2);
    let bandwidth = Line::from(vec![
        " bandwidth ▐".into(),
        Span::styled(bar(used, own.unwrap_or(0), room), paint.used()),
        "▌".into(),
        words.into(),
    ]);
    let strip = Line::from(vec![
        " channel ".into(),
        Span::styled(strip(&streams, channel, area.width >= WIDE), paint.used()),
    ]);
    frame.render_widget(Paragraph::new(vec![bandwidth, strip]), area);
}

/// Bandwidth used: `▓` for the selected stream, `█` for the others, `░` is left.
fn bar(used: u32, own: u32, width: usize) -> String {
    // To the next cell, so that no stream is without one.
    let cells = |units: u32| {
        let cells = (u64::from(units) * width as u64).div_ceil(u64::from(BANDWIDTH));
        usize::try_from(cells).unwrap_or(width).min(width)
    };
    let (used, own) = (cells(used), cells(own.min(used)));
    let others = used - own.min(used);
    [
        "▓".repeat(used - others),
        "█".repeat(others),
        "░".repeat(width - used),
    ]
    .concat()
}

/// A sign for each channel: `·` free, `█` used, `▓` the selected connection's, a number where
/// several output plugs use it.
fn strip(streams: &[(u8, u32)], selected: Option<u8>, bars: bool) -> String {
    let mut strip = String::new();
    for channel in 0..CHANNELS {
        if bars && channel != 0 && channel % 8 == 0 {
            strip.push('│');
        }
        let users = streams.iter().filter(|(used, _)| *used == channel).count();
        strip.push(match users {
            0 => '·',
            1 if selected == Some(channel) => '▓',
            1 => '█',
            2..=9 => char::from_digit(users as u32, 10).unwrap_or('+'),
            _ => '+',
        });
    }
    strip
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_wide_as_it_is_to_be() {
        for (used, own, expected) in [
            (0, 0, "░░░░░░░░░░"),
            (1, 0, "█░░░░░░░░░"),
            (2457, 1, "▓████░░░░░"),
            (2457, 9999, "▓▓▓▓▓░░░░░"),
            (u32::MAX, 0, "██████████"),
            (u32::MAX, u32::MAX, "▓▓▓▓▓▓▓▓▓▓"),
        ] {
            assert_eq!(bar(used, own, 10), expected);
        }
        assert_eq!(bar(1, 1, 0), "");
    }

    #[test]
    fn each_channel_has_its_sign() {
        let text = strip(&[(0, 1), (5, 1), (5, 1), (63, 1)], Some(63), false);
        assert_eq!(text, format!("█····2{}▓", "·".repeat(57)));
        assert_eq!(strip(&[], Some(3), true).matches('│').count(), 7);
    }
}
