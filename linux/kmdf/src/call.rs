//! The checks at the beginning of every framework function.

use wdk_sys::{NTSTATUS, PWDF_DRIVER_GLOBALS, WDFOBJECT};

use crate::client::Client;
use crate::handle::Lookup;
use crate::object::{Body, Object, Wdf};
use crate::sync::lock;
use crate::verifier::{self, Violation, rule};
use crate::{handle, irql, status};

/// One call of a framework function.
#[derive(Clone, Copy)]
pub(crate) struct Call {
    pub(crate) client: &'static Client,
    pub(crate) name: &'static str,
}

impl Call {
    pub(crate) fn new(globals: PWDF_DRIVER_GLOBALS, name: &'static str) -> Self {
        Self {
            client: Client::of(globals),
            name,
        }
    }

    /// Reports a broken rule.
    pub(crate) fn finding(
        &self,
        rule: &str,
        violation: Violation,
        message: core::fmt::Arguments<'_>,
    ) {
        verifier::finding(
            self.client,
            rule,
            violation,
            format_args!("{}: {message}", self.name),
        );
    }

    /// Checks that the caller is at PASSIVE_LEVEL.
    pub(crate) fn passive(&self) -> bool {
        verifier::at_most(self.client, self.name, irql::PASSIVE)
    }

    /// Checks that the caller is at DISPATCH_LEVEL or below.
    pub(crate) fn dispatch(&self) -> bool {
        verifier::at_most(self.client, self.name, irql::DISPATCH)
    }

    /// Checks that a required pointer is not null.
    pub(crate) fn pointer<T>(&self, pointer: *const T, what: &str) -> bool {
        if pointer.is_null() {
            self.finding(
                rule::PARAMETER_NULL,
                Violation::ParameterNull,
                format_args!("{what} is null"),
            );
        }
        !pointer.is_null()
    }

    /// The live object of a handle, of whatever kind.
    pub(crate) fn object(&self, raw: WDFOBJECT) -> Option<&'static Object> {
        let number = raw as u64;
        let (rule, what) = match handle::look_up(&lock(), number) {
            // SAFETY: the table holds live objects only.
            Lookup::Live(object) => return Some(unsafe { &*object }),
            Lookup::Freed => (rule::HANDLE_FREED, "the handle of a freed object"),
            Lookup::Invalid if raw.is_null() => (rule::HANDLE_NULL, "a null handle"),
            Lookup::Invalid => (rule::HANDLE_INVALID, "not a handle"),
        };
        self.finding(
            rule,
            Violation::InvalidHandle,
            format_args!("{number:#x} is {what}"),
        );
        None
    }

    /// The live object of a handle that must be of kind `T`.
    pub(crate) fn get<T: Body>(&self, raw: *mut T::Raw) -> Option<&'static Wdf<T>> {
        let object = self.object(raw.cast())?;
        let found = Wdf::from_object(object);
        if found.is_none() {
            self.finding(
                rule::HANDLE_TYPE,
                Violation::InvalidHandle,
                format_args!(
                    "{:#x} is the handle of a {:?}, not of a {:?}",
                    object.handle,
                    object.kind,
                    T::KIND
                ),
            );
        }
        found
    }

    /// The same for a handle that may be null: `Ok(None)` then.
    pub(crate) fn get_or_null<T: Body>(
        &self,
        raw: *mut T::Raw,
    ) -> Result<Option<&'static Wdf<T>>, NTSTATUS> {
        if raw.is_null() {
            return Ok(None);
        }
        self.get(raw).map(Some).ok_or(status::INVALID_PARAMETER)
    }

    /// The named parent object, or else the driver.
    pub(crate) fn parent_or_driver(&self, raw: WDFOBJECT) -> Option<&'static Object> {
        if raw.is_null() {
            return self.client.driver().map(|driver| &driver.object);
        }
        self.object(raw)
    }

    /// Puts a new object under its parent and gives it its context; deletes it if that fails.
    pub(crate) fn place<T: Body>(
        &self,
        new: &'static Wdf<T>,
        parent: Option<&'static Object>,
        attributes: &crate::context::Attributes,
    ) -> NTSTATUS {
        let mut status = match parent {
            _ if !self.client.account.may_allocate() => status::INSUFFICIENT_RESOURCES,
            Some(parent) => new.object.adopt(parent),
            None => status::SUCCESS,
        };
        if status::is_success(status) {
            status = attributes.attach(&new.object);
        }
        if !status::is_success(status) {
            new.object.delete();
        }
        status
    }
}
