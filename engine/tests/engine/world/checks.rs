//! What must hold whenever the engine has nothing to order.

use plug61883_abi::ids::PlugId;

use super::World;
use super::types::{ClientStage, Job, Stage, Transfer};

impl World {
    /// Requests under way, as the interface counts them.
    pub(crate) fn operations(&self) -> usize {
        let busy = |transfer: &&Transfer| {
            transfer.stage != Stage::Kept || transfer.pinned || transfer.client.is_some()
        };
        self.transfers.values().filter(busy).count()
    }

    /// Plugs whose ids are good, of units that take requests.
    pub(crate) fn good_plug_ids(&self) -> Vec<PlugId> {
        self.plugs
            .iter()
            .filter(|((unit, _, _), _)| self.units[*unit].leaving.is_none())
            .filter_map(|(_, plug)| plug.id)
            .collect()
    }

    /// No transfer is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.transfers.is_empty()
    }

    /// Connections in the table: made, or being made.
    pub(super) fn connection_count(&self) -> usize {
        let making = |transfer: &&Transfer| {
            transfer.job == Job::Connect
                && matches!(transfer.stage, Stage::Parked | Stage::Ready | Stage::Sent)
        };
        self.transfers.values().filter(making).count()
            + self
                .connections
                .iter()
                .filter(|connection| !connection.gone)
                .count()
    }

    /// The engine has nothing to order, so nothing may be waiting for an order.
    pub(super) fn check_idle(&self) {
        for (bits, transfer) in &self.transfers {
            let what = format!("transfer {bits:x}, {:?} {:?}", transfer.stage, transfer.job);
            if let Some(client) = transfer.client {
                let stage = self.clients[client].stage;
                assert!(!matches!(stage, ClientStage::Answered(..)), "{what}");
            }
            if transfer.pinned {
                continue;
            }
            match transfer.stage {
                Stage::Ready => panic!("{what}: not sent"),
                Stage::Sent => {
                    assert!(transfer.below, "{what}");
                    assert!(!transfer.cancel, "{what}: not cancelled");
                }
                Stage::Spent => assert!(transfer.client.is_some(), "{what}: not released"),
                Stage::Parked => assert!(
                    transfer
                        .client
                        .is_some_and(|client| self.clients[client].stage == ClientStage::Placed),
                    "{what}"
                ),
                Stage::Reserved | Stage::Kept | Stage::Releasing => {}
            }
        }
        // Miri takes long over lists; there they are read where a test needs them.
        if !cfg!(miri) {
            self.check_lists();
        }
        for (index, unit) in self.units.iter().enumerate() {
            let nothing = !self
                .transfers
                .values()
                .any(|transfer| transfer.unit == index);
            assert_eq!(self.engine.unit_is_empty(unit.id), nothing);
            if unit.leaving.is_some() && !unit.left && !unit.quiet {
                assert!(!self.is_quiet(index), "unit {index} is quiet, not told");
            }
        }
    }

    /// What the protocol driver still has of a unit: nothing but what could not be broken.
    pub(super) fn check_broken(&self, unit: usize) {
        for (h_connect, live) in &self.lower.live {
            if live.unit == unit {
                let known = self
                    .connections
                    .iter()
                    .find(|connection| connection.h_connect == *h_connect);
                assert!(known.is_some_and(|connection| connection.survived));
            }
        }
    }
}
