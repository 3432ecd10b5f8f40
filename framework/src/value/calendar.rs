//! Dates, and times of day, as they are written everywhere: `2026-03-01`, `13:05:00.000000`. The order of the text is the order of time.

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};

/// A calendar date, without a time and without a place.
pub type Date = NaiveDate;

/// A time of day in microseconds, without a date and without a place.
pub type Time = NaiveTime;

/// The years that can be stored.
const YEARS: std::ops::RangeInclusive<i32> = 0..=9999;
/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// A date in the form that is stored and compared; `None` beyond the years that four digits can write.
pub(crate) fn storable_date(date: Date) -> Option<Date> {
    YEARS.contains(&date.year()).then_some(date)
}

/// Writes a date as ISO 8601 has it.
pub fn date_text(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

/// The date that ten characters stand for.
pub fn parse_date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let is_sign = |index: usize| matches!(index, 4 | 7);
    let is_written = |(index, byte): (usize, &u8)| if is_sign(index) { *byte == b'-' } else { byte.is_ascii_digit() };
    if bytes.len() != 10 || !bytes.iter().enumerate().all(is_written) {
        return None;
    }
    NaiveDate::from_ymd_opt(text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?)
}

/// Cuts a time of day to microseconds. A leap second becomes the following second, which at the end of the day is its first.
pub fn microseconds_of_day(time: Time) -> Time {
    let micros = i64::from(time.num_seconds_from_midnight()) * 1_000_000 + i64::from(time.nanosecond() / 1_000);
    time_of_day(micros % DAY).unwrap_or(time)
}

/// The time that is so many microseconds after midnight; `None` beyond a day.
pub(crate) fn time_of_day(micros: i64) -> Option<Time> {
    let micros = u32::try_from(micros / 1_000_000).ok().zip(u32::try_from(micros % 1_000_000).ok());
    micros.and_then(|(seconds, rest)| NaiveTime::from_num_seconds_from_midnight_opt(seconds, rest * 1_000))
}

/// Writes a time of day with six digits of its second.
pub fn time_text(time: Time) -> String {
    let micros = time.nanosecond() / 1_000 % 1_000_000;
    format!("{:02}:{:02}:{:02}.{micros:06}", time.hour(), time.minute(), time.second())
}

/// The time of day that a text stands for: `13:05`, `13:05:07`, `13:05:07.25`. What is finer than microseconds is cut.
pub fn parse_time(text: &str) -> Option<Time> {
    let (clock, fraction) = text.split_once('.').map_or((text, None), |(clock, digits)| (clock, Some(digits)));
    let parts: Vec<&str> = clock.split(':').collect();
    let is_written = |it: &&str| it.len() == 2 && it.bytes().all(|it| it.is_ascii_digit());
    if !parts.iter().all(is_written) {
        return None;
    }
    let micros = match (fraction, parts.len()) {
        (None, 2 | 3) => 0,
        (Some(digits), 3) => fraction_of_second(digits)?,
        _ => return None,
    };
    let part = |index: usize| parts.get(index).map_or(Some(0), |it| it.parse::<u32>().ok());
    let (hour, minute, second) = (part(0)?, part(1)?, part(2)?);
    let leap = u32::from(second == 60);
    NaiveTime::from_hms_micro_opt(hour, minute, second - leap, micros + leap * 1_000_000).map(microseconds_of_day)
}

/// The microseconds that the digits behind a point stand for.
pub(super) fn fraction_of_second(digits: &str) -> Option<u32> {
    if digits.is_empty() || !digits.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let kept = &digits[..digits.len().min(6)];
    kept.parse::<u32>().ok().map(|it| it * 10_u32.pow(6 - kept.len() as u32))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn dates_have_ten_characters() {
        for text in ["2026-03-01", "0000-01-01", "9999-12-31", "2024-02-29"] {
            let date = parse_date(text).unwrap();
            assert_eq!(date_text(date), text);
            assert_eq!(storable_date(date), Some(date));
        }
        for bad in
            ["", "2026-3-1", "2026-02-30", "10000-01-01", "-001-01-01", "2026/03/01", "2026-03-01T", "２０２６-03-01"]
        {
            assert_eq!(parse_date(bad), None, "{bad}");
        }
        assert_eq!(storable_date(NaiveDate::MAX), None);
        assert_eq!(storable_date(NaiveDate::MIN), None);
    }

    #[test]
    fn times_of_day_are_cut_to_microseconds() {
        for (text, written) in [
            ("13:05", "13:05:00.000000"),
            ("00:00:00", "00:00:00.000000"),
            ("23:59:59.1234567", "23:59:59.123456"),
            ("13:05:07.5", "13:05:07.500000"),
            ("12:00:60", "12:01:00.000000"),
            ("23:59:60.5", "00:00:00.500000"),
        ] {
            assert_eq!(time_text(parse_time(text).unwrap()), written, "{text}");
        }
        for bad in
            ["", "13", "24:00", "13:60", "1:05", "13:05:61", "13:05.5", "13:05:07.", " 13:05", "13:05Z", "13:05:07.x"]
        {
            assert_eq!(parse_time(bad), None, "{bad}");
        }
        assert_eq!(time_of_day(DAY), None);
        assert_eq!(time_of_day(-1), None);
    }
}
