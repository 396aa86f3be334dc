//! Problem codes: why a device does not work, as Device Manager tells it.

use std::fmt;

use super::codes;

codes! {
    /// A device's problem code, as cfg.h names them. `Display`: `CM_PROB_FAILED_START (10)`.
    Problem;
    NONE = 0, "none", FINAL, "the device has no problem";
    NOT_CONFIGURED = 1, "CM_PROB_NOT_CONFIGURED", FINAL, "it has no configuration";
    DEVLOADER_FAILED = 2, "CM_PROB_DEVLOADER_FAILED", FINAL, "its driver could not be loaded";
    OUT_OF_MEMORY = 3, "CM_PROB_OUT_OF_MEMORY", FINAL, "memory ran out";
    ENTRY_IS_WRONG_TYPE = 4, "CM_PROB_ENTRY_IS_WRONG_TYPE", FINAL,
        "a registry value is of the wrong type";
    LACKED_ARBITRATOR = 5, "CM_PROB_LACKED_ARBITRATOR", FINAL,
        "nobody hands out a resource that it needs";
    BOOT_CONFIG_CONFLICT = 6, "CM_PROB_BOOT_CONFIG_CONFLICT", FINAL,
        "its configuration from start-up is in conflict";
    FAILED_FILTER = 7, "CM_PROB_FAILED_FILTER", FINAL, "a filter of its resources failed";
    DEVLOADER_NOT_FOUND = 8, "CM_PROB_DEVLOADER_NOT_FOUND", FINAL, "its loader was not found";
    INVALID_DATA = 9, "CM_PROB_INVALID_DATA", FINAL, "its data in the registry is not valid";
    FAILED_START = 10, "CM_PROB_FAILED_START", FINAL, "it could not be started";
    LIAR = 11, "CM_PROB_LIAR", FINAL, "a driver failed though it said that it works";
    NORMAL_CONFLICT = 12, "CM_PROB_NORMAL_CONFLICT", FINAL,
        "two devices want the same resource";
    NOT_VERIFIED = 13, "CM_PROB_NOT_VERIFIED", FINAL, "its resources could not be checked";
    NEED_RESTART = 14, "CM_PROB_NEED_RESTART", FINAL, "the computer must be restarted";
    REENUMERATION = 15, "CM_PROB_REENUMERATION", FINAL, "it must be found again";
    PARTIAL_LOG_CONF = 16, "CM_PROB_PARTIAL_LOG_CONF", FINAL,
        "not all of its resources are known";
    UNKNOWN_RESOURCE = 17, "CM_PROB_UNKNOWN_RESOURCE", FINAL, "it asks for an unknown resource";
    REINSTALL = 18, "CM_PROB_REINSTALL", FINAL, "its driver must be installed again";
    REGISTRY = 19, "CM_PROB_REGISTRY", FINAL, "its registry key is damaged";
    VXDLDR = 20, "CM_PROB_VXDLDR", FINAL, "a virtual driver failed (Windows 95 only)";
    WILL_BE_REMOVED = 21, "CM_PROB_WILL_BE_REMOVED", FINAL, "it is being removed";
    DISABLED = 22, "CM_PROB_DISABLED", FINAL, "it is disabled";
    DEVLOADER_NOT_READY = 23, "CM_PROB_DEVLOADER_NOT_READY", FINAL, "its loader is not ready";
    DEVICE_NOT_THERE = 24, "CM_PROB_DEVICE_NOT_THERE", FINAL,
        "it is not there, does not work or lacks drivers";
    MOVED = 25, "CM_PROB_MOVED", FINAL, "it was moved";
    TOO_EARLY = 26, "CM_PROB_TOO_EARLY", FINAL, "it was found too early";
    NO_VALID_LOG_CONF = 27, "CM_PROB_NO_VALID_LOG_CONF", FINAL,
        "no valid set of resources is there for it";
    FAILED_INSTALL = 28, "CM_PROB_FAILED_INSTALL", FINAL, "no driver is installed for it";
    HARDWARE_DISABLED = 29, "CM_PROB_HARDWARE_DISABLED", FINAL,
        "the firmware has disabled the hardware";
    CANT_SHARE_IRQ = 30, "CM_PROB_CANT_SHARE_IRQ", FINAL, "its interrupt can't be shared";
    FAILED_ADD = 31, "CM_PROB_FAILED_ADD", FINAL, "a driver did not take it";
    DISABLED_SERVICE = 32, "CM_PROB_DISABLED_SERVICE", FINAL, "its driver is disabled";
    TRANSLATION_FAILED = 33, "CM_PROB_TRANSLATION_FAILED", FINAL,
        "the resources that it needs could not be found out";
    NO_SOFTCONFIG = 34, "CM_PROB_NO_SOFTCONFIG", FINAL, "it must be configured by hand";
    BIOS_TABLE = 35, "CM_PROB_BIOS_TABLE", FINAL, "the firmware does not describe it";
    IRQ_TRANSLATION_FAILED = 36, "CM_PROB_IRQ_TRANSLATION_FAILED", FINAL,
        "its interrupt could not be translated";
    FAILED_DRIVER_ENTRY = 37, "CM_PROB_FAILED_DRIVER_ENTRY", FINAL,
        "its driver's DriverEntry failed";
    DRIVER_FAILED_PRIOR_UNLOAD = 38, "CM_PROB_DRIVER_FAILED_PRIOR_UNLOAD", FINAL,
        "its driver is still in memory from before";
    DRIVER_FAILED_LOAD = 39, "CM_PROB_DRIVER_FAILED_LOAD", FINAL,
        "its driver could not be loaded";
    DRIVER_SERVICE_KEY_INVALID = 40, "CM_PROB_DRIVER_SERVICE_KEY_INVALID", FINAL,
        "its driver's registry key is not valid";
    LEGACY_SERVICE_NO_DEVICES = 41, "CM_PROB_LEGACY_SERVICE_NO_DEVICES", FINAL,
        "its driver was loaded and found no hardware";
    DUPLICATE_DEVICE = 42, "CM_PROB_DUPLICATE_DEVICE", FINAL, "the same device is there twice";
    FAILED_POST_START = 43, "CM_PROB_FAILED_POST_START", FINAL,
        "a driver reports that the device failed";
    HALTED = 44, "CM_PROB_HALTED", FINAL, "a program or service has shut it down";
    PHANTOM = 45, "CM_PROB_PHANTOM", FINAL, "it is not connected";
    SYSTEM_SHUTDOWN = 46, "CM_PROB_SYSTEM_SHUTDOWN", FINAL, "the system is shutting down";
    HELD_FOR_EJECT = 47, "CM_PROB_HELD_FOR_EJECT", FINAL, "it was ejected and is still there";
    DRIVER_BLOCKED = 48, "CM_PROB_DRIVER_BLOCKED", FINAL,
        "its driver is known to do harm and is blocked";
    REGISTRY_TOO_LARGE = 49, "CM_PROB_REGISTRY_TOO_LARGE", FINAL, "the registry is full";
    SETPROPERTIES_FAILED = 50, "CM_PROB_SETPROPERTIES_FAILED", FINAL,
        "its properties could not be set";
    WAITING_ON_DEPENDENCY = 51, "CM_PROB_WAITING_ON_DEPENDENCY", FINAL,
        "it waits for another device";
    UNSIGNED_DRIVER = 52, "CM_PROB_UNSIGNED_DRIVER", FINAL, "its driver's signature is missing";
    USED_BY_DEBUGGER = 53, "CM_PROB_USED_BY_DEBUGGER", FINAL, "the kernel debugger has it";
    DEVICE_RESET = 54, "CM_PROB_DEVICE_RESET", FINAL, "it failed and is being reset";
    CONSOLE_LOCKED = 55, "CM_PROB_CONSOLE_LOCKED", FINAL, "it waits until the console is unlocked";
    NEED_CLASS_CONFIG = 56, "CM_PROB_NEED_CLASS_CONFIG", FINAL, "its class must be configured";
    GUEST_ASSIGNMENT_FAILED = 57, "CM_PROB_GUEST_ASSIGNMENT_FAILED", FINAL,
        "it could not be given to a virtual machine";
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name} ({})", self.0),
            None => write!(f, "problem {}", self.0),
        }
    }
}
