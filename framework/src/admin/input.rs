//! From what a form holds to typed values, and back to what a form shows.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};
use uuid::Uuid;

use super::label;
use super::model::{Action, FormField, Widget};
use super::stamp::Stamps;
use crate::error::{Code, Problem};
use crate::ir::Type;
use crate::record::{Field, Input, Record};
use crate::value::{DateTimeUtc, HOLDS_UNSTORABLE, UNSTORABLE, Value, normalise_ci, storable_time};
use crate::web::Fields;

/// The times that a date without a time can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Day {
    /// The day's first.
    Start,
    /// The day's last.
    End,
}

/// What is known of the value that a field has now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Present {
    /// Nothing: there is no row, or it is an argument.
    Absent,
    /// The value, as the form holds it.
    Shown(String),
    /// There is one, which the actor may not see.
    Hidden,
    /// What is stored is no value of the field.
    Unreadable,
}

impl Present {
    /// Whether there is something that the form cannot show: an empty field leaves it as it is.
    pub(super) fn is_unseen(&self) -> bool {
        matches!(self, Self::Hidden | Self::Unreadable)
    }
}

/// The field's value in the row as it is.
pub(super) fn present(field: &FormField, before: Option<&Record>) -> Present {
    let stored = before.zip(field.attribute).and_then(|(row, index)| row.attributes.get(usize::from(index)));
    match stored {
        None | Some(Field::NotLoaded) => Present::Absent,
        Some(Field::Shown(value)) => Present::Shown(text(value, &field.widget)),
        Some(Field::Sensitive(_) | Field::Hidden) => Present::Hidden,
        Some(Field::Failed(_)) => Present::Unreadable,
    }
}

/// What the field is given with. A box cannot say that what it does not show is to stay, so a list stands for it; an input
/// of one line would lose the line ends of a text that was written before it had to be one line.
pub(super) fn widget<'a>(field: &'a FormField, present: &Present) -> &'a Widget {
    match (&field.widget, present) {
        (Widget::Checkbox, Present::Hidden | Present::Unreadable) => &Widget::YesNo,
        (Widget::Text { .. }, Present::Shown(shown)) if shown.contains('\n') => &Widget::Multiline { max_length: None },
        (widget, _) => widget,
    }
}

/// Whether NULL has a box of its own, because leaving the field empty says something else.
pub(super) fn asks_for_none(field: &FormField, present: &Present) -> bool {
    field.nullable && !field.required && (field.computed || present.is_unseen())
}

/// The parameter of that box.
pub(super) fn none_parameter(field: &str) -> String {
    format!("{field}.none")
}

/// Reads a posted form. What whoever filled it in left as it was, is not given; so what others changed meanwhile stays.
///
/// # Errors
/// Every field that is missing or malformed, and every one that was changed here and, since the form was shown, by somebody else.
pub(super) fn read(action: &Action, fields: &Fields, before: Option<&Record>) -> Result<Input, Vec<Problem>> {
    let stamps = Stamps::of(fields);
    let mut input = Input::new();
    let mut problems = Vec::new();
    for (index, field) in action.fields.iter().enumerate() {
        let present = present(field, before);
        let mut wrong = |code, message| problems.push(Problem { code, message, fields: vec![field.name.to_string()] });
        if asks_for_none(field, &present) && fields.get(&none_parameter(&field.name)).is_some() {
            input.set(field.name.clone(), Value::Null);
            continue;
        }
        let text = posted(field, &present, fields);
        if let Present::Shown(shown) = &present {
            let (given, now) = (canonical(field, &text), canonical(field, shown));
            let began = stamps.at(index).unwrap_or_else(|| Stamps::one(&now));
            if Stamps::one(&given) == began || given == now {
                continue;
            }
            if Stamps::one(&now) != began {
                wrong(Code::Conflict, changed_meanwhile(field, shown));
                continue;
            }
        }
        match value(field, &present, &text) {
            Ok(Some(value)) => input.set(field.name.clone(), value),
            Ok(None) => {}
            Err(message) => wrong(Code::Invalid, message),
        }
    }
    if problems.is_empty() { Ok(input) } else { Err(problems) }
}

/// What the fields of a form that shows the row as it is are stamped with, in order.
pub(super) fn stamps(action: &Action, before: Option<&Record>) -> Stamps {
    let stamp = |field: &FormField| match present(field, before) {
        Present::Shown(shown) => Some(Stamps::one(&canonical(field, &shown))),
        Present::Absent | Present::Hidden | Present::Unreadable => None,
    };
    Stamps::new(action.fields.iter().map(stamp).collect())
}

fn changed_meanwhile(field: &FormField, shown: &str) -> String {
    let again = "send the form again to replace it";
    match &field.widget {
        _ if shown.is_empty() => format!("was emptied by somebody else in the meantime; {again}"),
        Widget::Row { .. } | Widget::Json | Widget::Multiline { .. } | Widget::Checkbox => {
            format!("was changed by somebody else in the meantime; {again}")
        }
        Widget::Select { options } => {
            let title = options.iter().find(|it| it.value == *shown).map_or(shown, |it| &it.title);
            format!("was changed to “{title}” by somebody else in the meantime; {again}")
        }
        _ => format!("was changed to “{}” by somebody else in the meantime; {again}", label::shortened(shown)),
    }
}

/// What was posted for a field, in the form in which [`text`] shows a value. Browsers post line ends as CR LF.
pub(super) fn posted(field: &FormField, present: &Present, fields: &Fields) -> String {
    let given = fields.get(&field.name).unwrap_or_default();
    match widget(field, present) {
        Widget::Multiline { .. } | Widget::Json => given.replace("\r\n", "\n"),
        Widget::Checkbox => if fields.get(&field.name).is_some() { "true" } else { "false" }.to_owned(),
        _ => given.trim().to_owned(),
    }
}

/// The same text for the same value: browsers write times in their own way, and people JSON.
fn canonical(field: &FormField, given: &str) -> String {
    if given.is_empty() {
        return String::new();
    }
    parse(&field.ty, given, Day::Start).map_or_else(|_| given.to_owned(), |it| text(&it, &field.widget))
}

/// `None`: not given, so that the default or what is stored stands.
fn value(field: &FormField, present: &Present, text: &str) -> Result<Option<Value>, String> {
    match (text.is_empty(), field.required) {
        (true, _) if present.is_unseen() => Ok(None),
        (true, true) => Err("is required".to_owned()),
        (true, false) if field.nullable && !field.computed => Ok(Some(Value::Null)),
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
    if text.contains(UNSTORABLE) {
        return Err(wrong(HOLDS_UNSTORABLE));
    }
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
        Type::Timestamp => {
            let time = timestamp(text, day).ok_or("must be a date and time, such as 2026-11-22T13:05")?;
            storable_time(time).map(Value::Timestamp).ok_or_else(|| wrong("must lie in the years 0 to 9999"))
        }
        Type::Json => serde_json::from_str(text)
            .map(Value::json)
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
        Value::Text(it) => it.trim().replace("\r\n", "\n"),
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
        assert_eq!(parse(&Type::Json, "null", Day::Start), Ok(Value::Null));
        assert_eq!(parse(&Type::Json, "{", Day::Start), Err("is not valid JSON: line 1, column 1".into()));
        for time in ["+99999-01-01", "-0001-12-31T23:59", "9999-12-31T23:59:59-01:00"] {
            assert_eq!(
                parse(&Type::Timestamp, time, Day::Start),
                Err("must lie in the years 0 to 9999".into()),
                "{time}"
            );
        }
    }
}
