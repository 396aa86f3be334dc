//! I/O queues.

use wdk_sys::{WDF_IO_QUEUE_CONFIG, WDFQUEUE, WDFREQUEST, call_unsafe_wdf_function_binding};

use crate::object::handle_type;
use crate::{Attributes, Device, File, NtStatus, Request, Result, check, size_field};

handle_type! {
    /// An I/O queue.
    Queue(WDFQUEUE)
}

/// How a queue presents its requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dispatch {
    /// One at a time.
    Sequential,
    /// As they come.
    Parallel,
    /// When the driver asks.
    Manual,
}

/// What a device control request asks for.
#[derive(Clone, Copy, Debug)]
pub struct IoControl {
    /// Control code.
    pub code: u32,
    /// Bytes of input.
    pub input_length: usize,
    /// Bytes that the output buffer takes.
    pub output_length: usize,
}

/// Callbacks of a queue, at IRQL <= DISPATCH_LEVEL unless the device says passive.
pub trait QueueEvents {
    /// A device control request, to be completed or kept (`EvtIoDeviceControl`,
    /// `EvtIoInternalDeviceControl`).
    fn io_control(queue: Queue, request: Request, control: IoControl);
}

/// Callback of a queue that keeps requests.
pub trait CanceledEvents {
    /// A request was cancelled while the queue kept it; it is the driver's to complete
    /// (`EvtIoCanceledOnQueue`, IRQL <= DISPATCH_LEVEL).
    fn canceled(request: Request);
}

/// Builder of `WDF_IO_QUEUE_CONFIG`.
pub struct QueueConfig(WDF_IO_QUEUE_CONFIG);

impl QueueConfig {
    /// A queue without callbacks.
    #[must_use]
    pub fn new(dispatch: Dispatch) -> Self {
        let (kind, presented) = match dispatch {
            Dispatch::Sequential => (
                wdk_sys::_WDF_IO_QUEUE_DISPATCH_TYPE::WdfIoQueueDispatchSequential,
                0,
            ),
            Dispatch::Parallel => (
                wdk_sys::_WDF_IO_QUEUE_DISPATCH_TYPE::WdfIoQueueDispatchParallel,
                u32::MAX,
            ),
            Dispatch::Manual => (
                wdk_sys::_WDF_IO_QUEUE_DISPATCH_TYPE::WdfIoQueueDispatchManual,
                0,
            ),
        };
        let mut config = WDF_IO_QUEUE_CONFIG {
            Size: size_field::<WDF_IO_QUEUE_CONFIG>(),
            DispatchType: kind,
            PowerManaged: wdk_sys::_WDF_TRI_STATE::WdfUseDefault,
            ..WDF_IO_QUEUE_CONFIG::default()
        };
        config.Settings.Parallel.NumberOfPresentedRequests = presented;
        Self(config)
    }

    /// The device's default queue: gets what is dispatched to no other.
    #[must_use]
    pub fn default_queue(mut self) -> Self {
        self.0.DefaultQueue = 1;
        self
    }

    /// The queue presents requests in every power state of the device.
    #[must_use]
    pub fn not_power_managed(mut self) -> Self {
        self.0.PowerManaged = wdk_sys::_WDF_TRI_STATE::WdfFalse;
        self
    }

    /// `E` gets IRP_MJ_DEVICE_CONTROL.
    #[must_use]
    pub fn device_control<E: QueueEvents>(mut self) -> Self {
        self.0.EvtIoDeviceControl = Some(io_control::<E>);
        self
    }

    /// `E` gets IRP_MJ_INTERNAL_DEVICE_CONTROL.
    #[must_use]
    pub fn internal_device_control<E: QueueEvents>(mut self) -> Self {
        self.0.EvtIoInternalDeviceControl = Some(io_control::<E>);
        self
    }

    /// `E` gets the requests that are cancelled while the queue keeps them.
    #[must_use]
    pub fn canceled<E: CanceledEvents>(mut self) -> Self {
        self.0.EvtIoCanceledOnQueue = Some(canceled::<E>);
        self
    }

    /// Makes the queue. (`WdfIoQueueCreate`, IRQL <= DISPATCH_LEVEL)
    ///
    /// # Errors
    /// The framework's status.
    pub fn create(mut self, device: Device) -> Result<Queue> {
        let mut attributes = Attributes::new();
        let mut handle: WDFQUEUE = core::ptr::null_mut();
        // SAFETY: the device is live, all structures are live locals.
        check(unsafe {
            call_unsafe_wdf_function_binding!(
                WdfIoQueueCreate,
                device.raw(),
                &raw mut self.0,
                attributes.raw(),
                &raw mut handle
            )
        })?;
        Ok(Queue(handle))
    }
}

impl Queue {
    /// The queue's device. (`WdfIoQueueGetDevice`, IRQL <= DISPATCH_LEVEL)
    #[must_use]
    pub fn device(self) -> Device {
        // SAFETY: the handle is that of a live queue.
        unsafe {
            Device::from_raw(call_unsafe_wdf_function_binding!(
                WdfIoQueueGetDevice,
                self.0
            ))
        }
    }
}

impl Queue {
    /// Keeps a request in this queue, a manual one. From now on it may be cancelled.
    /// (`WdfRequestForwardToIoQueue`, IRQL <= DISPATCH_LEVEL)
    ///
    /// # Errors
    /// The framework's status; the request is the caller's again.
    pub fn keep(self, request: Request) -> core::result::Result<(), (Request, NtStatus)> {
        // SAFETY: the queue is live, and the request the driver's; the framework owns it if this
        // succeeds.
        let forwarded = check(unsafe {
            call_unsafe_wdf_function_binding!(
                WdfRequestForwardToIoQueue,
                request.handle().raw(),
                self.0
            )
        });
        forwarded.map_err(|status| (request, status))
    }

    /// Takes out the oldest request that is kept for a file object, `None` when there is none.
    /// (`WdfIoQueueRetrieveRequestByFileObject`, IRQL <= DISPATCH_LEVEL)
    #[must_use]
    pub fn take_of_file(self, file: File) -> Option<Request> {
        let mut request: WDFREQUEST = core::ptr::null_mut();
        // SAFETY: both handles are live, the out pointer is a live local.
        let found = check(unsafe {
            call_unsafe_wdf_function_binding!(
                WdfIoQueueRetrieveRequestByFileObject,
                self.0,
                file.raw(),
                &raw mut request
            )
        });
        // SAFETY: a request that was taken out is the driver's to complete.
        found.ok().map(|()| unsafe { Request::from_raw(request) })
    }
}

extern "C" fn canceled<E: CanceledEvents>(_queue: WDFQUEUE, request: WDFREQUEST) {
    // SAFETY: the framework gives a live request for the driver to complete.
    E::canceled(unsafe { Request::from_raw(request) });
}

extern "C" fn io_control<E: QueueEvents>(
    queue: WDFQUEUE,
    request: WDFREQUEST,
    output_length: usize,
    input_length: usize,
    code: wdk_sys::ULONG,
) {
    // SAFETY: the framework gives live handles, and the request for the driver to complete.
    let (queue, request) = unsafe { (Queue::from_raw(queue), Request::from_raw(request)) };
    E::io_control(
        queue,
        request,
        IoControl {
            code,
            input_length,
            output_length,
        },
    );
}
