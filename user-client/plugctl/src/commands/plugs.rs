//! `plugctl plugs` and `plugctl state`

use std::fmt::Write;

use plug61883::{Direction, Driver, Error, Plug, PlugId, PlugState, Unit};

use super::{chosen, ends_unit, exit_of};
use crate::advice;
use crate::cli::{self, PlugName, UnitChoice};
use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;
use crate::table::{Column, Side, table};

const COLUMNS: [Column; 9] = [
    Column("PLUG", Side::Left),
    Column("ONLINE", Side::Left),
    Column("STATE", Side::Left),
    Column("SPEED", Side::Left),
    Column("CHANNEL", Side::Right),
    Column("PAYLOAD", Side::Right),
    Column("P2P", Side::Right),
    Column("BCAST", Side::Right),
    Column("ID", Side::Left),
];

/// A plug by name, with its id as soon as that is known, and its state or why there is none.
struct Found {
    direction: Direction,
    number: u32,
    id: Option<PlugId>,
    state: Result<PlugState, Error>,
}

fn find(unit: &Unit, direction: Direction, number: u32) -> Found {
    let plug = unit.plug(direction, number);
    let id = plug.as_ref().ok().map(Plug::id);
    Found {
        direction,
        number,
        id,
        state: plug.and_then(|plug| plug.state()),
    }
}

impl Found {
    fn name(&self) -> String {
        format!("{}[{}]", self.direction, self.number)
    }

    fn cells(&self) -> [String; 9] {
        let id = self.id.map_or("-".to_owned(), |id| id.to_string());
        let Ok(state) = &self.state else {
            let mut cells = [const { String::new() }; 9].map(|_| "-".to_owned());
            (cells[0], cells[8]) = (self.name(), id);
            return cells;
        };
        [
            self.name(),
            online(state).to_owned(),
            state.state.to_string(),
            state.speed.to_string(),
            channel(state),
            state.payload.to_string(),
            state.point_to_point.to_string(),
            state.broadcast.to_string(),
            id,
        ]
    }

    fn document(&self) -> json::PlugRow {
        let failure = self.state.as_ref().err().map(|error| Failure::from(*error));
        json::PlugRow {
            name: self.name(),
            direction: json::direction(self.direction),
            number: self.number,
            row: json::Row {
                id: self.id.map(|id| id.to_string()),
                content: self.state.as_ref().ok().map(json::State::from),
                error: failure.as_ref().map(json::Error::from),
            },
        }
    }
}

fn online(state: &PlugState) -> &'static str {
    match state.online() {
        Some(true) => "yes",
        Some(false) => "no",
        None => "-",
    }
}

fn channel(state: &PlugState) -> String {
    state
        .channel()
        .map_or("-".to_owned(), |channel| channel.to_string())
}

pub(super) fn plugs(
    driver: &Driver,
    choice: &UnitChoice,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let unit = chosen(driver, choice)?;
    let mut found = Vec::new();
    let mut failures = Vec::new();
    for (direction, number) in unit.plugs()? {
        let plug = find(&unit, direction, number);
        let error = plug.state.as_ref().err().copied();
        failures.extend(error.map(Failure::from));
        found.push(plug);
        if error.is_some_and(|error| ends_unit(&error)) {
            break;
        }
    }
    if output.json {
        let plugs = found.iter().map(Found::document).collect();
        output.document(json::Plugs {
            unit: unit.id().to_string(),
            plugs,
        });
    } else {
        let rows: Vec<_> = found.iter().map(Found::cells).collect();
        output.text(&table(&COLUMNS, &rows));
        failures.iter().for_each(|failure| output.failure(failure));
    }
    Ok(exit_of(&failures))
}

pub(super) fn state(
    driver: &Driver,
    arguments: &cli::State,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let found = match arguments.plug {
        PlugName::Id(_) if arguments.unit.unit.is_some() => {
            return Err(Failure::Usage {
                what: "a plug's id names its unit too, --unit can't be used with it".to_owned(),
                advice: advice::SEE_HELP,
            });
        }
        PlugName::Id(id) => Found {
            // An id that could be read has one.
            direction: id.direction().unwrap_or(Direction::Out),
            number: id.number().into(),
            id: Some(id),
            state: driver.plug_state(id),
        },
        PlugName::Register(direction, number) => {
            find(&chosen(driver, &arguments.unit)?, direction, number)
        }
    };
    let state = found.state?;
    if output.json {
        output.document(json::OnePlug {
            plug: found.document(),
        });
    } else {
        let register = state
            .register
            .map(|register| format!("0x{:08X}", register.bits()));
        let lines = [
            ("plug", found.name()),
            ("id", state.plug.to_string()),
            ("online", online(&state).to_owned()),
            ("state", state.state.to_string()),
            ("speed", state.speed.to_string()),
            ("channel", channel(&state)),
            ("payload", format!("{} quadlets", state.payload)),
            ("point-to-point", state.point_to_point.to_string()),
            ("broadcast", state.broadcast.to_string()),
            ("register", register.unwrap_or_else(|| "-".to_owned())),
        ];
        let mut text = String::new();
        for (name, value) in lines {
            // Writing to a string can't fail.
            let _ = writeln!(text, "{name:<14}  {value}");
        }
        output.text(&text);
    }
    Ok(Exit::Done)
}
