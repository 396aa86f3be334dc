//! `Av61883_Connect` and `Av61883_Disconnect`.

use plug61883_abi::av61883::{
    AvRequest, CipDataFormat, Connect, ConnectV2, DDI_VERSION_2, Disconnect, connect_type,
};
use plug61883_abi::status::NtStatus;

use crate::bus::DeviceRef;
use crate::cmp::{Kind, Wish};
use crate::protocol::Answer;
use crate::simulation::Simulation;

impl Simulation {
    /// `Av61883_Connect`.
    pub(crate) fn answer_connect(&mut self, unit: DeviceRef, request: &mut AvRequest) -> Answer {
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
            handle => self.named_plug(handle).map(Some),
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

    /// `Av61883_Disconnect`.
    pub(crate) fn answer_disconnect(&mut self, unit: DeviceRef, request: &AvRequest) -> Answer {
        let Disconnect { connection } = request.arguments();
        self.disconnect(unit, connection)
            .then_some(())
            .ok_or(NtStatus::INVALID_PARAMETER)
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
