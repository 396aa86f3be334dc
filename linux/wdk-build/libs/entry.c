/*
 * WdfDriverEntry.lib: what the kernel enters first in a KMDF driver. It binds the driver to the
 * framework, which fills in the function table, and only then runs the driver's own DriverEntry;
 * after the driver's unload routine it takes the binding back.
 */
#include "nt_before.h"
#include <ntddk.h>
#include "nt_after.h"
#include <wdf.h>

/* What WdfVersionBind is told. Not part of the public headers. */
typedef struct _WDF_BIND_INFO {
    ULONG Size;
    PWCHAR Component;
    ULONG Major;
    ULONG Minor;
    ULONG Build;
    ULONG FuncCount;
    const WDFFUNC **FuncTable;
    PVOID Module;
} WDF_BIND_INFO, *PWDF_BIND_INFO;

NTSTATUS NTAPI WdfVersionBind(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath,
                              PWDF_BIND_INFO BindInfo, PVOID *ComponentGlobals);
NTSTATUS NTAPI WdfVersionUnbind(PUNICODE_STRING RegistryPath, PWDF_BIND_INFO BindInfo,
                                PVOID ComponentGlobals);

/* The driver's. */
DRIVER_INITIALIZE DriverEntry;

/* Variables that wdf.h declares. */
PWDF_DRIVER_GLOBALS WdfDriverGlobals;
const WDFFUNC *WDF_FUNCTIONS;
ULONG WdfFunctionCount = WdfFunctionTableNumEntries;
ULONG WdfStructureCount = WDF_STRUCTURE_TABLE_NUM_ENTRIES;
BOOLEAN WdfClientVersionHigherThanFramework;
#ifdef KMDF_MINIMUM_VERSION_REQUIRED
ULONG WdfMinimumVersionRequired = KMDF_MINIMUM_VERSION_REQUIRED;
#else
ULONG WdfMinimumVersionRequired = KMDF_VERSION_MINOR;
#endif

static WDF_BIND_INFO BindInfo = {
    .Size = sizeof(WDF_BIND_INFO),
    .Component = L"KmdfLibrary",
    .Major = KMDF_VERSION_MAJOR,
    .Minor = KMDF_VERSION_MINOR,
    .FuncCount = WdfFunctionTableNumEntries,
    .FuncTable = &WDF_FUNCTIONS,
};

/* The kernel's own registry path is gone when the driver is unloaded. */
static WCHAR PathBuffer[260];
static UNICODE_STRING Path = {0, sizeof(PathBuffer), PathBuffer};

static PDRIVER_UNLOAD DisplacedUnload;

static VOID NTAPI Unload(PDRIVER_OBJECT DriverObject)
{
    if (DisplacedUnload != NULL)
        DisplacedUnload(DriverObject);
    WdfVersionUnbind(&Path, &BindInfo, WdfDriverGlobals);
}

NTSTATUS NTAPI FxDriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    NTSTATUS status;

    /* Loaded as a library of another driver: there is nothing to bind. */
    if (DriverObject == NULL)
        return DriverEntry(NULL, RegistryPath);

    RtlCopyUnicodeString(&Path, RegistryPath);
    status = WdfVersionBind(DriverObject, &Path, &BindInfo, (PVOID *)&WdfDriverGlobals);
    if (!NT_SUCCESS(status))
        return status;

    status = DriverEntry(DriverObject, RegistryPath);
    if (!NT_SUCCESS(status)) {
        WdfVersionUnbind(&Path, &BindInfo, WdfDriverGlobals);
        return status;
    }

    /* A driver without an unload routine stays loaded and bound, unless the framework says that
     * unloading it is the framework's business. */
    if (DriverObject->DriverUnload != NULL || WdfDriverGlobals->DisplaceDriverUnload) {
        DisplacedUnload = DriverObject->DriverUnload;
        DriverObject->DriverUnload = Unload;
    }
    return status;
}
