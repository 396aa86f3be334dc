//! Typed object contexts.

use wdk_sys::{PCWDF_OBJECT_CONTEXT_TYPE_INFO, WDF_OBJECT_CONTEXT_TYPE_INFO};

/// A type that can be an object's context. Implemented by [`context_type!`](crate::context_type).
///
/// # Safety
/// All bytes zero is a valid value of the type (the framework zeroes a context and runs no
/// constructor), the type needs no drop, and its alignment is at most 16.
pub unsafe trait Context: Sync + Sized {
    /// The type's identity to the framework.
    fn info() -> &'static ContextInfo;
}

/// `WDF_OBJECT_CONTEXT_TYPE_INFO` of a context type.
#[repr(transparent)]
pub struct ContextInfo(WDF_OBJECT_CONTEXT_TYPE_INFO);

// SAFETY: the structure is never written after it is made.
unsafe impl Sync for ContextInfo {}

impl ContextInfo {
    /// Describes a context type of `size` bytes; `unique` is the static that holds the result.
    #[must_use]
    pub const fn new(name: &'static core::ffi::CStr, size: usize, unique: *const Self) -> Self {
        Self(WDF_OBJECT_CONTEXT_TYPE_INFO {
            Size: crate::size_field::<WDF_OBJECT_CONTEXT_TYPE_INFO>(),
            ContextName: name.as_ptr().cast_mut().cast(),
            ContextSize: size,
            UniqueType: unique.cast(),
            EvtDriverGetUniqueContextType: None,
        })
    }

    pub(crate) const fn raw(&self) -> PCWDF_OBJECT_CONTEXT_TYPE_INFO {
        &raw const self.0
    }
}

/// Makes a type usable as an object context.
///
/// The expansion's `unsafe impl` is the promise of [`Context`]: zero bytes are a valid value,
/// and nothing needs dropping. Use it on structures of integers, atomics, `Option` of handles
/// and [`core::cell::UnsafeCell`]s of such only.
#[macro_export]
macro_rules! context_type {
    ($type:ty, $name:literal) => {
        // SAFETY: promised by the user of the macro, see its documentation; drop is checked.
        unsafe impl $crate::Context for $type {
            fn info() -> &'static $crate::ContextInfo {
                const _: () = assert!(!::core::mem::needs_drop::<$type>());
                const _: () = assert!(::core::mem::align_of::<$type>() <= 16);
                static INFO: $crate::ContextInfo = $crate::ContextInfo::new(
                    $name,
                    ::core::mem::size_of::<$type>(),
                    &raw const INFO,
                );
                &INFO
            }
        }
    };
}
