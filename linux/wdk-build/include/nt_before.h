/* Goes before mingw-w64's ntifs.h and ntddk.h, to keep out of them what would be in the way. */
#pragma once

/* Functions that mingw-w64 has as inline ones, and the WDK as exports of the kernel: bindgen leaves
 * inline functions out. Here mingw-w64's get another name; nt_after.h declares the real ones. */
#define KeGetCurrentIrql mingw_KeGetCurrentIrql
#define KfRaiseIrql mingw_KfRaiseIrql
#define KeLowerIrql mingw_KeLowerIrql
#define KeRaiseIrqlToDpcLevel mingw_KeRaiseIrqlToDpcLevel

/* Intrinsics that are declared twice, once with external linkage: every object file would define
 * them. This keeps the first declaration out. */
#define __INTRINSIC_DEFINED_InterlockedBitTestAndSet
#define __INTRINSIC_DEFINED_InterlockedBitTestAndReset
#define __INTRINSIC_DEFINED___cpuidex

/* mingw-w64's kernel headers know no ARM64. They take it for an ARM, whose part of wdm.h is our
 * armddk.h, and for an Itanium, the other processor whose structures are packed as x64's are. */
#if defined(__aarch64__)
#define _M_ARM 7
#define _IA64_
#endif
