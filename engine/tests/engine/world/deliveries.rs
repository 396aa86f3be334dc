//! Replies that reach their clients.

use plug61883_abi::av61883::unit_info_level;
use plug61883_abi::ids::{ConnectionId, PlugId};
use plug61883_abi::ioctl::{self, Origin};
use plug61883_engine::Command;

use super::World;
use super::types::{ClientStage, UNTOUCHED};
use crate::lower::{REGISTER, VENDOR};

impl World {
    /// The shell has completed a client's request.
    pub(crate) fn delivered(&mut self, delivery: usize) {
        let index = self.deliveries.swap_remove(delivery);
        let client = &mut self.clients[index];
        let ClientStage::Delivering(status, information) = client.stage else {
            panic!("completed once");
        };
        self.engine.delivered(client.key);
        client.stage = ClientStage::Done(status);
        let transfer = self.transfers.get_mut(&client.key.to_bits()).unwrap();
        assert_eq!(transfer.client, Some(index));
        transfer.client = None;
        assert_eq!(client.reply, client.answered, "the reply stays as answered");
        if information == 0 {
            assert!(!status.is_success());
            return;
        }
        let header = client.header();
        assert_eq!(header.size as usize, information);
        assert_eq!((header.version, header.reserved), (1, 0));
        assert_eq!(header.origin, Origin::Protocol as u32);
        assert_eq!(header.status, client.inner);
        let untouched = client.reply[information..].iter();
        assert!({ untouched }.all(|byte| *byte == UNTOUCHED), "no byte more");
        self.check_reply(index);
    }

    fn check_reply(&mut self, index: usize) {
        let client = &self.clients[index];
        let ok = client.inner.is_success();
        match client.command {
            Command::Connect(_) => {
                let reply: ioctl::ConnectReply = client.reply();
                assert_eq!(reply.connection != ConnectionId::NONE, ok);
                if ok {
                    self.learn_connection(index, reply.connection);
                }
            }
            Command::GetPlug { .. } => {
                let reply: ioctl::PlugReply = client.reply();
                assert_eq!(reply.plug != PlugId::NONE, ok);
            }
            Command::PlugState { .. } if ok => {
                let reply: ioctl::PlugState = client.reply();
                let counts = (reply.payload, reply.broadcast, reply.point_to_point);
                assert_eq!((reply.state, reply.data_rate), (1, 2));
                assert_eq!(counts, (3, 1, 4));
                if reply.pcr_valid == 1 {
                    assert_eq!(reply.pcr, u32::from_be_bytes(REGISTER));
                } else {
                    assert_eq!((reply.pcr_valid, reply.pcr), (0, 0));
                }
            }
            Command::UnitInfo { level, .. } => {
                let reply: ioctl::UnitInfo = client.reply();
                assert_eq!(reply.level, level);
                let vendor: Vec<u16> = VENDOR.encode_utf16().collect();
                if ok && level == unit_info_level::IDS {
                    assert_eq!(reply.vendor.length as usize, vendor.len());
                    assert_eq!(reply.vendor.units[..vendor.len()], vendor);
                    assert_eq!(reply.model.length, 0);
                } else if ok && level == unit_info_level::DDI_VERSION {
                    assert_eq!(reply.ddi_version, self.units[client.unit].version);
                }
            }
            _ => {}
        }
    }

    /// The id of what client `maker` has connected is seen.
    pub(super) fn learn_connection(&mut self, maker: usize, id: ConnectionId) {
        let connection = self
            .connections
            .iter_mut()
            .find(|connection| connection.maker == maker)
            .expect("made");
        match connection.id {
            Some(known) => assert_eq!(known, id),
            None => {
                assert!(
                    self.connection_ids.insert(id.0),
                    "a connection id is never used again"
                );
                connection.id = Some(id);
            }
        }
    }
}
