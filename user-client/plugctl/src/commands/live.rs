//! A connection while it is held: whether it is still there, and how it looks on a terminal.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use plug61883::{
    ConnectionId, Driver, Event, EventKind, Events, Notice, PlugId, PlugState, Register, UnitId,
};

use super::happened;
use crate::failure::Failure;
use crate::hold::Hold;
use crate::output::Output;
use crate::style::{self, Tone, Toned as _};
use crate::{text, time};

/// How often it is shown again.
const TICK: Duration = Duration::from_secs(1);
/// Events that are shown, the last ones.
const EVENTS: usize = 6;

/// A connection that is held.
pub(super) struct Held<'a> {
    pub(super) driver: &'a Driver,
    pub(super) connection: ConnectionId,
    pub(super) unit: UnitId,
    pub(super) output: Option<PlugId>,
    pub(super) input: Option<PlugId>,
}

impl Held<'_> {
    /// Waits for the end.
    ///
    /// # Errors
    ///
    /// When the connection is gone before.
    pub(super) fn wait(&self, events: Option<Events>, hold: &dyn Hold) -> Result<(), Failure> {
        let mut events = events;
        while !hold.is_over() {
            self.listen(&mut events, None, hold, &mut |_| {})?;
        }
        Ok(())
    }

    /// Waits for events, this long at most, and tells those of the unit. Where they fail it waits
    /// without.
    fn listen(
        &self,
        events: &mut Option<Events>,
        most: Option<Duration>,
        hold: &dyn Hold,
        tell: &mut dyn FnMut(&Event),
    ) -> Result<(), Failure> {
        let Some(source) = events else {
            hold.wait(most);
            return Ok(());
        };
        source.wait_at_most(most);
        let notices = match source.next_batch() {
            Ok(Some(notices)) => notices,
            Ok(None) => {
                if source.is_cancelled() {
                    hold.wait(None);
                }
                return Ok(());
            }
            Err(_) => {
                // They may end with the driver, and the connection with it.
                *events = None;
                return self.check();
            }
        };
        for notice in notices {
            match notice {
                Notice::Event(event) => {
                    self.is_there_after(&event)?;
                    if event.unit == self.unit {
                        tell(&event);
                    }
                }
                Notice::Lost(_) => self.check()?,
            }
        }
        Ok(())
    }

    fn is_there_after(&self, event: &Event) -> Result<(), Failure> {
        match event.kind {
            EventKind::Disconnected { connection, reason } if connection.id == self.connection => {
                Err(Failure::Gone {
                    connection: self.connection,
                    reason: Some(reason),
                })
            }
            _ => Ok(()),
        }
    }

    /// Fails when the driver does not know it any more.
    fn check(&self) -> Result<(), Failure> {
        let there = self.driver.connections(Some(self.unit));
        if there.is_ok_and(|there| there.iter().any(|it| it.id == self.connection)) {
            return Ok(());
        }
        Err(Failure::Gone {
            connection: self.connection,
            reason: None,
        })
    }

    /// What its plugs tell; of the output plug where it has one.
    fn stream(&self) -> Stream {
        let mut stream = Stream::default();
        for plug in [self.output, self.input].into_iter().flatten() {
            if let Ok(state) = self.driver.plug_state(plug) {
                stream.add(&state);
            }
        }
        stream
    }
}

/// A stream, as far as it is known.
#[derive(Default)]
struct Stream {
    state: Option<plug61883::State>,
    channel: Option<u8>,
    speed: Option<plug61883::Speed>,
    payload: Option<u32>,
    bandwidth: Option<u32>,
}

impl Stream {
    /// Adds what a plug tells; what is known already stays.
    fn add(&mut self, state: &PlugState) {
        self.state = self.state.or(Some(state.state));
        self.channel = self.channel.or(state.channel());
        self.speed = self.speed.or(Some(state.speed));
        self.payload = self.payload.or(Some(state.payload));
        let bandwidth = state.register.and_then(Register::bandwidth_units);
        self.bandwidth = self.bandwidth.or(bandwidth);
    }
}

/// It, on a terminal.
pub(super) struct Live<'a> {
    held: Held<'a>,
    kind: &'static str,
    made: Instant,
    events: VecDeque<String>,
    /// Lines that stand there.
    lines: usize,
}

impl<'a> Live<'a> {
    pub(super) fn new(held: Held<'a>, broadcast: bool) -> Self {
        Self {
            held,
            kind: if broadcast {
                "broadcast"
            } else {
                "point-to-point"
            },
            made: Instant::now(),
            events: VecDeque::new(),
            lines: 0,
        }
    }

    /// Shows it until the end.
    ///
    /// # Errors
    ///
    /// When the connection is gone before.
    pub(super) fn hold(
        mut self,
        events: Option<Events>,
        hold: &dyn Hold,
        output: &mut Output<'_>,
    ) -> Result<(), Failure> {
        let mut events = events;
        let mut told = Ok(());
        loop {
            let last = told.is_err() || hold.is_over();
            self.draw(last, output);
            if last {
                return told;
            }
            let mut lines = Vec::new();
            let own = self.held.connection;
            let mut tell = |event: &Event| {
                // That it was made is no news.
                if !matches!(event.kind, EventKind::Connected(made) if made.id == own) {
                    let at = time::of_day(event.time);
                    lines.push(format!("{at} {}", happened::what(&event.kind)));
                }
            };
            told = self.held.listen(&mut events, Some(TICK), hold, &mut tell);
            self.events.extend(lines);
            while self.events.len() > EVENTS {
                self.events.pop_front();
            }
        }
    }

    /// Draws it where it stands; the last time without how to end it.
    fn draw(&mut self, last: bool, output: &mut Output<'_>) {
        let held = &self.held;
        let plug = |plug| output.cut(&text::plug_or_none(plug));
        let mut lines = vec![output.paint(
            Tone::Title,
            &output.cut(&format!(
                "connection {}  {} -> {}  {}",
                held.connection,
                plug(held.output),
                plug(held.input),
                self.kind
            )),
        )];
        let stream = held.stream();
        let state = match stream.state {
            Some(state) => style::state(state),
            None => text::none().into(),
        };
        let facts = format!(
            "  channel {}  {}  payload {} quadlets  bandwidth {} units  held {}",
            text::number(stream.channel),
            text::number(stream.speed),
            text::number(stream.payload),
            text::number(stream.bandwidth),
            time::gone_by(self.made.elapsed()),
        );
        let room = output.columns.saturating_sub(state.text().len());
        let facts = crate::table::cut(&facts, room);
        lines.push(output.paint(state.tone(), state.text()) + &facts);
        lines.extend(self.events.iter().map(|line| output.cut(line)));
        if !last {
            lines.push(output.paint(Tone::Faint, "Ctrl+C breaks it"));
        }
        let mut text = match self.lines {
            0 => String::new(),
            // Up to its first line, and what stood there goes.
            up => format!("\x1b[{up}F\x1b[J"),
        };
        for line in &lines {
            text.push_str(line);
            text.push('\n');
        }
        self.lines = lines.len();
        output.text(&text);
    }
}
