/*
 * Functions that Windows' kernel exports and Wine's does not. Part of ntoskrnl.lib, so that a driver
 * finds them where it would look for the real ones.
 */
#include "nt_before.h"
#include <ntddk.h>
#include "nt_after.h"

/* Exported under this name by Wine's kernel only; ExRaiseStatus is a stub there. */
VOID NTAPI RtlRaiseStatus(NTSTATUS Status);

#define POOL_FLAG_UNINITIALIZED 0x0000000000000002ULL
#define POOL_FLAG_CACHE_ALIGNED 0x0000000000000008ULL
#define POOL_FLAG_RAISE_ON_FAILURE 0x0000000000000020ULL
#define POOL_FLAG_NON_PAGED 0x0000000000000040ULL
#define POOL_FLAG_NON_PAGED_EXECUTE 0x0000000000000080ULL
#define POOL_FLAG_PAGED 0x0000000000000100ULL
/* Flags in the lower half must be understood, those in the upper half may be ignored. */
#define POOL_FLAG_REQUIRED 0x00000000FFFFFFFFULL

/* Zeroed, unless the caller asks otherwise: that is what drivers must be able to rely on. */
PVOID NTAPI ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag)
{
    const POOL_FLAGS pools = POOL_FLAG_NON_PAGED | POOL_FLAG_NON_PAGED_EXECUTE | POOL_FLAG_PAGED;
    const POOL_FLAGS known = pools | POOL_FLAG_UNINITIALIZED | POOL_FLAG_CACHE_ALIGNED |
                             POOL_FLAG_RAISE_ON_FAILURE;
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
    PVOID block = NULL;
    POOL_TYPE type = NonPagedPoolNx;

    switch (Flags & pools) {
    case POOL_FLAG_NON_PAGED:
        break;
    case POOL_FLAG_NON_PAGED_EXECUTE:
        type = NonPagedPoolExecute;
        break;
    case POOL_FLAG_PAGED:
        type = PagedPool;
        break;
    default:
        status = STATUS_INVALID_PARAMETER;
    }
    if ((Flags & POOL_FLAG_REQUIRED & ~known) != 0 || Tag == 0)
        status = STATUS_INVALID_PARAMETER;

    if (status != STATUS_INVALID_PARAMETER)
        block = ExAllocatePoolWithTag(type, NumberOfBytes, Tag);
    if (block == NULL) {
        if (Flags & POOL_FLAG_RAISE_ON_FAILURE)
            RtlRaiseStatus(status);
        return NULL;
    }
    if (!(Flags & POOL_FLAG_UNINITIALIZED))
        RtlZeroMemory(block, NumberOfBytes);
    return block;
}

#ifdef __x86_64__
/* Wine emulates the instruction and answers 0: everything runs at PASSIVE_LEVEL there. An ARM64
 * kernel exports the function. */
KIRQL NTAPI KeGetCurrentIrql(VOID)
{
    ULONG64 irql;
    __asm__ __volatile__("movq %%cr8, %0" : "=r"(irql));
    return (KIRQL)irql;
}
#endif

KIRQL NTAPI KeRaiseIrqlToDpcLevel(VOID)
{
    return KfRaiseIrql(DISPATCH_LEVEL);
}

/* The header's macro reads a page that Wine maps elsewhere. */
#undef KeQuerySystemTime
NTKERNELAPI VOID NTAPI KeQuerySystemTime(PLARGE_INTEGER CurrentTime);

VOID NTAPI KeQuerySystemTimePrecise(PLARGE_INTEGER CurrentTime)
{
    KeQuerySystemTime(CurrentTime);
}
