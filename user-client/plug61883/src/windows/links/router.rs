//! Router configuration: mprapi.dll, which not every Windows has. It is loaded when it is asked
//! for, from system32 alone.

use std::ffi::c_void;

use windows::Win32::Foundation::{FreeLibrary, HANDLE, HMODULE};
use windows::Win32::System::LibraryLoader::{
    GetProcAddress, LOAD_LIBRARY_SEARCH_SYSTEM32, LoadLibraryExW,
};
use windows::core::{Error, PCSTR, PCWSTR, s, w};

use super::text::wide;
use crate::links::{Call, Family, LinkCode, LinkError, LinkErrorKind, Win32};

/// A function whose signature is not told.
pub(super) type Function = unsafe extern "system" fn() -> isize;
/// `MprConfigServerConnect`, as mprapi.h declares it.
type Connect = unsafe extern "system" fn(PCWSTR, *mut HANDLE) -> u32;
/// `MprConfigServerDisconnect`, as mprapi.h declares it.
type Disconnect = unsafe extern "system" fn(HANDLE);

/// mprapi.dll, loaded.
#[derive(Debug)]
struct Library(HMODULE);

impl Drop for Library {
    fn drop(&mut self) {
        // SAFETY: `load` got the module, and nothing of it is used any more. A failure has
        // nobody to go to.
        let _ = unsafe { FreeLibrary(self.0) };
    }
}

impl Library {
    fn load() -> Result<Self, LinkError> {
        // SAFETY: the name is ended by a NUL.
        let module =
            unsafe { LoadLibraryExW(w!("mprapi.dll"), None, LOAD_LIBRARY_SEARCH_SYSTEM32) };
        let module = module.map_err(|error| failed(Call::LoadRouter, &error))?;
        Ok(Self(module))
    }

    fn function(&self, name: PCSTR) -> Result<Function, LinkError> {
        // SAFETY: the module is loaded as long as `self` lives, and the name is ended by a NUL.
        let function = unsafe { GetProcAddress(self.0, name) };
        function.ok_or_else(|| failed(Call::FindRouter, &Error::from_thread()))
    }
}

/// A handle to a router's configuration, released when it is dropped.
#[derive(Debug)]
pub(crate) struct Handle {
    handle: HANDLE,
    disconnect: Disconnect,
    /// Dropped last: the function is in it.
    _library: Library,
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: `connect` got the handle, the function is in a library that is still loaded,
        // and this is its only call for this handle.
        unsafe { (self.disconnect)(self.handle) };
    }
}

impl Handle {
    pub(crate) fn connect(server: Option<&str>) -> Result<Self, LinkError> {
        let library = Library::load()?;
        // Both, before anything is opened: a handle that can't be released is not taken.
        let connect = library.function(s!("MprConfigServerConnect"))?;
        let disconnect = library.function(s!("MprConfigServerDisconnect"))?;
        // SAFETY: the library's documentation gives its function of this name this signature.
        let connect = unsafe { std::mem::transmute::<Function, Connect>(connect) };
        // SAFETY: as above.
        let disconnect = unsafe { std::mem::transmute::<Function, Disconnect>(disconnect) };
        let server = server.map(wide);
        let name = server
            .as_ref()
            .map_or(PCWSTR::null(), |server| PCWSTR(server.as_ptr()));
        let mut handle = HANDLE(std::ptr::null_mut::<c_void>());
        // SAFETY: the name is null or ended by a NUL and lives on, and `handle` is writable.
        let result = unsafe { connect(name, &raw mut handle) };
        let code = LinkCode::Win32(Win32(result));
        if !code.is_success() {
            return Err(LinkError::answer(Call::ConnectRouter, code));
        }
        if handle.0.is_null() {
            let call = Call::ConnectRouter;
            let kind = LinkErrorKind::Nothing { call };
            return Err(LinkError::new(Family::Router, kind));
        }
        Ok(Self {
            handle,
            disconnect,
            _library: library,
        })
    }

    /// Releases it; the function answers nothing.
    pub(crate) fn disconnect(self) {
        drop(self);
    }
}

/// A Win32 function that failed; the `windows` crate keeps its error as an HRESULT.
fn failed(call: Call, error: &Error) -> LinkError {
    let code = error.code().0.cast_unsigned();
    // FACILITY_WIN32: the low half is the Win32 error.
    let win32 = if code >> 16 == 0x8007 {
        code & 0xFFFF
    } else {
        code
    };
    LinkError::answer(call, LinkCode::Win32(Win32(win32)))
}
