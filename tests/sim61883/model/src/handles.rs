//! The handles that the protocol driver gives out for plugs and connections.
//!
//! To its callers a handle is an opaque number that is not zero. Here it is what the handle
//! stands for, with a generation, sent through a bijection that scatters it over 64 bits: a
//! number that was made up, or one from the past, names nothing.

use plug61883_abi::ids::Direction;

use crate::bus::{DeviceRef, NodeRef};
use crate::cmp::Plug;

const PLUG: u64 = 1;
const CONNECTION: u64 = 2;
/// In place of a device's slot: this computer.
const LOCAL_SLOT: u8 = 0xFF;

/// What a connection handle stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ConnectionKey {
    pub(crate) slot: u16,
    pub(crate) generation: u32,
}

/// The handle of a plug: the same for every caller, until its node leaves.
pub(crate) const fn of_plug(plug: Plug) -> u64 {
    let (slot, instance) = match plug.node {
        NodeRef::Local => (LOCAL_SLOT, 0),
        NodeRef::Device(device) => (device.slot, device.instance),
    };
    let place = slot as u64 | ((plug.number as u64) << 8) | ((plug.direction as u64) << 15);
    scatter(place | (PLUG << 16) | ((instance as u64) << 32))
}

/// The plug that `handle` is for; whether it is still there is another question.
pub(crate) const fn plug(handle: u64) -> Option<Plug> {
    let packed = gather(handle);
    if packed >> 16 & 0xFFFF != PLUG {
        return None;
    }
    let slot = packed as u8;
    let node = match slot {
        LOCAL_SLOT => NodeRef::Local,
        slot => NodeRef::Device(DeviceRef {
            slot,
            instance: (packed >> 32) as u32,
        }),
    };
    let direction = if packed & (1 << 15) == 0 {
        Direction::Out
    } else {
        Direction::In
    };
    Some(Plug {
        node,
        direction,
        number: (packed >> 8) as u8 & 0x7F,
    })
}

/// The handle of a connection.
pub(crate) const fn of_connection(key: ConnectionKey) -> u64 {
    scatter(key.slot as u64 | (CONNECTION << 16) | ((key.generation as u64) << 32))
}

/// The connection that `handle` is for; whether it is still there is another question.
pub(crate) const fn connection(handle: u64) -> Option<ConnectionKey> {
    let packed = gather(handle);
    if packed >> 16 & 0xFFFF != CONNECTION {
        return None;
    }
    Some(ConnectionKey {
        slot: packed as u16,
        generation: (packed >> 32) as u32,
    })
}

/// A bijection of 64-bit numbers with 0 -> 0: shifts and odd factors.
const fn scatter(mut value: u64) -> u64 {
    value ^= value >> 30;
    value = value.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value ^= value >> 27;
    value = value.wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// The inverse of [`scatter`].
const fn gather(mut value: u64) -> u64 {
    value ^= (value >> 31) ^ (value >> 62);
    value = value.wrapping_mul(0x3196_42B2_D24D_8EC3);
    value ^= (value >> 27) ^ (value >> 54);
    value = value.wrapping_mul(0x96DE_1B17_3F11_9089);
    value ^ (value >> 30) ^ (value >> 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: if cfg!(miri) { 8 } else { 4096 },
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn gather_undoes_scatter(value: u64) {
            prop_assert_eq!(gather(scatter(value)), value);
            prop_assert_eq!(scatter(gather(value)), value);
        }

        #[test]
        fn plug_handles_come_back(slot in 0_u8..33, instance: u32, number in 0_u8..31, input: bool) {
            let direction = if input { Direction::In } else { Direction::Out };
            let node = NodeRef::Device(DeviceRef { slot, instance });
            let wanted = Plug { node, direction, number };
            let handle = of_plug(wanted);
            prop_assert_ne!(handle, 0);
            prop_assert_eq!(plug(handle), Some(wanted));
            prop_assert_eq!(connection(handle), None);
        }

        #[test]
        fn connection_handles_come_back(slot: u16, generation: u32) {
            let key = ConnectionKey { slot, generation };
            let handle = of_connection(key);
            prop_assert_ne!(handle, 0);
            prop_assert_eq!(connection(handle), Some(key));
            prop_assert_eq!(plug(handle), None);
        }
    }

    #[test]
    fn zero_names_nothing() {
        assert_eq!(scatter(0), 0);
        assert_eq!(plug(0), None);
        assert_eq!(connection(0), None);
    }
}
