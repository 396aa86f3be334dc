//! Undoes everything that plug61883 lists, whoever made it, but for what handles own: that it undoes
//! itself when they are closed.

use plug61883_abi::ids::UnitId;
use plug61883_abi::ioctl::{
    self, ConnectionEntry, DirectoryEntry, DisconnectRequest, List, PlugEntry, RemoveRequest,
    RequestHeader, disconnect_flags,
};
use plug61883_wdf::Result;
use storm_control::Deed;
use zerocopy::{FromBytes, IntoBytes as _};

use super::file::OpenFile;
use super::rules::{Asked, check};
use super::{BUFFER, header};
use crate::call::Call;
use crate::{run, thread};

/// What a pass leaves may be under way; the next finds it done.
const PASSES: u32 = 200;
/// Ids that a pass takes.
const MOST: usize = 64;

/// The routine of the thread.
pub(crate) fn work(_index: usize) {
    match OpenFile::open() {
        Ok(file) => {
            if let Ok(mut call) = Call::new(BUFFER) {
                passes(&file, &mut call);
                file.close(&mut call);
            }
        }
        // No unit, so nothing to undo.
        Err(_) => run::count(Deed::Open, run::Outcome::Failed),
    }
    run::stop();
}

fn passes(file: &OpenFile, call: &mut Call) {
    const LISTS: [u32; 3] = [
        ioctl::LIST_CONNECTIONS,
        ioctl::LIST_PLUGS,
        ioctl::LIST_DIRECTORIES,
    ];
    for _ in 0..PASSES {
        let left: usize = LISTS.iter().map(|list| pass(file, call, *list)).sum();
        if left == 0 {
            return;
        }
        thread::sleep(10);
    }
    for list in LISTS {
        tell_left(file, call, list);
    }
}

/// Something is left that can't be undone.
fn tell_left(file: &OpenFile, call: &mut Call, list: u32) {
    let all = header::<RequestHeader>(UnitId::NONE);
    let Ok(Some(reply)) = ask(file, call, Deed::Other, list, all.as_bytes(), BUFFER) else {
        return;
    };
    let entries = reply.get(size_of::<List>()..).unwrap_or_default();
    match list {
        ioctl::LIST_CONNECTIONS => read(entries, |entry: ConnectionEntry| {
            run::broken(format_args!("can't be undone: {entry:x?}"));
        }),
        ioctl::LIST_PLUGS => read(entries, |entry: PlugEntry| {
            if entry.owner != ioctl::owner::DEVICE {
                run::broken(format_args!("can't be undone: {entry:x?}"));
            }
        }),
        _ => read(entries, |entry: DirectoryEntry| {
            run::broken(format_args!("can't be undone: {entry:x?}"));
        }),
    }
}

/// Undoes what a list has and no handle owns; tells how much the list has. What a handle owns
/// goes without this, for no other handle is open, or soon none.
fn pass(file: &OpenFile, call: &mut Call, list: u32) -> usize {
    let all = header::<RequestHeader>(UnitId::NONE);
    let mut found = [0_u64; MOST];
    let mut owned = 0_usize;
    if let Ok(Some(reply)) = ask(file, call, Deed::Other, list, all.as_bytes(), BUFFER) {
        let entries = reply.get(size_of::<List>()..).unwrap_or_default();
        let mut places = found.iter_mut();
        let mut each = |owner: u32, id: u64| match owner {
            ioctl::owner::DEVICE => {}
            ioctl::owner::OTHER_HANDLE => owned = owned.saturating_add(1),
            _ => put(&mut places, id),
        };
        match list {
            ioctl::LIST_CONNECTIONS => read(entries, |entry: ConnectionEntry| {
                each(entry.owner, entry.connection.0);
            }),
            ioctl::LIST_PLUGS => read(entries, |entry: PlugEntry| each(entry.owner, entry.plug.0)),
            _ => read(entries, |entry: DirectoryEntry| {
                each(entry.owner, entry.directory.0);
            }),
        }
    }
    let ids = found.into_iter().filter(|id| *id != 0);
    ids.map(|id| undo(file, call, list, id))
        .count()
        .saturating_add(owned)
}

fn read<T: FromBytes>(entries: &[u8], each: impl FnMut(T)) {
    entries
        .chunks_exact(size_of::<T>())
        .filter_map(|bytes| T::read_from_bytes(bytes).ok())
        .for_each(each);
}

fn put<'a>(places: &mut impl Iterator<Item = &'a mut u64>, id: u64) {
    if let Some(place) = places.next() {
        *place = id;
    }
}

fn undo(file: &OpenFile, call: &mut Call, list: u32, id: u64) {
    let flags = disconnect_flags::FORCE;
    let remove = RemoveRequest {
        header: header::<RemoveRequest>(UnitId::NONE),
        id,
        flags,
        ..RemoveRequest::default()
    };
    let disconnect = DisconnectRequest {
        header: header::<DisconnectRequest>(UnitId::NONE),
        connection: plug61883_abi::ids::ConnectionId(id),
        flags,
        ..DisconnectRequest::default()
    };
    let (deed, code, input) = match list {
        ioctl::LIST_CONNECTIONS => (Deed::Disconnect, ioctl::DISCONNECT, disconnect.as_bytes()),
        ioctl::LIST_PLUGS => (Deed::DeletePlug, ioctl::DELETE_PLUG, remove.as_bytes()),
        _ => (
            Deed::RemoveDirectory,
            ioctl::REMOVE_DIRECTORY,
            remove.as_bytes(),
        ),
    };
    // Another pass sees what came of it.
    let _ = ask(
        file,
        call,
        deed,
        code,
        input,
        size_of::<ioctl::ReplyHeader>(),
    );
}

fn ask<'a>(
    file: &OpenFile,
    call: &'a mut Call,
    deed: Deed,
    code: u32,
    input: &[u8],
    output: usize,
) -> Result<Option<&'a [u8]>> {
    call.control(file.file().object(), code, input, output)?;
    let asked = Asked {
        deed,
        code,
        output,
        may_be_cancelled: false,
    };
    let Some(answer) = call.take() else {
        return Ok(None);
    };
    Ok(check(asked, answer, call.reply()))
}
