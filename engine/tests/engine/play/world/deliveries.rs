//! Replies that reach their clients.

use plug61883_abi::av61883::unit_info_level;
use plug61883_abi::ids::{ConnectionId, DirectoryId, PlugId};
use plug61883_abi::ioctl::{self, Origin};
use plug61883_abi::status::NtStatus;
use plug61883_engine::{Command, Key};

use super::World;
use super::types::{Answer, ClientStage, Kind, Life, Role, UNTOUCHED};
use crate::play::lower::{ISOCH, REGISTER, SECRET_BYTES, VENDOR};

impl World {
    /// The engine orders a client's request to be completed.
    pub(super) fn deliver(&mut self, key: Key, status: NtStatus, information: usize) {
        let index = self.request_of(key).client.expect("a client");
        let client = &mut self.clients[index];
        let ClientStage::Answered(answer) = client.stage else {
            panic!("{:?} is {:?}", client.command, client.stage);
        };
        let expected = match answer {
            Answer::Ours(status) => (status, 0),
            Answer::Theirs(_) => (NtStatus::SUCCESS, reply_size(&client.command)),
        };
        assert_eq!((status, information), expected, "{:?}", client.command);
        client.stage = ClientStage::Delivering(answer);
        self.deliveries.push(index);
    }

    /// The shell has completed a client's request.
    pub(crate) fn delivered(&mut self, delivery: usize) {
        let index = self.deliveries.swap_remove(delivery);
        let client = &mut self.clients[index];
        let ClientStage::Delivering(answer) = client.stage else {
            panic!("completed once");
        };
        let key = client.key;
        assert_eq!(client.reply, client.answered, "the reply stays as answered");
        let secret = SECRET_BYTES.as_slice();
        assert!(
            client.reply.windows(4).all(|bytes| bytes != secret),
            "a kernel handle is seen"
        );
        let status = match answer {
            Answer::Ours(status) => {
                assert!(!status.is_success());
                status
            }
            Answer::Theirs(inner) => {
                let size = reply_size(&client.command);
                let header = client.header();
                assert_eq!(header.size as usize, size);
                assert_eq!((header.version, header.reserved), (1, 0));
                assert_eq!(header.origin, Origin::Protocol as u32);
                assert_eq!(header.status, inner);
                let untouched = client.reply[size..].iter();
                assert!({ untouched }.all(|byte| *byte == UNTOUCHED), "no byte more");
                NtStatus::SUCCESS
            }
        };
        client.stage = ClientStage::Done(status);
        self.input().delivered(key);
        let next = self.next_event();
        let request = self.request_mut(key);
        assert_eq!(request.client, Some(index));
        request.client = None;
        let item = match request.role {
            Role::Kept | Role::Make(_) | Role::Undo(_) => {
                self.items.iter().position(|item| item.key == Some(key))
            }
            _ => None,
        };
        if let Answer::Theirs(inner) = answer {
            self.check_reply(index, inner, item);
        }
        // What is going already nobody needs to see.
        if let Some(item) = item.map(|item| &mut self.items[item])
            && !item.announced
            && item.life == Life::Standing
        {
            item.announced = true;
            item.seen_from = next;
        }
        self.sync();
    }

    fn check_reply(&mut self, index: usize, inner: NtStatus, item: Option<usize>) {
        let client = &self.clients[index];
        let ok = inner.is_success();
        match client.command {
            Command::Connect(_) => {
                let id = client.reply::<ioctl::ConnectReply>().connection;
                assert_eq!(id != ConnectionId::NONE, ok);
                self.learn_id(item, Kind::Connection, id.0);
            }
            Command::CreatePlug { direction, .. } => {
                let reply: ioctl::CreatePlugReply = client.reply();
                assert_eq!(reply.plug != PlugId::NONE, ok);
                if ok {
                    let plug = reply.plug;
                    assert!(plug.is_local());
                    assert_eq!(plug.direction(), Some(direction));
                    assert_eq!(u32::from(plug.number()), reply.number);
                }
                self.learn_id(item, Kind::Plug, reply.plug.0);
            }
            Command::AddDirectory { .. } => {
                let id = client.reply::<ioctl::DirectoryReply>().directory;
                assert_eq!(id != DirectoryId::NONE, ok);
                self.learn_id(item, Kind::Directory, id.0);
            }
            Command::GetPlug { .. } => {
                let reply: ioctl::PlugReply = client.reply();
                assert_eq!(reply.plug != PlugId::NONE, ok);
            }
            Command::PlugState { plug, .. } if ok => {
                let reply: ioctl::PlugState = client.reply();
                assert_eq!(
                    (reply.state, reply.data_rate, reply.payload),
                    (1, 2, 3),
                    "as told"
                );
                if reply.pcr_valid == 0 {
                    assert_eq!(reply.pcr, 0);
                } else if !plug.is_local() {
                    assert_eq!(reply.pcr, u32::from_be_bytes(REGISTER));
                }
            }
            Command::ReadRegister { offset, .. } => {
                let reply: ioctl::RegisterReply = client.reply();
                let (value, generation) = match ok {
                    true => (u32::from_be_bytes(REGISTER), client.generation),
                    false => (0, 0),
                };
                let told = (reply.offset, reply.value, reply.generation, reply.reserved);
                assert_eq!(told, (offset, value, generation, 0));
            }
            Command::UnitInfo { level, .. } => {
                let reply: ioctl::UnitInfo = client.reply();
                self.check_unit_info(&reply, client.unit, level, ok);
            }
            _ => {}
        }
    }

    fn check_unit_info(&self, reply: &ioctl::UnitInfo, unit: usize, level: u32, ok: bool) {
        let mut expected = ioctl::UnitInfo {
            header: reply.header,
            level,
            ..Default::default()
        };
        match level {
            _ if !ok => {}
            unit_info_level::IDS => {
                expected.eui64 = 0x0011_2233_4455_6677;
                (expected.vendor_id, expected.model_id) = (0x1122, 0x33);
                expected.unit_model_id = 0x44;
                let vendor: Vec<u16> = VENDOR.encode_utf16().collect();
                expected.vendor.length = vendor.len() as u32;
                expected.vendor.units[..vendor.len()].copy_from_slice(&vendor);
            }
            unit_info_level::CAPABILITIES => {
                (expected.output_plugs, expected.input_plugs) =
                    (reply.output_plugs, reply.input_plugs);
                (expected.max_data_rate, expected.cts_flags) = (2, 1);
                expected.hardware_flags = 1;
            }
            unit_info_level::ISOCH_PARAMS => expected.isoch = ISOCH,
            unit_info_level::BUS_GENERATION_NODE => {
                assert!(reply.generation >= 7);
                expected.generation = reply.generation;
                (expected.local_node, expected.device_node) = (0xFFC1, 0xFFC2);
            }
            unit_info_level::DDI_VERSION => expected.ddi_version = self.units[unit].version,
            _ => expected.diag_level = 5,
        }
        assert_eq!(*reply, expected);
    }

    /// The id of what was made is seen.
    pub(super) fn learn_id(&mut self, item: Option<usize>, kind: Kind, id: u64) {
        let Some(item) = item else {
            // It is gone already: the id names nothing, and will not again.
            if id != 0 {
                self.use_id(kind as u32 + 1, id);
            }
            return;
        };
        match self.items[item].id {
            Some(known) => assert_eq!(known, id),
            None => {
                self.use_id(kind as u32 + 1, id);
                self.items[item].id = Some(id);
            }
        }
        if kind == Kind::Plug {
            self.plug_ids.push(PlugId(id));
        }
    }
}

/// Bytes of the reply to a command.
fn reply_size(command: &Command) -> usize {
    match command {
        Command::UnitInfo { .. } => size_of::<ioctl::UnitInfo>(),
        Command::GetPlug { .. } => size_of::<ioctl::PlugReply>(),
        Command::PlugState { .. } => size_of::<ioctl::PlugState>(),
        Command::Connect(_) => size_of::<ioctl::ConnectReply>(),
        Command::CreatePlug { .. } => size_of::<ioctl::CreatePlugReply>(),
        Command::AddDirectory { .. } => size_of::<ioctl::DirectoryReply>(),
        Command::ReadRegister { .. } => size_of::<ioctl::RegisterReply>(),
        _ => size_of::<ioctl::ReplyHeader>(),
    }
}
