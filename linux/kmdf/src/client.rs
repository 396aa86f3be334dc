//! A driver that is bound to the framework.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::RefCell;
use core::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use wdk_sys::{PDRIVER_OBJECT, PWDF_DRIVER_GLOBALS, WDF_DRIVER_GLOBALS};

use crate::account::{self, Account};
use crate::driver::Driver;
use crate::object::{Kind, Object};
use crate::sync::{Locked, lock};
use crate::trace::{self, Trace};
use crate::verifier::{self, Violation, rule};
use crate::{context, control, handle, nt, pool, services};

/// A bound driver. Its public globals are the first argument of every framework function.
#[repr(C)]
pub(crate) struct Client {
    globals: WDF_DRIVER_GLOBALS,
    pub(crate) name: String,
    pub(crate) driver_object: PDRIVER_OBJECT,
    /// The service key, with a zero behind it.
    pub(crate) registry_path: Vec<u16>,
    pub(crate) record_only: AtomicBool,
    pub(crate) account: Account,
    pub(crate) trace: Trace,
    driver: AtomicPtr<Driver>,
    /// Objects were left behind: what they are made of is, too.
    leaked: AtomicBool,
}

// SAFETY: the pointers are to objects that are made for use on all threads.
unsafe impl Sync for Client {}
// SAFETY: as above.
unsafe impl Send for Client {}

static CLIENTS: Locked<RefCell<Vec<&'static Client>>> = Locked::new(RefCell::new(Vec::new()));

impl Client {
    /// Makes the record of a driver that binds.
    pub(crate) fn bind(driver_object: PDRIVER_OBJECT, registry_path: &[u16]) -> &'static Self {
        let last = registry_path
            .rsplit(|&unit| unit == u16::from(b'\\'))
            .next()
            .unwrap_or(&[]);
        let name: String = char::decode_utf16(last.iter().copied())
            .map(|c| c.unwrap_or('?'))
            .collect();
        let mut globals = WDF_DRIVER_GLOBALS {
            DriverTag: u32::from_le_bytes(*b"Wdf "),
            ..WDF_DRIVER_GLOBALS::default()
        };
        let room = globals.DriverName.len() - 1;
        for (to, from) in globals.DriverName[..room].iter_mut().zip(name.bytes()) {
            *to = from as _;
        }
        let client: &'static Self = Box::leak(Box::new(Self {
            globals,
            name,
            driver_object,
            registry_path: crate::ffi::terminated(registry_path),
            record_only: AtomicBool::new(false),
            account: Account::default(),
            trace: Trace::default(),
            driver: AtomicPtr::new(core::ptr::null_mut()),
            leaked: AtomicBool::new(false),
        }));
        services::offer(client);
        CLIENTS.get(&lock()).borrow_mut().push(client);
        client
    }

    /// Forgets a driver. Its objects are gone.
    pub(crate) fn unbind(&'static self) {
        let last = control::alone(|| {
            let guard = lock();
            let mut clients = CLIENTS.get(&guard).borrow_mut();
            clients.retain(|client| !core::ptr::eq(*client, self));
            clients.is_empty()
        });
        services::withdraw(self);
        trace::close(self);
        account::close(self);
        if last && !self.leaked.load(Ordering::Relaxed) {
            self.check_pool();
        }
        // SAFETY: `bind` boxed it, nobody finds it any more, and the driver's code that knew it
        // has ended.
        drop(unsafe { Box::from_raw(core::ptr::from_ref(self).cast_mut()) });
    }

    /// How long a removal waits for the driver's requests, or for what is below, before that is a
    /// finding. Who only records findings does not want to wait that long.
    pub(crate) fn patience_ms(&self) -> i64 {
        if self.record_only.load(Ordering::Relaxed) {
            1_000
        } else {
            15_000
        }
    }

    /// The record whose globals these are.
    pub(crate) fn of(globals: PWDF_DRIVER_GLOBALS) -> &'static Self {
        // SAFETY: a driver passes the globals that `bind` gave it; they are the first member.
        match unsafe { globals.cast::<Self>().as_ref() } {
            Some(client) => client,
            None => verifier::internal_error("framework function called without driver globals"),
        }
    }

    pub(crate) fn of_driver_object(driver_object: PDRIVER_OBJECT) -> Option<&'static Self> {
        CLIENTS
            .get(&lock())
            .borrow()
            .iter()
            .copied()
            .find(|client| client.driver_object == driver_object)
    }

    /// The driver of a service, while it is bound.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        CLIENTS
            .get(&lock())
            .borrow()
            .iter()
            .copied()
            .find(|client| client.name.eq_ignore_ascii_case(name))
    }

    pub(crate) fn globals(&self) -> PWDF_DRIVER_GLOBALS {
        (&raw const self.globals).cast_mut()
    }

    /// Changes the public globals; done while the driver is in `WdfDriverCreate`.
    pub(crate) fn with_globals(&self, change: impl FnOnce(&mut WDF_DRIVER_GLOBALS)) {
        // SAFETY: only `WdfDriverCreate` of this driver comes here, once; the driver reads its
        // globals after that.
        change(unsafe { &mut *self.globals() });
    }

    pub(crate) fn driver(&self) -> Option<&'static Driver> {
        // SAFETY: null, or the driver object, which is cleared from here before it is freed.
        unsafe { self.driver.load(Ordering::Acquire).as_ref() }
    }

    pub(crate) fn set_driver(&self, driver: Option<&'static Driver>) {
        let driver = driver.map_or(core::ptr::null_mut(), |d| core::ptr::from_ref(d).cast_mut());
        self.driver.store(driver, Ordering::Release);
    }

    /// Lists what the driver left behind, one finding each.
    pub(crate) fn check_leaks(&'static self) {
        loop {
            let mut found: Option<&'static Object> = None;
            {
                let guard = lock();
                handle::each(&guard, |object| {
                    // SAFETY: the table holds live objects only, and the lock is held.
                    let object = unsafe { &*object };
                    if core::ptr::eq(object.client, self) && found.is_none() {
                        found = Some(object);
                    }
                });
            }
            let Some(object) = found else { return };
            self.leaked.store(true, Ordering::Relaxed);
            self.report_leak(object);
            // Findings are recorded only: clear the rest away, so that the list ends.
            object.abandon();
        }
    }

    fn report_leak(&self, object: &'static Object) {
        let description = {
            let guard = lock();
            context::describe(&guard, object)
        };
        let rule = if object.kind == Kind::Request {
            rule::REQUEST_LOST
        } else {
            rule::OBJECT_LEAK
        };
        verifier::finding(
            self,
            rule,
            Violation::Fatal,
            format_args!(
                "{:?} {:#x} ({description}), made by {}, is still there at unload with {} references",
                object.kind,
                object.handle,
                object.made_by,
                object.references()
            ),
        );
    }

    /// With no driver left, the stand-in has only its threads and tables.
    fn check_pool(&self) {
        /// The tables' own memory, and this record.
        const ALLOWED: i64 = 16;
        let allowed = ALLOWED + account::own_blocks();
        // A worker may be about to put away its last job.
        for _ in 0..100 {
            if pool::blocks() <= allowed {
                return;
            }
            nt::yield_now();
        }
        verifier::finding(
            self,
            rule::POOL_LEAK,
            Violation::Fatal,
            format_args!(
                "WDFLDR itself holds {} pool blocks after the last unload",
                pool::blocks()
            ),
        );
    }
}
