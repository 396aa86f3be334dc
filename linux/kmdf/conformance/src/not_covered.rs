//! Behaviour that was observed of Microsoft's framework and that no row here holds the stand-in to.

/// What it is, and why it is not covered or how the stand-in differs.
pub const NOT_COVERED: &[(&str, &str)] = &[
    (
        "every PnP and power IRP but REMOVE: the dispatch call returned 00000103, completed before",
        "differs: the call returns the final status. Wine's PnP manager waits for ever on PENDING",
    ),
    (
        "WdfTimerStart and WdfTimerStop after a one-shot has fired: TRUE",
        "differs: FALSE, as documented and as on Windows",
    ),
    (
        "close without cleanup: EvtFileClose only",
        "covered for IRPs made by hand; for a close of the system's (IRP_CLOSE_OPERATION) \
         EvtFileCleanup and the cancelling come first, since Wine sends no IRP_MJ_CLEANUP",
    ),
    (
        "QUERY_INTERFACE and QUERY_CAPABILITIES that the framework itself sends down",
        "not done by the stand-in",
    ),
    (
        "synchronization scopes of devices and queues, AutomaticSerialization",
        "not provided: asking for a scope stops the system (NOT_PROVIDED)",
    ),
    (
        "handle of a freed object, second delete: not detected",
        "differs: found (HANDLE_FREED)",
    ),
    (
        "section J: what the framework merely logs, or does not notice (recursive locks, locks held \
         over a return, information larger than the buffer, requests and objects lost)",
        "differs: a finding. Row by row in the table of section J",
    ),
    (
        "request held at REMOVE: waits for ever",
        "differs: a finding (REQUEST_LOST) after 15 s, then the removal goes on",
    ),
    (
        "send of an all-zero stack location after reuse, or of a queue request unformatted",
        "differs: refused, as with the verifier on (J.unformatted)",
    ),
    (
        "WdfRequestReuse and formatting while sent",
        "reuse: J.reuse-sent; formatting: found, no row",
    ),
    (
        "METHOD_BUFFERED sent down with separate buffers, the input longer than the output; direct \
         methods sent down",
        "not provided: formatting answers NOT_SUPPORTED",
    ),
    ("WdfDeviceWdmDispatchIrp", "not provided"),
    (
        "IDLE, wait-wake, child lists, PDOs, DMA, interrupts, USB, WMI",
        "not provided",
    ),
    (
        "METHOD_IN_DIRECT; METHOD_NEITHER from user mode; direct reads and writes",
        "no row",
    ),
    (
        "EvtIoInCallerContext on a function driver",
        "rows on a control device and a filter only",
    ),
    (
        "IRQL of callbacks",
        "kept by the stand-in (timers, DPCs: 2; completion: the completer's), no row",
    ),
    (
        "unload with a file open",
        "the harness does not unload then; the device would be reported as left behind",
    ),
    (
        "WdfWorkItemEnqueue three times before it ran",
        "no row: Wine's threads run it too soon",
    ),
    ("timer with a null function", "no row"),
    (
        "C: NumberOfPresentedRequests other than 1; WdfIoQueueStart after a drain",
        "C.drain shows F",
    ),
    (
        "F: WdfIoTargetStop with a queue request kept; formatting with the request's own memory",
        "no row",
    ),
    (
        "G: D0 failures at power-up after S3; two devices removed by surprise with a file open",
        "no row",
    ),
];
