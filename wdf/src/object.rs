//! What all framework objects share: handles, attributes, references, deletion.

use wdk_sys::{WDF_OBJECT_ATTRIBUTES, WDFOBJECT, call_unsafe_wdf_function_binding};

use crate::context::Context;
use crate::size_field;

/// A typed handle of a framework object.
pub trait Handle: Copy {
    /// The handle as the type that object DDIs take.
    fn raw_object(self) -> WDFOBJECT;

    /// The object's context of type `C`, `None` when the object has none of that type.
    /// (`WdfObjectGetTypedContextWorker`, any IRQL)
    ///
    /// The reference lives as long as the object; that is the caller's to see to, as with every
    /// use of the handle.
    fn context<'a, C: Context + 'a>(self) -> Option<&'a C> {
        // SAFETY: the handle is that of a live object, and the type information is static.
        let context = unsafe {
            call_unsafe_wdf_function_binding!(
                WdfObjectGetTypedContextWorker,
                self.raw_object(),
                C::info().raw()
            )
        };
        // SAFETY: the framework gives memory of the type's size and alignment, zeroed when it
        // was made, which `Context` promises to be a valid value; it lives with the object.
        unsafe { context.cast::<C>().as_ref() }
    }

    /// Deletes the object and its children. (`WdfObjectDelete`, IRQL <= DISPATCH_LEVEL; a device
    /// PASSIVE_LEVEL)
    fn delete(self) {
        // SAFETY: the handle is that of a live object that the driver made.
        unsafe { call_unsafe_wdf_function_binding!(WdfObjectDelete, self.raw_object()) }
    }

    /// Takes a reference that keeps the handle valid until it is dropped. (`WdfObjectReference`,
    /// IRQL <= DISPATCH_LEVEL)
    fn reference(self) -> Reference<Self> {
        // SAFETY: the handle is that of a live object.
        unsafe {
            call_unsafe_wdf_function_binding!(
                WdfObjectReferenceActual,
                self.raw_object(),
                core::ptr::null_mut(),
                0,
                c"".as_ptr().cast_mut()
            );
        }
        Reference(self)
    }
}

/// Keeps an object's handle valid; given back when dropped.
#[derive(Debug)]
pub struct Reference<H: Handle>(H);

impl<H: Handle> Reference<H> {
    /// The handle.
    #[must_use]
    pub fn handle(&self) -> H {
        self.0
    }
}

impl<H: Handle> Drop for Reference<H> {
    fn drop(&mut self) {
        // SAFETY: `Handle::reference` took the reference that is given back here.
        unsafe {
            call_unsafe_wdf_function_binding!(
                WdfObjectDereferenceActual,
                self.0.raw_object(),
                core::ptr::null_mut(),
                0,
                c"".as_ptr().cast_mut()
            );
        }
    }
}

/// Builder of `WDF_OBJECT_ATTRIBUTES`.
pub struct Attributes(WDF_OBJECT_ATTRIBUTES);

impl Default for Attributes {
    fn default() -> Self {
        Self::new()
    }
}

impl Attributes {
    /// Default parent, no context, execution level and synchronization of the parent.
    #[must_use]
    pub fn new() -> Self {
        Self(WDF_OBJECT_ATTRIBUTES {
            Size: size_field::<WDF_OBJECT_ATTRIBUTES>(),
            ExecutionLevel: wdk_sys::_WDF_EXECUTION_LEVEL::WdfExecutionLevelInheritFromParent,
            SynchronizationScope:
                wdk_sys::_WDF_SYNCHRONIZATION_SCOPE::WdfSynchronizationScopeInheritFromParent,
            ..WDF_OBJECT_ATTRIBUTES::default()
        })
    }

    /// The object is deleted with `parent`.
    #[must_use]
    pub fn parent(mut self, parent: impl Handle) -> Self {
        self.0.ParentObject = parent.raw_object();
        self
    }

    /// The object gets a context of type `C`, zeroed.
    #[must_use]
    pub fn context<C: Context>(mut self) -> Self {
        self.0.ContextTypeInfo = C::info().raw();
        self
    }

    /// Callbacks of the object come at PASSIVE_LEVEL.
    #[must_use]
    pub fn passive(mut self) -> Self {
        self.0.ExecutionLevel = wdk_sys::_WDF_EXECUTION_LEVEL::WdfExecutionLevelPassive;
        self
    }

    pub(crate) fn raw(&mut self) -> *mut WDF_OBJECT_ATTRIBUTES {
        &raw mut self.0
    }
}

/// Declares a handle type over a WDF handle.
macro_rules! handle_type {
    ($(#[$meta:meta])* $name:ident($raw:ty)) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(transparent)]
        pub struct $name($raw);

        // SAFETY: a WDF handle may be used from every thread; the framework locks.
        unsafe impl Send for $name {}
        // SAFETY: as above.
        unsafe impl Sync for $name {}

        impl $crate::Handle for $name {
            fn raw_object(self) -> wdk_sys::WDFOBJECT {
                self.0.cast()
            }
        }

        #[allow(dead_code, reason = "not every handle type comes from outside")]
        impl $name {
            /// Takes a raw handle.
            ///
            /// # Safety
            /// `raw` is the handle of a live object of this type.
            #[must_use]
            pub const unsafe fn from_raw(raw: $raw) -> Self {
                Self(raw)
            }

            /// The raw handle.
            #[must_use]
            pub const fn raw(self) -> $raw {
                self.0
            }
        }
    };
}
pub(crate) use handle_type;
