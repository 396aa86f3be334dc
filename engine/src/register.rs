//! What reads a plug register over the bus: a plug's state, and a register asked for by itself.

use plug61883_abi::status::NtStatus;
use plug61883_abi::{av61883, ioctl};
use zerocopy::FromBytes;

use crate::item::Thing;
use crate::reply::{put_reply, success};
use crate::scratch::Scratch;
use crate::transfer::{Job, Step};
use crate::{Engine, Key};

impl Engine {
    /// The steps of a plug's state; `true` when the job has ended.
    pub(crate) fn plug_state(
        &mut self,
        key: Key,
        step: Step,
        status: NtStatus,
        scratch: &Scratch,
        reply: &mut [u8],
    ) -> bool {
        let Some(transfer) = self.transfer(key) else {
            return true;
        };
        let (wanted, job, unit) = (transfer.is_waiting(), transfer.job, transfer.unit);
        match step {
            Step::Main if status.is_success() && wanted => {
                let state: av61883::GetPlugState = scratch.request().arguments();
                let mut told = ioctl::PlugState {
                    header: success::<ioctl::PlugState>(),
                    state: state.state,
                    data_rate: state.data_rate,
                    payload: state.payload,
                    broadcast: state.broadcast_connections,
                    point_to_point: state.point_to_point_connections,
                    ..ioctl::PlugState::default()
                };
                // The register of a plug of this computer is known.
                if let Job::PlugState(plug) = job
                    && let Some(item) = self.local_plug(unit, plug)
                    && let Some(Thing::Plug { pcr, .. }) = self.item(item).map(|item| item.thing)
                {
                    told.pcr = pcr.0;
                    told.pcr_valid = 1;
                    self.reply(key, reply, &told);
                    return true;
                }
                put_reply(reply, &told);
                self.ready(key, Step::Generation);
                return false;
            }
            Step::Main => self.reply_status(key, job, status, reply),
            Step::Generation if status.is_success() && wanted && scratch.mdl() != 0 => {
                self.ready(key, Step::Register);
                return false;
            }
            // The register is an extra: the state stands without it.
            _ => {
                if step == Step::Register
                    && status.is_success()
                    && wanted
                    && let Ok((state, _)) = ioctl::PlugState::mut_from_prefix(reply)
                {
                    state.pcr = scratch.register();
                    state.pcr_valid = 1;
                }
                self.answer(key, NtStatus::SUCCESS, size_of::<ioctl::PlugState>());
            }
        }
        true
    }

    /// The steps of reading a register: the bus generation, then the register itself; `true` when
    /// the job has ended.
    pub(crate) fn register_read(
        &mut self,
        key: Key,
        step: Step,
        (offset, generation): (u32, u32),
        status: NtStatus,
        scratch: &Scratch,
        reply: &mut [u8],
    ) -> bool {
        if !status.is_success() {
            let job = Job::ReadRegister { offset, generation };
            self.reply_status(key, job, status, reply);
            return true;
        }
        if step == Step::Register {
            let told = ioctl::RegisterReply {
                header: success::<ioctl::RegisterReply>(),
                offset,
                value: scratch.register(),
                generation,
                reserved: 0,
            };
            self.reply(key, reply, &told);
            return true;
        }
        let Some(transfer) = self.transfer_mut(key).filter(|it| it.is_waiting()) else {
            return true;
        };
        transfer.job = Job::ReadRegister {
            offset,
            generation: scratch.generation(),
        };
        if scratch.mdl() == 0 {
            self.answer(key, NtStatus::INSUFFICIENT_RESOURCES, 0);
            return true;
        }
        self.ready(key, Step::Register);
        false
    }
}
