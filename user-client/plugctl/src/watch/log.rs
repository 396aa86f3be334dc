//! What has happened, as lines.

use std::collections::VecDeque;

use plug61883::UnitId;

use super::filter::{Facts, Filter};

/// Lines that are kept.
const MOST: usize = 1000;

/// How a line is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Good,
    Bad,
}

/// A line.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// When it happened or was learned: units of 100 ns since 1601, UTC.
    pub(super) time: u64,
    /// The unit that it is about.
    pub(super) unit: Option<UnitId>,
    /// Id and name of that unit.
    pub(super) unit_name: String,
    /// Its plugs.
    pub(super) plugs: String,
    /// `bus reset`
    pub(super) kind: &'static str,
    pub(super) text: String,
    pub(super) tone: Tone,
}

impl Entry {
    fn is_accepted(&self, filter: &Filter) -> bool {
        filter.accepts(&Facts {
            unit: &self.unit_name,
            plug: &self.plugs,
            kind: Some(self.kind),
            other: &self.text,
        })
    }
}

/// The lines, newest at the end, and which of them are looked at. They are numbered from 1.
#[derive(Debug, Default)]
pub(super) struct Log {
    entries: VecDeque<Entry>,
    /// Lines that were dropped.
    dropped: u64,
    /// No later line is shown: it is paused.
    pause: Option<u64>,
    /// The last line shown, where one looks back.
    bottom: Option<u64>,
}

impl Log {
    pub(super) fn push(&mut self, entry: Entry) {
        if self.entries.len() == MOST {
            self.entries.pop_front();
            self.dropped += 1;
        }
        self.entries.push_back(entry);
    }

    /// Number of the newest line, 0 when there is none.
    fn newest(&self) -> u64 {
        self.dropped + self.entries.len() as u64
    }

    pub(super) fn is_paused(&self) -> bool {
        self.pause.is_some()
    }

    /// Stops, or goes on with the newest line.
    pub(super) fn pause(&mut self) {
        self.pause = match self.pause {
            None => Some(self.newest()),
            Some(_) => {
                self.bottom = None;
                None
            }
        };
    }

    fn accepted<'a>(
        &'a self,
        filter: &'a Filter,
    ) -> impl DoubleEndedIterator<Item = (u64, &'a Entry)> {
        let entries = self.entries.iter().enumerate();
        entries
            .map(|(at, entry)| (self.dropped + 1 + at as u64, entry))
            .filter(|(_, entry)| entry.is_accepted(filter))
    }

    /// The lines that are looked at, up to the last one shown, then those below it.
    pub(super) fn shown<'a>(&'a self, filter: &'a Filter) -> (Vec<&'a Entry>, Vec<&'a Entry>) {
        let end = self.pause.unwrap_or(u64::MAX);
        let bottom = self.bottom.unwrap_or(end);
        let mut shown = (Vec::new(), Vec::new());
        for (number, entry) in self.accepted(filter).filter(|(number, _)| *number <= end) {
            if number <= bottom {
                shown.0.push(entry);
            } else {
                shown.1.push(entry);
            }
        }
        shown
    }

    /// Lines that have come since it is paused.
    pub(super) fn waiting(&self, filter: &Filter) -> usize {
        let Some(end) = self.pause else { return 0 };
        self.accepted(filter)
            .filter(|(number, _)| *number > end)
            .count()
    }

    /// Looks so many lines further down.
    pub(super) fn scroll(&mut self, filter: &Filter, by: isize) {
        let end = self.pause.unwrap_or(u64::MAX);
        let numbers: Vec<_> = self
            .accepted(filter)
            .map(|(number, _)| number)
            .filter(|number| *number <= end)
            .collect();
        let Some(last) = numbers.len().checked_sub(1) else {
            return;
        };
        let bottom = self.bottom.unwrap_or(end);
        let at = numbers.iter().rposition(|number| *number <= bottom);
        let at = at.unwrap_or(0).saturating_add_signed(by).min(last);
        self.bottom = if at == last {
            None
        } else {
            numbers.get(at).copied()
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(entries: &[&Entry]) -> Vec<String> {
        entries.iter().map(|entry| entry.text.clone()).collect()
    }

    fn push(log: &mut Log, text: impl ToString) {
        log.push(Entry {
            time: 0,
            unit: None,
            unit_name: String::new(),
            plugs: String::new(),
            kind: "test",
            text: text.to_string(),
            tone: Tone::Plain,
        });
    }

    #[test]
    fn it_shows_the_newest_until_one_looks_back() {
        let mut log = Log::default();
        let all = Filter::default();
        log.scroll(&all, -1);
        (1..=4).for_each(|text| push(&mut log, text));
        log.scroll(&all, -1);
        let (above, below) = log.shown(&all);
        assert_eq!(
            (texts(&above), texts(&below)),
            (vec!["1".into(), "2".into(), "3".into()], vec!["4".into()])
        );
        push(&mut log, 5);
        assert_eq!(log.shown(&all).1.len(), 2);
        log.scroll(&all, isize::MIN);
        assert_eq!(log.shown(&all).0.len(), 1);
        log.scroll(&all, isize::MAX);
        push(&mut log, 6);
        assert_eq!((log.shown(&all).0.len(), log.shown(&all).1.len()), (6, 0));
    }

    #[test]
    fn it_pauses_and_goes_on() {
        let mut log = Log::default();
        let all = Filter::default();
        log.pause();
        push(&mut log, 1);
        assert!(log.is_paused() && log.shown(&all).0.is_empty());
        assert_eq!(log.waiting(&all), 1);
        log.scroll(&all, -1);
        log.pause();
        assert_eq!((log.waiting(&all), log.shown(&all).0.len()), (0, 1));
    }

    #[test]
    fn the_oldest_go() {
        let mut log = Log::default();
        let all = Filter::default();
        push(&mut log, 0);
        log.pause();
        (1..=MOST).for_each(|text| push(&mut log, text));
        // What it was paused at is gone.
        assert_eq!((log.shown(&all).0.len(), log.waiting(&all)), (0, MOST));
        log.pause();
        let (shown, _) = log.shown(&all);
        assert_eq!((shown.len(), &*shown[0].text), (MOST, "1"));
    }
}
