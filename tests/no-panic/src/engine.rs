//! The functions of the engine.

use core::mem::MaybeUninit;

use plug61883_abi::av61883::{AvRequest, BusGenerationNode, MonitorInfo};
use plug61883_abi::ids::UnitId;
use plug61883_abi::status::NtStatus;
use plug61883_engine::{
    Action, Clock, Command, Engine, HandleKey, Key, Routines, Scratch, decode, is_followed,
};
use zerocopy::{FromBytes, IntoBytes};

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
pub(crate) extern "C" fn no_panic_comings(engine: &mut Engine, bits: u64, clock: &Clock) {
    engine.set_clock(*clock);
    engine.set_tracing(bits == 0);
    engine.set_routines(Routines {
        bus_reset: bits,
        monitor: bits,
        plug: bits,
    });
    let handle = HandleKey::from_bits(bits);
    keep((handle.to_bits(), handle.index()));
    keep(engine.open(bits as u32));
    engine.cleanup(handle);
    engine.close(handle);
    keep((engine.handle_count(), engine.unit_count()));
    keep(engine.unit_arrived());
    let unit = UnitId(bits);
    keep(engine.reserve_keeper(unit));
    engine.adopt_keeper(unit, Key::from_bits(bits));
    engine.unit_suspended(unit);
    engine.unit_restarted(unit);
    engine.unit_leaving(unit);
    engine.unit_left(unit);
}

/// What is seen without asking.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn no_panic_notices(
    engine: &mut Engine,
    bits: u64,
    request: &AvRequest,
    nodes: &BusGenerationNode,
    info: &MonitorInfo,
    status: u32,
) {
    let unit = UnitId(bits);
    keep(is_followed(request.function));
    engine.foreign_sent(unit, request);
    engine.foreign_completed(unit, request, NtStatus(status));
    engine.bus_reset(unit, *nodes);
    engine.plug_monitored(unit, info);
    engine.plug_notified(bits, info.pcr);
}

/// Lists, snapshots and events.
///
/// # Safety
/// `length` bytes at `reply` can be written.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn no_panic_query(
    engine: &mut Engine,
    handle: u64,
    command: &Command,
    reply: *mut u8,
    length: usize,
) {
    // SAFETY: the caller vouches for it.
    let reply = unsafe { slice(reply, length) };
    let handle = HandleKey::from_bits(handle);
    keep(engine.query(handle, command, reply));
    keep(engine.wait(handle, length == 0, reply));
    engine.wait_kept(handle);
    engine.wait_ended(handle);
    keep(engine.wake_more(handle));
    engine.wake_failed(handle);
    keep(engine.answer_wait(handle, reply));
}

/// Starting requests.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn no_panic_start(
    engine: &mut Engine,
    command: &Command,
    handle: u64,
    bits: u64,
    time: u32,
) {
    let (handle, key) = (HandleKey::from_bits(handle), Key::from_bits(bits));
    keep((key.index(), key.to_bits()));
    keep(engine.begin(handle, command, time));
    keep(engine.start(key, handle, command, time));
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
    memory: &Memory,
    reply: *mut u8,
    length: usize,
) {
    let (key, status) = (Key::from_bits(bits), NtStatus(status));
    // SAFETY: the caller vouches for it.
    let reply = unsafe { slice(reply, length) };
    if let Some(words) = memory.0.get(..length)
        && let Ok(scratch) = Scratch::ref_from_bytes(words.as_bytes())
    {
        engine.completed(key, status, scratch, reply);
    }
    engine.not_sent(key, status);
    keep(engine.cancel(key));
    engine.expire(UnitId(bits));
    engine.delivered(key);
    engine.unpin(key);
}

/// Memory of a request, of any size up to the largest.
pub(crate) struct Memory([u64; Scratch::LONG / 8]);

/// Orders, and the requests that they send.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn no_panic_orders(
    engine: &mut Engine,
    command: &Command,
    memory: &mut Memory,
    address: u64,
) {
    keep(command.reads_register());
    let words = Scratch::size_for(command) / 8;
    let Some(words) = memory.0.get_mut(..words) else {
        return;
    };
    let Ok(scratch) = Scratch::mut_from_bytes(words.as_mut_bytes()) else {
        return;
    };
    keep(scratch.quadlet_mut());
    scratch.set_mdl(address);
    keep(engine.has_orders());
    while let Some(action) = engine.next_action() {
        match action {
            Action::Send(key) => keep(engine.prepare(key, scratch)),
            Action::Resume(unit) => engine.resume(unit),
            _ => {}
        }
        keep(action);
    }
    while let Some(action) = engine.next_action_raised() {
        keep(action);
    }
}
