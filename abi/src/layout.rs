//! Descriptions of C structures: what size and alignment each has and where each member stands.
//!
//! The macro `c_struct!` declares a structure, holds its size, alignment and member offsets by
//! compile-time assertions, and yields its [`Layout`]; a test compares every layout with the
//! table of facts in `tests/facts`. 64-bit kernels only: pointers and handles are `u64`.

/// Layout of a C structure, union or scalar.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Its C tag or type name.
    pub name: &'static str,
    /// Size in bytes.
    pub size: usize,
    /// Alignment in bytes.
    pub align: usize,
    /// Members in declaration order, paddings left out; empty for a scalar.
    pub members: &'static [Member],
}

/// Member of a [`Layout`].
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Its C name; empty for an anonymous structure or union.
    pub name: &'static str,
    /// Offset in bytes from the start of the structure that holds it.
    pub offset: usize,
    /// What stands there.
    pub kind: Kind,
}

/// What a [`Member`] is.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A scalar, an array, or a structure with members of its own.
    Whole(&'static Layout),
    /// A bit field: the bits that it covers of the little-endian value at the offset.
    Bits(u32),
}

impl Member {
    /// A member that is no bit field.
    #[must_use]
    pub const fn whole(name: &'static str, offset: usize, layout: &'static Layout) -> Self {
        Self {
            name,
            offset,
            kind: Kind::Whole(layout),
        }
    }

    /// A bit field that covers the bits of `mask` in the value at `offset`.
    #[must_use]
    pub const fn bits(name: &'static str, offset: usize, mask: u32) -> Self {
        Self {
            name,
            offset,
            kind: Kind::Bits(mask),
        }
    }
}

/// A type whose C layout is described.
pub trait CLayout {
    /// The description.
    const C_LAYOUT: Layout;
}

macro_rules! scalars {
    ($($ty:ty),*) => {$(
        impl CLayout for $ty {
            const C_LAYOUT: Layout = Layout {
                name: stringify!($ty),
                size: size_of::<$ty>(),
                align: align_of::<$ty>(),
                members: &[],
            };
        }
    )*};
}

scalars!(u8, u16, u32, u64);

impl<T: CLayout, const N: usize> CLayout for [T; N] {
    const C_LAYOUT: Layout = Layout {
        name: T::C_LAYOUT.name,
        size: size_of::<Self>(),
        align: align_of::<Self>(),
        members: &[],
    };
}

/// Declares C structures: `Name = "C_TAG", size N, align N { field: type = "cName" @ offset, }`.
/// A field without a C name is padding; `@ offset as LAYOUT` names another description than
/// that of the field's type.
macro_rules! c_struct {
    ($(
        $(#[$meta:meta])*
        $name:ident = $tag:literal, size $size:literal, align $align:literal {
            $(
                $(#[$fmeta:meta])*
                $field:ident: $ty:ty
                    $(= $cname:literal @ $offset:literal $(as $layout:path)?)?,
            )*
        }
    )*) => {$(
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, zerocopy::FromBytes, zerocopy::IntoBytes,
            zerocopy::Immutable, zerocopy::KnownLayout,
        )]
        #[repr(C)]
        pub struct $name {
            $($(#[$fmeta])* pub $field: $ty,)*
        }

        const _: () = {
            assert!(size_of::<$name>() == $size);
            assert!(align_of::<$name>() == $align);
            $($(assert!(core::mem::offset_of!($name, $field) == $offset);)?)*
        };

        impl Default for $name {
            fn default() -> Self {
                <Self as zerocopy::FromZeros>::new_zeroed()
            }
        }

        impl $crate::layout::CLayout for $name {
            const C_LAYOUT: $crate::layout::Layout = $crate::layout::Layout {
                name: $tag,
                size: size_of::<$name>(),
                align: align_of::<$name>(),
                members: &[$($(
                    $crate::layout::Member::whole(
                        $cname,
                        core::mem::offset_of!($name, $field),
                        $crate::layout::c_struct!(@layout $ty $(, $layout)?),
                    ),
                )?)*],
            };
        }
    )*};
    (@layout $ty:ty, $layout:path) => { &$layout };
    (@layout $ty:ty) => { &<$ty as $crate::layout::CLayout>::C_LAYOUT };
}

pub(crate) use c_struct;
