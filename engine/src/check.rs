//! The check after a bus reset: connections that the protocol driver could not make again.

use plug61883_abi::av61883::GetPlugState;
use plug61883_abi::ids::UnitId;

use crate::item::{End, Item, ItemKey, ItemState, Kind, Reason};
use crate::keeper::Duty;
use crate::{Engine, MAX_ITEMS};

impl Engine {
    /// The end of a connection that is to be checked after another, each plug once.
    pub(crate) fn next_check(&self, unit: UnitId, after: Option<(ItemKey, End)>) -> Option<Duty> {
        // Where it was told not to program the device's plugs, their counters tell nothing.
        let asked = self.unit(unit).ok()?;
        if !asked.is_spoken_to() || asked.diag_level != 0 {
            return None;
        }
        let mut seen = after.is_none();
        for slot in 0..MAX_ITEMS {
            let Some((generation, item)) = self.items.current(slot) else {
                continue;
            };
            let key = ItemKey::at(slot, generation);
            for end in item.thing.ends() {
                if !seen {
                    seen = after == Some((key, end))
                        || after.is_some_and(|(last, _)| usize::from(last.slot) < slot);
                    if after == Some((key, end)) {
                        continue;
                    }
                }
                if seen && self.is_to_check(unit, key, end) {
                    return Some(Duty::Check(key, end));
                }
            }
        }
        None
    }

    /// The plug at this end is known, and no connection before this one has it too.
    fn is_to_check(&self, unit: UnitId, key: ItemKey, end: End) -> bool {
        let Some(item) = self.item(key) else {
            return false;
        };
        item.unit == unit
            && item.announced
            && matches!(item.state, ItemState::Active(_))
            && self.end_handle(unit, end).is_some()
            && !self
                .connections_at(unit, end)
                .any(|(other, _)| other.slot < key.slot)
    }

    /// The connections of a plug that stand, as far as known.
    fn connections_at(&self, unit: UnitId, end: End) -> impl Iterator<Item = (ItemKey, &Item)> {
        self.announced_items(Kind::Connection)
            .filter(move |(_, item)| {
                item.unit == unit && matches!(item.state, ItemState::Active(_))
            })
            .filter(move |(_, item)| {
                let [output, input] = item.thing.ends();
                self.same_end(unit, output, end) || self.same_end(unit, input, end)
            })
    }

    /// A plug's counters after a bus reset: if it has fewer connections than are known, the
    /// newest are the ones that were not made again.
    pub(crate) fn plug_checked(&mut self, unit: UnitId, end: End, state: &GetPlugState) {
        let Ok(from) = self.unit(unit).map(|unit| unit.keeper.checked_from) else {
            return;
        };
        for (broadcast, counted) in [
            (false, state.point_to_point_connections),
            (true, state.broadcast_connections),
        ] {
            let at_plug = |engine: &Self| {
                let of_type = engine.connections_at(unit, end).filter(|(_, item)| {
                    item.seen_from < from && item.thing.is_broadcast() == broadcast
                });
                of_type.count()
            };
            // All broadcast connections of a plug share one count (IEC 61883-1, clause 7.7).
            let stand = match (broadcast, counted) {
                (true, 1..) => usize::MAX,
                _ => counted as usize,
            };
            for _ in stand..at_plug(self) {
                let newest = self
                    .connections_at(unit, end)
                    .filter(|(_, item)| {
                        item.seen_from < from && item.thing.is_broadcast() == broadcast
                    })
                    .max_by_key(|(key, item)| (item.made_at, key.slot))
                    .map(|(key, _)| key);
                if let Some(key) = newest {
                    self.lose(key);
                }
            }
        }
    }

    /// A connection was not made again after a bus reset. The protocol driver forgets ours when
    /// it is asked; who made a foreign one asks by himself.
    fn lose(&mut self, key: ItemKey) {
        if self.item(key).is_some_and(Item::is_foreign) {
            self.remove_item(key, Reason::Lost);
        } else {
            self.undo_unasked(key, Reason::Lost);
        }
    }
}
