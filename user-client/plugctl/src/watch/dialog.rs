//! Questions, and what is asked for with them.

use plug61883::{ConnectionId, Direction, Owner, PlugId, UnitId};

use super::cursor::Cursor;
use super::filter::Filter;
use super::keys::Key;
use super::link::Request;
use super::rows::{self, EdgeRow, maker};
use crate::bus::{Bus, Maker};
use crate::failure::Failure;

/// What stands before the panels and gets the keys.
pub(super) enum Dialog {
    Help {
        /// The first line that is seen.
        top: usize,
    },
    Message {
        title: &'static str,
        text: String,
    },
    Connect(ConnectDialog),
    Disconnect(Disconnect),
    Reset {
        unit: UnitId,
        name: String,
    },
    /// The filter is typed, at the lower edge.
    Filter {
        /// The one before.
        before: Filter,
    },
}

impl Dialog {
    pub(super) fn failure(failure: &Failure) -> Self {
        Self::Message {
            title: "Not done",
            text: format!("{}\n\nWhat to do: {}.", failure.what(), failure.advice()),
        }
    }

    pub(super) fn help_lines() -> usize {
        super::view::HELP.lines().count()
    }
}

/// What a key leads to.
pub(super) enum Then {
    Stay(Dialog),
    Close,
    Do(Request),
}

impl Then {
    /// The answer to a question: only a `y` is a yes.
    pub(super) fn answer(key: Key, request: Request, question: Dialog) -> Self {
        match key {
            Key::Char('y' | 'Y') => Self::Do(request),
            Key::Char('n' | 'N' | 'q') | Key::Esc | Key::Enter => Self::Close,
            _ => Self::Stay(question),
        }
    }
}

/// Whether to break a connection.
pub(super) struct Disconnect {
    pub(super) id: ConnectionId,
    /// `1.1 oPCR[0] -> 2.1 iPCR[0]`
    pub(super) what: String,
    pub(super) maker: Maker,
}

impl Disconnect {
    /// `None` for a connection that has no id.
    pub(super) fn of(row: &EdgeRow<'_>) -> Option<Self> {
        Some(Self {
            id: row.edge.id?,
            what: format!("{} -> {}", row.from.name(), row.to.name()),
            maker: row.edge.maker,
        })
    }

    /// Whether only `FORCE` breaks it.
    pub(super) fn force(&self) -> bool {
        !matches!(
            self.maker,
            Maker::Known(Owner::ThisHandle | Owner::Driver, _)
        )
    }

    pub(super) fn request(&self) -> Request {
        Request::Disconnect {
            id: self.id,
            force: self.force(),
        }
    }

    /// Whose it is, and what that means.
    pub(super) fn whose(&self) -> String {
        let force = "It is broken with FORCE, and its owner is not asked.";
        match self.maker {
            Maker::Known(Owner::ThisHandle, _) => "It was made here.".to_owned(),
            Maker::Known(Owner::Driver, _) => {
                "It was made to persist: the driver keeps it for everybody.".to_owned()
            }
            Maker::Known(Owner::OtherHandle, Some(process)) => {
                format!("It belongs to another program, process {process}. {force}")
            }
            Maker::Known(Owner::OtherHandle, None) => {
                format!("It belongs to another program. {force}")
            }
            Maker::Known(Owner::Foreign, Some(process)) => format!(
                "It is foreign: another driver of this computer made it, in process {process}. \
                 {force}"
            ),
            Maker::Known(Owner::Foreign, None) => {
                format!("It is foreign: another driver of this computer made it. {force}")
            }
            other => format!("It belongs to somebody else ({}). {force}", maker(other)),
        }
    }
}

/// An end that can be chosen: a plug, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pick {
    pub(super) plug: Option<PlugId>,
    pub(super) name: String,
}

/// Where the choice stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Output,
    Input,
    Confirm,
}

/// Chooses the plugs to connect.
pub(super) struct ConnectDialog {
    pub(super) step: Step,
    pub(super) output: Option<Pick>,
    pub(super) input: Option<Pick>,
    pub(super) outputs: Cursor<Option<PlugId>>,
    pub(super) inputs: Cursor<Option<PlugId>>,
    pub(super) broadcast: bool,
}

impl ConnectDialog {
    /// Begins at the selected plug, where there is one. `None` when there is no plug.
    pub(super) fn new(bus: &Bus, selected: Option<(Direction, PlugId)>) -> Option<Self> {
        let mut dialog = Self {
            step: Step::Output,
            output: None,
            input: None,
            outputs: Cursor::default(),
            inputs: Cursor::default(),
            broadcast: false,
        };
        match selected {
            Some((Direction::Out, plug)) => dialog.outputs = Cursor::of(Some(plug)),
            Some((Direction::In, plug)) => dialog.inputs = Cursor::of(Some(plug)),
            None => {}
        }
        let any = |direction| picks(bus, direction, None).next().is_some();
        (any(Direction::Out) || any(Direction::In)).then_some(dialog)
    }

    /// What can be chosen now. One connection has plugs of one unit's driver, and at least one.
    pub(super) fn picks(&self, bus: &Bus) -> Vec<Pick> {
        let open = Pick {
            plug: None,
            name: "(open end)".to_owned(),
        };
        let output = self.output.as_ref().and_then(|pick| pick.plug);
        match self.step {
            Step::Output => picks(bus, Direction::Out, None).chain([open]).collect(),
            Step::Input => {
                let open = output.is_some().then_some(open);
                picks(bus, Direction::In, output).chain(open).collect()
            }
            Step::Confirm => Vec::new(),
        }
    }

    /// Whether there is a kind to choose: a broadcast connection has one plug.
    pub(super) fn has_kinds(&self) -> bool {
        let plug = |pick: &Option<Pick>| pick.as_ref().is_some_and(|pick| pick.plug.is_some());
        plug(&self.output) != plug(&self.input)
    }

    fn request(&self, bus: &Bus) -> Option<Request> {
        let output = self.output.as_ref().and_then(|pick| pick.plug);
        let input = self.input.as_ref().and_then(|pick| pick.plug);
        let slot = output.or(input)?.unit_slot();
        let units = bus.nodes.iter().filter_map(|node| node.unit);
        Some(Request::Connect {
            unit: units.into_iter().find(|unit| unit.slot() == slot)?,
            output,
            input,
            broadcast: self.broadcast && self.has_kinds(),
        })
    }

    pub(super) fn key(mut self, key: Key, bus: &Bus) -> Then {
        let picks = self.picks(bus);
        let keys: Vec<_> = picks.iter().map(|pick| pick.plug).collect();
        let cursor = match self.step {
            Step::Input => &mut self.inputs,
            Step::Output | Step::Confirm => &mut self.outputs,
        };
        match (self.step, key) {
            (_, Key::Char('q')) | (Step::Output, Key::Esc) => return Then::Close,
            (Step::Input, Key::Esc) => self.step = Step::Output,
            (Step::Confirm, Key::Esc) => self.step = Step::Input,
            (Step::Confirm, Key::Enter | Key::Char('y')) => {
                // Its unit may have left meanwhile.
                return self.request(bus).map_or(Then::Close, Then::Do);
            }
            (Step::Confirm, _) => {
                let other = matches!(
                    key,
                    Key::Char('b' | ' ') | Key::Up | Key::Down | Key::Left | Key::Right | Key::Tab
                );
                self.broadcast ^= other && self.has_kinds();
            }
            (step, Key::Enter | Key::Right) => {
                let pick = cursor.at(&keys).and_then(|at| picks.into_iter().nth(at));
                if let Some(pick) = pick {
                    cursor.settle(&keys);
                    if step == Step::Output {
                        (self.output, self.step) = (Some(pick), Step::Input);
                    } else {
                        (self.input, self.step) = (Some(pick), Step::Confirm);
                    }
                }
            }
            (Step::Input, Key::Left) => self.step = Step::Output,
            (_, key) => {
                if let Some(step) = key.step() {
                    cursor.step(&keys, step);
                }
            }
        }
        Then::Stay(Dialog::Connect(self))
    }
}

/// The plugs of a direction, of the same unit's driver as another one.
fn picks(bus: &Bus, direction: Direction, with: Option<PlugId>) -> impl Iterator<Item = Pick> {
    let nodes = bus.nodes.iter().filter(|node| rows::is_managed(node));
    nodes.flat_map(move |node| {
        let ports = node
            .ports
            .iter()
            .filter(move |port| port.direction == direction);
        ports.filter_map(move |port| {
            let plug = port.id?;
            let fits = with.is_none_or(|with| with.unit_slot() == plug.unit_slot());
            fits.then(|| Pick {
                plug: Some(plug),
                name: rows::plug_name(node, port),
            })
        })
    })
}
