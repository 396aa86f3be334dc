//! System time as people read it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Seconds from 1601 to 1970.
const TO_UNIX: u64 = 11_644_473_600;

/// Now, in units of 100 ns since 1601, UTC.
pub(crate) fn now() -> u64 {
    // A clock that stands before 1970 is as good as none.
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let since = since.unwrap_or_default();
    (TO_UNIX + since.as_secs()) * 10_000_000 + u64::from(since.subsec_nanos()) / 100
}

/// `12:00:00`, the time of the day.
pub(crate) fn of_day(system_time: u64) -> String {
    let text = utc(system_time);
    let (_, time) = text.split_once('T').unwrap_or(("", &text));
    time.trim_end_matches('Z').to_owned()
}

/// `1:02:03`, a time that has gone by.
pub(crate) fn gone_by(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    format!("{hours}:{minutes:02}:{:02}", seconds % 60)
}

/// `2026-03-01T12:00:00Z`; the time is in units of 100 ns since 1601, UTC.
pub(crate) fn utc(system_time: u64) -> String {
    let seconds = system_time / 10_000_000;
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // Days since 1600-03-01, so that a leap day is the last of its year, in 400-year cycles.
    let days = days + 306;
    let (cycle, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // Months from March on have 31, 30, 31, 30, 31 days, and again.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    let year = 1600 + 400 * cycle + year + next;
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// The same with milliseconds, `2026-03-01T12:00:00.123Z`.
pub(crate) fn utc_milliseconds(system_time: u64) -> String {
    let mut text = utc(system_time);
    text.pop();
    format!("{text}.{:03}Z", system_time / 10_000 % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_times() {
        const UNIX: u64 = TO_UNIX;
        for (seconds, text) in [
            (0, "1601-01-01T00:00:00Z"),
            (UNIX, "1970-01-01T00:00:00Z"),
            (UNIX + 951_782_399, "2000-02-28T23:59:59Z"),
            (UNIX + 951_782_400, "2000-02-29T00:00:00Z"),
            (UNIX + 951_868_800, "2000-03-01T00:00:00Z"),
            (UNIX + 1_772_366_400, "2026-03-01T12:00:00Z"),
            (UNIX + 4_107_542_399, "2100-02-28T23:59:59Z"),
            (UNIX + 4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(utc(seconds * 10_000_000 + 9_999_999), text);
        }
        assert_eq!(utc_milliseconds(0), "1601-01-01T00:00:00.000Z");
        assert_eq!(utc_milliseconds(19_999_999), "1601-01-01T00:00:01.999Z");
        assert_eq!(of_day((UNIX + 951_782_399) * 10_000_000), "23:59:59");
        assert_eq!(gone_by(Duration::from_millis(3_723_999)), "1:02:03");
        assert_eq!(gone_by(Duration::from_secs(360_000)), "100:00:00");
        // This was written in 2026.
        assert!(*utc(now()) >= *"2026-01-01T00:00:00Z");
        assert!(utc(u64::MAX).starts_with("60056-"));
    }
}
