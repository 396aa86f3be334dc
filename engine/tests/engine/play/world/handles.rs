//! Handles: opened, cleaned up, closed.

use plug61883_abi::ioctl::{MAX_HANDLES, MAX_PROCESS_HANDLES, event_reason};
use plug61883_abi::status::NtStatus;
use plug61883_engine::HandleKey;

use super::types::{Answer, Client, ClientStage, Handle, HandleStage, Owner};
use super::{OWN_HANDLES, World};

impl World {
    /// Opens a handle in a process of the three that the histories have.
    pub(crate) fn open(&mut self) -> Option<usize> {
        self.open_as(100 + (self.handles.len() % 3) as u32)
    }

    pub(crate) fn open_as(&mut self, process: u32) -> Option<usize> {
        let open = |of: Option<u32>| {
            let is = |handle: &&Handle| {
                handle.stage != HandleStage::Closed && of.is_none_or(|of| of == handle.process)
            };
            self.handles.iter().filter(is).count()
        };
        let full = open(None) == MAX_HANDLES || open(Some(process)) == MAX_PROCESS_HANDLES;
        let opened = self.input().open(process);
        if full {
            assert_eq!(opened, Err(NtStatus::QUOTA_EXCEEDED));
            return None;
        }
        let key = opened.expect("there is room");
        assert!(self.handles.iter().all(|handle| handle.key != key), "fresh");
        assert_ne!(key.to_bits(), 0);
        assert_eq!(HandleKey::from_bits(key.to_bits()), key);
        assert!(key.index() < MAX_HANDLES);
        self.handles.push(Handle {
            key,
            process,
            stage: HandleStage::Open,
            cursor: self.next_event(),
            waits: Vec::new(),
            waking: false,
        });
        Some(self.handles.len() - 1)
    }

    pub(super) fn open_handles(&self) -> usize {
        let open = |handle: &&Handle| handle.stage != HandleStage::Closed;
        self.handles.iter().filter(open).count()
    }

    pub(crate) fn is_open(&self, handle: usize) -> bool {
        self.handles[handle].stage == HandleStage::Open
    }

    pub(crate) fn cleanup(&mut self, handle: usize) {
        if handle < OWN_HANDLES || !self.is_open(handle) {
            return;
        }
        let key = self.handles[handle].key;
        self.input().cleanup(key);
        self.handles[handle].stage = HandleStage::Cleaned;
        self.doom_all(event_reason::OWNER_GONE, |item| {
            item.owner == Owner::Handle(handle)
        });
        self.dismiss_all(Answer::Ours(NtStatus::CANCELLED), |client| {
            client.handle == handle
        });
        self.sync();
    }

    /// The system closes a file object when it has been cleaned up and its requests are over.
    pub(crate) fn close(&mut self, handle: usize) -> bool {
        let over = |client: &Client| {
            client.handle != handle || matches!(client.stage, ClientStage::Done(_))
        };
        let entry = &self.handles[handle];
        if entry.stage != HandleStage::Cleaned
            || entry.waking
            || !entry.waits.is_empty()
            || !self.clients.iter().all(over)
            || self.reserved.iter().any(|it| it.handle == handle)
        {
            return false;
        }
        let key = entry.key;
        self.input().close(key);
        self.handles[handle].stage = HandleStage::Closed;
        true
    }
}
