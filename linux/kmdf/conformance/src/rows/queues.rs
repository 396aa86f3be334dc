//! Section C: queues.

use crate::Row;
use crate::row;

/// Section C: queues.
pub(super) const QUEUES: &[Row] = &[
    row(
        "C.no-queue",
        "control device, no queue",
        "CONTROL completed C0000010 0; -> C0000010",
    ),
    row(
        "C.no-handler",
        "default queue without a handler for the type",
        "CONTROL completed C0000010 0; -> 00000103; internal r1; INTERNAL completed 0 0; -> 00000103",
    ),
    row(
        "C.default-only",
        "EvtIoDefault only: read, control, internal, create, flush",
        "default r1; READ completed 0 0; -> 00000103; default r1; CONTROL completed 0 0; -> 00000103; default r1; INTERNAL completed 0 0; -> 00000103; CREATE completed 0 0; -> 0; FLUSH completed C0000010 0; -> C0000010",
    ),
    row(
        "C.configure",
        "WdfDeviceConfigureRequestDispatching: twice, no handler, create, type 99; where requests go",
        "control 0; again C0200204; read C0000010; create C0000010; 99 C000000D; control r1; CONTROL completed 0 0; -> 00000103; read r1; READ completed 0 0; -> 00000103; INTERNAL completed C0000010 0; -> 00000103",
    ),
    row(
        "C.filter-no-queue",
        "filter without a queue: every type goes down",
        "lower CONTROL; CONTROL completed 0 5; -> 0; lower INTERNAL; INTERNAL completed 0 5; -> 0; lower READ; READ completed 0 5; -> 0; lower CREATE; CREATE completed 0 0; -> 0; lower CLEANUP; CLEANUP completed 0 0; -> 0; lower CLOSE; CLOSE completed 0 0; -> 0; lower FLUSH; FLUSH completed 0 0; -> 0; lower SHUTDOWN; SHUTDOWN completed 0 0; -> 0; lower QUERY_INFORMATION; QUERY_INFORMATION completed 0 5; -> 0",
    ),
    row(
        "C.filter-internal-only",
        "filter whose default queue handles internal controls only",
        "internal r1; INTERNAL completed 0 0; -> 00000103; lower CONTROL; CONTROL completed 0 5; -> 0; lower READ; READ completed 0 5; -> 0",
    ),
    row(
        "C.filter-files",
        "filter with file callbacks",
        "EvtDeviceFileCreate type 0 zeroed true same true; CREATE completed 0 0; -> 00000103; EvtFileCleanup; lower CLEANUP; CLEANUP completed 0 0; -> 0; EvtFileClose; cleanup file; destroy file; lower CLOSE; CLOSE completed 0 0; -> 0",
    ),
    row(
        "C.function-files",
        "function driver with file callbacks",
        "EvtDeviceFileCreate type 0 zeroed true same true; CREATE completed 0 0; -> 00000103; EvtFileCleanup; CLEANUP completed 0 0; -> 0; EvtFileClose; cleanup file; destroy file; CLOSE completed 0 0; -> 0",
    ),
    row(
        "C.zero-refused",
        "read of 0 bytes, AllowZeroLengthRequests FALSE",
        "irp completed 0 0",
    ),
    row(
        "C.zero-allowed",
        "the same, TRUE",
        "read of 0 r1; irp completed 0 0",
    ),
    row(
        "C.sequential",
        "sequential queue, two requests",
        "control r1; -> 00000103; -> 00000103; complete; irp1 completed 0 0; control r2; completed; irp2 completed 0 0",
    ),
    row(
        "C.parallel-1",
        "parallel queue that presents one at a time",
        "control r1; -> 00000103; -> 00000103; complete; irp1 completed 0 0; control r2; completed; irp2 completed 0 0",
    ),
    row(
        "C.sequential-forward",
        "forwarding the presented request of a sequential queue",
        "forward; control r2; -> 0",
    ),
    row(
        "C.retrieve-empty",
        "WdfIoQueueRetrieveNextRequest: empty, sequential, stopped, purged",
        "empty 8000001A true; sequential 8000001A; stopped C0200203; purged 8000001A",
    ),
    row(
        "C.manual",
        "retrieve, requeue, find, retrieve found",
        "same true r1; requeue 0; head r1; find 0 r2; next 0 r3; past the end 8000001A; retrieve 0 same true; r2",
    ),
    row(
        "C.by-file",
        "WdfIoQueueRetrieveRequestByFileObject",
        "0 same true; irp completed 0 0; 8000001A true",
    ),
    row(
        "C.requeue-elsewhere",
        "WdfRequestRequeue to a queue that is not manual",
        "control r1; 0; requeue C0000010",
    ),
    row(
        "C.ready",
        "WdfIoQueueReadyNotify, two requests",
        "0; ready; -> 00000103; -> 00000103",
    ),
    row(
        "C.purge-never-had",
        "purge of requests that the driver never had",
        "irp completed C0000120 0; irp completed C0000120 0",
    ),
    row(
        "C.forward-other-device",
        "forward to a queue of another device",
        "0",
    ),
    row(
        "C.forward-stopped",
        "forward to a stopped queue, start it",
        "0; start; control r2; started",
    ),
    row(
        "C.forward-purged",
        "forward to a purged queue; completing with its status",
        "C0200204; irp completed 80000011 0",
    ),
    row(
        "C.cancel-forwarded",
        "cancel after forwarding, with EvtIoCanceledOnQueue",
        "0; EvtIoCanceledOnQueue r4; irp completed C0000120 0; cancel true",
    ),
    row(
        "C.cancel-forwarded-plain",
        "the same without",
        "irp completed C0000120 0; cancel true",
    ),
    row(
        "C.forward-cancelled",
        "forward of a request whose IRP is cancelled",
        "EvtIoCanceledOnQueue r1; irp completed C0000120 0; 0",
    ),
    row(
        "C.arrives-cancelled",
        "IRP that is cancelled when it arrives",
        "control r2; canceled 1; mark C0000120; irp completed 0 0",
    ),
    row(
        "C.stop",
        "WdfIoQueueStop with a request held, a new one, start",
        "fresh F; control r1; -> 00000103; 5; -> 00000103; irp1 completed 0 0; state callback; completed; control r2; started 7; irp2 completed 0 0",
    ),
    row(
        "C.drain",
        "WdfIoQueueDrain with a request held",
        "control r1; -> 00000103; 6; irp2 completed C0000184 0; -> C0000184; irp1 completed 0 0; state callback; E; started F",
    ),
    row(
        "C.purge",
        "WdfIoQueuePurge with a request held",
        "control r1; -> 00000103; 6; irp2 completed C0000184 0; -> C0000184; irp1 completed 0 0; state callback; E; started F",
    ),
    row(
        "C.purge-empty",
        "WdfIoQueuePurge with nothing held",
        "state callback; returned",
    ),
    row(
        "C.purge-marked",
        "WdfIoQueuePurge, one held request marked cancelable",
        "EvtRequestCancel r1; irp1 completed C0000120 0; complete the other; irp2 completed 0 0; state callback",
    ),
    row(
        "C.stop-and-purge",
        "WdfIoQueueStopAndPurge with a request held",
        "control r1; -> 00000103; 5; -> 00000103; irp1 completed 0 0; state callback; control r2; irp2 completed 0 0",
    ),
    row(
        "C.stop-synchronously",
        "WdfIoQueueStopSynchronously with a request that another thread completes",
        "control r1; -> 00000103; stop; irp1 completed 0 0; stopped D",
    ),
];
