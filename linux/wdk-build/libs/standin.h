/*
 * What linux/kmdf's WDFLDR.SYS does for a driver beside the framework's functions. It finds the
 * exported variable StandinServices in the driver's image when it binds the driver, and sets it
 * (linux/kmdf/src/services.rs). On Windows nobody does: the variable stays null, and the functions
 * here call the kernel's own.
 */
#pragma once
#include "nt_before.h"
/* They are defined here: the headers must not declare them as imports. */
#define _NTOSKRNL_
#include <ntddk.h>
#include "nt_after.h"

typedef struct _STANDIN_SERVICES {
    /* The driver that asks; the first argument of every function. */
    PVOID Client;

    /* Pool: whether an allocation may go on, what became of it, and the end of a block. */
    BOOLEAN(NTAPI *MayAllocate)(PVOID Client);
    VOID(NTAPI *Allocated)(PVOID Client, PVOID Block, SIZE_T NumberOfBytes, ULONG Tag);
    VOID(NTAPI *Freed)(PVOID Client, PVOID Block);

    /* Event tracing. */
    NTSTATUS(NTAPI *EtwRegister)(PVOID Client, LPCGUID Provider, PETWENABLECALLBACK Enable,
                                 PVOID Context, PREGHANDLE Handle);
    NTSTATUS(NTAPI *EtwUnregister)(PVOID Client, REGHANDLE Handle);
    NTSTATUS(NTAPI *EtwWrite)(PVOID Client, REGHANDLE Handle, PCEVENT_DESCRIPTOR Descriptor,
                              LPCGUID Activity, ULONG Count, PEVENT_DATA_DESCRIPTOR Data);
} STANDIN_SERVICES;

extern const STANDIN_SERVICES *StandinServices;
