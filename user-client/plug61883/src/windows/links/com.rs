//! COM on this thread: initialised once while anything uses it, and given back.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use windows::Win32::Foundation::RPC_E_CHANGED_MODE;
use windows::Win32::System::Com::{COINIT_MULTITHREADED, CoInitializeEx, CoUninitialize};
use windows::core::{Error, HRESULT};

use crate::links::{Call, HResult, LinkCode, LinkError};

thread_local! {
    /// This thread's, while it is in use.
    static USED: RefCell<Weak<Apartment>> = const { RefCell::new(Weak::new()) };
}

/// A successful `CoInitializeEx` of this thread, or that of somebody else.
#[derive(Debug)]
struct Apartment {
    /// Whether `CoUninitialize` is due.
    ours: bool,
}

impl Drop for Apartment {
    fn drop(&mut self) {
        if self.ours {
            // SAFETY: a call of `CoInitializeEx` on this thread succeeded and has no other
            // `CoUninitialize`; an `Rc` never leaves its thread.
            unsafe { CoUninitialize() };
        }
    }
}

/// COM can be used on this thread as long as this value lives; it can't leave the thread. What
/// holds an interface holds one of these, declared after it, so that it is dropped later.
#[derive(Clone, Debug)]
pub(super) struct Com {
    _apartment: Rc<Apartment>,
}

impl Com {
    /// Initialises COM on this thread unless that is done. A thread that somebody has
    /// initialised for another mode serves as well: the interfaces used here work in any.
    pub(super) fn enter(call: Call) -> Result<Self, LinkError> {
        USED.with_borrow_mut(|used| {
            if let Some(apartment) = used.upgrade() {
                return Ok(Self {
                    _apartment: apartment,
                });
            }
            // SAFETY: the reserved parameter is null; `Apartment` undoes a success.
            let result = unsafe { CoInitializeEx(None, COINIT_MULTITHREADED) };
            if result.is_err() && result != RPC_E_CHANGED_MODE {
                return Err(failed(call, result));
            }
            let apartment = Rc::new(Apartment {
                ours: result.is_ok(),
            });
            *used = Rc::downgrade(&apartment);
            Ok(Self {
                _apartment: apartment,
            })
        })
    }
}

/// A COM function's answer.
pub(super) fn code(result: HRESULT) -> LinkCode {
    LinkCode::HResult(HResult(result.0.cast_unsigned()))
}

/// A COM function that failed.
pub(super) fn failed(call: Call, result: HRESULT) -> LinkError {
    LinkError::answer(call, code(result))
}

/// What the `windows` crate makes of a COM function that failed, kept as our error.
pub(super) fn error(call: Call) -> impl Fn(Error) -> LinkError {
    move |error| failed(call, error.code())
}
