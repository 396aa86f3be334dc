//! System time as people read it.

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
    use super::{utc, utc_milliseconds};

    #[test]
    fn known_times() {
        const UNIX: u64 = 11_644_473_600;
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
        assert!(utc(u64::MAX).starts_with("60056-"));
    }
}
