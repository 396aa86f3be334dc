//! `plugctl audio`

use plug61883::links::{
    Audio, AudioDevice, AudioDeviceKind, AudioState, BelongsTo, Call, ConnectorInfo, ConnectorKind,
    Link, LinkError,
};

use super::{disconnect, fire_wire, text_or_none, troubles};
use crate::cli;
use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;
use crate::style::{Cell, Tone};
use crate::table::Column;
use crate::text;

const COLUMNS: [Column; 9] = [
    Column::left("CONNECTOR"),
    Column::left("NAME").or_shorten(8),
    Column::left("TYPE").or_shorten(8),
    Column::left("FLOW").or_drop_late(2),
    Column::left("CONNECTED"),
    Column::left("TO").or_shorten(8),
    Column::left("DEVICE").or_shorten(8),
    Column::left("OF").or_drop(1),
    Column::left("1394"),
];

/// An audio device, as it is shown.
pub(crate) struct Device<'a> {
    pub(crate) id: &'a str,
    pub(crate) kind: AudioDeviceKind,
    pub(crate) name: &'a str,
    pub(crate) state: Option<AudioState>,
    pub(crate) belongs_to: &'a BelongsTo,
    pub(crate) connectors: Vec<Connector<'a>>,
    pub(crate) trouble: Option<&'a LinkError>,
}

/// A connector, and the short id of the one that it is connected to.
pub(crate) struct Connector<'a> {
    pub(crate) info: &'a ConnectorInfo,
    pub(crate) to: Option<String>,
}

impl<'a> From<&'a AudioDevice> for Device<'a> {
    fn from(device: &'a AudioDevice) -> Self {
        let connectors = device.connectors.iter().map(|connector| Connector {
            info: connector.info(),
            to: connector.other_sides().into_iter().next(),
        });
        Self {
            id: &device.id,
            kind: device.kind,
            name: &device.name,
            state: device.state,
            belongs_to: &device.belongs_to,
            connectors: connectors.collect(),
            trouble: device.trouble.as_ref(),
        }
    }
}

impl Device<'_> {
    /// What people call it; its id where it has no name.
    fn called(&self) -> &str {
        if self.name.is_empty() {
            self.id
        } else {
            self.name
        }
    }

    fn cells(&self, connector: Option<&Connector<'_>>) -> [Cell; 9] {
        let mut cells = [const { String::new() }; 9].map(|_| Cell::from(text::none()));
        cells[6] = text_or_none(self.called());
        cells[7] = match self.state {
            // What works as usual is not told.
            None | Some(AudioState::Active) => self.kind.to_string().into(),
            Some(state) => Cell::new(format!("{}, {state}", self.kind), Tone::Notable),
        };
        cells[8] = fire_wire(self.belongs_to);
        let Some(Connector { info, to }) = connector else {
            return cells;
        };
        cells[0] = Cell::new(info.short_id(), Tone::Id);
        cells[1] = text_or_none(&info.name);
        cells[2] = connector_type(info.kind).into();
        cells[3] = text::number(info.flow).into();
        cells[4] = match info.connected {
            Some(true) => Cell::new(text::yes_no(true), Tone::Good),
            Some(false) => Cell::new(text::yes_no(false), Tone::Faint),
            None => text::none().into(),
        };
        let to = to.as_deref().or(info.to_device.as_deref());
        cells[5] = text_or_none(to.unwrap_or_default());
        cells
    }

    /// A line for each connector; one for a device that has none.
    fn rows(&self) -> Vec<[Cell; 9]> {
        if self.connectors.is_empty() {
            return vec![self.cells(None)];
        }
        let connectors = self.connectors.iter();
        connectors
            .map(|connector| self.cells(Some(connector)))
            .collect()
    }
}

/// A connector's type, where there is little room.
fn connector_type(kind: ConnectorKind) -> String {
    match kind {
        ConnectorKind::PhysicalInternal => "internal".to_owned(),
        ConnectorKind::PhysicalExternal => "external".to_owned(),
        kind => kind.to_string(),
    }
}

pub(super) fn command(arguments: &cli::Audio, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let audio = Audio::open()?;
    match arguments {
        cli::Audio::List => {
            let devices = audio.devices()?;
            let devices: Vec<_> = devices.iter().map(Device::from).collect();
            Ok(show(&devices, output))
        }
        cli::Audio::Disconnect(arguments) => {
            let mut connector = audio.connector(&arguments.connector)?;
            let idempotent = arguments.idempotent;
            disconnect(
                &mut connector,
                Call::DisconnectConnector,
                idempotent,
                output,
            )
        }
    }
}

pub(super) fn show(devices: &[Device<'_>], output: &mut Output<'_>) -> Exit {
    let failed: Vec<_> = devices.iter().filter_map(|device| device.trouble).collect();
    if output.json {
        output.document(json::AudioDevices::new(devices));
        return if failed.is_empty() {
            Exit::Done
        } else {
            Exit::Failed
        };
    }
    if devices.is_empty() {
        output.line("there is no audio endpoint");
    } else {
        let rows: Vec<_> = devices.iter().flat_map(Device::rows).collect();
        output.table(&COLUMNS, &rows);
    }
    let failed: Vec<_> = failed.into_iter().cloned().collect();
    troubles(&failed, output)
}
