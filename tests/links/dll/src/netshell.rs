//! The function of netshell.dll.

use core::ffi::c_void;

use crate::handles;

#[link(name = "ole32")]
unsafe extern "system" {
    fn CoTaskMemFree(block: *mut c_void);
}

/// `NETCON_PROPERTIES`, up to its texts.
#[repr(C)]
struct Properties {
    guid: [u32; 4],
    name: *mut c_void,
    device: *mut c_void,
}

/// See netcon.h. Counted as a handle that came and went.
///
/// # Safety
/// `properties` must be what `INetConnection::GetProperties` gave.
#[unsafe(no_mangle)]
unsafe extern "system" fn NcFreeNetconProperties(properties: *mut c_void) {
    handles::close(handles::open());
    let texts = properties.cast::<Properties>();
    // SAFETY: each is a block of its own, and nobody uses them after this.
    unsafe {
        CoTaskMemFree((*texts).name);
        CoTaskMemFree((*texts).device);
        CoTaskMemFree(properties);
    }
}
