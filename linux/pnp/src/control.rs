//! The control device: commands come in as IOCTLs and run on a thread of their own each, because
//! Wine serves all user requests from one thread and the drivers under test need it meanwhile.

use alloc::{boxed::Box, vec::Vec};
use core::{
    ptr,
    sync::atomic::{AtomicPtr, Ordering},
};

use pnp_control::{
    Command, CommandReply, CommandRequest, DEVICE_NAME, DeviceEntry, DeviceState, IOCTL_COMMAND,
    IOCTL_LIST, LINK_NAME, name_units,
};
use wdk_sys::{
    DEVICE_OBJECT, DRIVER_OBJECT, HANDLE, IRP, NTSTATUS, PVOID,
    ntddk::{
        IoCreateDevice, IoCreateSymbolicLink, PsCreateSystemThread, PsTerminateSystemThread,
        ZwClose,
    },
};
use zerocopy::{FromBytes, IntoBytes};

use crate::{
    bus,
    nt::{self, WideString},
    status, unit,
};

const FILE_DEVICE_UNKNOWN: u32 = 0x22;
const FILE_DEVICE_SECURE_OPEN: u32 = 0x100;
const THREAD_ALL_ACCESS: u32 = 0x1F_FFFF;

static CONTROL: AtomicPtr<DEVICE_OBJECT> = AtomicPtr::new(ptr::null_mut());
static DRIVER: AtomicPtr<DRIVER_OBJECT> = AtomicPtr::new(ptr::null_mut());

/// Creates the control device.
pub(crate) fn create(driver: *mut DRIVER_OBJECT) -> NTSTATUS {
    let name = WideString::new(DEVICE_NAME);
    let link = WideString::new(LINK_NAME);
    let (mut name, mut link) = (name.unicode(), link.unicode());
    let mut device = ptr::null_mut();
    DRIVER.store(driver, Ordering::Release);
    // SAFETY: `driver` is this driver's object, the names outlive the calls. PASSIVE_LEVEL.
    unsafe {
        let status = IoCreateDevice(
            driver,
            0,
            &mut name,
            FILE_DEVICE_UNKNOWN,
            FILE_DEVICE_SECURE_OPEN,
            0,
            &mut device,
        );
        if !status::ok(status) {
            return status;
        }
        CONTROL.store(device, Ordering::Release);
        IoCreateSymbolicLink(&mut link, &mut name)
    }
}

/// The dispatch routine for every kind of IRP, for the control device and the PDOs.
///
/// # Safety
/// For the I/O manager to call.
pub(crate) unsafe extern "C" fn dispatch(device: *mut DEVICE_OBJECT, irp: *mut IRP) -> NTSTATUS {
    if device != CONTROL.load(Ordering::Acquire) {
        // SAFETY: every other device of this driver is a PDO.
        return unsafe { bus::dispatch(device, irp) };
    }
    // SAFETY: the IRP is ours until it is completed.
    let location = unsafe { &*nt::current_location(irp) };
    let (status, information) = match u32::from(location.MajorFunction) {
        wdk_sys::IRP_MJ_CREATE | wdk_sys::IRP_MJ_CLOSE | wdk_sys::IRP_MJ_CLEANUP => {
            (status::SUCCESS, 0)
        }
        wdk_sys::IRP_MJ_DEVICE_CONTROL => {
            // SAFETY: this is a METHOD_BUFFERED IOCTL: one system buffer, as long as the longer
            // of both lengths, that is ours until the IRP is completed.
            let (code, input, output) = unsafe {
                let parameters = location.Parameters.DeviceIoControl;
                let buffer: *mut u8 = (*irp).AssociatedIrp.SystemBuffer.cast();
                let (input, output) = if buffer.is_null() {
                    (0, 0)
                } else {
                    (parameters.InputBufferLength, parameters.OutputBufferLength)
                };
                (
                    parameters.IoControlCode,
                    core::slice::from_raw_parts(
                        if input == 0 {
                            ptr::dangling()
                        } else {
                            buffer.cast_const()
                        },
                        input as usize,
                    ),
                    output as usize,
                )
            };
            match code {
                IOCTL_COMMAND => match job(input, output) {
                    // SAFETY: the IRP becomes the job's.
                    Ok(job) => return unsafe { run_later(irp, job) },
                    Err(status) => (status, 0),
                },
                // SAFETY: the buffer holds `output` bytes.
                IOCTL_LIST => unsafe { answer_list(irp, output) },
                _ => (status::INVALID_DEVICE_REQUEST, 0),
            }
        }
        _ => (status::INVALID_DEVICE_REQUEST, 0),
    };
    // SAFETY: the IRP is ours, and not touched any more.
    unsafe { nt::complete(irp, status, information) };
    status
}

/// Writes as many devices into the IRP's buffer as fit.
///
/// # Safety
/// The IRP must be the caller's, and its system buffer hold `output` bytes.
unsafe fn answer_list(irp: *mut IRP, output: usize) -> (NTSTATUS, u64) {
    let entries: Vec<DeviceEntry> = unit::list();
    let fit = entries.len().min(output / size_of::<DeviceEntry>());
    let bytes = entries.get(..fit).unwrap_or_default().as_bytes();
    // SAFETY: the buffer holds `output` bytes, and no more are written; nothing is if it is null,
    // for then `output` is zero.
    unsafe {
        let buffer: *mut u8 = (*irp).AssociatedIrp.SystemBuffer.cast();
        if !bytes.is_empty() {
            ptr::copy_nonoverlapping(bytes.as_ptr(), buffer, bytes.len());
        }
    }
    if fit < entries.len() {
        (status::BUFFER_TOO_SMALL, 0)
    } else {
        (status::SUCCESS, bytes.len() as u64)
    }
}

struct Job {
    irp: *mut IRP,
    command: Command,
    argument: u32,
    name: WideString,
}

fn job(input: &[u8], output: usize) -> Result<Box<Job>, NTSTATUS> {
    let request = CommandRequest::read_from_bytes(input).map_err(|_| status::INVALID_PARAMETER)?;
    if output < size_of::<CommandReply>() {
        return Err(status::BUFFER_TOO_SMALL);
    }
    Ok(Box::new(Job {
        irp: ptr::null_mut(),
        command: Command::from_u32(request.command).ok_or(status::INVALID_PARAMETER)?,
        argument: request.argument,
        name: WideString::from_units(name_units(&request.name)),
    }))
}

/// Pends the IRP and gives the job to a thread.
///
/// # Safety
/// The IRP must be the caller's; it is not afterwards.
unsafe fn run_later(irp: *mut IRP, mut job: Box<Job>) -> NTSTATUS {
    job.irp = irp;
    let job = Box::into_raw(job);
    let mut thread: HANDLE = ptr::null_mut();
    // SAFETY: the IRP is ours until the thread runs; the thread owns the job.
    unsafe {
        nt::mark_pending(irp);
        let status = PsCreateSystemThread(
            &mut thread,
            THREAD_ALL_ACCESS,
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
            Some(run_job),
            job.cast(),
        );
        if status::ok(status) {
            // The handle is open, so this can't fail.
            let _ = ZwClose(thread);
        } else {
            drop(Box::from_raw(job));
            nt::complete(irp, status, 0);
        }
    }
    status::PENDING
}

unsafe extern "C" fn run_job(context: PVOID) {
    // SAFETY: `run_later` passes a job that is ours.
    let job = unsafe { Box::from_raw(context.cast::<Job>()) };
    let driver = DRIVER.load(Ordering::Acquire);
    let (status, state) = unit::run(driver, job.command, job.argument, &job.name);
    let reply = CommandReply {
        status,
        state: state.map_or(0, |state: DeviceState| state as u32),
    };
    // SAFETY: `job` checked that the buffer holds a reply; the IRP is ours until completed. A
    // thread of this driver may end itself; nothing is left to drop.
    unsafe {
        let buffer: *mut u8 = (*job.irp).AssociatedIrp.SystemBuffer.cast();
        let bytes = reply.as_bytes();
        ptr::copy_nonoverlapping(bytes.as_ptr(), buffer, bytes.len());
        nt::complete(job.irp, status::SUCCESS, bytes.len() as u64);
        drop(job);
        // It does not return.
        let _ = PsTerminateSystemThread(status::SUCCESS);
    }
}
