//! Section D: buffers and parameters.

use crate::Row;
use crate::row;

/// Section D: buffers and parameters.
pub(super) const BUFFERS: &[Row] = &[
    row(
        "D.buffered",
        "METHOD_BUFFERED 8/8: minimum 0, 8, 9",
        "in min 0 0 buffer 8; out min 0 0 buffer 8; in min 8 0 buffer 8; out min 8 0 buffer 8; in min 9 C0000023 null 0; out min 9 C0000023 null 0",
    ),
    row(
        "D.buffered-empty",
        "METHOD_BUFFERED 0/0: buffers, memories, MDL",
        "in min 0 C0000023 null 0; out min 0 C0000023 null 0; in min 1 C0000023 null 0; out min 1 C0000023 null 0; memory C0000023; C0000023; mdl C0000023",
    ),
    row(
        "D.buffered-one-side",
        "METHOD_BUFFERED 0/8 and 8/0",
        "in min 1 C0000023 null 0; out min 1 0 buffer 8; in min 1 0 buffer 8; out min 1 C0000023 null 0",
    ),
    row(
        "D.buffered-unsafe",
        "WdfRequestRetrieveUnsafeUserInputBuffer of METHOD_BUFFERED",
        "unsafe min 0 C0000010 null 0",
    ),
    row(
        "D.error-information",
        "completed with an error and information 8",
        "C000000D 8",
    ),
    row(
        "D.out-direct",
        "METHOD_OUT_DIRECT 16/8 with an MDL; too large; length 0",
        "in min 8 0 buffer 8; out min 16 0 buffer 16; out min 17 C0000023 null 0; out min 0 C0000023 null 0",
    ),
    row(
        "D.neither",
        "METHOD_NEITHER from the kernel: without and with pointers, length 0, internal",
        "in min 0 0 null 8; out min 0 0 null 8; unsafe min 0 0 null 8; in min 8 0 buffer 8; out min 8 0 buffer 8; mdl C0000010; in min 0 C0000023 null 0; out 8 in 8; unsafe min 0 C0000010 null 0",
    ),
    row(
        "D.write",
        "write of 8",
        "in min 0 0 buffer 8; out min 0 C0000010 null 0",
    ),
    row(
        "D.read",
        "read of 8",
        "in min 0 C0000010 null 0; out min 0 0 buffer 8",
    ),
    row(
        "D.internal-empty",
        "internal control, all arguments 0",
        "in min 0 C0000023 null 0; out min 0 C0000023 null 0; unsafe min 0 C0000010 null 0",
    ),
    row(
        "D.internal-others",
        "internal control with Others arguments, no system buffer",
        "out 1111 in 2222; in min 1 0 null 8738; out min 1 0 null 4369",
    ),
    row(
        "D.parameters-internal",
        "WdfRequestGetParameters of an internal control",
        "out 1111 in 2222; type F minor 0; 1111 2222 222000 4444",
    ),
    row(
        "D.parameters-control",
        "WdfRequestGetParameters of a device control",
        "type E minor 0; 5 6 222000 7",
    ),
];
