//! The engine's orders, each held against the model.

use plug61883_abi::irb::IOCTL_1394_CLASS;
use plug61883_engine::{Action, Key};

use super::World;
use super::types::{Call, CallKind, Role, Stage, Step};

impl World {
    /// Takes the engine's next order; `false` when there is none.
    pub(crate) fn next(&mut self) -> bool {
        self.turns += 1;
        // Every third order is taken at DISPATCH_LEVEL, where nothing may be sent.
        let raised = self.turns.is_multiple_of(3);
        let worth = self.engine.has_orders();
        let order = match raised {
            true => self.input().next_action_raised(),
            false => self.input().next_action(),
        };
        if raised {
            assert!(!matches!(order, Some(Action::Send(_))), "sent too high");
        }
        let Some(action) = order.or_else(|| self.engine.next_action()) else {
            self.sync();
            self.check_idle();
            return false;
        };
        assert!(worth, "an order that nobody would have asked for");
        match action {
            Action::Resume(id) => self.input().resume(id),
            Action::Send(key) => self.hand_out(key),
            Action::Cancel(key) => {
                let request = self.request_mut(key);
                assert_eq!(request.stage, Stage::Out);
                assert!(request.abandoned, "somebody gave up");
                assert!(!request.cancelled, "once");
                assert!(!request.pinned);
                request.cancelled = true;
                request.pinned = true;
                self.calls.push(Call {
                    key,
                    what: CallKind::Cancel,
                });
            }
            Action::Deliver {
                key,
                status,
                information,
            } => self.deliver(key, status, information),
            Action::Release(key) => {
                let request = self.request_mut(key);
                assert_eq!(request.stage, Stage::Here, "released once");
                assert_eq!(request.role, Role::None, "nobody needs it");
                assert!(!request.pinned && !request.below);
                assert_eq!(request.client, None);
                request.stage = Stage::Releasing;
                self.releases.push(key);
            }
            Action::Quiet(id) => {
                let unit = self.units.iter().position(|unit| unit.id == id).unwrap();
                assert!(self.units[unit].leaving && !self.units[unit].left);
                assert!(!self.units[unit].quiet, "told once");
                assert!(self.is_quiet(unit));
                self.units[unit].quiet = true;
                self.check_undone(unit);
            }
            Action::Timer(id, at) => {
                let unit = self.units.iter().position(|unit| unit.id == id).unwrap();
                let timer = &mut self.units[unit].timer;
                assert!(timer.is_none_or(|before| at < before), "a later one stands");
                *timer = Some(at);
            }
            Action::Wake(handle) => self.woken(handle),
            Action::Trace(event) => {
                assert_eq!(event, self.log[self.traced], "each event once, in order");
                self.traced += 1;
            }
        }
        self.sync();
        true
    }

    fn hand_out(&mut self, key: Key) {
        let now = self.now;
        let sent_event = self.next_event();
        let request = self.request_mut(key);
        assert_eq!(request.stage, Stage::Here);
        assert!(!request.pinned && !request.below, "sent once at a time");
        request.stage = Stage::Out;
        request.pinned = true;
        request.abandoned = false;
        request.cancelled = false;
        request.sent_at = now;
        request.sent_event = sent_event;
        if request.role == Role::Kept {
            request.role = Role::Keep;
        }
        let unit = request.unit;
        let memory = &mut self.requests.get_mut(&key.to_bits()).unwrap().memory;
        let code = self.engine.prepare(key, memory.scratch());
        self.request_mut(key).reads = code == IOCTL_1394_CLASS;
        assert!(
            !self.units[unit].left && self.may_send(unit),
            "sent in vain"
        );
        self.calls.push(Call {
            key,
            what: CallKind::Send,
        });
        if let Some(client) = self.request_of(key).client {
            let client = &mut self.clients[client];
            if client.steps.front() == Some(&Step::Main) {
                client.main_sent = true;
            }
        }
        self.check_request(key, code);
    }
}
