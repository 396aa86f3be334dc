//! The control device, `\\.\Plug61883`: made with the first unit, deleted when the last unit has
//! left and the last handle is closed.

use core::sync::atomic::{AtomicU64, Ordering};

use plug61883_abi::ioctl::{DEVICE_NAME, DEVICE_SDDL, LINK_NAME};
use plug61883_engine::HandleKey;
use plug61883_wdf::{
    ControlDeviceInit, Device, File, Presence, Result, Sideband, SidebandEvents, context_type,
    process_id, utf16,
};

use crate::request::{ControlQueue, RequestContext};
use crate::shell::{input, run};
use crate::waits;

pub(crate) static CONTROL: Sideband<Control> = Sideband::new();

/// Context of a file object.
pub(crate) struct FileContext {
    open: Presence,
    /// [`HandleKey`]; 0 when the handle was refused.
    handle: AtomicU64,
}

context_type!(FileContext, c"FileContext");

impl AsRef<Presence> for FileContext {
    fn as_ref(&self) -> &Presence {
        &self.open
    }
}

impl FileContext {
    pub(crate) fn handle(&self) -> Option<HandleKey> {
        match self.handle.load(Ordering::Acquire) {
            0 => None,
            bits => Some(HandleKey::from_bits(bits)),
        }
    }
}

pub(crate) struct Control;

impl SidebandEvents for Control {
    const NAME: &'static [u16] = utf16!(DEVICE_NAME);
    const LINK: &'static [u16] = utf16!(LINK_NAME);
    const SDDL: &'static [u16] = utf16!(DEVICE_SDDL);
    type File = FileContext;
    type Queue = ControlQueue;

    fn sideband() -> &'static Sideband<Self> {
        &CONTROL
    }

    fn prepare(init: &mut ControlDeviceInit) {
        init.set_request_context::<RequestContext>();
    }

    fn created(device: Device) -> Result<()> {
        waits::create_queue(device)
    }

    fn opened(file: File, context: &FileContext) -> Result<()> {
        let mut state = input();
        let key = state.engine.open(process_id())?;
        state.set_file(key, Some(file));
        context.handle.store(key.to_bits(), Ordering::Release);
        Ok(())
    }

    fn cleanup(file: File, context: &FileContext) {
        if let Some(key) = context.handle() {
            input().engine.cleanup(key);
            waits::end_all(key, file);
            run();
        }
    }

    fn closed(context: &FileContext) {
        if let Some(key) = context.handle() {
            let mut state = input();
            state.set_file(key, None);
            state.engine.close(key);
        }
    }
}
