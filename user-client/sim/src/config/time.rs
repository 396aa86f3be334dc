//! The time at which a simulation starts.

use toml::value::{Date, Datetime, Offset, Time as Clock};
use toml::{Spanned, Value};

use super::Text;
use crate::clock::Time;
use crate::error::ConfigError;

/// System time of `time = "2026-01-01T00:00:00Z"`, in units of 100 ns since 1601.
pub(super) fn read(text: Text<'_>, time: &Spanned<Value>) -> Result<u64, ConfigError> {
    let read = match time.get_ref() {
        Value::Datetime(time) => Some(*time),
        Value::String(time) => time.parse().ok(),
        _ => None,
    };
    read.and_then(seconds).map(Time::unix).ok_or_else(|| {
        let wanted = "`time` is a date from 1970 on with a time of day and `Z`, such as \
                      \"2026-01-01T00:00:00Z\"";
        text.error(time.span(), wanted)
    })
}

/// Seconds since 1970 of a time in UTC.
fn seconds(time: Datetime) -> Option<u64> {
    let Datetime {
        date: Some(Date { year, month, day }),
        time:
            Some(Clock {
                hour,
                minute,
                second,
                ..
            }),
        offset: Some(Offset::Z | Offset::Custom { minutes: 0 }),
    } = time
    else {
        return None;
    };
    let years = u64::from(year).checked_sub(1970)?;
    let is_leap =
        |year: u64| year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let leap_days = (1970..1970 + years).filter(|year| is_leap(*year)).count() as u64;
    // Days before each month of a common year.
    const BEFORE: [u64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let month_days = BEFORE.get(usize::from(month).checked_sub(1)?)?;
    let leap_day = u64::from(month > 2 && is_leap(year.into()));
    let days = years * 365 + leap_days + month_days + leap_day + u64::from(day).checked_sub(1)?;
    let minutes = u64::from(hour) * 60 + u64::from(minute);
    Some(days * 86_400 + minutes * 60 + u64::from(second.unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_since_1970() {
        let of = |text: &str| seconds(text.parse().unwrap());
        assert_eq!(of("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(of("2000-02-29T12:00:01Z"), Some(951_825_601));
        assert_eq!(of("2000-03-01T00:00:00Z"), Some(951_868_800));
        assert_eq!(of("2026-01-01T00:00:00Z"), Some(1_767_225_600));
        assert_eq!(of("2026-01-01T00:00:00+00:00"), Some(1_767_225_600));
        assert_eq!(of("2100-03-01T00:00:00Z"), Some(4_107_542_400));
        assert_eq!(of("1969-12-31T23:59:59Z"), None);
        assert_eq!(of("2026-01-01T00:00:00+01:00"), None);
        assert_eq!(of("2026-01-01T00:00:00"), None);
        assert_eq!(of("2026-01-01"), None);
    }
}
