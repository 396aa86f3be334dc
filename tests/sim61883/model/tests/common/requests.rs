//! Requests that succeed or not, function by function.

use plug61883_abi::av61883::{
    AvPcr, AvRequest, BusResetNotify, Connect, CreatePlug, DDI_VERSION_3, DeletePlug, Disconnect,
    GetPlugHandle, GetPlugState, MonitorPlugs, SetPlug,
};
use plug61883_abi::pcr::Opcr;
use plug61883_abi::status::NtStatus;
use sim61883_model::{DeviceRef, Simulation};

use super::send;

pub(crate) fn plug_handle(
    simulation: &mut Simulation,
    unit: DeviceRef,
    plug_type: u32,
    number: u32,
) -> u64 {
    let mut request = AvRequest::new(
        DDI_VERSION_3,
        GetPlugHandle {
            plug_number: number,
            plug_type,
            ..Default::default()
        },
    );
    assert_eq!(send(simulation, unit, &mut request), NtStatus::SUCCESS);
    request.arguments::<GetPlugHandle>().handle
}

pub(crate) fn connect(
    simulation: &mut Simulation,
    unit: DeviceRef,
    arguments: Connect,
) -> (NtStatus, u64) {
    let mut request = AvRequest::new(DDI_VERSION_3, arguments);
    let status = send(simulation, unit, &mut request);
    (status, request.arguments::<Connect>().connection)
}

pub(crate) fn disconnect(
    simulation: &mut Simulation,
    unit: DeviceRef,
    connection: u64,
) -> NtStatus {
    send(
        simulation,
        unit,
        &mut AvRequest::new(DDI_VERSION_3, Disconnect { connection }),
    )
}

pub(crate) fn state(
    simulation: &mut Simulation,
    unit: DeviceRef,
    plug: u64,
) -> (NtStatus, GetPlugState) {
    let mut request = AvRequest::new(
        DDI_VERSION_3,
        GetPlugState {
            plug,
            ..Default::default()
        },
    );
    let status = send(simulation, unit, &mut request);
    (status, request.arguments())
}

/// Creates a plug of this computer that is on-line; its number and handle.
pub(crate) fn create_plug(
    simulation: &mut Simulation,
    unit: DeviceRef,
    plug_type: u32,
    routine: (u64, u64),
) -> (NtStatus, u32, u64) {
    let pcr = Opcr(0).with_online(1).with_channel(63).with_payload(122);
    let arguments = CreatePlug {
        plug_type,
        pcr: pcr.into(),
        notify: routine.0,
        context: routine.1,
        ..Default::default()
    };
    let mut request = AvRequest::new(DDI_VERSION_3, arguments);
    let status = send(simulation, unit, &mut request);
    let CreatePlug {
        plug_number, plug, ..
    } = request.arguments();
    (status, plug_number, plug)
}

pub(crate) fn set_plug(
    simulation: &mut Simulation,
    unit: DeviceRef,
    plug: u64,
    pcr: u32,
) -> NtStatus {
    let arguments = SetPlug {
        plug,
        pcr: AvPcr(pcr),
        ..Default::default()
    };
    send(
        simulation,
        unit,
        &mut AvRequest::new(DDI_VERSION_3, arguments),
    )
}

pub(crate) fn delete_plug(simulation: &mut Simulation, unit: DeviceRef, plug: u64) -> NtStatus {
    send(
        simulation,
        unit,
        &mut AvRequest::new(DDI_VERSION_3, DeletePlug { plug }),
    )
}

/// Registers (flags 1) or deregisters (flags 2) a routine and context for bus resets.
pub(crate) fn bus_reset_notify(
    simulation: &mut Simulation,
    unit: DeviceRef,
    flags: u32,
    (notify, context): (u64, u64),
) -> NtStatus {
    let arguments = BusResetNotify {
        flags,
        notify,
        context,
        ..Default::default()
    };
    send(
        simulation,
        unit,
        &mut AvRequest::new(DDI_VERSION_3, arguments),
    )
}

/// Registers (flags 1) or deregisters (flags 2) a routine and context for plugs.
pub(crate) fn monitor_plugs(
    simulation: &mut Simulation,
    unit: DeviceRef,
    flags: u32,
    (notify, context): (u64, u64),
) -> NtStatus {
    let arguments = MonitorPlugs {
        flags,
        notify,
        context,
        ..Default::default()
    };
    send(
        simulation,
        unit,
        &mut AvRequest::new(DDI_VERSION_3, arguments),
    )
}
