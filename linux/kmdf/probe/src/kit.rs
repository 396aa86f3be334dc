//! Short forms of what every scenario does.

use wdk_sys::{
    NTSTATUS, PCWDF_OBJECT_CONTEXT_TYPE_INFO, PVOID, ULONG, UNICODE_STRING, WDF_OBJECT_ATTRIBUTES,
    WDF_OBJECT_CONTEXT_TYPE_INFO, WDFOBJECT,
};

use crate::note;

/// Calls a framework function.
#[macro_export]
macro_rules! wdf {
    ($function:ident $(, $argument:expr)* $(,)?) => {{
        #[allow(unused_unsafe, reason = "a scenario may call within a larger unsafe block")]
        #[allow(clippy::let_unit_value, reason = "not every function returns something")]
        // SAFETY: the scenario passes what the function is documented to take, or what the row
        // that it observes says.
        let result = unsafe { wdk_sys::call_unsafe_wdf_function_binding!($function $(, $argument)*) };
        // Not every scenario looks at it.
        result
    }};
}

/// A context: an object's name for the notes, and a number for the scenario.
#[repr(C)]
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) name: Option<&'static str>,
    pub(crate) number: u64,
}

/// A context type's description, in memory that never moves.
pub(crate) struct TypeInfo(pub(crate) WDF_OBJECT_CONTEXT_TYPE_INFO);

// SAFETY: it is only read.
unsafe impl Sync for TypeInfo {}

const fn info(name: &'static core::ffi::CStr, size: usize) -> WDF_OBJECT_CONTEXT_TYPE_INFO {
    WDF_OBJECT_CONTEXT_TYPE_INFO {
        Size: size_of::<WDF_OBJECT_CONTEXT_TYPE_INFO>() as ULONG,
        ContextName: name.as_ptr().cast_mut(),
        ContextSize: size,
        UniqueType: core::ptr::null(),
        EvtDriverGetUniqueContextType: None,
    }
}

pub(crate) static NAMED: TypeInfo = TypeInfo(info(c"Named", size_of::<Named>()));
pub(crate) static OTHER: TypeInfo = TypeInfo(info(c"Other", size_of::<Named>()));

impl TypeInfo {
    pub(crate) fn get(&'static self) -> PCWDF_OBJECT_CONTEXT_TYPE_INFO {
        &raw const self.0
    }
}

/// Attributes with nothing in them.
pub(crate) fn plain() -> WDF_OBJECT_ATTRIBUTES {
    WDF_OBJECT_ATTRIBUTES {
        Size: size_of::<WDF_OBJECT_ATTRIBUTES>() as ULONG,
        ExecutionLevel: wdk_sys::_WDF_EXECUTION_LEVEL::WdfExecutionLevelInheritFromParent,
        SynchronizationScope:
            wdk_sys::_WDF_SYNCHRONIZATION_SCOPE::WdfSynchronizationScopeInheritFromParent,
        ..WDF_OBJECT_ATTRIBUTES::default()
    }
}

/// Attributes with a parent.
pub(crate) fn under<T>(parent: *mut T) -> WDF_OBJECT_ATTRIBUTES {
    WDF_OBJECT_ATTRIBUTES {
        ParentObject: parent.cast(),
        ..plain()
    }
}

/// Attributes with the context [`Named`] and callbacks that note the name.
pub(crate) fn named<T>(parent: *mut T) -> WDF_OBJECT_ATTRIBUTES {
    WDF_OBJECT_ATTRIBUTES {
        ParentObject: parent.cast(),
        EvtCleanupCallback: Some(cleanup),
        EvtDestroyCallback: Some(destroy),
        ContextTypeInfo: NAMED.get(),
        ..plain()
    }
}

pub(crate) const NONE: WDFOBJECT = core::ptr::null_mut();

/// The context [`Named`] of an object.
pub(crate) fn context<'a, T>(object: *mut T) -> &'a mut Named {
    let memory: PVOID = wdf!(
        WdfObjectGetTypedContextWorker,
        object.cast::<core::ffi::c_void>(),
        NAMED.get()
    );
    // SAFETY: objects that this is asked of were made with `named`.
    unsafe { &mut *memory.cast::<Named>() }
}

pub(crate) fn name<T>(object: *mut T) -> &'static str {
    context(object).name.unwrap_or("?")
}

unsafe extern "C" fn cleanup(object: WDFOBJECT) {
    note!("cleanup {}", name(object));
}

unsafe extern "C" fn destroy(object: WDFOBJECT) {
    note!("destroy {}", name(object));
}

/// A general object with a name.
pub(crate) fn object(name: &'static str, parent: WDFOBJECT) -> WDFOBJECT {
    let mut attributes = named(parent);
    let mut object: WDFOBJECT = NONE;
    let status = wdf!(WdfObjectCreate, &raw mut attributes, &raw mut object);
    if status == 0 {
        context(object).name = Some(name);
    } else {
        note!("create {name} {status:08X}");
    }
    object
}

pub(crate) fn delete<T>(object: *mut T) {
    wdf!(WdfObjectDelete, object.cast::<core::ffi::c_void>());
}

pub(crate) fn reference<T>(object: *mut T) {
    let object = object.cast::<core::ffi::c_void>();
    wdf!(
        WdfObjectReferenceActual,
        object,
        core::ptr::null_mut(),
        0,
        c"".as_ptr()
    );
}

pub(crate) fn dereference<T>(object: *mut T) {
    let object = object.cast::<core::ffi::c_void>();
    wdf!(
        WdfObjectDereferenceActual,
        object,
        core::ptr::null_mut(),
        0,
        c"".as_ptr()
    );
}

/// `RTL_CONSTANT_STRING`
pub(crate) fn wide(text: &'static [u16]) -> UNICODE_STRING {
    let bytes = (text.len() * 2) as u16;
    UNICODE_STRING {
        Length: bytes,
        MaximumLength: bytes,
        Buffer: text.as_ptr().cast_mut(),
    }
}

/// A UTF-16 constant from ASCII.
#[macro_export]
macro_rules! utf16 {
    ($text:literal) => {{
        const TEXT: [u16; $text.len()] = {
            let bytes = $text.as_bytes();
            let mut units = [0; $text.len()];
            let mut index = 0;
            while index < bytes.len() {
                units[index] = bytes[index] as u16;
                index += 1;
            }
            units
        };
        static STORED: [u16; TEXT.len()] = TEXT;
        $crate::kit::wide(&STORED)
    }};
}

/// `NTSTATUS` as the table writes it.
pub(crate) struct Status(pub(crate) NTSTATUS);

impl core::fmt::Display for Status {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        if self.0 == 0 {
            f.write_str("0")
        } else {
            write!(f, "{:08X}", self.0)
        }
    }
}
