//! Formatting requests for an I/O target.

use alloc::vec::Vec;

use wdk_sys::_WDF_REQUEST_TYPE as types;
use wdk_sys::{NTSTATUS, PVOID, PWDFMEMORY_OFFSET, WDF_REQUEST_COMPLETION_PARAMS, WDFMEMORY};

use super::Target;
use crate::call::Call;
use crate::memory::MemoryBody;
use crate::object::Kept;
use crate::request::Request;
use crate::status;
use crate::sync::lock;
use crate::wdm::major;

/// A buffer of a request that is to be sent: where it is, and the memory object it is part of.
pub(super) struct Argument {
    pub(super) start: PVOID,
    pub(super) length: usize,
    pub(super) handle: WDFMEMORY,
    kept: Option<Kept>,
    offset: usize,
}

impl Argument {
    /// A buffer that is not (known to be) a memory object's.
    pub(super) const fn plain(start: PVOID, length: usize) -> Self {
        Self {
            start,
            length,
            handle: core::ptr::null_mut(),
            kept: None,
            offset: 0,
        }
    }

    /// A memory object's buffer, or the part of it that `offset` names.
    pub(super) fn memory(
        call: &Call,
        handle: WDFMEMORY,
        offset: PWDFMEMORY_OFFSET,
    ) -> Result<Self, NTSTATUS> {
        let Some(memory) = call.get_or_null::<MemoryBody>(handle)? else {
            return Ok(Self::plain(core::ptr::null_mut(), 0));
        };
        let (start, length) = memory.part(offset)?;
        let offset = crate::ffi::get(offset.cast_const()).map_or(0, |o| o.BufferOffset);
        Ok(Self {
            start,
            length,
            handle,
            kept: Some(Kept::new(&memory.object)),
            offset,
        })
    }
}

/// What is to be sent.
pub(super) enum Format {
    Others {
        code: u32,
        arguments: [Argument; 3],
    },
    Control {
        internal: bool,
        code: u32,
        input: Argument,
        output: Argument,
    },
    Transfer {
        write: bool,
        buffer: Argument,
        device_offset: i64,
    },
}

/// Writes a request's next stack location, and what its completion will say.
pub(super) fn format(
    target: &'static Target,
    request: &'static Request,
    format: Format,
) -> Result<(), NTSTATUS> {
    request.fit_irp(target)?;
    let irp = request.irp(&lock());
    let stack = irp.next();
    stack.clear();
    stack.set_file(target.file_object());
    let mut params = WDF_REQUEST_COMPLETION_PARAMS {
        Size: size_of::<WDF_REQUEST_COMPLETION_PARAMS>() as u32,
        ..WDF_REQUEST_COMPLETION_PARAMS::default()
    };
    let mut memories = Vec::new();
    match format {
        Format::Others { code, arguments } => {
            stack.set_function(major::INTERNAL_DEVICE_CONTROL, 0);
            params.Type = types::WdfRequestTypeOther;
            let [first, second, fourth] = arguments;
            stack.set_argument(0, first.start as u64);
            stack.set_argument(1, second.start as u64);
            stack.set_argument(2, u64::from(code));
            stack.set_argument(3, fourth.start as u64);
            params.Parameters.Others.Argument1.Ptr = first.handle.cast();
            params.Parameters.Others.Argument2.Ptr = second.handle.cast();
            params.Parameters.Others.Argument4.Ptr = fourth.handle.cast();
            memories.extend([first.kept, second.kept, fourth.kept].into_iter().flatten());
        }
        Format::Control {
            internal,
            code,
            input,
            output,
        } => {
            let (function, kind) = if internal {
                (
                    major::INTERNAL_DEVICE_CONTROL,
                    types::WdfRequestTypeDeviceControlInternal,
                )
            } else {
                (major::DEVICE_CONTROL, types::WdfRequestTypeDeviceControl)
            };
            const METHOD_NEITHER: u32 = 3;
            if code & 3 != METHOD_NEITHER && code & 3 != 0 {
                // An MDL would have to be made.
                return Err(status::NOT_SUPPORTED);
            }
            stack.set_function(function, 0);
            params.Type = kind;
            stack.set_argument(0, output.length as u64);
            stack.set_argument(1, input.length as u64);
            stack.set_argument(2, u64::from(code));
            if code & 3 == METHOD_NEITHER {
                stack.set_argument(3, input.start as u64);
                irp.set_user_buffer(output.start);
            } else {
                share_buffer(irp, &input, &output)?;
            }
            params.Parameters.Ioctl.IoControlCode = code;
            params.Parameters.Ioctl.Input.Buffer = input.handle;
            params.Parameters.Ioctl.Input.Offset = input.offset;
            params.Parameters.Ioctl.Output.Buffer = output.handle;
            params.Parameters.Ioctl.Output.Offset = output.offset;
            params.Parameters.Ioctl.Output.Length = output.length;
            memories.extend([input.kept, output.kept].into_iter().flatten());
        }
        Format::Transfer {
            write,
            buffer,
            device_offset,
        } => {
            let (function, kind) = if write {
                (major::WRITE, types::WdfRequestTypeWrite)
            } else {
                (major::READ, types::WdfRequestTypeRead)
            };
            stack.set_function(function, 0);
            params.Type = kind;
            stack.set_argument(0, buffer.length as u64);
            stack.set_argument(2, device_offset as u64);
            irp.set_system_buffer(buffer.start);
            irp.set_user_buffer(buffer.start);
            params.Parameters.Read.Buffer = buffer.handle;
            params.Parameters.Read.Length = buffer.length;
            params.Parameters.Read.Offset = buffer.offset;
            memories.extend(buffer.kept);
        }
    }
    request.keep_memories(memories);
    request.formatted(params);
    Ok(())
}

/// METHOD_BUFFERED has one buffer for both directions. Here the output buffer serves as that, with
/// the input copied into it: nothing is to be copied back then.
fn share_buffer(irp: crate::wdm::Irp, input: &Argument, output: &Argument) -> Result<(), NTSTATUS> {
    if output.start.is_null() {
        irp.set_system_buffer(input.start);
    } else {
        if input.length > output.length {
            return Err(status::NOT_SUPPORTED);
        }
        if !input.start.is_null() && input.start != output.start {
            let (from, to) = (input.start.cast::<u8>(), output.start.cast::<u8>());
            // SAFETY: both buffers have at least the input's length.
            unsafe { core::ptr::copy(from, to, input.length) };
        }
        irp.set_system_buffer(output.start);
    }
    irp.set_user_buffer(output.start);
    Ok(())
}

pub(crate) mod ddi {
    use wdk_sys::{
        NTSTATUS, PLONGLONG, PWDF_DRIVER_GLOBALS, PWDFMEMORY_OFFSET, ULONG, WDFIOTARGET, WDFMEMORY,
        WDFREQUEST,
    };

    use super::{Argument, Call, Format, Request, Target, format, lock, status};
    use crate::ffi;
    use crate::request::{Origin, Phase, RequestBody};
    use crate::target::TargetBody;
    use crate::verifier::{Violation, rule};

    fn arguments(
        call: &Call,
        target: WDFIOTARGET,
        request: WDFREQUEST,
    ) -> Option<(&'static Target, &'static Request)> {
        let target = call.get::<TargetBody>(target)?;
        let request = call.get::<RequestBody>(request)?;
        let phase = request.phase(&lock());
        let expected = if request.origin == Origin::Device {
            Phase::Owned
        } else {
            Phase::Idle
        };
        if phase != expected {
            call.finding(
                rule::REQUEST_SENT,
                Violation::Request,
                format_args!(
                    "request {:#x} is formatted while it is not the driver's ({phase:?})",
                    request.object.handle
                ),
            );
            return None;
        }
        Some((target, request))
    }

    fn run(result: Result<(), NTSTATUS>) -> NTSTATUS {
        match result {
            Ok(()) => status::SUCCESS,
            Err(status) => status,
        }
    }

    pub(crate) unsafe extern "C" fn format_request_for_internal_ioctl_others(
        globals: PWDF_DRIVER_GLOBALS,
        target: WDFIOTARGET,
        request: WDFREQUEST,
        code: ULONG,
        first: WDFMEMORY,
        first_offset: PWDFMEMORY_OFFSET,
        second: WDFMEMORY,
        second_offset: PWDFMEMORY_OFFSET,
        fourth: WDFMEMORY,
        fourth_offset: PWDFMEMORY_OFFSET,
    ) -> NTSTATUS {
        let call = Call::new(globals, "WdfIoTargetFormatRequestForInternalIoctlOthers");
        let Some((target, request)) = arguments(&call, target, request) else {
            return status::INVALID_DEVICE_REQUEST;
        };
        let build = || {
            let arguments = [
                Argument::memory(&call, first, first_offset)?,
                Argument::memory(&call, second, second_offset)?,
                Argument::memory(&call, fourth, fourth_offset)?,
            ];
            format(target, request, Format::Others { code, arguments })
        };
        run(build())
    }

    macro_rules! ioctl_functions {
        ($($function:ident, $name:literal, $internal:literal;)*) => {$(
            pub(crate) unsafe extern "C" fn $function(
                globals: PWDF_DRIVER_GLOBALS,
                target: WDFIOTARGET,
                request: WDFREQUEST,
                code: ULONG,
                input: WDFMEMORY,
                input_offset: PWDFMEMORY_OFFSET,
                output: WDFMEMORY,
                output_offset: PWDFMEMORY_OFFSET,
            ) -> NTSTATUS {
                let call = Call::new(globals, $name);
                let Some((target, request)) = arguments(&call, target, request) else {
                    return status::INVALID_DEVICE_REQUEST;
                };
                let build = || {
                    let input = Argument::memory(&call, input, input_offset)?;
                    let output = Argument::memory(&call, output, output_offset)?;
                    format(target, request, Format::Control { internal: $internal, code, input, output })
                };
                run(build())
            }
        )*};
    }

    ioctl_functions! {
        format_request_for_ioctl, "WdfIoTargetFormatRequestForIoctl", false;
        format_request_for_internal_ioctl, "WdfIoTargetFormatRequestForInternalIoctl", true;
    }

    macro_rules! transfer_functions {
        ($($function:ident, $name:literal, $write:literal;)*) => {$(
            pub(crate) unsafe extern "C" fn $function(
                globals: PWDF_DRIVER_GLOBALS,
                target: WDFIOTARGET,
                request: WDFREQUEST,
                memory: WDFMEMORY,
                offset: PWDFMEMORY_OFFSET,
                device_offset: PLONGLONG,
            ) -> NTSTATUS {
                let call = Call::new(globals, $name);
                let Some((target, request)) = arguments(&call, target, request) else {
                    return status::INVALID_DEVICE_REQUEST;
                };
                let device_offset = ffi::get(device_offset.cast_const()).copied().unwrap_or(0);
                let build = || {
                    let buffer = Argument::memory(&call, memory, offset)?;
                    format(target, request, Format::Transfer { write: $write, buffer, device_offset })
                };
                run(build())
            }
        )*};
    }

    transfer_functions! {
        format_request_for_read, "WdfIoTargetFormatRequestForRead", false;
        format_request_for_write, "WdfIoTargetFormatRequestForWrite", true;
    }
}
