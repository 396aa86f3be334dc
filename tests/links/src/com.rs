//! How often COM is initialised on a thread.

use anyhow::{Result, anyhow};
use plug61883::links::{Audio, Network};
use serde_json::{Value, json};
use windows::Win32::System::Com::{
    APTTYPE, APTTYPEQUALIFIER, COINIT, COINIT_APARTMENTTHREADED, COINIT_MULTITHREADED,
    CoGetApartmentType, CoInitializeEx, CoUninitialize,
};

/// COM's mode on this thread: -1 when it is not initialised.
pub(crate) fn apartment() -> i32 {
    let (mut kind, mut qualifier) = (APTTYPE::default(), APTTYPEQUALIFIER::default());
    // SAFETY: both are writable.
    match unsafe { CoGetApartmentType(&raw mut kind, &raw mut qualifier) } {
        Ok(()) => kind.0,
        Err(_) => -1,
    }
}

/// Uses the library; the modes before, with one user, with two, with one, and after.
fn uses() -> Vec<i32> {
    let mut modes = vec![apartment()];
    let audio = Audio::open();
    modes.push(apartment());
    let second = Audio::open();
    modes.push(apartment());
    drop(audio);
    modes.push(apartment());
    drop(second);
    // It fails under Wine, which must not leave COM initialised.
    drop(Network::open());
    modes.push(apartment());
    modes
}

/// On a thread that nobody has initialised, and on ones that somebody has, for both modes.
pub(crate) fn counts() -> Result<Value> {
    let of = |mode: Option<COINIT>| {
        std::thread::spawn(move || {
            // SAFETY: the reserved parameter is null, and the success is undone below.
            let result = mode.map(|mode| unsafe { CoInitializeEx(None, mode) });
            let modes = uses();
            if result.is_some_and(|result| result.is_ok()) {
                // SAFETY: undoes the call above.
                unsafe { CoUninitialize() };
            }
            (modes, apartment())
        })
        .join()
        .map_err(|_| anyhow!("a thread panicked"))
    };
    Ok(json!({
        "none": of(None)?,
        "single": of(Some(COINIT_APARTMENTTHREADED))?,
        "multi": of(Some(COINIT_MULTITHREADED))?,
    }))
}
