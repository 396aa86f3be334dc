//! The control device, `\\.\Plug61883`: made with the first unit, deleted when the last unit has
//! left and the last handle is closed.

use core::sync::atomic::{AtomicU64, Ordering};

use plug61883_abi::ioctl::{DEVICE_NAME, DEVICE_SDDL, LINK_NAME};
use plug61883_engine::HandleKey;
use plug61883_wdf::{
    Attributes, ControlDeviceInit, Device, Dispatch, Driver, File, FileEvents, Handle, NtStatus,
    QueueConfig, Request, Result, UnicodeString, WaitLock, context_type, process_id, utf16,
};

use crate::request::{ControlQueue, RequestContext};
use crate::shell::{STATE, run};

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

/// Context of a file object.
pub(crate) struct FileContext {
    /// [`HandleKey`]; 0 when the handle was refused.
    handle: AtomicU64,
}

context_type!(FileContext, c"FileContext");

impl FileContext {
    pub(crate) fn handle(&self) -> Option<HandleKey> {
        match self.handle.load(Ordering::Acquire) {
            0 => None,
            bits => Some(HandleKey::from_bits(bits)),
        }
    }
}

/// A unit has come: there is a control device now.
pub(crate) fn unit_arrived() -> Result<()> {
    let mut control = CONTROL.lock();
    if control.device.is_none() {
        let driver = control.driver.ok_or(NtStatus::INVALID_DEVICE_STATE)?;
        control.device = Some(create(driver)?);
    }
    control.units = control.units.saturating_add(1);
    Ok(())
}

/// A unit has left.
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

fn create(driver: Driver) -> Result<Device> {
    let mut init = ControlDeviceInit::new(driver, &UnicodeString::new(utf16!(DEVICE_SDDL)))?;
    init.set_name(&UnicodeString::new(utf16!(DEVICE_NAME)))?;
    init.set_file_events::<Files, FileContext>();
    init.set_request_context::<RequestContext>();
    let device = init.create(Attributes::new())?;
    let ready = device
        .create_symbolic_link(&UnicodeString::new(utf16!(LINK_NAME)))
        .and_then(|()| {
            QueueConfig::new(Dispatch::Parallel)
                .default_queue()
                .not_power_managed()
                .device_control::<ControlQueue>()
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
    fn create(_device: Device, request: Request, file: File) {
        let opened = STATE.lock().engine.open(process_id());
        let status = match (opened, file.context::<FileContext>()) {
            (Ok(key), Some(context)) => {
                context.handle.store(key.to_bits(), Ordering::Release);
                let mut control = CONTROL.lock();
                control.handles = control.handles.saturating_add(1);
                NtStatus::SUCCESS
            }
            (Ok(key), None) => {
                STATE.lock().engine.close(key);
                NtStatus::INTERNAL_ERROR
            }
            (Err(status), _) => status,
        };
        request.complete(status, 0);
    }

    fn cleanup(file: File) {
        if let Some(key) = file.context().and_then(FileContext::handle) {
            STATE.lock().engine.cleanup(key);
            run();
        }
    }

    fn close(file: File) {
        if let Some(key) = file.context().and_then(FileContext::handle) {
            STATE.lock().engine.close(key);
            let mut control = CONTROL.lock();
            control.handles = control.handles.saturating_sub(1);
            control.delete_unused();
        }
    }
}
