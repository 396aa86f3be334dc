/*
 * Pool and memory descriptor lists, counted by the stand-in; on Windows the kernel's own. The real
 * functions have their names in ntoskrnl.def.
 */
#include "standin.h"

const STANDIN_SERVICES *StandinServices;

#undef ExAllocatePoolWithTag
#undef ExFreePool
PVOID NTAPI RealExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);
VOID NTAPI RealExFreePoolWithTag(PVOID Block, ULONG Tag);
PMDL NTAPI RealIoAllocateMdl(PVOID Address, ULONG Length, BOOLEAN Secondary, BOOLEAN Quota,
                             PIRP Irp);
VOID NTAPI RealIoFreeMdl(PMDL Mdl);
VOID NTAPI RealMmBuildMdlForNonPagedPool(PMDL Mdl);

static BOOLEAN MayAllocate(VOID)
{
    return StandinServices == NULL || StandinServices->MayAllocate(StandinServices->Client);
}

static VOID Allocated(PVOID Block, SIZE_T NumberOfBytes, ULONG Tag)
{
    if (StandinServices != NULL && Block != NULL)
        StandinServices->Allocated(StandinServices->Client, Block, NumberOfBytes, Tag);
}

/* Comes before the block is freed: another thread may be given its address at once. */
static VOID Freed(PVOID Block)
{
    if (StandinServices != NULL && Block != NULL)
        StandinServices->Freed(StandinServices->Client, Block);
}

PVOID NTAPI ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    PVOID block = NULL;

    if (MayAllocate())
        block = RealExAllocatePoolWithTag(PoolType, NumberOfBytes, Tag);
    Allocated(block, NumberOfBytes, Tag);
    return block;
}

VOID NTAPI ExFreePoolWithTag(PVOID Block, ULONG Tag)
{
    Freed(Block);
    RealExFreePoolWithTag(Block, Tag);
}

VOID NTAPI ExFreePool(PVOID Block)
{
    ExFreePoolWithTag(Block, 0);
}

PMDL NTAPI IoAllocateMdl(PVOID Address, ULONG Length, BOOLEAN Secondary, BOOLEAN Quota, PIRP Irp)
{
    PMDL mdl = NULL;

    if (MayAllocate())
        mdl = RealIoAllocateMdl(Address, Length, Secondary, Quota, Irp);
    Allocated(mdl, sizeof(MDL), ' ldM');
    return mdl;
}

VOID NTAPI IoFreeMdl(PMDL Mdl)
{
    Freed(Mdl);
    RealIoFreeMdl(Mdl);
}

/* Wine's does nothing. Its pool is mapped where it is, and there are no page frames to tell of. */
VOID NTAPI MmBuildMdlForNonPagedPool(PMDL Mdl)
{
    if (StandinServices == NULL) {
        RealMmBuildMdlForNonPagedPool(Mdl);
        return;
    }
    Mdl->MappedSystemVa = (PUCHAR)Mdl->StartVa + Mdl->ByteOffset;
    Mdl->MdlFlags |= MDL_SOURCE_IS_NONPAGED_POOL;
}
