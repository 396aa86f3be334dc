//! The memory that a request to the lower drivers points to.

use plug61883_abi::av61883::{AvRequest, BusGenerationNode, UnitIds};
use plug61883_abi::ioctl::TEXT_UNITS;
use plug61883_abi::irb::AsyncReadIrb;
use zerocopy::{FromBytes, FromZeros, Immutable, IntoBytes, KnownLayout};

use crate::Command;

/// Words of an [`AvRequest`].
const HEAD_WORDS: usize = size_of::<AvRequest>() / 8;
/// Words of unit information: its largest structure is [`UnitIds`].
const INFO_WORDS: usize = size_of::<UnitIds>() / 8;
/// Words of a text.
const TEXT_WORDS: usize = TEXT_UNITS / 4;
/// Words of the IRB that reads a register; it lies over the head and what follows it.
const IRB_WORDS: usize = size_of::<AsyncReadIrb>().div_ceil(8);
/// Where the register is read to: behind the IRB.
const QUADLET_WORD: usize = IRB_WORDS - HEAD_WORDS - INFO_WORDS;
/// Words of the long tail: for texts, or for an IRB, the quadlet and the address of its MDL.
const TAIL_WORDS: usize = QUADLET_WORD + 2;

const _: () = assert!(TAIL_WORDS >= 3 * TEXT_WORDS);

/// A request's memory: non-paged, and it stays where it is while the request is sent.
///
/// `Argument1` of the IRP points to its first byte; pointers in the request point to the other
/// members. What a connection keeps has no tail, so that it is small.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct Scratch {
    head: [u64; HEAD_WORDS],
    /// Where the protocol driver reads or writes unit information.
    info: [u64; INFO_WORDS],
    tail: [u64],
}

impl Scratch {
    /// Bytes that memory without a tail has.
    pub const SHORT: usize = (HEAD_WORDS + INFO_WORDS) * 8;
    /// Bytes that memory with a tail has.
    pub const LONG: usize = Self::SHORT + TAIL_WORDS * 8;

    /// Bytes that the requests of a command need.
    #[must_use]
    pub const fn size_for(command: &Command) -> usize {
        // Texts, or a register.
        if matches!(command, Command::UnitInfo { .. }) || command.reads_register() {
            Self::LONG
        } else {
            Self::SHORT
        }
    }

    /// Where a register is read to, for an MDL to describe; the first four bytes are used.
    /// `None` without a tail.
    #[must_use]
    pub fn quadlet_mut(&mut self) -> Option<&mut u64> {
        self.tail.get_mut(QUADLET_WORD)
    }

    /// Remembers the address of the MDL that describes the quadlet.
    pub fn set_mdl(&mut self, address: u64) {
        if let Some(word) = self.tail.get_mut(QUADLET_WORD + 1) {
            *word = address;
        }
    }

    /// Address of the quadlet's MDL, 0 when there is none.
    pub(crate) fn mdl(&self) -> u64 {
        self.tail.get(QUADLET_WORD + 1).copied().unwrap_or(0)
    }

    /// The register as it was read, in host order.
    pub(crate) fn register(&self) -> u32 {
        let bytes = self.tail.get(QUADLET_WORD).map(|word| word.to_ne_bytes());
        // Bus order: the most significant byte first.
        let [a, b, c, d, ..] = bytes.unwrap_or_default();
        u32::from_be_bytes([a, b, c, d])
    }

    /// Number of the function that the request asks for.
    #[must_use]
    pub fn function(&self) -> u32 {
        self.request().function
    }

    /// The request as the protocol driver left it.
    pub(crate) fn request(&self) -> AvRequest {
        AvRequest::read_from_bytes(self.head.as_bytes()).unwrap_or_else(|_| AvRequest::new_zeroed())
    }

    /// Puts a request into the head.
    pub(crate) fn put(&mut self, request: &AvRequest) {
        // The sizes are the same.
        let _ = request.write_to(self.head.as_mut_bytes());
    }

    /// Puts an IRB where the request stands otherwise; the unit information is lost.
    pub(crate) fn put_irb(&mut self, irb: &AsyncReadIrb) {
        if let Some(word) = self.tail.get_mut(QUADLET_WORD) {
            *word = 0;
        }
        // Memory for a register read has a tail.
        let _ = irb.write_to_prefix(self.as_mut_bytes());
    }

    /// Unit information as the protocol driver left it.
    pub(crate) fn read_info<T: FromBytes>(&self) -> Option<T> {
        T::read_from_prefix(self.info.as_bytes())
            .ok()
            .map(|(info, _)| info)
    }

    /// The bus generation, where it was asked for last.
    pub(crate) fn generation(&self) -> u32 {
        self.read_info::<BusGenerationNode>()
            .map_or(0, |info| info.generation)
    }

    /// Puts unit information where the protocol driver reads it; what follows it is zero.
    pub(crate) fn put_info<T: IntoBytes + Immutable>(&mut self, info: &T) {
        self.info = [0; INFO_WORDS];
        let _ = info.write_to_prefix(self.info.as_mut_bytes());
    }

    /// Address of the unit information.
    pub(crate) fn info_address(&self) -> u64 {
        (&raw const self.info).addr() as u64
    }

    /// Clears the texts; addresses of the three, 0 for one that has no room.
    pub(crate) fn clear_texts(&mut self) -> [u64; 3] {
        self.tail.fill(0);
        let mut texts = self.tail.chunks_exact(TEXT_WORDS);
        [(); 3].map(|()| texts.next().map_or(0, |text| text.as_ptr().addr() as u64))
    }

    /// Text `index`: vendor, model, unit model.
    pub(crate) fn text(&self, index: usize) -> [u16; TEXT_UNITS] {
        let words = self.tail.chunks_exact(TEXT_WORDS).nth(index);
        words
            .and_then(|words| FromBytes::read_from_bytes(words.as_bytes()).ok())
            .unwrap_or([0; TEXT_UNITS])
    }
}
