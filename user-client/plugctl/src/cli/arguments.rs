//! The arguments of the commands that change something, and of the larger ones.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use plug61883::{CipDataFormat, ConnectionId, DiagLevel, DirectoryId, PlugId};

use super::lists::{UnitChoice, UnitFilter};
use crate::attributes::{Path, Setting};

use super::values::{
    Level, PlugEnd, RegisterText, UnitName, diag_level, format, id, id24, local_plug, plug_end,
};

#[derive(Args, Debug)]
pub(crate) struct UnitInfo {
    /// Unit, by its id or EUI-64.
    #[arg(value_name = "UNIT")]
    pub(crate) unit: UnitName,
    /// What to show; several with commas [default: all].
    #[arg(long, value_enum, value_name = "LEVEL", value_delimiter = ',')]
    pub(crate) level: Vec<Level>,
    /// Show the capabilities of this computer instead of the unit's.
    #[arg(long)]
    pub(crate) local: bool,
    #[command(subcommand)]
    pub(crate) change: Option<Change>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Change {
    /// Set something of the unit.
    Set(SetInfo),
}

#[derive(Args, Debug)]
pub(crate) struct SetInfo {
    #[command(subcommand)]
    pub(crate) what: SetWhat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SetWhat {
    /// How 61883.sys receives and transmits isochronous packets: one at least; what is not named
    /// stays.
    #[command(override_usage = "plugctl unit-info <UNIT> set isoch [OPTIONS]")]
    Isoch(Isoch),
    /// Who can reach this computer's plugs; to be set before plugs are created.
    #[command(override_usage = "plugctl unit-info <UNIT> set address-type <ADDRESS_TYPE>")]
    AddressType {
        /// Every node of the bus, or the unit's device only.
        #[arg(value_enum)]
        address_type: AddressType,
    },
    /// How 61883.sys treats the plugs of the device, for diagnosis.
    #[command(override_usage = "plugctl unit-info <UNIT> set diag-level <LEVEL> --allow-diag")]
    DiagLevel {
        /// none, or ignore-oplug, ignore-iplug, set-channel-63, ipcr-ignore-free, hide-oplug,
        /// ipcr-always-alloc, specify-block-size, or bits such as 0x5; several with commas.
        #[arg(value_name = "LEVEL", value_parser = diag_level)]
        level: DiagLevel,
        /// It changes how 61883.sys treats the bus: without this the driver refuses it.
        #[arg(long)]
        allow_diag: bool,
    },
}

#[derive(Args, Debug)]
#[group(required = true, multiple = true)]
pub(crate) struct Isoch {
    /// Packets for each descriptor, receiving.
    #[arg(long, value_name = "N")]
    pub(crate) rx_packets: Option<u32>,
    /// Descriptors, receiving.
    #[arg(long, value_name = "N")]
    pub(crate) rx_descriptors: Option<u32>,
    /// Packets for each descriptor, transmitting.
    #[arg(long, value_name = "N")]
    pub(crate) tx_packets: Option<u32>,
    /// Descriptors, transmitting.
    #[arg(long, value_name = "N")]
    pub(crate) tx_descriptors: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AddressType {
    /// Every node of the bus.
    Global,
    /// The unit's device only.
    Exclusive,
}

#[derive(Args, Debug)]
pub(crate) struct Connect {
    #[command(flatten)]
    pub(crate) unit: UnitChoice,
    #[command(flatten)]
    pub(crate) plugs: Ends,
    /// Broadcast connection instead of a point-to-point one.
    #[arg(long)]
    pub(crate) broadcast: bool,
    /// Format of the stream: dv-525, dv-625, mpeg2-ts, am824:RATE:CHANNELS such as
    /// am824:48000:2, or raw:FIELDS; fields may also follow another one with commas: fmt, fdf,
    /// dbs, fn, qpc, sph, period, remainder, blocks (in a packet), such as dv-525,blocks=1
    /// [default: all zero].
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    pub(crate) format: Option<CipDataFormat>,
    /// Leave the connection to the driver and end: it stays until it is broken by its id or the
    /// unit leaves.
    #[arg(long)]
    pub(crate) persist: bool,
    /// Hold the connection until Ctrl+C or the end of the input, then break it; so it is without
    /// --persist.
    #[arg(long, conflicts_with = "persist")]
    hold: bool,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = true)]
pub(crate) struct Ends {
    /// Output plug: the number of one of the unit's, or a plug's id.
    #[arg(long, value_name = "PLUG", value_parser = plug_end(plug61883::Direction::Out))]
    pub(crate) out: Option<PlugEnd>,
    /// Input plug: the number of one of the unit's, or a plug's id.
    #[arg(long = "in", value_name = "PLUG", value_parser = plug_end(plug61883::Direction::In))]
    pub(crate) input: Option<PlugEnd>,
}

#[derive(Args, Debug)]
pub(crate) struct Disconnect {
    /// Connections, by their ids.
    #[arg(required_unless_present = "all", value_name = "ID",
        value_parser = id::<ConnectionId>("connection", "1.1"))]
    pub(crate) ids: Vec<ConnectionId>,
    /// Break all that there are now; without --force those of other programs and of other
    /// drivers are left alone.
    #[arg(long, conflicts_with = "ids")]
    pub(crate) all: bool,
    /// With --all: those of this unit, by its id or EUI-64.
    #[arg(long, value_name = "UNIT", requires = "all", conflicts_with = "ids")]
    pub(crate) unit: Option<UnitName>,
    /// Break them although another program or driver owns them.
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Facing {
    /// An output plug.
    Out,
    /// An input plug.
    In,
}

#[derive(Args, Debug)]
pub(crate) struct CreatePlug {
    /// Unit through whose driver it is made, by its id or EUI-64.
    #[arg(value_name = "UNIT")]
    pub(crate) unit: UnitName,
    /// An output plug or an input plug.
    #[arg(value_enum)]
    pub(crate) direction: Facing,
    /// First value of its register: 32 bits such as 0x803F0000, or fields with commas: online,
    /// broadcast, p2p=N, channel=N, and for an output plug speed=S100, overhead=N, payload=N
    /// [default: online,channel=63; an output plug also: speed=S100,payload=122].
    #[arg(long, value_name = "VALUE")]
    pub(crate) pcr: Option<RegisterText>,
    /// Leave the plug to the driver and end: it stays until it is deleted by its id or the unit
    /// leaves.
    #[arg(long)]
    pub(crate) persist: bool,
}

#[derive(Args, Debug)]
pub(crate) struct SetPlug {
    /// Plug, by its id.
    #[arg(value_parser = local_plug)]
    pub(crate) plug: PlugId,
    /// Value: 32 bits such as 0x803F0000, or fields with commas: online, broadcast, p2p=N,
    /// channel=N, and for an output plug speed=S100, overhead=N, payload=N; what is not named is
    /// 0.
    pub(crate) value: RegisterText,
}

#[derive(Args, Debug)]
pub(crate) struct DeletePlug {
    /// Plugs, by their ids.
    #[arg(required = true, value_name = "PLUG", value_parser = local_plug)]
    pub(crate) plugs: Vec<PlugId>,
    /// Delete them although another program or driver owns them.
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Args, Debug)]
pub(crate) struct BusReset {
    /// Unit whose bus, by its id or EUI-64.
    #[arg(value_name = "UNIT")]
    pub(crate) unit: UnitName,
    /// Do not ask.
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UnitDirectory {
    /// Add a unit directory; print its id, hold it until Ctrl+C or the end of the input, then
    /// remove it.
    Add(AddDirectory),
    /// Remove unit directories.
    Remove(RemoveDirectory),
    /// List the unit directories that plug61883 has added.
    List(UnitFilter),
}

#[derive(Args, Debug)]
pub(crate) struct AddDirectory {
    /// Unit through whose driver it is added, by its id or EUI-64.
    #[arg(value_name = "UNIT")]
    pub(crate) unit: UnitName,
    /// Unit_Spec_ID: 24 bits, decimal or such as 0x00A02D.
    #[arg(value_name = "SPEC", value_parser = id24)]
    pub(crate) spec: u32,
    /// Unit_SW_Version: 24 bits, decimal or such as 0x010001.
    #[arg(value_name = "VERSION", value_parser = id24)]
    pub(crate) sw_version: u32,
    /// Leave it to the driver and end: it stays until it is removed by its id or the unit leaves.
    #[arg(long)]
    pub(crate) persist: bool,
    /// Reset the bus afterwards, so that other nodes read the configuration ROM again; when it is
    /// held, also after it is removed.
    #[arg(long)]
    pub(crate) bus_reset: bool,
}

#[derive(Args, Debug)]
pub(crate) struct RemoveDirectory {
    /// Unit directories, by their ids.
    #[arg(required = true, value_name = "ID", value_parser = id::<DirectoryId>("unit directory", "1.1"))]
    pub(crate) ids: Vec<DirectoryId>,
    /// Remove them although another program owns them.
    #[arg(long)]
    pub(crate) force: bool,
    /// Reset the bus afterwards, so that other nodes read the configuration ROM again.
    #[arg(long)]
    pub(crate) bus_reset: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Report {
    /// Unit, by its id or EUI-64 [default: all].
    #[arg(value_name = "UNIT")]
    pub(crate) unit: Option<UnitName>,
}

#[derive(Args, Debug)]
pub(crate) struct Get {
    /// Unit, by its id or EUI-64.
    #[arg(value_name = "UNIT")]
    pub(crate) unit: UnitName,
    /// Registers or attributes of them, in any case: oMPR, iMPR, oPCR[0], iPCR[1].channel; those
    /// of this computer's plugs with local. before: local.oPCR[0].
    #[arg(required = true, value_name = "ATTRIBUTE")]
    pub(crate) attributes: Vec<Path>,
}

#[derive(Args, Debug)]
pub(crate) struct Set {
    /// Unit, by its id or EUI-64.
    #[arg(value_name = "UNIT")]
    pub(crate) unit: UnitName,
    /// Attributes with their new values, decimal or 0x, in any case: oPCR[0].channel=63,
    /// iPCR[1].online=1; or whole registers: oPCR[0]=0x803F007A. Those of this computer's plugs
    /// with local. before: local.oPCR[0].channel=63.
    #[arg(required = true, value_name = "ATTRIBUTE=VALUE")]
    pub(crate) settings: Vec<Setting>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphFormat {
    /// A drawing for the terminal.
    Text,
    /// For Graphviz.
    Dot,
    /// A picture that a browser shows.
    Svg,
}

#[derive(Args, Debug)]
pub(crate) struct Graph {
    /// What to draw.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: GraphFormat,
    /// Write it to this file instead of stdout.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// For which shell.
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Args, Debug)]
pub(crate) struct Man {
    /// Folder to write them to; it is made.
    pub(crate) folder: PathBuf,
}
