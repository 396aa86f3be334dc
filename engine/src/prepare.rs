//! Filling a request's memory before it is sent.

use plug61883_abi::av61883::{
    self, AvRequest, BusReset, BusResetNotify, CURRENT_DDI_VERSION, CmpAddressType, CreatePlug,
    DDI_VERSION_2, DeletePlug, Disconnect, GetPlugHandle, GetPlugState, GetUnitInfo,
    IOCTL_61883_CLASS, MonitorPlugs, SetPlug, SetUnitDirectory, SetUnitInfo, UnitDiagLevel,
    UnitIds, UnitIsochParams, bus_reset_notify, monitor_notify, set_unit_info_level,
    unit_directory, unit_info_level,
};
use plug61883_abi::ids::{Direction, UnitId};
use plug61883_abi::ioctl::TEXT_UNITS;
use plug61883_abi::irb::{AsyncReadIrb, IOCTL_1394_CLASS};
use plug61883_abi::pcr::{ipcr_offset, opcr_offset, register_address};

use crate::item::{End, Item, ItemKey, Thing};
use crate::keeper::Duty;
use crate::scratch::Scratch;
use crate::transfer::{Job, Step};
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
        let unit = transfer.unit;
        let version = self.ddi_version(unit);
        match (transfer.step, transfer.job) {
            (Step::Version, _) => {
                put_unit_info(
                    scratch,
                    CURRENT_DDI_VERSION,
                    unit_info_level::DDI_VERSION,
                    0,
                );
            }
            (Step::Register, Job::PlugState(plug)) => {
                let generation = scratch.generation();
                put_register_read(scratch, register_of(plug), generation);
                return IOCTL_1394_CLASS;
            }
            (Step::Register, Job::ReadRegister { offset, generation }) => {
                put_register_read(scratch, offset, generation);
                return IOCTL_1394_CLASS;
            }
            (Step::Generation, _) | (_, Job::ReadRegister { .. }) => {
                put_unit_info(scratch, version, unit_info_level::BUS_GENERATION_NODE, 0);
            }
            (Step::Texts, _) => put_texts(scratch, version),
            (_, Job::UnitInfo { level, flags }) => {
                scratch.put_info(&UnitIds::default());
                put_unit_info(scratch, version, level, flags);
            }
            (_, Job::SetUnitInfo { level, words }) => {
                put_set_unit_info(scratch, version, level, words);
            }
            (_, Job::GetPlug { direction, number }) => scratch.put(&AvRequest::new(
                version,
                GetPlugHandle {
                    plug_number: u32::from(number),
                    plug_type: direction as u32,
                    handle: 0,
                },
            )),
            (_, Job::PlugState(plug)) => self.put_plug_state(scratch, unit, End::Plug(plug)),
            (_, Job::SetPlug { plug, pcr }) => scratch.put(&AvRequest::new(
                version,
                SetPlug {
                    plug: self.plug_handle(unit, plug).unwrap_or(0),
                    pcr,
                    ..Default::default()
                },
            )),
            (_, Job::BusReset) => scratch.put(&AvRequest::new(version, BusReset)),
            (_, Job::Make(item)) => self.put_make(scratch, unit, item),
            (_, Job::Undo(item, _)) => self.put_undo(scratch, unit, item),
            (_, Job::Keep(duty)) => self.put_duty(scratch, unit, duty),
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

    /// A handle that names nothing any more is sent as 0, which the protocol driver refuses.
    fn put_plug_state(&self, scratch: &mut Scratch, unit: UnitId, end: End) {
        scratch.put(&AvRequest::new(
            self.ddi_version(unit),
            GetPlugState {
                plug: self.end_handle(unit, end).unwrap_or(0),
                ..Default::default()
            },
        ));
    }

    fn put_make(&self, scratch: &mut Scratch, unit: UnitId, key: ItemKey) {
        let version = self.ddi_version(unit);
        let Some(item) = self.item(key) else {
            return;
        };
        match item.thing {
            Thing::Connection { .. } => self.put_connect(scratch, version, item),
            Thing::Plug { direction, pcr, .. } => scratch.put(&AvRequest::new(
                version,
                CreatePlug {
                    plug_type: direction as u32,
                    pcr,
                    notify: self.routines.plug,
                    context: key.to_bits(),
                    ..Default::default()
                },
            )),
            Thing::Directory {
                spec_id,
                sw_version,
                bus_reset,
            } => scratch.put(&AvRequest::new(
                version,
                SetUnitDirectory {
                    flags: unit_directory::ADD | reset_after(bus_reset),
                    unit_spec_id: spec_id,
                    unit_sw_version: sw_version,
                    ..Default::default()
                },
            )),
        }
    }

    fn put_undo(&self, scratch: &mut Scratch, unit: UnitId, key: ItemKey) {
        let version = self.ddi_version(unit);
        let Some(item) = self.item(key) else {
            return;
        };
        let handle = item.handle();
        scratch.put(&match item.thing {
            Thing::Connection { .. } => AvRequest::new(version, Disconnect { connection: handle }),
            Thing::Plug { .. } => AvRequest::new(version, DeletePlug { plug: handle }),
            Thing::Directory {
                spec_id,
                sw_version,
                bus_reset,
            } => AvRequest::new(
                version,
                SetUnitDirectory {
                    flags: unit_directory::REMOVE | reset_after(bus_reset),
                    unit_spec_id: spec_id,
                    unit_sw_version: sw_version,
                    entry: handle,
                    ..Default::default()
                },
            ),
        });
    }

    fn put_duty(&self, scratch: &mut Scratch, unit: UnitId, duty: Duty) {
        let version = self.ddi_version(unit);
        let context = unit.0;
        let bus_reset = |flags| BusResetNotify {
            flags,
            notify: self.routines.bus_reset,
            context,
            ..Default::default()
        };
        let monitor = |flags| MonitorPlugs {
            flags,
            notify: self.routines.monitor,
            context,
            ..Default::default()
        };
        match duty {
            Duty::Version => {
                put_unit_info(
                    scratch,
                    CURRENT_DDI_VERSION,
                    unit_info_level::DDI_VERSION,
                    0,
                );
            }
            Duty::Nodes => {
                put_unit_info(scratch, version, unit_info_level::BUS_GENERATION_NODE, 0);
            }
            Duty::Check(_, end) => self.put_plug_state(scratch, unit, end),
            Duty::RegisterReset => {
                scratch.put(&AvRequest::new(
                    version,
                    bus_reset(bus_reset_notify::REGISTER),
                ));
            }
            Duty::DeregisterReset => {
                scratch.put(&AvRequest::new(
                    version,
                    bus_reset(bus_reset_notify::DEREGISTER),
                ));
            }
            Duty::RegisterMonitor => {
                scratch.put(&AvRequest::new(version, monitor(monitor_notify::REGISTER)));
            }
            Duty::DeregisterMonitor => {
                scratch.put(&AvRequest::new(
                    version,
                    monitor(monitor_notify::DEREGISTER),
                ));
            }
        }
    }

    fn put_connect(&self, scratch: &mut Scratch, version: u32, item: &Item) {
        let Thing::Connection {
            output,
            input,
            connect_type,
            format,
        } = item.thing
        else {
            return;
        };
        let handle = |end| self.end_handle(item.unit, end).unwrap_or(0);
        let (output_plug, input_plug) = (handle(output), handle(input));
        scratch.put(&if version == DDI_VERSION_2 {
            AvRequest::new(
                version,
                av61883::ConnectV2 {
                    output_plug,
                    input_plug,
                    connect_type,
                    format: format.to_v2(),
                    ..Default::default()
                },
            )
        } else {
            AvRequest::new(
                version,
                av61883::Connect {
                    output_plug,
                    input_plug,
                    connect_type,
                    format,
                    connection: 0,
                },
            )
        });
    }
}

fn reset_after(bus_reset: bool) -> u32 {
    if bus_reset {
        unit_directory::BUS_RESET_AFTER
    } else {
        0
    }
}

fn put_unit_info(scratch: &mut Scratch, version: u32, level: u32, flags: u32) {
    let information = scratch.info_address();
    let mut request = AvRequest::new(
        version,
        GetUnitInfo {
            level,
            information,
            ..Default::default()
        },
    );
    request.flags = flags;
    scratch.put(&request);
}

fn put_set_unit_info(scratch: &mut Scratch, version: u32, level: u32, words: [u32; 4]) {
    let [first, second, third, fourth] = words;
    match level {
        set_unit_info_level::ISOCH_PARAMS => scratch.put_info(&UnitIsochParams {
            rx_num_packets: first,
            rx_num_descriptors: second,
            tx_num_packets: third,
            tx_num_descriptors: fourth,
        }),
        set_unit_info_level::DIAG_LEVEL => scratch.put_info(&UnitDiagLevel { level: first }),
        _ => scratch.put_info(&CmpAddressType {
            address_type: first,
        }),
    }
    let information = scratch.info_address();
    scratch.put(&AvRequest::new(
        version,
        SetUnitInfo {
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
    let [vendor, model, unit_model] = scratch.clear_texts();
    let text = |address, length: &mut u32| {
        *length = (*length).min(TEXT_BYTES);
        if *length == 0 { 0 } else { address }
    };
    ids.vendor_text = text(vendor, &mut ids.vendor_length);
    ids.model_text = text(model, &mut ids.model_length);
    ids.unit_model_text = text(unit_model, &mut ids.unit_model_length);
    scratch.put_info(&ids);
    put_unit_info(scratch, version, unit_info_level::IDS, 0);
}

/// Offset of a plug's register.
fn register_of(plug: PlugRef) -> u32 {
    let number = u32::from(plug.number);
    let offset = match plug.direction {
        Direction::Out => opcr_offset(number),
        Direction::In => ipcr_offset(number),
    };
    // The number of a plug that there is has one.
    offset.unwrap_or(0)
}

/// Reads a plug register, in the bus generation that was told last.
fn put_register_read(scratch: &mut Scratch, offset: u32, generation: u32) {
    let address = register_address(offset).unwrap_or(0);
    let irb = AsyncReadIrb::quadlet(address, scratch.mdl(), generation);
    scratch.put_irb(&irb);
}
