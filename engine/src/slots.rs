//! A table of fixed size whose slots carry a generation.

/// `N` slots; an index is good together with the generation it was given out in.
pub(crate) struct Slots<T, const N: usize>([Slot<T>; N]);

struct Slot<T> {
    /// Counts what the slot has held; 0 before the first.
    generation: u32,
    value: Option<T>,
}

impl<T, const N: usize> Slots<T, N> {
    pub(crate) const fn new() -> Self {
        assert!(N <= u16::MAX as usize);
        Self(
            [const {
                Slot {
                    generation: 0,
                    value: None,
                }
            }; N],
        )
    }

    /// Puts `value` into a free slot; `None` when there is none.
    pub(crate) fn insert(&mut self, value: T) -> Option<(u16, u32)> {
        let (index, slot) = self
            .0
            .iter_mut()
            .enumerate()
            .find(|(_, slot)| slot.value.is_none())?;
        slot.generation = next_generation(slot.generation);
        slot.value = Some(value);
        // `new` bounds N.
        Some((index as u16, slot.generation))
    }

    pub(crate) fn remove(&mut self, index: usize, generation: u32) -> Option<T> {
        let slot = self
            .0
            .get_mut(index)
            .filter(|slot| slot.generation == generation)?;
        slot.value.take()
    }

    pub(crate) fn get(&self, index: usize, generation: u32) -> Option<&T> {
        let slot = self
            .0
            .get(index)
            .filter(|slot| slot.generation == generation)?;
        slot.value.as_ref()
    }

    pub(crate) fn get_mut(&mut self, index: usize, generation: u32) -> Option<&mut T> {
        let slot = self
            .0
            .get_mut(index)
            .filter(|slot| slot.generation == generation)?;
        slot.value.as_mut()
    }

    /// What the slot holds now, with its generation.
    pub(crate) fn current(&self, index: usize) -> Option<(u32, &T)> {
        let slot = self.0.get(index)?;
        slot.value.as_ref().map(|value| (slot.generation, value))
    }

    /// All that is held: index, generation, value.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u16, u32, &T)> {
        self.0.iter().enumerate().filter_map(|(index, slot)| {
            slot.value
                .as_ref()
                .map(|value| (index as u16, slot.generation, value))
        })
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (u16, u32, &mut T)> {
        self.0.iter_mut().enumerate().filter_map(|(index, slot)| {
            let generation = slot.generation;
            slot.value
                .as_mut()
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
