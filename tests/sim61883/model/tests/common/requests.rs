//! Requests that succeed or not, function by function.

use plug61883_abi::av61883::{
    AvRequest, Connect, DDI_VERSION_3, Disconnect, GetPlugHandle, GetPlugState,
};
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
