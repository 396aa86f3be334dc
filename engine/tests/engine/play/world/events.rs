//! Every event, as it comes: numbered without gaps, and true.

use plug61883_abi::ioctl::{Event, event_kind, event_reason, owner};
use zerocopy::IntoBytes;

use super::types::{Item, Kind, Life, Owner};
use super::{OBSERVER, World};
use crate::play::lower::SECRET_BYTES;

impl World {
    /// Reads the events that have come, holds each against the model, and applies it to the
    /// state that is told.
    pub(super) fn sync(&mut self) {
        // The model of waits knows a batch's numbers from the log.
        loop {
            let events = self.observe();
            if events.is_empty() {
                break;
            }
            for event in events {
                self.check_event(&event);
                self.replay.apply(&event);
            }
        }
        // Directories have no events: where no reply told the id, the list does.
        let unheard =
            |item: &Item| item.kind == Kind::Directory && item.is_seen() && item.id.is_none();
        if self.items.iter().any(unheard) {
            self.check_directories();
        }
    }

    /// The next events, added to the log.
    fn observe(&mut self) -> Vec<Event> {
        let key = self.handles[OBSERVER].key;
        let room = if cfg!(miri) { 2 } else { 8 };
        let mut reply = vec![0; 48 + room * 88];
        let read = self.engine.wait(key, true, &mut reply);
        let Ok(plug61883_engine::Wait::Ready(size)) = read else {
            panic!("answered at once");
        };
        let events: Vec<Event> = reply[48..size]
            .chunks_exact(88)
            .map(|bytes| zerocopy::FromBytes::read_from_bytes(bytes).unwrap())
            .collect();
        for event in &events {
            assert_eq!(event.sequence, self.next_event(), "no gap");
            self.log.push(*event);
        }
        self.handles[OBSERVER].cursor = self.next_event();
        events
    }

    fn check_event(&mut self, event: &Event) {
        let bytes = event.as_bytes();
        let secret = SECRET_BYTES.as_slice();
        assert!(bytes.windows(4).all(|it| it != secret), "a kernel handle");
        assert_eq!(event.time, self.system_time());
        assert_eq!(event.reserved, 0);
        match event.kind {
            event_kind::CONNECTED => {
                self.check_item(event, Kind::Connection, event.connection.0, false);
            }
            event_kind::DISCONNECTED => {
                self.check_item(event, Kind::Connection, event.connection.0, true);
            }
            event_kind::PLUG_CREATED | event_kind::PLUG_CHANGED => {
                self.check_item(event, Kind::Plug, event.output.0 | event.input.0, false);
            }
            event_kind::PLUG_REMOVED => {
                self.check_item(event, Kind::Plug, event.output.0 | event.input.0, true);
            }
            event_kind::BUS_RESET => {
                assert!(event.generation > 7);
                assert_eq!((event.owner, event.process_id), (0, 0));
            }
            _ => assert_eq!((event.owner, event.process_id, event.reason), (0, 0, 0)),
        }
    }

    fn check_item(&mut self, event: &Event, kind: Kind, id: u64, gone: bool) {
        let known = self
            .items
            .iter()
            .position(|it| it.kind == kind && it.id == Some(id));
        // The first that is heard of it: its maker was not told its id.
        let unheard = || {
            self.items
                .iter()
                .position(|it| it.kind == kind && it.is_seen() && it.id.is_none())
        };
        let index = known.or_else(unheard).expect("an item that is known");
        if known.is_none() {
            self.learn_id(Some(index), kind, id);
        }
        let item = &self.items[index];
        assert!(item.announced);
        assert_eq!(event.unit, self.units[item.unit].id);
        assert_eq!(event.process_id, item.process);
        match item.owner {
            Owner::Foreign => assert_eq!(event.owner, owner::FOREIGN),
            Owner::Handle(_) => assert_eq!(event.owner, owner::OTHER_HANDLE),
            Owner::Driver => assert!([owner::DRIVER, owner::OTHER_HANDLE].contains(&event.owner)),
        }
        if gone {
            let Life::Gone(reason) = item.life else {
                panic!("it is not gone: {:?}", item.life);
            };
            assert_eq!(event.reason, reason);
            assert!((event_reason::ASKED..=event_reason::LOST).contains(&reason));
        } else {
            assert_eq!(event.reason, 0);
        }
        if kind == Kind::Plug && !gone {
            assert_eq!(event.new_pcr.0, item.pcr);
        }
        if kind == Kind::Connection && item.owner != Owner::Foreign {
            assert_eq!([event.output, event.input], item.ends);
        }
    }
}
