//! Requests that a queue gave the driver.

use core::ptr::NonNull;

use wdk_sys::{WDFREQUEST, call_unsafe_wdf_function_binding};

use crate::object::handle_type;
use crate::{File, NtStatus, Result, check};

handle_type! {
    /// A request's handle, without the right to complete it.
    RequestRef(WDFREQUEST)
}

/// A request that is the driver's to complete: an owned value, so it is completed once.
#[derive(Debug)]
#[must_use = "a request that is dropped is never completed"]
pub struct Request(RequestRef);

/// Callback of a request marked cancelable.
pub trait CancelEvents {
    /// The request is cancelled; whoever holds the [`Request`] completes it
    /// (`EvtRequestCancel`, IRQL <= DISPATCH_LEVEL).
    fn cancelled(request: RequestRef);
}

impl Request {
    /// Takes a raw handle over.
    ///
    /// # Safety
    /// `raw` is the handle of a live request that is the driver's to complete, and this is the
    /// only owned value of it.
    pub unsafe fn from_raw(raw: WDFREQUEST) -> Self {
        // SAFETY: promised by the caller.
        Self(unsafe { RequestRef::from_raw(raw) })
    }

    /// The handle.
    #[must_use]
    pub fn handle(&self) -> RequestRef {
        self.0
    }

    /// The input buffer, empty when there is none. (`WdfRequestRetrieveInputBuffer`, IRQL <=
    /// DISPATCH_LEVEL)
    #[must_use]
    pub fn input(&self) -> &[u8] {
        let mut buffer: wdk_sys::PVOID = core::ptr::null_mut();
        let mut length = 0;
        // SAFETY: the request is live and the driver's; the out pointers are live locals.
        let status = unsafe {
            call_unsafe_wdf_function_binding!(
                WdfRequestRetrieveInputBuffer,
                self.0.raw(),
                0,
                &raw mut buffer,
                &raw mut length
            )
        };
        match (check(status), NonNull::new(buffer.cast::<u8>())) {
            // SAFETY: the framework gave a buffer of this length, alive until the request is
            // completed, which takes `self`; `output` needs `&mut self`, so nobody writes it.
            (Ok(()), Some(buffer)) => unsafe {
                core::slice::from_raw_parts(buffer.as_ptr(), length)
            },
            // No buffer: the framework answers STATUS_BUFFER_TOO_SMALL.
            _ => &[],
        }
    }

    /// The output buffer, empty when there is none; with METHOD_BUFFERED the same memory as the
    /// input. (`WdfRequestRetrieveOutputBuffer`, IRQL <= DISPATCH_LEVEL)
    #[must_use]
    pub fn output(&mut self) -> &mut [u8] {
        let mut buffer: wdk_sys::PVOID = core::ptr::null_mut();
        let mut length = 0;
        // SAFETY: the request is live and the driver's; the out pointers are live locals.
        let status = unsafe {
            call_unsafe_wdf_function_binding!(
                WdfRequestRetrieveOutputBuffer,
                self.0.raw(),
                0,
                &raw mut buffer,
                &raw mut length
            )
        };
        match (check(status), NonNull::new(buffer.cast::<u8>())) {
            // SAFETY: the framework gave a buffer of this length, alive until the request is
            // completed, which takes `self`; `&mut self` makes this the only reference.
            (Ok(()), Some(buffer)) => unsafe {
                core::slice::from_raw_parts_mut(buffer.as_ptr(), length)
            },
            _ => &mut [],
        }
    }

    /// The file object that the request came through. (`WdfRequestGetFileObject`, IRQL <=
    /// DISPATCH_LEVEL)
    #[must_use]
    pub fn file(&self) -> Option<File> {
        // SAFETY: the request is live and the driver's.
        let raw =
            unsafe { call_unsafe_wdf_function_binding!(WdfRequestGetFileObject, self.0.raw()) };
        // SAFETY: a handle that is not null is that of a live file object.
        (!raw.is_null()).then(|| unsafe { File::from_raw(raw) })
    }

    /// `Argument1` of an internal device control that uses `Parameters.Others`.
    /// (`WdfRequestGetParameters`, IRQL <= DISPATCH_LEVEL)
    #[must_use]
    pub fn others_argument1(&self) -> wdk_sys::PVOID {
        let mut parameters = wdk_sys::WDF_REQUEST_PARAMETERS {
            Size: crate::size_field::<wdk_sys::WDF_REQUEST_PARAMETERS>() as wdk_sys::USHORT,
            ..wdk_sys::WDF_REQUEST_PARAMETERS::default()
        };
        // SAFETY: the request is live and the driver's; the structure is a live local. Every
        // byte pattern of the union is a valid pointer value.
        unsafe {
            call_unsafe_wdf_function_binding!(
                WdfRequestGetParameters,
                self.0.raw(),
                &raw mut parameters
            );
            parameters.Parameters.Others.Arg1
        }
    }

    /// Completes the request with `information` bytes of output.
    /// (`WdfRequestCompleteWithInformation`, IRQL <= DISPATCH_LEVEL)
    pub fn complete(self, status: NtStatus, information: usize) {
        // SAFETY: the request is live and the driver's, and `self` ends here.
        unsafe {
            call_unsafe_wdf_function_binding!(
                WdfRequestCompleteWithInformation,
                self.0.raw(),
                status.to_raw(),
                information as wdk_sys::ULONG_PTR
            );
        }
    }

    /// From now on a cancel calls `E`. (`WdfRequestMarkCancelableEx`, IRQL <= DISPATCH_LEVEL)
    ///
    /// # Errors
    /// `STATUS_CANCELLED`: it is cancelled already, `E` is not called.
    pub fn mark_cancelable<E: CancelEvents>(request: RequestRef) -> Result<()> {
        // SAFETY: the request is live and the driver's.
        check(unsafe {
            call_unsafe_wdf_function_binding!(
                WdfRequestMarkCancelableEx,
                request.raw(),
                Some(cancelled::<E>)
            )
        })
    }

    /// From now on a cancel calls nothing. (`WdfRequestUnmarkCancelable`, IRQL <=
    /// DISPATCH_LEVEL)
    ///
    /// # Errors
    /// `STATUS_CANCELLED`: the callback has run or will run.
    pub fn unmark_cancelable(request: RequestRef) -> Result<()> {
        // SAFETY: the request is live and the driver's.
        check(unsafe {
            call_unsafe_wdf_function_binding!(WdfRequestUnmarkCancelable, request.raw())
        })
    }
}

// SAFETY: a request may be completed from every thread.
unsafe impl Send for Request {}

extern "C" fn cancelled<E: CancelEvents>(request: WDFREQUEST) {
    // SAFETY: the framework gives a handle that is live for the time of the call.
    E::cancelled(unsafe { RequestRef::from_raw(request) });
}
