//! What keys do.

use plug61883::{Direction, PlugId, UnitId};

use super::app::{App, Command, Panel, Sight};
use super::dialog::{ConnectDialog, Dialog, Disconnect, Then};
use super::filter::Filter;
use super::keys::Key;
use super::link::Request;
use super::rows::{self, Choice};

impl App {
    pub(super) fn key(&mut self, key: Key) -> Option<Command> {
        if key == Key::Interrupt {
            return Some(Command::Quit);
        }
        self.status = None;
        let Some(dialog) = self.dialog.take() else {
            return self.panel_key(key.command());
        };
        let then = match dialog {
            Dialog::Filter { before } => {
                self.filter_key(key, before);
                return None;
            }
            Dialog::Connect(dialog) => dialog.key(key.command(), &self.bus),
            Dialog::Disconnect(question) => {
                let request = question.request();
                Then::answer(key, request, Dialog::Disconnect(question))
            }
            Dialog::Reset { unit, name } => {
                let request = Request::Reset { unit };
                Then::answer(key, request, Dialog::Reset { unit, name })
            }
            Dialog::Help { top } => match key.command().step() {
                Some(step) => Then::Stay(Dialog::Help {
                    top: top.saturating_add_signed(step).min(Dialog::help_lines()),
                }),
                None => Then::Close,
            },
            Dialog::Message { .. } => Then::Close,
        };
        match then {
            Then::Stay(dialog) => self.dialog = Some(dialog),
            Then::Close => {}
            Then::Do(request) => {
                self.busy = Some(request);
                return Some(Command::Do(request));
            }
        }
        None
    }

    fn filter_key(&mut self, key: Key, before: Filter) {
        match key {
            Key::Char(c) => self.filter.push(c),
            Key::Backspace => self.filter.pop(),
            Key::Enter => {
                self.settle();
                return;
            }
            Key::Esc => {
                self.filter = before;
                self.settle();
                return;
            }
            _ => {}
        }
        self.settle();
        self.dialog = Some(Dialog::Filter { before });
    }

    fn panel_key(&mut self, key: Key) -> Option<Command> {
        match key {
            Key::Char('q') => return Some(Command::Quit),
            Key::Esc if self.filter.is_empty() => return Some(Command::Quit),
            Key::Esc => {
                self.filter = Filter::default();
                self.settle();
            }
            Key::Tab | Key::Right => self.focus_on(1),
            Key::BackTab | Key::Left => self.focus_on(Panel::ALL.len() - 1),
            Key::Char(c @ '1'..='4') => {
                let at = c as usize - '1' as usize;
                self.focus = Panel::ALL.get(at).copied().unwrap_or(self.focus);
            }
            Key::Enter | Key::Char('c') => self.ask_connect(),
            Key::Char('d') => self.ask_disconnect(),
            Key::Char('r') => self.ask_reset(),
            Key::Char('f' | '/') => {
                let before = self.filter.clone();
                self.dialog = Some(Dialog::Filter { before });
            }
            Key::Char('p') => self.log.pause(),
            Key::Char('?') => self.dialog = Some(Dialog::Help { top: 0 }),
            key => {
                if let Some(step) = key.step() {
                    self.step(step);
                }
            }
        }
        None
    }

    /// Goes so many panels on.
    fn focus_on(&mut self, by: usize) {
        let at = Panel::ALL.iter().position(|panel| *panel == self.focus);
        let at = (at.unwrap_or(0) + by) % Panel::ALL.len();
        self.focus = Panel::ALL.get(at).copied().unwrap_or(self.focus);
    }

    fn step(&mut self, by: isize) {
        match self.focus {
            Panel::Units => {
                let keys: Vec<_> = self.unit_rows().iter().map(|row| row.choice).collect();
                self.units.step(&keys, by);
                self.settle();
            }
            Panel::Plugs => {
                let keys: Vec<_> = self.plug_rows().iter().map(|row| row.key).collect();
                self.plugs.step(&keys, by);
            }
            Panel::Patchbay => {
                let keys: Vec<_> = self.edge_rows().iter().map(|row| row.key).collect();
                self.edges.step(&keys, by);
            }
            Panel::Events => self.log.scroll(&self.filter, by),
        }
    }

    /// Whether something can be asked for; says why not.
    fn can_ask(&mut self) -> bool {
        let refusal = if matches!(self.sight, Sight::Waiting | Sight::Away(_)) {
            "there is nobody to ask yet: no unit is known"
        } else if !self.changes {
            "read only: run plugctl as administrator to change something"
        } else if self.busy.is_some() {
            "the request before is still under way"
        } else {
            return true;
        };
        self.status = Some(refusal.to_owned());
        false
    }

    fn ask_connect(&mut self) {
        if !self.can_ask() {
            return;
        }
        let selected = (self.focus == Panel::Plugs).then(|| self.plug()).flatten();
        match ConnectDialog::new(&self.bus, selected) {
            Some(dialog) => self.dialog = Some(Dialog::Connect(dialog)),
            None => self.status = Some("there is no plug to connect".to_owned()),
        }
    }

    /// Direction and id of the selected plug.
    fn plug(&self) -> Option<(Direction, PlugId)> {
        let rows = self.plug_rows();
        let keys: Vec<_> = rows.iter().map(|row| row.key).collect();
        let row = rows.get(self.plugs.at(&keys)?)?;
        Some((row.port.direction, row.port.id?))
    }

    fn ask_disconnect(&mut self) {
        if !self.can_ask() {
            return;
        }
        let question = self.edge().map(|row| Disconnect::of(&row));
        match question {
            None => self.status = Some("there is no connection to break".to_owned()),
            Some(Some(question)) => self.dialog = Some(Dialog::Disconnect(question)),
            Some(None) => {
                self.dialog = Some(Dialog::Message {
                    title: "Can't be broken from here",
                    text: "Only the plugs' registers tell of this connection: another node of the \
                           bus made it, and no request of 61883.sys breaks it. Break it there."
                        .to_owned(),
                });
            }
        }
    }

    fn ask_reset(&mut self) {
        if !self.can_ask() {
            return;
        }
        match self.unit_to_reset() {
            Some((unit, name)) => self.dialog = Some(Dialog::Reset { unit, name }),
            None => self.status = Some("there is no unit whose bus could be reset".to_owned()),
        }
    }

    /// The selected unit, otherwise the first one.
    fn unit_to_reset(&self) -> Option<(UnitId, String)> {
        let chosen = match self.choice() {
            Choice::Node(unit) => unit,
            Choice::All => None,
        };
        let mut units = self.bus.nodes.iter().filter(|node| rows::is_managed(node));
        let node =
            units.find(|node| node.unit.is_some() && (chosen.is_none() || node.unit == chosen));
        node.and_then(|node| Some((node.unit?, rows::node_name(node))))
    }
}
