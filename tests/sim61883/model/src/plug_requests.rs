//! Requests about plugs: of the device, and of this computer.

use plug61883_abi::av61883::{
    AvRequest, CreatePlug, DeletePlug, GetPlugHandle, GetPlugState, SetPlug, plug_state,
};
use plug61883_abi::ids::Direction;
use plug61883_abi::pcr::{IMPR_ADDRESS, Impr, Opcr, ipcr_address, opcr_address};
use plug61883_abi::status::NtStatus;

use crate::bus::{DeviceRef, NodeRef};
use crate::cmp::{Plug, is_connected};
use crate::csr::BusError;
use crate::handles::{self, PlugKey};
use crate::local_plugs::{LocalPlugError, NewPlug};
use crate::protocol::Answer;
use crate::simulation::Simulation;

impl From<LocalPlugError> for NtStatus {
    fn from(error: LocalPlugError) -> Self {
        match error {
            LocalPlugError::Unknown => Self::INVALID_PARAMETER,
            LocalPlugError::NotYours => Self::ACCESS_DENIED,
        }
    }
}

impl Simulation {
    /// `Av61883_GetPlugHandle`: of a plug of the device.
    pub(crate) fn get_plug_handle(&self, unit: DeviceRef, request: &mut AvRequest) -> Answer {
        let mut arguments: GetPlugHandle = request.arguments();
        let direction =
            Direction::from_raw(arguments.plug_type).ok_or(NtStatus::INVALID_PARAMETER)?;
        let number =
            u8::try_from(arguments.plug_number).map_err(|_| NtStatus::INVALID_PARAMETER)?;
        arguments.handle = handles::of_plug(PlugKey::Device {
            device: unit,
            direction,
            number,
        });
        self.named_plug(arguments.handle)?;
        request.set_arguments(arguments);
        Ok(())
    }

    /// The plug that `handle` names now: of any device, or of this computer.
    pub(crate) fn named_plug(&self, handle: u64) -> Result<Plug, NtStatus> {
        let plug = match handles::plug(handle).ok_or(NtStatus::INVALID_PARAMETER)? {
            PlugKey::Device {
                device,
                direction,
                number,
            } => Plug {
                node: NodeRef::Device(device),
                direction,
                number,
            },
            PlugKey::Local(key) => {
                let plug = self.local_plugs.get(key);
                plug.ok_or(NtStatus::INVALID_PARAMETER)?.plug()
            }
        };
        let node = self.bus().node(plug.node);
        node.filter(|node| node.has_plug(plug.direction, plug.number))
            .map(|_| plug)
            .ok_or(NtStatus::INVALID_PARAMETER)
    }

    /// `Av61883_GetPlugState`.
    pub(crate) fn get_plug_state(&self, request: &mut AvRequest) -> Answer {
        let mut arguments: GetPlugState = request.arguments();
        let plug = self.named_plug(arguments.plug)?;
        let no_answer = |_: BusError| NtStatus::IO_DEVICE_ERROR;
        let node = self
            .bus()
            .address(plug.node)
            .ok_or(NtStatus::INVALID_PARAMETER)?;
        let offset = match plug.direction {
            Direction::Out => opcr_address(plug.number.into()),
            Direction::In => ipcr_address(plug.number.into()),
        };
        let offset = offset.ok_or(NtStatus::INVALID_PARAMETER)?;
        // The counters and the on-line bit stand at the same place in both kinds of register.
        let register = Opcr(self.read_quadlet(node, offset).map_err(no_answer)?);
        arguments.state = match (register.online() != 0, is_connected(register.0)) {
            (false, false) => plug_state::IDLE,
            (true, false) => plug_state::READY,
            (false, true) => plug_state::SUSPENDED,
            (true, true) => plug_state::ACTIVE,
        };
        (arguments.data_rate, arguments.payload) = match plug.direction {
            Direction::Out => (register.data_rate().into(), register.payload().into()),
            Direction::In => {
                let master = Impr(self.read_quadlet(node, IMPR_ADDRESS).map_err(no_answer)?);
                (master.data_rate().into(), 0)
            }
        };
        arguments.broadcast_connections = register.broadcast().into();
        arguments.point_to_point_connections = register.point_to_point().into();
        request.set_arguments(arguments);
        Ok(())
    }

    /// `Av61883_CreatePlug`.
    pub(crate) fn answer_create_plug(
        &mut self,
        unit: DeviceRef,
        request: &mut AvRequest,
    ) -> Answer {
        let mut arguments: CreatePlug = request.arguments();
        let direction =
            Direction::from_raw(arguments.plug_type).ok_or(NtStatus::INVALID_PARAMETER)?;
        let new = NewPlug {
            direction,
            pcr: arguments.pcr.0,
            notify: arguments.notify,
            context: arguments.context,
        };
        let (number, handle) = self
            .create_plug(unit, new)
            .ok_or(NtStatus::INSUFFICIENT_RESOURCES)?;
        arguments.plug_number = number.into();
        arguments.plug = handle;
        request.set_arguments(arguments);
        Ok(())
    }

    /// `Av61883_SetPlug`.
    pub(crate) fn answer_set_plug(&mut self, unit: DeviceRef, request: &AvRequest) -> Answer {
        let SetPlug { plug, pcr, .. } = request.arguments();
        Ok(self.set_plug(unit, plug, pcr.0)?)
    }

    /// `Av61883_DeletePlug`.
    pub(crate) fn answer_delete_plug(&mut self, unit: DeviceRef, request: &AvRequest) -> Answer {
        let DeletePlug { plug } = request.arguments();
        Ok(self.delete_plug(unit, plug)?)
    }
}
