//! The buffers of a request.

use wdk_sys::{NTSTATUS, PMDL, PVOID};

use super::Request;
use crate::memory::Memory;
use crate::status;
use crate::sync::lock;
use crate::wdm::{Irp, Stack, major};

const METHOD_BUFFERED: u32 = 0;
const METHOD_IN_DIRECT: u32 = 1;
const METHOD_OUT_DIRECT: u32 = 2;
const DO_BUFFERED_IO: u32 = 0x04;
const DO_DIRECT_IO: u32 = 0x10;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Input,
    Output,
}

/// The system address of an MDL's bytes. Wine neither maps nor locks: the address is the one that
/// the MDL was made with.
fn mapped(mdl: PMDL) -> PVOID {
    const MAPPED_OR_NON_PAGED: i16 = 0x0001 | 0x0004;
    match crate::ffi::get(mdl.cast_const()) {
        Some(mdl) if mdl.MdlFlags & MAPPED_OR_NON_PAGED != 0 => mdl.MappedSystemVa,
        Some(mdl) => mdl.StartVa.wrapping_byte_add(mdl.ByteOffset as usize),
        None => core::ptr::null_mut(),
    }
}

impl Request {
    fn irp_and_stack(&self) -> (Irp, Stack) {
        let guard = lock();
        let state = self.state.get(&guard);
        (state.irp.get(), state.stack.get())
    }

    /// How the device transfers reads and writes.
    fn device_flags(&self) -> u32 {
        self.state
            .get(&lock())
            .device
            .get()
            .and_then(|device| crate::ffi::get(device.device_object.cast_const()))
            .map_or(DO_BUFFERED_IO, |object| object.Flags)
    }

    /// Start and length of a buffer of the request.
    pub(super) fn buffer(&self, side: Side) -> Result<(PVOID, usize), NTSTATUS> {
        let (irp, stack) = self.irp_and_stack();
        if stack == Stack::NONE {
            return Err(status::INVALID_DEVICE_REQUEST);
        }
        let (start, length) = match (stack.major(), side) {
            (major::READ, Side::Output) | (major::WRITE, Side::Input) => {
                let flags = self.device_flags();
                let start = if flags & DO_BUFFERED_IO != 0 {
                    irp.system_buffer()
                } else if flags & DO_DIRECT_IO != 0 {
                    mapped(irp.mdl())
                } else {
                    irp.user_buffer()
                };
                (start, stack.low(0))
            }
            (major::DEVICE_CONTROL | major::INTERNAL_DEVICE_CONTROL, side) => {
                let length = stack.low(if side == Side::Output { 0 } else { 1 });
                let start = match (stack.low(2) & 3, side) {
                    (METHOD_BUFFERED, _) | (METHOD_IN_DIRECT | METHOD_OUT_DIRECT, Side::Input) => {
                        irp.system_buffer()
                    }
                    (METHOD_IN_DIRECT | METHOD_OUT_DIRECT, Side::Output) if length != 0 => {
                        mapped(irp.mdl())
                    }
                    (_, Side::Output) => irp.user_buffer(),
                    (_, Side::Input) => stack.argument(3) as PVOID,
                };
                (start, length)
            }
            _ => return Err(status::INVALID_DEVICE_REQUEST),
        };
        if length == 0 {
            return Err(status::BUFFER_TOO_SMALL);
        }
        Ok((start, length as usize))
    }

    /// The memory object over a buffer, made at the first call.
    pub(super) fn buffer_memory(&'static self, side: Side) -> Result<&'static Memory, NTSTATUS> {
        let (start, length) = self.buffer(side)?;
        let known = {
            let guard = lock();
            let state = self.state.get(&guard);
            if side == Side::Input {
                state.input.get()
            } else {
                state.output.get()
            }
        };
        if let Some(memory) = known {
            return Ok(memory);
        }
        if !self.client().account.may_allocate() {
            return Err(status::INSUFFICIENT_RESOURCES);
        }
        let memory = Memory::of_request(self.client(), "WdfRequestRetrieve*Memory", start, length);
        let status = memory.object.adopt(self.as_parent());
        if !status::is_success(status) {
            memory.object.delete();
            return Err(status);
        }
        let guard = lock();
        let state = self.state.get(&guard);
        let place = if side == Side::Input {
            &state.input
        } else {
            &state.output
        };
        place.set(Some(memory));
        Ok(memory)
    }

    /// The IRP's own MDL, where the transfer has one.
    fn mdl(&self, side: Side) -> Result<PMDL, NTSTATUS> {
        let (irp, stack) = self.irp_and_stack();
        self.buffer(side)?;
        let direct = match stack.major() {
            major::DEVICE_CONTROL | major::INTERNAL_DEVICE_CONTROL => {
                side == Side::Output
                    && matches!(stack.low(2) & 3, METHOD_IN_DIRECT | METHOD_OUT_DIRECT)
            }
            _ => self.device_flags() & DO_DIRECT_IO != 0,
        };
        if direct {
            Ok(irp.mdl())
        } else {
            Err(status::INVALID_DEVICE_REQUEST)
        }
    }

    /// The requestor's own pointer: METHOD_NEITHER device controls, and reads and writes of a
    /// device without buffered or direct I/O.
    fn user_buffer(&self, side: Side) -> Result<(PVOID, usize), NTSTATUS> {
        const METHOD_NEITHER: u32 = 3;
        let (_, stack) = self.irp_and_stack();
        if stack == Stack::NONE {
            return Err(status::INVALID_DEVICE_REQUEST);
        }
        let neither = match stack.major() {
            major::DEVICE_CONTROL => stack.low(2) & 3 == METHOD_NEITHER,
            major::READ | major::WRITE => {
                self.device_flags() & (DO_BUFFERED_IO | DO_DIRECT_IO) == 0
            }
            _ => false,
        };
        if neither {
            self.buffer(side)
        } else {
            Err(status::INVALID_DEVICE_REQUEST)
        }
    }
}

pub(crate) mod ddi {
    use wdk_sys::{NTSTATUS, PMDL, PVOID, PWDF_DRIVER_GLOBALS, WDFMEMORY, WDFREQUEST};

    use super::{Request, Side, status};
    use crate::call::Call;
    use crate::ffi;
    use crate::request::RequestBody;

    type Buffer = Result<(PVOID, usize), NTSTATUS>;

    fn give(found: Buffer, minimum: usize, buffer: *mut PVOID, length: *mut usize) -> NTSTATUS {
        match found {
            Ok((start, size)) if size >= minimum => {
                ffi::put(buffer, start);
                ffi::put(length, size);
                status::SUCCESS
            }
            Ok(_) => status::BUFFER_TOO_SMALL,
            Err(status) => status,
        }
    }

    macro_rules! buffer_functions {
        ($($function:ident, $name:literal, $get:expr;)*) => {$(
            pub(crate) unsafe extern "C" fn $function(
                globals: PWDF_DRIVER_GLOBALS,
                request: WDFREQUEST,
                minimum: usize,
                buffer: *mut PVOID,
                length: *mut usize,
            ) -> NTSTATUS {
                let call = Call::new(globals, $name);
                if !call.pointer(buffer, "Buffer") {
                    return status::INVALID_PARAMETER;
                }
                ffi::put(buffer, core::ptr::null_mut());
                ffi::put(length, 0);
                let Some(request) = call.get::<RequestBody>(request) else {
                    return status::INVALID_PARAMETER;
                };
                if !request.may_touch(&call) {
                    return status::INTERNAL_ERROR;
                }
                let get: fn(&'static Request) -> Buffer = $get;
                give(get(request), minimum, buffer, length)
            }
        )*};
    }

    buffer_functions! {
        retrieve_input_buffer, "WdfRequestRetrieveInputBuffer", |r| r.buffer(Side::Input);
        retrieve_output_buffer, "WdfRequestRetrieveOutputBuffer", |r| r.buffer(Side::Output);
        retrieve_unsafe_user_input_buffer, "WdfRequestRetrieveUnsafeUserInputBuffer",
            |r| r.user_buffer(Side::Input);
        retrieve_unsafe_user_output_buffer, "WdfRequestRetrieveUnsafeUserOutputBuffer",
            |r| r.user_buffer(Side::Output);
    }

    macro_rules! memory_functions {
        ($($function:ident, $name:literal, $side:expr;)*) => {$(
            pub(crate) unsafe extern "C" fn $function(
                globals: PWDF_DRIVER_GLOBALS,
                request: WDFREQUEST,
                memory: *mut WDFMEMORY,
            ) -> NTSTATUS {
                let call = Call::new(globals, $name);
                let Some(request) = call.get::<RequestBody>(request) else {
                    return status::INVALID_PARAMETER;
                };
                if !call.pointer(memory, "Memory") || !request.may_touch(&call) {
                    return status::INVALID_PARAMETER;
                }
                ffi::put(memory, core::ptr::null_mut());
                match request.buffer_memory($side) {
                    Ok(found) => {
                        ffi::put(memory, found.handle());
                        status::SUCCESS
                    }
                    Err(status) => status,
                }
            }
        )*};
    }

    memory_functions! {
        retrieve_input_memory, "WdfRequestRetrieveInputMemory", Side::Input;
        retrieve_output_memory, "WdfRequestRetrieveOutputMemory", Side::Output;
    }

    macro_rules! mdl_functions {
        ($($function:ident, $name:literal, $side:expr;)*) => {$(
            pub(crate) unsafe extern "C" fn $function(
                globals: PWDF_DRIVER_GLOBALS,
                request: WDFREQUEST,
                mdl: *mut PMDL,
            ) -> NTSTATUS {
                let call = Call::new(globals, $name);
                let Some(request) = call.get::<RequestBody>(request) else {
                    return status::INVALID_PARAMETER;
                };
                if !call.pointer(mdl, "Mdl") || !request.may_touch(&call) {
                    return status::INVALID_PARAMETER;
                }
                ffi::put(mdl, core::ptr::null_mut());
                match request.mdl($side) {
                    Ok(found) => {
                        ffi::put(mdl, found);
                        status::SUCCESS
                    }
                    Err(status) => status,
                }
            }
        )*};
    }

    mdl_functions! {
        retrieve_input_wdm_mdl, "WdfRequestRetrieveInputWdmMdl", Side::Input;
        retrieve_output_wdm_mdl, "WdfRequestRetrieveOutputWdmMdl", Side::Output;
    }
}
