//! What a request can be asked for.

use wdk_sys::{
    BOOLEAN, KPROCESSOR_MODE, PIRP, PWDF_DRIVER_GLOBALS, PWDF_REQUEST_PARAMETERS, ULONG,
    WDF_REQUEST_PARAMETERS, WDFFILEOBJECT, WDFREQUEST, ntddk,
};

use super::{Origin, Phase, Request, RequestBody};
use crate::call::Call;
use crate::ffi;
use crate::object::Wdf;
use crate::sync::lock;
use crate::verifier::rule;
use crate::wdm::{Stack, major};

const KERNEL_MODE: KPROCESSOR_MODE = 0;

impl Request {
    /// Checks that the request's IRP is still there to be looked at.
    pub(super) fn may_touch(&'static self, call: &Call) -> bool {
        let done = self.phase(&lock()) == Phase::Done;
        if done {
            self.report(call, rule::REQUEST_COMPLETED_TWICE, "is completed already");
        }
        !done
    }

    /// `WdfRequestGetParameters`
    pub(crate) fn describe(&'static self, call: &Call, out: PWDF_REQUEST_PARAMETERS) {
        let Some(out) = ffi::get_mut(out) else { return };
        let stack = self.parameters();
        if stack == Stack::NONE || !self.may_touch(call) {
            self.report(call, rule::REQUEST_NOT_OWNED, "has no parameters");
            return;
        }
        let mut parameters = WDF_REQUEST_PARAMETERS {
            Size: size_of::<WDF_REQUEST_PARAMETERS>() as u16,
            MinorFunction: stack.minor(),
            Type: i32::from(stack.major()),
            ..WDF_REQUEST_PARAMETERS::default()
        };
        let words = (&raw mut parameters.Parameters).cast::<u64>();
        for index in 0..4 {
            // Each view of the union has its members where the stack location has them. Lengths,
            // keys and codes are 32 bits wide there.
            let narrow = match stack.major() {
                major::READ | major::WRITE => index < 2,
                major::DEVICE_CONTROL => index < 3,
                major::INTERNAL_DEVICE_CONTROL => index == 2,
                _ => false,
            };
            let word = stack.argument(index);
            let word = if narrow { word & 0xFFFF_FFFF } else { word };
            // SAFETY: the union is 32 bytes long.
            unsafe { words.add(index).write(word) };
        }
        *out = parameters;
    }
}

pub(crate) unsafe extern "C" fn get_parameters(
    globals: PWDF_DRIVER_GLOBALS,
    request: WDFREQUEST,
    parameters: PWDF_REQUEST_PARAMETERS,
) {
    let call = Call::new(globals, "WdfRequestGetParameters");
    if let Some(request) = call.get::<RequestBody>(request)
        && call.pointer(parameters, "Parameters")
    {
        request.describe(&call, parameters);
    }
}

pub(crate) unsafe extern "C" fn get_file_object(
    globals: PWDF_DRIVER_GLOBALS,
    request: WDFREQUEST,
) -> WDFFILEOBJECT {
    let call = Call::new(globals, "WdfRequestGetFileObject");
    let Some(request) = call.get::<RequestBody>(request) else {
        return core::ptr::null_mut();
    };
    if !request.may_touch(&call) {
        return core::ptr::null_mut();
    }
    let (device, file) = {
        let guard = lock();
        (
            request.state.get(&guard).device.get(),
            request.file_object(&guard),
        )
    };
    device
        .and_then(|device| device.file(file))
        .map_or(core::ptr::null_mut(), Wdf::handle)
}

pub(crate) unsafe extern "C" fn get_requestor_mode(
    globals: PWDF_DRIVER_GLOBALS,
    request: WDFREQUEST,
) -> KPROCESSOR_MODE {
    let call = Call::new(globals, "WdfRequestGetRequestorMode");
    let Some(request) = call.get::<RequestBody>(request) else {
        return KERNEL_MODE;
    };
    let irp = request.irp(&lock());
    if irp.is_none() {
        KERNEL_MODE
    } else {
        irp.requestor_mode()
    }
}

pub(crate) unsafe extern "C" fn wdm_get_irp(
    globals: PWDF_DRIVER_GLOBALS,
    request: WDFREQUEST,
) -> PIRP {
    let call = Call::new(globals, "WdfRequestWdmGetIrp");
    match call.get::<RequestBody>(request) {
        Some(request) if request.may_touch(&call) => request.irp(&lock()).raw(),
        _ => core::ptr::null_mut(),
    }
}

pub(crate) unsafe extern "C" fn is_from_32bit_process(
    globals: PWDF_DRIVER_GLOBALS,
    request: WDFREQUEST,
) -> BOOLEAN {
    let call = Call::new(globals, "WdfRequestIsFrom32BitProcess");
    let Some(request) = call.get::<RequestBody>(request) else {
        return 0;
    };
    let irp = request.irp(&lock());
    if irp.is_none() {
        return 0;
    }
    // SAFETY: the IRP is the request's.
    unsafe { ntddk::IoIs32bitProcess(irp.raw()) }
}

pub(crate) unsafe extern "C" fn is_reserved(
    globals: PWDF_DRIVER_GLOBALS,
    request: WDFREQUEST,
) -> BOOLEAN {
    let call = Call::new(globals, "WdfRequestIsReserved");
    let _ = call.get::<RequestBody>(request);
    0
}

pub(crate) unsafe extern "C" fn get_requestor_process_id(
    globals: PWDF_DRIVER_GLOBALS,
    request: WDFREQUEST,
) -> ULONG {
    let call = Call::new(globals, "WdfRequestGetRequestorProcessId");
    match call.get::<RequestBody>(request) {
        Some(request) if request.origin == Origin::Device => {
            // SAFETY: takes no arguments. Wine's dispatch thread answers for the client's process.
            unsafe { ntddk::PsGetCurrentProcessId() as usize as ULONG }
        }
        _ => 0,
    }
}
