//! Section H: IRP preprocess callback.

use crate::Row;
use crate::row;

/// Section H: IRP preprocess callback.
pub(super) const PREPROCESS: &[Row] = &[
    row(
        "H.stack",
        "stack size with a preprocess callback; attached and physical device",
        "lower+2; true true",
    ),
    row(
        "H.skip-dispatch",
        "skip, then WdfDeviceWdmDispatchPreprocessedIrp",
        "preprocess own true top true; internal r1; irp completed 0 0; -> 00000103",
    ),
    row(
        "H.copy-dispatch",
        "copy, then WdfDeviceWdmDispatchPreprocessedIrp",
        "preprocess own true top true; internal r1; irp completed 0 0; -> 00000103",
    ),
    row(
        "H.skip-call",
        "skip, then IoCallDriver",
        "preprocess own true top true; lower INTERNAL; irp completed 0 5; -> 0",
    ),
    row(
        "H.complete",
        "IoCompleteRequest",
        "preprocess own true top true; irp completed 0 3; -> 0",
    ),
    row(
        "H.neither",
        "WdfDeviceWdmDispatchPreprocessedIrp with neither skip nor copy",
        "preprocess own true top true; lower CREATE; irp completed 0 0; -> 0",
    ),
    row(
        "H.copy-call",
        "copy, completion routine, IoCallDriver; an IRP cancelled below (as documented of WDM)",
        "preprocess own true top true; lower INTERNAL; routine 0 own true pending 0; irp completed 0 5; -> 0; \
         preprocess own true top true; lower INTERNAL; -> 00000103; then; lower cancel; \
         routine C0000120 own true pending 1; irp completed C0000120 0",
    ),
    row(
        "H.other-major",
        "other major codes",
        "control r1; irp completed 0 0; -> 00000103",
    ),
    row(
        "H.after-surprise",
        "skip and IoCallDriver after surprise removal",
        "preprocess own true top true; lower INTERNAL; irp completed 0 5; -> 0",
    ),
];
