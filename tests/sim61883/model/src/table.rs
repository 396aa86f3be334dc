//! A table of things that come and go, each named by its slot and how often that was filled.

use crate::handles::Key;

#[derive(Clone, Debug)]
struct Slot<T> {
    generation: u32,
    entry: Option<T>,
}

/// Room for `N` entries.
#[derive(Clone, Debug)]
pub(crate) struct Table<T, const N: usize> {
    slots: [Slot<T>; N],
}

impl<T, const N: usize> Table<T, N> {
    pub(crate) const fn new() -> Self {
        Self {
            slots: [const {
                Slot {
                    generation: 0,
                    entry: None,
                }
            }; N],
        }
    }

    /// A place for one more entry: the first.
    pub(crate) fn free_slot(&self) -> Option<u16> {
        let index = self.slots.iter().position(|slot| slot.entry.is_none())?;
        u16::try_from(index).ok()
    }

    /// Fills a place, whatever was there.
    pub(crate) fn fill(&mut self, slot: u16, entry: T) -> Option<Key> {
        let place = self.slots.get_mut(usize::from(slot))?;
        place.generation = place.generation.wrapping_add(1);
        place.entry = Some(entry);
        Some(Key {
            slot,
            generation: place.generation,
        })
    }

    /// The entry of `key`, while it lives.
    pub(crate) fn get(&self, key: Key) -> Option<&T> {
        let slot = self.slots.get(usize::from(key.slot))?;
        slot.entry
            .as_ref()
            .filter(|_| slot.generation == key.generation)
    }

    /// The entry in `slot`, and its key.
    pub(crate) fn at_mut(&mut self, slot: u16) -> Option<(Key, &mut T)> {
        let place = self.slots.get_mut(usize::from(slot))?;
        let generation = place.generation;
        Some((Key { slot, generation }, place.entry.as_mut()?))
    }

    /// Takes the entry in `slot` out.
    pub(crate) fn take(&mut self, slot: u16) -> Option<T> {
        self.slots.get_mut(usize::from(slot))?.entry.take()
    }

    /// Takes out every entry that `unwanted` picks.
    pub(crate) fn remove_where(&mut self, unwanted: impl Fn(&T) -> bool) {
        for slot in &mut self.slots {
            slot.entry.take_if(|entry| unwanted(entry));
        }
    }

    /// Slots and entries, in order of their slots.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u16, &T)> {
        (0_u16..)
            .zip(&self.slots)
            .filter_map(|(index, slot)| Some((index, slot.entry.as_ref()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_and_go() {
        let mut table = Table::<char, 2>::new();
        assert_eq!(
            (table.free_slot(), table.take(0), table.take(2)),
            (Some(0), None, None)
        );
        let a = table.fill(0, 'a').unwrap();
        let b = table.fill(1, 'b').unwrap();
        assert_eq!((table.free_slot(), table.fill(2, 'c')), (None, None));
        assert_eq!((table.get(a), table.get(b)), (Some(&'a'), Some(&'b')));
        assert_eq!(table.at_mut(1), Some((b, &mut 'b')));
        assert_eq!(table.take(0), Some('a'));
        assert_eq!((table.get(a), table.iter().count()), (None, 1));
        assert_eq!(table.at_mut(0), None);
        let c = table.fill(0, 'c').unwrap();
        assert_eq!((table.get(a), table.get(c)), (None, Some(&'c')));
        table.remove_where(|&entry| entry == 'b');
        assert!(table.iter().eq([(0, &'c')]));
        assert_eq!(table.get(b), None);
    }
}
