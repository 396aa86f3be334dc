//! CONFIGRET: what the functions of cfgmgr32 answer.

use std::fmt;

use super::codes;

codes! {
    /// A CONFIGRET, as cfgmgr32.h names them. `Display`: `CR_ACCESS_DENIED (0x33)`.
    ConfigRet;
    SUCCESS = 0x00, "CR_SUCCESS", FINAL, "done";
    DEFAULT = 0x01, "CR_DEFAULT", FINAL, "failed, no reason given";
    OUT_OF_MEMORY = 0x02, "CR_OUT_OF_MEMORY", AGAIN, "not enough memory";
    INVALID_POINTER = 0x03, "CR_INVALID_POINTER", FINAL, "an address is not valid";
    INVALID_FLAG = 0x04, "CR_INVALID_FLAG", FINAL, "a flag is not valid";
    INVALID_DEVNODE = 0x05, "CR_INVALID_DEVNODE", FINAL,
        "no device of the device tree, also named CR_INVALID_DEVINST";
    INVALID_RES_DES = 0x06, "CR_INVALID_RES_DES", FINAL, "a resource descriptor is not valid";
    INVALID_LOG_CONF = 0x07, "CR_INVALID_LOG_CONF", FINAL, "a logical configuration is not valid";
    INVALID_ARBITRATOR = 0x08, "CR_INVALID_ARBITRATOR", FINAL, "a resource arbiter is not valid";
    INVALID_NODELIST = 0x09, "CR_INVALID_NODELIST", FINAL, "a list of devices is not valid";
    DEVNODE_HAS_REQS = 0x0A, "CR_DEVNODE_HAS_REQS", FINAL,
        "the device still has resource requirements, also named CR_DEVINST_HAS_REQS";
    INVALID_RESOURCEID = 0x0B, "CR_INVALID_RESOURCEID", FINAL, "no such kind of resource";
    DLVXD_NOT_FOUND = 0x0C, "CR_DLVXD_NOT_FOUND", FINAL,
        "the device loader was not found (Windows 95 only)";
    NO_SUCH_DEVNODE = 0x0D, "CR_NO_SUCH_DEVNODE", FINAL,
        "the device is not in the device tree, also named CR_NO_SUCH_DEVINST";
    NO_MORE_LOG_CONF = 0x0E, "CR_NO_MORE_LOG_CONF", FINAL, "no further logical configuration";
    NO_MORE_RES_DES = 0x0F, "CR_NO_MORE_RES_DES", FINAL, "no further resource descriptor";
    ALREADY_SUCH_DEVNODE = 0x10, "CR_ALREADY_SUCH_DEVNODE", FINAL,
        "the device is there already, also named CR_ALREADY_SUCH_DEVINST";
    INVALID_RANGE_LIST = 0x11, "CR_INVALID_RANGE_LIST", FINAL, "a list of ranges is not valid";
    INVALID_RANGE = 0x12, "CR_INVALID_RANGE", FINAL, "a range is not valid";
    FAILURE = 0x13, "CR_FAILURE", FINAL, "failed, no reason given";
    NO_SUCH_LOGICAL_DEV = 0x14, "CR_NO_SUCH_LOGICAL_DEV", FINAL, "no such logical device";
    CREATE_BLOCKED = 0x15, "CR_CREATE_BLOCKED", FINAL, "the device may not be made";
    NOT_SYSTEM_VM = 0x16, "CR_NOT_SYSTEM_VM", FINAL,
        "not the system's virtual machine (Windows 95 only)";
    REMOVE_VETOED = 0x17, "CR_REMOVE_VETOED", FINAL,
        "a driver or program does not let the device go";
    APM_VETOED = 0x18, "CR_APM_VETOED", FINAL, "power management does not allow it";
    INVALID_LOAD_TYPE = 0x19, "CR_INVALID_LOAD_TYPE", FINAL, "no such way of loading";
    BUFFER_SMALL = 0x1A, "CR_BUFFER_SMALL", AGAIN,
        "the buffer is too small, what was asked for grew meanwhile";
    NO_ARBITRATOR = 0x1B, "CR_NO_ARBITRATOR", FINAL, "no arbiter for this kind of resource";
    NO_REGISTRY_HANDLE = 0x1C, "CR_NO_REGISTRY_HANDLE", FINAL,
        "the device's registry key could not be opened";
    REGISTRY_ERROR = 0x1D, "CR_REGISTRY_ERROR", FINAL, "the registry could not be read or written";
    INVALID_DEVICE_ID = 0x1E, "CR_INVALID_DEVICE_ID", FINAL, "no device instance ID";
    INVALID_DATA = 0x1F, "CR_INVALID_DATA", FINAL, "the data is not valid";
    INVALID_API = 0x20, "CR_INVALID_API", FINAL, "the function can't be called so";
    DEVLOADER_NOT_READY = 0x21, "CR_DEVLOADER_NOT_READY", AGAIN, "the device loader is not ready";
    NEED_RESTART = 0x22, "CR_NEED_RESTART", FINAL, "the computer must be restarted first";
    NO_MORE_HW_PROFILES = 0x23, "CR_NO_MORE_HW_PROFILES", FINAL, "no further hardware profile";
    DEVICE_NOT_THERE = 0x24, "CR_DEVICE_NOT_THERE", FINAL, "the device is not there";
    NO_SUCH_VALUE = 0x25, "CR_NO_SUCH_VALUE", FINAL, "the device has no such property";
    WRONG_TYPE = 0x26, "CR_WRONG_TYPE", FINAL, "the property is of another type";
    INVALID_PRIORITY = 0x27, "CR_INVALID_PRIORITY", FINAL, "no such priority";
    NOT_DISABLEABLE = 0x28, "CR_NOT_DISABLEABLE", FINAL, "the device can't be disabled";
    FREE_RESOURCES = 0x29, "CR_FREE_RESOURCES", FINAL, "resources must be freed first";
    QUERY_VETOED = 0x2A, "CR_QUERY_VETOED", FINAL, "a driver or program does not agree";
    CANT_SHARE_IRQ = 0x2B, "CR_CANT_SHARE_IRQ", FINAL, "the interrupt can't be shared";
    NO_DEPENDENT = 0x2C, "CR_NO_DEPENDENT", FINAL, "nothing depends on it";
    SAME_RESOURCES = 0x2D, "CR_SAME_RESOURCES", FINAL, "the resources are the same as before";
    NO_SUCH_REGISTRY_KEY = 0x2E, "CR_NO_SUCH_REGISTRY_KEY", FINAL, "no such registry key";
    INVALID_MACHINENAME = 0x2F, "CR_INVALID_MACHINENAME", FINAL,
        "no machine name: one begins with two backslashes";
    REMOTE_COMM_FAILURE = 0x30, "CR_REMOTE_COMM_FAILURE", AGAIN,
        "the connection to the machine broke";
    MACHINE_UNAVAILABLE = 0x31, "CR_MACHINE_UNAVAILABLE", AGAIN, "the machine does not answer";
    NO_CM_SERVICES = 0x32, "CR_NO_CM_SERVICES", FINAL,
        "the machine does not serve its configuration manager";
    ACCESS_DENIED = 0x33, "CR_ACCESS_DENIED", FINAL, "access is denied";
    CALL_NOT_IMPLEMENTED = 0x34, "CR_CALL_NOT_IMPLEMENTED", FINAL,
        "this Windows does not have the function";
    INVALID_PROPERTY = 0x35, "CR_INVALID_PROPERTY", FINAL, "no such property";
    DEVICE_INTERFACE_ACTIVE = 0x36, "CR_DEVICE_INTERFACE_ACTIVE", FINAL,
        "the device interface is in use";
    NO_SUCH_DEVICE_INTERFACE = 0x37, "CR_NO_SUCH_DEVICE_INTERFACE", FINAL,
        "no such device interface";
    INVALID_REFERENCE_STRING = 0x38, "CR_INVALID_REFERENCE_STRING", FINAL,
        "a reference string is not valid";
    INVALID_CONFLICT_LIST = 0x39, "CR_INVALID_CONFLICT_LIST", FINAL,
        "a list of conflicts is not valid";
    INVALID_INDEX = 0x3A, "CR_INVALID_INDEX", FINAL, "no entry with this index";
    INVALID_STRUCTURE_SIZE = 0x3B, "CR_INVALID_STRUCTURE_SIZE", FINAL,
        "a structure has the wrong size";
}

impl fmt::Display for ConfigRet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name} (0x{:02X})", self.0),
            None => write!(f, "CONFIGRET 0x{:02X}", self.0),
        }
    }
}
