//! The engine's orders, each held against the model.

use plug61883_abi::av61883::{self, function, unit_info_level};
use plug61883_abi::ids::Direction;
use plug61883_abi::irb::{AsyncReadIrb, IOCTL_1394_CLASS};
use plug61883_abi::pcr::{ipcr_address, opcr_address};
use plug61883_engine::{Action, Command, Key};
use zerocopy::{FromBytes, IntoBytes};

use super::World;
use super::types::{Call, CallKind, ClientStage, Job, Stage, Step};
use crate::lower::{GENERATION, head};

impl World {
    /// Takes the engine's next order; `false` when there is none.
    pub(crate) fn next(&mut self) -> bool {
        self.turns += 1;
        // Every third order is taken at DISPATCH_LEVEL, where nothing may be sent.
        let order = match self.turns % 3 {
            0 => self.engine.next_action_raised(),
            _ => self.engine.next_action(),
        };
        match order.or_else(|| self.engine.next_action()) {
            None => {
                self.check_idle();
                return false;
            }
            Some(Action::Resume(id)) => {
                self.engine.resume(id);
                return self.next();
            }
            Some(Action::Send(key)) => {
                assert!(!matches!(order, Some(Action::Send(_))) || !self.turns.is_multiple_of(3));
                self.hand_out(key);
            }
            Some(Action::Cancel(key)) => {
                let transfer = self.transfers.get_mut(&key.to_bits()).expect("exists");
                assert_eq!(transfer.stage, Stage::Sent);
                assert!(transfer.cancel, "somebody gave up");
                assert!(!transfer.pinned);
                transfer.cancel = false;
                transfer.pinned = true;
                self.calls.push(Call {
                    key,
                    what: CallKind::Cancel,
                });
            }
            Some(Action::Deliver {
                key,
                status,
                information,
            }) => {
                let client = self.transfers[&key.to_bits()].client.expect("a client");
                let entry = &mut self.clients[client];
                assert_eq!(
                    entry.stage,
                    ClientStage::Answered(status, information),
                    "{:?}",
                    entry.command
                );
                entry.stage = ClientStage::Delivering(status, information);
                self.deliveries.push(client);
            }
            Some(Action::Release(key)) => {
                let transfer = self.transfers.get_mut(&key.to_bits()).expect("exists");
                assert_eq!(transfer.stage, Stage::Spent, "released once");
                assert!(!transfer.pinned && !transfer.below);
                assert_eq!(transfer.client, None);
                transfer.stage = Stage::Releasing;
                self.releases.push(key);
            }
            Some(Action::Quiet(id)) => {
                let unit = self.units.iter().position(|unit| unit.id == id).unwrap();
                assert!(self.units[unit].leaving.is_some() && !self.units[unit].left);
                assert!(!self.units[unit].quiet, "told once");
                assert!(self.is_quiet(unit));
                self.units[unit].quiet = true;
                if self.units[unit].leaving == Some(true) {
                    self.check_broken(unit);
                }
            }
        }
        true
    }

    fn hand_out(&mut self, key: Key) {
        let transfer = self.transfers.get_mut(&key.to_bits()).expect("exists");
        assert_eq!(transfer.stage, Stage::Ready);
        assert!(!transfer.pinned && !transfer.below, "sent once at a time");
        transfer.stage = Stage::Sent;
        transfer.pinned = true;
        let code = self.engine.prepare(key, &mut transfer.scratch);
        self.calls.push(Call {
            key,
            what: CallKind::Send,
        });
        self.check_request(key, code);
    }

    /// The request asks for what is due.
    fn check_request(&self, key: Key, code: u32) {
        let transfer = &self.transfers[&key.to_bits()];
        let unit = &self.units[transfer.unit];
        if transfer.step == Step::Register {
            assert_eq!(code, IOCTL_1394_CLASS);
            let irb = AsyncReadIrb::read_from_prefix(transfer.scratch.as_bytes());
            let irb = irb.unwrap().0;
            let Some(Command::PlugState { plug, .. }) =
                transfer.client.map(|client| self.clients[client].command)
            else {
                panic!("somebody asks for a plug");
            };
            let number = u32::from(plug.number());
            let address = match plug.direction().unwrap() {
                Direction::Out => opcr_address(number),
                Direction::In => ipcr_address(number),
            };
            assert_eq!(Some(irb.offset()), address);
            assert_eq!((irb.length, irb.generation), (4, GENERATION));
            assert_eq!(irb.mdl, transfer.scratch.mdl);
            return;
        }
        assert_eq!(code, av61883::IOCTL_61883_CLASS);
        let request = head(&transfer.scratch);
        let version = match unit.known {
            0 | 3.. => av61883::CURRENT_DDI_VERSION,
            known => known,
        };
        let level = |level| {
            assert_eq!(request.function, function::GET_UNIT_INFO);
            let arguments: av61883::GetUnitInfo = request.arguments();
            assert_eq!(arguments.level, level);
        };
        if transfer.step == Step::Version {
            level(unit_info_level::DDI_VERSION);
            return;
        }
        assert_eq!(request.version, version);
        match (transfer.step, transfer.job) {
            (Step::Generation, _) => return level(unit_info_level::BUS_GENERATION_NODE),
            (_, Job::Break(index)) => {
                assert_eq!(request.function, function::DISCONNECT);
                let arguments: av61883::Disconnect = request.arguments();
                assert_eq!(arguments.connection, self.connections[index].h_connect);
                return;
            }
            _ => {}
        }
        let client = transfer.client.map(|client| &self.clients[client]);
        // Sent for a client that has gone since? Then the transfer would have been given up.
        let client = client.expect("only breaking needs no client");
        match client.command {
            Command::UnitInfo { level: asked, .. } => level(asked),
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
                assert_eq!(arguments.plug, client.plugs.0);
            }
            Command::Connect(connect) => {
                assert_eq!(request.function, function::CONNECT);
                let arguments: av61883::Connect = request.arguments();
                let plugs = (arguments.output_plug, arguments.input_plug);
                assert_eq!(plugs, client.plugs);
                assert_eq!(arguments.connect_type, connect.connect_type);
            }
            _ => panic!("answered without the protocol driver"),
        }
    }
}
