//! What has happened: the log of events, and each handle's place in it.

use plug61883_abi::av61883::AvPcr;
use plug61883_abi::ids::{Direction, UnitId};
use plug61883_abi::ioctl::{Event, EventBatch, MAX_EVENTS, MAX_WAITS, event_kind, owner};
use plug61883_abi::status::NtStatus;
use zerocopy::IntoBytes;

use crate::item::{End, Item, ItemKey, Owner, Reason, Thing};
use crate::reply::header;
use crate::{Engine, HandleKey, Result};

/// The last events, in a ring. Their numbers count from 1.
pub(crate) struct Log {
    ring: [Record; MAX_EVENTS],
    /// Events that there were.
    count: u64,
    /// Events that the shell has traced, or that need no tracing.
    traced: u64,
}

#[derive(Clone, Copy)]
struct Record {
    event: Event,
    /// Whose it is, which each handle sees in its own way.
    owner: Owner,
}

impl Log {
    pub(crate) const fn new() -> Self {
        Self {
            ring: [Record {
                event: EMPTY,
                owner: Owner::Driver,
            }; MAX_EVENTS],
            count: 0,
            traced: 0,
        }
    }

    /// Number of the next event.
    pub(crate) const fn next(&self) -> u64 {
        self.count.saturating_add(1)
    }

    /// An event was not traced yet.
    pub(crate) const fn is_to_trace(&self) -> bool {
        self.traced < self.count
    }

    /// Number of the oldest event that is kept.
    fn oldest(&self) -> u64 {
        self.next().saturating_sub(MAX_EVENTS as u64).max(1)
    }

    fn place(number: u64) -> usize {
        const { assert!(MAX_EVENTS.is_power_of_two()) };
        (number as usize) & const { MAX_EVENTS - 1 }
    }

    fn push(&mut self, mut event: Event, owner: Owner) {
        event.sequence = self.next();
        if let Some(record) = self.ring.get_mut(Self::place(event.sequence)) {
            *record = Record { event, owner };
        }
        self.count = event.sequence;
    }

    fn get(&self, number: u64) -> Option<&Record> {
        (number >= self.oldest() && number < self.next())
            .then(|| self.ring.get(Self::place(number)))
            .flatten()
    }
}

/// What a wait for events leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// A batch is written: bytes of it.
    Ready(usize),
    /// The request is to be kept until [`crate::Action::Wake`] comes for its handle; call
    /// [`Engine::wait_kept`] when it is.
    Keep,
}

impl Engine {
    /// A client waits for events: there are some, it does not want to wait, or its request is
    /// kept.
    ///
    /// # Errors
    /// `STATUS_QUOTA_EXCEEDED`: [`MAX_WAITS`] are kept for this handle.
    pub fn wait(&mut self, key: HandleKey, no_wait: bool, reply: &mut [u8]) -> Result<Wait> {
        let waking = self.handle(key)?.waking;
        // While the shell answers the waits that came before, the events are theirs.
        if no_wait || (self.has_events(key) && !waking) {
            let most = if waking { 0 } else { usize::MAX };
            return Ok(Wait::Ready(self.read_events(key, most, reply)));
        }
        let handle = self.handle_mut(key).ok_or(NtStatus::FILE_CLOSED)?;
        if usize::from(handle.waits) >= MAX_WAITS {
            return Err(NtStatus::QUOTA_EXCEEDED);
        }
        handle.waits = handle.waits.saturating_add(1);
        self.waits = self.waits.saturating_add(1);
        Ok(Wait::Keep)
    }

    /// A wait is kept where the shell finds it: from now on [`crate::Action::Wake`] reaches it.
    pub fn wait_kept(&mut self, key: HandleKey) {
        if let Some(handle) = self.handle_mut(key) {
            handle.looked = 0;
        }
        if self.has_events(key) {
            self.wake_wanted = true;
        }
    }

    /// A wait that was kept, or was to be, is over: cancelled, or its handle is closing.
    pub fn wait_ended(&mut self, key: HandleKey) {
        if let Some(handle) = self.handle_mut(key)
            && let Some(fewer) = handle.waits.checked_sub(1)
        {
            handle.waits = fewer;
            self.waits = self.waits.saturating_sub(1);
        }
    }

    /// After [`crate::Action::Wake`]: whether another wait of the handle is to be answered, with
    /// [`Self::answer_wait`]. `false` ends the waking.
    pub fn wake_more(&mut self, key: HandleKey) -> bool {
        let more = self.has_events(key);
        if let Some(handle) = self.handle_mut(key) {
            handle.waking = more && handle.waits != 0;
            return handle.waking;
        }
        false
    }

    /// No wait of the handle was found: it was cancelled, or is not kept yet.
    pub fn wake_failed(&mut self, key: HandleKey) {
        let next = self.log.next();
        if let Some(handle) = self.handle_mut(key) {
            handle.waking = false;
            handle.looked = next;
        }
    }

    /// Writes the batch for a wait that the shell has found; bytes of it.
    pub fn answer_wait(&mut self, key: HandleKey, reply: &mut [u8]) -> usize {
        self.wait_ended(key);
        self.read_events(key, usize::MAX, reply)
    }

    /// A handle that has events, and waits for them, and is not being woken.
    pub(crate) fn handle_to_wake(&mut self) -> Option<HandleKey> {
        let next = self.log.next();
        let found = self.handle_keys().find(|(_, handle)| {
            handle.waits != 0
                && !handle.waking
                && !handle.closing
                && handle.cursor < next
                && handle.looked != next
        });
        let Some((key, _)) = found else {
            self.wake_wanted = false;
            return None;
        };
        self.handle_mut(key)?.waking = true;
        Some(key)
    }

    fn has_events(&self, key: HandleKey) -> bool {
        self.handle(key)
            .is_ok_and(|handle| handle.cursor < self.log.next())
    }

    /// Writes as many events as fit, `most` at most; bytes of the batch.
    fn read_events(&mut self, key: HandleKey, most: usize, reply: &mut [u8]) -> usize {
        let (oldest, next) = (self.log.oldest(), self.log.next());
        let Some(handle) = self.handle_mut(key) else {
            return 0;
        };
        let lost = oldest.saturating_sub(handle.cursor);
        let first = handle.cursor.max(oldest);
        let room = reply.get_mut(size_of::<EventBatch>()..).unwrap_or_default();
        let mut number = first;
        let mut count = 0_u32;
        for place in room.chunks_exact_mut(size_of::<Event>()).take(most) {
            let Some(record) = self.log.get(number) else {
                break;
            };
            let mut event = record.event;
            event.owner = owner_of(record.owner, key, event.kind);
            if event.write_to(place).is_err() {
                break;
            }
            number = number.saturating_add(1);
            count = count.saturating_add(1);
        }
        if let Some(handle) = self.handle_mut(key) {
            handle.cursor = number;
        }
        let size = (count as usize)
            .saturating_mul(size_of::<Event>())
            .saturating_add(size_of::<EventBatch>());
        let batch = EventBatch {
            header: header(size),
            first,
            lost,
            count,
            more: u32::try_from(next.saturating_sub(number)).unwrap_or(u32::MAX),
            reserved: 0,
        };
        match batch.write_to_prefix(reply) {
            Ok(()) => size,
            // Decoding has ruled it out.
            Err(_) => 0,
        }
    }

    /// The handle's events go on from now.
    pub(crate) fn skip_events(&mut self, key: HandleKey) {
        let next = self.log.next();
        if let Some(handle) = self.handle_mut(key) {
            handle.cursor = next;
        }
    }

    /// Whether events are handed to the shell for tracing, from now on.
    pub fn set_tracing(&mut self, on: bool) {
        self.log.traced = match (on, self.log.traced) {
            (false, _) => u64::MAX,
            (true, u64::MAX) => self.log.count,
            (true, traced) => traced,
        };
    }

    /// The next event that is not traced yet.
    pub(crate) fn event_to_trace(&mut self) -> Option<Event> {
        if !self.log.is_to_trace() {
            return None;
        }
        let number = self.log.traced.saturating_add(1).max(self.log.oldest());
        self.log.traced = number;
        self.log.get(number).map(|record| {
            let mut event = record.event;
            event.owner = match record.owner {
                _ if is_of_unit(event.kind) => 0,
                Owner::Handle(_) => owner::OTHER_HANDLE,
                Owner::Driver => owner::DRIVER,
                Owner::Foreign => owner::FOREIGN,
            };
            event
        })
    }

    /// Adds an event to the log.
    pub(crate) fn emit(&mut self, mut event: Event, owner: Owner) {
        event.time = self.clock.system_time;
        self.log.push(event, owner);
        self.wake_wanted |= self.waits != 0;
    }

    /// User mode gets to see an item.
    pub(crate) fn announce(&mut self, key: ItemKey) {
        let next = self.log.next();
        let Some(item) = self.item_mut(key) else {
            return;
        };
        if core::mem::replace(&mut item.announced, true) {
            return;
        }
        item.seen_from = next;
        let owner = item.owner;
        if let Some(item) = self.item(key)
            && let Some(mut event) = self.event_of(key, item)
        {
            event.kind = match item.thing {
                Thing::Plug { pcr, .. } => {
                    event.new_pcr = pcr;
                    event_kind::PLUG_CREATED
                }
                _ => event_kind::CONNECTED,
            };
            self.emit(event, owner);
        }
    }

    /// Takes an item out of the table; whoever saw it is told why it is gone.
    pub(crate) fn remove_item(&mut self, key: ItemKey, reason: Reason) {
        let Some(item) = self.items.remove(usize::from(key.slot), key.generation) else {
            return;
        };
        let kind = item.thing.kind();
        self.accounts.give_item(item.account, kind);
        self.count_items(kind, false);
        if item.announced
            && let Some(mut event) = self.event_of(key, &item)
        {
            event.kind = match item.thing {
                Thing::Plug { pcr, .. } => {
                    event.old_pcr = pcr;
                    event_kind::PLUG_REMOVED
                }
                _ => event_kind::DISCONNECTED,
            };
            event.reason = reason as u32;
            self.emit(event, item.owner);
        }
        self.retry_undoing();
    }

    /// The register of a plug of this computer is `pcr` now.
    pub(crate) fn register_changed(&mut self, key: ItemKey, now: AvPcr) {
        let Some(item) = self.item_mut(key) else {
            return;
        };
        let Thing::Plug { pcr, .. } = &mut item.thing else {
            return;
        };
        let before = core::mem::replace(pcr, now);
        let owner = item.owner;
        if before != now
            && let Some(item) = self.item(key).filter(|item| item.announced)
            && let Some(mut event) = self.event_of(key, item)
        {
            event.kind = event_kind::PLUG_CHANGED;
            event.old_pcr = before;
            event.new_pcr = now;
            self.emit(event, owner);
        }
    }

    /// The members that all events of an item have; `None` for one that has no events.
    fn event_of(&self, key: ItemKey, item: &Item) -> Option<Event> {
        let mut event = Event {
            unit: item.unit,
            process_id: item.process_id,
            ..EMPTY
        };
        match item.thing {
            Thing::Connection { output, input, .. } => {
                let id = |end: End| self.plug_of_end(item.unit, end);
                event.connection = key.connection();
                event.output = id(output);
                event.input = id(input);
            }
            Thing::Plug { direction, .. } => {
                let plug = item.thing.plug()?.id(item.unit);
                match direction {
                    Direction::Out => event.output = plug,
                    Direction::In => event.input = plug,
                }
            }
            Thing::Directory { .. } => return None,
        }
        Some(event)
    }

    /// An event of a unit as a whole.
    pub(crate) fn unit_event(&mut self, unit: UnitId, kind: u32) {
        self.emit(
            Event {
                unit,
                kind,
                ..EMPTY
            },
            Owner::Driver,
        );
    }
}

/// How a handle sees an owner, in an event of `kind`.
fn owner_of(owner: Owner, asking: HandleKey, kind: u32) -> u32 {
    if is_of_unit(kind) {
        0
    } else {
        owner_number(owner, asking)
    }
}

/// An event of this kind is of a unit as a whole: nobody owns it.
fn is_of_unit(kind: u32) -> bool {
    matches!(
        kind,
        event_kind::UNIT_ARRIVED | event_kind::UNIT_REMOVED | event_kind::BUS_RESET
    )
}

/// [`ioctl::owner`] of an item, as a handle sees it.
pub(crate) fn owner_number(owner: Owner, asking: HandleKey) -> u32 {
    match owner {
        Owner::Handle(handle) if handle == asking => owner::THIS_HANDLE,
        Owner::Handle(_) => owner::OTHER_HANDLE,
        Owner::Driver => owner::DRIVER,
        Owner::Foreign => owner::FOREIGN,
    }
}

/// No event.
pub(crate) const EMPTY: Event = zerocopy::transmute!([0_u8; size_of::<Event>()]);
