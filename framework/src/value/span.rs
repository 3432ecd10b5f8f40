//! Spans of time, in microseconds: as ISO 8601 writes them, `PT1H30M`, and as a clock shows them, `1:30:00`.

use chrono::TimeDelta;

use super::calendar::fraction_of_second;

/// A span of time in microseconds, which may be negative.
pub type Duration = TimeDelta;

const SECOND: u64 = 1_000_000;
/// The longest span in either direction, in microseconds; what is longer stands for every span that is too long.
const LONGEST: i64 = i64::MAX - 1;

/// The microseconds of a span; of one that is too long, what [`is_storable`] refuses.
pub(crate) fn span_micros(span: Duration) -> i64 {
    span.num_microseconds().unwrap_or(if span < TimeDelta::zero() { i64::MIN } else { i64::MAX })
}

/// Whether so many microseconds can be stored.
pub(crate) fn is_storable(micros: i64) -> bool {
    (-LONGEST..=LONGEST).contains(&micros)
}

/// Writes a span as ISO 8601 has it, in hours, minutes and seconds: `PT36H`, `-PT0.5S`, `PT0S`.
pub fn duration_text(micros: i64) -> String {
    let (hours, minutes, seconds, fraction) = parts(micros);
    let mut text = String::from(if micros < 0 { "-PT" } else { "PT" });
    for (number, unit) in [(hours, 'H'), (minutes, 'M')] {
        if number > 0 {
            text.push_str(&format!("{number}{unit}"));
        }
    }
    if seconds > 0 || !fraction.is_empty() || micros == 0 {
        text.push_str(&format!("{seconds}{fraction}S"));
    }
    text
}

/// Writes a span as a clock shows it: `36:00:00`, `-0:00:00.5`.
pub fn clock_text(micros: i64) -> String {
    let (hours, minutes, seconds, fraction) = parts(micros);
    format!("{}{hours}:{minutes:02}:{seconds:02}{fraction}", if micros < 0 { "-" } else { "" })
}

/// Hours, minutes, seconds, and what stands behind the seconds.
fn parts(micros: i64) -> (u64, u64, u64, String) {
    let size = micros.unsigned_abs();
    let seconds = size / SECOND;
    let fraction = match size % SECOND {
        0 => String::new(),
        rest => format!(".{rest:06}").trim_end_matches('0').to_owned(),
    };
    (seconds / 3_600, seconds / 60 % 60, seconds % 60, fraction)
}

/// The microseconds of a span that ISO 8601 writes: weeks, days of 24 hours, hours, minutes and seconds, each at most once and in that order.
/// Months and years have no fixed length and are not read. Only seconds have a fraction; what is finer than microseconds is cut.
pub fn parse_duration(text: &str) -> Option<i64> {
    written(text).filter(|it| is_storable(*it))
}

/// The same of a span that may be too long.
fn written(text: &str) -> Option<i64> {
    let (is_negative, text) = signed(text);
    let text = text.strip_prefix('P')?;
    let (days, clock) = match text.split_once('T') {
        Some((_, "")) => return None,
        Some((days, clock)) => (days, clock),
        None if text.is_empty() => return None,
        None => (text, ""),
    };
    let total = units(days, &[('W', 604_800), ('D', 86_400)])? + units(clock, &[('H', 3_600), ('M', 60), ('S', 1)])?;
    opposite(is_negative, total)
}

/// The microseconds of a span that a clock shows: `1:30:00`, or minutes and seconds, `3:25`. Seconds may have a fraction.
pub fn parse_clock(text: &str) -> Option<i64> {
    let (is_negative, text) = signed(text);
    let (clock, fraction) = text.split_once('.').map_or((text, None), |(clock, digits)| (clock, Some(digits)));
    let mut parts = clock.split(':').rev();
    let sixty = |it: &str| Some(whole(it)?).filter(|number| it.len() == 2 && *number < 60);
    let seconds = sixty(parts.next()?)?;
    let last = parts.next()?;
    let (minutes, hours) = match parts.next() {
        Some(hours) => (sixty(last)?, whole(hours)?),
        None => (whole(last)?, 0),
    };
    if parts.next().is_some() {
        return None;
    }
    let seconds = hours * 3_600 + minutes * 60 + seconds;
    let fraction = fraction.map_or(Some(0), fraction_of_second)?;
    opposite(is_negative, seconds * i128::from(SECOND) + i128::from(fraction)).filter(|it| is_storable(*it))
}

fn signed(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn opposite(is_negative: bool, micros: i128) -> Option<i64> {
    i64::try_from(if is_negative { -micros } else { micros }).ok()
}

/// A whole number of at most 18 digits, so that no sum of a few of them overflows.
fn whole(digits: &str) -> Option<i128> {
    let is_written = (1..=18).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit());
    if is_written { digits.parse().ok() } else { None }
}

/// The microseconds of numbers with units, each with its seconds.
fn units(mut text: &str, units: &[(char, i128)]) -> Option<i128> {
    let (mut total, mut next) = (0, 0);
    while !text.is_empty() {
        let end = text.find(|it: char| !it.is_ascii_digit() && !matches!(it, '.' | ','))?;
        let unit = text[end..].chars().next()?;
        let at = next + units[next..].iter().position(|(it, _)| *it == unit)?;
        let (number, fraction) = match text[..end].split_once(['.', ',']) {
            Some((number, digits)) if unit == 'S' => (number, fraction_of_second(digits)?),
            Some(_) => return None,
            None => (&text[..end], 0),
        };
        total += whole(number)? * units[at].1 * i128::from(SECOND) + i128::from(fraction);
        (text, next) = (&text[end + 1..], at + 1);
    }
    Some(total)
}

/// How a span is held in a manifest: as ISO 8601 writes it, also one that is too long, which is refused where it stands. A number of whole
/// seconds, as older manifests have it, is read too.
pub(super) mod manifest {
    use serde::de::{Error, Unexpected};
    use serde::{Deserialize, Deserializer, Serializer};

    use super::{SECOND, duration_text, written};

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Seconds(i64),
        Text(String),
    }

    pub(in crate::value) fn serialize<S: Serializer>(micros: &i64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&duration_text(*micros))
    }

    pub(in crate::value) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
        let micros = match Written::deserialize(deserializer)? {
            Written::Seconds(seconds) => seconds.checked_mul(SECOND as i64),
            Written::Text(text) => {
                return written(&text).ok_or_else(|| Error::invalid_value(Unexpected::Str(&text), &"a span of time"));
            }
        };
        micros.ok_or_else(|| Error::custom("the span of time is too long"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000_000;

    #[test]
    fn spans_are_written_as_they_are_read() {
        for (micros, text, clock) in [
            (0, "PT0S", "0:00:00"),
            (HOUR + HOUR / 2, "PT1H30M", "1:30:00"),
            (36 * HOUR, "PT36H", "36:00:00"),
            (-500_000, "-PT0.5S", "-0:00:00.5"),
            (1, "PT0.000001S", "0:00:00.000001"),
            (205_000_000, "PT3M25S", "0:03:25"),
            (LONGEST, "PT2562047788H54.775806S", "2562047788:00:54.775806"),
            (-LONGEST, "-PT2562047788H54.775806S", "-2562047788:00:54.775806"),
        ] {
            assert_eq!((duration_text(micros).as_str(), clock_text(micros).as_str()), (text, clock));
            assert_eq!((parse_duration(text), parse_clock(clock)), (Some(micros), Some(micros)), "{text}");
        }
    }

    #[test]
    fn days_have_24_hours_and_months_are_no_spans() {
        for (text, hours) in [("P1D", 24), ("P1W", 168), ("P1DT12H", 36), ("+PT2H", 2), ("-P1D", -24), ("PT60M", 1)] {
            assert_eq!(parse_duration(text), Some(hours * HOUR), "{text}");
        }
        assert_eq!(parse_duration("PT1,5S"), Some(1_500_000));
        assert_eq!(parse_duration("PT0.0000019S"), Some(1));
        for bad in [
            "",
            "P",
            "PT",
            "P1M",
            "P1Y",
            "PT1",
            "1H",
            "PT1H1H",
            "PT1M1H",
            "PT1.5H",
            "PT.5S",
            "PT1.S",
            "--PT1S",
            "P1DT",
            "PT1H ",
            "PT9223372036854.775807S",
            "P99999999999999999999D",
        ] {
            assert_eq!(parse_duration(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_clock_of_two_parts_shows_minutes_and_seconds() {
        assert_eq!(parse_clock("3:25"), Some(205_000_000));
        assert_eq!(parse_clock("90:00"), Some(HOUR + HOUR / 2));
        for bad in ["", "25", "3:5", "3:60", "1:60:00", "1:2:03", "a:00", "1:00:00:00", "3:25.", ":25"] {
            assert_eq!(parse_clock(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_too_long_is_told_apart() {
        assert!(!is_storable(span_micros(TimeDelta::MAX)) && !is_storable(span_micros(TimeDelta::MIN)));
        assert!(is_storable(span_micros(TimeDelta::days(100_000_000))));
    }
}
