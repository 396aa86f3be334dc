//! Undoing what was made to persist.

use plug61883::Device;
use plug61883::abi::ioctl::{
    self, ConnectionEntry, DirectoryEntry, List, PlugEntry, RequestHeader, owner,
};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Bytes that hold every list.
const ROOM: usize = 1 << 16;

/// Undoes all that persists, connections before the plugs that they have.
///
/// # Errors
/// What could not be undone.
pub(crate) fn persistent(device: &Device) -> Result<(), String> {
    let connections: Vec<ConnectionEntry> = list(device, ioctl::LIST_CONNECTIONS)?;
    for entry in connections
        .iter()
        .filter(|entry| entry.owner == owner::DRIVER)
    {
        undo(device, ioctl::DISCONNECT, entry.connection.0)?;
    }
    let plugs: Vec<PlugEntry> = list(device, ioctl::LIST_PLUGS)?;
    for entry in plugs.iter().filter(|entry| entry.owner == owner::DRIVER) {
        undo(device, ioctl::DELETE_PLUG, entry.plug.0)?;
    }
    let directories: Vec<DirectoryEntry> = list(device, ioctl::LIST_DIRECTORIES)?;
    for entry in directories
        .iter()
        .filter(|entry| entry.owner == owner::DRIVER)
    {
        undo(device, ioctl::REMOVE_DIRECTORY, entry.directory.0)?;
    }
    Ok(())
}

fn header(size: usize) -> RequestHeader {
    RequestHeader {
        size: size as u32,
        version: ioctl::INTERFACE_VERSION,
        ..Default::default()
    }
}

fn list<T: FromBytes + KnownLayout + Immutable>(
    device: &Device,
    code: u32,
) -> Result<Vec<T>, String> {
    let request = header(size_of::<RequestHeader>());
    let mut output = vec![0; ROOM];
    let completion = device.control(code, request.as_bytes(), &mut output, None);
    if !completion.status.is_success() {
        return Err(format!("in the end, list {code:#x}: {}", completion.status));
    }
    let entries = output
        .get(size_of::<List>()..completion.information)
        .unwrap_or_default();
    let read = |entry| T::read_from_bytes(entry).ok();
    Ok(entries
        .chunks_exact(size_of::<T>())
        .filter_map(read)
        .collect())
}

/// Requests of all three have the same bytes.
fn undo(device: &Device, code: u32, id: u64) -> Result<(), String> {
    let request = ioctl::RemoveRequest {
        header: header(size_of::<ioctl::RemoveRequest>()),
        id,
        ..Default::default()
    };
    let mut output = [0; size_of::<ioctl::ReplyHeader>()];
    let completion = device.control(code, request.as_bytes(), &mut output, None);
    let status = match ioctl::ReplyHeader::read_from_bytes(&output) {
        Ok(reply) if completion.status.is_success() => reply.status,
        _ => completion.status,
    };
    // What the protocol driver does not know any more, as after a bus reset, is gone too.
    if status.is_success() || status == plug61883::NtStatus::INVALID_PARAMETER {
        return Ok(());
    }
    Err(format!(
        "in the end, undoing {id:#x} with {code:#x}: {status}"
    ))
}
