//! The connections that the protocol driver holds.

use crate::bus::{DeviceRef, NodeRef};
use crate::cmp::{Established, Plug, Wish};

/// Connections that the protocol driver can hold at once. Miri walks the table slowly.
pub const MAX_CONNECTIONS: usize = if cfg!(miri) { 72 } else { 512 };

/// A connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The unit through which it was made.
    pub owner: DeviceRef,
    /// What was asked for.
    pub wish: Wish,
    /// What it has become.
    pub made: Established,
    /// Whether the next bus reset is to lose it.
    pub doomed: bool,
}

impl Connection {
    /// Whether `plug` is one of its ends.
    #[must_use]
    pub fn ends_at(&self, plug: Plug) -> bool {
        self.wish.output == Some(plug) || self.wish.input == Some(plug)
    }

    /// Whether one of its plugs is at `device`, or it was made through it.
    #[must_use]
    pub fn concerns(&self, device: DeviceRef) -> bool {
        let at_device = |plug: &Plug| plug.node == NodeRef::Device(device);
        self.owner == device
            || self.wish.output.as_ref().is_some_and(at_device)
            || self.wish.input.as_ref().is_some_and(at_device)
    }
}
