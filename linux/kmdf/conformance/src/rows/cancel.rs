//! Section E: cancellation.

use crate::Row;
use crate::row;

/// Section E: cancellation.
pub(super) const CANCEL: &[Row] = &[
    row(
        "E.unmarked",
        "IRP cancelled while the driver holds the request unmarked",
        "cancel false canceled 1",
    ),
    row(
        "E.mark-cancelled",
        "then WdfRequestMarkCancelableEx",
        "mark C0000120",
    ),
    row(
        "E.mark-old",
        "then WdfRequestMarkCancelable",
        "EvtRequestCancel r1; irp completed C0000120 0; returned",
    ),
    row(
        "E.mark-unmark",
        "mark, unmark, cancel",
        "mark 0 unmark 0; cancel false canceled 1; irp completed 0 0",
    ),
    row(
        "E.mark-cancel-unmark",
        "mark, cancel (the callback does not complete), unmark",
        "EvtRequestCancel r1; mark 0 cancel true unmark C0000120; irp completed C0000120 0",
    ),
    row(
        "E.mark-again",
        "mark, unmark, mark, cancel",
        "mark 0 unmark 0 mark 0; EvtRequestCancel r1; irp completed C0000120 0; cancel true",
    ),
    row(
        "E.own-request",
        "WdfRequestIsCanceled of a request of the driver's own",
        "0; cleanup own; destroy own",
    ),
    row(
        "E.cancel-below",
        "IRP cancelled while its request is below, cancelable there",
        "lower INTERNAL; lower cancel; routine C0000120 0 type FF; irp completed C0000120 0; cancel true",
    ),
    row(
        "E.cancel-below-deaf",
        "the same, the lower driver ignores it",
        "lower INTERNAL; cancel false canceled 1; routine 0 9 type FF; irp completed 0 9",
    ),
    row(
        "E.cancelled-then-sent",
        "IRP cancelled before the request is sent down",
        "lower INTERNAL; lower cancel; routine C0000120 0 type FF; irp completed C0000120 0; sent 1",
    ),
    row(
        "E.cancel-sent",
        "WdfRequestCancelSentRequest, cancelable below",
        "lower INTERNAL; lower cancel; routine C0000120 0 type 1C; cancel 1",
    ),
    row(
        "E.cancel-sent-deaf",
        "the same, the lower driver ignores it; after completion",
        "lower INTERNAL; cancel 0 0; routine 0 2 type 1C; after 0",
    ),
    row(
        "E.cancel-never-sent",
        "WdfRequestCancelSentRequest of a request never sent sticks until reuse",
        "cancel 0; sent 0 C0000120; lower INTERNAL; routine 0 0 type 1C; sent 1",
    ),
    row(
        "E.cancel-kept",
        "WdfRequestCancelSentRequest of a request that a stopped target keeps",
        "routine C0000120 0 type 1C; cancel 1",
    ),
];
