/*
 * Event tracing, which Wine's kernel has none of: the stand-in takes the events, and on Windows the
 * kernel's own functions are looked up by name, for an import would keep the driver from loading
 * under Wine.
 */
#include "standin.h"

NTSTATUS NTAPI EtwSetInformation(REGHANDLE Handle, ULONG Class, PVOID Information, ULONG Length);

typedef NTSTATUS(NTAPI *REGISTER)(LPCGUID, PETWENABLECALLBACK, PVOID, PREGHANDLE);
typedef NTSTATUS(NTAPI *UNREGISTER)(REGHANDLE);
typedef NTSTATUS(NTAPI *SET_INFORMATION)(REGHANDLE, ULONG, PVOID, ULONG);
typedef NTSTATUS(NTAPI *WRITE_TRANSFER)(REGHANDLE, PCEVENT_DESCRIPTOR, LPCGUID, LPCGUID, ULONG,
                                        PEVENT_DATA_DESCRIPTOR);
typedef NTSTATUS(NTAPI *ACTIVITY_ID_CONTROL)(ULONG, LPGUID);

/* Looked up by EtwRegister, which is called at PASSIVE_LEVEL and before all others. */
static UNREGISTER Unregister;
static SET_INFORMATION SetInformation;
static WRITE_TRANSFER WriteTransfer;
static ACTIVITY_ID_CONTROL ActivityIdControl;

static PVOID Find(PCWSTR Name)
{
    UNICODE_STRING name;

    RtlInitUnicodeString(&name, Name);
    return MmGetSystemRoutineAddress(&name);
}

NTSTATUS NTAPI EtwRegister(LPCGUID ProviderId, PETWENABLECALLBACK EnableCallback,
                           PVOID CallbackContext, PREGHANDLE RegHandle)
{
    REGISTER real;

    if (StandinServices != NULL)
        return StandinServices->EtwRegister(StandinServices->Client, ProviderId, EnableCallback,
                                            CallbackContext, RegHandle);
    real = Find(L"EtwRegister");
    Unregister = Find(L"EtwUnregister");
    SetInformation = Find(L"EtwSetInformation");
    WriteTransfer = Find(L"EtwWriteTransfer");
    ActivityIdControl = Find(L"EtwActivityIdControl");
    if (real == NULL || Unregister == NULL || WriteTransfer == NULL)
        return STATUS_NOT_SUPPORTED;
    return real(ProviderId, EnableCallback, CallbackContext, RegHandle);
}

NTSTATUS NTAPI EtwUnregister(REGHANDLE RegHandle)
{
    if (StandinServices != NULL)
        return StandinServices->EtwUnregister(StandinServices->Client, RegHandle);
    return Unregister != NULL ? Unregister(RegHandle) : STATUS_INVALID_HANDLE;
}

/* The provider's traits; the stand-in finds them in each event. Windows 7 has no such function. */
NTSTATUS NTAPI EtwSetInformation(REGHANDLE Handle, ULONG Class, PVOID Information, ULONG Length)
{
    if (StandinServices != NULL)
        return STATUS_SUCCESS;
    return SetInformation != NULL ? SetInformation(Handle, Class, Information, Length)
                                  : STATUS_NOT_SUPPORTED;
}

NTSTATUS NTAPI EtwWriteTransfer(REGHANDLE RegHandle, PCEVENT_DESCRIPTOR EventDescriptor,
                                LPCGUID ActivityId, LPCGUID RelatedActivityId, ULONG UserDataCount,
                                PEVENT_DATA_DESCRIPTOR UserData)
{
    if (StandinServices != NULL)
        return StandinServices->EtwWrite(StandinServices->Client, RegHandle, EventDescriptor,
                                         ActivityId, UserDataCount, UserData);
    return WriteTransfer != NULL
               ? WriteTransfer(RegHandle, EventDescriptor, ActivityId, RelatedActivityId,
                               UserDataCount, UserData)
               : STATUS_INVALID_HANDLE;
}

/* Threads have no activity of their own under Wine. */
NTSTATUS NTAPI EtwActivityIdControl(ULONG ControlCode, LPGUID ActivityId)
{
    return ActivityIdControl != NULL ? ActivityIdControl(ControlCode, ActivityId)
                                     : STATUS_NOT_SUPPORTED;
}
