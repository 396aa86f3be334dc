//! A driver that answers as plug61883.sys does.

mod answers;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use plug61883::abi::av61883::{AvPcr, UnitIsochParams};
use plug61883::abi::ioctl::{self, ConnectionEntry, DirectoryEntry, Event, PlugEntry, ReplyHeader};
use plug61883::scripted::{Scripted, header, refusal};
use plug61883::{ConnectionId, Direction, Failure, NtStatus, PlugId, Source, UnitId};
use zerocopy::{Immutable, IntoBytes};

/// When everything was made.
pub(super) const MADE_AT: u64 = 133_000_000_000_000_000;

/// How the next requests with a code are answered.
#[derive(Clone, Copy)]
pub(super) enum Fault {
    /// The IOCTL fails.
    Refuse(NtStatus, Source),
    /// The protocol driver's status in the reply.
    Answer(NtStatus),
    /// A reply of another version.
    Version(u16),
    /// A reply that is too short.
    Short,
}

/// What the played driver holds.
#[derive(Default)]
pub(super) struct State {
    units: u32,
    pub(super) connections: Vec<ConnectionEntry>,
    /// Plugs of this computer.
    pub(super) plugs: Vec<PlugEntry>,
    pub(super) directories: Vec<DirectoryEntry>,
    /// What was set of the units: isochronous parameters and diagnostic level.
    isoch: UnitIsochParams,
    diag_level: u32,
    /// Events to come: those lost before each batch, and the batch.
    pub(super) batches: VecDeque<(u64, Vec<Event>)>,
    /// Number of the next event.
    next: u64,
    made: u32,
    faults: HashMap<u32, Fault>,
    /// Registers can't be read.
    pub(super) no_registers: bool,
    /// State of the second unit and those after it.
    pub(super) second_state: u32,
    /// A wait that is cancelled takes a moment to end.
    pub(super) quiet: bool,
    /// The answer to every question.
    pub(super) yes: Option<bool>,
}

/// A driver with some units of one oPCR and two iPCRs.
#[derive(Clone)]
pub(super) struct Fake {
    pub(super) state: Arc<Mutex<State>>,
    pub(super) scripted: Scripted,
}

fn reply<T: IntoBytes + Immutable>(reply: T) -> Result<Vec<u8>, Failure> {
    Ok(reply.as_bytes().to_vec())
}

fn success<T>() -> ReplyHeader {
    header(size_of::<T>(), NtStatus::SUCCESS)
}

/// Owner of something that was made with these flags.
fn owner_of(flags: u32) -> u32 {
    if flags & 1 == 1 {
        ioctl::owner::DRIVER
    } else {
        ioctl::owner::THIS_HANDLE
    }
}

/// Removes the entry for which there is an owner, as far as the flags allow.
fn remove<E>(
    entries: &mut Vec<E>,
    owner: impl Fn(&E) -> Option<u32>,
    flags: u32,
) -> Result<Vec<u8>, Failure> {
    let at = entries.iter().position(|entry| owner(entry).is_some());
    let at = at.ok_or(refusal(NtStatus::INVALID_PARAMETER))?;
    let stranger = [ioctl::owner::OTHER_HANDLE, ioctl::owner::FOREIGN];
    if owner(&entries[at]).is_some_and(|owner| stranger.contains(&owner)) && flags & 1 == 0 {
        return Err(refusal(NtStatus::ACCESS_DENIED));
    }
    entries.remove(at);
    reply(success::<ReplyHeader>())
}

impl Fake {
    pub(super) fn with_units(units: u32) -> Self {
        let state = Arc::new(Mutex::new(State {
            units,
            second_state: 1,
            ..State::default()
        }));
        let script = Arc::clone(&state);
        let scripted = Scripted::new(move |sent| script.lock().unwrap().answer(sent));
        Self { state, scripted }
    }

    pub(super) fn new() -> Self {
        Self::with_units(1)
    }

    pub(super) fn fault(self, code: u32, fault: Fault) -> Self {
        self.state.lock().unwrap().faults.insert(code, fault);
        self
    }

    /// A connection of another program, or of the driver.
    pub(super) fn connected(self, owner: u32) -> Self {
        let mut state = self.state.lock().unwrap();
        state.made += 1;
        let entry = ConnectionEntry {
            connection: ConnectionId::new(state.made - 1, 1),
            unit: UnitId::new(0, 1),
            input: PlugId::new(0, Direction::In, 0, 1),
            owner,
            ends: 3,
            ..ConnectionEntry::default()
        };
        state.connections.push(entry);
        drop(state);
        self
    }

    /// A plug of this computer of another program, or of the driver.
    pub(super) fn with_plug(self, owner: u32) -> Self {
        let mut state = self.state.lock().unwrap();
        let number = state.plugs.len() as u32;
        state.plugs.push(PlugEntry {
            plug: PlugId::new(0, Direction::Out, number as u8, 1).local(),
            unit: UnitId::new(0, 1),
            number,
            owner,
            pcr: AvPcr(0x813F_807A),
            ..PlugEntry::default()
        });
        drop(state);
        self
    }

    /// A batch of events to come, and what was lost before it.
    pub(super) fn happening(self, lost: u64, events: &[Event]) -> Self {
        let mut state = self.state.lock().unwrap();
        state.batches.push_back((lost, events.to_vec()));
        drop(state);
        self
    }
}
