//! What a test wants done with the next requests: hold them, fail them, answer late.

use plug61883_abi::status::NtStatus;

/// Rules that can wait at once.
pub const MAX_RULES: usize = 16;
/// Functions that requests are counted by; the last place counts all others.
pub const COUNTED: usize = 24;
/// In place of a function of 61883.h: an asynchronous read over the bus.
pub const ASYNC_READ: u32 = 0x1394;

/// In place of a function: any.
pub const ANY_FUNCTION: u32 = u32::MAX;

/// What is done with a request instead of answering it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is not completed until it is released; a cancel completes it if `cancellable`.
    Hold {
        /// Whether a cancel is heard.
        cancellable: bool,
    },
    /// It fails with this status, and nothing is done.
    Fail(NtStatus),
}

/// How requests are answered that no rule is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Within the call.
    Synchronous,
    /// From a timer, as many milliseconds later.
    Asynchronous(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rule {
    function: u32,
    action: Action,
}

/// The rules that wait for requests, and what was seen.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Filled from the start, without gaps.
    rules: [Option<Rule>; MAX_RULES],
    mode: Mode,
    seen: [u32; COUNTED],
}

impl Policy {
    /// No rules, answers from a timer after `delay_ms`.
    #[must_use]
    pub const fn new(delay_ms: u32) -> Self {
        Self {
            rules: [None; MAX_RULES],
            mode: Mode::Asynchronous(delay_ms),
            seen: [0; COUNTED],
        }
    }

    /// How requests are answered.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// Changes how requests are answered.
    pub const fn set_mode(&mut self, mode: Mode) {
        self.mode = mode;
    }

    /// The next request of `function` (or [`ANY_FUNCTION`]) gets `action`; several rules for a
    /// function are taken in the order in which they came. `false` when there is no room.
    #[must_use]
    pub fn add(&mut self, function: u32, action: Action) -> bool {
        let Some(place) = self.rules.iter_mut().find(|rule| rule.is_none()) else {
            return false;
        };
        *place = Some(Rule { function, action });
        true
    }

    /// Forgets every rule.
    pub const fn clear(&mut self) {
        self.rules = [None; MAX_RULES];
    }

    /// Rules that wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.rules.iter().flatten().count()
    }

    /// Rules that can be added still.
    #[must_use]
    pub fn room(&self) -> usize {
        MAX_RULES.saturating_sub(self.waiting())
    }

    /// A request of `function` has come: what is to be done with it, `None` for an answer. The
    /// rule is used up.
    pub fn take(&mut self, function: u32) -> Option<Action> {
        let index = usize::try_from(function)
            .unwrap_or(usize::MAX)
            .min(COUNTED.wrapping_sub(1));
        if let Some(count) = self.seen.get_mut(index) {
            *count = count.wrapping_add(1);
        }
        // Without gaps: most of the time there is nothing to look for.
        self.rules.first()?.as_ref()?;
        let fits = |rule: &Rule| rule.function == function || rule.function == ANY_FUNCTION;
        let index = self
            .rules
            .iter()
            .position(|rule| rule.as_ref().is_some_and(fits))?;
        // What is behind moves up, so that the order stays.
        let tail = self.rules.get_mut(index..)?;
        tail.rotate_left(1);
        tail.last_mut()?.take().map(|rule| rule.action)
    }

    /// Requests seen by function, since the start.
    #[must_use]
    pub const fn seen(&self) -> &[u32; COUNTED] {
        &self.seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOLD: Action = Action::Hold { cancellable: true };
    const FAIL: Action = Action::Fail(NtStatus::IO_DEVICE_ERROR);

    #[test]
    fn rules_are_used_once_and_in_order() {
        let mut policy = Policy::new(1);
        assert!(policy.add(6, HOLD));
        assert!(policy.add(5, FAIL));
        assert!(policy.add(6, FAIL));
        assert!(policy.add(ANY_FUNCTION, HOLD));
        assert_eq!(policy.take(6), Some(HOLD));
        assert_eq!(policy.take(6), Some(FAIL));
        assert_eq!(policy.take(6), Some(HOLD));
        assert_eq!(policy.take(6), None);
        assert_eq!(policy.waiting(), 1);
        assert_eq!(policy.take(5), Some(FAIL));
        assert_eq!(policy.waiting(), 0);
        assert_eq!((policy.seen()[6], policy.seen()[5]), (4, 1));
    }

    #[test]
    fn rules_are_limited_and_can_be_cleared() {
        let mut policy = Policy::new(1);
        for _ in 0..MAX_RULES {
            assert!(policy.add(6, HOLD));
        }
        assert!(!policy.add(6, HOLD));
        policy.clear();
        assert_eq!(policy.waiting(), 0);
        assert_eq!(policy.take(6), None);
    }

    #[test]
    fn other_functions_are_counted_together() {
        let mut policy = Policy::new(1);
        policy.take(23);
        policy.take(ASYNC_READ);
        assert_eq!(policy.seen()[COUNTED - 1], 2);
    }
}
