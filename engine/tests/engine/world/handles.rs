//! Handles: opened, cleaned up, closed.

use plug61883_abi::ioctl::MAX_HANDLES;
use plug61883_abi::status::NtStatus;
use plug61883_engine::HandleKey;

use super::World;
use super::types::{Client, ClientStage, Handle, HandleStage};

impl World {
    pub(crate) fn open(&mut self) -> Option<usize> {
        let open = self.open_handles();
        let opened = self.engine.open(self.handles.len() as u32 + 100);
        if open == MAX_HANDLES {
            assert_eq!(opened, Err(NtStatus::QUOTA_EXCEEDED));
            return None;
        }
        let key = opened.expect("there is room");
        assert!(self.handles.iter().all(|handle| handle.key != key), "fresh");
        assert_ne!(key.to_bits(), 0);
        assert_eq!(HandleKey::from_bits(key.to_bits()), key);
        self.handles.push(Handle {
            key,
            stage: HandleStage::Open,
        });
        Some(self.handles.len() - 1)
    }

    pub(super) fn open_handles(&self) -> usize {
        let open = |handle: &&Handle| handle.stage != HandleStage::Closed;
        self.handles.iter().filter(open).count()
    }

    pub(crate) fn cleanup(&mut self, handle: usize) {
        if self.handles[handle].stage != HandleStage::Open {
            return;
        }
        self.engine.cleanup(self.handles[handle].key);
        self.handles[handle].stage = HandleStage::Cleaned;
        self.break_all(|connection| connection.owner == Some(handle));
        self.dismiss_all(NtStatus::CANCELLED, |client| client.handle == handle);
    }

    /// The system closes a file object when it has been cleaned up and its requests are over.
    pub(crate) fn close(&mut self, handle: usize) -> bool {
        let over = |client: &Client| {
            client.handle != handle || matches!(client.stage, ClientStage::Done(_))
        };
        if self.handles[handle].stage != HandleStage::Cleaned
            || !self.clients.iter().all(over)
            || self
                .reserved
                .iter()
                .any(|reserved| reserved.handle == handle)
        {
            return false;
        }
        self.engine.close(self.handles[handle].key);
        self.handles[handle].stage = HandleStage::Closed;
        true
    }
}
