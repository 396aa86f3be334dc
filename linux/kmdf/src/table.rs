//! The function table.
//!
//! An entry that the stand-in does not provide stops the system with the function's name: it is
//! never null, and never does nothing.

use core::cell::UnsafeCell;

use wdk_sys::*;

use crate::client::Client;
use crate::names::NAMES;
use crate::verifier::{self, Violation, rule};
use crate::{
    collection, device, dpc, driver, file, lock, memory, object_api, pnp, queue, registry, request,
    string, target, timer, workitem,
};

/// Functions of KMDF 1.27.
pub(crate) const COUNT: usize = NAMES.len();

/// Bytes from one stub to the next.
const STUB_SIZE: usize = 16;

// One stub for each entry, so that the function that is called knows which one was meant: the
// driver's globals stay in rcx, the entry's number goes to edx.
core::arch::global_asm!(
    ".p2align 4",
    ".globl kmdf_missing_stubs",
    "kmdf_missing_stubs:",
    ".set kmdf_entry, 0",
    ".rept {count}",
    ".p2align 4",
    "movl $kmdf_entry, %edx",
    "jmp {missing}",
    ".set kmdf_entry, kmdf_entry + 1",
    ".endr",
    ".p2align 4",
    count = const COUNT,
    missing = sym missing,
    options(att_syntax)
);

unsafe extern "C" {
    static kmdf_missing_stubs: u8;
}

/// The entry that is not there.
unsafe extern "C" fn missing(globals: PWDF_DRIVER_GLOBALS, index: u32) -> ! {
    let name = NAMES.get(index as usize).copied().unwrap_or("?");
    verifier::finding(
        Client::of(globals),
        rule::NOT_PROVIDED,
        Violation::Unavailable,
        format_args!("{name} (function {index} of the table) is not part of the stand-in"),
    );
    // Only recorded, but there is nothing to come back with.
    verifier::internal_error("a function that is not part of the stand-in was called")
}

struct Table(UnsafeCell<[WDFFUNC; COUNT]>);

// SAFETY: `fill` writes it once, before any driver knows it.
unsafe impl Sync for Table {}

static TABLE: Table = Table(UnsafeCell::new([None; COUNT]));

/// Where drivers find the table.
pub(crate) fn address() -> *const WDFFUNC {
    TABLE.0.get().cast()
}

macro_rules! entries {
    ($table:ident; $($index:ident, $kind:ident => $function:path;)*) => {$(
        {
            // The binding's type for the function checks ours.
            let function: $kind = Some($function);
            // SAFETY: function pointers of one size; a driver casts the entry back.
            let entry = unsafe { core::mem::transmute::<$kind, WDFFUNC>(function) };
            $table[_WDFFUNCENUM::$index as usize] = entry;
        }
    )*};
}

/// Fills the table in. Called once, before the first driver gets its address.
pub(crate) fn fill() {
    // SAFETY: nobody else knows the table yet.
    let table = unsafe { &mut *TABLE.0.get() };
    for (index, entry) in table.iter_mut().enumerate() {
        let stub = (&raw const kmdf_missing_stubs).wrapping_add(index * STUB_SIZE);
        // SAFETY: the stub at this address is a function that takes whatever it is called with.
        *entry = unsafe { core::mem::transmute::<*const u8, WDFFUNC>(stub) };
    }
    fill_objects(table);
    fill_io(table);
}

/// Drivers, devices and all kinds of objects.
fn fill_objects(table: &mut [WDFFUNC; COUNT]) {
    entries! { table;
        WdfCollectionCreateTableIndex, PFN_WDFCOLLECTIONCREATE => collection::create;
        WdfCollectionGetCountTableIndex, PFN_WDFCOLLECTIONGETCOUNT => collection::get_count;
        WdfCollectionAddTableIndex, PFN_WDFCOLLECTIONADD => collection::add;
        WdfCollectionRemoveTableIndex, PFN_WDFCOLLECTIONREMOVE => collection::remove;
        WdfCollectionRemoveItemTableIndex, PFN_WDFCOLLECTIONREMOVEITEM => collection::remove_item;
        WdfCollectionGetItemTableIndex, PFN_WDFCOLLECTIONGETITEM => collection::get_item;
        WdfCollectionGetFirstItemTableIndex, PFN_WDFCOLLECTIONGETFIRSTITEM => collection::get_first_item;
        WdfCollectionGetLastItemTableIndex, PFN_WDFCOLLECTIONGETLASTITEM => collection::get_last_item;
        WdfControlDeviceInitAllocateTableIndex, PFN_WDFCONTROLDEVICEINITALLOCATE => device::ddi::control_allocate;
        WdfControlDeviceInitSetShutdownNotificationTableIndex, PFN_WDFCONTROLDEVICEINITSETSHUTDOWNNOTIFICATION => device::ddi::control_set_shutdown_notification;
        WdfControlFinishInitializingTableIndex, PFN_WDFCONTROLFINISHINITIALIZING => device::ddi::control_finish_initializing;
        WdfDeviceSetDeviceStateTableIndex, PFN_WDFDEVICESETDEVICESTATE => device::ddi::set_device_state;
        WdfWdmDeviceGetWdfDeviceHandleTableIndex, PFN_WDFWDMDEVICEGETWDFDEVICEHANDLE => device::ddi::wdm_device_get_handle;
        WdfDeviceWdmGetDeviceObjectTableIndex, PFN_WDFDEVICEWDMGETDEVICEOBJECT => device::ddi::wdm_get_device_object;
        WdfDeviceWdmGetAttachedDeviceTableIndex, PFN_WDFDEVICEWDMGETATTACHEDDEVICE => device::ddi::wdm_get_attached_device;
        WdfDeviceWdmGetPhysicalDeviceTableIndex, PFN_WDFDEVICEWDMGETPHYSICALDEVICE => device::ddi::wdm_get_physical_device;
        WdfDeviceWdmDispatchPreprocessedIrpTableIndex, PFN_WDFDEVICEWDMDISPATCHPREPROCESSEDIRP => device::ddi::wdm_dispatch_preprocessed_irp;
        WdfDeviceGetDriverTableIndex, PFN_WDFDEVICEGETDRIVER => device::ddi::get_driver;
        WdfDeviceRetrieveDeviceNameTableIndex, PFN_WDFDEVICERETRIEVEDEVICENAME => device::ddi::retrieve_device_name;
        WdfDeviceGetIoTargetTableIndex, PFN_WDFDEVICEGETIOTARGET => device::ddi::get_io_target;
        WdfDeviceGetDevicePnpStateTableIndex, PFN_WDFDEVICEGETDEVICEPNPSTATE => device::ddi::get_pnp_state;
        WdfDeviceOpenRegistryKeyTableIndex, PFN_WDFDEVICEOPENREGISTRYKEY => device::ddi::open_registry_key;
        WdfDeviceGetCharacteristicsTableIndex, PFN_WDFDEVICEGETCHARACTERISTICS => device::ddi::get_characteristics;
        WdfDeviceInitFreeTableIndex, PFN_WDFDEVICEINITFREE => device::ddi::free;
        WdfDeviceInitSetPnpPowerEventCallbacksTableIndex, PFN_WDFDEVICEINITSETPNPPOWEREVENTCALLBACKS => device::ddi::set_pnp_power_event_callbacks;
        WdfDeviceInitSetPowerPolicyEventCallbacksTableIndex, PFN_WDFDEVICEINITSETPOWERPOLICYEVENTCALLBACKS => device::ddi::set_power_policy_event_callbacks;
        WdfDeviceInitSetPowerPolicyOwnershipTableIndex, PFN_WDFDEVICEINITSETPOWERPOLICYOWNERSHIP => device::ddi::set_power_policy_ownership;
        WdfDeviceInitSetIoTypeTableIndex, PFN_WDFDEVICEINITSETIOTYPE => device::ddi::set_io_type;
        WdfDeviceInitSetExclusiveTableIndex, PFN_WDFDEVICEINITSETEXCLUSIVE => device::ddi::set_exclusive;
        WdfDeviceInitSetPowerNotPageableTableIndex, PFN_WDFDEVICEINITSETPOWERNOTPAGEABLE => device::ddi::set_power_not_pageable;
        WdfDeviceInitSetPowerPageableTableIndex, PFN_WDFDEVICEINITSETPOWERPAGEABLE => device::ddi::set_power_pageable;
        WdfDeviceInitSetDeviceTypeTableIndex, PFN_WDFDEVICEINITSETDEVICETYPE => device::ddi::set_device_type;
        WdfDeviceInitAssignNameTableIndex, PFN_WDFDEVICEINITASSIGNNAME => device::ddi::assign_name;
        WdfDeviceInitAssignSDDLStringTableIndex, PFN_WDFDEVICEINITASSIGNSDDLSTRING => device::ddi::assign_sddl_string;
        WdfDeviceInitSetDeviceClassTableIndex, PFN_WDFDEVICEINITSETDEVICECLASS => device::ddi::set_device_class;
        WdfDeviceInitSetCharacteristicsTableIndex, PFN_WDFDEVICEINITSETCHARACTERISTICS => device::ddi::set_characteristics;
        WdfDeviceInitSetFileObjectConfigTableIndex, PFN_WDFDEVICEINITSETFILEOBJECTCONFIG => device::ddi::set_file_object_config;
        WdfDeviceInitSetRequestAttributesTableIndex, PFN_WDFDEVICEINITSETREQUESTATTRIBUTES => device::ddi::set_request_attributes;
        WdfDeviceInitAssignWdmIrpPreprocessCallbackTableIndex, PFN_WDFDEVICEINITASSIGNWDMIRPPREPROCESSCALLBACK => device::ddi::assign_preprocess_callback;
        WdfDeviceInitSetIoInCallerContextCallbackTableIndex, PFN_WDFDEVICEINITSETIOINCALLERCONTEXTCALLBACK => device::ddi::set_io_in_caller_context_callback;
        WdfDeviceCreateTableIndex, PFN_WDFDEVICECREATE => device::ddi::create;
        WdfDeviceCreateDeviceInterfaceTableIndex, PFN_WDFDEVICECREATEDEVICEINTERFACE => device::ddi::create_device_interface;
        WdfDeviceSetDeviceInterfaceStateTableIndex, PFN_WDFDEVICESETDEVICEINTERFACESTATE => device::ddi::set_device_interface_state;
        WdfDeviceRetrieveDeviceInterfaceStringTableIndex, PFN_WDFDEVICERETRIEVEDEVICEINTERFACESTRING => device::ddi::retrieve_device_interface_string;
        WdfDeviceCreateSymbolicLinkTableIndex, PFN_WDFDEVICECREATESYMBOLICLINK => device::ddi::create_symbolic_link;
        WdfDeviceQueryPropertyTableIndex, PFN_WDFDEVICEQUERYPROPERTY => device::ddi::query_property;
        WdfDeviceAllocAndQueryPropertyTableIndex, PFN_WDFDEVICEALLOCANDQUERYPROPERTY => device::ddi::alloc_and_query_property;
        WdfDeviceSetPnpCapabilitiesTableIndex, PFN_WDFDEVICESETPNPCAPABILITIES => device::ddi::set_pnp_capabilities;
        WdfDeviceSetPowerCapabilitiesTableIndex, PFN_WDFDEVICESETPOWERCAPABILITIES => device::ddi::set_power_capabilities;
        WdfDeviceSetFailedTableIndex, PFN_WDFDEVICESETFAILED => device::ddi::set_failed;
        WdfDeviceGetFileObjectTableIndex, PFN_WDFDEVICEGETFILEOBJECT => device::ddi::get_file_object;
        WdfDeviceEnqueueRequestTableIndex, PFN_WDFDEVICEENQUEUEREQUEST => device::ddi::enqueue_request;
        WdfDeviceGetDefaultQueueTableIndex, PFN_WDFDEVICEGETDEFAULTQUEUE => device::ddi::get_default_queue;
        WdfDeviceConfigureRequestDispatchingTableIndex, PFN_WDFDEVICECONFIGUREREQUESTDISPATCHING => device::ddi::configure_request_dispatching;
        WdfDpcCreateTableIndex, PFN_WDFDPCCREATE => dpc::create;
        WdfDpcEnqueueTableIndex, PFN_WDFDPCENQUEUE => dpc::enqueue;
        WdfDpcCancelTableIndex, PFN_WDFDPCCANCEL => dpc::cancel;
        WdfDpcGetParentObjectTableIndex, PFN_WDFDPCGETPARENTOBJECT => dpc::get_parent_object;
        WdfDriverCreateTableIndex, PFN_WDFDRIVERCREATE => driver::create;
        WdfDriverGetRegistryPathTableIndex, PFN_WDFDRIVERGETREGISTRYPATH => driver::get_registry_path;
        WdfDriverWdmGetDriverObjectTableIndex, PFN_WDFDRIVERWDMGETDRIVEROBJECT => driver::wdm_get_driver_object;
        WdfDriverOpenParametersRegistryKeyTableIndex, PFN_WDFDRIVEROPENPARAMETERSREGISTRYKEY => registry::driver_open_parameters_key;
        WdfWdmDriverGetWdfDriverHandleTableIndex, PFN_WDFWDMDRIVERGETWDFDRIVERHANDLE => driver::wdm_driver_get_handle;
        WdfDriverRetrieveVersionStringTableIndex, PFN_WDFDRIVERRETRIEVEVERSIONSTRING => driver::retrieve_version_string;
        WdfDriverIsVersionAvailableTableIndex, PFN_WDFDRIVERISVERSIONAVAILABLE => driver::is_version_available;
        WdfFdoInitWdmGetPhysicalDeviceTableIndex, PFN_WDFFDOINITWDMGETPHYSICALDEVICE => device::ddi::fdo_get_physical_device;
        WdfFdoInitOpenRegistryKeyTableIndex, PFN_WDFFDOINITOPENREGISTRYKEY => device::ddi::fdo_init_open_registry_key;
        WdfFdoInitQueryPropertyTableIndex, PFN_WDFFDOINITQUERYPROPERTY => device::ddi::fdo_init_query_property;
        WdfFdoInitAllocAndQueryPropertyTableIndex, PFN_WDFFDOINITALLOCANDQUERYPROPERTY => device::ddi::fdo_init_alloc_and_query_property;
        WdfFdoInitSetFilterTableIndex, PFN_WDFFDOINITSETFILTER => device::ddi::fdo_set_filter;
        WdfMemoryCreateTableIndex, PFN_WDFMEMORYCREATE => memory::create;
        WdfMemoryCreatePreallocatedTableIndex, PFN_WDFMEMORYCREATEPREALLOCATED => memory::create_preallocated;
        WdfMemoryGetBufferTableIndex, PFN_WDFMEMORYGETBUFFER => memory::get_buffer;
        WdfMemoryAssignBufferTableIndex, PFN_WDFMEMORYASSIGNBUFFER => memory::assign_buffer;
        WdfMemoryCopyToBufferTableIndex, PFN_WDFMEMORYCOPYTOBUFFER => memory::copy_to_buffer;
        WdfMemoryCopyFromBufferTableIndex, PFN_WDFMEMORYCOPYFROMBUFFER => memory::copy_from_buffer;
        WdfObjectGetTypedContextWorkerTableIndex, PFN_WDFOBJECTGETTYPEDCONTEXTWORKER => object_api::get_typed_context_worker;
        WdfObjectAllocateContextTableIndex, PFN_WDFOBJECTALLOCATECONTEXT => object_api::allocate_context;
        WdfObjectContextGetObjectTableIndex, PFN_WDFOBJECTCONTEXTGETOBJECT => object_api::context_get_object;
        WdfObjectReferenceActualTableIndex, PFN_WDFOBJECTREFERENCEACTUAL => object_api::reference;
        WdfObjectDereferenceActualTableIndex, PFN_WDFOBJECTDEREFERENCEACTUAL => object_api::dereference;
        WdfObjectCreateTableIndex, PFN_WDFOBJECTCREATE => object_api::create;
        WdfObjectDeleteTableIndex, PFN_WDFOBJECTDELETE => object_api::delete;
        WdfRegistryOpenKeyTableIndex, PFN_WDFREGISTRYOPENKEY => registry::open_key;
        WdfRegistryCloseTableIndex, PFN_WDFREGISTRYCLOSE => registry::close_key;
        WdfRegistryWdmGetHandleTableIndex, PFN_WDFREGISTRYWDMGETHANDLE => registry::wdm_get_handle;
        WdfRegistryQueryValueTableIndex, PFN_WDFREGISTRYQUERYVALUE => registry::query_value;
        WdfRegistryQueryUnicodeStringTableIndex, PFN_WDFREGISTRYQUERYUNICODESTRING => registry::query_unicode_string;
        WdfRegistryQueryStringTableIndex, PFN_WDFREGISTRYQUERYSTRING => registry::query_string;
        WdfRegistryQueryULongTableIndex, PFN_WDFREGISTRYQUERYULONG => registry::query_ulong;
        WdfStringCreateTableIndex, PFN_WDFSTRINGCREATE => string::create;
        WdfStringGetUnicodeStringTableIndex, PFN_WDFSTRINGGETUNICODESTRING => string::get_unicode_string;
        WdfWaitLockCreateTableIndex, PFN_WDFWAITLOCKCREATE => lock::wait_create;
        WdfWaitLockAcquireTableIndex, PFN_WDFWAITLOCKACQUIRE => lock::wait_acquire;
        WdfWaitLockReleaseTableIndex, PFN_WDFWAITLOCKRELEASE => lock::wait_release;
        WdfSpinLockCreateTableIndex, PFN_WDFSPINLOCKCREATE => lock::spin_create;
        WdfSpinLockAcquireTableIndex, PFN_WDFSPINLOCKACQUIRE => lock::spin_acquire;
        WdfSpinLockReleaseTableIndex, PFN_WDFSPINLOCKRELEASE => lock::spin_release;
        WdfTimerCreateTableIndex, PFN_WDFTIMERCREATE => timer::create;
        WdfTimerStartTableIndex, PFN_WDFTIMERSTART => timer::start;
        WdfTimerStopTableIndex, PFN_WDFTIMERSTOP => timer::stop;
        WdfTimerGetParentObjectTableIndex, PFN_WDFTIMERGETPARENTOBJECT => timer::get_parent_object;
        WdfWorkItemCreateTableIndex, PFN_WDFWORKITEMCREATE => workitem::create;
        WdfWorkItemEnqueueTableIndex, PFN_WDFWORKITEMENQUEUE => workitem::enqueue;
        WdfWorkItemGetParentObjectTableIndex, PFN_WDFWORKITEMGETPARENTOBJECT => workitem::get_parent_object;
        WdfWorkItemFlushTableIndex, PFN_WDFWORKITEMFLUSH => workitem::flush;
        WdfDeviceWdmDispatchIrpToIoQueueTableIndex, PFN_WDFDEVICEWDMDISPATCHIRPTOIOQUEUE => device::ddi::wdm_dispatch_irp_to_io_queue;
    }
}

/// Requests, queues, targets and files.
fn fill_io(table: &mut [WDFFUNC; COUNT]) {
    entries! { table;
        WdfFileObjectGetFileNameTableIndex, PFN_WDFFILEOBJECTGETFILENAME => file::get_file_name;
        WdfFileObjectGetFlagsTableIndex, PFN_WDFFILEOBJECTGETFLAGS => file::get_flags;
        WdfFileObjectGetDeviceTableIndex, PFN_WDFFILEOBJECTGETDEVICE => file::get_device;
        WdfFileObjectWdmGetFileObjectTableIndex, PFN_WDFFILEOBJECTWDMGETFILEOBJECT => file::wdm_get_file_object;
        WdfIoQueueCreateTableIndex, PFN_WDFIOQUEUECREATE => queue::ddi::create;
        WdfIoQueueGetStateTableIndex, PFN_WDFIOQUEUEGETSTATE => queue::ddi::get_state;
        WdfIoQueueStartTableIndex, PFN_WDFIOQUEUESTART => queue::ddi::start;
        WdfIoQueueStopTableIndex, PFN_WDFIOQUEUESTOP => queue::ddi::stop;
        WdfIoQueueStopSynchronouslyTableIndex, PFN_WDFIOQUEUESTOPSYNCHRONOUSLY => queue::ddi::stop_synchronously;
        WdfIoQueueGetDeviceTableIndex, PFN_WDFIOQUEUEGETDEVICE => queue::ddi::get_device;
        WdfIoQueueRetrieveNextRequestTableIndex, PFN_WDFIOQUEUERETRIEVENEXTREQUEST => queue::ddi::retrieve_next_request;
        WdfIoQueueRetrieveRequestByFileObjectTableIndex, PFN_WDFIOQUEUERETRIEVEREQUESTBYFILEOBJECT => queue::ddi::retrieve_request_by_file_object;
        WdfIoQueueFindRequestTableIndex, PFN_WDFIOQUEUEFINDREQUEST => queue::ddi::find_request;
        WdfIoQueueRetrieveFoundRequestTableIndex, PFN_WDFIOQUEUERETRIEVEFOUNDREQUEST => queue::ddi::retrieve_found_request;
        WdfIoQueueDrainSynchronouslyTableIndex, PFN_WDFIOQUEUEDRAINSYNCHRONOUSLY => queue::ddi::drain_synchronously;
        WdfIoQueueDrainTableIndex, PFN_WDFIOQUEUEDRAIN => queue::ddi::drain;
        WdfIoQueuePurgeSynchronouslyTableIndex, PFN_WDFIOQUEUEPURGESYNCHRONOUSLY => queue::ddi::purge_synchronously;
        WdfIoQueuePurgeTableIndex, PFN_WDFIOQUEUEPURGE => queue::ddi::purge;
        WdfIoQueueReadyNotifyTableIndex, PFN_WDFIOQUEUEREADYNOTIFY => queue::ddi::ready_notify;
        WdfIoQueueStopAndPurgeTableIndex, PFN_WDFIOQUEUESTOPANDPURGE => queue::ddi::stop_and_purge;
        WdfIoQueueStopAndPurgeSynchronouslyTableIndex, PFN_WDFIOQUEUESTOPANDPURGESYNCHRONOUSLY => queue::ddi::stop_and_purge_synchronously;
        WdfIoTargetCreateTableIndex, PFN_WDFIOTARGETCREATE => target::ddi::create;
        WdfIoTargetOpenTableIndex, PFN_WDFIOTARGETOPEN => target::ddi::open;
        WdfIoTargetCloseTableIndex, PFN_WDFIOTARGETCLOSE => target::ddi::close;
        WdfIoTargetStartTableIndex, PFN_WDFIOTARGETSTART => target::ddi::start;
        WdfIoTargetStopTableIndex, PFN_WDFIOTARGETSTOP => target::ddi::stop;
        WdfIoTargetPurgeTableIndex, PFN_WDFIOTARGETPURGE => target::ddi::purge;
        WdfIoTargetGetStateTableIndex, PFN_WDFIOTARGETGETSTATE => target::ddi::get_state;
        WdfIoTargetGetDeviceTableIndex, PFN_WDFIOTARGETGETDEVICE => target::ddi::get_device;
        WdfIoTargetWdmGetTargetDeviceObjectTableIndex, PFN_WDFIOTARGETWDMGETTARGETDEVICEOBJECT => target::ddi::wdm_get_target_device_object;
        WdfIoTargetWdmGetTargetPhysicalDeviceTableIndex, PFN_WDFIOTARGETWDMGETTARGETPHYSICALDEVICE => target::ddi::wdm_get_target_physical_device;
        WdfIoTargetWdmGetTargetFileObjectTableIndex, PFN_WDFIOTARGETWDMGETTARGETFILEOBJECT => target::ddi::wdm_get_target_file_object;
        WdfIoTargetWdmGetTargetFileHandleTableIndex, PFN_WDFIOTARGETWDMGETTARGETFILEHANDLE => target::ddi::wdm_get_target_file_handle;
        WdfIoTargetSendReadSynchronouslyTableIndex, PFN_WDFIOTARGETSENDREADSYNCHRONOUSLY => target::ddi::send_read_synchronously;
        WdfIoTargetFormatRequestForReadTableIndex, PFN_WDFIOTARGETFORMATREQUESTFORREAD => target::ddi::format_request_for_read;
        WdfIoTargetSendWriteSynchronouslyTableIndex, PFN_WDFIOTARGETSENDWRITESYNCHRONOUSLY => target::ddi::send_write_synchronously;
        WdfIoTargetFormatRequestForWriteTableIndex, PFN_WDFIOTARGETFORMATREQUESTFORWRITE => target::ddi::format_request_for_write;
        WdfIoTargetSendIoctlSynchronouslyTableIndex, PFN_WDFIOTARGETSENDIOCTLSYNCHRONOUSLY => target::ddi::send_ioctl_synchronously;
        WdfIoTargetFormatRequestForIoctlTableIndex, PFN_WDFIOTARGETFORMATREQUESTFORIOCTL => target::ddi::format_request_for_ioctl;
        WdfIoTargetSendInternalIoctlSynchronouslyTableIndex, PFN_WDFIOTARGETSENDINTERNALIOCTLSYNCHRONOUSLY => target::ddi::send_internal_ioctl_synchronously;
        WdfIoTargetFormatRequestForInternalIoctlTableIndex, PFN_WDFIOTARGETFORMATREQUESTFORINTERNALIOCTL => target::ddi::format_request_for_internal_ioctl;
        WdfIoTargetSendInternalIoctlOthersSynchronouslyTableIndex, PFN_WDFIOTARGETSENDINTERNALIOCTLOTHERSSYNCHRONOUSLY => target::ddi::send_internal_ioctl_others_synchronously;
        WdfIoTargetFormatRequestForInternalIoctlOthersTableIndex, PFN_WDFIOTARGETFORMATREQUESTFORINTERNALIOCTLOTHERS => target::ddi::format_request_for_internal_ioctl_others;
        WdfRequestCreateTableIndex, PFN_WDFREQUESTCREATE => request::ddi::create;
        WdfRequestReuseTableIndex, PFN_WDFREQUESTREUSE => request::ddi::reuse;
        WdfRequestChangeTargetTableIndex, PFN_WDFREQUESTCHANGETARGET => request::ddi::change_target;
        WdfRequestFormatRequestUsingCurrentTypeTableIndex, PFN_WDFREQUESTFORMATREQUESTUSINGCURRENTTYPE => request::ddi::format_using_current_type;
        WdfRequestWdmFormatUsingStackLocationTableIndex, PFN_WDFREQUESTWDMFORMATUSINGSTACKLOCATION => request::ddi::wdm_format_using_stack_location;
        WdfRequestSendTableIndex, PFN_WDFREQUESTSEND => request::ddi::send;
        WdfRequestGetStatusTableIndex, PFN_WDFREQUESTGETSTATUS => request::ddi::get_status;
        WdfRequestMarkCancelableTableIndex, PFN_WDFREQUESTMARKCANCELABLE => request::ddi::mark_cancelable;
        WdfRequestMarkCancelableExTableIndex, PFN_WDFREQUESTMARKCANCELABLEEX => request::ddi::mark_cancelable_ex;
        WdfRequestUnmarkCancelableTableIndex, PFN_WDFREQUESTUNMARKCANCELABLE => request::ddi::unmark_cancelable;
        WdfRequestIsCanceledTableIndex, PFN_WDFREQUESTISCANCELED => request::ddi::is_canceled;
        WdfRequestCancelSentRequestTableIndex, PFN_WDFREQUESTCANCELSENTREQUEST => request::ddi::cancel_sent_request;
        WdfRequestIsFrom32BitProcessTableIndex, PFN_WDFREQUESTISFROM32BITPROCESS => request::ddi::is_from_32bit_process;
        WdfRequestSetCompletionRoutineTableIndex, PFN_WDFREQUESTSETCOMPLETIONROUTINE => request::ddi::set_completion_routine;
        WdfRequestGetCompletionParamsTableIndex, PFN_WDFREQUESTGETCOMPLETIONPARAMS => request::ddi::get_completion_params;
        WdfRequestAllocateTimerTableIndex, PFN_WDFREQUESTALLOCATETIMER => request::ddi::allocate_timer;
        WdfRequestCompleteTableIndex, PFN_WDFREQUESTCOMPLETE => request::ddi::complete;
        WdfRequestCompleteWithPriorityBoostTableIndex, PFN_WDFREQUESTCOMPLETEWITHPRIORITYBOOST => request::ddi::complete_with_priority_boost;
        WdfRequestCompleteWithInformationTableIndex, PFN_WDFREQUESTCOMPLETEWITHINFORMATION => request::ddi::complete_with_information;
        WdfRequestGetParametersTableIndex, PFN_WDFREQUESTGETPARAMETERS => request::ddi::get_parameters;
        WdfRequestRetrieveInputMemoryTableIndex, PFN_WDFREQUESTRETRIEVEINPUTMEMORY => request::ddi::retrieve_input_memory;
        WdfRequestRetrieveOutputMemoryTableIndex, PFN_WDFREQUESTRETRIEVEOUTPUTMEMORY => request::ddi::retrieve_output_memory;
        WdfRequestRetrieveInputBufferTableIndex, PFN_WDFREQUESTRETRIEVEINPUTBUFFER => request::ddi::retrieve_input_buffer;
        WdfRequestRetrieveOutputBufferTableIndex, PFN_WDFREQUESTRETRIEVEOUTPUTBUFFER => request::ddi::retrieve_output_buffer;
        WdfRequestRetrieveInputWdmMdlTableIndex, PFN_WDFREQUESTRETRIEVEINPUTWDMMDL => request::ddi::retrieve_input_wdm_mdl;
        WdfRequestRetrieveOutputWdmMdlTableIndex, PFN_WDFREQUESTRETRIEVEOUTPUTWDMMDL => request::ddi::retrieve_output_wdm_mdl;
        WdfRequestRetrieveUnsafeUserInputBufferTableIndex, PFN_WDFREQUESTRETRIEVEUNSAFEUSERINPUTBUFFER => request::ddi::retrieve_unsafe_user_input_buffer;
        WdfRequestRetrieveUnsafeUserOutputBufferTableIndex, PFN_WDFREQUESTRETRIEVEUNSAFEUSEROUTPUTBUFFER => request::ddi::retrieve_unsafe_user_output_buffer;
        WdfRequestSetInformationTableIndex, PFN_WDFREQUESTSETINFORMATION => request::ddi::set_information;
        WdfRequestGetInformationTableIndex, PFN_WDFREQUESTGETINFORMATION => request::ddi::get_information;
        WdfRequestGetFileObjectTableIndex, PFN_WDFREQUESTGETFILEOBJECT => request::ddi::get_file_object;
        WdfRequestGetRequestorModeTableIndex, PFN_WDFREQUESTGETREQUESTORMODE => request::ddi::get_requestor_mode;
        WdfRequestForwardToIoQueueTableIndex, PFN_WDFREQUESTFORWARDTOIOQUEUE => request::ddi::forward_to_io_queue;
        WdfRequestGetIoQueueTableIndex, PFN_WDFREQUESTGETIOQUEUE => request::ddi::get_io_queue;
        WdfRequestRequeueTableIndex, PFN_WDFREQUESTREQUEUE => request::ddi::requeue;
        WdfRequestStopAcknowledgeTableIndex, PFN_WDFREQUESTSTOPACKNOWLEDGE => request::ddi::stop_acknowledge;
        WdfRequestWdmGetIrpTableIndex, PFN_WDFREQUESTWDMGETIRP => request::ddi::wdm_get_irp;
        WdfRequestIsReservedTableIndex, PFN_WDFREQUESTISRESERVED => request::ddi::is_reserved;
        WdfRequestGetRequestorProcessIdTableIndex, PFN_WDFREQUESTGETREQUESTORPROCESSID => request::ddi::get_requestor_process_id;
        WdfCmResourceListGetCountTableIndex, PFN_WDFCMRESOURCELISTGETCOUNT => pnp::ddi::get_count;
        WdfCmResourceListGetDescriptorTableIndex, PFN_WDFCMRESOURCELISTGETDESCRIPTOR => pnp::ddi::get_descriptor;
    }
}
