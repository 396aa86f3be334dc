/* What a driver links to: its globals and the function table. */
#pragma once

#define WDF_DRIVER_GLOBALS_NAME_LEN 32

/* What the framework keeps for one driver; its address is every function's first argument. */
typedef struct _WDF_DRIVER_GLOBALS {
    WDFDRIVER Driver;
    ULONG DriverFlags;
    ULONG DriverTag;
    CHAR DriverName[WDF_DRIVER_GLOBALS_NAME_LEN];
    BOOLEAN DisplaceDriverUnload;
} WDF_DRIVER_GLOBALS, *PWDF_DRIVER_GLOBALS;

/* An entry of the function table before it is cast to its PFN_ type. */
typedef VOID (*WDFFUNC)(VOID);

#define WDF_CONCAT_(a, b, c) a##b##0##c
#define WDF_CONCAT(a, b, c) WDF_CONCAT_(a, b, c)

/* The table pointer carries the framework version in its name, so that objects built for
 * different versions don't link. */
#if KMDF_VERSION_MAJOR == 1 && KMDF_VERSION_MINOR >= 10
#define WDF_FUNCTIONS WDF_CONCAT(WdfFunctions_, 01, KMDF_VERSION_MINOR)
#else
#error "only KMDF 1.10 and later are known here"
#endif

/* All of these are defined by the entry library (libs/entry.c). */
extern PWDF_DRIVER_GLOBALS WdfDriverGlobals;
extern const WDFFUNC *WDF_FUNCTIONS;
extern ULONG WdfFunctionCount;
extern ULONG WdfStructureCount;
extern ULONG WdfMinimumVersionRequired;
extern BOOLEAN WdfClientVersionHigherThanFramework;
