//! `WdfMemory*`.

use core::cell::Cell;

use wdk_sys::{
    NTSTATUS, POOL_TYPE, PVOID, PWDF_DRIVER_GLOBALS, PWDF_OBJECT_ATTRIBUTES, PWDFMEMORY_OFFSET,
    ULONG, WDFMEMORY,
};

use crate::call::Call;
use crate::client::Client;
use crate::object::{Body, Kind, Wdf};
use crate::sync::{Guard, Locked, lock};
use crate::verifier::{Violation, rule};
use crate::{ffi, pool, status};

pub(crate) type Memory = Wdf<MemoryBody>;

/// Whose bytes a memory object stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Pool,
    Driver,
    /// A request's buffer.
    Request,
}

pub(crate) struct MemoryBody {
    source: Source,
    buffer: Locked<Buffer>,
}

struct Buffer {
    start: Cell<*mut u8>,
    size: Cell<usize>,
}

impl Body for MemoryBody {
    const KIND: Kind = Kind::Memory;
    type Raw = wdk_sys::WDFMEMORY__;

    fn destroyed(this: &'static Memory) {
        if this.source == Source::Pool {
            let (start, size) = this.bytes(&lock());
            pool::free(this.client(), start, size);
        }
    }
}

impl MemoryBody {
    fn new(source: Source, start: *mut u8, size: usize) -> Self {
        let buffer = Locked::new(Buffer {
            start: Cell::new(start),
            size: Cell::new(size),
        });
        Self { source, buffer }
    }
}

impl Memory {
    /// A memory object over a request's buffer.
    pub(crate) fn of_request(
        client: &'static Client,
        made_by: &'static str,
        start: PVOID,
        size: usize,
    ) -> &'static Self {
        let body = MemoryBody::new(Source::Request, start.cast(), size);
        Self::create(client, made_by, body)
    }

    pub(crate) fn bytes(&self, guard: &Guard) -> (*mut u8, usize) {
        let buffer = self.buffer.get(guard);
        (buffer.start.get(), buffer.size.get())
    }

    /// The part of the buffer that an offset structure names, all of it if that is null.
    pub(crate) fn part(&self, offset: PWDFMEMORY_OFFSET) -> Result<(PVOID, usize), NTSTATUS> {
        let (start, size) = self.bytes(&lock());
        let Some(offset) = ffi::get(offset.cast_const()) else {
            return Ok((start.cast(), size));
        };
        let (from, length) = (offset.BufferOffset, offset.BufferLength);
        let end = from.checked_add(length).ok_or(status::INTEGER_OVERFLOW)?;
        if from > size || end > size {
            return Err(status::INTEGER_OVERFLOW);
        }
        let length = if length == 0 { size - from } else { length };
        Ok((start.wrapping_add(from).cast(), length))
    }
}

pub(crate) unsafe extern "C" fn create(
    globals: PWDF_DRIVER_GLOBALS,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    _: POOL_TYPE,
    _: ULONG,
    size: usize,
    out: *mut WDFMEMORY,
    buffer: *mut PVOID,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfMemoryCreate");
    if !call.dispatch() || size == 0 {
        return status::INVALID_PARAMETER;
    }
    let mut start = core::ptr::null_mut();
    let status = call.make(attributes, out, || {
        start = pool::zeroed(call.client, size).ok_or(status::INSUFFICIENT_RESOURCES)?;
        Ok(MemoryBody::new(Source::Pool, start, size))
    });
    if status::is_success(status) {
        // Windows' pool is not zeroed: what counts on that must show.
        // SAFETY: the block has `size` bytes.
        unsafe { core::ptr::write_bytes(start, 0xCD, size) };
        ffi::put(buffer, start.cast());
    }
    status
}

pub(crate) unsafe extern "C" fn create_preallocated(
    globals: PWDF_DRIVER_GLOBALS,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    buffer: PVOID,
    size: usize,
    out: *mut WDFMEMORY,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfMemoryCreatePreallocated");
    if !call.dispatch() || !call.pointer(buffer, "Buffer") || size == 0 {
        return status::INVALID_PARAMETER;
    }
    call.make(attributes, out, || {
        Ok(MemoryBody::new(Source::Driver, buffer.cast(), size))
    })
}

pub(crate) unsafe extern "C" fn get_buffer(
    globals: PWDF_DRIVER_GLOBALS,
    memory: WDFMEMORY,
    size: *mut usize,
) -> PVOID {
    let call = Call::new(globals, "WdfMemoryGetBuffer");
    let Some(memory) = call.get::<MemoryBody>(memory) else {
        return core::ptr::null_mut();
    };
    let (start, bytes) = memory.bytes(&lock());
    ffi::put(size, bytes);
    start.cast()
}

pub(crate) unsafe extern "C" fn assign_buffer(
    globals: PWDF_DRIVER_GLOBALS,
    memory: WDFMEMORY,
    buffer: PVOID,
    size: usize,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfMemoryAssignBuffer");
    let Some(memory) = call.get::<MemoryBody>(memory) else {
        return status::INVALID_PARAMETER;
    };
    if !call.pointer(buffer, "Buffer") {
        return status::INVALID_PARAMETER;
    }
    if memory.source != Source::Driver {
        call.finding(
            rule::HANDLE_TYPE,
            Violation::InvalidHandle,
            format_args!("{:#x} is not preallocated memory", memory.object.handle),
        );
        return status::INVALID_PARAMETER;
    }
    if size == 0 {
        return status::INVALID_PARAMETER;
    }
    let guard = lock();
    memory.buffer.get(&guard).start.set(buffer.cast());
    memory.buffer.get(&guard).size.set(size);
    status::SUCCESS
}

/// The start of `length` bytes at `offset` of a memory object, for a copy from or to `buffer`.
fn range(
    call: &Call,
    memory: WDFMEMORY,
    (offset, length): (usize, usize),
    buffer: PVOID,
    too_small: NTSTATUS,
) -> Result<*mut u8, NTSTATUS> {
    let Some(memory) = call.get::<MemoryBody>(memory) else {
        return Err(status::INVALID_PARAMETER);
    };
    if !call.pointer(buffer, "Buffer") || length == 0 {
        return Err(status::INVALID_PARAMETER);
    }
    let (start, size) = memory.bytes(&lock());
    match offset.checked_add(length) {
        Some(end) if end <= size => Ok(start.wrapping_add(offset)),
        _ => Err(too_small),
    }
}

pub(crate) unsafe extern "C" fn copy_to_buffer(
    globals: PWDF_DRIVER_GLOBALS,
    memory: WDFMEMORY,
    offset: usize,
    buffer: PVOID,
    length: usize,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfMemoryCopyToBuffer");
    let too_small = status::BUFFER_TOO_SMALL;
    match range(&call, memory, (offset, length), buffer, too_small) {
        Ok(from) => {
            // SAFETY: the memory object has these bytes, and the driver promises its buffer does.
            unsafe { core::ptr::copy(from, buffer.cast::<u8>(), length) };
            status::SUCCESS
        }
        Err(status) => status,
    }
}

pub(crate) unsafe extern "C" fn copy_from_buffer(
    globals: PWDF_DRIVER_GLOBALS,
    memory: WDFMEMORY,
    offset: usize,
    buffer: PVOID,
    length: usize,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfMemoryCopyFromBuffer");
    let too_small = status::INVALID_BUFFER_SIZE;
    match range(&call, memory, (offset, length), buffer, too_small) {
        Ok(to) => {
            // SAFETY: the memory object has these bytes, and the driver promises its buffer does.
            unsafe { core::ptr::copy(buffer.cast::<u8>(), to, length) };
            status::SUCCESS
        }
        Err(status) => status,
    }
}
