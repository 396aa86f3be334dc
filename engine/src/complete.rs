//! What a completion of the lower drivers leads to.

use plug61883_abi::av61883::{self, UnitIds, unit_info_level};
use plug61883_abi::ids::ConnectionId;
use plug61883_abi::ioctl::{self, Origin, ReplyHeader, TEXT_UNITS, Text};
use plug61883_abi::status::NtStatus;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::connection::{ConnectionState, Owner};
use crate::scratch::Scratch;
use crate::transfer::{Job, State, Step, Transfer};
use crate::{Engine, Key};

impl Engine {
    /// The request of a transfer could not be sent.
    pub fn not_sent(&mut self, key: Key, status: NtStatus) {
        match self.transfer(key).map(|transfer| transfer.step) {
            // The register is an extra: the plug's state stands without it.
            Some(Step::Generation | Step::Register) => {
                self.answer(key, NtStatus::SUCCESS, size_of::<ioctl::PlugState>());
            }
            _ => self.answer(key, status, 0),
        }
        // Whatever the status is, the protocol driver has not said it.
        self.end_of_job(key, NtStatus::UNSUCCESSFUL);
    }

    /// The lower drivers have completed the request of a transfer. `reply` is the output buffer
    /// of the client that waits, empty when none does.
    pub fn completed(&mut self, key: Key, status: NtStatus, scratch: &Scratch, reply: &mut [u8]) {
        let Some(transfer) = self.transfer(key) else {
            return;
        };
        if transfer.state != State::Sent {
            return;
        }
        let (step, job, unit) = (transfer.step, transfer.job, transfer.unit);
        let wanted = transfer.is_waiting();
        if step == Step::Version {
            self.version_known(key, status, scratch, reply);
            return;
        }
        match job {
            Job::UnitInfo { level } if status.is_success() && wanted => {
                if level == unit_info_level::IDS && step == Step::Main {
                    self.next_step(key, Step::Texts);
                    return;
                }
                if level == unit_info_level::DDI_VERSION
                    && let Some(info) = scratch.read_info::<av61883::UnitDdiVersion>()
                    && let Some(unit) = self.unit_mut(unit)
                {
                    unit.ddi_version = Some(info.version);
                }
                self.reply(key, reply, &unit_info(level, scratch));
            }
            Job::UnitInfo { level } => {
                self.fail::<ioctl::UnitInfo>(key, status, reply, |failed| failed.level = level);
            }
            Job::GetPlug { direction, number } if status.is_success() => {
                let handle = scratch
                    .request()
                    .arguments::<av61883::GetPlugHandle>()
                    .handle;
                let plug = self.plug_told(unit, direction, number, handle);
                self.reply(
                    key,
                    reply,
                    &ioctl::PlugReply {
                        header: success::<ioctl::PlugReply>(),
                        plug,
                    },
                );
            }
            Job::GetPlug { .. } => self.fail::<ioctl::PlugReply>(key, status, reply, |_| ()),
            Job::PlugState(_) => {
                if !self.plug_state(key, step, status, scratch, reply) {
                    return;
                }
            }
            Job::Connect(connection) => {
                if status.is_success() {
                    self.reply(
                        key,
                        reply,
                        &ioctl::ConnectReply {
                            header: success::<ioctl::ConnectReply>(),
                            connection,
                        },
                    );
                } else {
                    self.fail::<ioctl::ConnectReply>(key, status, reply, |_| ());
                }
                let made = scratch.request().arguments::<av61883::Connect>().connection;
                self.connect_ended(key, connection, status, made, wanted);
                return;
            }
            Job::Disconnect(_) => {
                let mut header = success::<ReplyHeader>();
                header.status = status;
                self.reply(key, reply, &header);
            }
            Job::None => {}
        }
        self.end_of_job(key, status);
    }

    /// The answer to the question that comes first.
    fn version_known(&mut self, key: Key, status: NtStatus, scratch: &Scratch, reply: &mut [u8]) {
        let Some(transfer) = self.transfer(key) else {
            return;
        };
        let (unit, job, wanted) = (transfer.unit, transfer.job, transfer.is_waiting());
        let version = scratch
            .read_info::<av61883::UnitDdiVersion>()
            .map_or(0, |info| info.version);
        if status.is_success() {
            if let Some(unit) = self.unit_mut(unit) {
                unit.ddi_version = Some(version);
            }
            if version < av61883::DDI_VERSION_2 {
                self.answer(key, NtStatus::REVISION_MISMATCH, 0);
            } else if wanted {
                self.next_step(key, Step::Main);
                return;
            }
        } else {
            match job {
                Job::UnitInfo { level } => {
                    self.fail::<ioctl::UnitInfo>(key, status, reply, |failed| failed.level = level);
                }
                Job::PlugState(_) => self.fail::<ioctl::PlugState>(key, status, reply, |_| ()),
                Job::Connect(_) => self.fail::<ioctl::ConnectReply>(key, status, reply, |_| ()),
                _ => self.fail::<ioctl::PlugReply>(key, status, reply, |_| ()),
            }
        }
        self.end_of_job(key, NtStatus::UNSUCCESSFUL);
    }

    /// The steps of a plug's state; `true` when the job has ended.
    fn plug_state(
        &mut self,
        key: Key,
        step: Step,
        status: NtStatus,
        scratch: &Scratch,
        reply: &mut [u8],
    ) -> bool {
        let wanted = self.transfer(key).is_some_and(Transfer::is_waiting);
        match step {
            Step::Main if status.is_success() && wanted => {
                let state: av61883::GetPlugState = scratch.request().arguments();
                put_reply(
                    reply,
                    &ioctl::PlugState {
                        header: success::<ioctl::PlugState>(),
                        state: state.state,
                        data_rate: state.data_rate,
                        payload: state.payload,
                        broadcast: state.broadcast_connections,
                        point_to_point: state.point_to_point_connections,
                        ..ioctl::PlugState::default()
                    },
                );
                self.next_step(key, Step::Generation);
                return false;
            }
            Step::Main => self.fail::<ioctl::PlugState>(key, status, reply, |_| ()),
            Step::Generation if status.is_success() && wanted && scratch.mdl != 0 => {
                self.next_step(key, Step::Register);
                return false;
            }
            // The register is an extra: the state stands without it.
            _ => {
                if step == Step::Register
                    && status.is_success()
                    && wanted
                    && let Ok((state, _)) = ioctl::PlugState::mut_from_prefix(reply)
                {
                    state.pcr = u32::from_be_bytes(scratch.quadlet);
                    state.pcr_valid = 1;
                }
                self.answer(key, NtStatus::SUCCESS, size_of::<ioctl::PlugState>());
            }
        }
        true
    }

    /// A connect has ended; if nobody waits for it any more, what it made is broken again.
    fn connect_ended(
        &mut self,
        key: Key,
        id: ConnectionId,
        status: NtStatus,
        h_connect: u64,
        wanted: bool,
    ) {
        if !status.is_success() {
            self.end_of_job(key, status);
            return;
        }
        if let Some(connection) = self.connection_mut(id) {
            connection.state = ConnectionState::Active(h_connect);
        }
        if let Some(transfer) = self.transfer_mut(key) {
            transfer.state = State::Kept;
            transfer.job = Job::None;
            self.attend(key);
        }
        if !wanted {
            self.break_unasked(id);
        }
    }

    /// Breaks a connection that nobody asked to break: its owner or its unit is going, or its
    /// maker has given up.
    pub(crate) fn break_unasked(&mut self, id: ConnectionId) {
        let Some(connection) = self.connection_mut(id) else {
            return;
        };
        let (ConnectionState::Active(h_connect), key) = (connection.state, connection.transfer)
        else {
            return;
        };
        connection.state = ConnectionState::Disconnecting(h_connect);
        if let Some(transfer) = self.transfer_mut(key) {
            transfer.job = Job::Disconnect(id);
            transfer.ready(Step::Main);
            self.attend(key);
        }
    }

    fn next_step(&mut self, key: Key, step: Step) {
        if let Some(transfer) = self.transfer_mut(key) {
            transfer.ready(step);
            self.attend(key);
        }
    }

    /// A job is over: what becomes of its connection and its transfer.
    pub(crate) fn end_of_job(&mut self, key: Key, status: NtStatus) {
        let Some(transfer) = self.transfer(key) else {
            return;
        };
        match transfer.job {
            Job::Connect(id) => {
                self.remove_connection(id);
            }
            Job::Disconnect(id) => {
                // The protocol driver does not know it: it is gone all the same.
                let gone = status.is_success() || status == NtStatus::INVALID_PARAMETER;
                if !gone && self.keep_connection(id) {
                    return;
                }
                self.remove_connection(id);
            }
            _ => {}
        }
        self.spend(key);
    }

    /// A disconnect failed: the connection is there still, with its transfer. One that was
    /// doomed meanwhile is broken in its own right, once.
    fn keep_connection(&mut self, id: ConnectionId) -> bool {
        let Some(connection) = self.connection_mut(id) else {
            return false;
        };
        let ConnectionState::Disconnecting(h_connect) = connection.state else {
            return false;
        };
        connection.state = ConnectionState::Active(h_connect);
        if core::mem::take(&mut connection.doomed) {
            self.break_unasked(id);
            return true;
        }
        let (key, owner) = (connection.transfer, connection.owner);
        // Nobody is left to break it: the driver lists it until somebody does.
        if let Owner::Handle(handle) = owner
            && self.handle(handle).is_err()
            && let Some(connection) = self.connection_mut(id)
        {
            connection.owner = Owner::Driver;
        }
        if let Some(transfer) = self.transfer_mut(key) {
            transfer.state = State::Kept;
            transfer.job = Job::None;
            self.attend(key);
        }
        true
    }

    /// Answers with a failure of the protocol driver.
    fn fail<T>(&mut self, key: Key, status: NtStatus, reply: &mut [u8], fill: impl FnOnce(&mut T))
    where
        T: FromBytes + IntoBytes + Immutable + KnownLayout,
    {
        if self.transfer(key).is_some_and(Transfer::is_waiting) {
            let mut failed = T::new_zeroed();
            fill(&mut failed);
            let size = put_reply(reply, &failed);
            let mut header = success::<T>();
            header.status = status;
            put_reply(reply, &header);
            self.answer(key, NtStatus::SUCCESS, size);
        }
    }

    /// Answers with a reply. Its buffer is the client's only while the client waits.
    fn reply<T: IntoBytes + Immutable>(&mut self, key: Key, reply: &mut [u8], value: &T) {
        if self.transfer(key).is_some_and(Transfer::is_waiting) {
            let size = put_reply(reply, value);
            self.answer(key, NtStatus::SUCCESS, size);
        }
    }
}

/// Header of a reply whose status the protocol driver gave.
fn success<T>() -> ReplyHeader {
    ReplyHeader {
        size: size_of::<T>() as u32,
        version: ioctl::INTERFACE_VERSION,
        reserved: 0,
        status: NtStatus::SUCCESS,
        origin: Origin::Protocol as u32,
    }
}

/// Writes a reply; its size, 0 when it does not fit (which decoding has ruled out).
fn put_reply<T: IntoBytes + Immutable>(reply: &mut [u8], value: &T) -> usize {
    match value.write_to_prefix(reply) {
        Ok(()) => size_of::<T>(),
        Err(_) => 0,
    }
}

fn unit_info(level: u32, scratch: &Scratch) -> ioctl::UnitInfo {
    let mut reply = ioctl::UnitInfo {
        header: success::<ioctl::UnitInfo>(),
        level,
        ..ioctl::UnitInfo::default()
    };
    match level {
        unit_info_level::IDS => {
            if let Some(ids) = scratch.read_info::<UnitIds>() {
                reply.eui64 = ids.unique_id;
                reply.vendor_id = ids.vendor_id;
                reply.model_id = ids.model_id;
                reply.unit_model_id = ids.unit_model_id;
                let [vendor, model, unit_model] = &scratch.texts;
                reply.vendor = text(vendor, ids.vendor_length);
                reply.model = text(model, ids.model_length);
                reply.unit_model = text(unit_model, ids.unit_model_length);
            }
        }
        unit_info_level::CAPABILITIES => {
            if let Some(info) = scratch.read_info::<av61883::UnitCapabilities>() {
                reply.output_plugs = info.num_output_plugs;
                reply.input_plugs = info.num_input_plugs;
                reply.max_data_rate = info.max_data_rate;
                reply.cts_flags = info.cts_flags;
                reply.hardware_flags = info.hardware_flags;
            }
        }
        unit_info_level::BUS_GENERATION_NODE => {
            if let Some(info) = scratch.read_info::<av61883::BusGenerationNode>() {
                reply.generation = info.generation;
                reply.local_node = info.local_node.0;
                reply.device_node = info.device_node.0;
            }
        }
        unit_info_level::DDI_VERSION => {
            if let Some(info) = scratch.read_info::<av61883::UnitDdiVersion>() {
                reply.ddi_version = info.version;
            }
        }
        _ => {}
    }
    reply
}

/// A text from the buffer that the protocol driver wrote, always ended by NUL.
fn text(buffer: &[u16; TEXT_UNITS], bytes: u32) -> Text {
    let mut text = Text {
        length: 0,
        units: *buffer,
    };
    if let Some(last) = text.units.last_mut() {
        *last = 0;
    }
    let there = text.units.iter().take_while(|unit| **unit != 0).count();
    // What the protocol driver says the text has, its NUL left out.
    let told = (bytes / 2).saturating_sub(1);
    text.length = if there == TEXT_UNITS.saturating_sub(1) {
        told.max(there as u32)
    } else {
        there as u32
    };
    text
}
