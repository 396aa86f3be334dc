//! `plugctl plugs` and `plugctl state`

use plug61883::{
    Direction, Driver, Error, Location, Plug, PlugId, PlugInfo, PlugState, Register, Unit,
    UnitState, Units,
};

use super::unit_named::{chosen, named};
use super::{ends_unit, exit_of};
use crate::advice;
use crate::cli::{self, PlugName, UnitName};
use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;
use crate::style::{self, Cell};
use crate::table::Column;
use crate::text;

const COLUMNS: [Column; 9] = [
    Column::left("PLUG"),
    Column::left("ONLINE").or_drop_late(3),
    Column::left("STATE"),
    Column::left("SPEED").or_drop_late(1),
    Column::right("CHANNEL"),
    Column::right("PAYLOAD").or_drop(1),
    Column::right("P2P").or_drop_late(2),
    Column::right("BCAST").or_drop_late(2),
    Column::left("ID"),
];

/// Columns of plugs that the driver knows.
pub(super) const KNOWN_COLUMNS: [Column; 11] = [
    Column::left("ID"),
    Column::left("PLUG"),
    Column::left("ONLINE").or_drop_late(3),
    Column::right("CH"),
    Column::left("SPEED").or_drop(1),
    Column::right("PAYLOAD").or_drop(1),
    Column::right("P2P").or_drop_late(2),
    Column::right("BCAST").or_drop(2),
    Column::left("OWNER"),
    Column::right("PROCESS").or_drop(3),
    Column::left("MADE").or_drop_late(1),
];

pub(super) fn known_cells(plug: &PlugInfo) -> [Cell; 11] {
    let register = plug.register;
    [
        style::id(Some(plug.id)),
        text::plug(plug.id).into(),
        style::online(register.map(Register::online)),
        text::number(register.map(Register::channel)).into(),
        text::number(register.and_then(Register::speed)).into(),
        text::number(register.and_then(Register::payload)).into(),
        text::number(register.map(Register::point_to_point)).into(),
        text::number(register.map(Register::broadcast)).into(),
        style::owner(plug.owner),
        text::number(plug.process_id).into(),
        text::made(plug.made_at).into(),
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

    fn cells(&self) -> [Cell; 9] {
        let id = style::id(self.id);
        let Ok(state) = &self.state else {
            let mut cells = [const { String::new() }; 9].map(|_| Cell::from(text::none()));
            (cells[0], cells[2], cells[8]) = (self.name().into(), style::failed(), id);
            return cells;
        };
        [
            self.name().into(),
            style::online(state.online()),
            style::state(state.state),
            state.speed.to_string().into(),
            text::number(state.channel()).into(),
            state.payload.to_string().into(),
            state.point_to_point.to_string().into(),
            state.broadcast.to_string().into(),
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

/// Plugs of this computer that were made through the unit's driver, whoever made them.
fn local_plugs(unit: &Unit, driver: &Driver) -> Result<Vec<PlugInfo>, Error> {
    let mut plugs = driver.known_plugs(Some(unit.id()))?;
    plugs.retain(|plug| plug.location == Location::Computer);
    Ok(plugs)
}

/// The plugs of a unit.
struct OfUnit {
    unit: Unit,
    found: Vec<Found>,
    local: Vec<PlugInfo>,
    /// Why the plugs of the unit, or of this computer, could not be listed.
    failure: Option<Failure>,
}

impl OfUnit {
    /// Reads them; what could not be read is told in it.
    fn read(unit: Unit, driver: &Driver) -> Self {
        let mut this = Self {
            unit,
            found: Vec::new(),
            local: Vec::new(),
            failure: None,
        };
        if this.unit.is_unsupported() {
            // Every request for it would be refused.
            return this;
        }
        if let Err(error) = this.fill(driver) {
            this.failure = Some(error.into());
        }
        this
    }

    fn fill(&mut self, driver: &Driver) -> Result<(), Error> {
        for (direction, number) in self.unit.plugs()? {
            let plug = find(&self.unit, direction, number);
            let ended = plug.state.as_ref().is_err_and(ends_unit);
            self.found.push(plug);
            if ended {
                return Ok(());
            }
        }
        self.local = local_plugs(&self.unit, driver)?;
        Ok(())
    }

    /// Whether it left after the units were listed: it is not one of them now.
    fn is_gone(&self) -> bool {
        let Some(Failure::Driver(error)) = &self.failure else {
            return false;
        };
        error.is_unit_gone() && self.found.is_empty()
    }

    /// What could not be read.
    fn failures(&self) -> Vec<Failure> {
        let of_plugs = self.found.iter().filter_map(|plug| plug.state.err());
        let of_plugs = of_plugs.map(Failure::from);
        of_plugs.chain(self.failure.clone()).collect()
    }

    fn document(&self) -> json::PlugsOfUnit {
        json::PlugsOfUnit {
            unit: self.unit.id().to_string(),
            state: self.unit.listed().map(|it| json::unit_state(it.state)),
            plugs: self.found.iter().map(Found::document).collect(),
            local_plugs: self.local.iter().map(json::KnownPlug::from).collect(),
            error: self.failure.as_ref().map(json::Error::from),
        }
    }

    /// A section that its unit heads.
    fn tell(&self, output: &mut Output<'_>) {
        let state = self.unit.listed().map(|listed| listed.state);
        let id = self.unit.id();
        // A unit whose name can't be read has its id; what is wrong shows with its plugs.
        let name = match state {
            Some(UnitState::Unsupported) => None,
            _ => {
                let ids = self.unit.ids().ok();
                ids.and_then(|ids| text::unit_name(&ids))
            }
        };
        let state = state
            .map(text::unit_state)
            .filter(|state| !state.is_empty());
        let state = state.map(|state| format!("({state})"));
        let title = [Some(format!("unit {id}")), name, state];
        let title = title.into_iter().flatten().collect::<Vec<_>>().join("  ");
        let title = if output.wide {
            title
        } else {
            output.cut(&title)
        };
        output.title(&title);
        if !self.found.is_empty() {
            let rows: Vec<_> = self.found.iter().map(Found::cells).collect();
            output.table(&COLUMNS, &rows);
        }
        if !self.local.is_empty() {
            output.text("\n");
            output.title("plugs of this computer:");
            let rows: Vec<_> = self.local.iter().map(known_cells).collect();
            output.table(&KNOWN_COLUMNS, &rows);
        }
    }
}

pub(super) fn plugs(
    driver: &Driver,
    name: Option<UnitName>,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let units = match name {
        Some(name) => {
            let of_unit = OfUnit::read(named(driver, name)?, driver);
            // Nothing is known of it.
            if let (Some(failure), true) = (&of_unit.failure, of_unit.found.is_empty()) {
                return Err(failure.clone());
            }
            vec![of_unit]
        }
        None => Units::enumerate(driver)?
            .into_iter()
            .map(|unit| OfUnit::read(unit, driver))
            .filter(|of_unit| !of_unit.is_gone())
            .collect(),
    };
    if units.is_empty() {
        return Err(Failure::NoUnit);
    }
    let failures: Vec<_> = units.iter().flat_map(OfUnit::failures).collect();
    if output.json {
        let units = units.iter().map(OfUnit::document).collect();
        output.document(json::Plugs { units });
    } else {
        for (at, unit) in units.iter().enumerate() {
            if at != 0 {
                output.text("\n");
            }
            unit.tell(output);
        }
        failures.iter().for_each(|failure| output.failure(failure));
    }
    Ok(exit_of(&failures))
}

/// Wrong usage is told before anything is asked.
pub(super) fn can_name(arguments: &cli::State) -> Result<(), Failure> {
    match arguments.plug {
        PlugName::Id(_) if arguments.unit.unit.is_some() => Err(Failure::Usage {
            what: "a plug's id names its unit too, --unit can't be used with it".to_owned(),
            advice: advice::SEE_HELP,
        }),
        _ => Ok(()),
    }
}

pub(super) fn state(
    driver: &Driver,
    arguments: &cli::State,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let found = match arguments.plug {
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
            ("plug", text::plug(state.plug).into()),
            ("id", style::id(Some(state.plug))),
            ("online", style::online(state.online())),
            ("state", style::state(state.state)),
            ("speed", state.speed.to_string().into()),
            ("channel", text::number(state.channel()).into()),
            ("payload", format!("{} quadlets", state.payload).into()),
            ("point-to-point", state.point_to_point.to_string().into()),
            ("broadcast", state.broadcast.to_string().into()),
            ("register", text::number(register).into()),
        ]);
    }
    Ok(Exit::Done)
}
