//! The arguments of the commands that show what there is.

use clap::Args;

use super::values::{Kind, PlugName, UnitName};

/// Unit that a command is for, where there may be only one.
#[derive(Args, Debug)]
pub(crate) struct UnitChoice {
    /// Unit, by its id or EUI-64 [default: the only one].
    #[arg(long, value_name = "UNIT")]
    pub(crate) unit: Option<UnitName>,
}

/// Units that a list is for.
#[derive(Args, Debug)]
pub(crate) struct UnitFilter {
    /// Unit, by its id or EUI-64 [default: all].
    #[arg(long, value_name = "UNIT")]
    pub(crate) unit: Option<UnitName>,
}

/// Whether to go on showing it.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Repeat {
    /// Show it again whenever something changes, until Ctrl+C: on events at once, and every so
    /// many seconds, 2 unless given, for what makes no events.
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, require_equals = true,
        default_missing_value = "2", value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub(crate) watch: Option<u32>,
}

#[derive(Args, Debug)]
pub(crate) struct Units {
    #[command(flatten)]
    pub(crate) repeat: Repeat,
}

#[derive(Args, Debug)]
pub(crate) struct Plugs {
    /// Unit, by its id or EUI-64 [default: all].
    #[arg(value_name = "UNIT")]
    named: Option<UnitName>,
    /// The same.
    #[arg(long, value_name = "UNIT", conflicts_with = "named", hide = true)]
    unit: Option<UnitName>,
    #[command(flatten)]
    pub(crate) repeat: Repeat,
}

impl Plugs {
    /// The unit; `None` for all.
    pub(crate) fn unit(&self) -> Option<UnitName> {
        self.named.or(self.unit)
    }
}

#[derive(Args, Debug)]
pub(crate) struct Connections {
    #[command(flatten)]
    pub(crate) filter: UnitFilter,
    #[command(flatten)]
    pub(crate) repeat: Repeat,
}

#[derive(Args, Debug)]
pub(crate) struct State {
    /// Plug: its id, or its register's name such as oPCR[0].
    pub(crate) plug: PlugName,
    #[command(flatten)]
    pub(crate) unit: UnitChoice,
    #[command(flatten)]
    pub(crate) repeat: Repeat,
}

#[derive(Args, Debug)]
pub(crate) struct Monitor {
    /// Only what happens to this unit, by its id or EUI-64; by its EUI-64 also after it left and
    /// came again.
    #[arg(long, value_name = "UNIT")]
    pub(crate) unit: Option<UnitName>,
    /// Only events of these kinds; several with commas.
    #[arg(long, value_enum, value_name = "KIND", value_delimiter = ',')]
    pub(crate) kind: Vec<Kind>,
    /// End after so many events.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) count: Option<u64>,
    // By this name it takes the place of the global one, whose type it must have.
    /// End after so many seconds; exit code 1 when --count is given and fewer events came.
    #[arg(long, value_name = "S", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) timeout: Option<u32>,
}
