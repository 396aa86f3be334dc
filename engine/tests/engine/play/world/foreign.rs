//! Other drivers above this one, which ask the protocol driver for things themselves.

use plug61883_abi::av61883::{self, AvPcr, AvRequest, connect_type, function};
use plug61883_abi::ids::Direction;
use plug61883_abi::ioctl::event_reason;
use plug61883_abi::status::NtStatus;
use plug61883_engine::is_followed;

use super::World;
use super::types::{Above, Account, Answer, Item, Kind, Life, Owner, Role, Stage};
use crate::play::lower::Outcome;

impl World {
    /// A driver asks for a connection of the device's plugs.
    pub(crate) fn foreign_connect(&mut self, unit: usize, broadcast: bool, input: bool) {
        let output_plug = self.lower.plug(unit, 0, 0).unwrap();
        let input_plug = if input {
            self.lower.plug(unit, 1, 0).unwrap()
        } else {
            0
        };
        let connect_type = if broadcast {
            connect_type::BROADCAST
        } else {
            connect_type::POINT_TO_POINT
        };
        self.foreign_send(
            unit,
            AvRequest::new(
                3,
                av61883::Connect {
                    output_plug,
                    input_plug,
                    connect_type,
                    ..Default::default()
                },
            ),
        );
    }

    pub(crate) fn foreign_create(&mut self, unit: usize, direction: Direction, pcr: u32) {
        let create = av61883::CreatePlug {
            plug_type: direction as u32,
            pcr: AvPcr(pcr),
            ..Default::default()
        };
        self.foreign_send(unit, AvRequest::new(3, create));
    }

    /// A driver undoes one of those that are its own.
    pub(crate) fn foreign_undo(&mut self, pick: usize) -> Option<()> {
        let connections = self.lower.live.iter().filter(|(_, live)| live.foreign);
        let connections = connections.map(|(handle, live)| {
            let connection = *handle;
            (
                live.unit,
                AvRequest::new(3, av61883::Disconnect { connection }),
            )
        });
        let plugs = self.lower.local.iter().filter(|(_, plug)| plug.foreign);
        let plugs = plugs.map(|(handle, plug)| {
            let delete = av61883::DeletePlug { plug: *handle };
            (plug.unit, AvRequest::new(3, delete))
        });
        // It is at it already, or does not know yet that it was made.
        let at_it = |request: &AvRequest| {
            let above = |above: &Above| above.request.body.contains(&request.body[0]);
            self.above.iter().any(above)
        };
        let all: Vec<_> = connections
            .chain(plugs)
            .filter(|it| !at_it(&it.1))
            .collect();
        let (unit, request) = *all.get(pick.checked_rem(all.len())?)?;
        self.foreign_send(unit, request);
        Some(())
    }

    /// A driver's request is on its way down.
    pub(crate) fn foreign_send(&mut self, unit: usize, request: AvRequest) {
        assert!(is_followed(request.function));
        let id = self.units[unit].id;
        self.input().foreign_sent(id, &request);
        if let Some(index) = self.foreign_item(unit, &request) {
            let unsent = self.items[index].key.filter(|key| {
                let request = self.request_of(*key);
                request.stage == Stage::Here && request.role == Role::Undo(index)
            });
            if let Some(client) = unsent.and_then(|key| self.request_of(key).client) {
                // A client's undoing comes too late.
                self.dismiss(client, Answer::Ours(NtStatus::INVALID_PARAMETER));
            }
            let item = &mut self.items[index];
            match item.life {
                Life::Standing => item.life = Life::UndoneAbove,
                Life::Undoing(_) => item.above = Some(false),
                _ => {}
            }
        }
        self.above.push(Above {
            unit,
            request,
            status: None,
        });
        self.sync();
    }

    /// The item that a driver's request undoes, if it is still known as that driver's.
    fn foreign_item(&self, unit: usize, request: &AvRequest) -> Option<usize> {
        let kind = match request.function {
            function::DISCONNECT => Kind::Connection,
            function::DELETE_PLUG => Kind::Plug,
            _ => return None,
        };
        self.items.iter().position(|item| {
            item.owner == Owner::Foreign
                && !item.is_gone()
                && (item.unit, item.kind, item.value) == (unit, kind, request.body[0])
        })
    }

    /// The protocol driver carries a driver's request out.
    pub(crate) fn foreign_carry_out(&mut self, index: usize, outcome: Outcome) {
        let above = &mut self.above[index];
        if above.status.is_some() {
            return;
        }
        let unit = above.unit;
        let mut request = above.request;
        let status = if self.units[unit].left {
            NtStatus::DEVICE_NOT_CONNECTED
        } else {
            self.lower.execute(unit, &mut request, true, outcome)
        };
        let above = &mut self.above[index];
        above.status = Some(status);
        above.request = request;
    }

    /// A driver's request is seen completed.
    pub(crate) fn foreign_done(&mut self, index: usize) {
        self.foreign_carry_out(index, Outcome::Honest);
        let Above {
            unit,
            request,
            status,
        } = self.above.swap_remove(index);
        let status = status.expect("carried out");
        let id = self.units[unit].id;
        self.input().foreign_completed(id, &request, status);
        let gone = status.is_success() || status == NtStatus::INVALID_PARAMETER;
        if let Some(item) = self.foreign_item(unit, &request) {
            let item = &mut self.items[item];
            match item.life {
                Life::UndoneAbove if gone => item.life = Life::Gone(event_reason::ASKED),
                Life::UndoneAbove => item.life = Life::Standing,
                Life::Undoing(_) => item.above = gone.then_some(true),
                _ => {}
            }
        }
        if status.is_success() && !self.units[unit].left {
            self.foreign_made(unit, &request);
        }
        self.sync();
    }

    fn foreign_made(&mut self, unit: usize, request: &AvRequest) {
        let blank = self.blank(unit);
        let item = match request.function {
            function::CONNECT => {
                let made: av61883::Connect = request.arguments();
                Item {
                    value: made.connection,
                    end_values: [made.output_plug, made.input_plug],
                    connect_type: made.connect_type,
                    ..blank
                }
            }
            function::CREATE_PLUG => {
                let made: av61883::CreatePlug = request.arguments();
                Item {
                    kind: Kind::Plug,
                    value: made.plug,
                    direction: made.plug_type,
                    number: made.plug_number,
                    pcr: made.pcr.0,
                    ..blank
                }
            }
            _ => return,
        };
        // It is not seen when it finds no room.
        if self.has_room(item.kind, Account::Foreign) {
            let seen_from = self.next_event();
            self.items.push(Item {
                announced: true,
                seen_from,
                ..item
            });
        }
    }
}
