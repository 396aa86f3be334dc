//! Event tracing: providers are registered here, and while the trace is on, their events are
//! printed, so that a test can read them (`wine_harness::trace` decodes the lines).
//!
//! An event is a string of bytes: the provider's GUID, the event descriptor, then each data block
//! with its type (1 byte) and length (2 bytes). It is printed in hexadecimal, in as many lines as
//! it takes: `TRACE DRIVER EVENT PART/PARTS HEX`.

use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering};

use wdk_sys::{NTSTATUS, PVOID, ULONG};

use crate::client::Client;
use crate::sync::{Locked, lock};
use crate::verifier::{self, Violation, print, rule};
use crate::{ffi, irql, status};

/// A GUID, as it lies in memory.
pub(crate) type Guid = [u8; 16];

/// `EVENT_DESCRIPTOR`, as it lies in memory.
#[repr(C, align(8))]
pub(crate) struct EventDescriptor([u8; 16]);

/// `EVENT_DATA_DESCRIPTOR`
#[repr(C)]
pub(crate) struct EventData {
    address: u64,
    size: u32,
    /// 0: data, 1: the event's metadata, 2: the provider's.
    kind: u8,
    reserved: [u8; 3],
}

/// `PETWENABLECALLBACK`
pub(crate) type EnableCallback =
    unsafe extern "system" fn(*const Guid, ULONG, u8, u64, u64, PVOID, PVOID);

#[derive(Clone, Copy)]
struct Registration {
    handle: u64,
    provider: Guid,
    enable: Option<EnableCallback>,
    context: PVOID,
}

// SAFETY: the context is the driver's, which gives it to be used on any thread.
unsafe impl Send for Registration {}

/// One driver's trace.
#[derive(Default)]
pub(crate) struct Trace(Locked<State>);

#[derive(Default)]
struct State {
    on: Cell<bool>,
    providers: RefCell<Vec<Registration>>,
}

/// Bytes in one line.
const PART: usize = 160;

/// Handles and events are numbered.
static NUMBER: AtomicU64 = AtomicU64::new(1);

fn next_number() -> u64 {
    NUMBER.fetch_add(1, Ordering::Relaxed)
}

/// Tells a provider whether anybody listens.
fn tell(client: &Client, provider: &Registration, on: bool) {
    let Some(enable) = provider.enable else {
        return;
    };
    let (level, keywords) = if on { (u8::MAX, u64::MAX) } else { (0, 0) };
    verifier::callback(client, "EnableCallback", || {
        // SAFETY: the driver's callback, with what it is documented to get.
        unsafe {
            enable(
                &raw const provider.provider,
                on.into(),
                level,
                keywords,
                0,
                core::ptr::null_mut(),
                provider.context,
            );
        }
    });
}

/// Turns the trace of a driver on or off. (PASSIVE_LEVEL)
pub(crate) fn switch(client: &Client, on: bool) {
    let providers = {
        let guard = lock();
        let state = client.trace.0.get(&guard);
        if state.on.replace(on) == on {
            return;
        }
        state.providers.borrow().clone()
    };
    for provider in providers {
        tell(client, &provider, on);
    }
}

/// `EtwRegister`
pub(crate) fn register(
    client: &Client,
    provider: *const Guid,
    enable: Option<EnableCallback>,
    context: PVOID,
    handle: *mut u64,
) -> NTSTATUS {
    if !verifier::at_most(client, "EtwRegister", irql::PASSIVE) || handle.is_null() {
        return status::INVALID_PARAMETER;
    }
    let Some(&provider) = ffi::get(provider) else {
        return status::INVALID_PARAMETER;
    };
    let new = Registration {
        handle: next_number(),
        provider,
        enable,
        context,
    };
    ffi::put(handle, new.handle);
    let on = {
        let guard = lock();
        let state = client.trace.0.get(&guard);
        state.providers.borrow_mut().push(new);
        state.on.get()
    };
    if on {
        tell(client, &new, true);
    }
    status::SUCCESS
}

/// `EtwUnregister`
pub(crate) fn unregister(client: &Client, handle: u64) -> NTSTATUS {
    if !verifier::at_most(client, "EtwUnregister", irql::PASSIVE) {
        return status::INVALID_PARAMETER;
    }
    let guard = lock();
    let mut providers = client.trace.0.get(&guard).providers.borrow_mut();
    let before = providers.len();
    providers.retain(|provider| provider.handle != handle);
    if providers.len() < before {
        status::SUCCESS
    } else {
        status::INVALID_HANDLE
    }
}

/// `EtwWriteTransfer`, at any IRQL.
pub(crate) fn write(
    client: &Client,
    handle: u64,
    descriptor: *const EventDescriptor,
    count: ULONG,
    data: *const EventData,
) -> NTSTATUS {
    let provider = {
        let guard = lock();
        let state = client.trace.0.get(&guard);
        if !state.on.get() {
            return status::SUCCESS;
        }
        let providers = state.providers.borrow();
        providers
            .iter()
            .find(|provider| provider.handle == handle)
            .map(|provider| provider.provider)
    };
    let (Some(provider), Some(descriptor)) = (provider, ffi::get(descriptor)) else {
        return status::INVALID_HANDLE;
    };
    let blocks: &[EventData] = if data.is_null() {
        &[]
    } else {
        // SAFETY: the driver gives as many descriptors as it says.
        unsafe { core::slice::from_raw_parts(data, count as usize) }
    };
    let length = blocks
        .iter()
        .fold(32, |length, block| length + 3 + block.size as usize);
    let mut line = Line {
        driver: &client.name,
        event: next_number(),
        part: 0,
        parts: length.div_ceil(PART),
        bytes: [0; PART],
        length: 0,
    };
    line.put(&provider);
    line.put(&descriptor.0);
    for block in blocks {
        line.put(&[block.kind]);
        line.put(&(block.size as u16).to_le_bytes());
        // SAFETY: the driver gives the address and size of live memory; an empty block may have
        // any address.
        line.put(unsafe {
            match block.size {
                0 => &[],
                size => core::slice::from_raw_parts(block.address as *const u8, size as usize),
            }
        });
    }
    line.end();
    status::SUCCESS
}

/// A driver was unloaded. Windows would call into the code that was there.
pub(crate) fn close(client: &Client) {
    let left = client.trace.0.get(&lock()).providers.borrow().len();
    if left > 0 {
        verifier::finding(
            client,
            rule::TRACE_LEFT,
            Violation::Fatal,
            format_args!("unloaded with {left} trace providers registered"),
        );
    }
}

/// The part of an event that is being put together.
struct Line<'a> {
    driver: &'a str,
    event: u64,
    part: usize,
    parts: usize,
    bytes: [u8; PART],
    length: usize,
}

impl Line<'_> {
    fn put(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (now, rest) = bytes.split_at(bytes.len().min(PART - self.length));
            self.bytes[self.length..][..now.len()].copy_from_slice(now);
            self.length += now.len();
            bytes = rest;
            if self.length == PART {
                self.end();
            }
        }
    }

    fn end(&mut self) {
        if self.length > 0 {
            self.part += 1;
            print(format_args!(
                "TRACE {} {} {}/{} {}",
                self.driver,
                self.event,
                self.part,
                self.parts,
                Hex(&self.bytes[..self.length])
            ));
            self.length = 0;
        }
    }
}

struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
