/*
 * Goes after mingw-w64's ntifs.h and ntddk.h: what the WDK's declare and they don't (yet).
 * Not marked as imports: downlevel.c defines some of them.
 */
#pragma once

#if defined(__aarch64__)
#undef _M_ARM
#undef _IA64_
#endif

#undef KeGetCurrentIrql
#undef KfRaiseIrql
#undef KeLowerIrql
#undef KeRaiseIrqlToDpcLevel
KIRQL NTAPI KeGetCurrentIrql(VOID);
KIRQL NTAPI KfRaiseIrql(KIRQL NewIrql);
VOID NTAPI KeLowerIrql(KIRQL NewIrql);
KIRQL NTAPI KeRaiseIrqlToDpcLevel(VOID);

typedef ULONG64 POOL_FLAGS;

PVOID NTAPI ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag);

VOID NTAPI KeQuerySystemTimePrecise(PLARGE_INTEGER CurrentTime);
