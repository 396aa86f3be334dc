//! HRESULT: what the COM interfaces answer.

use std::fmt;

use super::codes;

codes! {
    /// An HRESULT, as winerror.h names them; those that these interfaces and COM itself give.
    /// `Display`: `E_FAIL (0x80004005)`.
    HResult;
    OK = 0x0000_0000, "S_OK", FINAL, "done";
    FALSE = 0x0000_0001, "S_FALSE", FINAL, "done, or nothing was to be done";
    NOTIMPL = 0x8000_4001, "E_NOTIMPL", FINAL, "not implemented";
    NOINTERFACE = 0x8000_4002, "E_NOINTERFACE", FINAL, "an interface is not supported";
    POINTER = 0x8000_4003, "E_POINTER", FINAL, "an address is not valid";
    ABORT = 0x8000_4004, "E_ABORT", AGAIN, "it was aborted";
    FAIL = 0x8000_4005, "E_FAIL", FINAL, "failed, no reason given";
    UNEXPECTED = 0x8000_FFFF, "E_UNEXPECTED", FINAL, "failed, for an unknown reason";
    DISCONNECTED = 0x8001_0108, "RPC_E_DISCONNECTED", FINAL,
        "the object has gone away from its clients";
    CHANGED_MODE = 0x8001_0106, "RPC_E_CHANGED_MODE", FINAL,
        "COM has another mode on this thread already";
    CLASS_NOT_REGISTERED = 0x8004_0154, "REGDB_E_CLASSNOTREG", FINAL,
        "the class is not registered";
    NOT_INITIALIZED = 0x8004_01F0, "CO_E_NOTINITIALIZED", FINAL,
        "COM is not initialised on this thread";
    FILE_NOT_FOUND = 0x8007_0002, "HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND)", FINAL,
        "it was not found";
    ACCESS_DENIED = 0x8007_0005, "E_ACCESSDENIED", FINAL, "access is denied";
    HANDLE = 0x8007_0006, "E_HANDLE", FINAL, "a handle is not valid";
    OUT_OF_MEMORY = 0x8007_000E, "E_OUTOFMEMORY", AGAIN, "not enough memory";
    INVALID_ARG = 0x8007_0057, "E_INVALIDARG", FINAL, "a parameter is not valid";
    BUSY = 0x8007_00AA, "HRESULT_FROM_WIN32(ERROR_BUSY)", AGAIN, "it is in use";
    SERVICE_DISABLED = 0x8007_0422, "HRESULT_FROM_WIN32(ERROR_SERVICE_DISABLED)", FINAL,
        "the service that does it is disabled";
    NOT_FOUND = 0x8007_0490, "E_NOTFOUND", FINAL, "it was not found";
    SERVER_UNAVAILABLE = 0x8007_06BA, "HRESULT_FROM_WIN32(RPC_S_SERVER_UNAVAILABLE)", AGAIN,
        "the service that does it does not answer";
    FILE_READ_ONLY = 0x8007_1779, "HRESULT_FROM_WIN32(ERROR_FILE_READ_ONLY)", FINAL,
        "it can't be changed";
    SERVER_EXEC_FAILURE = 0x8008_0005, "CO_E_SERVER_EXEC_FAILURE", AGAIN,
        "the object's server did not start";
    AUDIO_DEVICE_INVALIDATED = 0x8889_0004, "AUDCLNT_E_DEVICE_INVALIDATED", FINAL,
        "the audio device was unplugged or reconfigured";
    AUDIO_SERVICE_NOT_RUNNING = 0x8889_0010, "AUDCLNT_E_SERVICE_NOT_RUNNING", AGAIN,
        "the Windows audio service does not run";
}

impl HResult {
    /// Whether it tells of success: severity 0.
    #[must_use]
    pub const fn is_success(self) -> bool {
        self.0 < 0x8000_0000
    }
}

impl fmt::Display for HResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name} (0x{:08X})", self.0),
            None => write!(f, "HRESULT 0x{:08X}", self.0),
        }
    }
}
