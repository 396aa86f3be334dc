//! What a driver above plug61883 sends, such as avc.sys: connections and plugs of its own, and
//! questions. plug61883 must hand everything on as it is, and back as it is.

use core::ops::Range;

use plug61883_abi::av61883::{
    Arguments, AvPcr, AvRequest, CURRENT_DDI_VERSION, CipDataFormat, Connect, CreatePlug,
    DeletePlug, Disconnect, GetPlugHandle, GetPlugState, GetUnitInfo, SetPlug, UnitCapabilities,
    connect_type, function, unit_info_level,
};
use plug61883_abi::pcr::{Ipcr, Opcr};
use plug61883_wdf::{NtStatus, Result};
use storm_control::Deed;
use zerocopy::FromZeros as _;

use crate::call::Call;
use crate::memory::Guarded;
use crate::random::Random;
use crate::run::{self, Outcome};
use crate::thread;
use crate::unit::{self, Use};

/// How often a wait looks whether the unit leaves.
const LOOK_MS: u32 = 5;

/// Handles that a session holds at most, of each kind.
const MOST: usize = 4;

/// How often a plug is tried to be deleted.
const TRIES: u32 = 500;

/// Sends requests to the protocol driver, one at a time, and checks what comes back.
pub(crate) struct Sender {
    call: Call,
    request: Guarded<AvRequest>,
}

impl Sender {
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`.
    pub(crate) fn new() -> Result<Self> {
        Ok(Self {
            call: Call::new(0)?,
            request: Guarded::new()?,
        })
    }

    /// Asks the protocol driver of `unit`; `arguments` get the answers. It is cancelled when the
    /// unit leaves, or after `patience` milliseconds.
    pub(crate) fn ask<A: Arguments>(
        &mut self,
        unit: &Use,
        arguments: &mut A,
        patience: Option<u32>,
    ) -> NtStatus {
        let before = AvRequest::new(CURRENT_DDI_VERSION, *arguments);
        self.request.set(&before);
        let sent = match unit.device() {
            // SAFETY: `unit` keeps the device, `self` the request, and `take` is below.
            Some(device) => unsafe { self.call.class(device, self.request.address()) },
            None => Err(NtStatus::DEVICE_NOT_READY),
        };
        if let Err(status) = sent {
            return status;
        }
        let mut cancelled = false;
        let mut waited = 0_u32;
        while !self.call.wait(LOOK_MS) {
            waited = waited.saturating_add(LOOK_MS);
            if !cancelled && (unit.is_leaving() || patience.is_some_and(|most| waited >= most)) {
                self.call.cancel();
                cancelled = true;
            }
            if waited > run::PATIENCE.saturating_mul(1000) {
                // It waits on, and tells.
                break;
            }
        }
        let Some(answer) = self.call.take() else {
            return NtStatus::INTERNAL_ERROR;
        };
        let after = self.request.get();
        check(&before, &after, answer.status, cancelled);
        if !self.request.is_intact() {
            run::broken(format_args!(
                "foreign function {}: bytes around the request were written",
                before.function
            ));
        }
        *arguments = after.arguments();
        answer.status
    }

    /// As [`Self::ask`], sent as it is, with nothing checked: for measurements.
    pub(crate) fn send_raw(&mut self, unit: &Use) -> NtStatus {
        let sent = match unit.device() {
            // SAFETY: as in `ask`.
            Some(device) => unsafe { self.call.class(device, self.request.address()) },
            None => Err(NtStatus::DEVICE_NOT_READY),
        };
        match sent {
            Ok(()) => self
                .call
                .take()
                .map_or(NtStatus::INTERNAL_ERROR, |answer| answer.status),
            Err(status) => status,
        }
    }

    /// What [`Self::send_raw`] sends.
    pub(crate) fn set<A: Arguments>(&mut self, arguments: A) {
        self.request
            .set(&AvRequest::new(CURRENT_DDI_VERSION, arguments));
    }

    /// What it was answered.
    pub(crate) fn get<A: Arguments>(&self) -> A {
        self.request.get().arguments()
    }
}

/// Bytes of the body that the protocol driver writes when a function succeeds.
fn outputs(asked: u32) -> Range<usize> {
    match asked {
        function::GET_PLUG_HANDLE => 8..16,
        function::GET_PLUG_STATE => 8..28,
        function::CONNECT => 40..48,
        function::CREATE_PLUG => 24..40,
        _ => 0..0,
    }
}

fn check(before: &AvRequest, after: &AvRequest, status: NtStatus, cancelled: bool) {
    let head = |request: &AvRequest| (request.function, request.version, request.flags);
    let asked = before.function;
    if head(before) != head(after) {
        run::broken(format_args!(
            "foreign function {asked}: the request's head came back as {:?}",
            head(after)
        ));
    }
    let may_change = if status.is_success() {
        outputs(asked)
    } else {
        0..0
    };
    let bytes = |request: &AvRequest| -> [u8; 48] { zerocopy::transmute!(request.body) };
    for (index, (old, new)) in bytes(before).iter().zip(bytes(after)).enumerate() {
        if *old != new && !may_change.contains(&index) {
            run::broken(format_args!(
                "foreign function {asked}: {status}, byte {index} of its arguments was {old:#x} and \
                 is {new:#x}"
            ));
            break;
        }
    }
    let allowed = match status {
        NtStatus::CANCELLED => cancelled,
        _ => matches!(
            status,
            NtStatus::SUCCESS
                | NtStatus::INVALID_PARAMETER
                | NtStatus::INSUFFICIENT_RESOURCES
                | NtStatus::NOT_SUPPORTED
                | NtStatus::ACCESS_DENIED
                | NtStatus::DEVICE_NOT_READY
                | NtStatus::DEVICE_REMOVED
                | NtStatus::NO_SUCH_DEVICE
                | NtStatus::INVALID_DEVICE_STATE
                | NtStatus::IO_DEVICE_ERROR
                | NtStatus::IO_TIMEOUT
                | NtStatus::NOT_FOUND
        ),
    };
    if !allowed {
        run::broken(format_args!(
            "foreign function {asked}: {status}, which the protocol driver does not give"
        ));
    }
}

/// What a session has made and not undone.
struct Session<'a> {
    sender: &'a mut Sender,
    random: &'a mut Random,
    unit: Use,
    connections: [u64; MOST],
    plugs: [(u64, bool); MOST],
}

/// The routine of a thread: session after session, each on any unit.
pub(crate) fn work(index: usize) {
    let mut random = Random::new(run::seed(), index as u64);
    let Ok(mut sender) = Sender::new() else {
        run::broken(format_args!("no memory for a thread"));
        return;
    };
    while !run::over() {
        let Some(unit) = unit::any(&mut random, true) else {
            thread::sleep(5);
            continue;
        };
        let mut session = Session {
            sender: &mut sender,
            random: &mut random,
            unit,
            connections: [0; MOST],
            plugs: [(0, false); MOST],
        };
        let steps = session.random.below(64);
        for _ in 0..steps {
            if run::over() || session.unit.is_leaving() {
                break;
            }
            session.step();
        }
        session.end();
        if random.one_in(4) {
            thread::sleep(random.below(4));
        }
    }
}

impl Session<'_> {
    fn ask<A: Arguments>(&mut self, deed: Deed, mut arguments: A) -> Option<A> {
        let patience = self.random.one_in(8).then(|| self.random.below(20));
        let status = self.sender.ask(&self.unit, &mut arguments, patience);
        let outcome = match status {
            status if status.is_success() => Outcome::Success,
            NtStatus::CANCELLED => Outcome::Cancelled,
            _ => Outcome::Refused,
        };
        run::count(deed, outcome);
        status.is_success().then_some(arguments)
    }

    fn step(&mut self) {
        let slot = self.random.below(MOST as u32) as usize;
        match self.random.below(8) {
            0..=3 => self.toggle_connection(slot),
            4 | 5 => self.toggle_plug(slot),
            6 => self.question(),
            _ => self.unit_info(),
        }
    }

    fn plug_handle(&mut self, output: bool) -> u64 {
        let asked = GetPlugHandle {
            plug_number: self.random.below(2),
            plug_type: u32::from(!output),
            ..GetPlugHandle::new_zeroed()
        };
        self.ask(Deed::ForeignQuery, asked)
            .map_or(0, |answer| answer.handle)
    }

    fn toggle_connection(&mut self, slot: usize) {
        let Some(place) = self.connections.get(slot).copied() else {
            return;
        };
        let now = if place != 0 {
            let asked = Disconnect { connection: place };
            // One that plug61883 has broken for a client by force is not there any more.
            self.ask(Deed::ForeignDisconnect, asked);
            0
        } else {
            let output = self.plug_handle(true);
            let input = if self.random.one_in(4) {
                0
            } else {
                self.plug_handle(false)
            };
            self.connect(output, input)
        };
        if let Some(place) = self.connections.get_mut(slot) {
            *place = now;
        }
    }

    fn connect(&mut self, output: u64, input: u64) -> u64 {
        let asked = Connect {
            output_plug: output,
            input_plug: input,
            connect_type: connect_type::POINT_TO_POINT,
            format: CipDataFormat::new_zeroed(),
            ..Connect::new_zeroed()
        };
        let answer = self.ask(Deed::ForeignConnect, asked);
        if answer.is_some_and(|answer| answer.connection == 0) {
            run::broken(format_args!("a foreign connect succeeded with no handle"));
        }
        answer.map_or(0, |answer| answer.connection)
    }

    fn toggle_plug(&mut self, slot: usize) {
        let Some((plug, output)) = self.plugs.get(slot).copied() else {
            return;
        };
        let register = |output| -> AvPcr {
            if output {
                Opcr(0).with_online(1).with_payload(122).into()
            } else {
                Ipcr(0).with_online(1).into()
            }
        };
        let now = if plug == 0 {
            let output = self.random.one_in(2);
            let asked = CreatePlug {
                plug_type: u32::from(!output),
                pcr: register(output),
                ..CreatePlug::new_zeroed()
            };
            let made = self.ask(Deed::ForeignCreatePlug, asked);
            (made.map_or(0, |answer| answer.plug), output)
        } else if self.random.one_in(2) {
            let asked = SetPlug {
                plug,
                pcr: register(output),
                ..SetPlug::new_zeroed()
            };
            self.ask(Deed::ForeignQuery, asked);
            (plug, output)
        } else if self
            .ask(Deed::ForeignDeletePlug, DeletePlug { plug })
            .is_some()
        {
            (0, false)
        } else {
            // It may be cancelled, or in use.
            (plug, output)
        };
        if let Some(place) = self.plugs.get_mut(slot) {
            *place = now;
        }
    }

    fn question(&mut self) {
        let output = self.random.one_in(2);
        let plug = self.plug_handle(output);
        if plug != 0 {
            let asked = GetPlugState {
                plug,
                ..GetPlugState::new_zeroed()
            };
            self.ask(Deed::ForeignQuery, asked);
        }
    }

    fn unit_info(&mut self) {
        let Ok(information) = Guarded::<UnitCapabilities>::new() else {
            return;
        };
        let asked = GetUnitInfo {
            level: unit_info_level::CAPABILITIES,
            information: information.address().as_ptr().addr() as u64,
            ..GetUnitInfo::new_zeroed()
        };
        let done = self.ask(Deed::ForeignQuery, asked).is_some();
        if !information.is_intact() {
            run::broken(format_args!("bytes around UNIT_CAPABILITIES were written"));
        }
        if done && information.get().num_output_plugs > 31 {
            run::broken(format_args!("UNIT_CAPABILITIES names more than 31 plugs"));
        }
    }

    /// Undoes what is not undone. Of connections a driver may forget one now and then; its plugs
    /// nobody else can delete, so it tries until they are.
    fn end(&mut self) {
        let (connections, plugs) = (self.connections, self.plugs);
        for connection in connections.into_iter().filter(|handle| *handle != 0) {
            if !self.random.one_in(64) {
                self.ask(Deed::ForeignDisconnect, Disconnect { connection });
            }
        }
        for (plug, _) in plugs.into_iter().filter(|(handle, _)| *handle != 0) {
            for _ in 0..TRIES {
                let deleted = self.ask(Deed::ForeignDeletePlug, DeletePlug { plug });
                // With the unit its plugs go.
                if deleted.is_some() || self.unit.is_leaving() {
                    break;
                }
            }
        }
    }
}
