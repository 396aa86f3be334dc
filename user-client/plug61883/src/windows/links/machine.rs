//! The configuration manager: cfgmgr32.
//!
//! A handle goes with the `_Ex` functions; without one, the plain ones are the same functions for
//! this machine.

use windows::Win32::Devices::DeviceAndDriverInstallation::{
    CM_Connect_MachineW, CM_DEVNODE_STATUS_FLAGS, CM_DRP_CLASS, CM_DRP_DEVICEDESC,
    CM_DRP_FRIENDLYNAME, CM_DRP_HARDWAREID, CM_DRP_SERVICE, CM_Disconnect_Machine,
    CM_GETIDLIST_FILTER_NONE, CM_Get_DevNode_Registry_Property_ExW,
    CM_Get_DevNode_Registry_PropertyW, CM_Get_DevNode_Status, CM_Get_DevNode_Status_Ex,
    CM_Get_Device_ID_List_ExW, CM_Get_Device_ID_List_Size_ExW, CM_Get_Device_ID_List_SizeW,
    CM_Get_Device_ID_ListW, CM_Get_Device_IDW, CM_Get_Parent, CM_LOCATE_DEVNODE_NORMAL,
    CM_Locate_DevNode_ExW, CM_Locate_DevNodeW, CM_PROB, CONFIGRET, MAX_DEVICE_ID_LEN,
};
use windows::core::PCWSTR;

use super::text::{list, until_nul, wide};
use crate::links::{
    Call, ConfigRet, DeviceNode, Family, LinkCode, LinkError, LinkErrorKind, Problem,
};

/// Most times that a list which grows meanwhile is asked for.
const ATTEMPTS: usize = 8;
/// Most devices above one in the device tree, the tree's root among them.
const DEPTH: usize = 32;

/// A machine's device tree.
#[derive(Debug)]
pub(crate) struct Tree {
    /// The handle of another machine; none for this one.
    handle: Option<isize>,
}

impl Drop for Tree {
    fn drop(&mut self) {
        // A failure has nobody to go to.
        let _ = self.release();
    }
}

impl Tree {
    #[expect(clippy::unnecessary_wraps, reason = "it fails on other systems")]
    pub(crate) fn local() -> Result<Self, LinkError> {
        Ok(Self { handle: None })
    }

    pub(crate) fn connect(host: &str) -> Result<Self, LinkError> {
        let host = wide(host);
        let mut handle = 0;
        // SAFETY: the name is ended by a NUL and lives on, and `handle` is writable.
        let result = unsafe { CM_Connect_MachineW(PCWSTR(host.as_ptr()), &raw mut handle) };
        check(Call::ConnectMachine, result)?;
        if handle == 0 {
            let kind = LinkErrorKind::Nothing {
                call: Call::ConnectMachine,
            };
            return Err(LinkError::new(Family::Machine, kind));
        }
        Ok(Self {
            handle: Some(handle),
        })
    }

    /// What `CM_Disconnect_Machine` answered; nothing where there is no handle. The handle is
    /// gone whatever it answers: a second call could hit another handle of the same number.
    pub(crate) fn disconnect(mut self) -> Result<Option<LinkCode>, LinkError> {
        self.release()
    }

    fn release(&mut self) -> Result<Option<LinkCode>, LinkError> {
        let Some(handle) = self.handle.take() else {
            return Ok(None);
        };
        // SAFETY: `connect` got the handle, and it is taken, so that this is its only release.
        let result = unsafe { CM_Disconnect_Machine(Some(handle)) };
        check(Call::DisconnectMachine, result).map(Some)
    }

    /// Every device instance ID that the machine knows.
    pub(crate) fn instances(&self) -> Result<Vec<String>, LinkError> {
        for _ in 0..ATTEMPTS {
            let mut length = 0;
            let flags = CM_GETIDLIST_FILTER_NONE;
            // SAFETY: `length` is writable, no filter is given, and a handle is open as long as
            // `self` lives.
            let result = unsafe {
                match self.handle {
                    None => CM_Get_Device_ID_List_SizeW(&raw mut length, PCWSTR::null(), flags),
                    handle => CM_Get_Device_ID_List_Size_ExW(
                        &raw mut length,
                        PCWSTR::null(),
                        flags,
                        handle,
                    ),
                }
            };
            check(Call::DeviceIdListSize, result)?;
            let mut buffer = vec![0_u16; length as usize];
            // SAFETY: as above, and the buffer is writable for its length.
            let result = unsafe {
                match self.handle {
                    None => CM_Get_Device_ID_ListW(PCWSTR::null(), &mut buffer, flags),
                    handle => CM_Get_Device_ID_List_ExW(PCWSTR::null(), &mut buffer, flags, handle),
                }
            };
            if code(result) != ConfigRet::BUFFER_SMALL {
                check(Call::DeviceIdList, result)?;
                return Ok(list(&buffer));
            }
        }
        Err(LinkError::new(Family::Machine, LinkErrorKind::Unsettled))
    }

    /// A device; `None` when it is not in the device tree now.
    pub(crate) fn device(&self, instance: &str) -> Result<Option<DeviceNode>, LinkError> {
        let Some(node) = self.locate(instance)? else {
            return Ok(None);
        };
        let (mut status, mut problem) = (CM_DEVNODE_STATUS_FLAGS::default(), CM_PROB::default());
        // SAFETY: both are writable, and a handle is open as long as `self` lives; any number is
        // allowed as device.
        let result = unsafe {
            match self.handle {
                None => CM_Get_DevNode_Status(&raw mut status, &raw mut problem, node, 0),
                handle => {
                    CM_Get_DevNode_Status_Ex(&raw mut status, &raw mut problem, node, 0, handle)
                }
            }
        };
        if is_gone(code(result)) {
            return Ok(None);
        }
        check(Call::DeviceStatus, result)?;
        let texts = |property| self.property(node, property);
        let text = |property| -> Result<String, LinkError> {
            Ok(texts(property)?.into_iter().next().unwrap_or_default())
        };
        let mut description = text(CM_DRP_FRIENDLYNAME)?;
        if description.is_empty() {
            description = text(CM_DRP_DEVICEDESC)?;
        }
        Ok(Some(DeviceNode {
            instance: instance.to_owned(),
            hardware_ids: texts(CM_DRP_HARDWAREID)?,
            description,
            class: text(CM_DRP_CLASS)?,
            service: text(CM_DRP_SERVICE)?,
            status: status.0,
            problem: Problem(problem.0),
        }))
    }

    fn locate(&self, instance: &str) -> Result<Option<u32>, LinkError> {
        let id = wide(instance);
        let mut node = 0;
        let flags = CM_LOCATE_DEVNODE_NORMAL;
        // SAFETY: the ID is ended by a NUL and lives on, `node` is writable, and a handle is open
        // as long as `self` lives.
        let result = unsafe {
            match self.handle {
                None => CM_Locate_DevNodeW(&raw mut node, PCWSTR(id.as_ptr()), flags),
                handle => {
                    CM_Locate_DevNode_ExW(&raw mut node, PCWSTR(id.as_ptr()), flags.0, handle)
                }
            }
        };
        if is_gone(code(result)) {
            return Ok(None);
        }
        check(Call::LocateDevice, result).map(|_| Some(node))
    }

    /// The texts of a property; none where the device has no such property.
    fn property(&self, node: u32, property: u32) -> Result<Vec<String>, LinkError> {
        let mut buffer = vec![0_u16; 256];
        for _ in 0..ATTEMPTS {
            let mut bytes = u32::try_from(buffer.len() * 2).unwrap_or(u32::MAX);
            let data = Some(buffer.as_mut_ptr().cast());
            let length = &raw mut bytes;
            // SAFETY: the buffer is writable for the bytes that `length` tells, which is writable
            // too, and a handle is open as long as `self` lives; any number is allowed as device.
            let result = unsafe {
                match self.handle {
                    None => {
                        CM_Get_DevNode_Registry_PropertyW(node, property, None, data, length, 0)
                    }
                    handle => CM_Get_DevNode_Registry_Property_ExW(
                        node, property, None, data, length, 0, handle,
                    ),
                }
            };
            match code(result) {
                ConfigRet::BUFFER_SMALL => buffer.resize(bytes.div_ceil(2) as usize + 2, 0),
                ConfigRet::NO_SUCH_VALUE => return Ok(Vec::new()),
                gone if is_gone(gone) => return Ok(Vec::new()),
                _ => {
                    check(Call::DeviceProperty, result)?;
                    buffer.truncate((bytes / 2) as usize);
                    return Ok(list(&buffer));
                }
            }
        }
        Err(LinkError::new(Family::Machine, LinkErrorKind::Unsettled))
    }
}

/// The devices of this machine above one in its device tree, the nearest first; none where the
/// configuration manager does not tell.
pub(super) fn parents(instance: &str) -> Vec<String> {
    let Ok(Some(mut node)) = (Tree { handle: None }).locate(instance) else {
        return Vec::new();
    };
    let mut parents = Vec::new();
    while parents.len() < DEPTH {
        let mut parent = 0;
        // SAFETY: `parent` is writable; any number is allowed as device.
        let result = unsafe { CM_Get_Parent(&raw mut parent, node, 0) };
        if code(result) != ConfigRet::SUCCESS {
            break;
        }
        // And a NUL.
        let mut id = [0; MAX_DEVICE_ID_LEN as usize + 1];
        // SAFETY: the buffer is writable for its length; any number is allowed as device.
        let result = unsafe { CM_Get_Device_IDW(parent, &mut id, 0) };
        if code(result) != ConfigRet::SUCCESS {
            break;
        }
        parents.push(until_nul(&id));
        node = parent;
    }
    parents
}

/// Whether a device is not in the device tree, or not any more.
fn is_gone(code: ConfigRet) -> bool {
    matches!(
        code,
        ConfigRet::NO_SUCH_DEVNODE | ConfigRet::INVALID_DEVNODE | ConfigRet::DEVICE_NOT_THERE
    )
}

const fn code(result: CONFIGRET) -> ConfigRet {
    ConfigRet(result.0)
}

fn check(call: Call, result: CONFIGRET) -> Result<LinkCode, LinkError> {
    let code = LinkCode::ConfigRet(code(result));
    if code.is_success() {
        Ok(code)
    } else {
        Err(LinkError::answer(call, code))
    }
}
