//! What happens by itself.

use plug61883_abi::pcr::Opcr;

use crate::error::ChangeError;
use crate::names::{Ends, PlugName};
use crate::world::World;

/// Who makes or breaks a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// A program, through plug61883: it persists, and the driver owns it.
    Driver,
    /// Another driver of this computer: plug61883 sees its requests pass and lists what it made
    /// as foreign.
    OtherDriver,
    /// A node of the bus, by reads and locks of plug registers: only the registers tell.
    Node,
}

/// Something that happens at a time.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// Milliseconds since the start.
    pub(crate) at: u64,
    pub(crate) what: Change,
}

/// Something that happens.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    BusReset,
    PlugIn(String),
    Unplug(String),
    Connect(By, Ends, bool),
    Disconnect(By, Ends),
    Lose(PlugName),
    SetOnline(PlugName, bool),
    AnswerAfter(u32),
    Wait,
}

impl World {
    /// Has a change happen now.
    pub(crate) fn play(&mut self, change: &Change) -> Result<(), ChangeError> {
        match change {
            Change::BusReset => self.bus_reset(),
            Change::PlugIn(node) => return self.plug_in(node),
            Change::Unplug(node) => return self.unplug(node),
            Change::Connect(by, ends, broadcast) => return self.connect(*by, ends, *broadcast),
            Change::Disconnect(by, ends) => return self.disconnect(*by, ends),
            Change::Lose(plug) => {
                let plug = self.locate(plug)?;
                self.lose(plug);
            }
            Change::SetOnline(plug, online) => return self.set_online(plug, *online),
            Change::AnswerAfter(milliseconds) => self.answer_after(*milliseconds),
            Change::Wait => {}
        }
        Ok(())
    }

    pub(crate) fn connect(
        &mut self,
        by: By,
        ends: &Ends,
        broadcast: bool,
    ) -> Result<(), ChangeError> {
        for plug in ends.plugs() {
            let place = self.locate(plug)?;
            let node = self.lab.simulation.bus().node(place.node);
            let register = node.and_then(|node| node.pcr(place.direction, place.number));
            // The bit stands at the same place in both registers.
            if register.is_some_and(|register| Opcr(register).online() == 0) {
                return Err(ChangeError::new(format!("`{plug}` is off-line")));
            }
        }
        match by {
            By::Driver => self.driver_connect(ends, broadcast),
            By::OtherDriver => self.foreign_connect(ends, broadcast),
            By::Node => self.node_connect(ends, broadcast),
        }
    }

    pub(crate) fn disconnect(&mut self, by: By, ends: &Ends) -> Result<(), ChangeError> {
        match by {
            By::Driver => self.driver_disconnect(ends),
            By::OtherDriver => self.foreign_disconnect(ends),
            By::Node => self.node_disconnect(ends),
        }
    }
}
