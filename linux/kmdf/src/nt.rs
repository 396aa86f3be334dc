//! Routines of Wine that no WDM header declares, or declares as macros only.

use core::ffi::CStr;

use wdk_sys::{
    DRIVER_OBJECT, LARGE_INTEGER, NTSTATUS, POOL_TYPE, PUNICODE_STRING, PVOID, SIZE_T, STRING,
    ULONG, UNICODE_STRING,
};

/// `DriverEntry` of a driver that is made by name.
pub(crate) type Initialize =
    unsafe extern "system" fn(*mut DRIVER_OBJECT, PUNICODE_STRING) -> NTSTATUS;

#[link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")]
unsafe extern "system" {
    fn ZwYieldExecution() -> NTSTATUS;
    fn KeQuerySystemTime(time: *mut LARGE_INTEGER);
    fn IoCreateDriver(name: PUNICODE_STRING, initialize: Initialize) -> NTSTATUS;
}

unsafe extern "system" {
    /// Not counted for any driver; see `linux/wdk-build/libs/pool.c`.
    fn RealExAllocatePoolWithTag(pool: POOL_TYPE, size: SIZE_T, tag: ULONG) -> PVOID;
}

#[link(name = "ntdll.dll", kind = "raw-dylib", modifiers = "+verbatim")]
unsafe extern "system" {
    fn LdrAddRefDll(flags: ULONG, module: PVOID) -> NTSTATUS;
    fn LdrGetProcedureAddress(
        module: PVOID,
        name: *const STRING,
        ordinal: ULONG,
        address: *mut PVOID,
    ) -> NTSTATUS;
}

/// Lets other threads run.
pub(crate) fn yield_now() {
    // SAFETY: takes no arguments, callable on every thread.
    unsafe { ZwYieldExecution() };
}

/// A block of non-paged pool, or null.
pub(crate) fn allocate(size: usize, tag: u32) -> *mut u8 {
    const NON_PAGED: POOL_TYPE = 0;
    // SAFETY: any size may be asked for.
    unsafe { RealExAllocatePoolWithTag(NON_PAGED, size.max(1) as SIZE_T, tag).cast() }
}

/// Time since boot in units of 100 ns. Wine's `KeQueryInterruptTime` counts milliseconds, so this
/// asks the performance counter, which counts what its frequency says.
pub(crate) fn interrupt_time() -> i64 {
    let mut frequency = LARGE_INTEGER::default();
    // SAFETY: the out pointer is a live local, and every bit pattern is a number.
    let (ticks, frequency) = unsafe {
        let ticks = wdk_sys::ntddk::KeQueryPerformanceCounter(&raw mut frequency).QuadPart;
        (i128::from(ticks), i128::from(frequency.QuadPart.max(1)))
    };
    (ticks * 10_000_000 / frequency) as i64
}

/// Time since 1601 in units of 100 ns.
pub(crate) fn system_time() -> i64 {
    let mut time = LARGE_INTEGER::default();
    // SAFETY: the out pointer is a live local, and every bit pattern is a number.
    unsafe {
        KeQuerySystemTime(&raw mut time);
        time.QuadPart
    }
}

/// Keeps this module loaded for ever: its threads outlive the last client.
pub(crate) fn pin_module(module: PVOID) {
    const PIN: ULONG = 1;
    // SAFETY: `module` is this image's own base address.
    unsafe { LdrAddRefDll(PIN, module) };
}

/// What a module exports under a name, or null.
pub(crate) fn export(module: PVOID, name: &CStr) -> PVOID {
    let length = name.count_bytes() as u16;
    let name = STRING {
        Length: length,
        MaximumLength: length,
        Buffer: name.as_ptr().cast_mut(),
    };
    let mut address: PVOID = core::ptr::null_mut();
    // SAFETY: the module is loaded; the structures are live locals.
    let status = unsafe { LdrGetProcedureAddress(module, &raw const name, 0, &raw mut address) };
    if status == 0 {
        address
    } else {
        core::ptr::null_mut()
    }
}

/// Makes a driver object that belongs to no image.
pub(crate) fn create_driver(name: &mut UNICODE_STRING, initialize: Initialize) -> NTSTATUS {
    // SAFETY: the name is live; the routine makes a good driver of the object.
    unsafe { IoCreateDriver(name, initialize) }
}

/// The calling thread's number.
pub(crate) fn thread_id() -> u32 {
    let id: u64;
    // SAFETY: gs points at the thread's environment block; its client id's second half is the
    // thread's number. Every Wine thread has one.
    unsafe {
        core::arch::asm!("mov {}, gs:[0x48]", out(reg) id, options(nostack, readonly, preserves_flags));
    }
    id as u32
}
