//! I/O targets.

use wdk_sys::{WDFIOTARGET, call_unsafe_wdf_function_binding};

use crate::object::handle_type;

handle_type! {
    /// Where a driver sends its requests.
    IoTarget(WDFIOTARGET)
}

impl IoTarget {
    /// Cancels what is sent, refuses what comes after, returns when all is completed.
    /// (`WdfIoTargetPurge`, PASSIVE_LEVEL)
    pub fn purge_and_wait(self) {
        // SAFETY: the target is live.
        unsafe {
            call_unsafe_wdf_function_binding!(
                WdfIoTargetPurge,
                self.0,
                wdk_sys::_WDF_IO_TARGET_PURGE_IO_ACTION::WdfIoTargetPurgeIoAndWait
            );
        }
    }
}
