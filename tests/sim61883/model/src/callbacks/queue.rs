//! The calls that wait, in the order in which their reasons came.

use plug61883_abi::av61883::monitor_state;

use super::{Call, Notification};
use crate::bus::DeviceRef;

/// Calls that can wait at once.
pub const MAX_WAITING: usize = if cfg!(miri) { 16 } else { 512 };

/// Up to [`MAX_WAITING`] calls; see [`super`] for what takes the place of what.
#[derive(Clone, Debug)]
pub(super) struct Queue {
    /// Filled from the start, without gaps.
    waiting: [Option<Notification>; MAX_WAITING],
    length: usize,
    lost: u32,
}

impl Queue {
    pub(super) const fn new() -> Self {
        Self {
            waiting: [None; MAX_WAITING],
            length: 0,
            lost: 0,
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.length
    }

    pub(super) const fn lost(&self) -> u32 {
        self.lost
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Notification> {
        self.waiting.iter().take(self.length).flatten()
    }

    pub(super) fn push(&mut self, new: Notification) {
        let earlier = self
            .waiting
            .iter_mut()
            .take(self.length)
            .flatten()
            .rev()
            .find(|earlier| same_subject(earlier, &new));
        if let Some(earlier) = earlier
            && may_take_the_place(earlier.call, new.call)
        {
            *earlier = new;
            return;
        }
        match self.waiting.get_mut(self.length) {
            Some(place) => {
                *place = Some(new);
                self.length = self.length.wrapping_add(1);
            }
            None => self.lost = self.lost.wrapping_add(1),
        }
    }

    /// Takes the oldest call for `unit` out.
    pub(super) fn take(&mut self, unit: DeviceRef) -> Option<Notification> {
        let index = self.iter().position(|waiting| waiting.unit == unit)?;
        // What is behind moves up, so that the order stays.
        let behind = self.waiting.get_mut(index..self.length)?;
        behind.rotate_left(1);
        let taken = behind.last_mut()?.take();
        self.length = self.length.wrapping_sub(1);
        taken
    }

    /// Takes back every call that `unwanted` picks.
    pub(super) fn remove_where(&mut self, unwanted: impl Fn(&Notification) -> bool) {
        let mut kept = 0_usize;
        for index in 0..self.length {
            let Some(waiting) = self.waiting.get_mut(index).and_then(Option::take) else {
                continue;
            };
            if !unwanted(&waiting)
                && let Some(place) = self.waiting.get_mut(kept)
            {
                *place = Some(waiting);
                kept = kept.wrapping_add(1);
            }
        }
        self.length = kept;
    }
}

/// Whether two calls are of the same routine, context and subject: the bus, or the same plug.
fn same_subject(one: &Notification, other: &Notification) -> bool {
    let same = match (one.call, other.call) {
        (Call::BusReset { context: one, .. }, Call::BusReset { context: other, .. }) => {
            one == other
        }
        (Call::Monitor(one), Call::Monitor(other)) => {
            (one.plug_type, one.plug_number, one.context)
                == (other.plug_type, other.plug_number, other.context)
        }
        (Call::Plug(one), Call::Plug(other)) => {
            (one.plug, one.context) == (other.plug, other.context)
        }
        _ => false,
    };
    same && one.unit == other.unit && one.routine == other.routine
}

/// Whether the last call of a subject may be replaced by a newer one: a plug's creation and
/// removal are told each.
fn may_take_the_place(last: Call, new: Call) -> bool {
    let updated = |call| match call {
        Call::Monitor(info) => info.state == monitor_state::UPDATED,
        Call::BusReset { .. } | Call::Plug(_) => true,
    };
    updated(last) && updated(new)
}
