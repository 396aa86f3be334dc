//! What the stand-in does beside the framework's functions: pool accounts, low memory, trace. This
//! runs in a driver of its own, named `services`; `conformance/tests/services.rs` looks at it.

use tracelogging::{define_provider, write_event};
use wdk_sys::{MDL, NTSTATUS, POOL_FLAG_NON_PAGED, PVOID, ULONG, WDFMEMORY, WDFSPINLOCK, ntddk};

use crate::kit::{NONE, delete, named, plain};
use crate::wdf;

define_provider!(PROVIDER, "Probe.Services");

const TAG: ULONG = u32::from_le_bytes(*b"Prob");
const SIZE: u64 = 100;
const INSUFFICIENT_RESOURCES: NTSTATUS = 0xC000_009A_u32 as NTSTATUS;

/// What the driver's DriverEntry answers when all went well: it has nothing to stay for.
const DONE: NTSTATUS = 0xC000_0001_u32 as NTSTATUS;

/// Allocates in each way that there is, gives all of it back, and traces how that went.
pub(crate) fn run() -> NTSTATUS {
    // SAFETY: unregistered below, before the driver can be unloaded.
    unsafe { PROVIDER.register() };
    let status = own();
    let long = [b'x'; 300];
    write_event!(
        PROVIDER,
        "Allocated",
        level(Warning),
        keyword(0x21),
        u8("Small", &7),
        u32_hex("Tag", &TAG),
        i32("Negative", &-5),
        u64("Large", &(1 << 40)),
        bool8("Good", &(status == 0)),
        win_ntstatus("Status", &status),
        guid("Id", &tracelogging::Guid::from_u128(&0x0011_2233_4455_6677_8899_aabb_ccdd_eeff)),
        str8("Text", "grüß".as_bytes()),
        str16("Wide", &[0x61, 0xFC]),
        u8_slice("List", &[1, 2, 3]),
        struct("Inner", { u16("A", &1), cstr8("B", b"b") }),
        str8("Long", &long),
    );
    PROVIDER.unregister();
    if status == 0 { DONE } else { status }
}

/// The driver's own pool, a memory descriptor list, then framework objects.
fn own() -> NTSTATUS {
    // SAFETY: plain requests for memory.
    let block = unsafe { ntddk::ExAllocatePool2(POOL_FLAG_NON_PAGED, SIZE, TAG) };
    if block.is_null() {
        return INSUFFICIENT_RESOURCES;
    }
    let status = described(block);
    // SAFETY: allocated above.
    unsafe { ntddk::ExFreePoolWithTag(block, TAG) };
    status
}

fn described(block: PVOID) -> NTSTATUS {
    // SAFETY: the block has that many bytes.
    let mdl: *mut MDL =
        unsafe { ntddk::IoAllocateMdl(block, SIZE as ULONG, 0, 0, core::ptr::null_mut()) };
    if mdl.is_null() {
        return INSUFFICIENT_RESOURCES;
    }
    // SAFETY: the list is new and describes non-paged pool.
    let mapped = unsafe {
        ntddk::MmBuildMdlForNonPagedPool(mdl);
        (*mdl).MappedSystemVa
    };
    let status = if mapped == block {
        objects()
    } else {
        0xC000_0005_u32 as NTSTATUS
    };
    // SAFETY: allocated above.
    unsafe { ntddk::IoFreeMdl(mdl) };
    status
}

fn objects() -> NTSTATUS {
    let mut memory: WDFMEMORY = core::ptr::null_mut();
    let mut buffer: PVOID = core::ptr::null_mut();
    let mut attributes = named(NONE);
    let status = wdf!(
        WdfMemoryCreate,
        &raw mut attributes,
        wdk_sys::_POOL_TYPE::NonPagedPoolNx,
        TAG,
        SIZE as usize,
        &raw mut memory,
        &raw mut buffer
    );
    if status != 0 {
        return status;
    }
    let mut lock: WDFSPINLOCK = core::ptr::null_mut();
    let mut attributes = plain();
    let status = wdf!(WdfSpinLockCreate, &raw mut attributes, &raw mut lock);
    if status == 0 {
        delete(lock);
    }
    delete(memory);
    status
}
