//! `WdfCollection*`.

use alloc::collections::VecDeque;
use core::cell::RefCell;

use wdk_sys::{
    NTSTATUS, PWDF_DRIVER_GLOBALS, PWDF_OBJECT_ATTRIBUTES, ULONG, WDFCOLLECTION, WDFOBJECT,
};

use crate::call::Call;
use crate::object::{Body, Kind, Object, Wdf};
use crate::status;
use crate::sync::{Locked, lock};

/// The members, each with a reference.
#[derive(Default)]
pub(crate) struct CollectionBody(Locked<RefCell<VecDeque<&'static Object>>>);

impl Body for CollectionBody {
    const KIND: Kind = Kind::Collection;
    type Raw = wdk_sys::WDFCOLLECTION__;

    fn destroyed(this: &'static Wdf<Self>) {
        let members = this.0.get(&lock()).take();
        for member in members {
            member.dereference();
        }
    }
}

fn member(
    call: &Call,
    collection: WDFCOLLECTION,
    pick: impl Fn(usize) -> Option<usize>,
) -> WDFOBJECT {
    let Some(collection) = call.get::<CollectionBody>(collection) else {
        return core::ptr::null_mut();
    };
    let guard = lock();
    let members = collection.0.get(&guard).borrow();
    pick(members.len())
        .and_then(|index| members.get(index))
        .map_or(core::ptr::null_mut(), |object| object.raw())
}

pub(crate) unsafe extern "C" fn create(
    globals: PWDF_DRIVER_GLOBALS,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    out: *mut WDFCOLLECTION,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfCollectionCreate");
    if !call.dispatch() {
        return status::INVALID_PARAMETER;
    }
    call.make(attributes, out, || Ok(CollectionBody::default()))
}

pub(crate) unsafe extern "C" fn get_count(
    globals: PWDF_DRIVER_GLOBALS,
    collection: WDFCOLLECTION,
) -> ULONG {
    let call = Call::new(globals, "WdfCollectionGetCount");
    call.get::<CollectionBody>(collection)
        .map_or(0, |collection| {
            collection.0.get(&lock()).borrow().len() as ULONG
        })
}

pub(crate) unsafe extern "C" fn add(
    globals: PWDF_DRIVER_GLOBALS,
    collection: WDFCOLLECTION,
    object: WDFOBJECT,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfCollectionAdd");
    let (Some(collection), Some(object)) =
        (call.get::<CollectionBody>(collection), call.object(object))
    else {
        return status::INVALID_PARAMETER;
    };
    object.reference();
    collection.0.get(&lock()).borrow_mut().push_back(object);
    status::SUCCESS
}

fn remove_at(
    collection: &Wdf<CollectionBody>,
    find: impl FnOnce(&VecDeque<&'static Object>) -> Option<usize>,
) {
    let removed = {
        let guard = lock();
        let mut members = collection.0.get(&guard).borrow_mut();
        find(&members).and_then(|index| members.remove(index))
    };
    if let Some(object) = removed {
        object.dereference();
    }
}

pub(crate) unsafe extern "C" fn remove(
    globals: PWDF_DRIVER_GLOBALS,
    collection: WDFCOLLECTION,
    item: WDFOBJECT,
) {
    let call = Call::new(globals, "WdfCollectionRemove");
    if let (Some(collection), Some(item)) =
        (call.get::<CollectionBody>(collection), call.object(item))
    {
        remove_at(collection, |members| {
            members
                .iter()
                .position(|member| core::ptr::eq(*member, item))
        });
    }
}

pub(crate) unsafe extern "C" fn remove_item(
    globals: PWDF_DRIVER_GLOBALS,
    collection: WDFCOLLECTION,
    index: ULONG,
) {
    let call = Call::new(globals, "WdfCollectionRemoveItem");
    if let Some(collection) = call.get::<CollectionBody>(collection) {
        remove_at(collection, |members| {
            ((index as usize) < members.len()).then_some(index as usize)
        });
    }
}

pub(crate) unsafe extern "C" fn get_item(
    globals: PWDF_DRIVER_GLOBALS,
    collection: WDFCOLLECTION,
    index: ULONG,
) -> WDFOBJECT {
    member(
        &Call::new(globals, "WdfCollectionGetItem"),
        collection,
        |_| Some(index as usize),
    )
}

pub(crate) unsafe extern "C" fn get_first_item(
    globals: PWDF_DRIVER_GLOBALS,
    collection: WDFCOLLECTION,
) -> WDFOBJECT {
    member(
        &Call::new(globals, "WdfCollectionGetFirstItem"),
        collection,
        |_| Some(0),
    )
}

pub(crate) unsafe extern "C" fn get_last_item(
    globals: PWDF_DRIVER_GLOBALS,
    collection: WDFCOLLECTION,
) -> WDFOBJECT {
    member(
        &Call::new(globals, "WdfCollectionGetLastItem"),
        collection,
        |n| n.checked_sub(1),
    )
}
