//! Plug control registers (IEC 61883-1, clause 7) as typed 32-bit values.
//!
//! A register is held in host order, as a quadlet reads on the bus with its most significant bit
//! first: bit 31 of the value is the bit that the standard draws leftmost. In `AV_PCR`
//! (61883.h) the same value stands as `ulongData`.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::csr::REGISTER_SPACE;

/// Highest plug number of IEC 61883-1 (clause 7.6): plugs are 0..=30.
pub const MAX_PLUG_NUMBER: u32 = 30;
/// Plugs of one direction that a node can have.
pub const PLUGS_PER_DIRECTION: usize = 31;
/// Highest isochronous channel (IEEE 1394).
pub const MAX_CHANNEL: u8 = 63;
/// Highest value of the point-to-point counter.
pub const MAX_POINT_TO_POINT: u8 = 63;

/// Offset of oMPR from the start of a node's registers, and of the first plug register; those of
/// `oPCR[0]` to `oPCR[30]` follow it, 4 bytes each.
pub const OMPR_OFFSET: u32 = 0x900;
/// Offset of iMPR from the start of a node's registers; those of `iPCR[0]` to `iPCR[30]` follow
/// it.
pub const IMPR_OFFSET: u32 = 0x980;
/// Offset of the last plug register, `iPCR[30]`.
pub const LAST_OFFSET: u32 = 0x9FC;

/// Offset of oMPR in a node's 48-bit address space.
pub const OMPR_ADDRESS: u64 = REGISTER_SPACE | OMPR_OFFSET as u64;
/// Offset of iMPR in a node's 48-bit address space.
pub const IMPR_ADDRESS: u64 = REGISTER_SPACE | IMPR_OFFSET as u64;

/// Address of `oPCR[plug]`, or `None` past [`MAX_PLUG_NUMBER`].
#[must_use]
pub const fn opcr_address(plug: u32) -> Option<u64> {
    address_of(opcr_offset(plug))
}

/// Address of `iPCR[plug]`, or `None` past [`MAX_PLUG_NUMBER`].
#[must_use]
pub const fn ipcr_address(plug: u32) -> Option<u64> {
    address_of(ipcr_offset(plug))
}

/// Offset of `oPCR[plug]` from the start of a node's registers, or `None` past
/// [`MAX_PLUG_NUMBER`].
#[must_use]
pub const fn opcr_offset(plug: u32) -> Option<u32> {
    pcr_offset(OMPR_OFFSET, plug)
}

/// Offset of `iPCR[plug]` from the start of a node's registers, or `None` past
/// [`MAX_PLUG_NUMBER`].
#[must_use]
pub const fn ipcr_offset(plug: u32) -> Option<u32> {
    pcr_offset(IMPR_OFFSET, plug)
}

/// Address of the plug register (oMPR, an oPCR, iMPR or an iPCR) at an offset from the start of a
/// node's registers, or `None` where none is.
#[must_use]
pub const fn register_address(offset: u32) -> Option<u64> {
    if offset < OMPR_OFFSET || offset > LAST_OFFSET || !offset.is_multiple_of(4) {
        return None;
    }
    Some(REGISTER_SPACE | offset as u64)
}

/// Units of bandwidth that a stream takes of the
/// [`INITIAL_BANDWIDTH`](crate::csr::INITIAL_BANDWIDTH) of each isochronous cycle
/// (IEC 61883-1, clauses 7.7 and 8).
///
/// `payload` is that of one packet in quadlets with the CIP header, 0 standing for 1024; three
/// more quadlets are the packet's header and its two CRCs. One unit is the time of a quadlet at
/// S1600, so a quadlet takes 16 units at S100 (`data_rate` 0), 8 at S200, 4 at S400, and 2 with
/// `data_rate` 3. The overhead ID counts steps of 32 units, 0 standing for 512. What does not fit
/// the fields of an [`Opcr`] is cut off.
#[must_use]
pub const fn bandwidth_units(payload: u16, overhead_id: u8, data_rate: u8) -> u32 {
    let quadlets = match payload & 0x3FF {
        0 => 1024,
        payload => payload as u32,
    };
    let overhead = match overhead_id & 0xF {
        0 => 512_u32,
        id => (id as u32).wrapping_mul(32),
    };
    // At most 1027 * 16 + 512: no overflow.
    let packet = quadlets.wrapping_add(3).wrapping_mul(16) >> (data_rate & 3);
    packet.wrapping_add(overhead)
}

const fn pcr_offset(master: u32, plug: u32) -> Option<u32> {
    if plug > MAX_PLUG_NUMBER {
        return None;
    }
    // Both terms are bounded: no overflow.
    Some(master.wrapping_add(4).wrapping_add(plug.wrapping_mul(4)))
}

const fn address_of(offset: Option<u32>) -> Option<u64> {
    match offset {
        Some(offset) => register_address(offset),
        None => None,
    }
}

/// Declares a register type: fields by their lowest bit and width, each with a getter and a
/// `with_` setter that cuts its argument to the field's width.
macro_rules! register {
    ($(#[$meta:meta])* $name:ident {
        $($(#[$fmeta:meta])* $field:ident, $with:ident: $ty:ty = $shift:literal, $bits:literal;)*
    }) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable,
            KnownLayout,
        )]
        #[repr(transparent)]
        pub struct $name(pub u32);

        impl $name {
            $(
                $(#[$fmeta])*
                #[must_use]
                #[inline]
                pub const fn $field(self) -> $ty {
                    ((self.0 >> $shift) & ((1_u32 << $bits).wrapping_sub(1))) as $ty
                }

                #[doc = concat!("The register with another `", stringify!($field),
                    "`; bits beyond the field's width are cut off.")]
                #[must_use]
                #[inline]
                pub const fn $with(self, value: $ty) -> Self {
                    let mask = (1_u32 << $bits).wrapping_sub(1);
                    Self((self.0 & !(mask << $shift)) | (((value as u32) & mask) << $shift))
                }
            )*
        }
    };
}

register! {
    /// Output plug control register (IEC 61883-1, clause 7.7; `OPCR` of 61883.h).
    Opcr {
        /// Payload of one isochronous packet in quadlets, 0 standing for 1024.
        payload, with_payload: u16 = 0, 10;
        /// Overhead ID: index of the bandwidth overhead of a packet, 0..=15
        /// (IEC 61883-1, clause 7.7, table of overhead IDs).
        overhead_id, with_overhead_id: u8 = 10, 4;
        /// Speed of the stream: 0 = S100, 1 = S200, 2 = S400, 3 = see the extended rate.
        data_rate, with_data_rate: u8 = 14, 2;
        /// Isochronous channel, 0..=63.
        channel, with_channel: u8 = 16, 6;
        /// Reserved bits (later editions: extended data rate).
        reserved, with_reserved: u8 = 22, 2;
        /// Point-to-point connection counter, 0..=63.
        point_to_point, with_point_to_point: u8 = 24, 6;
        /// Broadcast connection counter, 0 or 1.
        broadcast, with_broadcast: u8 = 30, 1;
        /// 1 when the plug is on-line.
        online, with_online: u8 = 31, 1;
    }
}

impl Opcr {
    /// Units of bandwidth that the plug's stream takes while it is connected, see
    /// [`bandwidth_units`].
    #[must_use]
    pub const fn bandwidth_units(self) -> u32 {
        bandwidth_units(self.payload(), self.overhead_id(), self.data_rate())
    }
}

register! {
    /// Input plug control register (IEC 61883-1, clause 7.8; `IPCR` of 61883.h).
    Ipcr {
        /// Reserved, low 16 bits.
        reserved0, with_reserved0: u16 = 0, 16;
        /// Isochronous channel, 0..=63.
        channel, with_channel: u8 = 16, 6;
        /// Reserved, bits 22 and 23.
        reserved1, with_reserved1: u8 = 22, 2;
        /// Point-to-point connection counter, 0..=63.
        point_to_point, with_point_to_point: u8 = 24, 6;
        /// Broadcast connection counter, 0 or 1.
        broadcast, with_broadcast: u8 = 30, 1;
        /// 1 when the plug is on-line.
        online, with_online: u8 = 31, 1;
    }
}

register! {
    /// Output master plug register (IEC 61883-1, clause 7.5).
    Ompr {
        /// Number of output plugs, 0..=31.
        plugs, with_plugs: u8 = 0, 5;
        /// Reserved (later editions: extended data rate capability).
        reserved, with_reserved: u8 = 5, 3;
        /// Extension field that a bus reset leaves alone.
        persistent_extension, with_persistent_extension: u8 = 8, 8;
        /// Extension field that a bus reset clears.
        non_persistent_extension, with_non_persistent_extension: u8 = 16, 8;
        /// Base of the channels that broadcast output plugs use; 63 when there is none.
        broadcast_channel_base, with_broadcast_channel_base: u8 = 24, 6;
        /// Highest speed of the node's output plugs.
        data_rate, with_data_rate: u8 = 30, 2;
    }
}

register! {
    /// Input master plug register (IEC 61883-1, clause 7.6).
    Impr {
        /// Number of input plugs, 0..=31.
        plugs, with_plugs: u8 = 0, 5;
        /// Reserved (later editions: extended data rate capability).
        reserved, with_reserved: u8 = 5, 3;
        /// Extension field that a bus reset leaves alone.
        persistent_extension, with_persistent_extension: u8 = 8, 8;
        /// Extension field that a bus reset clears.
        non_persistent_extension, with_non_persistent_extension: u8 = 16, 8;
        /// Reserved, bits 24 to 29.
        reserved1, with_reserved1: u8 = 24, 6;
        /// Highest speed of the node's input plugs.
        data_rate, with_data_rate: u8 = 30, 2;
    }
}
