//! The functions of the engine.

use core::mem::MaybeUninit;

use plug61883_abi::ids::{ConnectionId, UnitId};
use plug61883_abi::status::NtStatus;
use plug61883_engine::{Action, Command, Engine, HandleKey, Key, Scratch, decode};

use crate::keep;

/// Bytes as a C caller passes them.
///
/// # Safety
/// `length` bytes at `bytes` are the caller's for as long as it says.
unsafe fn slice<'a>(bytes: *mut u8, length: usize) -> &'a mut [u8] {
    if bytes.is_null() {
        return &mut [];
    }
    // A slice is never longer than this.
    let length = length.min(isize::MAX.cast_unsigned());
    // SAFETY: the caller vouches for it.
    unsafe { core::slice::from_raw_parts_mut(bytes, length) }
}

/// A fresh engine.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn no_panic_new(place: &mut MaybeUninit<Engine>) {
    place.write(Engine::new());
    place.write(Engine::default());
}

/// Reads a control request.
///
/// # Safety
/// `length` bytes at `input` can be read.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn no_panic_decode(
    code: u32,
    input: *mut u8,
    length: usize,
    output: usize,
) {
    // SAFETY: the caller vouches for it.
    let input = unsafe { slice(input, length) };
    keep(decode(code, input, output));
}

/// Handles and units come and go.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn no_panic_comings(engine: &mut Engine, bits: u64, reachable: bool) {
    let handle = HandleKey::from_bits(bits);
    keep(handle.to_bits());
    keep(engine.open(bits as u32));
    engine.cleanup(handle);
    engine.close(handle);
    keep((engine.handle_count(), engine.unit_count()));
    keep(engine.unit_arrived());
    engine.unit_leaving(UnitId(bits), reachable);
    engine.unit_left(UnitId(bits));
}

/// Lists.
///
/// # Safety
/// `length` bytes at `reply` can be written.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn no_panic_query(
    engine: &Engine,
    handle: u64,
    command: &Command,
    reply: *mut u8,
    length: usize,
) {
    // SAFETY: the caller vouches for it.
    let reply = unsafe { slice(reply, length) };
    keep(engine.query(HandleKey::from_bits(handle), command, reply));
}

/// Starting requests.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn no_panic_start(
    engine: &mut Engine,
    command: &Command,
    handle: u64,
    bits: u64,
    time: u64,
) {
    let (handle, key) = (HandleKey::from_bits(handle), Key::from_bits(bits));
    keep((key.index(), key.to_bits()));
    keep(engine.reserve(handle, command));
    keep(engine.start(key, handle, command, time, time));
    keep(engine.start_disconnect(handle, UnitId(bits), ConnectionId(time), bits == time, time));
    engine.arm(key);
    engine.released(key);
    keep(engine.unit_is_empty(UnitId(bits)));
}

/// Requests end.
///
/// # Safety
/// `length` bytes at `reply` can be written.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn no_panic_end(
    engine: &mut Engine,
    bits: u64,
    status: u32,
    scratch: &Scratch,
    reply: *mut u8,
    length: usize,
) {
    let (key, status) = (Key::from_bits(bits), NtStatus(status));
    // SAFETY: the caller vouches for it.
    let reply = unsafe { slice(reply, length) };
    engine.completed(key, status, scratch, reply);
    engine.not_sent(key, status);
    keep(engine.cancel(key));
    keep(engine.next_deadline(UnitId(bits)));
    engine.expire(UnitId(bits), bits);
    engine.delivered(key);
    engine.unpin(key);
}

/// Orders, and the requests that they send.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn no_panic_orders(engine: &mut Engine, scratch: &mut Scratch) {
    while let Some(action) = engine.next_action() {
        if let Action::Send(key) = action {
            keep(engine.prepare(key, scratch));
        }
        keep(action);
    }
}
