//! `plugctl plugs` and `plugctl state`

use plug61883::{
    Direction, Driver, Error, Location, Plug, PlugId, PlugInfo, PlugState, Register, Unit,
};

use super::{chosen, ends_unit, exit_of};
use crate::advice;
use crate::cli::{self, PlugName, UnitChoice};
use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;
use crate::table::Column;
use crate::text;

const COLUMNS: [Column; 9] = [
    Column::left("PLUG"),
    Column::left("ONLINE"),
    Column::left("STATE"),
    Column::left("SPEED"),
    Column::right("CHANNEL"),
    Column::right("PAYLOAD").or_drop(1),
    Column::right("P2P"),
    Column::right("BCAST"),
    Column::left("ID"),
];

/// Columns of plugs that the driver knows.
pub(super) const KNOWN_COLUMNS: [Column; 11] = [
    Column::left("ID"),
    Column::left("PLUG"),
    Column::left("ONLINE"),
    Column::right("CH"),
    Column::left("SPEED").or_drop(1),
    Column::right("PAYLOAD").or_drop(1),
    Column::right("P2P"),
    Column::right("BCAST").or_drop(2),
    Column::left("OWNER"),
    Column::right("PROCESS").or_drop(3),
    Column::left("MADE"),
];

pub(super) fn known_cells(plug: &PlugInfo) -> [String; 11] {
    let register = plug.register;
    [
        plug.id.to_string(),
        text::plug(plug.id),
        register.map_or_else(text::none, |register| {
            text::yes_no(register.online()).to_owned()
        }),
        text::number(register.map(Register::channel)),
        text::number(register.and_then(Register::speed)),
        text::number(register.and_then(Register::payload)),
        text::number(register.map(Register::point_to_point)),
        text::number(register.map(Register::broadcast)),
        text::owner(plug.owner),
        text::number(plug.process_id),
        text::made(plug.made_at),
    ]
}

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
    state.online().map_or("-", text::yes_no)
}

/// Plugs of this computer that were made through the unit's driver, whoever made them.
fn local_plugs(unit: &Unit, driver: &Driver) -> Result<Vec<PlugInfo>, Error> {
    let mut plugs = driver.known_plugs(Some(unit.id()))?;
    plugs.retain(|plug| plug.location == Location::Computer);
    Ok(plugs)
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
    let mut ended = false;
    for (direction, number) in unit.plugs()? {
        let plug = find(&unit, direction, number);
        let error = plug.state.as_ref().err().copied();
        failures.extend(error.map(Failure::from));
        found.push(plug);
        ended = error.is_some_and(|error| ends_unit(&error));
        if ended {
            break;
        }
    }
    let mut local = Vec::new();
    if !ended {
        match local_plugs(&unit, driver) {
            Ok(plugs) => local = plugs,
            Err(error) => failures.push(error.into()),
        }
    }
    if output.json {
        let plugs = found.iter().map(Found::document).collect();
        output.document(json::Plugs {
            unit: unit.id().to_string(),
            plugs,
            local_plugs: local.iter().map(json::KnownPlug::from).collect(),
        });
    } else {
        let rows: Vec<_> = found.iter().map(Found::cells).collect();
        output.table(&COLUMNS, &rows);
        if !local.is_empty() {
            output.text("\nplugs of this computer:\n");
            let rows: Vec<_> = local.iter().map(known_cells).collect();
            output.table(&KNOWN_COLUMNS, &rows);
        }
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
        output.pairs(&[
            ("plug", text::plug(state.plug)),
            ("id", state.plug.to_string()),
            ("online", online(&state).to_owned()),
            ("state", state.state.to_string()),
            ("speed", state.speed.to_string()),
            ("channel", channel(&state)),
            ("payload", format!("{} quadlets", state.payload)),
            ("point-to-point", state.point_to_point.to_string()),
            ("broadcast", state.broadcast.to_string()),
            ("register", register.unwrap_or_else(text::none)),
        ]);
    }
    Ok(Exit::Done)
}
