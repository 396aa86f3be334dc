//! Formats of a stream: what its CIP headers say and how its blocks are timed.

use super::block_period;
use crate::layout::c_struct;

c_struct! {
    /// Format of a stream, DDI version 3 (`CIP_DATA_FORMAT_VER3`); field names of the CIP header
    /// (IEC 61883-1, clause 6) in parentheses.
    CipDataFormat = "_CIP_DATA_FORMAT_VER3", size 20, align 4 {
        /// Format id (FMT).
        fmt: u8 = "FMT" @ 0,
        /// First byte of the format dependent field (FDF).
        fdf_hi: u8 = "FDF_hi" @ 1,
        /// Second byte of the format dependent field.
        fdf_mid: u8 = "FDF_mid" @ 2,
        /// Third byte of the format dependent field.
        fdf_lo: u8 = "FDF_lo" @ 3,
        /// 1 when source packets have a header (SPH).
        header: u8 = "bHeader" @ 4,
        /// Padding of a source packet in quadlets (QPC), 0..=7.
        padding: u8 = "Padding" @ 5,
        /// Size of a data block in quadlets (DBS), 0 standing for 256.
        block_size: u8 = "BlockSize" @ 6,
        /// A source packet is split into 2 to the power of this many blocks (FN), 0..=3.
        fraction: u8 = "Fraction" @ 7,
        /// Whole ticks of the 24.576 MHz clock that a data block takes.
        block_period: u32 = "BlockPeriod" @ 8,
        /// What remains of the block's time beyond the whole ticks, in billionths of a tick.
        block_period_remainder: u32 = "BlockPeriodRemainder" @ 12,
        /// Data blocks in a packet; used in blocking mode only.
        blocks_per_packet: u32 = "BlocksPerPacket" @ 16,
    }

    /// Format of a stream, DDI version 2 (`CIP_DATA_FORMAT_VER2`): as [`CipDataFormat`] without
    /// the number of blocks.
    CipDataFormatV2 = "_CIP_DATA_FORMAT_VER2", size 16, align 4 {
        /// See [`CipDataFormat::fmt`].
        fmt: u8 = "FMT" @ 0,
        /// See [`CipDataFormat::fdf_hi`].
        fdf_hi: u8 = "FDF_hi" @ 1,
        /// See [`CipDataFormat::fdf_mid`].
        fdf_mid: u8 = "FDF_mid" @ 2,
        /// See [`CipDataFormat::fdf_lo`].
        fdf_lo: u8 = "FDF_lo" @ 3,
        /// See [`CipDataFormat::header`].
        header: u8 = "bHeader" @ 4,
        /// See [`CipDataFormat::padding`].
        padding: u8 = "Padding" @ 5,
        /// See [`CipDataFormat::block_size`].
        block_size: u8 = "BlockSize" @ 6,
        /// See [`CipDataFormat::fraction`].
        fraction: u8 = "Fraction" @ 7,
        /// See [`CipDataFormat::block_period`].
        block_period: u32 = "BlockPeriod" @ 8,
        /// See [`CipDataFormat::block_period_remainder`].
        block_period_remainder: u32 = "BlockPeriodRemainder" @ 12,
    }
}

/// FMT byte of DV (IEC 61883-2): bit 7 set as in the second CIP quadlet, format id 0.
const FMT_DV: u8 = 0x80;
/// Bit of FDF_hi that tells 625 lines at 50 Hz from 525 lines at 60 Hz (IEC 61883-2).
const FDF_50_HZ: u8 = 0x80;
/// Quadlets of a data block of standard definition DV (IEC 61883-2): 480 bytes.
const BLOCK_SIZE_DV: u8 = 120;

impl CipDataFormat {
    /// Standard definition DV, 525 lines at 60 Hz ("NTSC"; IEC 61883-2).
    pub const DV_525_60: Self = Self {
        fmt: FMT_DV,
        fdf_hi: 0,
        fdf_mid: 0,
        fdf_lo: 0,
        header: 0,
        padding: 0,
        block_size: BLOCK_SIZE_DV,
        fraction: 0,
        block_period: block_period::DVCR_525_60,
        block_period_remainder: block_period::DVCR_525_60_REMAINDER,
        blocks_per_packet: 0,
    };

    /// Standard definition DV, 625 lines at 50 Hz ("PAL"; IEC 61883-2).
    pub const DV_625_50: Self = Self {
        fdf_hi: FDF_50_HZ,
        block_period: block_period::DVCR_625_50,
        block_period_remainder: block_period::DVCR_625_50_REMAINDER,
        ..Self::DV_525_60
    };

    /// The format without the number of blocks, for DDI version 2.
    #[must_use]
    pub const fn to_v2(self) -> CipDataFormatV2 {
        CipDataFormatV2 {
            fmt: self.fmt,
            fdf_hi: self.fdf_hi,
            fdf_mid: self.fdf_mid,
            fdf_lo: self.fdf_lo,
            header: self.header,
            padding: self.padding,
            block_size: self.block_size,
            fraction: self.fraction,
            block_period: self.block_period,
            block_period_remainder: self.block_period_remainder,
        }
    }
}

impl From<CipDataFormatV2> for CipDataFormat {
    fn from(v2: CipDataFormatV2) -> Self {
        Self {
            fmt: v2.fmt,
            fdf_hi: v2.fdf_hi,
            fdf_mid: v2.fdf_mid,
            fdf_lo: v2.fdf_lo,
            header: v2.header,
            padding: v2.padding,
            block_size: v2.block_size,
            fraction: v2.fraction,
            block_period: v2.block_period,
            block_period_remainder: v2.block_period_remainder,
            blocks_per_packet: 0,
        }
    }
}
