//! The memory that a request to the lower drivers points to.

use plug61883_abi::av61883::{AvRequest, UnitIds};
use plug61883_abi::ioctl::TEXT_UNITS;
use plug61883_abi::irb::AsyncReadIrb;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Bytes kept for the request itself, an [`AvRequest`] or an IRB.
const HEAD_WORDS: usize = 96;

const _: () = assert!(size_of::<AvRequest>() <= HEAD_WORDS * 8);
const _: () = assert!(size_of::<AsyncReadIrb>() <= HEAD_WORDS * 8);

/// A request's memory: non-paged, and it stays where it is while the request is sent.
///
/// `Argument1` of the IRP points to its first byte; pointers in the request point to the other
/// members.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct Scratch {
    head: [u64; HEAD_WORDS],
    /// Where the protocol driver writes unit information.
    pub(crate) info: [u64; size_of::<UnitIds>() / 8],
    /// Where it writes the texts of a unit: vendor, model, unit model.
    pub(crate) texts: [[u16; TEXT_UNITS]; 3],
    /// Where a register is read to, in bus order.
    pub quadlet: [u8; 4],
    padding: [u8; 4],
    /// Address of the MDL that describes [`Self::quadlet`]; 0 when there is none.
    pub mdl: u64,
}

impl Scratch {
    /// The request as the protocol driver left it.
    pub(crate) fn request(&self) -> AvRequest {
        match AvRequest::read_from_prefix(self.head.as_bytes()) {
            Ok((request, _)) => request,
            // The head is longer than a request, asserted above.
            Err(_) => AvRequest::default(),
        }
    }

    /// Puts a request into the head.
    pub(crate) fn put<T: IntoBytes + Immutable>(&mut self, request: &T) {
        self.head = [0; HEAD_WORDS];
        // The head is longer than any request, asserted above.
        let _ = request.write_to_prefix(self.head.as_mut_bytes());
    }

    /// Unit information as the protocol driver left it.
    pub(crate) fn read_info<T: FromBytes>(&self) -> Option<T> {
        T::read_from_prefix(self.info.as_bytes())
            .ok()
            .map(|(info, _)| info)
    }

    /// Puts unit information where the protocol driver reads it.
    pub(crate) fn put_info<T: IntoBytes + Immutable>(&mut self, info: &T) {
        let _ = info.write_to_prefix(self.info.as_mut_bytes());
    }

    /// Address of the unit information.
    pub(crate) fn info_address(&self) -> u64 {
        (&raw const self.info).addr() as u64
    }

    /// Address of text `index`.
    pub(crate) fn text_address(&self, index: usize) -> u64 {
        self.texts
            .get(index)
            .map_or(0, |text| text.as_ptr().addr() as u64)
    }
}
