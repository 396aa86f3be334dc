//! All that is shown, and what becomes of it: no terminal, no driver, no clock.

use plug61883::{ConnectionEvent, Event, EventKind, Notice, Owner, UnitId};

use super::cursor::Cursor;
use super::dialog::Dialog;
use super::filter::Filter;
use super::keys::Key;
use super::link::{Away, Outcome, Request, Told};
use super::log::{Entry, Log, Tone};
use super::rows::{self, Choice, EdgeKey, EdgeRow, PlugKey, PlugRow, UnitRow};
use crate::bus::{Bus, Maker};
use crate::commands::happened;
use crate::failure::Failure;
use crate::text;

/// What happens to it.
#[derive(Debug)]
pub(super) enum Input {
    Key(Key),
    Told(Told),
    /// The driver was opened.
    Open {
        /// For changes too.
        changes: bool,
    },
}

/// What it wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    Do(Request),
    Quit,
}

/// The panels, in the order of Tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Panel {
    Units,
    Plugs,
    Patchbay,
    Events,
}

impl Panel {
    pub(super) const ALL: [Self; 4] = [Self::Units, Self::Plugs, Self::Patchbay, Self::Events];
}

/// How the picture stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// None was read yet.
    Waiting,
    Live,
    /// It could not be read again.
    Stale(Failure),
    /// Nobody answers.
    Away(Away),
}

/// The whole state.
pub(super) struct App {
    pub(super) bus: Bus,
    pub(super) sight: Sight,
    /// The driver is open for changes.
    pub(super) changes: bool,
    /// The id of this process.
    process: u32,
    pub(super) focus: Panel,
    pub(super) units: Cursor<Choice>,
    pub(super) plugs: Cursor<PlugKey>,
    pub(super) edges: Cursor<EdgeKey>,
    pub(super) log: Log,
    pub(super) filter: Filter,
    pub(super) dialog: Option<Dialog>,
    /// The request that is under way.
    pub(super) busy: Option<Request>,
    /// What came of the last one.
    pub(super) status: Option<String>,
    /// What can't be read at present, and was told.
    failing: Vec<Failure>,
    /// Why no events come at present, as was told.
    deaf: Option<Failure>,
}

impl App {
    /// Nothing is known yet. `process` is the id of this process.
    pub(super) fn new(process: u32) -> Self {
        Self {
            bus: Bus::default(),
            sight: Sight::Waiting,
            changes: false,
            process,
            focus: Panel::Patchbay,
            units: Cursor::default(),
            plugs: Cursor::default(),
            edges: Cursor::default(),
            log: Log::default(),
            filter: Filter::default(),
            dialog: None,
            busy: None,
            status: None,
            failing: Vec::new(),
            deaf: None,
        }
    }

    /// Takes what happens, at `now`: units of 100 ns since 1601, UTC.
    pub(super) fn update(&mut self, input: Input, now: u64) -> Option<Command> {
        match input {
            Input::Key(key) => return self.key(key),
            Input::Open { changes } => self.changes = changes,
            Input::Told(Told::Notice(notice)) => self.notice(notice, now),
            Input::Told(Told::Deaf(failure)) => {
                if self.deaf.as_ref() != Some(&failure) {
                    self.note("error", told(&failure), Tone::Bad, now);
                    self.deaf = Some(failure);
                }
            }
            Input::Told(Told::Picture(bus)) => self.picture(*bus, now),
            Input::Told(Told::Unread(failure)) => {
                self.failed(failure.clone(), now);
                self.sight = Sight::Stale(failure);
            }
            Input::Told(Told::Done(request, result)) => self.done(request, result, now),
            Input::Told(Told::Away(away)) => self.away(away, now),
        }
        None
    }

    fn notice(&mut self, notice: Notice, now: u64) {
        self.deaf = None;
        match notice {
            Notice::Event(event) => self.event(&event),
            Notice::Lost(lost) => {
                let events = if lost == 1 { "event" } else { "events" };
                let text = format!("lost {lost} {events}; the picture is read afresh");
                self.note("lost", text, Tone::Bad, now);
            }
        }
    }

    /// A line that is no event.
    fn note(&mut self, kind: &'static str, text: String, tone: Tone, time: u64) {
        self.log.push(Entry {
            time,
            unit: None,
            unit_name: String::new(),
            plugs: String::new(),
            kind,
            text,
            tone,
        });
    }

    fn unit_name(&self, unit: UnitId) -> String {
        let node = self.bus.nodes.iter().find(|node| node.unit == Some(unit));
        node.map_or_else(|| unit.to_string(), rows::node_name)
    }

    fn event(&mut self, event: &Event) {
        let kind = self.with_this(event.kind);
        let of = |connection: &ConnectionEvent| {
            let plug = text::plug_or_none;
            format!("{} {}", plug(connection.output), plug(connection.input))
        };
        let (name, plugs, tone) = match &kind {
            EventKind::UnitArrived => ("unit arrived", String::new(), Tone::Good),
            EventKind::UnitRemoved => ("unit removed", String::new(), Tone::Bad),
            EventKind::Connected(connection) => ("connected", of(connection), Tone::Good),
            EventKind::Disconnected { connection, .. } => {
                ("disconnected", of(connection), Tone::Plain)
            }
            EventKind::PlugCreated { plug, .. } => {
                ("plug created", text::plug(plug.id), Tone::Plain)
            }
            EventKind::PlugRemoved { plug, .. } => {
                ("plug removed", text::plug(plug.id), Tone::Plain)
            }
            EventKind::PlugChanged { plug, .. } => {
                ("plug changed", text::plug(plug.id), Tone::Plain)
            }
            EventKind::BusReset { .. } => ("bus reset", String::new(), Tone::Bad),
            _ => ("unknown", String::new(), Tone::Plain),
        };
        self.log.push(Entry {
            time: event.time,
            unit: Some(event.unit),
            unit_name: self.unit_name(event.unit),
            plugs,
            kind: name,
            text: happened::what(&kind),
            tone,
        });
    }

    /// The same event, where what this program owns is its own: events come on another handle.
    fn with_this(&self, kind: EventKind) -> EventKind {
        let this = |owner: &mut Owner, process: Option<u32>| {
            if *owner == Owner::OtherHandle && process == Some(self.process) {
                *owner = Owner::ThisHandle;
            }
        };
        let mut kind = kind;
        match &mut kind {
            EventKind::Connected(it) | EventKind::Disconnected { connection: it, .. } => {
                this(&mut it.owner, it.process_id);
            }
            EventKind::PlugCreated { plug: it, .. }
            | EventKind::PlugRemoved { plug: it, .. }
            | EventKind::PlugChanged { plug: it, .. } => this(&mut it.owner, it.process_id),
            _ => {}
        }
        kind
    }

    fn picture(&mut self, bus: Bus, now: u64) {
        let failures = bus.failures.clone();
        self.bus = bus;
        self.sight = Sight::Live;
        self.failing.retain(|failure| failures.contains(failure));
        for failure in failures {
            self.failed(failure, now);
        }
        self.settle();
        if let Some(Dialog::Disconnect(question)) = &self.dialog
            && !self
                .bus
                .edges
                .iter()
                .any(|edge| edge.id == Some(question.id))
        {
            self.status = Some(format!("connection {} is gone", question.id));
            self.dialog = None;
        }
    }

    /// Has what is selected follow what there is.
    pub(super) fn settle(&mut self) {
        let units: Vec<_> = self.unit_rows().iter().map(|row| row.choice).collect();
        self.units.settle(&units);
        let plugs: Vec<_> = self.plug_rows().iter().map(|row| row.key).collect();
        self.plugs.settle(&plugs);
        let edges: Vec<_> = self.edge_rows().iter().map(|row| row.key).collect();
        self.edges.settle(&edges);
    }

    /// Tells a failure, once until it is over.
    fn failed(&mut self, failure: Failure, now: u64) {
        if !self.failing.contains(&failure) {
            self.note("error", told(&failure), Tone::Bad, now);
            self.failing.push(failure);
        }
    }

    fn done(&mut self, request: Request, result: Result<Outcome, Failure>, now: u64) {
        self.busy = None;
        self.status = Some(match (request, result) {
            (_, Ok(Outcome::Made(id))) => {
                self.edges = Cursor::of(EdgeKey::Known(id));
                format!("connection {id}: made, until this program ends")
            }
            (Request::Disconnect { id, .. }, Ok(Outcome::Answered(answer))) => {
                format!("connection {id}: broken, {answer}")
            }
            (Request::Reset { unit }, Ok(Outcome::Answered(answer))) => {
                format!("bus of unit {unit}: reset, {answer}")
            }
            (Request::Connect { .. }, Ok(Outcome::Answered(answer))) => answer.to_string(),
            (_, Err(failure)) => {
                self.note("error", told(&failure), Tone::Bad, now);
                self.dialog = Some(Dialog::failure(&failure));
                return;
            }
        });
    }

    fn away(&mut self, away: Away, now: u64) {
        let sight = Sight::Away(away.clone());
        if self.sight == sight {
            return;
        }
        let text = match away {
            Away::NoUnit => "the last unit has left; waiting for one".to_owned(),
            Away::Failed(failure) => {
                format!("{}; trying to open the driver again", failure.what())
            }
        };
        self.note("error", text, Tone::Bad, now);
        // What there was is no more, and what is asked for would be asked of nobody.
        (self.bus, self.sight, self.busy) = (Bus::default(), sight, None);
        self.failing.clear();
        if !matches!(
            self.dialog,
            Some(Dialog::Help { .. } | Dialog::Filter { .. })
        ) {
            self.dialog = None;
        }
        self.settle();
    }

    /// The rows of the units' panel.
    pub(super) fn unit_rows(&self) -> Vec<UnitRow<'_>> {
        rows::units(&self.bus)
    }

    /// Whose plugs are looked at.
    pub(super) fn choice(&self) -> Choice {
        let rows: Vec<_> = self.unit_rows().iter().map(|row| row.choice).collect();
        self.units.get(&rows).unwrap_or(Choice::All)
    }

    /// The rows of the plugs' panel.
    pub(super) fn plug_rows(&self) -> Vec<PlugRow<'_>> {
        rows::plugs(&self.bus, self.choice(), &self.filter)
    }

    /// The rows of the patchbay.
    pub(super) fn edge_rows(&self) -> Vec<EdgeRow<'_>> {
        rows::edges(&self.bus, &self.filter)
    }

    /// The selected connection.
    pub(super) fn edge(&self) -> Option<EdgeRow<'_>> {
        let rows = self.edge_rows();
        let keys: Vec<_> = rows.iter().map(|row| row.key).collect();
        let at = self.edges.at(&keys)?;
        rows.into_iter().nth(at)
    }

    /// Connections that end with this program.
    pub(super) fn held(&self) -> usize {
        let is_held = |maker| matches!(maker, Maker::Known(Owner::ThisHandle, _));
        self.bus
            .edges
            .iter()
            .filter(|edge| is_held(edge.maker))
            .count()
    }
}

/// What went wrong and what to do.
fn told(failure: &Failure) -> String {
    format!("{}; {}", failure.what(), failure.advice())
}
