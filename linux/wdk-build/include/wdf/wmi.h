/* WMI providers. */
#pragma once

typedef enum _WDF_WMI_PROVIDER_CONTROL {
    WdfWmiControlInvalid = 0,
    WdfWmiEventControl = 1,
    WdfWmiInstanceControl = 2,
} WDF_WMI_PROVIDER_CONTROL, *PWDF_WMI_PROVIDER_CONTROL;

typedef enum _WDF_WMI_PROVIDER_FLAGS {
    WdfWmiProviderEventOnly = 1,
    WdfWmiProviderExpensive = 2,
    WdfWmiProviderTracing = 4,
    WdfWmiProviderValidFlags = 7,
} WDF_WMI_PROVIDER_FLAGS, *PWDF_WMI_PROVIDER_FLAGS;

typedef NTSTATUS EVT_WDF_WMI_PROVIDER_FUNCTION_CONTROL(WDFWMIPROVIDER WmiProvider,
                                                       WDF_WMI_PROVIDER_CONTROL Control,
                                                       BOOLEAN Enable);
typedef EVT_WDF_WMI_PROVIDER_FUNCTION_CONTROL *PFN_WDF_WMI_PROVIDER_FUNCTION_CONTROL;
typedef NTSTATUS EVT_WDF_WMI_INSTANCE_QUERY_INSTANCE(WDFWMIINSTANCE WmiInstance,
                                                     ULONG OutBufferSize, PVOID OutBuffer,
                                                     PULONG BufferUsed);
typedef EVT_WDF_WMI_INSTANCE_QUERY_INSTANCE *PFN_WDF_WMI_INSTANCE_QUERY_INSTANCE;
typedef NTSTATUS EVT_WDF_WMI_INSTANCE_SET_INSTANCE(WDFWMIINSTANCE WmiInstance, ULONG InBufferSize,
                                                   PVOID InBuffer);
typedef EVT_WDF_WMI_INSTANCE_SET_INSTANCE *PFN_WDF_WMI_INSTANCE_SET_INSTANCE;
typedef NTSTATUS EVT_WDF_WMI_INSTANCE_SET_ITEM(WDFWMIINSTANCE WmiInstance, ULONG DataItemId,
                                               ULONG InBufferSize, PVOID InBuffer);
typedef EVT_WDF_WMI_INSTANCE_SET_ITEM *PFN_WDF_WMI_INSTANCE_SET_ITEM;
typedef NTSTATUS EVT_WDF_WMI_INSTANCE_EXECUTE_METHOD(WDFWMIINSTANCE WmiInstance, ULONG MethodId,
                                                     ULONG InBufferSize, ULONG OutBufferSize,
                                                     PVOID Buffer, PULONG BufferUsed);
typedef EVT_WDF_WMI_INSTANCE_EXECUTE_METHOD *PFN_WDF_WMI_INSTANCE_EXECUTE_METHOD;

typedef struct _WDF_WMI_PROVIDER_CONFIG {
    ULONG Size;
    GUID Guid;
    ULONG Flags;
    ULONG MinInstanceBufferSize;
    PFN_WDF_WMI_PROVIDER_FUNCTION_CONTROL EvtWmiProviderFunctionControl;
} WDF_WMI_PROVIDER_CONFIG, *PWDF_WMI_PROVIDER_CONFIG;

typedef struct _WDF_WMI_INSTANCE_CONFIG {
    ULONG Size;
    WDFWMIPROVIDER Provider;
    PWDF_WMI_PROVIDER_CONFIG ProviderConfig;
    BOOLEAN UseContextForQuery;
    BOOLEAN Register;
    PFN_WDF_WMI_INSTANCE_QUERY_INSTANCE EvtWmiInstanceQueryInstance;
    PFN_WDF_WMI_INSTANCE_SET_INSTANCE EvtWmiInstanceSetInstance;
    PFN_WDF_WMI_INSTANCE_SET_ITEM EvtWmiInstanceSetItem;
    PFN_WDF_WMI_INSTANCE_EXECUTE_METHOD EvtWmiInstanceExecuteMethod;
} WDF_WMI_INSTANCE_CONFIG, *PWDF_WMI_INSTANCE_CONFIG;

/* Functions, as the table holds them. */
typedef NTSTATUS (*PFN_WDFWMIPROVIDERCREATE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device,
    PWDF_WMI_PROVIDER_CONFIG WmiProviderConfig, PWDF_OBJECT_ATTRIBUTES ProviderAttributes,
    WDFWMIPROVIDER *WmiProvider);
typedef WDFDEVICE (*PFN_WDFWMIPROVIDERGETDEVICE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFWMIPROVIDER WmiProvider);
typedef BOOLEAN (*PFN_WDFWMIPROVIDERISENABLED)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFWMIPROVIDER WmiProvider,
    WDF_WMI_PROVIDER_CONTROL ProviderControl);
typedef ULONGLONG (*PFN_WDFWMIPROVIDERGETTRACINGHANDLE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFWMIPROVIDER WmiProvider);
typedef NTSTATUS (*PFN_WDFWMIINSTANCECREATE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PWDF_WMI_INSTANCE_CONFIG InstanceConfig,
    PWDF_OBJECT_ATTRIBUTES InstanceAttributes, WDFWMIINSTANCE *Instance);
typedef NTSTATUS (*PFN_WDFWMIINSTANCEREGISTER)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFWMIINSTANCE WmiInstance);
typedef VOID (*PFN_WDFWMIINSTANCEDEREGISTER)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFWMIINSTANCE WmiInstance);
typedef WDFDEVICE (*PFN_WDFWMIINSTANCEGETDEVICE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFWMIINSTANCE WmiInstance);
typedef WDFWMIPROVIDER (*PFN_WDFWMIINSTANCEGETPROVIDER)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFWMIINSTANCE WmiInstance);
typedef NTSTATUS (*PFN_WDFWMIINSTANCEFIREEVENT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFWMIINSTANCE WmiInstance, ULONG EventDataSize,
    PVOID EventData);
