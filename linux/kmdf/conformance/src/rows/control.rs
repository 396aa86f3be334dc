//! Section B: control devices and file objects.

use crate::Row;
use crate::row;

/// Section B: control devices and file objects.
pub(super) const CONTROL: &[Row] = &[
    row(
        "B.flags",
        "device object flags after WdfDeviceCreate and after WdfControlFinishInitializing, twice",
        "84; 4",
    ),
    row(
        "B.create",
        "create with a file configuration",
        "EvtDeviceFileCreate type 0 zeroed true same true; CREATE completed 0 0; -> 00000103",
    ),
    row(
        "B.cleanup",
        "cleanup",
        "EvtFileCleanup; CLEANUP completed 0 0; -> 0",
    ),
    row(
        "B.after-cleanup",
        "device control between cleanup and close",
        "control r1; irp completed 0 0; -> 00000103",
    ),
    row(
        "B.close",
        "close after cleanup",
        "EvtFileClose; cleanup file; destroy file; CLOSE completed 0 0; -> 0",
    ),
    row(
        "B.create-fails",
        "EvtDeviceFileCreate completes with C0000043",
        "EvtDeviceFileCreate type 0 zeroed true same true; cleanup file; destroy file; CREATE completed C0000043 0; -> 00000103",
    ),
    row(
        "B.close-only",
        "close without cleanup",
        "EvtFileClose; cleanup file; destroy file; CLOSE completed 0 0; -> 0",
    ),
    row(
        "B.unknown-file",
        "device control with a file object that was not opened",
        "control r1; -> 00000103; file true; irp completed 0 0",
    ),
    row(
        "B.file-referenced",
        "WDFFILEOBJECT referenced over close",
        "EvtFileCleanup; CLEANUP completed 0 0; -> 0; EvtFileClose; cleanup file; CLOSE completed 0 0; -> 0; dereference; destroy file",
    ),
    row(
        "B3",
        "request in a manual queue with EvtIoCanceledOnQueue at cleanup of its file",
        "EvtFileCleanup; EvtIoCanceledOnQueue r1; mine completed C0000120 0; CLEANUP completed 0 0; -> 0; then; EvtFileClose; cleanup file; destroy file; CLOSE completed 0 0; -> 0",
    ),
    row(
        "B3b",
        "the same without EvtIoCanceledOnQueue",
        "EvtFileCleanup; mine completed C0000120 0; CLEANUP completed 0 0; -> 0; then; EvtFileClose; cleanup file; destroy file; CLOSE completed 0 0; -> 0",
    ),
    row("B3c", "request of another file in the same queue", "false"),
    row(
        "B3d",
        "request that the driver never had; the one it holds stays",
        "EvtFileCleanup; second completed C0000120 0; CLEANUP completed 0 0; -> 0; held stays true",
    ),
    row(
        "B4",
        "request marked cancelable, cleanup and close, then IoCancelIrp",
        "EvtFileCleanup; CLEANUP completed 0 0; -> 0; EvtFileClose; cleanup file; destroy file; CLOSE completed 0 0; -> 0; stays true; EvtRequestCancel r1; marked completed C0000120 0; cancel true",
    ),
    row(
        "B5",
        "request held, neither queued nor cancelable, over close",
        "cancel false; canceled 1; file true; plain completed 0 0",
    ),
    row(
        "B6.queue",
        "read, write, internal control without handler",
        "READ completed C0000010 0; -> 00000103; WRITE completed C0000010 0; -> 00000103; INTERNAL completed C0000010 0; -> 00000103",
    ),
    row(
        "B6.others",
        "flush, PnP, power, query information, shutdown, WMI on a control device",
        "9 C0000010; 1B C0000010; 16 C0000010; 5 C0000010; 10 0; 17 0",
    ),
    row(
        "B6b",
        "create, cleanup, close without a file configuration",
        "CREATE completed 0 0; -> 0; CLEANUP completed 0 0; -> 0; CLOSE completed 0 0; -> 0",
    ),
    row(
        "B7",
        "WdfObjectDelete(device) with a file open and a request queued",
        "deleted; control r2; -> 00000103; then; EvtFileCleanup; EvtIoCanceledOnQueue r1; queued completed C0000120 0; EvtIoCanceledOnQueue r2; more completed C0000120 0; CLEANUP completed 0 0; -> 0; then; EvtFileClose; cleanup file; destroy file; cleanup device; CLOSE completed 0 0; destroy device; -> 0",
    ),
    row(
        "B7b",
        "WdfObjectDelete(device), no file open, request queued",
        "EvtIoCanceledOnQueue r1; queued completed C0000120 0; cleanup device; destroy device; returned",
    ),
];
