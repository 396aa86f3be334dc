//! What is sent is what is due.

use plug61883_abi::av61883::{
    self, AvRequest, DDI_VERSION_2, function, unit_directory, unit_info_level,
};
use plug61883_abi::ids::Direction;
use plug61883_abi::irb::{AsyncReadIrb, IOCTL_1394_CLASS};
use plug61883_abi::pcr::{ipcr_address, opcr_address, register_address};
use plug61883_engine::{Command, Key};
use zerocopy::FromBytes;

use super::types::{Client, ClientStage, Kind, Life, Role, Step};
use super::{ROUTINES, World};

impl World {
    pub(super) fn check_request(&mut self, key: Key, code: u32) {
        let request = self.request_of(key);
        let (unit, role) = (request.unit, request.role);
        let head = request.memory.head();
        match role {
            Role::Keep => {
                assert_eq!(code, av61883::IOCTL_61883_CLASS);
                self.check_version(unit, &head);
                self.check_duty(unit, &head);
            }
            Role::Undo(item) => {
                assert_eq!(code, av61883::IOCTL_61883_CLASS);
                self.check_version(unit, &head);
                self.check_undo(item, &head);
            }
            Role::Query | Role::Make(_) => {
                // Sent for a client that has gone since? Then it would have been given up.
                let client = request.client.expect("only undoing needs no client");
                assert_eq!(self.clients[client].stage, ClientStage::Armed);
                self.check_step(key, client, code, &head);
                if let Role::Make(item) = role
                    && head.function == function::CREATE_PLUG
                {
                    let create: av61883::CreatePlug = head.arguments();
                    self.items[item].context = Some(create.context);
                }
            }
            Role::None | Role::Kept => panic!("nothing is to be sent"),
        }
    }

    fn check_version(&self, unit: usize, request: &AvRequest) {
        let asks_version = request.function == function::GET_UNIT_INFO
            && request.arguments::<av61883::GetUnitInfo>().level == unit_info_level::DDI_VERSION;
        let version = match self.units[unit].known {
            // The keeper asks with the highest; a client may have been told meanwhile.
            _ if asks_version => request.version,
            DDI_VERSION_2 => DDI_VERSION_2,
            _ => av61883::CURRENT_DDI_VERSION,
        };
        assert_eq!(request.version, version);
    }

    fn check_undo(&self, index: usize, request: &AvRequest) {
        let item = &self.items[index];
        assert!(matches!(item.life, Life::Undoing(_)));
        let (function, handle) = match item.kind {
            Kind::Connection => (
                function::DISCONNECT,
                request.arguments::<av61883::Disconnect>().connection,
            ),
            Kind::Plug => {
                assert_eq!(
                    self.connections_of(index).count(),
                    0,
                    "a plug goes after its connections"
                );
                (
                    function::DELETE_PLUG,
                    request.arguments::<av61883::DeletePlug>().plug,
                )
            }
            Kind::Directory => {
                let directory: av61883::SetUnitDirectory = request.arguments();
                let reset = match self.clients.iter().rfind(|it| Some(it.key) == item.key) {
                    Some(Client {
                        command: Command::RemoveDirectory { bus_reset, .. },
                        ..
                    }) => *bus_reset,
                    Some(Client {
                        command: Command::AddDirectory { bus_reset, .. },
                        ..
                    }) => *bus_reset,
                    _ => false,
                };
                let flags = unit_directory::REMOVE | reset_flag(reset);
                assert_eq!(directory.flags, flags);
                assert_eq!(
                    [directory.unit_spec_id, directory.unit_sw_version],
                    item.directory
                );
                (function::SET_UNIT_DIRECTORY, directory.entry)
            }
        };
        assert_eq!((request.function, handle), (function, item.value));
    }

    fn check_step(&self, key: Key, client: usize, code: u32, request: &AvRequest) {
        let client = &self.clients[client];
        let step = *client.steps.front().expect("something is to be sent");
        if step == Step::Register {
            assert_eq!(code, IOCTL_1394_CLASS);
            return self.check_register_read(key, client);
        }
        assert_eq!(code, av61883::IOCTL_61883_CLASS);
        if step != Step::Version {
            self.check_version(client.unit, request);
        }
        match step {
            Step::Version => is_level(request, unit_info_level::DDI_VERSION, 0),
            Step::Generation => is_level(request, unit_info_level::BUS_GENERATION_NODE, 0),
            Step::Texts => is_level(request, unit_info_level::IDS, 0),
            Step::Main | Step::Register => check_main(client, request),
        }
    }

    fn check_register_read(&self, key: Key, client: &Client) {
        let request = self.request_of(key);
        let irb = AsyncReadIrb::read_from_prefix(request.memory.bytes());
        let irb = irb.unwrap().0;
        let address = match client.command {
            Command::PlugState { plug, .. } => {
                let number = u32::from(plug.number());
                match plug.direction().unwrap() {
                    Direction::Out => opcr_address(number),
                    Direction::In => ipcr_address(number),
                }
            }
            Command::ReadRegister { offset, .. } => register_address(offset),
            _ => panic!("nobody asks for a register"),
        };
        assert_eq!(Some(irb.offset()), address);
        // What the step before was told.
        assert_eq!(irb.generation, client.generation);
        assert_eq!(irb.length, 4);
        assert_eq!(irb.mdl, 0xFFFF_A000_0000_0000 | key.to_bits());
    }
}

pub(super) fn is_level(request: &AvRequest, level: u32, flags: u32) {
    assert_eq!(request.function, function::GET_UNIT_INFO);
    let arguments: av61883::GetUnitInfo = request.arguments();
    assert_eq!((arguments.level, request.flags), (level, flags));
}

fn reset_flag(reset: bool) -> u32 {
    if reset {
        unit_directory::BUS_RESET_AFTER
    } else {
        0
    }
}

/// The command's own request.
fn check_main(client: &Client, request: &AvRequest) {
    match client.command {
        Command::UnitInfo { level, flags, .. } => return is_level(request, level, flags),
        Command::SetUnitInfo { level, .. } => {
            assert_eq!(request.function, function::SET_UNIT_INFO);
            assert_eq!(request.arguments::<av61883::SetUnitInfo>().level, level);
        }
        Command::GetPlug {
            direction, number, ..
        } => {
            assert_eq!(request.function, function::GET_PLUG_HANDLE);
            let arguments: av61883::GetPlugHandle = request.arguments();
            assert_eq!(arguments.plug_number, u32::from(number));
            assert_eq!(arguments.plug_type, direction as u32);
        }
        Command::PlugState { .. } => {
            assert_eq!(request.function, function::GET_PLUG_STATE);
            let arguments: av61883::GetPlugState = request.arguments();
            assert_eq!(arguments.plug, client.plugs[0]);
        }
        Command::SetPlug { pcr, .. } => {
            assert_eq!(request.function, function::SET_PLUG);
            let arguments: av61883::SetPlug = request.arguments();
            assert_eq!((arguments.plug, arguments.pcr), (client.plugs[0], pcr));
        }
        Command::Connect(connect) => {
            assert_eq!(request.function, function::CONNECT);
            let arguments: av61883::Connect = request.arguments();
            let plugs = [arguments.output_plug, arguments.input_plug];
            assert_eq!(plugs, client.plugs);
            assert_eq!(arguments.connect_type, connect.connect_type);
        }
        Command::CreatePlug { direction, pcr, .. } => {
            assert_eq!(request.function, function::CREATE_PLUG);
            let arguments: av61883::CreatePlug = request.arguments();
            assert_eq!(arguments.plug_type, direction as u32);
            assert_eq!((arguments.pcr, arguments.notify), (pcr, ROUTINES.plug));
        }
        Command::BusReset(_) => assert_eq!(request.function, function::BUS_RESET),
        Command::ReadRegister { .. } => {
            return is_level(request, unit_info_level::BUS_GENERATION_NODE, 0);
        }
        Command::AddDirectory {
            spec_id,
            sw_version,
            bus_reset,
            ..
        } => {
            assert_eq!(request.function, function::SET_UNIT_DIRECTORY);
            let arguments: av61883::SetUnitDirectory = request.arguments();
            let flags = unit_directory::ADD | reset_flag(bus_reset);
            assert_eq!(arguments.flags, flags);
            assert_eq!(
                (arguments.unit_spec_id, arguments.unit_sw_version),
                (spec_id, sw_version)
            );
        }
        _ => panic!("answered without the protocol driver"),
    }
    assert_eq!(request.flags, 0);
}
