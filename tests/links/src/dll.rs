//! The library of `tests/links/dll`, in the place of one of Windows.

use std::ffi::CString;

use anyhow::{Context, Result};
use plug61883::links::LinkCode;
use serde_json::{Value, json};
use windows::Win32::Foundation::{FreeLibrary, HMODULE};
use windows::Win32::System::LibraryLoader::{
    GetModuleHandleW, GetProcAddress, LOAD_LIBRARY_SEARCH_DEFAULT_DIRS, LoadLibraryExW,
};
use windows::core::{HSTRING, PCSTR};

/// It, loaded.
pub(crate) struct Dll {
    name: HSTRING,
    module: HMODULE,
}

impl Dll {
    pub(crate) fn load(name: &str) -> Result<Self> {
        let name = HSTRING::from(name);
        // SAFETY: the name is ended by a NUL and lives on.
        let module = unsafe { LoadLibraryExW(&name, None, LOAD_LIBRARY_SEARCH_DEFAULT_DIRS) };
        let module = module.with_context(|| format!("loading {name}"))?;
        Ok(Self { name, module })
    }

    fn number(&self, name: &str) -> Result<u32> {
        type Count = unsafe extern "system" fn() -> u32;
        let text = CString::new(name)?;
        // SAFETY: the module is loaded, and the name is ended by a NUL and lives on.
        let function = unsafe { GetProcAddress(self.module, PCSTR(text.as_ptr().cast())) };
        let function =
            function.with_context(|| format!("{} is not the test's: no {name}", self.name))?;
        // SAFETY: the test's library gives all functions of these names this signature.
        Ok(unsafe {
            std::mem::transmute::<unsafe extern "system" fn() -> isize, Count>(function)()
        })
    }

    /// Handles given out, those still open, and calls with one that is not.
    pub(crate) fn counts(&self) -> Result<Value> {
        Ok(json!({
            "opened": self.number("LinksTestOpened")?,
            "open": self.number("LinksTestOpen")?,
            "misused": self.number("LinksTestMisused")?,
        }))
    }

    /// Lets it go; whether it is still loaded then.
    pub(crate) fn unload(self) -> Result<bool> {
        // SAFETY: `load` got the module, and nothing of it is used any more.
        unsafe { FreeLibrary(self.module) }?;
        // SAFETY: the name is ended by a NUL and lives on.
        Ok(unsafe { GetModuleHandleW(&self.name) }.is_ok())
    }
}

/// Runs `what` while `function` answers `code`.
pub(crate) fn answering<T>(function: &str, code: LinkCode, what: impl FnOnce() -> T) -> T {
    // SAFETY: this program has one thread.
    unsafe { std::env::set_var(function, code.number().to_string()) };
    let result = what();
    // SAFETY: as above.
    unsafe { std::env::remove_var(function) };
    result
}
