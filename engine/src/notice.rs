//! What is seen without asking: callbacks of the protocol driver, and the traffic of other
//! drivers.

use plug61883_abi::av61883::{
    AvPcr, AvRequest, Connect, CreatePlug, DeletePlug, Disconnect, MonitorInfo, function,
    monitor_state,
};
use plug61883_abi::ids::{Direction, UnitId};
use plug61883_abi::pcr::MAX_PLUG_NUMBER;
use plug61883_abi::status::NtStatus;

use crate::Engine;
use crate::handle::Account;
use crate::item::{End, Item, ItemKey, ItemState, Kind, Owner, Reason, Thing};
use crate::transfer::State;

/// Addresses of the routines that the protocol driver is given to call.
#[derive(Clone, Copy, Debug, Default)]
pub struct Routines {
    /// `BUS_RESET_NOTIFY.pfnNotify`; its context is the [`UnitId`].
    pub bus_reset: u64,
    /// `CMP_MONITOR_PLUGS.pfnNotify`; its context is the [`UnitId`].
    pub monitor: u64,
    /// `CMP_CREATE_PLUG.pfnNotify`; its context goes to [`Engine::plug_notified`].
    pub plug: u64,
}

/// Whether [`Engine::foreign_completed`] wants to hear of a function, and
/// [`Engine::foreign_sent`] before it.
#[must_use]
pub const fn is_followed(function: u32) -> bool {
    matches!(
        function,
        function::CONNECT | function::DISCONNECT | function::CREATE_PLUG | function::DELETE_PLUG
    )
}

/// A client's request to undo a foreign item is under way.
fn undone_twice(item: &Item) -> bool {
    item.transfer.is_some() && matches!(item.state, ItemState::Undoing(_))
}

impl Engine {
    /// The routines that the protocol driver is given. To be set before the first unit arrives.
    pub fn set_routines(&mut self, routines: Routines) {
        self.routines = routines;
    }

    /// The protocol driver's callback for a plug that this driver created. A context that names
    /// no plug any more does nothing. (IRQL <= DISPATCH_LEVEL)
    pub fn plug_notified(&mut self, context: u64, pcr: AvPcr) {
        let key = ItemKey::from_bits(context);
        if self.item(key).is_some_and(|item| !item.is_foreign()) {
            self.register_changed(key, pcr);
        }
    }

    /// The protocol driver's monitor callback. Plugs of this driver have a callback of their
    /// own; it is those of other drivers that are seen here. (IRQL <= DISPATCH_LEVEL)
    pub fn plug_monitored(&mut self, unit: UnitId, info: &MonitorInfo) {
        if info.state & monitor_state::UPDATED == 0 {
            return;
        }
        let found = self.announced_items(Kind::Plug).find(|(_, item)| {
            item.unit == unit
                && item.is_foreign()
                && matches!(item.thing, Thing::Plug { direction, number, .. }
                    if direction as u32 == info.plug_type
                        && u32::from(number) == info.plug_number)
        });
        if let Some((key, _)) = found {
            self.register_changed(key, info.pcr);
        }
    }

    /// Another driver's request is on its way down: what it undoes is leaving. The protocol
    /// driver may give its handle to something new before the completion is seen here.
    pub fn foreign_sent(&mut self, unit: UnitId, request: &AvRequest) {
        // A client's undoing of it that is not sent yet comes too late.
        let late = self.foreign_undone(unit, request, |item| {
            item.transfer
                .and_then(|key| self.transfer(key))
                .is_some_and(|it| matches!(it.state, State::Parked | State::Ready))
        });
        if let Some(key) = late.and_then(|key| self.item(key)?.transfer) {
            self.dismiss(key, NtStatus::INVALID_PARAMETER);
        }
        let stands = |item: &Item| matches!(item.state, ItemState::Active(_));
        if let Some(key) = self.foreign_undone(unit, request, stands) {
            if let Some(item) = self.item_mut(key) {
                item.state = ItemState::Undoing(item.handle());
            }
        } else if let Some(key) = self.foreign_undone(unit, request, undone_twice)
            && let Some(item) = self.item_mut(key)
        {
            item.doomed = Some(Reason::Asked);
        }
    }

    /// Another driver's request is completed. (IRQL <= DISPATCH_LEVEL)
    pub fn foreign_completed(&mut self, unit: UnitId, request: &AvRequest, status: NtStatus) {
        let undone = self.foreign_undone(unit, request, |item| {
            item.transfer.is_none() && matches!(item.state, ItemState::Undoing(_))
        });
        if let Some(key) = undone {
            if status.is_success() || status == NtStatus::INVALID_PARAMETER {
                self.remove_item(key, Reason::Asked);
            } else if let Some(item) = self.item_mut(key) {
                item.state = ItemState::Active(item.handle());
            }
            return;
        }
        // A client's undoing of it is under way too.
        if let Some(key) = self.foreign_undone(unit, request, undone_twice)
            && let Some(item) = self.item_mut(key)
        {
            item.doomed = status.is_success().then_some(Reason::OwnerGone);
        }
        if !status.is_success() {
            return;
        }
        match request.function {
            function::CONNECT => {
                // Both versions have all but the format at the same place.
                let made: Connect = request.arguments();
                let end = |handle| match handle {
                    0 => End::Open,
                    handle => End::Foreign(handle),
                };
                let thing = Thing::Connection {
                    output: end(made.output_plug),
                    input: end(made.input_plug),
                    connect_type: made.connect_type,
                    format: made.format,
                };
                self.foreign_made(unit, thing, made.connection);
            }
            function::CREATE_PLUG => {
                let made: CreatePlug = request.arguments();
                if let Some(direction) = Direction::from_raw(made.plug_type)
                    && made.plug_number <= MAX_PLUG_NUMBER
                {
                    let thing = Thing::Plug {
                        direction,
                        number: made.plug_number as u8,
                        generation: self.fresh_plug_generation(),
                        pcr: made.pcr,
                    };
                    self.foreign_made(unit, thing, made.plug);
                }
            }
            _ => {}
        }
    }

    /// The foreign item that a request undoes.
    fn foreign_undone(
        &self,
        unit: UnitId,
        request: &AvRequest,
        which: impl Fn(&Item) -> bool,
    ) -> Option<ItemKey> {
        let (kind, handle) = match request.function {
            function::DISCONNECT => (
                Kind::Connection,
                request.arguments::<Disconnect>().connection,
            ),
            function::DELETE_PLUG => (Kind::Plug, request.arguments::<DeletePlug>().plug),
            _ => return None,
        };
        self.announced_items(kind)
            .find(|(_, item)| {
                item.unit == unit && item.is_foreign() && item.handle() == handle && which(item)
            })
            .map(|(key, _)| key)
    }

    /// Another driver has made something. It is not seen when it finds no room.
    fn foreign_made(&mut self, unit: UnitId, thing: Thing, handle: u64) {
        if self.unit(unit).is_err() {
            return;
        }
        let item = Item {
            unit,
            owner: Owner::Foreign,
            state: ItemState::Active(handle),
            doomed: None,
            announced: false,
            seen_from: 0,
            transfer: None,
            made_at: self.clock.system_time,
            process_id: 0,
            account: Account::FOREIGN,
            thing,
        };
        if let Ok(key) = self.insert_item(item) {
            self.announce(key);
        }
    }
}
