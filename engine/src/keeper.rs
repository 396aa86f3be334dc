//! A unit's keeper: what the driver asks of the protocol driver of its own accord.
//!
//! When a unit arrives, its DDI version is asked and callbacks are registered; after a bus reset
//! its connections are checked; before it leaves, the callbacks are deregistered. One transfer,
//! reserved when the unit arrives, does it all, one request at a time.

use plug61883_abi::av61883::{BusGenerationNode, DDI_VERSION_2, UnitDdiVersion};
use plug61883_abi::ids::UnitId;
use plug61883_abi::ioctl::{Event, event_kind};
use plug61883_abi::status::NtStatus;

use crate::handle::Account;
use crate::item::{End, ItemKey, Owner};
use crate::scratch::Scratch;
use crate::transfer::{Job, State, Step};
use crate::{Engine, Key, Result};

/// Longest time that a request of the driver's own may take, in milliseconds.
pub(crate) const OWN_TIMEOUT_MS: u64 = 5_000;

/// From a bus reset to the check of the connections, in milliseconds: for one second the
/// protocol driver may re-establish them (IEC 61883-1, clause 8).
const CHECK_DELAY_MS: u64 = 2_000;

/// What a keeper has to do.
pub(crate) struct Keeper {
    /// Its transfer, once it is adopted.
    transfer: Option<Key>,
    /// [`Duty`] bits that wait.
    wanted: u8,
    /// Callbacks that the protocol driver may call.
    reset_registered: bool,
    monitor_registered: bool,
    /// When the connections are to be checked, in milliseconds; 0 for never.
    check_at: u64,
    /// Number of the next event when the plug that is being checked was asked for its state:
    /// connections that were seen later are not in the answer.
    pub(crate) checked_from: u64,
}

/// One thing that a keeper does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Duty {
    /// Ask for the DDI version.
    Version,
    /// Have bus resets told.
    RegisterReset,
    /// Have changes of this computer's plugs told.
    RegisterMonitor,
    /// Ask for the bus generation and the nodes.
    Nodes,
    /// Ask for the state of the plug at an end of a connection.
    Check(ItemKey, End),
    /// Undo [`Self::RegisterMonitor`].
    DeregisterMonitor,
    /// Undo [`Self::RegisterReset`].
    DeregisterReset,
}

const VERSION: u8 = 1;
const REGISTER_RESET: u8 = 2;
const REGISTER_MONITOR: u8 = 4;
const NODES: u8 = 8;
const CHECK: u8 = 16;
/// What is done once the version is known to be one that we speak.
const BEGIN: u8 = REGISTER_RESET | REGISTER_MONITOR | NODES;

impl Keeper {
    /// Of no unit.
    pub(crate) const IDLE: Self = Self {
        transfer: None,
        wanted: 0,
        reset_registered: false,
        monitor_registered: false,
        check_at: 0,
        checked_from: 0,
    };

    /// Of a unit that has just come.
    pub(crate) const fn new() -> Self {
        Self {
            wanted: VERSION,
            ..Self::IDLE
        }
    }
}

impl Engine {
    /// Reserves the transfer of a unit's keeper. The shell allocates its request, with
    /// [`Scratch::SHORT`] bytes of memory, and calls [`Self::adopt_keeper`], or
    /// [`Self::released`] when it could not.
    ///
    /// # Errors
    /// `STATUS_NO_SUCH_DEVICE`, `STATUS_QUOTA_EXCEEDED`.
    pub fn reserve_keeper(&mut self, unit: UnitId) -> Result<Key> {
        self.unit(unit)?;
        self.reserve_transfer(unit, Account::OWN)
            .ok_or(NtStatus::QUOTA_EXCEEDED)
    }

    /// The unit's keeper begins.
    pub fn adopt_keeper(&mut self, unit: UnitId, key: Key) {
        let reserved = self.transfer(key).map(|transfer| transfer.state) == Some(State::Reserved);
        if reserved && let Some(unit) = self.unit_mut(unit) {
            unit.keeper.transfer = Some(key);
            self.keep(key);
        }
        self.keep_on(unit);
    }

    /// Has the keeper do something when it comes to it.
    fn want(&mut self, unit: UnitId, duties: u8) {
        if let Some(unit) = self.unit_mut(unit) {
            unit.keeper.wanted |= duties;
        }
        self.keep_on(unit);
    }

    /// Lets an idle keeper do the next thing that is to be done.
    pub(crate) fn keep_on(&mut self, id: UnitId) {
        let Ok(unit) = self.unit(id) else {
            return;
        };
        let Some(key) = unit.keeper.transfer else {
            return;
        };
        let is_idle = |engine: &Self| {
            engine
                .transfer(key)
                .is_some_and(|it| it.state == State::Kept)
        };
        if !unit.may_send() || !is_idle(self) {
            return;
        }
        let Some(duty) = self.next_duty(id) else {
            return;
        };
        self.begin_duty(key, duty);
    }

    /// The keeper's request goes down now.
    pub(crate) fn duty_sent(&mut self, id: UnitId, duty: Duty) {
        let next = self.log.next();
        if let (Duty::Check(..), Some(unit)) = (duty, self.unit_mut(id)) {
            unit.keeper.checked_from = next;
        }
    }

    /// The keeper's next request is to be sent.
    fn begin_duty(&mut self, key: Key, duty: Duty) {
        self.charge(key, Account::OWN);
        if let Some(transfer) = self.transfer_mut(key) {
            transfer.job = Job::Keep(duty);
            transfer.deadline = 0;
        }
        self.ready(key, Step::Main);
    }

    fn next_duty(&mut self, id: UnitId) -> Option<Duty> {
        let keeper = &mut self.unit_mut(id)?.keeper;
        let (monitor, reset) = (keeper.monitor_registered, keeper.reset_registered);
        if self.unit(id).is_ok_and(|unit| unit.leaving) {
            return match (monitor, reset) {
                (true, _) => Some(Duty::DeregisterMonitor),
                (false, true) => Some(Duty::DeregisterReset),
                (false, false) => None,
            };
        }
        let keeper = &mut self.unit_mut(id)?.keeper;
        let mut take = |bit: u8| {
            let wanted = keeper.wanted & bit != 0;
            keeper.wanted &= !bit;
            wanted
        };
        if take(VERSION) {
            Some(Duty::Version)
        } else if take(REGISTER_RESET) {
            Some(Duty::RegisterReset)
        } else if take(REGISTER_MONITOR) {
            Some(Duty::RegisterMonitor)
        } else if take(NODES) {
            Some(Duty::Nodes)
        } else if take(CHECK) {
            self.next_check(id, None)
        } else {
            None
        }
    }

    /// The protocol driver has told the version that it speaks for a unit.
    pub(crate) fn version_learned(&mut self, id: UnitId, version: u32) {
        let Some(unit) = self.unit_mut(id) else {
            return;
        };
        let first = unit.ddi_version.replace(version).is_none();
        unit.keeper.wanted &= !VERSION;
        if first && version >= DDI_VERSION_2 {
            self.want(id, BEGIN);
        }
    }

    /// A request of a unit's keeper has ended; with its answer, if it succeeded.
    pub(crate) fn kept(&mut self, key: Key, unit: UnitId, duty: Duty, answer: Option<&Scratch>) {
        let ok = answer.is_some();
        self.keep(key);
        match duty {
            Duty::Version => {
                if let Some(info) = answer.and_then(Scratch::read_info::<UnitDdiVersion>) {
                    self.version_learned(unit, info.version);
                }
            }
            Duty::Nodes => {
                if let Some(info) = answer.and_then(Scratch::read_info::<BusGenerationNode>) {
                    self.nodes_told(unit, info);
                }
            }
            Duty::Check(item, end) => {
                // After another bus reset the plugs are checked again, later.
                let stands = self
                    .unit(unit)
                    .is_ok_and(|unit| unit.keeper.check_at == 0 && unit.diag_level == 0);
                if let Some(scratch) = answer
                    && stands
                {
                    self.plug_checked(unit, end, &scratch.request().arguments());
                }
                if stands && let Some(next) = self.next_check(unit, Some((item, end))) {
                    // Before anything else that waits: the order of the items is the place in
                    // the check.
                    self.begin_duty(key, next);
                }
            }
            _ => {}
        }
        if let Some(unit) = self.unit_mut(unit) {
            let keeper = &mut unit.keeper;
            match duty {
                Duty::RegisterReset => keeper.reset_registered = ok,
                Duty::RegisterMonitor => keeper.monitor_registered = ok,
                // If it fails there is nothing more to be done, and trying for ever would keep
                // the unit from leaving.
                Duty::DeregisterReset => keeper.reset_registered = false,
                Duty::DeregisterMonitor => keeper.monitor_registered = false,
                _ => {}
            }
        }
        self.keep_on(unit);
    }

    /// Bus generation and nodes, as the protocol driver has answered. A bus reset that no
    /// callback told, as while the stack was stopped, shows here.
    fn nodes_told(&mut self, id: UnitId, nodes: BusGenerationNode) {
        let Some(unit) = self.unit_mut(id) else {
            return;
        };
        let before = unit.nodes;
        // A callback may have told of a later one while the question was under way.
        if nodes
            .generation
            .wrapping_sub(before.generation)
            .cast_signed()
            < 0
        {
            return;
        }
        unit.nodes = nodes;
        if before.generation != nodes.generation && before.generation != 0 {
            self.bus_was_reset(id, nodes);
        }
    }

    /// The protocol driver's bus reset callback. (IRQL <= DISPATCH_LEVEL)
    pub fn bus_reset(&mut self, id: UnitId, nodes: BusGenerationNode) {
        if let Some(unit) = self.unit_mut(id)
            && !unit.leaving
        {
            unit.nodes = nodes;
            self.bus_was_reset(id, nodes);
        }
    }

    fn bus_was_reset(&mut self, id: UnitId, nodes: BusGenerationNode) {
        self.emit(
            Event {
                unit: id,
                kind: event_kind::BUS_RESET,
                generation: nodes.generation,
                local_node: nodes.local_node.0,
                device_node: nodes.device_node.0,
                ..crate::event::EMPTY
            },
            Owner::Driver,
        );
        self.check_later(id);
    }

    /// The connections are to be checked once the protocol driver has had time to make them
    /// again.
    fn check_later(&mut self, id: UnitId) {
        let at = self.clock.ms.saturating_add(CHECK_DELAY_MS);
        if let Some(unit) = self.unit_mut(id) {
            unit.keeper.check_at = at;
        }
        self.want_timer(id, at);
    }

    /// The unit's timer has fired: is it time to check its connections? Gives when it is, else.
    pub(crate) fn check_due(&mut self, id: UnitId) -> u64 {
        let now = self.clock.ms;
        let Some(unit) = self.unit_mut(id) else {
            return 0;
        };
        let at = unit.keeper.check_at;
        if at != 0 && at <= now {
            unit.keeper.check_at = 0;
            self.want(id, CHECK);
            return 0;
        }
        at
    }

    /// The stack of a unit goes on after a stop or a sleep.
    pub(crate) fn keeper_restarts(&mut self, id: UnitId) {
        let spoken_to = self.unit(id).is_ok_and(|unit| unit.is_spoken_to());
        if spoken_to {
            // The device may have been without power: it takes its time to come back.
            self.check_later(id);
            self.want(id, NODES);
        } else {
            self.want(id, VERSION);
        }
    }

    /// The keeper's transfer goes with the unit.
    pub(crate) fn dismiss_keeper(&mut self, id: UnitId) -> Option<Key> {
        self.unit_mut(id)?.keeper.transfer.take()
    }
}
