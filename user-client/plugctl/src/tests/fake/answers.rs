//! What it answers to each request.

use std::thread;
use std::time::Duration;

use plug61883::abi::ioctl::{
    self, AddDirectoryRequest, ConnectReply, ConnectRequest, ConnectionEntry, CreatePlugReply,
    CreatePlugRequest, DirectoryEntry, DirectoryReply, DisconnectRequest, Event, PlugEntry,
    PlugReply, PlugRequest, PlugStateRequest, RemoveRequest, ReplyHeader, RequestHeader,
    SetPlugRequest, SetUnitInfoRequest, Text, UnitEntry, UnitInfo, UnitInfoRequest,
};
use plug61883::scripted::{Sent, batch, header, list, refusal, snapshot};
use plug61883::{ConnectionId, Direction, DirectoryId, Failure, NtStatus, PlugId, UnitId};
use zerocopy::FromBytes;

use super::{Fault, MADE_AT, State, owner_of, remove, reply, success};

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
    pub(super) fn answer(&mut self, sent: &Sent) -> Result<Vec<u8>, Failure> {
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
                    ddi_version: if self.second_state == 2 && slot > 0 {
                        1
                    } else {
                        3
                    },
                    state: if slot > 0 { self.second_state } else { 1 },
                    ..Default::default()
                };
                Ok(list(
                    &(0..self.units).map(entry).collect::<Vec<_>>(),
                    sent.output,
                ))
            }
            ioctl::SET_UNIT_INFO => {
                let request = SetUnitInfoRequest::read_from_bytes(&sent.input).unwrap();
                match request.level {
                    1 if request.flags == 0 => return Err(refusal(NtStatus::ACCESS_DENIED)),
                    1 => self.diag_level = request.diag_level,
                    2 => self.isoch = request.isoch,
                    _ => assert!([1, 2].contains(&request.address_type)),
                }
                reply(success::<ReplyHeader>())
            }
            ioctl::BUS_RESET => reply(success::<ReplyHeader>()),
            ioctl::LIST_PLUGS => {
                let mut plugs = self.plugs.clone();
                plugs.push(PlugEntry {
                    plug: PlugId::new(0, Direction::Out, 0, 1),
                    unit: UnitId::new(0, 1),
                    location: 1,
                    owner: ioctl::owner::DEVICE,
                    ..PlugEntry::default()
                });
                Ok(list(&plugs, sent.output))
            }
            ioctl::CREATE_PLUG => self.create_plug(sent),
            ioctl::SET_PLUG => {
                let request = SetPlugRequest::read_from_bytes(&sent.input).unwrap();
                let known = |entry: &&mut PlugEntry| entry.plug == request.plug;
                let plug = self.plugs.iter_mut().find(known);
                plug.ok_or(refusal(NtStatus::INVALID_PARAMETER))?.pcr = request.pcr;
                reply(success::<ReplyHeader>())
            }
            ioctl::DELETE_PLUG => {
                let request = RemoveRequest::read_from_bytes(&sent.input).unwrap();
                let owner = |entry: &PlugEntry| (entry.plug.0 == request.id).then_some(entry.owner);
                remove(&mut self.plugs, owner, request.flags)
            }
            ioctl::ADD_DIRECTORY => {
                let request = AddDirectoryRequest::read_from_bytes(&sent.input).unwrap();
                self.made += 1;
                let directory = DirectoryId::new(self.made - 1, 1);
                self.directories.push(DirectoryEntry {
                    directory,
                    unit: request.header.unit,
                    spec_id: request.spec_id,
                    sw_version: request.sw_version,
                    owner: owner_of(request.flags),
                    process_id: 42,
                    made_at: MADE_AT,
                });
                reply(DirectoryReply {
                    header: success::<DirectoryReply>(),
                    directory,
                })
            }
            ioctl::REMOVE_DIRECTORY => {
                let request = RemoveRequest::read_from_bytes(&sent.input).unwrap();
                let owner = |entry: &DirectoryEntry| {
                    (entry.directory.0 == request.id).then_some(entry.owner)
                };
                remove(&mut self.directories, owner, request.flags)
            }
            ioctl::LIST_DIRECTORIES => Ok(list(&self.directories, sent.output)),
            ioctl::WAIT_EVENTS => {
                let Some((lost, events)) = self.batches.pop_front() else {
                    // Nothing more happens: until somebody cancels it.
                    let quiet = Duration::from_millis(if self.quiet { 100 } else { 1 });
                    thread::sleep(sent.cancel_after.unwrap_or(quiet));
                    return Err(refusal(NtStatus::CANCELLED));
                };
                let first = self.next.max(1) + lost;
                self.next = first + events.len() as u64;
                let numbered = events.iter().zip(first..).map(|(event, sequence)| Event {
                    sequence,
                    time: MADE_AT + 1_230_000,
                    unit: UnitId::new(0, 1),
                    ..*event
                });
                let events: Vec<_> = numbered.collect();
                Ok(batch(lost, first, &events, sent.output))
            }
            ioctl::SNAPSHOT => {
                self.next = self.next.max(1);
                let unit = UnitEntry {
                    unit: UnitId::new(0, 1),
                    ddi_version: 3,
                    state: 1,
                    ..UnitEntry::default()
                };
                let units = vec![unit; self.units as usize];
                let (plugs, connections) = (&self.plugs, &self.connections);
                let directories = &self.directories;
                let room = sent.output;
                Ok(snapshot(
                    self.next,
                    &units,
                    plugs,
                    connections,
                    directories,
                    room,
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
                let owner = |entry: &ConnectionEntry| {
                    (entry.connection == request.connection).then_some(entry.owner)
                };
                remove(&mut self.connections, owner, request.flags)
            }
            _ => Err(refusal(NtStatus::INVALID_DEVICE_REQUEST)),
        }
    }

    fn unit_info(&self, sent: &Sent) -> Result<Vec<u8>, Failure> {
        let request = UnitInfoRequest::read_from_bytes(&sent.input).unwrap();
        let level = request.level;
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
            2 if request.flags == 1 => (info.output_plugs, info.hardware_flags) = (5, 1),
            3 => info.isoch = self.isoch,
            6 => info.diag_level = self.diag_level,
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

    fn create_plug(&mut self, sent: &Sent) -> Result<Vec<u8>, Failure> {
        let request = CreatePlugRequest::read_from_bytes(&sent.input).unwrap();
        let number = self.plugs.len() as u32;
        let direction = Direction::from_raw(request.direction).unwrap();
        let plug = PlugId::new(0, direction, number as u8, 1).local();
        self.plugs.push(PlugEntry {
            plug,
            unit: request.header.unit,
            direction: request.direction,
            number,
            owner: owner_of(request.flags),
            process_id: 42,
            made_at: MADE_AT,
            pcr: request.pcr,
            ..PlugEntry::default()
        });
        reply(CreatePlugReply {
            header: success::<CreatePlugReply>(),
            plug,
            number,
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
            owner: owner_of(request.flags),
            made_at: MADE_AT,
            process_id: 42,
            ends: u32::from(request.output != PlugId::NONE)
                | u32::from(request.input != PlugId::NONE) << 1,
        });
        reply(ConnectReply {
            header: success::<ConnectReply>(),
            connection,
        })
    }
}
