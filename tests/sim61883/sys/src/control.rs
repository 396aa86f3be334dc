//! The control device, `\\.\Sim61883`: made with the first unit, deleted when the last unit has
//! left and the last handle is closed.

use plug61883_wdf::{
    Attributes, ControlDeviceInit, Device, Dispatch, Driver, File, FileEvents, Handle, IoControl,
    NtStatus, Queue, QueueConfig, QueueEvents, Request, Result, UnicodeString, WaitLock,
    context_type, utf16,
};
use sim61883_control::serve::{Served, count_reply, serve};
use sim61883_control::{DEVICE_NAME, DEVICE_SDDL, LINK_NAME};

use crate::LAB;
use crate::request;

pub(crate) static CONTROL: WaitLock<Control> = WaitLock::new(Control {
    driver: None,
    device: None,
    units: 0,
    handles: 0,
});

pub(crate) struct Control {
    pub(crate) driver: Option<Driver>,
    device: Option<Device>,
    units: usize,
    handles: usize,
}

/// Longest request of the interface.
const MAX_INPUT: usize = 64;

/// A unit has come: there is a control device now. (PASSIVE_LEVEL)
pub(crate) fn unit_arrived() -> Result<()> {
    let mut control = CONTROL.lock();
    if control.device.is_none() {
        let driver = control.driver.ok_or(NtStatus::INVALID_DEVICE_STATE)?;
        control.device = Some(create(driver)?);
    }
    control.units = control.units.saturating_add(1);
    Ok(())
}

/// A unit has left. (PASSIVE_LEVEL)
pub(crate) fn unit_left() {
    let mut control = CONTROL.lock();
    control.units = control.units.saturating_sub(1);
    control.delete_unused();
}

impl Control {
    /// A device that is deleted with a handle open would keep its name and be in the way of the
    /// next unit's, so it stays until then.
    fn delete_unused(&mut self) {
        if self.units == 0
            && self.handles == 0
            && let Some(device) = self.device.take()
        {
            device.delete();
        }
    }
}

/// Context of a file object.
struct FileContext {
    _none: u8,
}

context_type!(FileContext, c"FileContext");

fn create(driver: Driver) -> Result<Device> {
    let mut init = ControlDeviceInit::new(driver, &UnicodeString::new(utf16!(DEVICE_SDDL)))?;
    init.set_name(&UnicodeString::new(utf16!(DEVICE_NAME)))?;
    init.set_file_events::<Files, FileContext>();
    let device = init.create(Attributes::new())?;
    let ready = device
        .create_symbolic_link(&UnicodeString::new(utf16!(LINK_NAME)))
        .and_then(|()| {
            QueueConfig::new(Dispatch::Parallel)
                .default_queue()
                .not_power_managed()
                .device_control::<Controls>()
                .create(device)
        });
    match ready {
        Ok(_) => {
            ControlDeviceInit::finish(device);
            Ok(device)
        }
        Err(status) => {
            device.delete();
            Err(status)
        }
    }
}

struct Files;

impl FileEvents for Files {
    fn create(_device: Device, request: Request, _file: File) {
        {
            let mut control = CONTROL.lock();
            control.handles = control.handles.saturating_add(1);
        }
        request.complete(NtStatus::SUCCESS, 0);
    }

    fn cleanup(_file: File) {}

    fn close(_file: File) {
        let mut control = CONTROL.lock();
        control.handles = control.handles.saturating_sub(1);
        control.delete_unused();
    }
}

struct Controls;

impl QueueEvents for Controls {
    fn io_control(_queue: Queue, mut request: Request, control: IoControl) {
        match answer(&mut request, control.code) {
            Ok(length) => request.complete(NtStatus::SUCCESS, length),
            Err(status) => request.complete(status, 0),
        }
    }
}

/// Answers a request; gives the bytes of its reply.
fn answer(request: &mut Request, code: u32) -> Result<usize> {
    // Input and output share a buffer: what is asked is copied first.
    let mut copy = [0; MAX_INPUT];
    let input = request.input();
    let place = copy
        .get_mut(..input.len())
        .ok_or(NtStatus::INFO_LENGTH_MISMATCH)?;
    place.copy_from_slice(input);
    let input = &*place;
    let served = serve(&mut LAB.lock(), code, input, request.output())?;
    match served {
        Served::Done(length) => Ok(length),
        Served::Release { function, count } => {
            let released = request::release(function, count);
            match count_reply(request.output(), released)? {
                Served::Done(length) => Ok(length),
                Served::Release { .. } => Err(NtStatus::INTERNAL_ERROR),
            }
        }
    }
}
