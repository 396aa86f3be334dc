//! Section J: misuse, in a driver whose findings are recorded only.

use crate::Row;

/// Section J: misuse, in a driver whose findings are recorded only.
pub const MISUSE: &[Row] = &[
    Row {
        id: "J.delete-twice",
        scenario: "WdfObjectDelete of a freed object",
        expected: "",
        findings: &["HANDLE_FREED"],
    },
    Row {
        id: "J.wrong-type",
        scenario: "memory handle to WdfSpinLockAcquire",
        expected: "",
        findings: &["HANDLE_TYPE"],
    },
    Row {
        id: "J.null-handle",
        scenario: "null handle",
        expected: "",
        findings: &["HANDLE_NULL"],
    },
    Row {
        id: "J.null-parameter",
        scenario: "WdfWaitLockCreate without an out handle",
        expected: "C000000D",
        findings: &["PARAMETER_NULL"],
    },
    Row {
        id: "J.assign-pool-memory",
        scenario: "WdfMemoryAssignBuffer on pool memory",
        expected: "C000000D",
        findings: &["HANDLE_TYPE"],
    },
    Row {
        id: "J.dereference",
        scenario: "WdfObjectDereference instead of WdfObjectDelete",
        expected: "cleanup memory; destroy memory",
        findings: &["DEREFERENCE_NOT_DELETE"],
    },
    Row {
        id: "J.delete-driver",
        scenario: "WdfObjectDelete(driver)",
        expected: "",
        findings: &["DELETE_NOT_ALLOWED"],
    },
    Row {
        id: "J.delete-default-queue",
        scenario: "WdfObjectDelete(default queue)",
        expected: "",
        findings: &["DELETE_NOT_ALLOWED"],
    },
    Row {
        id: "J.spin-not-held",
        scenario: "WdfSpinLockRelease without acquire",
        expected: "",
        findings: &["LOCK_NOT_HELD"],
    },
    Row {
        id: "J.wait-not-held",
        scenario: "WdfWaitLockRelease without acquire",
        expected: "",
        findings: &["LOCK_NOT_HELD"],
    },
    Row {
        id: "J.spin-recursive",
        scenario: "spin lock acquired twice",
        expected: "",
        findings: &["LOCK_RECURSIVE"],
    },
    Row {
        id: "J.irql",
        scenario: "WdfWaitLockAcquire without timeout and WdfStringCreate at DISPATCH_LEVEL",
        expected: "wait lock C0000010; string C0000010",
        findings: &["IRQL_TOO_HIGH", "IRQL_TOO_HIGH"],
    },
    Row {
        id: "J.wait-recursive",
        scenario: "wait lock acquired twice without timeout",
        expected: "C0000010",
        findings: &["LOCK_RECURSIVE"],
    },
    Row {
        id: "J.lock-across-return",
        scenario: "handler returns with a spin lock held",
        expected: "irp completed 0 0",
        findings: &["LOCK_HELD"],
    },
    Row {
        id: "J.complete-twice",
        scenario: "WdfRequestComplete twice; buffer of a completed request",
        expected: "irp completed 0 0; failed true",
        findings: &["REQUEST_COMPLETED_TWICE", "REQUEST_COMPLETED_TWICE"],
    },
    Row {
        id: "J.complete-own",
        scenario: "completing a request of the driver's own",
        expected: "cleanup own; destroy own",
        findings: &["REQUEST_NOT_OWNED"],
    },
    Row {
        id: "J.unmark-unmarked",
        scenario: "WdfRequestUnmarkCancelable of a request not marked",
        expected: "C0000010",
        findings: &["REQUEST_NOT_CANCELABLE"],
    },
    Row {
        id: "J.marked-twice",
        scenario: "marking twice; forwarding while marked",
        expected: "mark C0000010; forward C0000010",
        findings: &["REQUEST_CANCELABLE", "REQUEST_CANCELABLE"],
    },
    Row {
        id: "J.complete-marked",
        scenario: "completing while marked",
        expected: "irp completed 0 0",
        findings: &["REQUEST_CANCELABLE"],
    },
    Row {
        id: "J.forward-same-queue",
        scenario: "forwarding to the queue that it came from",
        expected: "C0000010; irp completed 0 0",
        findings: &["REQUEST_SAME_QUEUE"],
    },
    Row {
        id: "J.delete-queue-request",
        scenario: "WdfObjectDelete of a queue request",
        expected: "irp completed 0 0",
        findings: &["DELETE_NOT_ALLOWED"],
    },
    Row {
        id: "J.information",
        scenario: "write of 8 completed with information 100",
        expected: "irp completed 0 100",
        findings: &["INFORMATION_TOO_LARGE"],
    },
    Row {
        id: "J.memory-referenced",
        scenario: "memory of a request still referenced at its completion",
        expected: "irp completed 0 0",
        findings: &["MEMORY_REFERENCED"],
    },
    Row {
        id: "J.unformatted-own",
        scenario: "sending a request of the driver's own unformatted",
        expected: "0 C00000D0",
        findings: &["REQUEST_UNFORMATTED"],
    },
    Row {
        id: "J.unformatted",
        scenario: "sending a queue request unformatted",
        expected: "0 C00000D0",
        findings: &["REQUEST_UNFORMATTED"],
    },
    Row {
        id: "J.complete-sent",
        scenario: "completing a request while it is sent",
        expected: "lower INTERNAL; sent 1",
        findings: &["REQUEST_SENT"],
    },
    Row {
        id: "J.reuse-sent",
        scenario: "WdfRequestReuse while it is sent",
        expected: "lower INTERNAL; sent 1; reuse 0",
        findings: &["REQUEST_SENT"],
    },
    Row {
        id: "J.delete-sent",
        scenario: "WdfObjectDelete while it is sent",
        expected: "cleanup own; deleted; routine 0 0 type FF; destroy own",
        findings: &["REQUEST_SENT"],
    },
    Row {
        id: "J.lost-at-remove",
        scenario: "request held over the removal of its device",
        expected: "lower REMOVE; false",
        findings: &["REQUEST_LOST", "REQUEST_LOST"],
    },
    Row {
        id: "A8",
        scenario: "what is deleted when the driver refuses to start",
        expected: "cleanup leaked; cleanup driver; destroy driver",
        findings: &[],
    },
];

/// What the unload finds left behind.
pub const AT_UNLOAD: &[&str] = &["OBJECT_LEAK", "OBJECT_LEAK", "REQUEST_LOST"];
