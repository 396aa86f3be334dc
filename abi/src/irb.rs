//! Reading a quadlet over the bus: the little of 1394.h that it takes.
//!
//! A driver sends the bus driver an internal device control IRP with the code
//! [`IOCTL_1394_CLASS`], whose `Parameters.Others.Argument1` points to an IRB. Its layout here is
//! that of 64-bit kernels (x64 and ARM64), members aligned naturally.
//!
//! Size of an IRB: 136 bytes before the union, and the union's largest member,
//! `IRB_REQ_GET_MAX_SPEED_BETWEEN_DEVICES`: two ULONGs, 64 pointers and a ULONG, which take
//! 8 + 512 + 4 bytes and 4 of padding. Every other member of the union takes 104 bytes or less.

use crate::layout::c_struct;

/// Control code of the internal IRP that carries an IRB:
/// `CTL_CODE(FILE_DEVICE_UNKNOWN, 0x87, METHOD_IN_DIRECT, FILE_ANY_ACCESS)`.
pub const IOCTL_1394_CLASS: u32 = (0x22 << 16) | (0x87 << 2) | 1;

/// `FunctionNumber` of an asynchronous read.
pub const REQUEST_ASYNC_READ: u32 = 0;

/// Size of an IRB in bytes.
pub const IRB_SIZE: usize = 664;

/// Bytes of a quadlet.
const QUADLET: u32 = 4;

c_struct! {
    /// An IRB with the arguments of [`REQUEST_ASYNC_READ`] (`IRB_REQ_ASYNC_READ`). In non-paged
    /// memory while it is under way.
    AsyncReadIrb = "_IRB", size 664, align 8 {
        /// [`REQUEST_ASYNC_READ`].
        function: u32 = "FunctionNumber" @ 0,
        /// Zero.
        flags: u32 = "Flags" @ 4,
        /// The bus driver's own.
        bus_reserved: [u64; 8] = "BusReserved" @ 8,
        /// The port driver's own.
        port_reserved: [u64; 8] = "PortReserved" @ 72,
        /// Node to read from; the bus driver fills it.
        destination_id: u16 = "u.AsyncRead.DestinationAddress.IA_Destination_ID" @ 136,
        /// Zero.
        _pad0: u16,
        /// Bits 32..=47 of the address in the node's memory.
        offset_high: u16 = "u.AsyncRead.DestinationAddress.IA_Destination_Offset.Off_High" @ 140,
        /// Zero.
        _pad1: u16,
        /// Bits 0..=31 of the address in the node's memory.
        offset_low: u32 = "u.AsyncRead.DestinationAddress.IA_Destination_Offset.Off_Low" @ 144,
        /// Bytes to read.
        length: u32 = "u.AsyncRead.nNumberOfBytesToRead" @ 148,
        /// Bytes of each packet; 0 leaves it to the bus driver.
        block_size: u32 = "u.AsyncRead.nBlockSize" @ 152,
        /// Zero.
        read_flags: u32 = "u.AsyncRead.fulFlags" @ 156,
        /// Address of the MDL that describes the buffer. The bytes arrive as they are on the
        /// bus, the most significant one of a quadlet first.
        mdl: u64 = "u.AsyncRead.Mdl" @ 160,
        /// Bus generation that the caller knows; another one now is STATUS_INVALID_GENERATION.
        generation: u32 = "u.AsyncRead.ulGeneration" @ 168,
        /// Zero.
        priority: u8 = "u.AsyncRead.chPriority" @ 172,
        /// Zero: the bus driver takes the highest speed that works.
        speed: u8 = "u.AsyncRead.nSpeed" @ 173,
        /// Zero.
        transaction_code: u8 = "u.AsyncRead.tCode" @ 174,
        /// Zero.
        reserved: u8 = "u.AsyncRead.Reserved" @ 175,
        /// Out, when asked for by a flag: time that it took, in nanoseconds.
        elapsed_time: u32 = "u.AsyncRead.ElapsedTime" @ 176,
        /// Zero.
        _pad2: u32,
        /// Rest of the union `u`.
        _pad3: [u64; 60],
    }
}

const _: () = assert!(size_of::<AsyncReadIrb>() == IRB_SIZE);

impl AsyncReadIrb {
    /// Reads the quadlet at the address `offset` (48 bits; those beyond are cut off) in the
    /// device's memory into the buffer that `mdl` describes, if the bus is still in
    /// `generation`.
    #[must_use]
    pub fn quadlet(offset: u64, mdl: u64, generation: u32) -> Self {
        Self {
            function: REQUEST_ASYNC_READ,
            offset_high: (offset >> 32) as u16,
            offset_low: offset as u32,
            length: QUADLET,
            mdl,
            generation,
            ..Self::default()
        }
    }

    /// Address in the device's memory, 48 bits.
    #[must_use]
    pub const fn offset(&self) -> u64 {
        ((self.offset_high as u64) << 32) | self.offset_low as u64
    }
}
