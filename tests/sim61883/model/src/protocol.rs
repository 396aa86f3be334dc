//! The protocol driver's answers to `AV_61883_REQUEST`s.

use core::mem::offset_of;

use plug61883_abi::av61883::{
    AttachFrame, AvRequest, CancelFrame, DDI_VERSION_2, GetUnitInfo, Listen, Stop, Talk, function,
    unit_info_level,
};
use plug61883_abi::status::NtStatus;
use zerocopy::{FromBytes, Immutable, IntoBytes};

use crate::bus::{DeviceRef, NodeRef};
use crate::cmp::CmpError;
use crate::resources::ResourceError;
use crate::simulation::Simulation;
use crate::unit_info;

/// The memory that addresses in a request's arguments point to.
pub trait Memory {
    /// Reads `bytes.len()` bytes from `address`; `false` when they are not there.
    fn read(&self, address: u64, bytes: &mut [u8]) -> bool;
    /// Writes `bytes` to `address`; `false` when there is no such memory.
    fn write(&mut self, address: u64, bytes: &[u8]) -> bool;
}

/// Reads the structure that an address in a request's arguments points to.
pub(crate) fn load<T: FromBytes + IntoBytes>(
    memory: &impl Memory,
    address: u64,
) -> Result<T, NtStatus> {
    let mut value = T::new_zeroed();
    if address != 0 && memory.read(address, value.as_mut_bytes()) {
        Ok(value)
    } else {
        Err(NtStatus::INVALID_PARAMETER)
    }
}

/// Writes the structure that an address in a request's arguments points to.
pub(crate) fn store<T: IntoBytes + Immutable>(
    memory: &mut impl Memory,
    address: u64,
    value: &T,
) -> Answer {
    if address != 0 && memory.write(address, value.as_bytes()) {
        Ok(())
    } else {
        Err(NtStatus::INVALID_PARAMETER)
    }
}

/// Result of a function: its arguments are written only when it succeeds.
pub(crate) type Answer = Result<(), NtStatus>;

impl From<CmpError> for NtStatus {
    /// Microsoft's documentation names three statuses only: success, `STATUS_INVALID_PARAMETER`
    /// for an incorrect parameter, `STATUS_INSUFFICIENT_RESOURCES` when resources could not be
    /// allocated. The others are this model's.
    fn from(error: CmpError) -> Self {
        match error {
            CmpError::BadPlugs | CmpError::NoSuchPlug | CmpError::OffLine | CmpError::TooFast => {
                Self::INVALID_PARAMETER
            }
            CmpError::InUse
            | CmpError::CounterFull
            | CmpError::TableFull
            | CmpError::Resource(ResourceError::Channel | ResourceError::Bandwidth) => {
                Self::INSUFFICIENT_RESOURCES
            }
            CmpError::ResetPending => Self::DEVICE_NOT_READY,
            CmpError::Bus(_) | CmpError::Resource(ResourceError::Bus(_)) => Self::IO_DEVICE_ERROR,
        }
    }
}

impl Simulation {
    /// Answers a request that came down the stack of `unit`; the answer is written into
    /// `request` and to the memory that it points to.
    ///
    /// The version of the request must be one that the protocol driver speaks, except where it
    /// is the version that is asked for. A protocol driver of version 1 answers nothing else:
    /// the requests modelled are those of versions 2 and 3.
    pub fn answer(
        &mut self,
        unit: DeviceRef,
        request: &mut AvRequest,
        memory: &mut impl Memory,
    ) -> NtStatus {
        match self.dispatch(unit, request, memory) {
            Ok(()) => NtStatus::SUCCESS,
            Err(status) => status,
        }
    }

    fn dispatch(
        &mut self,
        unit: DeviceRef,
        request: &mut AvRequest,
        memory: &mut impl Memory,
    ) -> Answer {
        if self.bus().node(NodeRef::Device(unit)).is_none() {
            return Err(NtStatus::DEVICE_REMOVED);
        }
        let asks_version = request.function == function::GET_UNIT_INFO
            && request.arguments::<GetUnitInfo>().level == unit_info_level::DDI_VERSION;
        if !asks_version && !(DDI_VERSION_2..=self.ddi_version()).contains(&request.version) {
            return Err(NtStatus::INVALID_PARAMETER);
        }
        match request.function {
            function::ATTACH_FRAME
            | function::CANCEL_FRAME
            | function::TALK
            | function::LISTEN
            | function::STOP => self.answer_stream(unit, request),
            function::GET_UNIT_INFO => unit_info::answer(self, unit, request, memory),
            function::SET_UNIT_INFO => self.set_unit_info(unit, request, memory),
            function::GET_PLUG_HANDLE => self.get_plug_handle(unit, request),
            function::GET_PLUG_STATE => self.get_plug_state(request),
            function::CONNECT => self.answer_connect(unit, request),
            function::DISCONNECT => self.answer_disconnect(unit, request),
            function::CREATE_PLUG => self.answer_create_plug(unit, request),
            function::SET_PLUG => self.answer_set_plug(unit, request),
            function::DELETE_PLUG => self.answer_delete_plug(unit, request),
            function::BUS_RESET_NOTIFY => self.bus_reset_notify(unit, request),
            function::MONITOR_PLUGS => self.monitor_plugs(unit, request),
            function::SET_UNIT_DIRECTORY => self.set_unit_directory(unit, request),
            function::BUS_RESET => {
                self.reset_and_restore();
                Ok(())
            }
            // The functions of FCP.
            known if known < function::MAX => Err(NtStatus::NOT_SUPPORTED),
            _ => Err(NtStatus::INVALID_PARAMETER),
        }
    }

    /// The stream functions: there is no isochronous data, so a connection that was made through
    /// the unit is all that they need. Benchmarks send them; nothing else is done here.
    fn answer_stream(&self, unit: DeviceRef, request: &AvRequest) -> Answer {
        // All have the handle of the connection first.
        const {
            assert!(offset_of!(AttachFrame, connection) == 0);
            assert!(offset_of!(CancelFrame, connection) == 0);
            assert!(offset_of!(Talk, connection) == 0);
            assert!(offset_of!(Listen, connection) == 0);
            assert!(offset_of!(Stop, connection) == 0);
        }
        let Stop { connection } = request.arguments();
        if self.is_connection(unit, connection) {
            Ok(())
        } else {
            Err(NtStatus::INVALID_PARAMETER)
        }
    }
}
