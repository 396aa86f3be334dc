//! Waits for events: kept, woken, answered, over.

use plug61883_abi::ioctl::{Event, EventBatch, MAX_EVENTS, MAX_WAITS, Origin, event_kind, owner};
use plug61883_abi::status::NtStatus;
use plug61883_engine::{HandleKey, Wait as Outcome};
use zerocopy::FromBytes;

use super::types::{HandleStage, Owner, Wait};
use super::{OBSERVER, World};

impl World {
    fn has_events(&self, handle: usize) -> bool {
        self.handles[handle].cursor < self.next_event()
    }

    /// A client waits for events, with room for `room` of them.
    pub(crate) fn wait(
        &mut self,
        handle: usize,
        no_wait: bool,
        room: usize,
    ) -> Result<Vec<Event>, NtStatus> {
        let mut reply = buffer(room);
        let key = self.handles[handle].key;
        let waited = self.input().wait(key, no_wait, &mut reply);
        let entry = &self.handles[handle];
        if entry.stage != HandleStage::Open {
            assert_eq!(waited, Err(NtStatus::FILE_CLOSED));
            return Err(NtStatus::FILE_CLOSED);
        }
        if no_wait || (self.has_events(handle) && !entry.waking) {
            let Ok(Outcome::Ready(size)) = waited else {
                panic!("answered at once");
            };
            // While waits that came before are answered, the events are theirs.
            let most = if entry.waking { 0 } else { room };
            return Ok(self.check_batch(handle, &reply[..size], most));
        }
        if entry.waits.len() >= MAX_WAITS {
            assert_eq!(waited, Err(NtStatus::QUOTA_EXCEEDED));
            return Err(NtStatus::QUOTA_EXCEEDED);
        }
        assert_eq!(waited, Ok(Outcome::Keep));
        self.handles[handle].waits.push(Wait { kept: false });
        Ok(Vec::new())
    }

    /// A wait is kept where the shell finds it.
    pub(crate) fn wait_kept(&mut self, handle: usize) -> Option<()> {
        let key = self.handles[handle].key;
        let wait = self.handles[handle]
            .waits
            .iter_mut()
            .find(|wait| !wait.kept)?;
        wait.kept = true;
        self.input().wait_kept(key);
        Some(())
    }

    /// A wait is over: cancelled, or its handle is closing.
    pub(crate) fn wait_ended(&mut self, handle: usize) -> Option<()> {
        self.handles[handle].waits.pop()?;
        let key = self.handles[handle].key;
        self.input().wait_ended(key);
        Some(())
    }

    /// The engine orders that a handle's waits are answered.
    pub(super) fn woken(&mut self, key: HandleKey) {
        let handle = self.handles.iter().position(|handle| handle.key == key);
        let handle = handle.expect("exists");
        assert!(self.has_events(handle), "woken for nothing");
        let entry = &mut self.handles[handle];
        assert_eq!(entry.stage, HandleStage::Open);
        assert!(!entry.waits.is_empty() && !entry.waking);
        entry.waking = true;
        self.wakes.push(handle);
    }

    /// The shell answers one more wait, or finds that it is done; `None` then.
    pub(crate) fn wake_step(&mut self, wake: usize, room: usize) -> Option<Vec<Event>> {
        let handle = self.wakes[wake];
        let key = self.handles[handle].key;
        let open = self.is_open(handle);
        let more = open && self.has_events(handle) && !self.handles[handle].waits.is_empty();
        assert_eq!(self.input().wake_more(key), more);
        let found = self.handles[handle].waits.iter().position(|wait| wait.kept);
        let Some(found) = found.filter(|_| more) else {
            if more {
                self.input().wake_failed(key);
            }
            self.wakes.swap_remove(wake);
            self.handles[handle].waking = false;
            return None;
        };
        self.handles[handle].waits.remove(found);
        let mut reply = buffer(room);
        let size = self.input().answer_wait(key, &mut reply);
        Some(self.check_batch(handle, &reply[..size], room))
    }

    /// A batch holds exactly what comes next for its handle.
    fn check_batch(&mut self, handle: usize, reply: &[u8], room: usize) -> Vec<Event> {
        let (batch, rest) = EventBatch::read_from_prefix(reply).unwrap();
        let next = self.next_event();
        let cursor = self.handles[handle].cursor;
        let oldest = next.saturating_sub(MAX_EVENTS as u64).max(1);
        let first = cursor.max(oldest);
        assert_eq!(batch.first, first);
        assert_eq!(batch.lost, first - cursor);
        let count = (next - first).min(room as u64);
        assert_eq!(u64::from(batch.count), count);
        assert_eq!(u64::from(batch.more), next - first - count);
        assert_eq!(batch.header.size as usize, reply.len());
        assert_eq!(batch.header.origin, Origin::Driver as u32);
        assert_eq!(
            (batch.header.status, batch.reserved),
            (NtStatus::SUCCESS, 0)
        );
        let events: Vec<Event> = rest
            .chunks_exact(size_of::<Event>())
            .map(|bytes| Event::read_from_bytes(bytes).unwrap())
            .collect();
        assert_eq!(events.len() as u64, count);
        self.handles[handle].cursor = first + count;
        if handle != OBSERVER {
            for event in &events {
                let known = self.log[event.sequence as usize - 1];
                let expected = Event {
                    owner: self.owner_seen(&known, handle),
                    ..known
                };
                assert_eq!(*event, expected);
            }
        }
        events
    }

    /// The owner in an event, as a handle sees it.
    fn owner_seen(&self, event: &Event, handle: usize) -> u32 {
        if event.owner != owner::OTHER_HANDLE {
            return event.owner;
        }
        let id = match event.kind {
            event_kind::CONNECTED | event_kind::DISCONNECTED => event.connection.0,
            _ => event.output.0 | event.input.0,
        };
        let item = self.items.iter().find(|item| item.id == Some(id));
        match item.map(|item| item.made_by) {
            Some(Owner::Handle(made_by)) if made_by == handle => owner::THIS_HANDLE,
            _ => owner::OTHER_HANDLE,
        }
    }

    pub(super) fn read_all(&mut self, handle: usize) -> Vec<Event> {
        let mut all = Vec::new();
        loop {
            let room = if cfg!(miri) { 2 } else { 8 };
            let events = self.wait(handle, true, room).expect("open");
            if events.is_empty() {
                return all;
            }
            all.extend(events);
        }
    }
}

fn buffer(room: usize) -> Vec<u8> {
    // A part of an event that does not fit is left out.
    vec![0xA5; size_of::<EventBatch>() + room * size_of::<Event>() + 7]
}
