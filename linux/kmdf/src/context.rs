//! Object contexts and the attributes that describe them.

use alloc::boxed::Box;
use core::ffi::CStr;

use wdk_sys::{
    NTSTATUS, PCWDF_OBJECT_CONTEXT_TYPE_INFO, PFN_WDF_OBJECT_CONTEXT_CLEANUP,
    PFN_WDF_OBJECT_CONTEXT_DESTROY, PVOID, PWDF_OBJECT_ATTRIBUTES, WDF_OBJECT_ATTRIBUTES,
    WDF_OBJECT_CONTEXT_TYPE_INFO, WDFOBJECT,
};

use crate::client::Client;
use crate::object::Object;
use crate::sync::lock;
use crate::{ffi, pool, status, verifier};

/// One context of an object: callbacks and, with a type, memory.
pub(crate) struct Context {
    /// Null: callbacks without memory.
    unique_type: PCWDF_OBJECT_CONTEXT_TYPE_INFO,
    block: *mut Block,
    size: usize,
    cleanup: PFN_WDF_OBJECT_CONTEXT_CLEANUP,
    destroy: PFN_WDF_OBJECT_CONTEXT_DESTROY,
}

/// What stands in front of a context's memory.
#[repr(C, align(16))]
struct Block {
    magic: u64,
    handle: u64,
}

const MAGIC: u64 = u64::from_le_bytes(*b"WdfCtxt\0");

impl Context {
    fn memory(&self) -> PVOID {
        if self.block.is_null() {
            core::ptr::null_mut()
        } else {
            self.block.wrapping_add(1).cast()
        }
    }

    pub(crate) fn clean_up(&self, object: &Object) {
        if let Some(callback) = self.cleanup {
            verifier::callback(object.client, "EvtCleanupCallback", || {
                // SAFETY: the driver's callback, with the handle it is documented to get.
                unsafe { callback(object.raw()) };
            });
        }
    }

    pub(crate) fn destroy(&self, object: &Object) {
        if let Some(callback) = self.destroy {
            verifier::callback(object.client, "EvtDestroyCallback", || {
                // SAFETY: as in `clean_up`.
                unsafe { callback(object.raw()) };
            });
        }
    }
}

/// Frees a context of a destroyed object.
pub(crate) fn free(client: &Client, context: &'static Context) {
    let context = core::ptr::from_ref(context).cast_mut();
    // SAFETY: `attach` boxed it, and the object that knew it is gone.
    let context = unsafe { Box::from_raw(context) };
    if !context.block.is_null() {
        pool::free(
            client,
            context.block.cast(),
            size_of::<Block>() + context.size,
        );
    }
}

/// The pointer that names a context type: that of the type's one unique instance.
fn unique(info: PCWDF_OBJECT_CONTEXT_TYPE_INFO) -> PCWDF_OBJECT_CONTEXT_TYPE_INFO {
    match ffi::get(info) {
        Some(info) if !info.UniqueType.is_null() => info.UniqueType,
        _ => info,
    }
}

/// A type's name, for reports.
fn name(info: PCWDF_OBJECT_CONTEXT_TYPE_INFO) -> &'static str {
    ffi::get(info)
        .filter(|info| !info.ContextName.is_null())
        .map_or("?", |info| {
            // SAFETY: the name is a C string that lives as long as the driver.
            unsafe { CStr::from_ptr(info.ContextName.cast()) }
                .to_str()
                .unwrap_or("?")
        })
}

/// What a kind of object allows in its attributes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parent {
    /// The driver is the parent if none is named.
    Optional,
    /// One must be named.
    Required,
    /// The framework sets it.
    Forbidden,
}

/// Attributes that were checked.
#[derive(Clone, Copy, Default)]
pub(crate) struct Attributes(Option<WDF_OBJECT_ATTRIBUTES>);

// SAFETY: the pointers in the attributes are to the driver's statics.
unsafe impl Send for Attributes {}
// SAFETY: as above.
unsafe impl Sync for Attributes {}

/// Whether a kind of object takes synchronization scopes and execution levels.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Allowed,
    NotAllowed,
}

impl Attributes {
    /// Checks what the driver gave.
    pub(crate) fn check(
        attributes: PWDF_OBJECT_ATTRIBUTES,
        parent: Parent,
        scope: Scope,
    ) -> Result<Self, NTSTATUS> {
        let Some(given) = ffi::get(attributes.cast_const()) else {
            return match parent {
                Parent::Required => Err(status::WDF_PARENT_NOT_SPECIFIED),
                _ => Ok(Self(None)),
            };
        };
        if given.Size as usize != size_of::<WDF_OBJECT_ATTRIBUTES>() {
            return Err(status::INFO_LENGTH_MISMATCH);
        }
        if let Some(info) = ffi::get(given.ContextTypeInfo) {
            if info.Size as usize != size_of::<WDF_OBJECT_CONTEXT_TYPE_INFO>() {
                return Err(status::INFO_LENGTH_MISMATCH);
            }
            if given.ContextSizeOverride != 0 && given.ContextSizeOverride < info.ContextSize {
                return Err(status::WDF_OBJECT_ATTRIBUTES_INVALID);
            }
        } else if given.ContextSizeOverride != 0 {
            return Err(status::WDF_OBJECT_ATTRIBUTES_INVALID);
        }
        use wdk_sys::{_WDF_EXECUTION_LEVEL as level, _WDF_SYNCHRONIZATION_SCOPE as scopes};
        if given.ExecutionLevel == level::WdfExecutionLevelInvalid
            || given.SynchronizationScope == scopes::WdfSynchronizationScopeInvalid
        {
            return Err(status::WDF_OBJECT_ATTRIBUTES_INVALID);
        }
        let synchronized = given.SynchronizationScope == scopes::WdfSynchronizationScopeDevice
            || given.SynchronizationScope == scopes::WdfSynchronizationScopeQueue;
        if scope == Scope::NotAllowed && synchronized {
            return Err(status::WDF_SYNCHRONIZATION_SCOPE_INVALID);
        }
        match parent {
            Parent::Required if given.ParentObject.is_null() => {
                Err(status::WDF_PARENT_NOT_SPECIFIED)
            }
            Parent::Forbidden if !given.ParentObject.is_null() => {
                Err(status::WDF_PARENT_ASSIGNMENT_NOT_ALLOWED)
            }
            _ => Ok(Self(Some(*given))),
        }
    }

    /// The named parent, or null.
    pub(crate) fn parent(&self) -> WDFOBJECT {
        self.0
            .map_or(core::ptr::null_mut(), |given| given.ParentObject)
    }

    pub(crate) fn is_passive(&self) -> Option<bool> {
        use wdk_sys::_WDF_EXECUTION_LEVEL as level;
        match self.0?.ExecutionLevel {
            level::WdfExecutionLevelPassive => Some(true),
            level::WdfExecutionLevelDispatch => Some(false),
            _ => None,
        }
    }

    pub(crate) fn is_synchronized(&self) -> bool {
        use wdk_sys::_WDF_SYNCHRONIZATION_SCOPE as scopes;
        self.0.is_some_and(|given| {
            given.SynchronizationScope == scopes::WdfSynchronizationScopeDevice
                || given.SynchronizationScope == scopes::WdfSynchronizationScopeQueue
        })
    }

    /// Gives the object the context that the attributes describe.
    pub(crate) fn attach(&self, object: &'static Object) -> NTSTATUS {
        let mut memory = core::ptr::null_mut();
        match self.0 {
            Some(given) => attach(object, &given, &mut memory),
            None => status::SUCCESS,
        }
    }
}

/// Gives an object one more context.
fn attach(object: &'static Object, given: &WDF_OBJECT_ATTRIBUTES, memory: &mut PVOID) -> NTSTATUS {
    if given.ContextTypeInfo.is_null()
        && given.EvtCleanupCallback.is_none()
        && given.EvtDestroyCallback.is_none()
    {
        return status::SUCCESS;
    }
    let unique_type = unique(given.ContextTypeInfo);
    if let Some(existing) = find(object, unique_type) {
        *memory = existing;
        return status::OBJECT_NAME_EXISTS;
    }
    let mut block: *mut Block = core::ptr::null_mut();
    let mut size = 0;
    if let Some(info) = ffi::get(given.ContextTypeInfo) {
        size = if given.ContextSizeOverride != 0 {
            given.ContextSizeOverride
        } else {
            info.ContextSize
        };
        let Some(memory) = pool::zeroed(object.client, size_of::<Block>() + size) else {
            return status::INSUFFICIENT_RESOURCES;
        };
        block = memory.cast();
        // SAFETY: the pool's block is large enough for the header and aligned to 16.
        unsafe {
            block.write(Block {
                magic: MAGIC,
                handle: object.handle,
            });
        }
    }
    let context: &'static Context = Box::leak(Box::new(Context {
        unique_type,
        block,
        size,
        cleanup: given.EvtCleanupCallback,
        destroy: given.EvtDestroyCallback,
    }));
    *memory = context.memory();
    object.contexts(&lock(), |contexts| contexts.push(context));
    status::SUCCESS
}

/// The memory of an object's context of a type.
pub(crate) fn find(object: &Object, info: PCWDF_OBJECT_CONTEXT_TYPE_INFO) -> Option<PVOID> {
    let wanted = unique(info);
    if wanted.is_null() {
        return None;
    }
    object.contexts(&lock(), |contexts| {
        contexts
            .iter()
            .find(|context| context.unique_type == wanted)
            .map(|found| found.memory())
    })
}

/// `WdfObjectAllocateContext`: a further context for an object.
pub(crate) fn allocate(
    object: &'static Object,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    memory: &mut PVOID,
) -> NTSTATUS {
    match Attributes::check(attributes, Parent::Forbidden, Scope::Allowed) {
        Ok(Attributes(Some(given))) if !given.ContextTypeInfo.is_null() => {
            if object.is_alive(&lock()) {
                attach(object, &given, memory)
            } else {
                status::DELETE_PENDING
            }
        }
        Ok(_) => status::INVALID_PARAMETER,
        Err(status) => status,
    }
}

/// The handle of the object that owns a context, null if `memory` is none.
pub(crate) fn owner(memory: PVOID) -> WDFOBJECT {
    let block = memory.cast::<Block>().wrapping_sub(1);
    // SAFETY: the driver hands in a context pointer, which stands behind a block's header.
    match unsafe { &*block } {
        Block {
            magic: MAGIC,
            handle,
        } => *handle as WDFOBJECT,
        _ => core::ptr::null_mut(),
    }
}

/// Names the first context type of an object, for leak reports.
pub(crate) fn describe(guard: &crate::sync::Guard, object: &Object) -> &'static str {
    object.contexts(guard, |contexts| {
        contexts.first().map_or("no context", |context| {
            if context.unique_type.is_null() {
                "callbacks only"
            } else {
                name(context.unique_type)
            }
        })
    })
}
