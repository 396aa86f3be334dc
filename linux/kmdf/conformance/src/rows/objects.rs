//! Section A: objects.

use crate::Row;
use crate::row;

/// Section A: objects.
pub(super) const OBJECTS: &[Row] = &[
    row(
        "A1",
        "parent with children c1, c2 (with child g), c3: delete the parent",
        "cleanup c1; cleanup g; cleanup c2; cleanup c3; cleanup P; destroy c1; destroy g; destroy c2; destroy c3; destroy P; returned",
    ),
    row(
        "A1b",
        "delete one child first, then the parent",
        "cleanup c2; destroy c2; then; cleanup c1; cleanup c3; cleanup P; destroy c1; destroy c3; destroy P",
    ),
    row(
        "A2",
        "reference on the parent over its deletion; a child made then",
        "cleanup c1; cleanup P; destroy c1; deleted; context P; child C0000056; destroy P",
    ),
    row(
        "A2b",
        "reference on a child over its parent's deletion",
        "cleanup c1; cleanup c2; cleanup P; destroy c2; destroy P; deleted; destroy c1",
    ),
    row(
        "A2c",
        "second delete of a referenced, deleted child",
        "cleanup c; cleanup P; destroy P; again; deleted twice; destroy c",
    ),
    row(
        "A3",
        "second context type; again; with a parent; owner of a context; delete",
        "second 0 zeroed true first 7; again 40000000 same true; with parent C020020F; owner true; cleanup O; cleanup O; destroy O; destroy O",
    ),
    row(
        "A3b",
        "context size overridden too small, and larger; absent type",
        "too small C0200209; 1024 0 zeroed true; absent true; cleanup O; destroy O",
    ),
    row(
        "A4",
        "memory under a request of the driver's own",
        "cleanup memory; cleanup request; destroy memory; destroy request",
    ),
    row(
        "A6",
        "memory under a queue's request, which is completed",
        "returned 00000103; cleanup memory; cleanup request; irp completed 0 0; destroy memory; destroy request; completed",
    ),
    row(
        "A6b",
        "the same, the request referenced",
        "returned 00000103; cleanup memory; cleanup request; irp completed 0 0; destroy memory; completed; destroy request",
    ),
    row(
        "A7",
        "control device with a timer, a queue, a request and an object under it",
        "cleanup timer; cleanup queue; cleanup request; cleanup object; cleanup device; destroy timer; destroy queue; destroy request; destroy object; destroy device; returned",
    ),
    row(
        "A8",
        "objects without parent, or with the driver as parent, at unload",
        "EvtDriverUnload; cleanup left 1; cleanup left 2; cleanup driver; destroy left 1; destroy left 2; destroy driver",
    ),
    row(
        "A9",
        "collection whose member is deleted, then removed",
        "cleanup item; add 0 count 1; destroy item; count 0; past the end true",
    ),
    row(
        "A.attributes",
        "WDF_OBJECT_ATTRIBUTES: sizes, none, level and scope 0, passive, scope device",
        "size 0 C0000004; size 8 C0000004; size 64 C0000004; null 0; level 0 C0200209; scope 0 C0200209; passive 0; scope device C0200210",
    ),
    row(
        "A.callback-without-context",
        "EvtCleanupCallback without a context type",
        "cleanup; 0",
    ),
    row(
        "A.control-parent",
        "control device with a parent in its attributes",
        "WdfDeviceCreate C020020F; true",
    ),
    row(
        "A.device-attributes-size",
        "WdfDeviceCreate with attributes of the wrong size",
        "WdfDeviceCreate C0000004",
    ),
    row(
        "A.timer-no-parent",
        "timer, work item, DPC without attributes, or without a parent",
        "timer C0200212 item C0200212 dpc C0200212; timer C0200212 item C0200212 dpc C0200212",
    ),
    row(
        "A.timer-wrong-parent",
        "timer, work item, DPC under the driver or an object with no device above it",
        "timer C0000010 item C0000010 dpc C0000010; timer C0000010; cleanup free; destroy free",
    ),
    row(
        "A.config-sizes",
        "WDF_TIMER_CONFIG.Size and WDF_WORKITEM_CONFIG.Size 4",
        "timer C0000004 item C0000004",
    ),
    row(
        "A.passive-timer",
        "passive-level timers: one-shot, not serialized, periodic",
        "one-shot 0; unserialized 0; periodic C00000BB",
    ),
    row(
        "A.memory-size-0",
        "WdfMemoryCreate and WdfMemoryCreatePreallocated of size 0",
        "create C000000D preallocated C000000D",
    ),
    row(
        "A.memory-copy",
        "WdfMemoryCopyToBuffer and ...FromBuffer past the end, of 0 bytes, of all",
        "to C0000023 from C0000206 zero C000000D; right 0; cleanup memory; destroy memory",
    ),
    row(
        "A.memory-assign",
        "WdfMemoryAssignBuffer on preallocated memory",
        "0 size 16",
    ),
    row(
        "A.queue-sizes",
        "WDF_IO_QUEUE_CONFIG.Size 0, 8, 50, 58, 60 (hexadecimal)",
        "0 C0000004; 8 C0000004; 50 0; 58 0; 60 0",
    ),
    row(
        "A.queue-create",
        "queues: no handler, dispatch type 0, manual with handler, two default queues, under the driver",
        "no handler C020020B; type 0 C000000D; manual with handler C000000D; default 0; second default C0000001; WdfIoQueueCreate C0000010",
    ),
    row(
        "A.control-target",
        "WdfDeviceGetIoTarget and WdfIoTargetCreate of a control device",
        "true; create 0 state 4",
    ),
    row(
        "A.request-parent",
        "request with the driver as parent",
        "true; cleanup request; destroy request",
    ),
];
