//! How things are called in text for people.

use plug61883::{ConnectionKind, End, Owner, PlugId, Reason, UnitIds, UnitState};

use crate::table::printable;
use crate::time;

/// Vendor and model, where a unit has any such name. Some devices name their model only in the
/// unit directory.
pub(crate) fn unit_name(ids: &UnitIds) -> Option<String> {
    let model = match ids.model.text.trim() {
        "" => ids.unit_model.text.trim(),
        model => model,
    };
    let name = format!("{} {model}", ids.vendor.text.trim());
    let name = printable(name.trim());
    (!name.is_empty()).then_some(name)
}

/// `oPCR[0]`, as far as an id tells; `local oPCR[0]` for a plug of this computer.
pub(crate) fn plug(id: PlugId) -> String {
    let Some(direction) = id.direction() else {
        return id.to_string();
    };
    let local = if id.is_local() { "local " } else { "" };
    format!("{local}{direction}[{}]", id.number())
}

/// A plug, `-` for none.
pub(crate) fn plug_or_none(id: Option<PlugId>) -> String {
    id.map_or_else(none, plug)
}

/// One end of a connection: `?` for a plug whose id is not known.
pub(crate) fn end(end: End) -> String {
    match end {
        End::Absent => none(),
        End::Unnamed => "?".to_owned(),
        End::Plug(id) => plug(id),
    }
}

pub(crate) fn none() -> String {
    "-".to_owned()
}

pub(crate) fn kind(kind: ConnectionKind) -> String {
    match kind {
        ConnectionKind::Broadcast => "bcast".to_owned(),
        ConnectionKind::PointToPoint => "p2p".to_owned(),
        ConnectionKind::Other(raw) => format!("kind {raw}"),
    }
}

pub(crate) fn owner(owner: Owner) -> String {
    match owner {
        Owner::ThisHandle => "this".to_owned(),
        Owner::OtherHandle => "other".to_owned(),
        Owner::Driver => "driver".to_owned(),
        Owner::Foreign => "foreign".to_owned(),
        Owner::Device => "device".to_owned(),
        Owner::Other(raw) => format!("owner {raw}"),
    }
}

pub(crate) fn reason(reason: Reason) -> String {
    match reason {
        Reason::Asked => "asked".to_owned(),
        Reason::OwnerGone => "owner gone".to_owned(),
        Reason::UnitGone => "unit gone".to_owned(),
        Reason::Forced => "forced".to_owned(),
        Reason::Lost => "lost".to_owned(),
        Reason::Unknown(raw) => format!("reason {raw}"),
    }
}

/// Nothing for a unit that is managed.
pub(crate) fn unit_state(state: UnitState) -> String {
    match state {
        UnitState::Managed => String::new(),
        UnitState::Asking => "asking".to_owned(),
        UnitState::Unsupported => "unsupported".to_owned(),
        UnitState::Other(raw) => format!("state {raw}"),
    }
}

pub(crate) fn number<T: ToString>(number: Option<T>) -> String {
    number.map_or_else(none, |number| number.to_string())
}

pub(crate) const fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

/// When something was made.
pub(crate) fn made(made_at: u64) -> String {
    if made_at == 0 {
        none()
    } else {
        time::utc(made_at)
    }
}
