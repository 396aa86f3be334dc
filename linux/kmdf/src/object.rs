//! Framework objects: the tree of parents and children, references, cleanup and destruction.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::ops::Deref;
use core::sync::atomic::{AtomicI32, Ordering};

use wdk_sys::{NTSTATUS, WDFOBJECT};

use crate::client::Client;
use crate::context::{self, Context};
use crate::sync::{Guard, Locked, lock};
use crate::verifier::{self, Violation, rule};
use crate::{handle, status};

/// The kinds of objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Driver,
    Device,
    Queue,
    Request,
    File,
    Memory,
    SpinLock,
    WaitLock,
    Timer,
    WorkItem,
    Dpc,
    Collection,
    IoTarget,
    Key,
    String,
    ResourceList,
    General,
}

/// Where an object stands in its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Life {
    #[default]
    Alive,
    /// Deleted: cleanup callbacks run or have run, references keep it.
    Deleted,
}

/// What every object begins with.
pub(crate) struct Object {
    pub(crate) kind: Kind,
    /// The DDI that made it, for reports.
    pub(crate) made_by: &'static str,
    pub(crate) client: &'static Client,
    pub(crate) handle: u64,
    references: AtomicI32,
    state: Locked<State>,
    dispose: fn(&'static Object),
    release: fn(*const Object),
}

#[derive(Default)]
struct State {
    life: Cell<Life>,
    parent: Cell<Option<&'static Object>>,
    children: RefCell<Vec<&'static Object>>,
    contexts: RefCell<Vec<&'static Context>>,
}

/// What a kind of object adds to [`Object`].
pub(crate) trait Body: Sized + 'static {
    const KIND: Kind;
    /// What a handle of this kind points to in C.
    type Raw;

    /// Stops what could still call the driver; runs just before the cleanup callbacks, after
    /// those of the children.
    fn dispose(_this: &'static Wdf<Self>) {}

    /// After the destroy callbacks, just before the memory goes.
    fn destroyed(_this: &'static Wdf<Self>) {}
}

/// An object of one kind.
#[repr(C)]
pub(crate) struct Wdf<T> {
    pub(crate) object: Object,
    pub(crate) body: T,
}

impl<T> Deref for Wdf<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.body
    }
}

impl<T: Body> Wdf<T> {
    /// Makes an object with one reference, as yet without parent and contexts.
    pub(crate) fn create(client: &'static Client, made_by: &'static str, body: T) -> &'static Self {
        client.account.framework_has(size_of::<Self>());
        let this: &'static mut Self = Box::leak(Box::new(Self {
            object: Object {
                kind: T::KIND,
                made_by,
                client,
                handle: 0,
                references: AtomicI32::new(1),
                state: Locked::new(State::default()),
                dispose: |object| T::dispose(Self::of(object)),
                release: |object| {
                    let this = object.cast::<Self>().cast_mut();
                    // SAFETY: `object` is the first member of the value that `create` boxed, and
                    // this is the last reference.
                    unsafe {
                        T::destroyed(&*this);
                        let client = (*this).object.client;
                        drop(Box::from_raw(this));
                        client.account.framework_freed(size_of::<Self>());
                    }
                },
            },
            body,
        }));
        let object: *const Object = &raw const this.object;
        this.object.handle = handle::insert(&lock(), object);
        this
    }

    /// The object of kind `T` that `object` is the head of; the caller has looked at the kind.
    fn of(object: &'static Object) -> &'static Self {
        // SAFETY: `create` is the only maker: an `Object` of kind `T::KIND` is the first member
        // of a `Wdf<T>`, and the representation is C's.
        unsafe { &*core::ptr::from_ref(object).cast::<Self>() }
    }

    /// This object as one of kind `T`, if it is one.
    pub(crate) fn from_object(object: &'static Object) -> Option<&'static Self> {
        (object.kind == T::KIND).then(|| Self::of(object))
    }

    pub(crate) fn handle(&self) -> *mut T::Raw {
        self.object.handle as *mut T::Raw
    }

    pub(crate) fn client(&self) -> &'static Client {
        self.object.client
    }
}

impl Object {
    pub(crate) fn raw(&self) -> WDFOBJECT {
        self.handle as WDFOBJECT
    }

    pub(crate) fn is_alive(&self, guard: &Guard) -> bool {
        self.state.get(guard).life.get() == Life::Alive
    }

    pub(crate) fn parent(&self) -> Option<&'static Self> {
        self.state.get(&lock()).parent.get()
    }

    pub(crate) fn references(&self) -> i32 {
        self.references.load(Ordering::Acquire)
    }

    /// Puts the object under a parent.
    pub(crate) fn adopt(&'static self, parent: &'static Self) -> NTSTATUS {
        let guard = lock();
        if !parent.is_alive(&guard) {
            return status::DELETE_PENDING;
        }
        self.state.get(&guard).parent.set(Some(parent));
        parent.state.get(&guard).children.borrow_mut().push(self);
        status::SUCCESS
    }

    /// Runs `with` on the contexts, in the order in which they were attached.
    pub(crate) fn contexts<R>(
        &self,
        guard: &Guard,
        with: impl FnOnce(&mut Vec<&'static Context>) -> R,
    ) -> R {
        with(&mut self.state.get(guard).contexts.borrow_mut())
    }

    pub(crate) fn reference(&self) {
        self.references.fetch_add(1, Ordering::AcqRel);
    }

    /// Gives a reference back; the last one destroys the object.
    pub(crate) fn dereference(&'static self) {
        let left = self.references.fetch_sub(1, Ordering::AcqRel) - 1;
        if left > 0 {
            return;
        }
        if left < 0 {
            verifier::internal_error("object dereferenced more often than referenced");
        }
        let contexts: Vec<&'static Context> = {
            let guard = lock();
            if self.is_alive(&guard) {
                drop(guard);
                self.freed_without_delete();
                return;
            }
            self.contexts(&guard, |contexts| contexts.clone())
        };
        // The contexts can be asked for until the last callback has returned.
        for context in &contexts {
            context.destroy(self);
        }
        handle::remove(&lock(), self.handle);
        for context in contexts {
            context::free(self.client, context);
        }
        (self.release)(self);
    }

    /// The driver dereferenced what it should have deleted.
    fn freed_without_delete(&'static self) {
        self.references.store(1, Ordering::Release);
        Deletion::begin(self).finish();
        verifier::finding(
            self.client,
            rule::DEREFERENCE_NOT_DELETE,
            Violation::Object,
            format_args!(
                "{:?} {:#x} freed by WdfObjectDereference, not by WdfObjectDelete",
                self.kind, self.handle
            ),
        );
    }

    /// Deletes the object and everything under it; nothing happens if that was done before.
    pub(crate) fn delete(&'static self) {
        Deletion::begin(self).finish();
    }

    fn detach(&'static self, guard: &Guard) {
        if let Some(parent) = self.state.get(guard).parent.take() {
            parent
                .state
                .get(guard)
                .children
                .borrow_mut()
                .retain(|child| !core::ptr::eq(*child, self));
        }
    }

    fn next_child(&self) -> Option<&'static Self> {
        let guard = lock();
        let children = self.state.get(&guard).children.borrow();
        children
            .iter()
            .copied()
            .find(|child| child.is_alive(&guard))
    }

    /// Cleans up the children, then this object: all cleanup callbacks come before the first
    /// destroy callback.
    fn clean_up(&'static self, cleaned: &mut Vec<&'static Self>) {
        {
            let guard = lock();
            let life = &self.state.get(&guard).life;
            if life.get() == Life::Deleted {
                return;
            }
            life.set(Life::Deleted);
        }
        while let Some(child) = self.next_child() {
            child.clean_up(cleaned);
        }
        (self.dispose)(self);
        let contexts = self.contexts(&lock(), |contexts| contexts.clone());
        for context in contexts {
            context.clean_up(self);
        }
        cleaned.push(self);
    }
}

/// An object tree whose cleanup callbacks have run.
pub(crate) struct Deletion(Vec<&'static Object>);

impl Deletion {
    /// Runs the cleanup callbacks of the object and everything under it.
    pub(crate) fn begin(object: &'static Object) -> Self {
        let mut cleaned = Vec::new();
        object.clean_up(&mut cleaned);
        Self(cleaned)
    }

    /// Gives the first references back: what nobody else refers to is destroyed, in the order of
    /// the cleanups.
    pub(crate) fn finish(self) {
        {
            let guard = lock();
            for object in &self.0 {
                object.detach(&guard);
            }
        }
        for object in self.0 {
            object.dereference();
        }
    }

    /// Finishes all but the top object and gives that.
    pub(crate) fn finish_children(mut self) -> Self {
        let top = self.0.pop();
        self.finish();
        Self(top.into_iter().collect())
    }
}

/// A counted reference of the framework's own. Not to be dropped with the lock held.
pub(crate) struct Kept(pub(crate) &'static Object);

impl Kept {
    pub(crate) fn new(object: &'static Object) -> Self {
        object.reference();
        Self(object)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.0.dereference();
    }
}

impl Object {
    /// Takes a leaked object off the books. Its memory is not given back: somebody may use it.
    pub(crate) fn abandon(&'static self) {
        let guard = lock();
        self.state.get(&guard).life.set(Life::Deleted);
        handle::remove(&guard, self.handle);
    }
}
