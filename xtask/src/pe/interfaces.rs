//! What a driver may import: interfaces that Microsoft documents, and no others.
//!
//! A function that a driver newly needs is looked up in the documentation of the WDK's headers and
//! added here with the header that declares it.

/// Documented for kernel drivers: the module, the function, the header it is documented under.
const DOCUMENTED: &[(&str, &str, &str)] = &[
    ("hal.dll", "KeQueryPerformanceCounter", "wdm.h"),
    ("ntoskrnl.exe", "ExFreePoolWithTag", "wdm.h"),
    ("ntoskrnl.exe", "IoAllocateMdl", "wdm.h"),
    ("ntoskrnl.exe", "IoFreeMdl", "wdm.h"),
    ("ntoskrnl.exe", "KeBugCheckEx", "wdm.h"),
    ("ntoskrnl.exe", "KeClearEvent", "wdm.h"),
    ("ntoskrnl.exe", "KeInitializeEvent", "wdm.h"),
    ("ntoskrnl.exe", "KeQuerySystemTime", "wdm.h"),
    ("ntoskrnl.exe", "KeSetEvent", "wdm.h"),
    ("ntoskrnl.exe", "KeWaitForSingleObject", "wdm.h"),
    ("ntoskrnl.exe", "MmBuildMdlForNonPagedPool", "wdm.h"),
    ("ntoskrnl.exe", "MmGetSystemRoutineAddress", "wdm.h"),
    ("ntoskrnl.exe", "MmMapLockedPagesSpecifyCache", "wdm.h"),
    ("ntoskrnl.exe", "PsGetCurrentProcessId", "ntddk.h"),
    ("ntoskrnl.exe", "PsGetCurrentThreadId", "ntddk.h"),
    ("ntoskrnl.exe", "RtlCopyUnicodeString", "wdm.h"),
    ("ntoskrnl.exe", "RtlInitUnicodeString", "wdm.h"),
    // What compilers call.
    ("ntoskrnl.exe", "memcpy", "the C language"),
    ("ntoskrnl.exe", "memmove", "the C language"),
    ("ntoskrnl.exe", "memset", "the C language"),
    // What the framework's own part of every KMDF driver calls.
    ("wdfldr.sys", "WdfVersionBind", "WdfDriverEntry.lib"),
    ("wdfldr.sys", "WdfVersionUnbind", "WdfDriverEntry.lib"),
];

/// What only a driver built with linux/wdk-build has, whose libraries make up for what Wine 8 lacks
/// (`linux/wdk-build/libs`). The WDK's libraries need none of it.
const STAND_IN: &[(&str, &str)] = &[
    ("ntoskrnl.exe", "ExAllocatePoolWithTag"),
    ("ntoskrnl.exe", "KfRaiseIrql"),
    ("ntoskrnl.exe", "RtlRaiseStatus"),
];

/// Whether a driver may import a function; modules are told apart by name alone, in any case.
pub(super) fn is_allowed(module: &str, name: &str) -> bool {
    let same = |known: &str| known.eq_ignore_ascii_case(module);
    DOCUMENTED
        .iter()
        .any(|(module, function, _)| same(module) && *function == name)
        || STAND_IN
            .iter()
            .any(|(module, function)| same(module) && *function == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_listed_is_allowed() {
        assert!(is_allowed("NTOSKRNL.EXE", "KeSetEvent"));
        assert!(is_allowed("WDFLDR.SYS", "WdfVersionBind"));
        assert!(is_allowed("ntoskrnl.exe", "RtlRaiseStatus"));
        assert!(!is_allowed("hal.dll", "KeSetEvent"));
        assert!(!is_allowed("ntoskrnl.exe", "ZwTerminateProcess"));
    }

    #[test]
    fn nothing_is_listed_twice() {
        let mut names: Vec<_> = DOCUMENTED.iter().map(|(_, name, _)| *name).collect();
        names.extend(STAND_IN.iter().map(|(_, name)| *name));
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
