//! A simple protocol driver: it knows plugs, connections and unit directories by their handles,
//! and refuses to be asked for nonsense.

mod info;
mod memory;

use std::collections::{BTreeMap, BTreeSet};

use plug61883_abi::av61883::{
    self, AvRequest, BusGenerationNode, bus_reset_notify, connect_type, function, monitor_notify,
    unit_directory,
};
use plug61883_abi::pcr::PLUGS_PER_DIRECTION;
use plug61883_abi::status::NtStatus;

pub(crate) use info::{ISOCH, NODES, VENDOR};
pub(crate) use memory::Memory;

/// Plugs that each device has in each direction.
pub(crate) const PLUGS: u8 = 3;
/// What every register of a device reads as, in bus order.
pub(crate) const REGISTER: [u8; 4] = [0x80, 0x3F, 0x01, 0x02];
/// Every handle starts with this: it must not be seen in any reply.
const SECRET: u64 = 0xFFFF_C0DE_0000_0000;
/// How it looks in memory.
pub(crate) const SECRET_BYTES: [u8; 4] = [0xDE, 0xC0, 0xFF, 0xFF];

/// A connection in the protocol driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Live {
    pub(crate) unit: usize,
    pub(crate) output: u64,
    pub(crate) input: u64,
    pub(crate) broadcast: bool,
    pub(crate) foreign: bool,
    /// It was not made again after a bus reset.
    pub(crate) lost: bool,
}

/// A plug of this computer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LocalPlug {
    pub(crate) unit: usize,
    pub(crate) direction: u32,
    pub(crate) number: u32,
    pub(crate) context: u64,
    pub(crate) foreign: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Routine {
    BusReset,
    Monitor,
}

#[derive(Default)]
pub(crate) struct Lower {
    next: u64,
    /// Handles that were given back.
    free: Vec<u64>,
    numbers: [u32; 2],
    /// `hPlug` of unit, direction, number.
    plugs: BTreeMap<(usize, u32, u32), u64>,
    /// Every `hPlug` of a device ever given out.
    known: BTreeSet<u64>,
    pub(crate) live: BTreeMap<u64, Live>,
    pub(crate) local: BTreeMap<u64, LocalPlug>,
    pub(crate) directories: BTreeMap<u64, usize>,
    pub(crate) registered: BTreeSet<(usize, Routine)>,
    pub(crate) generation: BTreeMap<usize, u32>,
    /// Handles that requests under way name: they are not given out again.
    pub(crate) named: BTreeSet<u64>,
}

/// What a test lets the protocol driver answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// What it finds right.
    Honest,
    /// A failure, with no effect on what is there.
    Fail(NtStatus),
}

const REFUSED: NtStatus = NtStatus::INVALID_PARAMETER;

impl Lower {
    fn fresh(&mut self) -> u64 {
        let free = self.free.iter().position(|it| !self.named.contains(it));
        if let Some(index) = free {
            return self.free.swap_remove(index);
        }
        self.next += 0x10;
        SECRET | self.next
    }

    /// `hPlug` of a plug of a device.
    pub(crate) fn plug(&mut self, unit: usize, direction: u32, number: u32) -> Option<u64> {
        if number >= u32::from(PLUGS) {
            return None;
        }
        if !self.plugs.contains_key(&(unit, direction, number)) {
            self.replug(unit, direction, number);
        }
        self.plugs.get(&(unit, direction, number)).copied()
    }

    /// The plug has another handle from now on.
    pub(crate) fn replug(&mut self, unit: usize, direction: u32, number: u32) {
        self.next += 0x10;
        let handle = SECRET | self.next;
        self.plugs.insert((unit, direction, number), handle);
        self.known.insert(handle);
    }

    /// All that was there of a unit goes with it.
    pub(crate) fn unplug(&mut self, unit: usize) {
        self.live.retain(|_, live| live.unit != unit);
        self.local.retain(|_, plug| plug.unit != unit);
        self.directories.retain(|_, of| *of != unit);
        self.registered.retain(|(of, _)| *of != unit);
    }

    pub(crate) fn nodes(&self, unit: usize) -> BusGenerationNode {
        BusGenerationNode {
            generation: self.generation.get(&unit).copied().unwrap_or(7),
            ..NODES
        }
    }

    /// Connections of a plug that it counts: point-to-point and broadcast.
    pub(crate) fn counters(&self, plug: u64) -> (u32, u32) {
        let count = |broadcast| {
            let at = |live: &&Live| {
                !live.lost
                    && live.broadcast == broadcast
                    && [live.output, live.input].contains(&plug)
            };
            self.live.values().filter(at).count() as u32
        };
        (count(false), count(true).min(1))
    }

    fn knows(&self, plug: u64) -> bool {
        self.known.contains(&plug) || self.local.contains_key(&plug)
    }

    /// Carries a request out that asks for no unit information.
    pub(crate) fn execute(
        &mut self,
        unit: usize,
        request: &mut AvRequest,
        foreign: bool,
        outcome: Outcome,
    ) -> NtStatus {
        if let Outcome::Fail(status) = outcome {
            // By this status it says that it has no such thing: it is no liar.
            if status == REFUSED {
                self.forget(unit, request);
            }
            return status;
        }
        match request.function {
            function::SET_UNIT_INFO | function::BUS_RESET => {}
            function::GET_PLUG_HANDLE => {
                let mut plug: av61883::GetPlugHandle = request.arguments();
                match self.plug(unit, plug.plug_type, plug.plug_number) {
                    Some(handle) => plug.handle = handle,
                    None => return REFUSED,
                }
                request.set_arguments(plug);
            }
            function::GET_PLUG_STATE => {
                let mut state: av61883::GetPlugState = request.arguments();
                if state.plug == 0 {
                    return REFUSED;
                }
                assert!(self.knows(state.plug), "hPlug made up");
                state.state = 1;
                state.data_rate = 2;
                state.payload = 3;
                (
                    state.point_to_point_connections,
                    state.broadcast_connections,
                ) = self.counters(state.plug);
                request.set_arguments(state);
            }
            function::SET_PLUG => {
                let set: av61883::SetPlug = request.arguments();
                if self.known.contains(&set.plug) {
                    // A plug of a device is none of its own.
                    return NtStatus::ACCESS_DENIED;
                }
                let plug = self.local.get(&set.plug);
                assert!(plug.is_some_and(|it| it.unit == unit), "hPlug made up");
            }
            function::CONNECT => self.connect(unit, request, foreign),
            function::CREATE_PLUG => return self.create(unit, request, foreign),
            function::DISCONNECT | function::DELETE_PLUG => {
                return if self.forget(unit, request) {
                    NtStatus::SUCCESS
                } else {
                    REFUSED
                };
            }
            function::SET_UNIT_DIRECTORY => {
                let mut directory: av61883::SetUnitDirectory = request.arguments();
                if directory.flags & unit_directory::REMOVE != 0 {
                    return if self.forget(unit, request) {
                        NtStatus::SUCCESS
                    } else {
                        REFUSED
                    };
                }
                directory.entry = self.fresh();
                self.directories.insert(directory.entry, unit);
                request.set_arguments(directory);
            }
            function::BUS_RESET_NOTIFY => {
                let notify: av61883::BusResetNotify = request.arguments();
                let on = notify.flags == bus_reset_notify::REGISTER;
                self.register(unit, Routine::BusReset, on);
            }
            function::MONITOR_PLUGS => {
                let monitor: av61883::MonitorPlugs = request.arguments();
                let on = monitor.flags == monitor_notify::REGISTER;
                self.register(unit, Routine::Monitor, on);
            }
            other => panic!("function {other} is never asked for"),
        }
        NtStatus::SUCCESS
    }

    fn register(&mut self, unit: usize, routine: Routine, on: bool) {
        let changed = if on {
            self.registered.insert((unit, routine))
        } else {
            self.registered.remove(&(unit, routine))
        };
        assert!(changed, "{routine:?} registered or deregistered twice");
    }

    fn connect(&mut self, unit: usize, request: &mut AvRequest, foreign: bool) {
        // Both versions of the structure agree in the members used here.
        let mut connect: av61883::Connect = request.arguments();
        let plugs = [connect.output_plug, connect.input_plug];
        assert_ne!(plugs, [0, 0], "a connection with no plug");
        for plug in plugs {
            assert!(plug == 0 || self.knows(plug), "hPlug made up");
        }
        connect.connection = self.fresh();
        self.live.insert(
            connect.connection,
            Live {
                unit,
                output: connect.output_plug,
                input: connect.input_plug,
                broadcast: connect.connect_type == connect_type::BROADCAST,
                foreign,
                lost: false,
            },
        );
        request.set_arguments(connect);
    }

    fn create(&mut self, unit: usize, request: &mut AvRequest, foreign: bool) -> NtStatus {
        let mut create: av61883::CreatePlug = request.arguments();
        // Numbers are taken in turn, so that one is not used again soon.
        let taken = |number| {
            let is = |plug: &LocalPlug| (plug.direction, plug.number) == (create.plug_type, number);
            self.local.values().any(is)
        };
        let last = self.numbers[create.plug_type as usize];
        let free = (1..=PLUGS_PER_DIRECTION as u32)
            .map(|step| (last + step) % PLUGS_PER_DIRECTION as u32)
            .find(|number| !taken(*number));
        let Some(number) = free else {
            return NtStatus::INSUFFICIENT_RESOURCES;
        };
        self.numbers[create.plug_type as usize] = number;
        create.plug_number = number;
        create.plug = self.fresh();
        self.local.insert(
            create.plug,
            LocalPlug {
                unit,
                direction: create.plug_type,
                number,
                context: create.context,
                foreign,
            },
        );
        request.set_arguments(create);
        NtStatus::SUCCESS
    }

    /// Undoes what a request names; whether it was there.
    fn forget(&mut self, unit: usize, request: &AvRequest) -> bool {
        let (handle, there) = match request.function {
            function::DISCONNECT => {
                let handle = request.arguments::<av61883::Disconnect>().connection;
                let live = self.live.get(&handle).copied();
                let of_unit = live.filter(|live| live.unit == unit);
                if of_unit.is_some() {
                    self.live.remove(&handle);
                    self.free.push(handle);
                }
                // A lost connection is forgotten with that.
                (handle, of_unit.is_some_and(|live| !live.lost))
            }
            function::DELETE_PLUG => {
                let handle = request.arguments::<av61883::DeletePlug>().plug;
                let named = |live: &Live| [live.output, live.input].contains(&handle);
                assert!(
                    !self.live.values().any(|live| !live.foreign && named(live)),
                    "a plug is deleted before its connections"
                );
                let of_unit = self.local.get(&handle).is_some_and(|it| it.unit == unit);
                if of_unit {
                    self.local.remove(&handle);
                    self.free.push(handle);
                }
                (handle, of_unit)
            }
            function::SET_UNIT_DIRECTORY => {
                let directory: av61883::SetUnitDirectory = request.arguments();
                if directory.flags & unit_directory::ADD != 0 {
                    return false;
                }
                let handle = directory.entry;
                let of_unit = self.directories.get(&handle) == Some(&unit);
                if of_unit {
                    self.directories.remove(&handle);
                    self.free.push(handle);
                }
                (handle, of_unit)
            }
            _ => return false,
        };
        assert_ne!(handle, 0, "nothing is named");
        there
    }
}
