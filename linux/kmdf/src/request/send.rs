//! Sending requests to an I/O target.

use wdk_sys::_WDF_REQUEST_SEND_OPTIONS_FLAGS as flags;
use wdk_sys::{NTSTATUS, WDF_REQUEST_SEND_OPTIONS};

use super::{Origin, Phase, Request};
use crate::call::Call;
use crate::object::Kept;
use crate::status;
use crate::sync::{Event, lock};
use crate::target::{State as TargetState, Target};
use crate::verifier::rule;
use crate::worker::{self, Alarm};

/// How a request is to be sent.
#[derive(Clone, Copy, Default)]
pub(crate) struct SendOptions {
    pub(crate) timeout: Option<i64>,
    pub(crate) synchronous: bool,
    pub(crate) ignore_state: bool,
    pub(crate) forget: bool,
}

impl SendOptions {
    /// What the driver gave; `None`: a structure of the wrong size.
    pub(crate) fn read(options: *const WDF_REQUEST_SEND_OPTIONS) -> Option<Self> {
        let Some(options) = crate::ffi::get(options) else {
            return Some(Self::default());
        };
        if options.Size as usize != size_of::<WDF_REQUEST_SEND_OPTIONS>() {
            return None;
        }
        let has = |flag: i32| options.Flags & flag as u32 != 0;
        Some(Self {
            timeout: (has(flags::WDF_REQUEST_SEND_OPTION_TIMEOUT) && options.Timeout != 0)
                .then_some(options.Timeout),
            synchronous: has(flags::WDF_REQUEST_SEND_OPTION_SYNCHRONOUS),
            ignore_state: has(flags::WDF_REQUEST_SEND_OPTION_IGNORE_TARGET_STATE),
            forget: has(flags::WDF_REQUEST_SEND_OPTION_SEND_AND_FORGET),
        })
    }
}

impl Request {
    /// `WdfRequestSend`; an error becomes the request's status.
    pub(crate) fn send(
        &'static self,
        call: &Call,
        target: &'static Target,
        options: SendOptions,
    ) -> Result<(), NTSTATUS> {
        let result = self.try_send(call, target, options);
        if let Err(status) = result {
            self.state.get(&lock()).sending.status.set(status);
        }
        result
    }

    fn may_send(&'static self, call: &Call) -> bool {
        match self.origin {
            Origin::Device => self.require_owned(call),
            Origin::Driver => {
                let sent = self.phase(&lock()) == Phase::Sent;
                if sent {
                    self.report(call, rule::REQUEST_SENT, "is sent and not completed yet");
                }
                !sent
            }
        }
    }

    fn try_send(
        &'static self,
        call: &Call,
        target: &'static Target,
        options: SendOptions,
    ) -> Result<(), NTSTATUS> {
        if !self.may_send(call) {
            return Err(status::INVALID_DEVICE_REQUEST);
        }
        if options.forget {
            return self.send_and_forget(target);
        }
        let (formatted, routine) = {
            let guard = lock();
            let sending = &self.state.get(&guard).sending;
            (sending.formatted.get(), sending.routine.get().is_some())
        };
        if !formatted {
            self.report(call, rule::REQUEST_UNFORMATTED, "is sent without a format");
            return Err(status::REQUEST_NOT_ACCEPTED);
        }
        if options.synchronous {
            if !call.passive() {
                return Err(status::INVALID_DEVICE_REQUEST);
            }
            return self.send_and_wait(target, options);
        }
        if self.origin == Origin::Device && !routine {
            return Err(status::INVALID_DEVICE_REQUEST);
        }
        self.submit(target, options, core::ptr::null())
    }

    fn send_and_forget(&'static self, target: &'static Target) -> Result<(), NTSTATUS> {
        if self.origin == Origin::Driver {
            return Err(status::INVALID_DEVICE_STATE);
        }
        let device = target.device_object();
        if device.is_null() {
            return Err(status::INVALID_DEVICE_STATE);
        }
        let irp = self.irp(&lock());
        self.forget(|| {
            irp.forward(device);
        });
        Ok(())
    }

    /// Sends and waits for the end.
    pub(crate) fn send_and_wait(
        &'static self,
        target: &'static Target,
        options: SendOptions,
    ) -> Result<(), NTSTATUS> {
        let kept = Kept::new(&self.object);
        let done = Event::new();
        let result = self.submit(target, options, &raw const done);
        if result.is_ok() {
            done.wait();
        }
        drop(kept);
        result
    }

    /// Gives the request to the target: down at once, or kept while the target is stopped.
    fn submit(
        &'static self,
        target: &'static Target,
        options: SendOptions,
        waiter: *const Event,
    ) -> Result<(), NTSTATUS> {
        let down = {
            let guard = lock();
            let sending = &self.state.get(&guard).sending;
            if sending.cancel_next.replace(false) {
                return Err(status::CANCELLED);
            }
            let keep = match target.state(&guard) {
                _ if options.ignore_state && !target.device_object_locked(&guard).is_null() => {
                    false
                }
                TargetState::Started => false,
                TargetState::Stopped => true,
                TargetState::Closed | TargetState::Purged => {
                    return Err(status::INVALID_DEVICE_STATE);
                }
            };
            sending.number.set(sending.number.get() + 1);
            sending.target.set(Some(target));
            sending.ever_sent.set(true);
            sending.timed_out.set(false);
            sending.waiter.set(waiter);
            sending.kept.set(keep);
            self.set_phase(&guard, Phase::Sent);
            self.object.reference();
            target.object.reference();
            if let Some(timeout) = options.timeout {
                let alarm = Alarm::Timeout(self, sending.number.get());
                worker::set_alarm(&guard, alarm, worker::due(timeout));
            }
            if keep {
                target.keep(&guard, self);
                self.arm_kept(&guard);
            } else {
                target.sends(&guard, self);
            }
            !keep
        };
        if down {
            self.go_down(target);
        } else {
            self.cancel_kept_if_cancelled();
        }
        Ok(())
    }

    /// Calls the target's device. The request may be gone when this returns.
    pub(crate) fn go_down(&'static self, target: &'static Target) {
        let irp = self.irp(&lock());
        let context = core::ptr::from_ref(self).cast_mut().cast();
        irp.next().set_completion(super::sent::completed, context);
        irp.call(target.device_object());
    }
}

pub(crate) mod ddi {
    use wdk_sys::{
        BOOLEAN, IO_STACK_LOCATION, NTSTATUS, PFN_WDF_REQUEST_COMPLETION_ROUTINE,
        PWDF_DRIVER_GLOBALS, PWDF_REQUEST_COMPLETION_PARAMS, PWDF_REQUEST_SEND_OPTIONS, WDFCONTEXT,
        WDFIOTARGET, WDFREQUEST,
    };

    use super::{Call, Origin, Phase, SendOptions, lock, rule, status};
    use crate::ffi;
    use crate::request::RequestBody;
    use crate::target::TargetBody;

    pub(crate) unsafe extern "C" fn send(
        globals: PWDF_DRIVER_GLOBALS,
        request: WDFREQUEST,
        target: WDFIOTARGET,
        options: PWDF_REQUEST_SEND_OPTIONS,
    ) -> BOOLEAN {
        let call = Call::new(globals, "WdfRequestSend");
        let (Some(request), Some(target)) = (
            call.get::<RequestBody>(request),
            call.get::<TargetBody>(target),
        ) else {
            return 0;
        };
        let Some(options) = SendOptions::read(options.cast_const()) else {
            request
                .state
                .get(&lock())
                .sending
                .status
                .set(status::INFO_LENGTH_MISMATCH);
            return 0;
        };
        request.send(&call, target, options).is_ok().into()
    }

    pub(crate) unsafe extern "C" fn set_completion_routine(
        globals: PWDF_DRIVER_GLOBALS,
        request: WDFREQUEST,
        routine: PFN_WDF_REQUEST_COMPLETION_ROUTINE,
        context: WDFCONTEXT,
    ) {
        let call = Call::new(globals, "WdfRequestSetCompletionRoutine");
        if let Some(request) = call.get::<RequestBody>(request) {
            let guard = lock();
            let sending = &request.state.get(&guard).sending;
            sending.routine.set(routine);
            sending.context.set(context);
        }
    }

    pub(crate) unsafe extern "C" fn get_completion_params(
        globals: PWDF_DRIVER_GLOBALS,
        request: WDFREQUEST,
        params: PWDF_REQUEST_COMPLETION_PARAMS,
    ) {
        let call = Call::new(globals, "WdfRequestGetCompletionParams");
        if let Some(request) = call.get::<RequestBody>(request)
            && call.pointer(params, "Params")
        {
            ffi::put(params, request.state.get(&lock()).sending.params.get());
        }
    }

    pub(crate) unsafe extern "C" fn get_status(
        globals: PWDF_DRIVER_GLOBALS,
        request: WDFREQUEST,
    ) -> NTSTATUS {
        let call = Call::new(globals, "WdfRequestGetStatus");
        call.get::<RequestBody>(request)
            .map_or(0, |request| request.state.get(&lock()).sending.status.get())
    }

    pub(crate) unsafe extern "C" fn cancel_sent_request(
        globals: PWDF_DRIVER_GLOBALS,
        request: WDFREQUEST,
    ) -> BOOLEAN {
        let call = Call::new(globals, "WdfRequestCancelSentRequest");
        call.get::<RequestBody>(request)
            .is_some_and(|request| request.cancel_sent())
            .into()
    }

    pub(crate) unsafe extern "C" fn allocate_timer(
        globals: PWDF_DRIVER_GLOBALS,
        request: WDFREQUEST,
    ) -> NTSTATUS {
        // Timeouts need no memory of their own here.
        let call = Call::new(globals, "WdfRequestAllocateTimer");
        match call.get::<RequestBody>(request) {
            Some(_) if call.client.account.may_allocate() => status::SUCCESS,
            Some(_) => status::INSUFFICIENT_RESOURCES,
            None => status::INVALID_PARAMETER,
        }
    }

    /// Whether a request may be formatted now.
    fn may_format(call: &Call, request: &'static crate::request::Request) -> bool {
        let phase = request.phase(&lock());
        let fits = match request.origin {
            Origin::Device => phase == Phase::Owned,
            Origin::Driver => phase == Phase::Idle,
        };
        if !fits {
            request.report(
                call,
                rule::REQUEST_SENT,
                "is formatted while it is not the driver's",
            );
        }
        fits
    }

    pub(crate) unsafe extern "C" fn format_using_current_type(
        globals: PWDF_DRIVER_GLOBALS,
        request: WDFREQUEST,
    ) {
        let call = Call::new(globals, "WdfRequestFormatRequestUsingCurrentType");
        let Some(request) = call.get::<RequestBody>(request) else {
            return;
        };
        if !may_format(&call, request) {
            return;
        }
        if request.origin == Origin::Driver {
            request.report(&call, rule::REQUEST_UNFORMATTED, "has no current type");
            return;
        }
        request.irp(&lock()).copy_to_next();
        request.format_as_is();
    }

    pub(crate) unsafe extern "C" fn wdm_format_using_stack_location(
        globals: PWDF_DRIVER_GLOBALS,
        request: WDFREQUEST,
        stack: *mut IO_STACK_LOCATION,
    ) {
        let call = Call::new(globals, "WdfRequestWdmFormatUsingStackLocation");
        let Some(request) = call.get::<RequestBody>(request) else {
            return;
        };
        if !call.pointer(stack, "Stack") || !may_format(&call, request) {
            return;
        }
        let irp = request.irp(&lock());
        if irp.is_none() {
            request.report(
                &call,
                rule::REQUEST_UNFORMATTED,
                "has no IRP: no target is known yet",
            );
            return;
        }
        irp.next().copy_from_driver(stack);
        request.format_as_is();
    }
}
