//! Section I: caller context, timers, work items, locks.

use crate::Row;
use crate::row;

/// Section I: caller context, timers, work items, locks.
pub(super) const TIMERS: &[Row] = &[
    row(
        "I.enqueue-no-queue",
        "EvtIoInCallerContext, WdfDeviceEnqueueRequest without a queue",
        "enqueue C0000010; irp completed C0000010 0; -> 00000103",
    ),
    row(
        "I.enqueue",
        "with a queue",
        "control r1; irp completed 0 0; enqueue 0; -> 00000103",
    ),
    row(
        "I.enqueue-no-handler",
        "with a queue that has no handler",
        "irp completed C0000010 0; enqueue 0; -> 00000103",
    ),
    row(
        "I.enqueue-create",
        "create does not come to EvtIoInCallerContext",
        "irp completed 0 0; -> 0",
    ),
    row(
        "I.enqueue-filter",
        "filter without a queue",
        "lower CONTROL; irp completed 0 0; enqueue 0; -> 00000103",
    ),
    row(
        "I.timer-restart",
        "WdfTimerStart twice",
        "start 0 1; fired 1; fired 1",
    ),
    row(
        "I.timer-stop",
        "WdfTimerStop while queued, and while idle",
        "start 0; stop 1 0",
    ),
    row(
        "I.timer-deleted",
        "WdfObjectDelete of a running timer",
        "cleanup timer; destroy timer; fired 0",
    ),
    row(
        "I.timer-periodic",
        "periodic timer, stopped",
        "several true stopped true",
    ),
    row(
        "I.timer-passive",
        "passive-level timer: WdfTimerStop(wait) while its callback runs",
        "callback ends; stop returns",
    ),
    row(
        "I.timer-device-deleted",
        "WdfObjectDelete of the device of a running timer",
        "fired 0",
    ),
    row(
        "I.work-item-twice",
        "enqueue while the callback runs, flush",
        "idle; run ends; run ends; flushed 2",
    ),
    row(
        "I.work-item-deleted",
        "enqueue, WdfObjectDelete",
        "run ends; cleanup item; destroy item; deleted",
    ),
    row(
        "I.locks",
        "wait lock: free, held with timeouts, free with timeout 0",
        "0; held 00000102 00000102; free 0",
    ),
    row("I.dpc", "DPC that takes a spin lock", "dpc; cancel 0"),
];
