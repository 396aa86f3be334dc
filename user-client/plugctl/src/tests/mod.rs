//! Every command against a driver that a script plays.

mod errors;
mod json;
mod text;

use std::cell::Cell;
use std::collections::HashMap;
use std::ffi::OsString;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use plug61883::abi::ioctl::{
    self, ConnectReply, ConnectRequest, ConnectionEntry, DisconnectRequest, PlugReply, PlugRequest,
    PlugStateRequest, ReplyHeader, RequestHeader, Text, UnitEntry, UnitInfo, UnitInfoRequest,
};
use plug61883::abi::status::NtStatus;
use plug61883::scripted::{Scripted, Sent, header, list, refusal};
use plug61883::{Access, ConnectionId, Direction, Driver, Error, Failure, PlugId, Source, UnitId};
use zerocopy::{FromBytes, Immutable, IntoBytes};

use crate::commands::{self, System};
use crate::failure::Exit;
use crate::hold::Hold;
use crate::output::Output;

/// How the next requests with a code are answered.
#[derive(Clone, Copy)]
enum Fault {
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
struct State {
    units: u32,
    connections: Vec<ConnectionEntry>,
    made: u32,
    faults: HashMap<u32, Fault>,
    /// Registers can't be read.
    no_registers: bool,
}

/// A driver with some units of one oPCR and two iPCRs.
#[derive(Clone)]
struct Fake {
    state: Arc<Mutex<State>>,
    scripted: Scripted,
}

fn reply<T: IntoBytes + Immutable>(reply: T) -> Result<Vec<u8>, Failure> {
    Ok(reply.as_bytes().to_vec())
}

fn success<T>() -> ReplyHeader {
    header(size_of::<T>(), NtStatus::SUCCESS)
}

fn text(text: &str) -> Text {
    let mut wire = Text {
        length: text.len() as u32,
        ..Text::default()
    };
    wire.units
        .iter_mut()
        .zip(text.encode_utf16())
        .for_each(|(to, from)| *to = from);
    wire
}

impl State {
    fn answer(&mut self, sent: &Sent) -> Result<Vec<u8>, Failure> {
        match self.faults.get(&sent.code) {
            Some(&Fault::Refuse(status, source)) => return Err(Failure { status, source }),
            Some(&Fault::Answer(status)) => return reply(header(16, status)),
            Some(&Fault::Version(version)) => {
                return reply(ReplyHeader {
                    version,
                    ..header(16, NtStatus::SUCCESS)
                });
            }
            Some(Fault::Short) => return Ok(vec![0; 3]),
            None => {}
        }
        let request = RequestHeader::read_from_prefix(&sent.input).unwrap().0;
        let slot = request.unit.slot();
        if slot.is_some_and(|slot| slot >= self.units as usize) {
            return Err(refusal(NtStatus::NO_SUCH_DEVICE));
        }
        match sent.code {
            ioctl::LIST_UNITS => {
                let entry = |slot| UnitEntry {
                    unit: UnitId::new(slot, 1),
                    connections: 1,
                    ..Default::default()
                };
                Ok(list(
                    &(0..self.units).map(entry).collect::<Vec<_>>(),
                    sent.output,
                ))
            }
            ioctl::UNIT_INFO => self.unit_info(sent),
            ioctl::GET_PLUG => {
                let request = PlugRequest::read_from_bytes(&sent.input).unwrap();
                let direction = Direction::from_raw(request.direction).unwrap();
                if request.number > request.direction {
                    return reply(header(16, NtStatus::INVALID_PARAMETER));
                }
                let plug = PlugId::new(slot.unwrap() as u16, direction, request.number as u8, 1);
                reply(PlugReply {
                    header: success::<PlugReply>(),
                    plug,
                })
            }
            ioctl::PLUG_STATE => self.plug_state(sent),
            ioctl::LIST_CONNECTIONS => Ok(list(&self.connections, sent.output)),
            ioctl::CONNECT => self.connect(sent),
            ioctl::DISCONNECT => {
                let request = DisconnectRequest::read_from_bytes(&sent.input).unwrap();
                let known = |entry: &ConnectionEntry| entry.connection == request.connection;
                let at = self.connections.iter().position(known);
                let at = at.ok_or(refusal(NtStatus::INVALID_PARAMETER))?;
                if self.connections[at].owner == ioctl::owner::OTHER_HANDLE && request.flags == 0 {
                    return Err(refusal(NtStatus::ACCESS_DENIED));
                }
                self.connections.remove(at);
                reply(success::<ReplyHeader>())
            }
            _ => Err(refusal(NtStatus::INVALID_DEVICE_REQUEST)),
        }
    }

    fn unit_info(&self, sent: &Sent) -> Result<Vec<u8>, Failure> {
        let level = UnitInfoRequest::read_from_bytes(&sent.input).unwrap().level;
        let mut info = UnitInfo {
            header: success::<UnitInfo>(),
            level,
            ..Default::default()
        };
        match level {
            1 => {
                (info.eui64, info.vendor_id, info.model_id) =
                    (0x00A0_DE00_0000_0001, 0xA0DE, 0x1001);
                (info.vendor, info.model) = (text("Sim Works"), text("Tape\x1bDeck"));
            }
            2 => (info.output_plugs, info.input_plugs, info.max_data_rate) = (1, 2, 2),
            4 => (info.generation, info.local_node, info.device_node) = (5, 0xFFC0, 0xFFC1),
            _ => info.ddi_version = 3,
        }
        reply(info)
    }

    fn plug_state(&self, sent: &Sent) -> Result<Vec<u8>, Failure> {
        let plug = PlugStateRequest::read_from_bytes(&sent.input).unwrap().plug;
        let state = match (plug.direction().unwrap(), plug.number()) {
            // An oPCR that is connected: S200, channel 5, 122 quadlets.
            (Direction::Out, 0) => (3, 1, 122, 1, 0xC105_407A),
            (Direction::In, 0) => (1, 0, 0, 0, 0x803F_0000),
            (Direction::In, 1) => (0, 0, 0, 0, 0x003F_0000),
            _ => return Err(refusal(NtStatus::INVALID_PARAMETER)),
        };
        let (state, data_rate, payload, count, pcr) = state;
        reply(ioctl::PlugState {
            header: success::<ioctl::PlugState>(),
            state,
            data_rate,
            payload,
            broadcast: count,
            point_to_point: count,
            pcr_valid: u32::from(!self.no_registers),
            pcr,
            reserved: 0,
        })
    }

    fn connect(&mut self, sent: &Sent) -> Result<Vec<u8>, Failure> {
        let request = ConnectRequest::read_from_bytes(&sent.input).unwrap();
        self.made += 1;
        let connection = ConnectionId::new(self.made - 1, 1);
        self.connections.push(ConnectionEntry {
            connection,
            unit: request.header.unit,
            output: request.output,
            input: request.input,
            connect_type: request.connect_type,
            owner: if request.flags == 1 {
                ioctl::owner::DRIVER
            } else {
                ioctl::owner::THIS_HANDLE
            },
            made_at: 133_000_000_000_000_000,
            process_id: 42,
            reserved: 0,
        });
        reply(ConnectReply {
            header: success::<ConnectReply>(),
            connection,
        })
    }
}

/// What a command left behind.
#[derive(Debug, PartialEq, Eq)]
struct Ran {
    exit: Exit,
    out: String,
    err: String,
}

/// Looks at the fake while a connection is held.
struct Look(Rc<Cell<Option<usize>>>, Arc<Mutex<State>>);

impl Hold for Look {
    fn wait(self: Box<Self>) {
        self.0.set(Some(self.1.lock().unwrap().connections.len()));
    }
}

impl Fake {
    fn with_units(units: u32) -> Self {
        let state = Arc::new(Mutex::new(State {
            units,
            ..State::default()
        }));
        let script = Arc::clone(&state);
        let scripted = Scripted::new(move |sent| script.lock().unwrap().answer(sent));
        Self { state, scripted }
    }

    fn new() -> Self {
        Self::with_units(1)
    }

    fn fault(self, code: u32, fault: Fault) -> Self {
        self.state.lock().unwrap().faults.insert(code, fault);
        self
    }

    /// A connection of another program, or of the driver.
    fn connected(self, owner: u32) -> Self {
        let mut state = self.state.lock().unwrap();
        state.made += 1;
        let entry = ConnectionEntry {
            connection: ConnectionId::new(state.made - 1, 1),
            unit: UnitId::new(0, 1),
            input: PlugId::new(0, Direction::In, 0, 1),
            owner,
            ..ConnectionEntry::default()
        };
        state.connections.push(entry);
        drop(state);
        self
    }

    fn codes(&self) -> Vec<u32> {
        self.scripted.sent().iter().map(|sent| sent.code).collect()
    }

    fn connection_count(&self) -> usize {
        self.state.lock().unwrap().connections.len()
    }

    /// Runs a command line; the program's name is not in it.
    fn run(&self, line: &str) -> Ran {
        self.run_and_look(line).0
    }

    /// The same; also the connections that there were while one was held.
    fn run_and_look(&self, line: &str) -> (Ran, Option<usize>) {
        let open = |_| Ok(Driver::with_transport(self.scripted.clone()));
        let looked = Rc::new(Cell::new(None));
        let hold = |_: &Driver| -> Box<dyn Hold> {
            Box::new(Look(Rc::clone(&looked), Arc::clone(&self.state)))
        };
        (
            run(
                line,
                &System {
                    open: &open,
                    hold: &hold,
                },
            ),
            looked.get(),
        )
    }
}

fn run(line: &str, system: &System<'_>) -> Ran {
    let words = std::iter::once("plugctl").chain(line.split_whitespace());
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let exit = commands::run(
        words.map(OsString::from),
        system,
        &mut Output::new(&mut out, &mut err),
    );
    Ran {
        exit,
        out: String::from_utf8(out).unwrap(),
        err: String::from_utf8(err).unwrap(),
    }
}

/// Runs a command line where the driver can't be opened.
fn run_closed(line: &str, open: &dyn Fn(Access) -> Result<Driver, Error>) -> Ran {
    run(
        line,
        &System {
            open,
            hold: &|_| unreachable!("nothing to hold"),
        },
    )
}

fn done(out: &str) -> Ran {
    Ran {
        exit: Exit::Done,
        out: out.to_owned(),
        err: String::new(),
    }
}
