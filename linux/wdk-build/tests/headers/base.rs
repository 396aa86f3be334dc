//! mingw-w64's own structures, those that a driver shares with the kernel: their offsets on x64, as
//! any debugger shows them.

use crate::{clang, report};

const SIZES: &[(&str, u32)] = &[
    ("IRP", 208),
    ("IO_STACK_LOCATION", 72),
    ("DRIVER_OBJECT", 336),
    ("DRIVER_EXTENSION", 40),
    ("FILE_OBJECT", 216),
    ("MDL", 48),
    ("KEVENT", 24),
    ("KTIMER", 64),
    ("KDPC", 64),
    ("KMUTEX", 56),
    ("KSEMAPHORE", 32),
    ("FAST_MUTEX", 56),
    ("IO_STATUS_BLOCK", 16),
    ("IO_REMOVE_LOCK", 32),
    ("DEVICE_CAPABILITIES", 64),
    ("UNICODE_STRING", 16),
    ("OBJECT_ATTRIBUTES", 48),
];

const OFFSETS: &[(&str, &str, u32)] = &[
    ("IRP", "AssociatedIrp.SystemBuffer", 24),
    ("IRP", "IoStatus", 48),
    ("IRP", "RequestorMode", 64),
    ("IRP", "PendingReturned", 65),
    ("IRP", "CurrentLocation", 67),
    ("IRP", "Cancel", 68),
    ("IRP", "CancelIrql", 69),
    ("IRP", "CancelRoutine", 104),
    ("IRP", "UserBuffer", 112),
    ("IRP", "Tail.Overlay.DriverContext", 120),
    ("IRP", "Tail.Overlay.Thread", 152),
    ("IRP", "Tail.Overlay.ListEntry", 168),
    ("IRP", "Tail.Overlay.CurrentStackLocation", 184),
    ("IRP", "Tail.Overlay.OriginalFileObject", 192),
    ("IO_STACK_LOCATION", "Control", 3),
    ("IO_STACK_LOCATION", "Parameters.Create.EaLength", 32),
    ("IO_STACK_LOCATION", "Parameters.Read.ByteOffset", 24),
    (
        "IO_STACK_LOCATION",
        "Parameters.DeviceIoControl.InputBufferLength",
        16,
    ),
    (
        "IO_STACK_LOCATION",
        "Parameters.DeviceIoControl.IoControlCode",
        24,
    ),
    ("IO_STACK_LOCATION", "Parameters.Others.Argument1", 8),
    ("IO_STACK_LOCATION", "Parameters.Others.Argument4", 32),
    ("IO_STACK_LOCATION", "DeviceObject", 40),
    ("IO_STACK_LOCATION", "FileObject", 48),
    ("IO_STACK_LOCATION", "CompletionRoutine", 56),
    ("IO_STACK_LOCATION", "Context", 64),
    ("DEVICE_OBJECT", "AttachedDevice", 24),
    ("DEVICE_OBJECT", "Flags", 48),
    ("DEVICE_OBJECT", "Characteristics", 52),
    ("DEVICE_OBJECT", "DeviceExtension", 64),
    ("DEVICE_OBJECT", "DeviceType", 72),
    ("DEVICE_OBJECT", "StackSize", 76),
    ("DRIVER_OBJECT", "DriverExtension", 48),
    ("DRIVER_OBJECT", "DriverName", 56),
    ("DRIVER_OBJECT", "DriverUnload", 104),
    ("DRIVER_OBJECT", "MajorFunction", 112),
    ("DRIVER_EXTENSION", "AddDevice", 8),
    ("FILE_OBJECT", "FsContext", 24),
    ("FILE_OBJECT", "FsContext2", 32),
    ("FILE_OBJECT", "FileName", 88),
    ("MDL", "MappedSystemVa", 24),
    ("MDL", "ByteCount", 40),
];

fn findings(offsets: &[(&'static str, &'static str, u32)]) -> Vec<String> {
    let sizes = SIZES
        .iter()
        .map(|(name, size)| (format!("sizeof({name}) == {size}"), *name));
    let offsets = offsets.iter().map(|(name, member, offset)| {
        (
            format!("__builtin_offsetof({name}, {member}) == {offset}"),
            *member,
        )
    });
    clang::failed_assertions(sizes.chain(offsets))
}

#[test]
fn structures_are_those_of_x64_windows() {
    report(&findings(OFFSETS));
}

#[test]
fn a_wrong_fact_is_found() {
    let findings = findings(&[("IRP", "CancelIrql", 70)]);
    assert!(
        findings.len() == 1 && findings[0].contains("fact: CancelIrql"),
        "{findings:?}"
    );
}
