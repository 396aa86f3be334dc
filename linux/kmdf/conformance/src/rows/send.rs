//! Section F: sending requests and I/O targets.

use crate::Row;
use crate::row;

/// Section F: sending requests and I/O targets.
pub(super) const SEND: &[Row] = &[
    row(
        "F.fresh",
        "status and information of a fresh request",
        "status 0 0",
    ),
    row(
        "F.others",
        "InternalIoctlOthers: what goes down, completion parameters, status afterwards",
        "lower INTERNAL; B000 B004 222007 0; status 0; routine 0 7 type 1C; sent 0 1; status 0 7; size 72 handles true true true",
    ),
    row("F.offset", "memory offset past the end", "C0000095"),
    row(
        "F.internal-ioctl",
        "WdfIoTargetFormatRequestForInternalIoctl",
        "0; lower INTERNAL; routine 0 7 type F; code 222007",
    ),
    row(
        "F.again-without-reuse",
        "format again and send without WdfRequestReuse",
        "lower INTERNAL; routine 0 1 type 1C; lower INTERNAL; routine 0 1 type 1C; again 1",
    ),
    row(
        "F.reuse-status",
        "WdfRequestReuse with a status: seen by WdfRequestGetStatus and below",
        "reuse 0; status C00000BB; lower INTERNAL; 0 0 222007 0; status C00000BB; sent 1",
    ),
    row(
        "F.status-below",
        "WdfRequestGetStatus while the request is below",
        "lower INTERNAL; sent 1 status 0; routine 0 3 type 1C; status 0",
    ),
    row(
        "F.timeout",
        "asynchronous with timeout, cancelable below",
        "lower INTERNAL; sent 1; lower cancel; routine C00000B5 0 type 1C; status C00000B5",
    ),
    row(
        "F.timeout-deaf",
        "the same, the lower driver ignores the cancel",
        "lower INTERNAL; complete; routine 0 4 type 1C",
    ),
    row(
        "F.timeout-sync",
        "synchronous with timeout",
        "lower INTERNAL; lower cancel; routine C00000B5 0 type 1C; sent 1; status C00000B5",
    ),
    row(
        "F.sync",
        "synchronous send that fails below; the routine is called too",
        "lower INTERNAL; routine C000000D 6 type 1C; sent 1; status C000000D",
    ),
    row(
        "F.forget-own",
        "send-and-forget of a request of the driver's own",
        "forget 0 C0000184",
    ),
    row(
        "F.sync-call",
        "WdfIoTargetSendInternalIoctlOthersSynchronously: success, failure, timeout, with a request, again",
        "lower INTERNAL; 0 returned 12; lower INTERNAL; C000000D returned 13; lower INTERNAL; lower cancel; C00000B5 returned 0; lower INTERNAL; 0 returned 14; status 0; lower INTERNAL; 0 returned 14",
    ),
    row(
        "F.nested",
        "reuse, format, send inside the completion routine",
        "begin 3; begin 2; begin 1; end 1; sent 1; end 2; sent 1; end 3; sent 1",
    ),
    row(
        "F.delete-in-routine",
        "WdfObjectDelete of the request inside its completion routine",
        "lower INTERNAL; begin; cleanup request; end; destroy request; sent 1",
    ),
    row(
        "F.current-type",
        "queue request, WdfRequestFormatRequestUsingCurrentType",
        "lower INTERNAL; 0 0 222000 1; status 0; routine 0 5 type FF; irp completed 0 5; sent 1",
    ),
    row(
        "F.queue-others",
        "queue request formatted for InternalIoctlOthers",
        "lower INTERNAL; 0 0 222007 0; status 0; routine 0 5 type 1C; irp completed 0 5; sent 1",
    ),
    row(
        "F.forget",
        "queue request, send-and-forget",
        "lower INTERNAL; 0 0 222000 1; status 0; irp completed 0 5; sent 1",
    ),
    row(
        "F.forget-with-routine",
        "formatted, with routine, send-and-forget: the routine is not called",
        "lower INTERNAL; 0 0 222000 1; status 0; irp completed 0 5; sent 1",
    ),
    row(
        "F.no-routine",
        "queue request without completion routine",
        "sent 0 C0000010; irp completed 0 0",
    ),
    row(
        "F.timeout-sync-queue",
        "queue request, synchronous with timeout",
        "lower INTERNAL; lower cancel; sent 1; status C00000B5; irp completed 0 0",
    ),
    row(
        "F.stop-cancel",
        "WdfIoTargetStop, CancelSentIo",
        "1; lower INTERNAL; lower cancel; routine C0000120 0 type 1C; state 2",
    ),
    row(
        "F.kept",
        "sent to a stopped target; ignoring the state; start, twice",
        "sent 1; lower INTERNAL; routine 0 0 type 1C; ignoring 1; start; lower INTERNAL; routine 0 0 type 1C; 0; 0",
    ),
    row(
        "F.kept-timeout",
        "synchronous with timeout to a stopped target",
        "routine C00000B5 0 type 1C; sent 1; status C00000B5",
    ),
    row(
        "F.forget-stopped",
        "send-and-forget while the target is stopped",
        "lower INTERNAL; irp completed 0 0; forget 1",
    ),
    row(
        "F.stop-leave",
        "WdfIoTargetStop, LeaveSentIoPending",
        "lower INTERNAL; state 2; routine 0 1 type 1C",
    ),
    row(
        "F.stop-wait",
        "WdfIoTargetStop, WaitForSentIoToComplete",
        "lower INTERNAL; stop; routine 0 0 type 1C; stopped 2",
    ),
    row(
        "F.purge",
        "WdfIoTargetPurge; sending then; WdfIoTargetStart",
        "lower INTERNAL; lower cancel; routine C0000120 0 type 1C; state 6; sent 0 C0000184; call C0000184; lower INTERNAL; routine 0 0 type 1C; started 1",
    ),
    row(
        "F.never-opened",
        "target that was never opened",
        "create C0000184 call C0000184",
    ),
    row(
        "F.open",
        "WdfIoTargetOpen twice; use; close",
        "0 C0000184; lower INTERNAL; call 0 8; state 4",
    ),
];
