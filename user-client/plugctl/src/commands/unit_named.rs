//! Which unit a command is for.

use plug61883::{Driver, Unit, UnitId, Units};

use crate::advice;
use crate::cli::{UnitChoice, UnitName};
use crate::failure::Failure;
use crate::text;

/// The unit of this name. One that is named by its id is not asked whether it is there: requests
/// tell.
pub(super) fn named(driver: &Driver, name: UnitName) -> Result<Unit, Failure> {
    let eui64 = match name {
        UnitName::Id(id) => return Ok(Unit::by_id(driver, id)),
        UnitName::Eui64(eui64) => eui64,
    };
    let mut found = Vec::new();
    let mut failed = None;
    for unit in Units::enumerate(driver)? {
        // Of the others nothing is known.
        if unit.is_unsupported() {
            continue;
        }
        match unit.ids() {
            Ok(ids) if ids.eui64 == eui64 => found.push(unit),
            Ok(_) => {}
            Err(error) if error.is_unit_gone() => {}
            Err(error) => failed = Some(error),
        }
    }
    match (<[Unit; 1]>::try_from(found), failed) {
        (Ok([unit]), _) => Ok(unit),
        // It may be the one that did not answer.
        (Err(found), Some(error)) if found.is_empty() => Err(error.into()),
        (Err(found), None) if found.is_empty() => Err(Failure::NoSuchUnit { eui64 }),
        (Err(found), _) => {
            let ids: Vec<_> = found.iter().map(|unit| unit.id().to_string()).collect();
            Err(Failure::Usage {
                what: format!(
                    "{} units have the EUI-64 {name}: {}",
                    ids.len(),
                    ids.join(", ")
                ),
                advice: "name one by its id",
            })
        }
    }
}

/// The id of the unit of this name, for what can be for all.
pub(super) fn id_of(driver: &Driver, name: Option<UnitName>) -> Result<Option<UnitId>, Failure> {
    name.map(|name| named(driver, name).map(|unit| unit.id()))
        .transpose()
}

/// The unit that a command is for: the one named, or the only one.
pub(super) fn chosen(driver: &Driver, choice: &UnitChoice) -> Result<Unit, Failure> {
    if let Some(name) = choice.unit {
        return named(driver, name);
    }
    let units = Units::enumerate(driver)?;
    match <[Unit; 1]>::try_from(units.into_iter().collect::<Vec<_>>()) {
        Ok([unit]) => Ok(unit),
        Err(units) if units.is_empty() => Err(Failure::NoUnit),
        Err(units) => {
            let named: Vec<_> = units.iter().map(describe).collect();
            Err(Failure::Usage {
                what: format!("there are {} units: {}", units.len(), named.join(", ")),
                advice: advice::NAME_UNIT,
            })
        }
    }
}

/// A unit's id, with its name where that can be read.
pub(super) fn describe(unit: &Unit) -> String {
    match unit.ids().map(|ids| text::unit_name(&ids)) {
        Ok(Some(name)) => format!("{} ({name})", unit.id()),
        _ => unit.id().to_string(),
    }
}
