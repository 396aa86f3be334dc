//! Where the lines of a text drawing go.
//!
//! A wire leaves its source to the right, turns into a lane, a column of its own, and leaves the
//! lane to the right at each of its sinks. Rows are shared: where one wire's source and another's
//! sink stand in one row, the first one's lane must be further left.

use std::collections::{BTreeSet, HashMap};

/// The rows that a wire joins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wire {
    /// Row of its source.
    pub(super) source: usize,
    /// Rows of its sinks; no other wire has any of them.
    pub(super) sinks: Vec<usize>,
}

impl Wire {
    /// First and last row.
    pub(super) fn span(&self) -> (usize, usize) {
        let rows = || self.sinks.iter().copied().chain([self.source]);
        (rows().min().unwrap_or(0), rows().max().unwrap_or(0))
    }

    fn passes(&self, row: usize) -> bool {
        let (first, last) = self.span();
        (first..=last).contains(&row)
    }

    /// Whether it goes straight to its only sink.
    pub(super) fn is_straight(&self) -> bool {
        self.sinks.iter().all(|&row| row == self.source)
    }

    /// Crossings when its lane is left of the other's.
    fn crossings(&self, other: &Self) -> usize {
        let tails = self.sinks.iter().filter(|&&row| other.passes(row)).count();
        tails + usize::from(self.passes(other.source))
    }
}

/// For each wire the one whose sink stands in the row of its source: its lane must be left of
/// that one's.
fn followers(wires: &[Wire]) -> Vec<Option<usize>> {
    let mut of_row = HashMap::new();
    for (at, wire) in wires.iter().enumerate() {
        of_row.extend(wire.sinks.iter().map(|&row| (row, at)));
    }
    let follower = |(at, wire): (usize, &Wire)| {
        let other = of_row.get(&wire.source).copied();
        other.filter(|&other| other != at)
    };
    wires.iter().enumerate().map(follower).collect()
}

/// Whether lanes can be found for all: whether no wire must be left of itself.
pub(super) fn is_possible(wires: &[Wire]) -> bool {
    sorted(&followers(wires)).is_some()
}

/// The lane of each wire, from the left; `None` for one that needs none. `None` when it is not
/// possible.
pub(super) fn lanes(wires: &[Wire]) -> Option<Vec<Option<usize>>> {
    let followers = followers(wires);
    let mut order = sorted(&followers)?;
    order.retain(|&at| !wires[at].is_straight());
    // Each swap takes away crossings, so this ends.
    let mut swapped = true;
    while swapped {
        swapped = false;
        for at in 1..order.len() {
            let (left, right) = (order[at - 1], order[at]);
            let crossings = |left: usize, right: usize| wires[left].crossings(&wires[right]);
            if followers[left] != Some(right) && crossings(right, left) < crossings(left, right) {
                order.swap(at - 1, at);
                swapped = true;
            }
        }
    }
    let mut lanes: Vec<Option<usize>> = vec![None; wires.len()];
    for (place, &at) in order.iter().enumerate() {
        let (first, last) = wires[at].span();
        let before = order[..place].iter().filter(|&&other| {
            let (from, to) = wires[other].span();
            from <= last && first <= to
        });
        let taken = before.filter_map(|&other| lanes[other]).max();
        lanes[at] = Some(taken.map_or(0, |lane| lane + 1));
    }
    Some(lanes)
}

/// The wires, each before its follower; of those that can come next always the first.
fn sorted(followers: &[Option<usize>]) -> Option<Vec<usize>> {
    let mut leaders = vec![0_usize; followers.len()];
    followers.iter().flatten().for_each(|&at| leaders[at] += 1);
    let free = (0..followers.len()).filter(|&at| leaders[at] == 0);
    let mut free: BTreeSet<usize> = free.collect();
    let mut order = Vec::new();
    while let Some(at) = free.pop_first() {
        order.push(at);
        if let Some(follower) = followers[at] {
            leaders[follower] -= 1;
            if leaders[follower] == 0 {
                free.insert(follower);
            }
        }
    }
    (order.len() == followers.len()).then_some(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(source: usize, sinks: &[usize]) -> Wire {
        Wire {
            source,
            sinks: sinks.to_vec(),
        }
    }

    #[test]
    fn straight_wires_need_no_lane_and_others_share() {
        let wires = [wire(0, &[0]), wire(1, &[2]), wire(3, &[4, 5])];
        assert_eq!(lanes(&wires), Some(vec![None, Some(0), Some(0)]));
    }

    #[test]
    fn wires_side_by_side_do_not_cross() {
        let down = [wire(0, &[3]), wire(1, &[4]), wire(2, &[5])];
        assert_eq!(lanes(&down), Some(vec![Some(2), Some(1), Some(0)]));
        let up = [wire(3, &[0]), wire(4, &[1]), wire(5, &[2])];
        assert_eq!(lanes(&up), Some(vec![Some(0), Some(1), Some(2)]));
    }

    #[test]
    fn the_wire_that_starts_in_a_row_turns_before_the_one_that_ends_there() {
        let wires = [wire(0, &[4]), wire(4, &[6])];
        assert_eq!(lanes(&wires), Some(vec![Some(1), Some(0)]));
    }

    #[test]
    fn wires_that_change_places_are_not_possible() {
        let wires = [wire(0, &[1]), wire(1, &[0])];
        assert!(!is_possible(&wires));
        assert_eq!(lanes(&wires), None);
        assert!(is_possible(&[wire(0, &[2]), wire(1, &[0])]));
    }

    proptest::proptest! {
        /// Sources and sinks in any order: the lines of two wires never lie on each other.
        #[test]
        fn lines_only_cross(
            of_row in proptest::collection::vec(0_usize..6, 1..12),
            sources in proptest::sample::subsequence((0_usize..12).collect::<Vec<_>>(), 6),
        ) {
            let rows = |net| (0..of_row.len()).filter(|&row| of_row[row] == net).collect();
            let wires: Vec<_> = (0..6)
                .map(|net| Wire { source: sources[net], sinks: rows(net) })
                .filter(|wire| !wire.sinks.is_empty())
                .collect();
            let Some(lanes) = lanes(&wires) else {
                proptest::prop_assert!(!is_possible(&wires));
                return Ok(());
            };
            let drawn: Vec<_> = wires.iter().zip(&lanes).collect();
            for (at, (a, lane_a)) in drawn.iter().enumerate() {
                proptest::prop_assert_eq!(lane_a.is_none(), a.is_straight());
                for (b, lane_b) in &drawn[..at] {
                    for (one, other, first, second) in [(a, b, lane_a, lane_b), (b, a, lane_b, lane_a)] {
                        // One's line to its lane, other's from its lane.
                        if other.sinks.contains(&one.source) {
                            proptest::prop_assert!(first < second);
                        }
                    }
                    let apart = a.span().1 < b.span().0 || b.span().1 < a.span().0;
                    proptest::prop_assert!(lane_a != lane_b || lane_a.is_none() || apart);
                }
            }
        }
    }
}
