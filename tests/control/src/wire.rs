//! Structures as they stand in the buffers.

/// Declares structures with their sizes; all-zero is their default. The crate that does so needs
/// zerocopy.
#[macro_export]
macro_rules! wire {
    ($($(#[$meta:meta])* $name:ident = $size:literal {
        $($(#[$fmeta:meta])* $field:ident: $ty:ty,)*
    })*) => {$(
        $(#[$meta])*
        #[derive(
            Clone,
            Copy,
            Debug,
            PartialEq,
            Eq,
            zerocopy::FromBytes,
            zerocopy::IntoBytes,
            zerocopy::Immutable,
            zerocopy::KnownLayout,
        )]
        #[repr(C)]
        pub struct $name {
            $($(#[$fmeta])* pub $field: $ty,)*
        }

        const _: () = assert!(size_of::<$name>() == $size);

        impl Default for $name {
            fn default() -> Self {
                <Self as zerocopy::FromZeros>::new_zeroed()
            }
        }
    )*};
}

wire! {
    /// Starts every request.
    Header = 8 {
        /// Bytes of the whole request, this header included.
        size: u32,
        /// Version of the interface.
        version: u16,
        /// Zero.
        reserved: u16,
    }
}

impl Header {
    /// The header of a request of type `T`.
    #[must_use]
    pub const fn of<T>(version: u16) -> Self {
        Self {
            // No request is longer than 64 bytes.
            size: size_of::<T>() as u32,
            version,
            reserved: 0,
        }
    }

    /// It is that of a request of type `T`.
    #[must_use]
    pub const fn is_of<T>(&self, version: u16) -> bool {
        self.size as usize == size_of::<T>() && self.version == version && self.reserved == 0
    }
}
