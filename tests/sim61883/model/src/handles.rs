//! The handles that the protocol driver gives out for plugs, connections and unit directories.
//!
//! To its callers a handle is an opaque number that is not zero. Here it is what the handle
//! stands for, with a generation, sent through a bijection that scatters it over 64 bits: a
//! number that was made up, or one from the past, names nothing.

use plug61883_abi::ids::Direction;

use crate::bus::DeviceRef;

const DEVICE_PLUG: u64 = 1;
const CONNECTION: u64 = 2;
const LOCAL_PLUG: u64 = 3;
const DIRECTORY: u64 = 4;

/// A place in a table, and how often it had been filled when the handle was given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) slot: u16,
    pub(crate) generation: u32,
}

/// What a plug handle stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlugKey {
    /// A plug of a device. Its handle is the same for every caller, until the device leaves.
    Device {
        device: DeviceRef,
        direction: Direction,
        number: u8,
    },
    /// A plug of this computer: its place in the table.
    Local(Key),
}

/// The handle of a plug.
pub(crate) const fn of_plug(key: PlugKey) -> u64 {
    match key {
        PlugKey::Device {
            device,
            direction,
            number,
        } => {
            let place = device.slot as u64 | ((number as u64) << 8) | ((direction as u64) << 15);
            scatter(place | (DEVICE_PLUG << 16) | ((device.instance as u64) << 32))
        }
        PlugKey::Local(key) => of_key(LOCAL_PLUG, key),
    }
}

/// The plug that `handle` is for; whether it is still there is another question.
pub(crate) const fn plug(handle: u64) -> Option<PlugKey> {
    let packed = gather(handle);
    match packed >> 16 & 0xFFFF {
        DEVICE_PLUG => Some(PlugKey::Device {
            device: DeviceRef {
                slot: packed as u8,
                instance: (packed >> 32) as u32,
            },
            direction: if packed & (1 << 15) == 0 {
                Direction::Out
            } else {
                Direction::In
            },
            number: (packed >> 8) as u8 & 0x7F,
        }),
        LOCAL_PLUG => Some(PlugKey::Local(key(packed))),
        _ => None,
    }
}

/// The handle of a connection.
pub(crate) const fn of_connection(key: Key) -> u64 {
    of_key(CONNECTION, key)
}

/// The connection that `handle` is for; whether it is still there is another question.
pub(crate) const fn connection(handle: u64) -> Option<Key> {
    key_of_kind(handle, CONNECTION)
}

/// The handle of a unit directory.
pub(crate) const fn of_directory(key: Key) -> u64 {
    of_key(DIRECTORY, key)
}

/// The unit directory that `handle` is for; whether it is still there is another question.
pub(crate) const fn directory(handle: u64) -> Option<Key> {
    key_of_kind(handle, DIRECTORY)
}

const fn of_key(kind: u64, key: Key) -> u64 {
    scatter(key.slot as u64 | (kind << 16) | ((key.generation as u64) << 32))
}

const fn key_of_kind(handle: u64, kind: u64) -> Option<Key> {
    let packed = gather(handle);
    if packed >> 16 & 0xFFFF == kind {
        Some(key(packed))
    } else {
        None
    }
}

const fn key(packed: u64) -> Key {
    Key {
        slot: packed as u16,
        generation: (packed >> 32) as u32,
    }
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
        fn device_plug_handles_come_back(
            slot in 0_u8..33,
            instance: u32,
            number in 0_u8..31,
            input: bool,
        ) {
            let wanted = PlugKey::Device {
                device: DeviceRef { slot, instance },
                direction: if input { Direction::In } else { Direction::Out },
                number,
            };
            let handle = of_plug(wanted);
            prop_assert_ne!(handle, 0);
            prop_assert_eq!(plug(handle), Some(wanted));
            prop_assert_eq!((connection(handle), directory(handle)), (None, None));
        }

        #[test]
        fn handles_of_tables_come_back(slot: u16, generation: u32) {
            let key = Key { slot, generation };
            let local = PlugKey::Local(key);
            let handles = [of_plug(local), of_connection(key), of_directory(key)];
            prop_assert!(!handles.contains(&0));
            prop_assert_eq!(handles.map(plug), [Some(local), None, None]);
            prop_assert_eq!(handles.map(connection), [None, Some(key), None]);
            prop_assert_eq!(handles.map(directory), [None, None, Some(key)]);
        }
    }

    #[test]
    fn zero_names_nothing() {
        assert_eq!(scatter(0), 0);
        assert_eq!(plug(0), None);
        assert_eq!((connection(0), directory(0)), (None, None));
    }
}
