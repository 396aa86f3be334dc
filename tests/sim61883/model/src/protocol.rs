//! The protocol driver's answers to `AV_61883_REQUEST`s.

use plug61883_abi::av61883::{
    AvRequest, CipDataFormat, Connect, ConnectV2, DDI_VERSION_2, Disconnect, GetPlugHandle,
    GetPlugState, GetUnitInfo, connect_type, function, plug_state, unit_info_level,
};
use plug61883_abi::ids::Direction;
use plug61883_abi::pcr::{IMPR_ADDRESS, Impr, Opcr, ipcr_address, opcr_address};
use plug61883_abi::status::NtStatus;

use crate::bus::{DeviceRef, NodeRef};
use crate::cmp::{CmpError, Kind, Plug, Wish, is_connected};
use crate::csr::BusError;
use crate::handles;
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
    /// is the version that is asked for.
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
            function::GET_UNIT_INFO => unit_info::answer(self, unit, request, memory),
            function::GET_PLUG_HANDLE => self.get_plug_handle(unit, request),
            function::GET_PLUG_STATE => self.get_plug_state(request),
            function::CONNECT => self.answer_connect(unit, request),
            function::DISCONNECT => {
                let handle = request.arguments::<Disconnect>().connection;
                self.disconnect(unit, handle)
                    .then_some(())
                    .ok_or(NtStatus::INVALID_PARAMETER)
            }
            known if known < function::MAX => Err(NtStatus::NOT_SUPPORTED),
            _ => Err(NtStatus::INVALID_PARAMETER),
        }
    }

    fn get_plug_handle(&self, unit: DeviceRef, request: &mut AvRequest) -> Answer {
        let mut arguments: GetPlugHandle = request.arguments();
        let direction =
            Direction::from_raw(arguments.plug_type).ok_or(NtStatus::INVALID_PARAMETER)?;
        let number =
            u8::try_from(arguments.plug_number).map_err(|_| NtStatus::INVALID_PARAMETER)?;
        let plug = Plug {
            node: NodeRef::Device(unit),
            direction,
            number,
        };
        self.known_plug(plug)?;
        arguments.handle = handles::of_plug(plug);
        request.set_arguments(arguments);
        Ok(())
    }

    /// The plug, when its node has it.
    fn known_plug(&self, plug: Plug) -> Result<Plug, NtStatus> {
        let node = self
            .bus()
            .node(plug.node)
            .ok_or(NtStatus::INVALID_PARAMETER)?;
        if plug.number < node.plugs(plug.direction) {
            Ok(plug)
        } else {
            Err(NtStatus::INVALID_PARAMETER)
        }
    }

    /// The plug that `handle` names now.
    fn plug(&self, handle: u64) -> Result<Plug, NtStatus> {
        self.known_plug(handles::plug(handle).ok_or(NtStatus::INVALID_PARAMETER)?)
    }

    fn get_plug_state(&self, request: &mut AvRequest) -> Answer {
        let mut arguments: GetPlugState = request.arguments();
        let plug = self.plug(arguments.plug)?;
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

    fn answer_connect(&mut self, unit: DeviceRef, request: &mut AvRequest) -> Answer {
        // The versions differ in the format only.
        let mut arguments: Connect = request.arguments();
        if request.version == DDI_VERSION_2 {
            arguments.format = request.arguments::<ConnectV2>().format.into();
        }
        let kind = match arguments.connect_type {
            connect_type::BROADCAST => Kind::Broadcast,
            connect_type::POINT_TO_POINT => Kind::PointToPoint,
            _ => return Err(NtStatus::INVALID_PARAMETER),
        };
        let named = |handle| match handle {
            0 => Ok(None),
            handle => self.plug(handle).map(Some),
        };
        let wish = Wish {
            output: named(arguments.output_plug)?,
            input: named(arguments.input_plug)?,
            kind,
            payload: payload(&arguments.format),
            channel: None,
        };
        arguments.connection = self.connect(unit, wish)?;
        if request.version == DDI_VERSION_2 {
            let mut old: ConnectV2 = request.arguments();
            old.connection = arguments.connection;
            request.set_arguments(old);
        } else {
            request.set_arguments(arguments);
        }
        Ok(())
    }
}

/// Quadlets of a packet of a stream in `format`: the CIP header and the data blocks that fall
/// into one cycle of 3072 ticks (IEC 61883-1, clause 6). 1023 at most.
fn payload(format: &CipDataFormat) -> u16 {
    const CYCLE: u32 = 3072;
    const CIP_HEADER: u32 = 2;
    const MOST: u32 = 1023;
    let block = match format.block_size {
        0 => 256,
        size => u32::from(size),
    };
    let timed = match format.block_period {
        0 => 0,
        period => CYCLE.div_ceil(period),
    };
    let blocks = timed.max(format.blocks_per_packet);
    let quadlets = block
        .saturating_mul(blocks)
        .saturating_add(CIP_HEADER)
        .min(MOST);
    // At most `MOST`.
    quadlets as u16
}
