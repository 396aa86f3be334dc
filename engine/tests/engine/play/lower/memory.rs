//! The memory of a request, as the shell allocates it.

use plug61883_abi::av61883::AvRequest;
use plug61883_engine::Scratch;
use zerocopy::{FromBytes, Immutable, IntoBytes};

/// Memory that stays where it is.
pub(crate) struct Memory(Box<[u64]>);

impl Memory {
    /// `bytes` is one of the sizes that [`Scratch`] has.
    pub(crate) fn new(bytes: usize) -> Self {
        assert!([Scratch::SHORT, Scratch::LONG].contains(&bytes));
        // What stands in it before is no business of the engine.
        Self(vec![0xA5A5_A5A5_A5A5_A5A5; bytes / 8].into())
    }

    pub(crate) fn scratch(&mut self) -> &mut Scratch {
        Scratch::mut_from_bytes(self.0.as_mut_bytes()).expect("a size that it has")
    }

    pub(crate) fn read(&self) -> &Scratch {
        Scratch::ref_from_bytes(self.0.as_bytes()).expect("a size that it has")
    }

    /// The request in its head.
    pub(crate) fn head(&self) -> AvRequest {
        AvRequest::read_from_prefix(self.bytes()).unwrap().0
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    pub(crate) fn put<T: IntoBytes + Immutable>(&mut self, offset: usize, value: &T) {
        value
            .write_to_prefix(&mut self.0.as_mut_bytes()[offset..])
            .unwrap();
    }

    pub(crate) fn copy(&mut self, offset: usize, bytes: &[u8]) {
        self.0.as_mut_bytes()[offset..][..bytes.len()].copy_from_slice(bytes);
    }

    /// Where in the memory an address points to, `None` for 0.
    pub(crate) fn offset(&self, address: u64, size: usize) -> Option<usize> {
        let base = self.0.as_ptr().addr() as u64;
        if address == 0 {
            return None;
        }
        let offset = usize::try_from(address.checked_sub(base).expect("within")).unwrap();
        assert!(
            offset + size <= self.bytes().len(),
            "points into the memory"
        );
        Some(offset)
    }
}
