//! The functions of mprapi.dll.

use crate::handles;
use crate::kernel::answer;

/// See mprapi.h.
///
/// # Safety
/// `handle` must be writable.
#[unsafe(no_mangle)]
unsafe extern "system" fn MprConfigServerConnect(_server: *const u16, handle: *mut usize) -> u32 {
    let code = answer(c"MprConfigServerConnect");
    if code == 0 {
        // SAFETY: the caller gives a place for it.
        unsafe { handle.write(handles::open()) };
    }
    code
}

/// See mprapi.h.
#[unsafe(no_mangle)]
extern "system" fn MprConfigServerDisconnect(handle: usize) {
    handles::close(handle);
}
