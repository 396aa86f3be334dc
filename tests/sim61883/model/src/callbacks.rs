//! The routines that callers of the protocol driver want called: who registered which, and the
//! calls that wait to be made.
//!
//! The model calls nothing. It queues [`Notification`]s; the driver takes them out
//! ([`Callbacks::take`]) and calls the routines, at DISPATCH_LEVEL and outside its lock.
//!
//! A call that waits tells the newest: a bus reset takes the place of an earlier one that waits
//! for the same registration, a change of a plug's register that of an earlier change. So what
//! waits is limited by the registrations and plugs there are, unless callbacks are held while
//! registrations or plugs come and go; calls past [`MAX_WAITING`] are lost and counted.
//!
//! Who deregisters takes back the calls that wait for it, unless callbacks are held
//! ([`Callbacks::hold`]): then they come at the release all the same, as one does that was on
//! its way at the moment of deregistration. A unit that leaves takes its calls along, held or
//! not.

mod queue;

use plug61883_abi::av61883::{BusGenerationNode, MonitorInfo, PlugNotifyInfo};

use crate::bus::DeviceRef;
use crate::table::Table;

pub use queue::MAX_WAITING;
use queue::Queue;

/// Registrations of each kind that there can be at once.
pub const MAX_REGISTRATIONS: usize = 128;

/// What a routine is called with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// A bus reset routine (`PBUS_RESET_ROUTINE`).
    BusReset {
        /// Its first argument.
        context: u64,
        /// What its second points to.
        node: BusGenerationNode,
    },
    /// A monitor routine (`PCMP_MONITOR_ROUTINE`): what its argument points to.
    Monitor(MonitorInfo),
    /// A plug's notify routine (`PCMP_NOTIFY_ROUTINE`): what its argument points to.
    Plug(PlugNotifyInfo),
}

/// A call that is to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notification {
    /// The unit through whose stack the routine was registered.
    pub unit: DeviceRef,
    /// Address of the routine.
    pub routine: u64,
    /// What it is called with.
    pub call: Call,
}

/// A routine that somebody wants called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Registration {
    /// The unit through whose stack it came.
    pub(crate) unit: DeviceRef,
    /// Address of the routine.
    pub(crate) routine: u64,
    /// The caller's context.
    pub(crate) context: u64,
}

/// Which event a registration is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    BusReset,
    Monitor,
}

/// Why a routine could not be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RegisterError {
    /// There is no routine, or it is registered already with that context.
    Bad,
    /// The table is full.
    Full,
}

/// Registrations and the calls that wait.
#[derive(Clone, Debug)]
pub struct Callbacks {
    resets: Table<Registration, MAX_REGISTRATIONS>,
    monitors: Table<Registration, MAX_REGISTRATIONS>,
    queue: Queue,
    held: bool,
    delay_ms: u32,
    called: u32,
}

impl Callbacks {
    pub(crate) const fn new() -> Self {
        Self {
            resets: Table::new(),
            monitors: Table::new(),
            queue: Queue::new(),
            held: false,
            delay_ms: 0,
            called: 0,
        }
    }

    /// From now on no call is made.
    pub const fn hold(&mut self) {
        self.held = true;
    }

    /// Calls are made again, those first that wait.
    pub const fn release(&mut self) {
        self.held = false;
    }

    /// Whether calls are held.
    #[must_use]
    pub const fn held(&self) -> bool {
        self.held
    }

    /// How long after its reason a call is to be made, in milliseconds.
    #[must_use]
    pub const fn delay_ms(&self) -> u32 {
        self.delay_ms
    }

    /// Changes [`Self::delay_ms`].
    pub const fn set_delay_ms(&mut self, delay_ms: u32) {
        self.delay_ms = delay_ms;
    }

    /// Takes the oldest call out that is to be made for `unit`; none while they are held.
    pub fn take(&mut self, unit: DeviceRef) -> Option<Notification> {
        if self.held {
            return None;
        }
        let taken = self.queue.take(unit)?;
        self.called = self.called.wrapping_add(1);
        Some(taken)
    }

    /// Whether a call is to be made for `unit`.
    #[must_use]
    pub fn due(&self, unit: DeviceRef) -> bool {
        !self.held && self.queue.iter().any(|waiting| waiting.unit == unit)
    }

    /// Whether any call is to be made.
    #[must_use]
    pub const fn any_due(&self) -> bool {
        !self.held && self.queue.len() != 0
    }

    /// Calls that wait, held or not.
    #[must_use]
    pub const fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Calls taken out since the start.
    #[must_use]
    pub const fn called(&self) -> u32 {
        self.called
    }

    /// Calls lost since the start, because [`MAX_WAITING`] waited.
    #[must_use]
    pub const fn lost(&self) -> u32 {
        self.queue.lost()
    }

    /// Bus reset registrations of `unit`.
    #[must_use]
    pub fn bus_reset_registrations(&self, unit: DeviceRef) -> usize {
        of_unit(&self.resets, unit)
    }

    /// Monitor registrations of `unit`.
    #[must_use]
    pub fn monitor_registrations(&self, unit: DeviceRef) -> usize {
        of_unit(&self.monitors, unit)
    }

    /// Calls that wait for routines of `unit`.
    #[must_use]
    pub fn waiting_for(&self, unit: DeviceRef) -> usize {
        self.queue
            .iter()
            .filter(|waiting| waiting.unit == unit)
            .count()
    }

    const fn table(&mut self, event: Event) -> &mut Table<Registration, MAX_REGISTRATIONS> {
        match event {
            Event::BusReset => &mut self.resets,
            Event::Monitor => &mut self.monitors,
        }
    }

    pub(crate) fn register(
        &mut self,
        event: Event,
        registration: Registration,
    ) -> Result<(), RegisterError> {
        let table = self.table(event);
        if registration.routine == 0 || table.iter().any(|(_, other)| *other == registration) {
            return Err(RegisterError::Bad);
        }
        let slot = table.free_slot().ok_or(RegisterError::Full)?;
        let _ = table.fill(slot, registration);
        Ok(())
    }

    /// `false` when it is not registered.
    pub(crate) fn deregister(&mut self, event: Event, registration: Registration) -> bool {
        let table = self.table(event);
        let found = table.iter().find(|(_, other)| **other == registration);
        let Some((slot, _)) = found else {
            return false;
        };
        table.take(slot);
        if !self.held {
            let Registration {
                unit,
                routine,
                context,
            } = registration;
            self.queue.remove_where(|waiting| {
                let of_it = match waiting.call {
                    Call::BusReset { context: its, .. } => {
                        event == Event::BusReset && its == context
                    }
                    Call::Monitor(info) => event == Event::Monitor && info.context == context,
                    Call::Plug(_) => false,
                };
                of_it && waiting.unit == unit && waiting.routine == routine
            });
        }
        true
    }

    /// The bus was reset: `node` gives what each unit is told, nothing where it has left.
    pub(crate) fn bus_was_reset(&mut self, node: impl Fn(DeviceRef) -> Option<BusGenerationNode>) {
        for (_, registration) in self.resets.iter() {
            if let Some(node) = node(registration.unit) {
                self.queue.push(Notification {
                    unit: registration.unit,
                    routine: registration.routine,
                    call: Call::BusReset {
                        context: registration.context,
                        node,
                    },
                });
            }
        }
    }

    /// Something happened to a plug of this computer: tells every monitor.
    pub(crate) fn plug_was_accessed(&mut self, info: MonitorInfo) {
        for (_, registration) in self.monitors.iter() {
            let context = registration.context;
            self.queue.push(Notification {
                unit: registration.unit,
                routine: registration.routine,
                call: Call::Monitor(MonitorInfo { context, ..info }),
            });
        }
    }

    /// The register of a plug changed: tells who created it. No routine, no call.
    pub(crate) fn plug_has_changed(&mut self, unit: DeviceRef, routine: u64, info: PlugNotifyInfo) {
        if routine != 0 {
            self.queue.push(Notification {
                unit,
                routine,
                call: Call::Plug(info),
            });
        }
    }

    /// A plug is deleted: its own routine is called no more.
    pub(crate) fn plug_is_gone(&mut self, plug: u64) {
        if !self.held {
            self.queue.remove_where(
                |waiting| matches!(waiting.call, Call::Plug(info) if info.plug == plug),
            );
        }
    }

    /// A unit leaves: nothing of it is called any more.
    pub(crate) fn unit_leaves(&mut self, unit: DeviceRef) {
        self.resets
            .remove_where(|registration| registration.unit == unit);
        self.monitors
            .remove_where(|registration| registration.unit == unit);
        self.queue.remove_where(|waiting| waiting.unit == unit);
    }
}

fn of_unit(table: &Table<Registration, MAX_REGISTRATIONS>, unit: DeviceRef) -> usize {
    table
        .iter()
        .filter(|(_, registration)| registration.unit == unit)
        .count()
}
