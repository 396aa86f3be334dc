//! Section G: PnP and power order.

use crate::Row;
use crate::row;

/// Section G: PnP and power order.
pub(super) const PNP: &[Row] = &[
    row(
        "G.function-start",
        "function driver: START",
        "lower START; PrepareHardware; D0Entry 5; Post 5; Init; -> 0",
    ),
    row(
        "G.function-query-stop",
        "QUERY_STOP",
        "QueryStop; lower QUERY_STOP; -> 0",
    ),
    row(
        "G.function-stop",
        "STOP",
        "Suspend; Pre 5; D0Exit 5; ReleaseHardware; lower STOP; -> 0",
    ),
    row(
        "G.function-restart",
        "START again",
        "lower START; PrepareHardware; D0Entry 5; Post 5; Restart; -> 0",
    ),
    row(
        "G.function-cancel",
        "CANCEL_STOP",
        "lower CANCEL_STOP; -> 0",
    ),
    row(
        "G.function-query-remove",
        "QUERY_REMOVE",
        "QueryRemove; lower QUERY_REMOVE; -> 0",
    ),
    row(
        "G.function-remove",
        "REMOVE while started",
        "Suspend; Pre 5; D0Exit 5; ReleaseHardware; Flush; Cleanup; cleanup queue; cleanup device; destroy queue; lower REMOVE; destroy device",
    ),
    row(
        "G.function-surprise",
        "SURPRISE_REMOVAL",
        "SurpriseRemoval; Suspend; Pre 5; D0Exit 5; ReleaseHardware; Flush; lower SURPRISE_REMOVAL; -> 0",
    ),
    row(
        "G.function-remove-after-surprise",
        "REMOVE after that",
        "Cleanup; cleanup device; lower REMOVE; destroy device",
    ),
    row(
        "G.function-never-started",
        "REMOVE, never started",
        "cleanup device; lower REMOVE; destroy device",
    ),
    row(
        "G.filter-start",
        "filter: START",
        "lower START; PrepareHardware; D0Entry 5; Post 5; Init; -> 0",
    ),
    row(
        "G.filter-query-stop",
        "QUERY_STOP",
        "QueryStop; lower QUERY_STOP; -> 0",
    ),
    row(
        "G.filter-stop",
        "STOP",
        "Suspend; Pre 5; D0Exit 5; ReleaseHardware; lower STOP; -> 0",
    ),
    row(
        "G.filter-restart",
        "START again",
        "lower START; PrepareHardware; D0Entry 5; Post 5; Restart; -> 0",
    ),
    row("G.filter-cancel", "CANCEL_STOP", "lower CANCEL_STOP; -> 0"),
    row(
        "G.filter-query-remove",
        "QUERY_REMOVE",
        "QueryRemove; lower QUERY_REMOVE; -> 0",
    ),
    row(
        "G.filter-remove",
        "REMOVE while started",
        "Suspend; Pre 5; D0Exit 5; ReleaseHardware; Flush; Cleanup; cleanup queue; cleanup device; destroy queue; lower REMOVE; destroy device",
    ),
    row(
        "G.filter-surprise",
        "SURPRISE_REMOVAL",
        "SurpriseRemoval; Suspend; Pre 5; D0Exit 5; ReleaseHardware; Flush; lower SURPRISE_REMOVAL; -> 0",
    ),
    row(
        "G.filter-remove-after-surprise",
        "REMOVE after that",
        "Cleanup; cleanup device; lower REMOVE; destroy device",
    ),
    row(
        "G.filter-never-started",
        "REMOVE, never started",
        "cleanup device; lower REMOVE; destroy device",
    ),
    row(
        "G.fail-prepare",
        "function driver: PrepareHardware fails, REMOVE",
        "lower START; PrepareHardware; ReleaseHardware; -> C0000001; then; cleanup device; lower REMOVE; destroy device",
    ),
    row(
        "G.fail-entry",
        "D0Entry fails, REMOVE",
        "lower START; PrepareHardware; D0Entry 5; ReleaseHardware; -> C0000001; then; cleanup device; lower REMOVE; destroy device",
    ),
    row(
        "G.fail-init",
        "SelfManagedIoInit fails, REMOVE",
        "lower START; PrepareHardware; D0Entry 5; Post 5; Init; Pre 5; D0Exit 5; ReleaseHardware; Flush; -> C000009E; then; Cleanup; cleanup device; lower REMOVE; destroy device",
    ),
    row(
        "G.fail-lower",
        "the lower driver fails START, REMOVE",
        "lower START; -> C0000001; then; cleanup device; lower REMOVE; destroy device",
    ),
    row(
        "G.query-refused",
        "QueryStop refuses",
        "QueryStop; -> C0000001",
    ),
    row(
        "G.fail-prepare-f",
        "filter: PrepareHardware fails, REMOVE",
        "lower START; PrepareHardware; ReleaseHardware; -> C0000001; then; cleanup device; lower REMOVE; destroy device",
    ),
    row(
        "G.fail-entry-f",
        "D0Entry fails, REMOVE",
        "lower START; PrepareHardware; D0Entry 5; ReleaseHardware; -> C0000001; then; cleanup device; lower REMOVE; destroy device",
    ),
    row(
        "G.fail-init-f",
        "SelfManagedIoInit fails, REMOVE",
        "lower START; PrepareHardware; D0Entry 5; Post 5; Init; Pre 5; D0Exit 5; ReleaseHardware; Flush; -> C000009E; then; Cleanup; cleanup device; lower REMOVE; destroy device",
    ),
    row(
        "G.fail-lower-f",
        "the lower driver fails START, REMOVE",
        "lower START; -> C0000001; then; cleanup device; lower REMOVE; destroy device",
    ),
    row(
        "G.query-refused-f",
        "QueryStop refuses",
        "QueryStop; -> C0000001",
    ),
    row(
        "G.add-after",
        "function driver: EvtDeviceAdd fails after WdfDeviceCreate",
        "cleanup device; destroy device; AddDevice C0000001; detached true",
    ),
    row(
        "G.add-before",
        "EvtDeviceAdd fails before the device is made",
        "WdfDeviceCreate C0000004; AddDevice C0000004",
    ),
    row(
        "G.add-after-f",
        "filter: EvtDeviceAdd fails after WdfDeviceCreate",
        "cleanup device; destroy device; AddDevice 0; detached true",
    ),
    row(
        "G.add-before-f",
        "EvtDeviceAdd fails before the device is made",
        "WdfDeviceCreate C0000004; AddDevice C0000004",
    ),
    row(
        "G.before-start",
        "function driver: request before START",
        "-> 00000103; start; PrepareHardware; D0Entry 5; Post 5; control r1; irp completed 0 0; Init",
    ),
    row(
        "G.while-stopped",
        "request while stopped",
        "-> 00000103; start; PrepareHardware; D0Entry 5; Post 5; control r1; irp completed 0 0; Restart",
    ),
    row(
        "G.stop-acknowledged",
        "request held at STOP, acknowledged",
        "Suspend; EvtIoStop r1 flags 1; Pre 5; D0Exit 5; ReleaseHardware; start; PrepareHardware; D0Entry 5; Post 5; EvtIoResume r1; Restart; irp completed 0 0",
    ),
    row(
        "G.stop-requeued",
        "request held at STOP, acknowledged and requeued",
        "Suspend; EvtIoStop r1 flags 1; Pre 5; D0Exit 5; ReleaseHardware; start; PrepareHardware; D0Entry 5; Post 5; control r1; Restart; irp completed 0 0",
    ),
    row(
        "G.stop-completed",
        "request held at STOP, completed in EvtIoStop",
        "Suspend; EvtIoStop r1 flags 1; irp completed 0 0; Pre 5; D0Exit 5; ReleaseHardware; start; PrepareHardware; D0Entry 5; Post 5; Restart",
    ),
    row(
        "G.after-surprise",
        "new requests after surprise removal",
        "irp completed C0000184 0; -> C0000184; irp completed C0000184 0; -> C0000184",
    ),
    row(
        "G.function-queued-at-remove",
        "request in a manual power-managed queue at REMOVE",
        "Suspend; Pre 5; D0Exit 5; ReleaseHardware; EvtIoCanceledOnQueue r1; irp completed C0000120 0; Flush; Cleanup; cleanup device; lower REMOVE; destroy device",
    ),
    row(
        "G.after-failed-start",
        "request after a failed START",
        "irp completed C0000184 0; -> C0000184",
    ),
    row(
        "G.filter-before-start",
        "filter: request before START",
        "control r1; irp completed 0 0; -> 00000103",
    ),
    row(
        "G.filter-while-stopped",
        "request while stopped",
        "control r1; irp completed 0 0; -> 00000103",
    ),
    row(
        "G.filter-after-surprise",
        "new request after surprise removal",
        "control r1; irp completed 0 0; -> 00000103",
    ),
    row(
        "G.filter-queued-at-remove",
        "request in a manual queue at REMOVE",
        "Suspend; Pre 5; D0Exit 5; ReleaseHardware; Flush; EvtIoCanceledOnQueue r1; irp completed C0000120 0; Cleanup; cleanup device; lower REMOVE; destroy device",
    ),
    row(
        "G.filter-held-at-surprise",
        "request held at SURPRISE_REMOVAL",
        "SurpriseRemoval; Suspend; Pre 5; D0Exit 5; ReleaseHardware; Flush; lower SURPRISE_REMOVAL; held true",
    ),
    row(
        "G.filter-held-at-remove",
        "request held at REMOVE, completed in EvtIoStop",
        "EvtIoStop r1 flags 2; irp completed 0 0; Cleanup; cleanup device; lower REMOVE; destroy device",
    ),
    row(
        "G.own-request-below",
        "request of the driver's own below at REMOVE",
        "Suspend; Pre 5; D0Exit 5; ReleaseHardware; Flush; Cleanup; cleanup queue; lower cancel; routine C0000120 0 type 1C; cleanup request; cleanup device; destroy queue; destroy request; lower REMOVE; destroy device",
    ),
    row(
        "G.filter-d3",
        "filter: device power D3",
        "Suspend; Pre 4; D0Exit 4; lower POWER; -> 0",
    ),
    row(
        "G.filter-d0",
        "device power D0",
        "lower POWER; D0Entry 4; Post 4; Restart; -> 0",
    ),
    row("G.filter-s3", "system power S3", "lower POWER; -> 0"),
    row(
        "G.function-s3",
        "power policy owner: system power S3",
        "lower POWER; Suspend; Pre 4; D0Exit 4; lower POWER; -> 0",
    ),
    row(
        "G.function-s0",
        "system power S0",
        "lower POWER; lower POWER; D0Entry 4; Post 4; Restart; -> 0",
    ),
    row(
        "G.filter-flags",
        "filter: device flags and characteristics in EvtDeviceAdd, stack size",
        "80 0; stack lower+1",
    ),
    row(
        "G.filter-queries",
        "capabilities, relations, resources and the like are sent down; device state",
        "lower PNP; C00000BB; lower PNP; C00000BB; lower PNP; C00000BB; lower PNP; C00000BB; lower PNP; C00000BB; lower PNP; C00000BB; lower QUERY_STATE; 0",
    ),
    row(
        "G.filter-others",
        "WMI, flush, query information, shutdown, create",
        "lower WMI; 0; lower FLUSH; 0; lower QUERY_INFORMATION; 0; lower SHUTDOWN; 0; lower CREATE; 0",
    ),
    row(
        "G.function-flags",
        "function driver: device flags and characteristics, stack size",
        "2084 100; stack lower+1",
    ),
    row(
        "G.function-queries",
        "capabilities, relations, resources and the like are sent down; device state",
        "lower PNP; C00000BB; lower PNP; C00000BB; lower PNP; C00000BB; lower PNP; C00000BB; lower PNP; C00000BB; lower PNP; C00000BB; lower QUERY_STATE; 0",
    ),
    row(
        "G.function-others",
        "WMI, flush, query information, shutdown, create",
        "lower WMI; 0; C0000010; C0000010; 0; 0",
    ),
    row(
        "G.two-start",
        "filter over a function driver: START",
        "lower START; FUNCTION PrepareHardware; FUNCTION D0Entry 5; FUNCTION Post 5; FUNCTION Init; FILTER PrepareHardware; FILTER D0Entry 5; FILTER Post 5; FILTER Init",
    ),
    row(
        "G.two-query-stop",
        "QUERY_STOP",
        "FILTER QueryStop; FUNCTION QueryStop; lower QUERY_STOP",
    ),
    row(
        "G.two-stop",
        "STOP",
        "FILTER Suspend; FILTER Pre 5; FILTER D0Exit 5; FILTER ReleaseHardware; FUNCTION Suspend; FUNCTION Pre 5; FUNCTION D0Exit 5; FUNCTION ReleaseHardware; lower STOP",
    ),
    row(
        "G.two-restart",
        "START again",
        "lower START; FUNCTION PrepareHardware; FUNCTION D0Entry 5; FUNCTION Post 5; FUNCTION Restart; FILTER PrepareHardware; FILTER D0Entry 5; FILTER Post 5; FILTER Restart",
    ),
    row(
        "G.two-surprise",
        "SURPRISE_REMOVAL",
        "FILTER SurpriseRemoval; FILTER Suspend; FILTER Pre 5; FILTER D0Exit 5; FILTER ReleaseHardware; FILTER Flush; FUNCTION SurpriseRemoval; FUNCTION Suspend; FUNCTION Pre 5; FUNCTION D0Exit 5; FUNCTION ReleaseHardware; FUNCTION Flush; lower SURPRISE_REMOVAL",
    ),
    row(
        "G.two-remove-after-surprise",
        "REMOVE after that",
        "FILTER Cleanup; cleanup FILTER; FUNCTION Cleanup; cleanup FUNCTION; lower REMOVE; destroy FUNCTION; destroy FILTER",
    ),
    row(
        "G.two-internal",
        "internal control that the filter sends on and the function driver completes",
        "internal r1; sent 1; complete; routine 0 0 type FF; irp completed 0 0; completed",
    ),
    row(
        "G.two-remove",
        "REMOVE while started",
        "FILTER Suspend; FILTER Pre 5; FILTER D0Exit 5; FILTER ReleaseHardware; FILTER Flush; FILTER Cleanup; cleanup queue; cleanup FILTER; destroy queue; FUNCTION Suspend; FUNCTION Pre 5; FUNCTION D0Exit 5; FUNCTION ReleaseHardware; FUNCTION Flush; FUNCTION Cleanup; cleanup queue; cleanup FUNCTION; destroy queue; lower REMOVE; destroy FUNCTION; destroy FILTER",
    ),
    row(
        "G.own-target",
        "state of the own target after STOP and SURPRISE_REMOVAL; it still sends",
        "stopped 1 surprise 1; lower INTERNAL; routine 0 0 type 1C; sent 1",
    ),
    row(
        "G.kept-at-remove",
        "request that a stopped target keeps at REMOVE",
        "remove; Cleanup; cleanup request; routine C0200206 0 type 1C; cleanup request; cleanup device; destroy request; destroy request; destroy device",
    ),
    row(
        "G.lower-status",
        "the status with which PnP IRPs go down",
        "lower START; 0 0 0 0; status C00000BB; lower QUERY_STOP; 0 0 0 0; status 0; lower CANCEL_STOP; 0 0 0 0; status 0; lower QUERY_REMOVE; 0 0 0 0; status 0; lower CANCEL_REMOVE; 0 0 0 0; status 0; lower REMOVE; 0 0 0 0; status 0",
    ),
];
