//! Events of one handle: none is missing, none comes twice.

use plug61883_abi::ioctl::{Event, EventBatch, MAX_EVENTS, Snapshot, event_kind, event_reason};
use storm_control::Deed;
use zerocopy::FromBytes;

use super::rules::broken;
use crate::run;

/// What is known of a handle's events.
#[derive(Default)]
pub(crate) struct Events {
    /// Number of the next event; unknown before the first batch.
    next: Option<u64>,
}

struct Named {
    deed: Deed,
}

impl Events {
    /// A batch of this handle, in the order in which they were waited for.
    pub(crate) fn batch(&mut self, reply: &[u8]) {
        let asked = Named {
            deed: Deed::WaitEvents,
        };
        let Ok((batch, rest)) = EventBatch::read_from_prefix(reply) else {
            return;
        };
        let entries = rest.chunks_exact(size_of::<Event>());
        if entries.len() != batch.count as usize || !entries.remainder().is_empty() {
            broken!(asked, "{} events in {} bytes", batch.count, rest.len());
        }
        if let Some(next) = self.next
            && batch.first != next.saturating_add(batch.lost)
        {
            broken!(
                asked,
                "event {next} is missing: the batch starts with {}, {} lost",
                batch.first,
                batch.lost
            );
        }
        if batch.more as usize > MAX_EVENTS {
            broken!(asked, "{} more events", batch.more);
        }
        let mut number = batch.first;
        for event in entries.filter_map(|bytes| Event::read_from_bytes(bytes).ok()) {
            if event.sequence != number {
                broken!(asked, "event {} in place of {number}", event.sequence);
            }
            check(&asked, &event);
            number = number.saturating_add(1);
        }
        self.next = Some(number);
    }

    /// A complete snapshot of this handle, when no batch of it was waited for.
    pub(crate) fn snapshot(&mut self, snapshot: &Snapshot) {
        let asked = Named {
            deed: Deed::Snapshot,
        };
        if self.next.is_some_and(|next| snapshot.sequence < next) {
            broken!(asked, "it goes back to event {}", snapshot.sequence);
        }
        self.next = Some(snapshot.sequence);
    }
}

fn check(asked: &Named, event: &Event) {
    let has_reason = matches!(
        event.kind,
        event_kind::DISCONNECTED | event_kind::PLUG_REMOVED
    );
    let reason_fits = if has_reason {
        (event_reason::ASKED..=event_reason::LOST).contains(&event.reason)
    } else {
        event.reason == 0
    };
    let known = (event_kind::UNIT_ARRIVED..=event_kind::BUS_RESET).contains(&event.kind);
    let about_connection = matches!(event.kind, event_kind::CONNECTED | event_kind::DISCONNECTED);
    let named = event.unit.0 != 0 && about_connection == (event.connection.0 != 0);
    if !known || !reason_fits || !named || event.reserved != 0 {
        broken!(asked, "{event:?}");
    }
}
