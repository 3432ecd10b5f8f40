//! What each operator does with known values; evaluation and folding share it.

use std::cmp::Ordering;

use chrono::{Datelike, Timelike};

use crate::ir::{Arithmetic, Comparison, TextTest, TimePart, TimeUnit, TrimmedEnds};
use crate::value::{DateTimeUtc, Float, Value, ValueError, canonical_json, storable_micros};

/// `== != < <= > >=`; NULL if either side is.
pub(super) fn compare(op: Comparison, left: &Value, right: &Value) -> Result<Value, ValueError> {
    if left.is_null() || right.is_null() {
        return Ok(Value::Null);
    }
    if let (Value::Json(left), Value::Json(right)) = (left, right) {
        let equal = canonical_json(left.clone()) == canonical_json(right.clone());
        return match op {
            Comparison::Eq => Ok(Value::Bool(equal)),
            Comparison::Ne => Ok(Value::Bool(!equal)),
            Comparison::Lt | Comparison::Le | Comparison::Gt | Comparison::Ge => Err(ValueError::IllTyped),
        };
    }
    let order = order(left, right)?;
    Ok(Value::Bool(match op {
        Comparison::Eq => order.is_eq(),
        Comparison::Ne => order.is_ne(),
        Comparison::Lt => order.is_lt(),
        Comparison::Le => order.is_le(),
        Comparison::Gt => order.is_gt(),
        Comparison::Ge => order.is_ge(),
    }))
}

/// The order of two values of one type. Text goes by code points, UUIDs and bytes by bytes, false before true.
fn order(left: &Value, right: &Value) -> Result<Ordering, ValueError> {
    Ok(match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Int(left), Value::Int(right)) | (Value::Duration(left), Value::Duration(right)) => left.cmp(right),
        (Value::Float(left), Value::Float(right)) => left.cmp(right),
        (Value::Text(left), Value::Text(right)) => left.cmp(right),
        (Value::Uuid(left), Value::Uuid(right)) => left.cmp(right),
        (Value::Timestamp(left), Value::Timestamp(right)) => left.cmp(right),
        (Value::Date(left), Value::Date(right)) => left.cmp(right),
        (Value::Time(left), Value::Time(right)) => left.cmp(right),
        (Value::Bytes(left), Value::Bytes(right)) => left.cmp(right),
        _ => return Err(ValueError::IllTyped),
    })
}

/// `+ - * /`; NULL if either side is, or a divisor 0. Division cuts towards zero.
pub(super) fn arithmetic(op: Arithmetic, left: &Value, right: &Value) -> Result<Value, ValueError> {
    match (left, right) {
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        (Value::Int(_) | Value::Duration(_), Value::Int(0)) if op == Arithmetic::Div => Ok(Value::Null),
        (Value::Float(_), Value::Float(right)) if op == Arithmetic::Div && right.get() == 0.0 => Ok(Value::Null),
        (Value::Int(left), Value::Int(right)) => {
            integers(op, *left, *right).map(Value::Int).ok_or(ValueError::Overflow)
        }
        (Value::Float(left), Value::Float(right)) => {
            floats(op, left.get(), right.get()).map(Value::Float).ok_or(ValueError::Overflow)
        }
        (Value::Duration(left), Value::Duration(right)) if adds(op) => span(op, *left, *right),
        (Value::Duration(left), Value::Int(right)) if !adds(op) => span(op, *left, *right),
        (Value::Timestamp(time), Value::Duration(micros)) if adds(op) => shift(op, *time, *micros),
        (Value::Duration(micros), Value::Timestamp(time)) if op == Arithmetic::Add => shift(op, *time, *micros),
        _ => Err(ValueError::IllTyped),
    }
}

fn adds(op: Arithmetic) -> bool {
    matches!(op, Arithmetic::Add | Arithmetic::Sub)
}

fn integers(op: Arithmetic, left: i64, right: i64) -> Option<i64> {
    match op {
        Arithmetic::Add => left.checked_add(right),
        Arithmetic::Sub => left.checked_sub(right),
        Arithmetic::Mul => left.checked_mul(right),
        Arithmetic::Div => left.checked_div(right),
    }
}

/// What is too large is none, and so is what is too small to be told from zero, as PostgreSQL has it.
fn floats(op: Arithmetic, left: f64, right: f64) -> Option<Float> {
    let (value, vanishes) = match op {
        Arithmetic::Add => (left + right, false),
        Arithmetic::Sub => (left - right, false),
        Arithmetic::Mul => (left * right, left != 0.0 && right != 0.0),
        Arithmetic::Div => (left / right, left != 0.0),
    };
    (value.is_finite() && !(vanishes && value == 0.0)).then(|| Float::new(value))
}

fn span(op: Arithmetic, left: i64, right: i64) -> Result<Value, ValueError> {
    integers(op, left, right).map(Value::Duration).ok_or(ValueError::Overflow)
}

/// Outside of the years 0 to 9999, times stored as text would not sort by time.
fn shift(op: Arithmetic, time: DateTimeUtc, micros: i64) -> Result<Value, ValueError> {
    let moved = integers(op, time.timestamp_micros(), micros).and_then(storable_micros);
    moved.map(Value::Timestamp).ok_or(ValueError::Overflow)
}

/// NULL stays NULL.
pub(super) fn not(value: &Value) -> Result<Value, ValueError> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::Bool(it) => Ok(Value::Bool(!it)),
        _ => Err(ValueError::IllTyped),
    }
}

/// Whether `item` is in the list; of an empty list false, else NULL if `item` is.
pub(super) fn is_in(item: &Value, list: &Value) -> Result<Value, ValueError> {
    let Value::List(list) = list else { return Err(ValueError::IllTyped) };
    if list.is_empty() {
        return Ok(Value::Bool(false));
    }
    if item.is_null() {
        return Ok(Value::Null);
    }
    for it in list {
        if compare(Comparison::Eq, item, it)? == Value::Bool(true) {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

/// NULL if either side is.
pub(super) fn text(op: TextTest, subject: &Value, pattern: &Value) -> Result<Value, ValueError> {
    match (subject, pattern) {
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        (Value::Text(subject), Value::Text(pattern)) => Ok(Value::Bool(match op {
            TextTest::Contains => subject.contains(pattern.as_str()),
            TextTest::StartsWith => subject.starts_with(pattern.as_str()),
            TextTest::EndsWith => subject.ends_with(pattern.as_str()),
        })),
        _ => Err(ValueError::IllTyped),
    }
}

/// ASCII letters only.
pub(super) fn lower(value: &Value) -> Result<Value, ValueError> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::Text(text) => Ok(Value::Text(text.to_ascii_lowercase())),
        _ => Err(ValueError::IllTyped),
    }
}

/// Unicode code points.
pub(super) fn length(value: &Value) -> Result<Value, ValueError> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::Text(text) => i64::try_from(text.chars().count()).map(Value::Int).map_err(|_| ValueError::Overflow),
        _ => Err(ValueError::IllTyped),
    }
}

/// Bytes in UTF-8.
pub(super) fn byte_length(value: &Value) -> Result<Value, ValueError> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::Text(text) => i64::try_from(text.len()).map(Value::Int).map_err(|_| ValueError::Overflow),
        _ => Err(ValueError::IllTyped),
    }
}

/// Without the white space at its ends.
pub(super) fn trim(ends: TrimmedEnds, value: &Value) -> Result<Value, ValueError> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::Text(text) => Ok(Value::Text(
            match ends {
                TrimmedEnds::Both => text.trim(),
                TrimmedEnds::Start => text.trim_start(),
                TrimmedEnds::End => text.trim_end(),
            }
            .to_owned(),
        )),
        _ => Err(ValueError::IllTyped),
    }
}

/// A number of a time, in UTC.
pub(super) fn time_part(part: TimePart, value: &Value) -> Result<Value, ValueError> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::Timestamp(time) => Ok(Value::Int(match part {
            TimePart::Year => i64::from(time.year()),
            TimePart::Month => i64::from(time.month()),
            TimePart::Day => i64::from(time.day()),
            TimePart::Hour => i64::from(time.hour()),
            TimePart::Minute => i64::from(time.minute()),
            TimePart::Second => i64::from(time.second()),
            TimePart::Weekday => i64::from(time.weekday().number_from_monday()),
            TimePart::DayOfYear => i64::from(time.ordinal()),
        })),
        _ => Err(ValueError::IllTyped),
    }
}

/// The beginning of what a time is in, in UTC.
pub(super) fn time_start(unit: TimeUnit, value: &Value) -> Result<Value, ValueError> {
    let time = match value {
        Value::Null => return Ok(Value::Null),
        Value::Timestamp(time) => *time,
        _ => return Err(ValueError::IllTyped),
    };
    let day = time.date_naive();
    let day = match unit {
        TimeUnit::Year => day.with_ordinal(1),
        TimeUnit::Month => day.with_day(1),
        TimeUnit::Day | TimeUnit::Hour => Some(day),
    };
    let hour = if unit == TimeUnit::Hour { time.hour() } else { 0 };
    let start = day.and_then(|it| it.and_hms_opt(hour, 0, 0)).map(|it| it.and_utc());
    start.map(Value::Timestamp).ok_or(ValueError::Overflow)
}
