//! What is selected of a list that changes.

/// The selected entry, by a key that stays its own. When it is gone, the one at its place is.
#[derive(Clone, Debug)]
pub(super) struct Cursor<K> {
    key: Option<K>,
    at: usize,
}

impl<K> Default for Cursor<K> {
    fn default() -> Self {
        Self { key: None, at: 0 }
    }
}

impl<K: Copy + PartialEq> Cursor<K> {
    /// One that is at this entry, once it is there.
    pub(super) const fn of(key: K) -> Self {
        Self {
            key: Some(key),
            at: 0,
        }
    }

    /// Where it is among these; `None` when there are none.
    pub(super) fn at(&self, keys: &[K]) -> Option<usize> {
        let found = keys.iter().position(|key| Some(*key) == self.key);
        let last = keys.len().checked_sub(1)?;
        Some(found.unwrap_or(self.at.min(last)))
    }

    /// The selected one of these.
    pub(super) fn get(&self, keys: &[K]) -> Option<K> {
        self.at(keys).and_then(|at| keys.get(at).copied())
    }

    /// Takes note of how the list is now.
    pub(super) fn settle(&mut self, keys: &[K]) {
        self.step(keys, 0);
    }

    /// Moves by so many entries, as far as there are any.
    pub(super) fn step(&mut self, keys: &[K], by: isize) {
        let Some(at) = self.at(keys) else {
            self.key = None;
            return;
        };
        self.at = at.saturating_add_signed(by).min(keys.len() - 1);
        self.key = keys.get(self.at).copied();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stays_at_its_entry_and_then_at_its_place() {
        let mut cursor = Cursor::default();
        assert_eq!(cursor.get(&[] as &[u8]), None);
        cursor.settle(&[]);
        cursor.step(&[10, 20, 30], 1);
        assert_eq!(cursor.get(&[5, 10, 20, 30]), Some(20));
        cursor.settle(&[5, 10, 20, 30]);
        assert_eq!(cursor.get(&[5, 10, 30]), Some(30));
        assert_eq!(cursor.get(&[5]), Some(5));
        cursor.step(&[5, 10, 30], isize::MAX);
        assert_eq!(cursor.at(&[5, 10, 30]), Some(2));
        cursor.step(&[5, 10, 30], isize::MIN);
        assert_eq!(cursor.at(&[5, 10, 30]), Some(0));
        assert_eq!(Cursor::of(7).get(&[1, 7]), Some(7));
    }
}
