//! What other nodes do: connections that they make themselves, over the bus.

use crate::cmp::{self, CmpError, Established, Wish};
use crate::simulation::Simulation;

impl Simulation {
    /// Another node connects plugs, by reads and locks of registers as every node can. The
    /// protocol driver does not learn of it; only the registers tell. After a bus reset the node
    /// has to make its connection again, on the same channel.
    ///
    /// # Errors
    /// As [`Self::connect`].
    pub fn connect_over_bus(&mut self, wish: &Wish) -> Result<Established, CmpError> {
        if self.is_reset_pending() {
            return Err(CmpError::ResetPending);
        }
        let made = cmp::connect(&mut self.bus, wish);
        // An attempt that failed may leave the speed and the channel of an idle plug changed.
        self.tell_changes();
        made
    }

    /// Another node breaks what [`Self::connect_over_bus`] made. After a bus reset nothing of it
    /// stands until it is made again: this is not to be called then.
    pub fn disconnect_over_bus(&mut self, wish: &Wish, made: &Established) {
        if !self.is_reset_pending() {
            cmp::disconnect(&mut self.bus, wish, made);
            self.tell_changes();
        }
    }
}
