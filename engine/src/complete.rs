//! What a completion of the lower drivers leads to.

use plug61883_abi::av61883::{
    self, AvRequest, CreatePlug, SetUnitDirectory, set_unit_info_level, unit_info_level,
};
use plug61883_abi::ioctl::{self, ReplyHeader};
use plug61883_abi::status::NtStatus;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::item::{End, ItemKey, ItemState, Kind, Owner, Reason, Thing};
use crate::reply::{put_reply, success, unit_info};
use crate::scratch::Scratch;
use crate::transfer::{Job, State, Step, Transfer};
use crate::{Engine, Key};

impl Engine {
    /// The request of a transfer could not be sent.
    pub fn not_sent(&mut self, key: Key, status: NtStatus) {
        let Some(transfer) = self.transfer(key) else {
            return;
        };
        if let Job::Keep(duty) = transfer.job {
            let unit = transfer.unit;
            self.duty_not_sent(key, unit, duty);
            return;
        }
        match (transfer.step, transfer.job) {
            // The register is an extra: the plug's state stands without it.
            (Step::Generation | Step::Register, Job::PlugState(_)) => {
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
            self.version_answered(key, status, scratch, reply);
            return;
        }
        match job {
            Job::UnitInfo { level, .. } if status.is_success() && wanted => {
                if level == unit_info_level::IDS && step == Step::Main {
                    self.ready(key, Step::Texts);
                    return;
                }
                if level == unit_info_level::DDI_VERSION
                    && let Some(info) = scratch.read_info::<av61883::UnitDdiVersion>()
                {
                    self.version_learned(unit, info.version);
                }
                self.reply(key, reply, &unit_info(level, scratch));
            }
            Job::SetUnitInfo { level, words } => {
                if status.is_success() && level == set_unit_info_level::DIAG_LEVEL {
                    let [diag_level, ..] = words;
                    if let Some(unit) = self.unit_mut(unit) {
                        unit.diag_level = diag_level;
                    }
                }
                self.reply_status(key, job, status, reply);
            }
            Job::GetPlug { direction, number } if status.is_success() => {
                let handle = scratch
                    .request()
                    .arguments::<av61883::GetPlugHandle>()
                    .handle;
                let plug = self.plug_told(unit, direction, number, handle);
                let header = success::<ioctl::PlugReply>();
                self.reply(key, reply, &ioctl::PlugReply { header, plug });
            }
            Job::PlugState(_) => {
                if !self.plug_state(key, step, status, scratch, reply) {
                    return;
                }
            }
            Job::ReadRegister { offset, generation } => {
                if !self.register_read(key, step, (offset, generation), status, scratch, reply) {
                    return;
                }
            }
            Job::SetPlug { plug, pcr } => {
                if status.is_success()
                    && let Some(item) = self.local_plug(unit, plug)
                {
                    self.register_changed(item, pcr);
                }
                self.reply_status(key, job, status, reply);
            }
            Job::Make(item) => {
                self.made(key, item, status, &scratch.request(), reply, wanted);
                return;
            }
            Job::Keep(duty) => {
                self.kept(key, unit, duty, status.is_success().then_some(scratch));
                return;
            }
            _ => self.reply_status(key, job, status, reply),
        }
        self.end_of_job(key, status);
    }

    /// The answer to the question that comes first.
    fn version_answered(
        &mut self,
        key: Key,
        status: NtStatus,
        scratch: &Scratch,
        reply: &mut [u8],
    ) {
        let Some(transfer) = self.transfer(key) else {
            return;
        };
        let (unit, job, wanted) = (transfer.unit, transfer.job, transfer.is_waiting());
        if status.is_success() {
            let version = scratch
                .read_info::<av61883::UnitDdiVersion>()
                .map_or(0, |info| info.version);
            self.version_learned(unit, version);
            if version < av61883::DDI_VERSION_2 {
                self.answer(key, NtStatus::REVISION_MISMATCH, 0);
            } else if wanted {
                self.ready(key, Step::Main);
                return;
            }
        } else {
            self.reply_status(key, job, status, reply);
        }
        self.end_of_job(key, NtStatus::UNSUCCESSFUL);
    }

    /// Something is made, or could not be; if nobody waits for it any more, it is undone again.
    fn made(
        &mut self,
        key: Key,
        item: ItemKey,
        status: NtStatus,
        request: &AvRequest,
        reply: &mut [u8],
        wanted: bool,
    ) {
        let Some(thing) = self.item(item).map(|item| item.thing) else {
            return self.spend(key);
        };
        if !status.is_success() {
            self.reply_status(key, Job::Make(item), status, reply);
            self.end_of_job(key, status);
            return;
        }
        let handle = match thing {
            Thing::Connection { .. } => {
                let connection = item.connection();
                let header = success::<ioctl::ConnectReply>();
                self.reply(key, reply, &ioctl::ConnectReply { header, connection });
                request.arguments::<av61883::Connect>().connection
            }
            Thing::Plug { .. } => {
                let made: CreatePlug = request.arguments();
                self.plug_made(key, item, &made, reply);
                made.plug
            }
            Thing::Directory { .. } => {
                let directory = item.directory();
                let header = success::<ioctl::DirectoryReply>();
                self.reply(key, reply, &ioctl::DirectoryReply { header, directory });
                request.arguments::<SetUnitDirectory>().entry
            }
        };
        if let Some(item) = self.item_mut(item) {
            item.state = ItemState::Active(handle);
        }
        self.keep(key);
        if !wanted || self.names_leaving_plug(item) {
            self.undo_unasked(item, Reason::OwnerGone);
        }
    }

    /// A plug of this computer that the connection names is being deleted.
    fn names_leaving_plug(&self, connection: ItemKey) -> bool {
        self.item(connection).is_some_and(|item| {
            item.thing.ends().into_iter().any(|end| {
                matches!(end, End::Plug(plug)
                    if plug.local && self.plug_handle(item.unit, plug).is_none())
            })
        })
    }

    fn plug_made(&mut self, key: Key, item: ItemKey, made: &CreatePlug, reply: &mut [u8]) {
        let Some(entry) = self.item_mut(item) else {
            return;
        };
        if let Thing::Plug { number, .. } = &mut entry.thing {
            // The protocol driver gives numbers of 0..=30.
            *number = made.plug_number as u8;
        }
        let unit = entry.unit;
        if let Some(plug) = entry.thing.plug() {
            let told = ioctl::CreatePlugReply {
                header: success::<ioctl::CreatePlugReply>(),
                plug: plug.id(unit),
                number: u32::from(plug.number),
                reserved: 0,
            };
            self.reply(key, reply, &told);
        }
    }

    /// Undoes an item that nobody asked to undo: its owner or its unit is going, or its maker
    /// has given up.
    pub(crate) fn undo_unasked(&mut self, key: ItemKey, reason: Reason) {
        let Some(item) = self.item_mut(key) else {
            return;
        };
        let (ItemState::Active(handle), Some(transfer)) = (item.state, item.transfer) else {
            return;
        };
        item.state = ItemState::Undoing(handle);
        let (unit, plug) = (item.unit, item.thing.plug());
        self.charge(transfer, crate::handle::Account::OWN);
        if let Some(transfer) = self.transfer_mut(transfer) {
            transfer.job = Job::Undo(key, reason);
            transfer.deadline = 0;
        }
        self.ready(transfer, Step::Main);
        if let Some(plug) = plug {
            self.dismiss_unsent(unit, plug);
            self.undo_connections_of(key, reason);
        }
    }

    /// A job is over: what becomes of its item and its transfer.
    pub(crate) fn end_of_job(&mut self, key: Key, status: NtStatus) {
        let Some(transfer) = self.transfer(key) else {
            return;
        };
        match transfer.job {
            Job::Make(item) => self.remove_item(item, Reason::Asked),
            Job::Undo(item, reason) => {
                // The protocol driver does not know it: it is gone all the same.
                let gone = status.is_success() || status == NtStatus::INVALID_PARAMETER;
                if !gone && self.keep_item(key, item) {
                    self.keep_plugs_of(item);
                    self.retry_undoing();
                    return;
                }
                self.remove_item(item, reason);
            }
            _ => {}
        }
        self.spend(key);
        self.retry_undoing();
    }

    /// Undoing failed: the item is there still. One that was doomed meanwhile is undone in its
    /// own right, once. `false` when its transfer is not to be kept.
    fn keep_item(&mut self, key: Key, item_key: ItemKey) -> bool {
        let Some(item) = self.item_mut(item_key) else {
            return false;
        };
        let ItemState::Undoing(handle) = item.state else {
            return false;
        };
        if item.is_foreign() {
            match item.doomed.take() {
                // Its own driver has undone it meanwhile.
                Some(Reason::OwnerGone) => return false,
                // Its own driver is undoing it.
                Some(_) => {}
                None => item.state = ItemState::Active(handle),
            }
            item.transfer = None;
            self.spend(key);
            return true;
        }
        item.state = ItemState::Active(handle);
        if let Some(reason) = item.doomed.take() {
            self.keep(key);
            self.undo_unasked(item_key, reason);
            return true;
        }
        // Nobody is left to undo it: the driver lists it until somebody does.
        let owner = item.owner;
        if let Owner::Handle(handle) = owner
            && self.handle(handle).is_err()
            && let Some(item) = self.item_mut(item_key)
        {
            item.owner = Owner::Driver;
        }
        // A client that is being answered comes first, and has it announced.
        if !self.transfer(key).is_some_and(Transfer::has_client) {
            self.announce(item_key);
        }
        self.keep(key);
        true
    }

    /// Answers with what the protocol driver said, in a reply that has nothing else to tell.
    pub(crate) fn reply_status(&mut self, key: Key, job: Job, status: NtStatus, reply: &mut [u8]) {
        match job {
            Job::UnitInfo { level, .. } => {
                self.fail::<ioctl::UnitInfo>(key, status, reply, |failed| failed.level = level);
            }
            Job::GetPlug { .. } => self.fail::<ioctl::PlugReply>(key, status, reply, |_| ()),
            Job::PlugState(_) => self.fail::<ioctl::PlugState>(key, status, reply, |_| ()),
            Job::ReadRegister { offset, .. } => {
                self.fail::<ioctl::RegisterReply>(key, status, reply, |failed| {
                    failed.offset = offset;
                });
            }
            Job::Make(item) => match self.item(item).map(|item| item.thing.kind()) {
                Some(Kind::Plug) => {
                    self.fail::<ioctl::CreatePlugReply>(key, status, reply, |_| ());
                }
                Some(Kind::Directory) => {
                    self.fail::<ioctl::DirectoryReply>(key, status, reply, |_| ());
                }
                _ => self.fail::<ioctl::ConnectReply>(key, status, reply, |_| ()),
            },
            _ => self.fail::<ReplyHeader>(key, status, reply, |_| ()),
        }
    }

    /// Answers with a status of the protocol driver and members that are zero.
    pub(crate) fn fail<T>(
        &mut self,
        key: Key,
        status: NtStatus,
        reply: &mut [u8],
        fill: impl FnOnce(&mut T),
    ) where
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
    pub(crate) fn reply<T: IntoBytes + Immutable>(
        &mut self,
        key: Key,
        reply: &mut [u8],
        value: &T,
    ) {
        if self.transfer(key).is_some_and(Transfer::is_waiting) {
            let size = put_reply(reply, value);
            self.answer(key, NtStatus::SUCCESS, size);
        }
    }
}
