//! Filling a request's memory before it is sent.

use plug61883_abi::av61883::{
    self, AvRequest, CURRENT_DDI_VERSION, DDI_VERSION_2, Disconnect, GetPlugHandle, GetPlugState,
    GetUnitInfo, IOCTL_61883_CLASS, UnitIds, unit_info_level,
};
use plug61883_abi::ids::{Direction, UnitId};
use plug61883_abi::ioctl::TEXT_UNITS;
use plug61883_abi::irb::{AsyncReadIrb, IOCTL_1394_CLASS};
use plug61883_abi::pcr::{ipcr_address, opcr_address};

use crate::connection::{Connection, ConnectionState};
use crate::scratch::Scratch;
use crate::transfer::{Job, Step, Transfer};
use crate::unit::PlugRef;
use crate::{Engine, Key};

/// Bytes of a text's buffer.
const TEXT_BYTES: u32 = (TEXT_UNITS * 2) as u32;

impl Engine {
    /// Writes the request of a transfer into its memory; the control code to send it with.
    /// Called under the lock, when [`crate::Action::Send`] comes.
    pub fn prepare(&self, key: Key, scratch: &mut Scratch) -> u32 {
        let Some(transfer) = self.transfer(key) else {
            return IOCTL_61883_CLASS;
        };
        let version = self.ddi_version(transfer.unit);
        match (transfer.step, transfer.job) {
            (Step::Version, _) => {
                put_unit_info(scratch, CURRENT_DDI_VERSION, unit_info_level::DDI_VERSION);
            }
            (Step::Generation, _) => {
                put_unit_info(scratch, version, unit_info_level::BUS_GENERATION_NODE);
            }
            (Step::Register, Job::PlugState(plug)) => {
                put_register_read(scratch, plug);
                return IOCTL_1394_CLASS;
            }
            (Step::Texts, Job::UnitInfo { .. }) => put_texts(scratch, version),
            (_, Job::UnitInfo { level }) => {
                scratch.info.fill(0);
                put_unit_info(scratch, version, level);
            }
            (_, Job::GetPlug { direction, number }) => scratch.put(&AvRequest::new(
                version,
                GetPlugHandle {
                    plug_number: u32::from(number),
                    plug_type: direction as u32,
                    handle: 0,
                },
            )),
            (_, Job::PlugState(plug)) => scratch.put(&AvRequest::new(
                version,
                GetPlugState {
                    plug: self.plug(transfer, plug),
                    ..Default::default()
                },
            )),
            (_, Job::Connect(id)) => {
                if let Some(connection) = id
                    .slot()
                    .and_then(|slot| self.connections.get(slot, id.generation()))
                {
                    self.put_connect(scratch, version, transfer, connection);
                }
            }
            (_, Job::Disconnect(id)) => {
                let connection = id
                    .slot()
                    .and_then(|slot| self.connections.get(slot, id.generation()));
                let connection = match connection.map(|connection| connection.state) {
                    Some(
                        ConnectionState::Active(h_connect)
                        | ConnectionState::Disconnecting(h_connect),
                    ) => h_connect,
                    _ => 0,
                };
                scratch.put(&AvRequest::new(version, Disconnect { connection }));
            }
            (_, Job::None) => {}
        }
        IOCTL_61883_CLASS
    }

    /// The version that requests for the unit carry.
    fn ddi_version(&self, unit: UnitId) -> u32 {
        let known = self.unit(unit).ok().and_then(|unit| unit.ddi_version);
        known
            .unwrap_or(CURRENT_DDI_VERSION)
            .min(CURRENT_DDI_VERSION)
    }

    /// `hPlug` of a plug, 0 when it is gone, which the protocol driver refuses.
    fn plug(&self, transfer: &Transfer, plug: PlugRef) -> u64 {
        let unit = self.unit(transfer.unit).ok();
        unit.and_then(|unit| unit.plug_handle(plug.direction, plug.number, plug.generation))
            .unwrap_or(0)
    }

    fn put_connect(
        &self,
        scratch: &mut Scratch,
        version: u32,
        transfer: &Transfer,
        connection: &Connection,
    ) {
        let handle = |plug: Option<PlugRef>| plug.map_or(0, |plug| self.plug(transfer, plug));
        let (output_plug, input_plug) = (handle(connection.output), handle(connection.input));
        let connect_type = connection.connect_type;
        if version == DDI_VERSION_2 {
            scratch.put(&AvRequest::new(
                version,
                av61883::ConnectV2 {
                    output_plug,
                    input_plug,
                    connect_type,
                    format: connection.format.to_v2(),
                    ..Default::default()
                },
            ));
        } else {
            scratch.put(&AvRequest::new(
                version,
                av61883::Connect {
                    output_plug,
                    input_plug,
                    connect_type,
                    format: connection.format,
                    connection: 0,
                },
            ));
        }
    }
}

fn put_unit_info(scratch: &mut Scratch, version: u32, level: u32) {
    let information = scratch.info_address();
    scratch.put(&AvRequest::new(
        version,
        GetUnitInfo {
            level,
            information,
            ..Default::default()
        },
    ));
}

/// The second query of GET_UNIT_IDS: the first told the lengths of the texts.
fn put_texts(scratch: &mut Scratch, version: u32) {
    let Some(mut ids) = scratch.read_info::<UnitIds>() else {
        return;
    };
    scratch.texts = [[0; TEXT_UNITS]; 3];
    let text = |index, length: &mut u32| {
        *length = (*length).min(TEXT_BYTES);
        if *length == 0 {
            0
        } else {
            scratch.text_address(index)
        }
    };
    ids.vendor_text = text(0, &mut ids.vendor_length);
    ids.model_text = text(1, &mut ids.model_length);
    ids.unit_model_text = text(2, &mut ids.unit_model_length);
    scratch.put_info(&ids);
    put_unit_info(scratch, version, unit_info_level::IDS);
}

/// Reads a plug's register; `info` holds the bus generation from the step before.
fn put_register_read(scratch: &mut Scratch, plug: PlugRef) {
    let number = u32::from(plug.number);
    let address = match plug.direction {
        Direction::Out => opcr_address(number),
        Direction::In => ipcr_address(number),
    };
    let generation = scratch
        .read_info::<av61883::BusGenerationNode>()
        .map_or(0, |info| info.generation);
    scratch.quadlet = [0; 4];
    let irb = AsyncReadIrb::quadlet(address.unwrap_or(0), scratch.mdl, generation);
    scratch.put(&irb);
}
