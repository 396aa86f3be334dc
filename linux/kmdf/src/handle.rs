//! Handles: numbers with a generation, so that the handle of a freed object names nothing.

use alloc::vec::Vec;
use core::cell::RefCell;

use crate::object::Object;
use crate::sync::{Guard, Locked};

/// Bit 63 keeps a handle from being a valid address: a driver that dereferences one faults.
const MARK: u64 = 1 << 63;
const INDEX_SHIFT: u32 = 3;
const INDEX_BITS: u32 = 24;
const GENERATION_SHIFT: u32 = INDEX_SHIFT + INDEX_BITS;
const GENERATION_MASK: u64 = (1 << 31) - 1;

struct Slot {
    generation: u64,
    object: *const Object,
}

struct Table {
    slots: Vec<Slot>,
    free: Vec<u32>,
}

static TABLE: Locked<RefCell<Table>> = Locked::new(RefCell::new(Table {
    slots: Vec::new(),
    free: Vec::new(),
}));

/// What a handle turned out to be.
pub(crate) enum Lookup {
    Live(*const Object),
    Freed,
    Invalid,
}

fn encode(index: u32, generation: u64) -> u64 {
    MARK | (generation << GENERATION_SHIFT) | (u64::from(index) << INDEX_SHIFT)
}

/// Gives an object its handle.
pub(crate) fn insert(guard: &Guard, object: *const Object) -> u64 {
    let mut table = TABLE.get(guard).borrow_mut();
    if let Some(index) = table.free.pop() {
        let slot = &mut table.slots[index as usize];
        slot.object = object;
        return encode(index, slot.generation);
    }
    let index = table.slots.len() as u32;
    table.slots.push(Slot {
        generation: 1,
        object,
    });
    encode(index, 1)
}

/// Takes a handle back.
pub(crate) fn remove(guard: &Guard, handle: u64) {
    let mut table = TABLE.get(guard).borrow_mut();
    let index = index(handle);
    if let Some(slot) = table.slots.get_mut(index) {
        slot.object = core::ptr::null();
        slot.generation = (slot.generation + 1) & GENERATION_MASK;
        table.free.push(index as u32);
    }
}

fn index(handle: u64) -> usize {
    ((handle >> INDEX_SHIFT) & ((1 << INDEX_BITS) - 1)) as usize
}

/// Finds the object of a handle.
pub(crate) fn look_up(guard: &Guard, handle: u64) -> Lookup {
    let table = TABLE.get(guard).borrow();
    let generation = (handle >> GENERATION_SHIFT) & GENERATION_MASK;
    match table.slots.get(index(handle)) {
        Some(slot) if handle & MARK != 0 && handle & ((1 << INDEX_SHIFT) - 1) == 0 => {
            if slot.generation == generation && !slot.object.is_null() {
                Lookup::Live(slot.object)
            } else if generation != 0 && generation <= slot.generation {
                Lookup::Freed
            } else {
                Lookup::Invalid
            }
        }
        _ => Lookup::Invalid,
    }
}

/// Calls `visit` for each live object.
pub(crate) fn each(guard: &Guard, mut visit: impl FnMut(*const Object)) {
    for slot in &TABLE.get(guard).borrow().slots {
        if !slot.object.is_null() {
            visit(slot.object);
        }
    }
}
