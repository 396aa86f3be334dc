//! What the stand-in does for a driver beside the framework's functions: it counts the driver's
//! pool and takes its trace. The other half is in `linux/wdk-build/libs`: `standin.h` has the
//! structure, `pool.c` and `trace.c` call what is in it.

use alloc::boxed::Box;

use wdk_sys::{BOOLEAN, NTSTATUS, PVOID, SIZE_T, ULONG};

use crate::client::Client;
use crate::trace::{self, EnableCallback, EventData, EventDescriptor, Guid};
use crate::{account, ffi, nt};

/// `STANDIN_SERVICES`
#[repr(C)]
pub(crate) struct Services {
    client: *const Client,
    may_allocate: extern "system" fn(*const Client) -> BOOLEAN,
    allocated: extern "system" fn(*const Client, PVOID, SIZE_T, ULONG),
    freed: extern "system" fn(*const Client, PVOID),
    register: extern "system" fn(
        *const Client,
        *const Guid,
        Option<EnableCallback>,
        PVOID,
        *mut u64,
    ) -> NTSTATUS,
    unregister: extern "system" fn(*const Client, u64) -> NTSTATUS,
    write: extern "system" fn(
        *const Client,
        u64,
        *const EventDescriptor,
        *const Guid,
        ULONG,
        *const EventData,
    ) -> NTSTATUS,
}

/// Where the image's `StandinServices` is; none in a driver that was built elsewhere.
fn place(client: &Client) -> Option<&'static mut *const Services> {
    let driver = ffi::get(client.driver_object.cast_const())?;
    ffi::get_mut(nt::export(driver.DriverStart, c"StandinServices").cast())
}

/// Offers the services to a driver that binds.
pub(crate) fn offer(client: &'static Client) {
    if let Some(place) = place(client) {
        *place = Box::leak(Box::new(Services {
            client,
            may_allocate,
            allocated,
            freed,
            register,
            unregister,
            write,
        }));
    }
}

/// Takes them back.
pub(crate) fn withdraw(client: &Client) {
    if let Some(place) = place(client) {
        let services = core::mem::replace(place, core::ptr::null());
        if !services.is_null() {
            // SAFETY: `offer` boxed it, and the driver's code has ended.
            drop(unsafe { Box::from_raw(services.cast_mut()) });
        }
    }
}

fn client<'a>(client: *const Client) -> &'a Client {
    match ffi::get(client) {
        Some(client) => client,
        None => crate::verifier::internal_error("a service was asked for by nobody"),
    }
}

extern "system" fn may_allocate(raw: *const Client) -> BOOLEAN {
    account::may_allocate(client(raw)).into()
}

extern "system" fn allocated(raw: *const Client, block: PVOID, size: SIZE_T, tag: ULONG) {
    account::allocated(client(raw), block as usize, size as usize, tag);
}

extern "system" fn freed(_: *const Client, block: PVOID) {
    account::freed(block as usize);
}

extern "system" fn register(
    raw: *const Client,
    provider: *const Guid,
    enable: Option<EnableCallback>,
    context: PVOID,
    handle: *mut u64,
) -> NTSTATUS {
    trace::register(client(raw), provider, enable, context, handle)
}

extern "system" fn unregister(raw: *const Client, handle: u64) -> NTSTATUS {
    trace::unregister(client(raw), handle)
}

extern "system" fn write(
    raw: *const Client,
    handle: u64,
    descriptor: *const EventDescriptor,
    _activity: *const Guid,
    count: ULONG,
    data: *const EventData,
) -> NTSTATUS {
    trace::write(client(raw), handle, descriptor, count, data)
}
