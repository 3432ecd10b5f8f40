//! Values of columns, arguments and literals: the same on every database and in memory.

mod binary;
mod calendar;
mod error;
mod float;
mod row_key;
mod span;

pub use ::bytes::Bytes;
pub use binary::{bytes_text, parse_bytes};
pub use calendar::{Date, Time, date_text, microseconds_of_day, parse_date, parse_time, time_text};
pub(crate) use calendar::{storable_date, time_of_day};
pub use error::ValueError;
pub use float::{Float, float_text, parse_float};
pub use row_key::RowKey;
pub(crate) use span::span_micros;
pub use span::{Duration, clock_text, duration_text, parse_clock, parse_duration};

use std::fmt;
use std::ops::{Range, RangeInclusive};

use chrono::{DateTime, Datelike, Timelike, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A point in time: UTC, microseconds.
pub type DateTimeUtc = DateTime<Utc>;

/// The one character that no text may hold: PostgreSQL neither stores nor compares such a text, so it is refused everywhere.
pub(crate) const UNSTORABLE: char = '\0';

/// The message for a text that holds [`UNSTORABLE`].
pub(crate) const HOLDS_UNSTORABLE: &str = "must not hold the character U+0000";

/// The message for a date or a time whose text would not stand in the order of time.
pub(crate) const BEYOND_YEARS: &str = "must lie in the years 0 to 9999";

/// One value of any attribute type.
///
/// Enum variants and case-insensitive strings are `Text`: the stored name, and the normalised form.
/// A `List` occurs in expressions only, never in a column.
///
/// A value does not know whether it is sensitive, so it prints itself. The types that hold values of attributes mask them: a
/// [`Field`](crate::record::Field), an [`Input`](crate::record::Input), a [`Tree`](crate::ir::Tree).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// SQL's NULL, Rust's `None`.
    Null,
    /// True or false.
    Bool(bool),
    /// An integer of whatever width.
    Int(i64),
    /// A number with a fraction.
    Float(Float),
    /// Text, an enum's stored name or a normalised case-insensitive string.
    Text(String),
    /// A UUID.
    Uuid(Uuid),
    /// UTC, microseconds.
    Timestamp(DateTimeUtc),
    /// A calendar date.
    Date(Date),
    /// A time of day, microseconds.
    Time(Time),
    /// A JSON value in canonical form, never `null`: see [`Value::json`].
    Json(serde_json::Value),
    /// A span of time in microseconds.
    #[serde(with = "span::manifest")]
    Duration(i64),
    /// Bytes.
    #[serde(with = "binary::manifest")]
    Bytes(Bytes),
    /// The right side of `is_in`.
    List(Vec<Value>),
}

impl Value {
    /// JSON in the one form that is stored. JSON's own `null` becomes NULL: else there would be two nulls, one of which no test for NULL
    /// finds.
    pub fn json(value: serde_json::Value) -> Self {
        if value.is_null() { Self::Null } else { Self::Json(canonical_json(value)) }
    }

    /// Whether this is [`Value::Null`], or JSON's `null`, which means the same.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null | Self::Json(serde_json::Value::Null))
    }

    /// The text inside, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The UUID inside, if it is one.
    pub fn as_uuid(&self) -> Option<Uuid> {
        match self {
            Self::Uuid(uuid) => Some(*uuid),
            _ => None,
        }
    }

    /// The kind of the value, to be shown in its place.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Int(_) => "integer",
            Self::Float(_) => "float",
            Self::Text(_) => "text",
            Self::Uuid(_) => "uuid",
            Self::Timestamp(_) => "timestamp",
            Self::Date(_) => "date",
            Self::Time(_) => "time",
            Self::Json(_) => "json",
            Self::Duration(_) => "duration",
            Self::Bytes(_) => "bytes",
            Self::List(_) => "list",
        }
    }

    /// Why nothing can hold it, whatever is declared, in one sentence about it: a text with the character [`UNSTORABLE`], a float that is no
    /// number, a time that cannot be written. `None`: it can be stored and compared.
    pub(crate) fn unstorable(&self) -> Option<&'static str> {
        match self {
            Self::Text(text) => text.contains(UNSTORABLE).then_some(HOLDS_UNSTORABLE),
            Self::Json(json) => json_holds_unstorable(json).then_some(HOLDS_UNSTORABLE),
            Self::Float(it) => (!it.is_finite()).then_some("must be a finite number"),
            Self::Timestamp(it) => storable_time(*it).is_none().then_some(BEYOND_YEARS),
            Self::Date(it) => storable_date(*it).is_none().then_some(BEYOND_YEARS),
            Self::Duration(it) => (!span::is_storable(*it)).then_some("is too long a span of time"),
            Self::List(items) => items.iter().find_map(Self::unstorable),
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Uuid(_) | Self::Time(_) | Self::Bytes(_) => None,
        }
    }
}

/// Prints the kind of a value in its place.
pub(crate) struct Masked<'a>(pub(crate) &'a Value);

impl fmt::Debug for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.0.kind())
    }
}

fn json_holds_unstorable(json: &serde_json::Value) -> bool {
    match json {
        serde_json::Value::String(text) => text.contains(UNSTORABLE),
        serde_json::Value::Array(items) => items.iter().any(json_holds_unstorable),
        serde_json::Value::Object(fields) => {
            fields.iter().any(|(key, it)| key.contains(UNSTORABLE) || json_holds_unstorable(it))
        }
        _ => false,
    }
}

/// Cuts a time to microseconds, the precision every backend keeps. A leap second becomes the following second, because no backend has
/// leap seconds.
pub fn microseconds(time: DateTimeUtc) -> DateTimeUtc {
    // Counted since the epoch, where the 61st second of a minute is the first of the next.
    DateTime::from_timestamp_micros(time.timestamp_micros()).unwrap_or(time)
}

/// The microseconds since 1970 of the years 0 to 9999.
pub(crate) const STORABLE_MICROS: RangeInclusive<i64> = -62_167_219_200_000_000..=253_402_300_799_999_999;

/// A time in the form that is stored and compared; `None` beyond the years that RFC 3339 can write, where the order of the stored
/// text would not be the order of time.
pub(crate) fn storable_time(time: DateTimeUtc) -> Option<DateTimeUtc> {
    storable_micros(time.timestamp_micros())
}

/// The same of a time in microseconds since 1970.
pub(crate) fn storable_micros(micros: i64) -> Option<DateTimeUtc> {
    STORABLE_MICROS.contains(&micros).then(|| DateTime::from_timestamp_micros(micros)).flatten()
}

/// The stored and compared form of a case-insensitive string: lower case by Unicode's simple rules.
pub fn normalise_ci(text: &str) -> String {
    text.to_lowercase()
}

/// Whether a text is blank: only white space, and characters that are invisible.
///
/// Source: Unicode, `White_Space`, and `Default_Ignorable_Code_Point` of `DerivedCoreProperties.txt`; besides the blank of Braille.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(|it| {
        it.is_whitespace()
            || it.is_control()
            || matches!(it,
                '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
    })
}

/// Writes a time as RFC 3339 with six digits and `Z`: text order is time order.
pub fn timestamp_text(time: DateTimeUtc) -> String {
    match timestamp_bytes(time) {
        Some(text) => text.iter().copied().map(char::from).collect(),
        None => time.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string(),
    }
}

/// [`timestamp_text`] as ASCII bytes, for years of four digits; hand-written, because a page may hold hundreds of times.
pub(crate) fn timestamp_bytes(time: DateTimeUtc) -> Option<[u8; 27]> {
    // UTC, without asking for its offset for each part.
    let time = time.naive_utc();
    let year = u32::try_from(time.year()).ok().filter(|it| *it <= 9999)?;
    let mut text = *b"0000-00-00T00:00:00.000000Z";
    let mut put = |place: Range<usize>, mut number: u32| {
        for digit in text[place].iter_mut().rev() {
            *digit += (number % 10) as u8;
            number /= 10;
        }
    };
    put(0..4, year);
    put(5..7, time.month());
    put(8..10, time.day());
    put(11..13, time.hour());
    put(14..16, time.minute());
    put(17..19, time.second());
    put(20..26, time.nanosecond() / 1_000 % 1_000_000);
    Some(text)
}

/// Brings JSON to the one form that is stored, so that equal values have equal text on every database.
///
/// Keys are sorted, and a float without a fraction becomes an integer if 64 bits hold it: PostgreSQL gives it back as one.
pub fn canonical_json(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value as Json;
    match value {
        Json::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() => whole(float).unwrap_or(Json::Number(number)),
            _ => Json::Number(number),
        },
        Json::Array(items) => Json::Array(items.into_iter().map(canonical_json).collect()),
        Json::Object(mut fields) => {
            for value in fields.values_mut() {
                *value = canonical_json(value.take());
            }
            // Whether serde_json's map is sorted by itself depends on a feature that any dependency may enable.
            fields.sort_keys();
            Json::Object(fields)
        }
        other => other,
    }
}

/// A float without a fraction as an integer, if 64 bits hold it; signed or not.
fn whole(float: f64) -> Option<serde_json::Value> {
    // The bounds are powers of two, so that they are floats themselves.
    let (least, most) = (-(2.0_f64.powi(63)), 2.0_f64.powi(64));
    match float {
        _ if float.fract() != 0.0 || !(least..most).contains(&float) => None,
        _ if float < 0.0 => Some((float as i64).into()),
        _ => Some((float as u64).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_chrono_does() {
        for micros in [0, 1, -1, 1_700_000_000_123_456, -62_167_219_200_000_000, 253_402_300_799_999_999] {
            let time = DateTime::from_timestamp_micros(micros).unwrap_or_default();
            assert_eq!(timestamp_text(time), time.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string());
        }
    }
}
