//! From what a form holds to typed values, and back to what a form shows.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};
use uuid::Uuid;

use super::model::{Action, FormField, Widget};
use crate::error::{Code, Problem};
use crate::ir::Type;
use crate::record::{Field, Input, Record};
use crate::value::{DateTimeUtc, Value, canonical_json, microseconds, normalise_ci};
use crate::web::Fields;

/// The times that a date without a time can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Day {
    /// The day's first.
    Start,
    /// The day's last.
    End,
}

/// Reads a posted form. What an update leaves as it is, is not given.
///
/// # Errors
/// Every field that is missing or malformed, at once.
pub(super) fn read(action: &Action, fields: &Fields, before: Option<&Record>) -> Result<Input, Vec<Problem>> {
    let mut input = Input::new();
    let mut problems = Vec::new();
    for field in &action.fields {
        let text = posted(field, fields);
        if shown(field, before).is_some_and(|it| is_same(field, &it, &text)) {
            continue;
        }
        match value(field, &text) {
            Ok(Some(value)) => input.set(field.name.clone(), value),
            Ok(None) => {}
            Err(message) => {
                problems.push(Problem { code: Code::Invalid, message, fields: vec![field.name.to_string()] });
            }
        }
    }
    if problems.is_empty() { Ok(input) } else { Err(problems) }
}

/// What was posted for a field, in the form in which [`text`] shows a value. Browsers post line ends as CR LF.
pub(super) fn posted(field: &FormField, fields: &Fields) -> String {
    let given = fields.get(&field.name).unwrap_or_default();
    match field.widget {
        Widget::Multiline { .. } | Widget::Json => given.replace("\r\n", "\n"),
        Widget::Checkbox => if fields.get(&field.name).is_some() { "true" } else { "false" }.to_owned(),
        _ => given.trim().to_owned(),
    }
}

/// What the form shows of the row as it is; `None` where there is no row, or the value is hidden.
pub(super) fn shown(field: &FormField, before: Option<&Record>) -> Option<String> {
    let stored = before?.attributes.get(usize::from(field.attribute?))?;
    match stored {
        Field::Shown(value) => Some(text(value, &field.widget)),
        Field::Hidden | Field::NotLoaded => None,
    }
}

/// Whether both mean the same value: browsers write times and line ends in their own way.
fn is_same(field: &FormField, shown: &str, posted: &str) -> bool {
    shown == posted
        || match (parse(&field.ty, shown, Day::Start), parse(&field.ty, posted, Day::Start)) {
            (Ok(shown), Ok(posted)) => shown == posted,
            _ => false,
        }
}

/// `None`: not given, so that the default or what is stored stands.
fn value(field: &FormField, text: &str) -> Result<Option<Value>, String> {
    match (text.is_empty(), field.required) {
        (true, true) => Err("is required".to_owned()),
        (true, false) if field.nullable => Ok(Some(Value::Null)),
        (true, false) => Ok(None),
        (false, _) => parse(&field.ty, text, Day::Start).map(Some),
    }
}

/// A value of that type.
///
/// # Errors
/// What the text should have been, in words for a person.
pub(super) fn parse(ty: &Type, text: &str, day: Day) -> Result<Value, String> {
    let wrong = |what: &str| what.to_owned();
    match ty {
        Type::String => Ok(Value::Text(text.to_owned())),
        Type::CiString => Ok(Value::Text(normalise_ci(text))),
        Type::Enum(_) => Ok(Value::Text(text.to_owned())),
        Type::Integer | Type::BigInteger => text.parse().map(Value::Int).map_err(|_| wrong("must be a whole number")),
        Type::Duration => text.parse().map(Value::Duration).map_err(|_| wrong("must be a number of seconds")),
        Type::Boolean => match text {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(wrong("must be yes or no")),
        },
        Type::Uuid => Uuid::parse_str(text).map(Value::Uuid).map_err(|_| wrong("must be an id")),
        Type::Timestamp => timestamp(text, day)
            .map(|it| Value::Timestamp(microseconds(it)))
            .ok_or_else(|| wrong("must be a date and time, such as 2026-11-22T13:05")),
        Type::Json => serde_json::from_str(text)
            .map(|it| Value::Json(canonical_json(it)))
            .map_err(|it| format!("is not valid JSON: line {}, column {}", it.line(), it.column())),
    }
}

/// A date, a local date and time as browsers post it (read as UTC), or RFC 3339.
fn timestamp(text: &str, day: Day) -> Option<DateTimeUtc> {
    if let Ok(date) = text.parse::<NaiveDate>() {
        let last = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999)?;
        let time = if day == Day::End { last } else { NaiveTime::MIN };
        return Some(date.and_time(time).and_utc());
    }
    let local = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S%.f"];
    let local = local.iter().find_map(|it| NaiveDateTime::parse_from_str(text, it).ok());
    local.map(|it| it.and_utc()).or_else(|| Some(DateTime::parse_from_rfc3339(text).ok()?.to_utc()))
}

/// The value as a form holds it; NULL is empty.
pub(super) fn text(value: &Value, widget: &Widget) -> String {
    match value {
        Value::Null | Value::List(_) => String::new(),
        Value::Bool(it) => it.to_string(),
        Value::Int(it) | Value::Duration(it) => it.to_string(),
        Value::Text(it) if matches!(widget, Widget::Multiline { .. }) => it.replace("\r\n", "\n"),
        Value::Text(it) => it.trim().to_owned(),
        Value::Uuid(it) => it.to_string(),
        Value::Timestamp(it) => it.format("%Y-%m-%dT%H:%M:%S%.3f").to_string(),
        Value::Json(it) => serde_json::to_string_pretty(it).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn time(text: &str, day: Day) -> Option<String> {
        timestamp(text, day).map(|it| it.to_rfc3339())
    }

    #[test]
    fn times_are_utc_and_a_day_has_two_ends() {
        assert_eq!(time("2026-11-22T13:05", Day::Start).unwrap(), "2026-11-22T13:05:00+00:00");
        assert_eq!(time("2026-11-22T15:05:00+02:00", Day::Start).unwrap(), "2026-11-22T13:05:00+00:00");
        assert_eq!(time("2026-11-22", Day::Start).unwrap(), "2026-11-22T00:00:00+00:00");
        assert_eq!(time("2026-11-22", Day::End).unwrap(), "2026-11-22T23:59:59.999999+00:00");
        assert_eq!(time("yesterday", Day::Start), None);
        assert_eq!(time("2026-02-30", Day::Start), None);
    }

    #[test]
    fn what_a_form_shows_is_read_back_as_the_same_value() {
        let values = [
            (Value::Bool(false), Type::Boolean, Widget::YesNo),
            (Value::Int(-7), Type::Integer, Widget::Integer { min: None, max: None }),
            (Value::Text("two\nlines".into()), Type::String, Widget::Multiline { max_length: None }),
            (Value::Timestamp("2026-11-22T13:05:00Z".parse().unwrap()), Type::Timestamp, Widget::Timestamp),
            (Value::Json(serde_json::json!({ "a": [1, null] })), Type::Json, Widget::Json),
            (Value::Uuid(Uuid::from_u128(7)), Type::Uuid, Widget::Uuid),
        ];
        for (value, ty, widget) in values {
            assert_eq!(parse(&ty, &text(&value, &widget), Day::Start), Ok(value));
        }
    }

    #[test]
    fn malformed_values_are_told_in_words() {
        assert_eq!(parse(&Type::Integer, "1.5", Day::Start), Err("must be a whole number".into()));
        assert_eq!(parse(&Type::Uuid, "7", Day::Start), Err("must be an id".into()));
        assert_eq!(parse(&Type::Json, "{", Day::Start), Err("is not valid JSON: line 1, column 1".into()));
    }
}
