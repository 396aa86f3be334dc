//! A table of fixed size whose slots carry a generation.

/// End of the list of free slots.
const NONE: u16 = u16::MAX;

/// `N` slots; an index is good together with the generation it was given out in. Taking a slot
/// and giving it back take the same time however many are held.
pub(crate) struct Slots<T, const N: usize> {
    slots: [Slot<T>; N],
    /// Free slots that were held before, linked by [`Slot::next_free`]: the first, plus one.
    free: u16,
    /// Slots that were ever held: those past it are free too.
    touched: u16,
    held: u16,
}

struct Slot<T> {
    /// Counts what the slot has held; 0 before the first.
    generation: u32,
    next_free: u16,
    held: bool,
    value: T,
}

/// What a slot holds while it is free: all bytes zero, so that a table that is a static takes no
/// room in the driver's file (an `Option` would mark the empty slots with some other number).
pub(crate) trait Empty {
    const EMPTY: Self;
}

/// Bytes that a value takes in a table.
pub(crate) const fn bytes_of<T>() -> usize {
    size_of::<Slot<T>>()
}

impl<T> Slot<T> {
    fn value(&self) -> Option<&T> {
        self.held.then_some(&self.value)
    }

    fn value_mut(&mut self) -> Option<&mut T> {
        self.held.then_some(&mut self.value)
    }
}

impl<T: Empty, const N: usize> Slots<T, N> {
    pub(crate) const fn new() -> Self {
        assert!(N < NONE as usize);
        Self {
            slots: [const {
                Slot {
                    generation: 0,
                    next_free: 0,
                    held: false,
                    value: T::EMPTY,
                }
            }; N],
            free: 0,
            touched: 0,
            held: 0,
        }
    }

    /// Values that are held.
    pub(crate) fn len(&self) -> usize {
        usize::from(self.held)
    }

    /// Puts `value` into a free slot; `None` when there is none.
    pub(crate) fn insert(&mut self, value: T) -> Option<(u16, u32)> {
        let index = match self.free.checked_sub(1) {
            Some(index) => index,
            None => self.touched,
        };
        let slot = self.slots.get_mut(usize::from(index))?;
        if self.free == 0 {
            self.touched = self.touched.saturating_add(1);
        } else {
            self.free = slot.next_free;
        }
        slot.generation = next_generation(slot.generation);
        slot.value = value;
        slot.held = true;
        self.held = self.held.saturating_add(1);
        Some((index, slot.generation))
    }

    pub(crate) fn remove(&mut self, index: usize, generation: u32) -> Option<T> {
        let slot = self
            .slots
            .get_mut(index)
            .filter(|slot| slot.generation == generation)?;
        slot.value()?;
        let value = core::mem::replace(&mut slot.value, T::EMPTY);
        slot.held = false;
        slot.next_free = self.free;
        // `new` bounds N.
        self.free = (index as u16).saturating_add(1);
        self.held = self.held.saturating_sub(1);
        Some(value)
    }

    pub(crate) fn get(&self, index: usize, generation: u32) -> Option<&T> {
        let slot = self
            .slots
            .get(index)
            .filter(|slot| slot.generation == generation)?;
        slot.value()
    }

    pub(crate) fn get_mut(&mut self, index: usize, generation: u32) -> Option<&mut T> {
        let slot = self
            .slots
            .get_mut(index)
            .filter(|slot| slot.generation == generation)?;
        slot.value_mut()
    }

    /// What the slot holds now, with its generation.
    pub(crate) fn current(&self, index: usize) -> Option<(u32, &T)> {
        let slot = self.slots.get(index)?;
        slot.value().map(|value| (slot.generation, value))
    }

    /// All that is held: index, generation, value.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u16, u32, &T)> {
        let touched = usize::from(self.touched);
        let slots = self.slots.iter().take(touched).enumerate();
        slots.filter_map(|(index, slot)| {
            slot.value()
                .map(|value| (index as u16, slot.generation, value))
        })
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (u16, u32, &mut T)> {
        self.slots
            .iter_mut()
            .take(usize::from(self.touched))
            .enumerate()
            .filter_map(|(index, slot)| {
                let generation = slot.generation;
                slot.value_mut()
                    .map(|value| (index as u16, generation, value))
            })
    }
}

/// The generation after `generation`, never 0.
pub(crate) const fn next_generation(generation: u32) -> u32 {
    match generation.wrapping_add(1) {
        0 => 1,
        next => next,
    }
}

/// Declares what names a value of a table: the index of its slot, and the slot's generation. A
/// stale key names nothing.
macro_rules! key_type {
    ($(#[$meta:meta])* $visibility:vis $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $visibility struct $name {
            pub(crate) slot: u16,
            pub(crate) generation: u32,
        }

        #[allow(dead_code, reason = "not every key leaves the engine")]
        impl $name {
            /// `slot` is one of the table, whose indices fit.
            pub(crate) const fn at(slot: usize, generation: u32) -> Self {
                Self {
                    slot: slot as u16,
                    generation,
                }
            }

            /// Index of the slot, below the table's length.
            #[must_use]
            $visibility const fn index(self) -> usize {
                self.slot as usize
            }

            /// The key as one number that is never 0.
            #[must_use]
            $visibility const fn to_bits(self) -> u64 {
                ((self.generation as u64) << 16) | self.slot as u64
            }

            /// The key of a number from [`Self::to_bits`].
            #[must_use]
            $visibility const fn from_bits(bits: u64) -> Self {
                Self {
                    slot: bits as u16,
                    generation: (bits >> 16) as u32,
                }
            }
        }
    };
}
pub(crate) use key_type;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Empty, Slots};

    impl Empty for u32 {
        const EMPTY: Self = 0;
    }

    const SIZE: usize = 5;

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: if cfg!(miri) { 3 } else { 2_000 },
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        /// A table is a set of keys with their values: whatever is taken and given back in
        /// whatever order, a key that was good once is good for one thing only.
        #[test]
        fn a_table_is_a_set_of_keys_that_are_never_used_again(
            ops in prop::collection::vec((any::<bool>(), any::<usize>(), any::<u32>()), 0..60),
        ) {
            let mut slots = Slots::<u32, SIZE>::new();
            let mut held: std::vec::Vec<((u16, u32), u32)> = std::vec::Vec::new();
            let mut gone = std::vec::Vec::new();
            for (insert, pick, value) in ops {
                if insert {
                    match slots.insert(value) {
                        Some(key) => {
                            prop_assert!(held.len() < SIZE && usize::from(key.0) < SIZE);
                            prop_assert!(key.1 != 0 && !gone.contains(&key));
                            prop_assert!(held.iter().all(|(other, _)| other.0 != key.0));
                            held.push((key, value));
                        }
                        None => prop_assert_eq!(held.len(), SIZE),
                    }
                } else if let Some(index) = pick.checked_rem(held.len()) {
                    let (key, value) = held.swap_remove(index);
                    prop_assert_eq!(slots.remove(usize::from(key.0), key.1), Some(value));
                    gone.push(key);
                }
                prop_assert_eq!(slots.len(), held.len());
                for (slot, generation) in &gone {
                    prop_assert_eq!(slots.get(usize::from(*slot), *generation), None);
                    prop_assert_eq!(slots.get_mut(usize::from(*slot), *generation), None);
                    prop_assert_eq!(slots.remove(usize::from(*slot), *generation), None);
                }
                for ((slot, generation), value) in &held {
                    let index = usize::from(*slot);
                    prop_assert_eq!(slots.get(index, *generation), Some(value));
                    prop_assert_eq!(slots.current(index), Some((*generation, value)));
                }
                let all = |((slot, generation), value): &((u16, u32), u32)| {
                    (*slot, *generation, *value)
                };
                let mut expected: std::vec::Vec<_> = held.iter().map(all).collect();
                expected.sort_unstable();
                let listed = slots.iter().map(|(slot, generation, value)| (slot, generation, *value));
                prop_assert_eq!(listed.collect::<std::vec::Vec<_>>(), expected.clone());
                let listed = slots.iter_mut().map(|(slot, generation, value)| (slot, generation, *value));
                prop_assert_eq!(listed.collect::<std::vec::Vec<_>>(), expected);
            }
            prop_assert_eq!(slots.get(SIZE, 1), None);
        }
    }

    #[test]
    fn generations_skip_zero() {
        assert_eq!(super::next_generation(u32::MAX), 1);
        assert_eq!(super::next_generation(1), 2);
    }
}
