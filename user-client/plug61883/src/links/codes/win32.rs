//! Win32 errors: what loading a library and the router functions answer.

use std::fmt;

use super::codes;

codes! {
    /// A Win32 error, as winerror.h names them; those that the router functions and loading them
    /// give. `Display`: `ERROR_ACCESS_DENIED (5)`.
    Win32;
    NO_ERROR = 0, "NO_ERROR", FINAL, "done";
    ACCESS_DENIED = 5, "ERROR_ACCESS_DENIED", FINAL, "access is denied";
    NOT_ENOUGH_MEMORY = 8, "ERROR_NOT_ENOUGH_MEMORY", AGAIN,
        "not enough memory or other resources";
    NOT_SUPPORTED = 50, "ERROR_NOT_SUPPORTED", FINAL, "it is not supported";
    BAD_NETPATH = 53, "ERROR_BAD_NETPATH", FINAL, "no computer of this name is on the network";
    INVALID_PARAMETER = 87, "ERROR_INVALID_PARAMETER", FINAL, "a parameter is not valid";
    CALL_NOT_IMPLEMENTED = 120, "ERROR_CALL_NOT_IMPLEMENTED", FINAL,
        "this Windows does not have the function";
    INVALID_NAME = 123, "ERROR_INVALID_NAME", FINAL, "the name is not valid";
    MOD_NOT_FOUND = 126, "ERROR_MOD_NOT_FOUND", FINAL, "the library is not there";
    PROC_NOT_FOUND = 127, "ERROR_PROC_NOT_FOUND", FINAL, "the library has no such function";
    SERVICE_DOES_NOT_EXIST = 1060, "ERROR_SERVICE_DOES_NOT_EXIST", FINAL,
        "the service is not installed";
    SERVICE_NOT_ACTIVE = 1062, "ERROR_SERVICE_NOT_ACTIVE", FINAL, "the service is not started";
    SERVER_UNAVAILABLE = 1722, "RPC_S_SERVER_UNAVAILABLE", AGAIN, "the server does not answer";
    SERVER_TOO_BUSY = 1723, "RPC_S_SERVER_TOO_BUSY", AGAIN, "the server is too busy";
}

impl fmt::Display for Win32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name} ({})", self.0),
            None => write!(f, "Win32 error {}", self.0),
        }
    }
}
