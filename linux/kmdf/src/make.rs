//! What the functions that make objects have in common.

use wdk_sys::{NTSTATUS, PWDF_OBJECT_ATTRIBUTES, ULONG};

use crate::call::Call;
use crate::context::{Attributes, Parent, Scope};
use crate::object::{Body, Kind, Object, Wdf};
use crate::{ffi, status};

/// A configuration that the driver gave, if it has the size that its type has here.
pub(crate) fn sized<'a, C>(config: *const C, size: fn(&C) -> ULONG) -> Result<&'a C, NTSTATUS> {
    match ffi::get(config) {
        Some(config) if size(config) as usize == size_of::<C>() => Ok(config),
        Some(_) => Err(status::INFO_LENGTH_MISMATCH),
        None => Err(status::INVALID_PARAMETER),
    }
}

impl Call {
    /// Makes an object whose parent may be any, and is the driver if none is named.
    pub(crate) fn make<T: Body>(
        &self,
        attributes: PWDF_OBJECT_ATTRIBUTES,
        out: *mut *mut T::Raw,
        body: impl FnOnce() -> Result<T, NTSTATUS>,
    ) -> NTSTATUS {
        self.finish(out, || {
            let attributes = Attributes::check(attributes, Parent::Optional, Scope::NotAllowed)?;
            let parent = self
                .parent_or_driver(attributes.parent())
                .ok_or(status::INVALID_PARAMETER)?;
            self.under(parent, &attributes, body()?)
        })
    }

    /// Makes an object whose parent is a device or below one.
    pub(crate) fn make_below_device<T: Body>(
        &self,
        attributes: PWDF_OBJECT_ATTRIBUTES,
        out: *mut *mut T::Raw,
        body: impl FnOnce(&Attributes) -> Result<T, NTSTATUS>,
    ) -> NTSTATUS {
        self.finish(out, || {
            let attributes = Attributes::check(attributes, Parent::Required, Scope::NotAllowed)?;
            let parent = self
                .object(attributes.parent())
                .ok_or(status::INVALID_PARAMETER)?;
            if !below_device(parent) {
                return Err(status::INVALID_DEVICE_REQUEST);
            }
            let body = body(&attributes)?;
            self.under(parent, &attributes, body)
        })
    }

    fn finish<T: Body>(
        &self,
        out: *mut *mut T::Raw,
        make: impl FnOnce() -> Result<&'static Wdf<T>, NTSTATUS>,
    ) -> NTSTATUS {
        if !self.pointer(out, "the out handle") {
            return status::INVALID_PARAMETER;
        }
        ffi::put(out, core::ptr::null_mut());
        match make() {
            Ok(new) => {
                ffi::put(out, new.handle());
                status::SUCCESS
            }
            Err(status) => status,
        }
    }

    fn under<T: Body>(
        &self,
        parent: &'static Object,
        attributes: &Attributes,
        body: T,
    ) -> Result<&'static Wdf<T>, NTSTATUS> {
        let new = Wdf::create(self.client, self.name, body);
        match self.place(new, Some(parent), attributes) {
            status if status::is_success(status) => Ok(new),
            status => Err(status),
        }
    }
}

fn below_device(object: &'static Object) -> bool {
    let mut above = Some(object);
    while let Some(object) = above {
        if object.kind == Kind::Device {
            return true;
        }
        above = object.parent();
    }
    false
}
