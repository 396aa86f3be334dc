//! Requests that the driver makes and sends to an I/O target.

use wdk_sys::{
    WDF_REQUEST_COMPLETION_PARAMS, WDF_REQUEST_REUSE_PARAMS, WDFCONTEXT, WDFIOTARGET, WDFREQUEST,
    call_unsafe_wdf_function_binding,
};

use crate::object::handle_type;
use crate::{Attributes, IoTarget, Memory, NtStatus, Result, check, size_field};

handle_type! {
    /// A request that the driver made, to be sent again and again.
    SentRequest(WDFREQUEST)
}

/// Callback of a sent request.
pub trait CompletionEvents {
    /// The target has completed the request (`EvtRequestCompletionRoutine`, IRQL <=
    /// DISPATCH_LEVEL, in the context in which the lower driver completes). `context` is what
    /// [`SentRequest::send`] was given.
    fn completed(request: SentRequest, status: NtStatus, context: usize);
}

impl SentRequest {
    /// Makes a request with enough stack locations for `target`. (`WdfRequestCreate`, IRQL <=
    /// DISPATCH_LEVEL)
    ///
    /// # Errors
    /// The framework's status, mostly `STATUS_INSUFFICIENT_RESOURCES`.
    pub fn create(mut attributes: Attributes, target: IoTarget) -> Result<Self> {
        let mut handle: WDFREQUEST = core::ptr::null_mut();
        // SAFETY: the target is live, the structures are live locals.
        check(unsafe {
            call_unsafe_wdf_function_binding!(
                WdfRequestCreate,
                attributes.raw(),
                target.raw(),
                &raw mut handle
            )
        })?;
        Ok(Self(handle))
    }

    /// Makes the request an internal device control with `Parameters.Others.Argument1` pointing
    /// to `memory`. (`WdfRequestReuse`, `WdfIoTargetFormatRequestForInternalIoctlOthers`, IRQL
    /// <= DISPATCH_LEVEL)
    ///
    /// # Errors
    /// The framework's status. The first call for a target may allocate; a later one with the
    /// same target does not, which teardown relies on.
    #[expect(
        clippy::too_many_arguments,
        reason = "the DDI's own, in the macro's expansion"
    )]
    pub fn format_internal_others(self, target: IoTarget, code: u32, memory: Memory) -> Result<()> {
        let mut reuse = WDF_REQUEST_REUSE_PARAMS {
            Size: size_field::<WDF_REQUEST_REUSE_PARAMS>(),
            Status: NtStatus::NOT_SUPPORTED.to_raw(),
            ..WDF_REQUEST_REUSE_PARAMS::default()
        };
        // SAFETY: the request is live and not sent; the structure is a live local.
        check(unsafe {
            call_unsafe_wdf_function_binding!(WdfRequestReuse, self.0, &raw mut reuse)
        })?;
        // SAFETY: all handles are live; no offsets are given.
        check(unsafe {
            call_unsafe_wdf_function_binding!(
                WdfIoTargetFormatRequestForInternalIoctlOthers,
                target.raw(),
                self.0,
                code,
                memory.raw(),
                core::ptr::null_mut(),
                core::ptr::null_mut(),
                core::ptr::null_mut(),
                core::ptr::null_mut(),
                core::ptr::null_mut()
            )
        })
    }

    /// Sends the formatted request; `E` is called when it is completed, maybe within this call.
    /// (`WdfRequestSetCompletionRoutine`, `WdfRequestSend`, IRQL <= DISPATCH_LEVEL)
    ///
    /// # Errors
    /// It could not be sent, `E` is not called.
    pub fn send<E: CompletionEvents>(self, target: IoTarget, context: usize) -> Result<()> {
        // SAFETY: the request is live and not sent.
        let sent = unsafe {
            call_unsafe_wdf_function_binding!(
                WdfRequestSetCompletionRoutine,
                self.0,
                Some(completed::<E>),
                core::ptr::without_provenance_mut(context)
            );
            call_unsafe_wdf_function_binding!(
                WdfRequestSend,
                self.0,
                target.raw(),
                core::ptr::null_mut()
            )
        };
        if sent != 0 {
            return Ok(());
        }
        // SAFETY: the request is live and was not sent.
        let status = NtStatus::from_raw(unsafe {
            call_unsafe_wdf_function_binding!(WdfRequestGetStatus, self.0)
        });
        Err(if status.is_success() {
            NtStatus::REQUEST_NOT_ACCEPTED
        } else {
            status
        })
    }

    /// Asks the lower driver to cancel the request, which is completed all the same. The caller
    /// holds the request back from being sent again or deleted meanwhile.
    /// (`WdfRequestCancelSentRequest`, IRQL <= DISPATCH_LEVEL)
    pub fn cancel(self) {
        // SAFETY: the request is live. The answer only tells whether there was something to
        // cancel; the completion routine tells the rest.
        unsafe {
            let _ = call_unsafe_wdf_function_binding!(WdfRequestCancelSentRequest, self.0);
        }
    }
}

extern "C" fn completed<E: CompletionEvents>(
    request: WDFREQUEST,
    _target: WDFIOTARGET,
    parameters: *mut WDF_REQUEST_COMPLETION_PARAMS,
    context: WDFCONTEXT,
) {
    // SAFETY: the framework gives live handles and parameters for the time of the call.
    let (request, status) = unsafe {
        (
            SentRequest::from_raw(request),
            (*parameters).IoStatus.__bindgen_anon_1.Status,
        )
    };
    E::completed(request, NtStatus::from_raw(status), context.addr());
}
