//! What a unit's keeper may do, and what its answers mean.

use plug61883_abi::av61883::{
    self, AvRequest, BusGenerationNode, GetPlugState, bus_reset_notify, connect_type, function,
    monitor_notify, unit_info_level,
};
use plug61883_abi::status::NtStatus;
use plug61883_engine::Key;

use super::requests::is_level;
use super::types::{CHECK_MS, Kind, Life};
use super::{ROUTINES, World};
use crate::play::lower::Routine;

impl World {
    /// A request of a keeper is one that it may send now.
    pub(super) fn check_duty(&mut self, unit: usize, request: &AvRequest) {
        let known = self.units[unit].known;
        let entry = &mut self.units[unit];
        match request.function {
            function::GET_UNIT_INFO => {
                let info: av61883::GetUnitInfo = request.arguments();
                // It may learn the version from a client while it asks for it.
                let level = match info.level {
                    unit_info_level::DDI_VERSION => unit_info_level::DDI_VERSION,
                    _ => {
                        assert!(known >= 2, "nothing is asked of what is too old");
                        unit_info_level::BUS_GENERATION_NODE
                    }
                };
                is_level(request, level, 0);
            }
            function::GET_PLUG_STATE => assert!(known >= 2),
            function::BUS_RESET_NOTIFY => {
                let notify: av61883::BusResetNotify = request.arguments();
                assert_eq!(notify.notify, ROUTINES.bus_reset);
                assert_eq!(notify.context, entry.id.0);
                let on = notify.flags == bus_reset_notify::REGISTER;
                self.check_registration(unit, 0, on);
            }
            function::MONITOR_PLUGS => {
                let monitor: av61883::MonitorPlugs = request.arguments();
                assert_eq!(monitor.notify, ROUTINES.monitor);
                assert_eq!(monitor.context, entry.id.0);
                let on = monitor.flags == monitor_notify::REGISTER;
                self.check_registration(unit, 1, on);
            }
            other => panic!("a keeper has no business with function {other}"),
        }
    }

    fn check_registration(&mut self, unit: usize, which: usize, on: bool) {
        let routine = [Routine::BusReset, Routine::Monitor][which];
        let registered = self.lower.registered.contains(&(unit, routine));
        let entry = &mut self.units[unit];
        assert!(entry.known >= 2);
        if on {
            assert!(!registered && !entry.registering[which], "once");
            entry.registering[which] = true;
        } else {
            assert!(entry.leaving, "only before it leaves");
            assert!(registered && !entry.deregistering[which], "once");
            entry.deregistering[which] = true;
        }
    }

    /// A keeper's request has ended, with an answer or without.
    pub(super) fn kept(&mut self, unit: usize, key: Key, status: Option<NtStatus>) {
        let request = self.request_of(key);
        let (head, sent_event) = (request.memory.head(), request.sent_event);
        self.rest(key);
        if !status.is_some_and(NtStatus::is_success) {
            return;
        }
        match head.function {
            function::GET_UNIT_INFO => {
                let info: av61883::GetUnitInfo = head.arguments();
                if info.level == unit_info_level::DDI_VERSION {
                    self.units[unit].known = self.units[unit].version;
                } else {
                    self.nodes_told(unit, self.lower.nodes(unit));
                }
            }
            // At another diagnostic level its counters tell nothing.
            function::GET_PLUG_STATE
                if self.units[unit].check_at.is_none() && self.units[unit].diag_level == 0 =>
            {
                let state: GetPlugState = head.arguments();
                self.checked(unit, &state, sent_event);
            }
            _ => {}
        }
    }

    fn nodes_told(&mut self, unit: usize, nodes: BusGenerationNode) {
        let at = self.now + CHECK_MS;
        let entry = &mut self.units[unit];
        let before = entry.generation;
        entry.generation = nodes.generation;
        if before != 0 && before != nodes.generation {
            entry.check_at = Some(at);
        }
    }

    /// If a plug has fewer connections than are known, the newest were not made again.
    fn checked(&mut self, unit: usize, state: &GetPlugState, sent_event: u64) {
        for (broadcast, counted) in [
            (false, state.point_to_point_connections as usize),
            (true, state.broadcast_connections as usize),
        ] {
            // Broadcast connections share one count.
            if broadcast && counted != 0 {
                continue;
            }
            let mut at_plug: Vec<usize> = (0..self.items.len())
                .filter(|index| {
                    let item = &self.items[*index];
                    item.kind == Kind::Connection
                        && item.unit == unit
                        && item.life == Life::Standing
                        && item.announced
                        && item.seen_from < sent_event
                        && (item.connect_type == connect_type::BROADCAST) == broadcast
                        && self.names_now(*index, state.plug)
                })
                .collect();
            at_plug.sort_by_key(|index| self.items[*index].made_at);
            for index in at_plug.drain(counted.min(at_plug.len())..) {
                self.lose(index);
            }
        }
    }

    /// A connection names the plug with this handle, as far as the engine can know.
    fn names_now(&self, connection: usize, value: u64) -> bool {
        let item = &self.items[connection];
        (0..2).any(|end| {
            item.end_values[end] == value
                // A plug id that is stale stands for no handle any more.
                && (item.owner == super::Owner::Foreign
                    || self.plug_value(item.ends[end]) == Some(value))
        })
    }
}
