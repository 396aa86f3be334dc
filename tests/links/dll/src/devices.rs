//! The functions of cfgmgr32.dll, over a small device tree.

use core::sync::atomic::{AtomicBool, Ordering};

use crate::handles;
use crate::kernel::{answer, variable};
use crate::tree::{DEVICES, Device};

const SUCCESS: u32 = 0x00;
const INVALID_DEVNODE: u32 = 0x05;
const NO_SUCH_DEVNODE: u32 = 0x0D;
const BUFFER_SMALL: u32 = 0x1A;
const NO_SUCH_VALUE: u32 = 0x25;

/// Whether a list grows between its size and itself: once for each time it is set.
static GREW: AtomicBool = AtomicBool::new(false);

fn device(node: u32) -> Option<&'static Device> {
    DEVICES.get((node as usize).checked_sub(1)?)
}

/// Puts texts, and a NUL after each, into a buffer of `size` units; the length that they need.
///
/// # Safety
/// `buffer` must be null or writable for `size` units.
unsafe fn put(texts: &[&str], end: bool, buffer: *mut u16, size: usize) -> usize {
    let units = texts
        .iter()
        .flat_map(|text| text.encode_utf16().chain([0]))
        .chain(end.then_some(0));
    let mut length = 0;
    for unit in units {
        if length < size && !buffer.is_null() {
            // SAFETY: it is within the size that the caller gives.
            unsafe { buffer.add(length).write(unit) };
        }
        length += 1;
    }
    length
}

fn ids() -> [&'static str; 7] {
    core::array::from_fn(|index| DEVICES.get(index).map_or("", |device| device.id))
}

/// See cfgmgr32.h.
///
/// # Safety
/// `machine` must be writable.
#[unsafe(no_mangle)]
unsafe extern "system" fn CM_Connect_MachineW(_name: *const u16, machine: *mut usize) -> u32 {
    let code = answer(c"CM_Connect_MachineW");
    if code == SUCCESS {
        // SAFETY: the caller gives a place for it.
        unsafe { machine.write(handles::open()) };
    }
    code
}

/// See cfgmgr32.h. The handle is gone whatever is answered.
#[unsafe(no_mangle)]
extern "system" fn CM_Disconnect_Machine(machine: usize) -> u32 {
    handles::close(machine);
    answer(c"CM_Disconnect_Machine")
}

/// See cfgmgr32.h.
///
/// # Safety
/// `length` must be writable.
#[unsafe(no_mangle)]
unsafe extern "system" fn CM_Get_Device_ID_List_SizeW(
    length: *mut u32,
    _filter: *const u16,
    _flags: u32,
) -> u32 {
    // SAFETY: no buffer is given.
    let needed = unsafe { put(&ids(), true, core::ptr::null_mut(), 0) };
    // SAFETY: the caller gives a place for it.
    unsafe { length.write(needed as u32) };
    answer(c"CM_Get_Device_ID_List_SizeW")
}

/// See cfgmgr32.h.
///
/// # Safety
/// As of the function without handle.
#[unsafe(no_mangle)]
unsafe extern "system" fn CM_Get_Device_ID_List_Size_ExW(
    length: *mut u32,
    filter: *const u16,
    flags: u32,
    machine: usize,
) -> u32 {
    handles::used(machine);
    // SAFETY: as the caller says.
    unsafe { CM_Get_Device_ID_List_SizeW(length, filter, flags) }
}

/// See cfgmgr32.h. With `GROW` set, the list grows the first time it is asked for.
///
/// # Safety
/// `buffer` must be writable for `length` units.
#[unsafe(no_mangle)]
unsafe extern "system" fn CM_Get_Device_ID_ListW(
    _filter: *const u16,
    buffer: *mut u16,
    length: u32,
    _flags: u32,
) -> u32 {
    if variable(c"GROW").is_some() && !GREW.swap(true, Ordering::Relaxed) {
        return BUFFER_SMALL;
    }
    // SAFETY: as the caller says.
    if unsafe { put(&ids(), true, buffer, length as usize) } > length as usize {
        return BUFFER_SMALL;
    }
    answer(c"CM_Get_Device_ID_ListW")
}

/// See cfgmgr32.h.
///
/// # Safety
/// As of the function without handle.
#[unsafe(no_mangle)]
unsafe extern "system" fn CM_Get_Device_ID_List_ExW(
    filter: *const u16,
    buffer: *mut u16,
    length: u32,
    flags: u32,
    machine: usize,
) -> u32 {
    handles::used(machine);
    // SAFETY: as the caller says.
    unsafe { CM_Get_Device_ID_ListW(filter, buffer, length, flags) }
}

/// Whether a text ended by a NUL is this one.
///
/// # Safety
/// `text` must be readable up to its NUL.
unsafe fn is(text: *const u16, other: &str) -> bool {
    let mut at = text;
    for unit in other.encode_utf16().chain([0]) {
        // SAFETY: the units before this one were not its NUL.
        if unsafe { at.read() } != unit {
            return false;
        }
        // SAFETY: at most one past its NUL.
        at = unsafe { at.add(1) };
    }
    true
}

/// See cfgmgr32.h.
///
/// # Safety
/// `node` must be writable, `id` a text ended by a NUL.
#[unsafe(no_mangle)]
unsafe extern "system" fn CM_Locate_DevNodeW(node: *mut u32, id: *const u16, _flags: u32) -> u32 {
    for (number, device) in (1..).zip(&DEVICES) {
        // SAFETY: as the caller says.
        if unsafe { is(id, device.id) } {
            // SAFETY: the caller gives a place for it.
            unsafe { node.write(number) };
            return answer(c"CM_Locate_DevNodeW");
        }
    }
    NO_SUCH_DEVNODE
}

/// See cfgmgr32.h.
///
/// # Safety
/// As of the function without handle.
#[unsafe(no_mangle)]
unsafe extern "system" fn CM_Locate_DevNode_ExW(
    node: *mut u32,
    id: *const u16,
    flags: u32,
    machine: usize,
) -> u32 {
    handles::used(machine);
    // SAFETY: as the caller says.
    unsafe { CM_Locate_DevNodeW(node, id, flags) }
}

/// See cfgmgr32.h.
///
/// # Safety
/// `status` and `problem` must be writable.
#[unsafe(no_mangle)]
unsafe extern "system" fn CM_Get_DevNode_Status(
    status: *mut u32,
    problem: *mut u32,
    node: u32,
    _flags: u32,
) -> u32 {
    let Some(device) = device(node) else {
        return INVALID_DEVNODE;
    };
    if device.status == 0 {
        return NO_SUCH_DEVNODE;
    }
    // SAFETY: the caller gives places for both.
    unsafe {
        status.write(device.status);
        problem.write(device.problem);
    }
    answer(c"CM_Get_DevNode_Status")
}

/// See cfgmgr32.h.
///
/// # Safety
/// As of the function without handle.
#[unsafe(no_mangle)]
unsafe extern "system" fn CM_Get_DevNode_Status_Ex(
    status: *mut u32,
    problem: *mut u32,
    node: u32,
    flags: u32,
    machine: usize,
) -> u32 {
    handles::used(machine);
    // SAFETY: as the caller says.
    unsafe { CM_Get_DevNode_Status(status, problem, node, flags) }
}

/// See cfgmgr32.h.
///
/// # Safety
/// `buffer` must be writable for the bytes that `length` tells, which must be writable.
#[unsafe(no_mangle)]
unsafe extern "system" fn CM_Get_DevNode_Registry_PropertyW(
    node: u32,
    property: u32,
    _kind: *mut u32,
    buffer: *mut u16,
    length: *mut u32,
    _flags: u32,
) -> u32 {
    let Some(device) = device(node) else {
        return INVALID_DEVNODE;
    };
    let (text, is_list) = match property {
        1 => (device.description, false),
        2 => (device.hardware_ids, true),
        5 => (device.service, false),
        8 => (device.class, false),
        _ => ("", false),
    };
    if text.is_empty() {
        return NO_SUCH_VALUE;
    }
    // SAFETY: the caller gives the size there.
    let size = unsafe { length.read() } as usize / 2;
    // SAFETY: the buffer is writable for that.
    let needed = unsafe { put(&[text], is_list, buffer, size) };
    // SAFETY: as above.
    unsafe { length.write(needed as u32 * 2) };
    if needed > size {
        return BUFFER_SMALL;
    }
    answer(c"CM_Get_DevNode_Registry_PropertyW")
}

/// See cfgmgr32.h.
///
/// # Safety
/// As of the function without handle.
#[unsafe(no_mangle)]
unsafe extern "system" fn CM_Get_DevNode_Registry_Property_ExW(
    node: u32,
    property: u32,
    kind: *mut u32,
    buffer: *mut u16,
    length: *mut u32,
    flags: u32,
    machine: usize,
) -> u32 {
    handles::used(machine);
    // SAFETY: as the caller says.
    unsafe { CM_Get_DevNode_Registry_PropertyW(node, property, kind, buffer, length, flags) }
}

/// See cfgmgr32.h.
///
/// # Safety
/// `parent` must be writable.
#[unsafe(no_mangle)]
unsafe extern "system" fn CM_Get_Parent(parent: *mut u32, node: u32, _flags: u32) -> u32 {
    match device(node) {
        Some(device) if node > 1 => {
            // SAFETY: the caller gives a place for it.
            unsafe { parent.write(device.parent as u32 + 1) };
            SUCCESS
        }
        _ => NO_SUCH_DEVNODE,
    }
}

/// See cfgmgr32.h.
///
/// # Safety
/// `buffer` must be writable for `length` units.
#[unsafe(no_mangle)]
unsafe extern "system" fn CM_Get_Device_IDW(
    node: u32,
    buffer: *mut u16,
    length: u32,
    _flags: u32,
) -> u32 {
    let Some(device) = device(node) else {
        return INVALID_DEVNODE;
    };
    // SAFETY: as the caller says.
    if unsafe { put(&[device.id], false, buffer, length as usize) } > length as usize {
        return BUFFER_SMALL;
    }
    SUCCESS
}
