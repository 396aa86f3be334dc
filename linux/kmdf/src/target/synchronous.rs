//! Sending to an I/O target and waiting for the answer.

use wdk_sys::{NTSTATUS, PVOID, WDF_MEMORY_DESCRIPTOR, WDF_REQUEST_SEND_OPTIONS};

use super::Target;
use super::format::{Argument, Format, format};
use crate::call::Call;
use crate::request::{Request, RequestBody, SendOptions};
use crate::sync::lock;
use crate::{ffi, status};

/// The buffer that a descriptor names.
fn argument(call: &Call, descriptor: *mut WDF_MEMORY_DESCRIPTOR) -> Result<Argument, NTSTATUS> {
    use wdk_sys::_WDF_MEMORY_DESCRIPTOR_TYPE as types;
    let Some(descriptor) = ffi::get(descriptor.cast_const()) else {
        return Ok(Argument::plain(core::ptr::null_mut(), 0));
    };
    // SAFETY: the type says which view of the union holds; all are pointers and numbers.
    unsafe {
        match descriptor.Type {
            types::WdfMemoryDescriptorTypeBuffer => {
                let buffer = descriptor.u.BufferType;
                Ok(Argument::plain(buffer.Buffer, buffer.Length as usize))
            }
            types::WdfMemoryDescriptorTypeMdl => {
                let mdl = descriptor.u.MdlType;
                let start: PVOID = match ffi::get(mdl.Mdl.cast_const()) {
                    Some(mdl) => mdl.MappedSystemVa,
                    None => return Err(status::INVALID_PARAMETER),
                };
                Ok(Argument::plain(start, mdl.BufferLength as usize))
            }
            types::WdfMemoryDescriptorTypeHandle => {
                let handle = descriptor.u.HandleType;
                Argument::memory(call, handle.Memory, handle.Offsets)
            }
            _ => Err(status::INVALID_PARAMETER),
        }
    }
}

/// Sends with the driver's request, or one of our own, and waits.
fn send(
    call: &Call,
    target: &'static Target,
    request: Option<&'static Request>,
    what: Format,
    options: *mut WDF_REQUEST_SEND_OPTIONS,
    returned: *mut u64,
) -> NTSTATUS {
    ffi::put(returned, 0);
    if !call.passive() {
        return status::INVALID_DEVICE_REQUEST;
    }
    let Some(mut options) = SendOptions::read(options.cast_const()) else {
        return status::INFO_LENGTH_MISMATCH;
    };
    options.synchronous = true;
    let own = request.is_none();
    let request = request.unwrap_or_else(|| Request::own(call, call.name));
    let status =
        match format(target, request, what).and_then(|()| request.send(call, target, options)) {
            Ok(()) => {
                let irp = request.irp(&lock());
                ffi::put(returned, irp.information());
                irp.status()
            }
            Err(status) => status,
        };
    if own {
        request.object.delete();
    }
    status
}

fn target_and_request(
    call: &Call,
    target: *mut wdk_sys::WDFIOTARGET__,
    request: *mut wdk_sys::WDFREQUEST__,
) -> Result<(&'static Target, Option<&'static Request>), NTSTATUS> {
    let target = call
        .get::<super::TargetBody>(target)
        .ok_or(status::INVALID_PARAMETER)?;
    let request = call.get_or_null::<RequestBody>(request)?;
    if request.is_some_and(Request::is_sent) {
        call.finding(
            crate::verifier::rule::REQUEST_SENT,
            crate::verifier::Violation::Request,
            format_args!("the given request is sent and not completed yet"),
        );
        return Err(status::INVALID_DEVICE_REQUEST);
    }
    Ok((target, request))
}

pub(crate) mod ddi {
    use wdk_sys::{
        NTSTATUS, PLONGLONG, PULONG_PTR, PWDF_DRIVER_GLOBALS, PWDF_MEMORY_DESCRIPTOR,
        PWDF_REQUEST_SEND_OPTIONS, ULONG, WDFIOTARGET, WDFREQUEST,
    };

    use super::{Call, Format, argument, ffi, send, target_and_request};

    fn run(result: Result<NTSTATUS, NTSTATUS>) -> NTSTATUS {
        match result {
            Ok(status) | Err(status) => status,
        }
    }

    pub(crate) unsafe extern "C" fn send_internal_ioctl_others_synchronously(
        globals: PWDF_DRIVER_GLOBALS,
        target: WDFIOTARGET,
        request: WDFREQUEST,
        code: ULONG,
        first: PWDF_MEMORY_DESCRIPTOR,
        second: PWDF_MEMORY_DESCRIPTOR,
        fourth: PWDF_MEMORY_DESCRIPTOR,
        options: PWDF_REQUEST_SEND_OPTIONS,
        returned: PULONG_PTR,
    ) -> NTSTATUS {
        let call = Call::new(globals, "WdfIoTargetSendInternalIoctlOthersSynchronously");
        let work = || {
            let (target, request) = target_and_request(&call, target, request)?;
            let arguments = [
                argument(&call, first)?,
                argument(&call, second)?,
                argument(&call, fourth)?,
            ];
            let format = Format::Others { code, arguments };
            Ok(send(&call, target, request, format, options, returned))
        };
        run(work())
    }

    macro_rules! ioctl_functions {
        ($($function:ident, $name:literal, $internal:literal;)*) => {$(
            pub(crate) unsafe extern "C" fn $function(
                globals: PWDF_DRIVER_GLOBALS,
                target: WDFIOTARGET,
                request: WDFREQUEST,
                code: ULONG,
                input: PWDF_MEMORY_DESCRIPTOR,
                output: PWDF_MEMORY_DESCRIPTOR,
                options: PWDF_REQUEST_SEND_OPTIONS,
                returned: PULONG_PTR,
            ) -> NTSTATUS {
                let call = Call::new(globals, $name);
                let work = || {
                    let (target, request) = target_and_request(&call, target, request)?;
                    let input = argument(&call, input)?;
                    let output = argument(&call, output)?;
                    let format = Format::Control { internal: $internal, code, input, output };
                    Ok(send(&call, target, request, format, options, returned))
                };
                run(work())
            }
        )*};
    }

    ioctl_functions! {
        send_ioctl_synchronously, "WdfIoTargetSendIoctlSynchronously", false;
        send_internal_ioctl_synchronously, "WdfIoTargetSendInternalIoctlSynchronously", true;
    }

    macro_rules! transfer_functions {
        ($($function:ident, $name:literal, $write:literal;)*) => {$(
            pub(crate) unsafe extern "C" fn $function(
                globals: PWDF_DRIVER_GLOBALS,
                target: WDFIOTARGET,
                request: WDFREQUEST,
                buffer: PWDF_MEMORY_DESCRIPTOR,
                device_offset: PLONGLONG,
                options: PWDF_REQUEST_SEND_OPTIONS,
                returned: PULONG_PTR,
            ) -> NTSTATUS {
                let call = Call::new(globals, $name);
                let device_offset = ffi::get(device_offset.cast_const()).copied().unwrap_or(0);
                let work = || {
                    let (target, request) = target_and_request(&call, target, request)?;
                    let buffer = argument(&call, buffer)?;
                    let format = Format::Transfer { write: $write, buffer, device_offset };
                    Ok(send(&call, target, request, format, options, returned))
                };
                run(work())
            }
        )*};
    }

    transfer_functions! {
        send_read_synchronously, "WdfIoTargetSendReadSynchronously", false;
        send_write_synchronously, "WdfIoTargetSendWriteSynchronously", true;
    }
}
