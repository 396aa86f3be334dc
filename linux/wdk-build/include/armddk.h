/*
 * What mingw-w64's wdm.h includes for ARM, which mingw-w64 lacks: the processor's part of wdm.h, as
 * far as anything here uses it. For ARM64, of which nt_before.h says that it is an ARM.
 */
#pragma once

#define PASSIVE_LEVEL 0
#define LOW_LEVEL 0
#define APC_LEVEL 1
#define DISPATCH_LEVEL 2
#define CLOCK_LEVEL 13
#define IPI_LEVEL 14
#define DRS_LEVEL 14
#define POWER_LEVEL 14
#define PROFILE_LEVEL 15
#define HIGH_LEVEL 15

#define PAGE_SIZE 0x1000
#define PAGE_SHIFT 12L

typedef ULONG PFN_COUNT;
typedef ULONG64 PFN_NUMBER, *PPFN_NUMBER;
typedef LONG64 SPFN_NUMBER, *PSPFN_NUMBER;

typedef struct _KFLOATING_SAVE {
    ULONG Dummy;
} KFLOATING_SAVE, *PKFLOATING_SAVE;

NTKERNELAPI PKTHREAD NTAPI KeGetCurrentThread(VOID);

#define KeRaiseIrql(a, b) *(b) = KfRaiseIrql(a)
