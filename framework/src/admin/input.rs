//! Converts a form's texts into typed values, and values into texts.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::label;
use super::model::{Action, FormField, Widget};
use super::stamp::Stamps;
use crate::error::{Code, Problem};
use crate::ir::Type;
use crate::record::{Field, Input, Record};
use crate::site::FormFields;
use crate::site::value::isolated;
use crate::value::{
    BEYOND_YEARS, DateTimeUtc, HOLDS_UNSTORABLE, Time, UNSTORABLE, Value, bytes_text, clock_text, date_text,
    float_text, normalise_ci, parse_bytes, parse_clock, parse_date, parse_duration, parse_float, parse_time,
    storable_time, time_text,
};

/// The message for an input that is given more than once: one of its values would be ignored.
pub(super) const GIVEN_TWICE: &str = "is given more than once";

/// Which instant a text stands for that names a whole day, minute or second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SpanEnd {
    /// Its first.
    First,
    /// Its last.
    Last,
}

/// The value that a field has now, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CurrentValue {
    /// There is none: there is no row, or the field is an argument.
    Absent,
    /// The value, as the form holds it.
    Shown(String),
    /// The actor may not see it.
    Hidden,
    /// The stored value is not of the field's type.
    Unreadable,
}

impl CurrentValue {
    /// Whether there is a value that the form cannot show: left empty, the field does not change it.
    pub(super) fn is_unseen(&self) -> bool {
        matches!(self, Self::Hidden | Self::Unreadable)
    }
}

/// The field's value in the row as it is.
pub(super) fn present(field: &FormField, before: Option<&Record>) -> CurrentValue {
    let stored = before.zip(field.attribute).map(|(row, id)| row.attribute(id));
    match stored {
        None | Some(Field::NotLoaded) => CurrentValue::Absent,
        Some(Field::Shown(value)) => CurrentValue::Shown(text(value, &field.widget)),
        Some(Field::Sensitive(_) | Field::Hidden) => CurrentValue::Hidden,
        Some(Field::Failed(_)) => CurrentValue::Unreadable,
    }
}

/// The field's widget. A checkbox cannot leave a hidden value unchanged, so it becomes a list; and a one-line input would lose the line
/// ends of an older text, so it becomes an input of several lines.
pub(super) fn widget<'a>(field: &'a FormField, present: &CurrentValue) -> &'a Widget {
    match (&field.widget, present) {
        (Widget::Checkbox, CurrentValue::Hidden | CurrentValue::Unreadable) => &Widget::YesNo,
        (Widget::Text { .. }, CurrentValue::Shown(shown)) if shown.contains('\n') => {
            &Widget::Multiline { max_length: None }
        }
        (widget, _) => widget,
    }
}

/// Whether there is a checkbox for NULL, because an empty field means something else.
pub(super) fn asks_for_none(field: &FormField, present: &CurrentValue) -> bool {
    field.nullable && !field.required && (field.computed || present.is_unseen())
}

/// The parameter of the checkbox for NULL.
pub(super) fn none_parameter(field: &str) -> String {
    format!("{field}.none")
}

/// Reads a posted form. Fields that were left unchanged are not part of the input, so that others' changes meanwhile stay.
///
/// # Errors
/// Every field that is missing or malformed, and every one that was changed here and, since the form was shown, by somebody else.
pub(super) fn read(action: &Action, fields: &FormFields, before: Option<&Record>) -> Result<Input, Vec<Problem>> {
    let stamps = Stamps::of(fields);
    let mut input = Input::new();
    let mut problems = Vec::new();
    for (index, field) in action.fields.iter().enumerate() {
        let present = present(field, before);
        let mut wrong =
            |code, message: String| problems.push(Problem::new(code, message, vec![field.name.to_string()]));
        if fields.given(&field.name).nth(1).is_some() {
            wrong(Code::Invalid, GIVEN_TWICE.to_owned());
            continue;
        }
        if asks_for_none(field, &present) && fields.get(&none_parameter(&field.name)).is_some() {
            input.set(field.name.clone(), Value::Null);
            continue;
        }
        let text = posted(field, &present, fields);
        if let CurrentValue::Shown(shown) = &present {
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

/// The stamps of a form's fields that show the row's current values, in order.
pub(super) fn stamps(action: &Action, before: Option<&Record>) -> Stamps {
    let stamp = |field: &FormField| match present(field, before) {
        CurrentValue::Shown(shown) => Some(Stamps::one(&canonical(field, &shown))),
        CurrentValue::Absent | CurrentValue::Hidden | CurrentValue::Unreadable => None,
    };
    Stamps::new(action.fields.iter().map(stamp).collect())
}

fn changed_meanwhile(field: &FormField, shown: &str) -> String {
    let again = "send the form again to replace it";
    match &field.widget {
        _ if shown.is_empty() => format!("was emptied by somebody else in the meantime; {again}"),
        Widget::Row { .. } | Widget::Json | Widget::Bytes | Widget::Multiline { .. } | Widget::Checkbox => {
            format!("was changed by somebody else in the meantime; {again}")
        }
        Widget::Select { options } => {
            let title = options.iter().find(|it| it.value == *shown).map_or(shown, |it| &it.title);
            format!("was changed to “{}” by somebody else in the meantime; {again}", isolated(title))
        }
        _ => {
            let shown = label::shortened(shown);
            format!("was changed to “{}” by somebody else in the meantime; {again}", isolated(&shown))
        }
    }
}

/// What was posted for a field, in the form in which [`text`] shows a value. Browsers post line ends as CR LF.
pub(super) fn posted(field: &FormField, present: &CurrentValue, fields: &FormFields) -> String {
    let given = fields.given(&field.name).next().or_else(|| fields.get(&field.name)).unwrap_or_default();
    match widget(field, present) {
        Widget::Multiline { .. } | Widget::Json => given.replace("\r\n", "\n"),
        Widget::Checkbox => if fields.get(&field.name).is_some() { "true" } else { "false" }.to_owned(),
        _ => given.trim().to_owned(),
    }
}

/// A canonical text of a value: browsers format times in their own way, and people format JSON.
fn canonical(field: &FormField, given: &str) -> String {
    if given.is_empty() {
        return String::new();
    }
    parse(&field.ty, given, SpanEnd::First).map_or_else(|_| given.to_owned(), |it| text(&it, &field.widget))
}

/// `None`: not given, so that the default or what is stored stands.
fn value(field: &FormField, present: &CurrentValue, text: &str) -> Result<Option<Value>, String> {
    match (text.is_empty(), field.required) {
        (true, _) if present.is_unseen() => Ok(None),
        (true, true) => Err("is required".to_owned()),
        (true, false) if field.nullable && !field.computed => Ok(Some(Value::Null)),
        (true, false) => Ok(None),
        (false, _) => parse(&field.ty, text, SpanEnd::First).map(Some),
    }
}

/// A value of that type.
///
/// # Errors
/// What the text should be, in words for people.
pub(super) fn parse(ty: &Type, text: &str, instant: SpanEnd) -> Result<Value, String> {
    let wrong = |what: &str| what.to_owned();
    if text.contains(UNSTORABLE) {
        return Err(wrong(HOLDS_UNSTORABLE));
    }
    match ty {
        Type::String => Ok(Value::Text(text.to_owned())),
        Type::CiString => Ok(Value::Text(normalise_ci(text))),
        Type::Enum(_) => Ok(Value::Text(text.to_owned())),
        Type::Integer16 | Type::Integer32 | Type::Integer | Type::BigInteger => {
            text.parse().map(Value::Int).map_err(|_| wrong("must be a whole number"))
        }
        Type::Float => parse_float(text).map(Value::Float).ok_or_else(|| wrong("must be a number, such as 0.5")),
        Type::Date => parse_date(text).map(Value::Date).ok_or_else(|| wrong("must be a date, such as 2026-11-22")),
        Type::Time => time_of_day(text, instant).ok_or_else(|| wrong("must be a time of day, such as 13:05")),
        Type::Duration => {
            let micros = parse_clock(text).or_else(|| parse_duration(text));
            micros.map(Value::Duration).ok_or_else(|| wrong("must be a span of time, such as 1:30:00 or PT1H30M"))
        }
        Type::Bytes => {
            // However it is broken into lines.
            let text: String = text.split_ascii_whitespace().collect();
            parse_bytes(&text).map(Value::Bytes).ok_or_else(|| wrong("must be base64"))
        }
        Type::Boolean => match text {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(wrong("must be yes or no")),
        },
        Type::Uuid | Type::Key(_) => ty.key(text).map(Value::from).ok_or_else(|| wrong("must be an id")),
        Type::Timestamp => {
            let time = timestamp(text, instant).ok_or("must be a date and time, such as 2026-11-22T13:05")?;
            storable_time(time).map(Value::Timestamp).ok_or_else(|| wrong(BEYOND_YEARS))
        }
        Type::Json => serde_json::from_str(text)
            .map(Value::json)
            .map_err(|it| format!("is not valid JSON: line {}, column {}", it.line(), it.column())),
    }
}

/// A time of day; one without seconds stands for a minute.
fn time_of_day(text: &str, instant: SpanEnd) -> Option<Value> {
    let first = parse_time(text)?;
    let last = match instant {
        SpanEnd::First => first,
        SpanEnd::Last => last_instant(first, open(&format!("2026-11-22T{text}")))?,
    };
    Some(Value::Time(last))
}

/// The last microsecond of a span that begins at a time of day.
fn last_instant(first: Time, span: TimeDelta) -> Option<Time> {
    let (last, days) = first.overflowing_add_signed(span - TimeDelta::microseconds(1));
    (days == 0).then_some(last)
}

/// Whether it is a time without an offset, which is read as UTC.
pub(super) fn is_taken_for_utc(text: &str) -> bool {
    let says_none = !clock(text).contains(['+', '-', 'Z', 'z']);
    says_none && timestamp(text, SpanEnd::First).is_some()
}

/// A date, a local date and time as browsers post it (read as UTC), or one with an offset.
fn timestamp(text: &str, instant: SpanEnd) -> Option<DateTimeUtc> {
    let (first, span) = match text.parse::<NaiveDate>() {
        Ok(date) => (date.and_time(NaiveTime::MIN).and_utc(), TimeDelta::days(1)),
        Err(_) => (moment(text)?, open(text)),
    };
    match instant {
        SpanEnd::First => Some(first),
        SpanEnd::Last => first.checked_add_signed(span - TimeDelta::microseconds(1)),
    }
}

fn moment(text: &str) -> Option<DateTimeUtc> {
    let utc = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    let local = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S%.f"];
    if let Some(time) = local.iter().find_map(|it| NaiveDateTime::parse_from_str(utc, it).ok()) {
        return Some(time.and_utc());
    }
    let offset = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z"));
    Some(offset.ok()?.to_utc())
}

/// The span that a written time stands for: `13:05` for a minute, `13:05:07` for a second, `13:05:07.12` for a hundredth of one.
fn open(text: &str) -> TimeDelta {
    let clock = clock(text).split(['+', '-', 'Z', 'z']).next().unwrap_or_default();
    match (clock.matches(':').count(), clock.split_once('.')) {
        (..=1, _) => TimeDelta::minutes(1),
        (_, None) => TimeDelta::seconds(1),
        (_, Some((_, digits))) => TimeDelta::microseconds(10_i64.pow(6 - digits.len().min(6) as u32)),
    }
}

/// What follows the date.
fn clock(text: &str) -> &str {
    text.get("2026-11-22T".len()..).unwrap_or_default()
}

/// The value as a form's text; NULL is empty.
pub(super) fn text(value: &Value, widget: &Widget) -> String {
    match value {
        Value::Null | Value::List(_) => String::new(),
        Value::Bool(it) => it.to_string(),
        Value::Int(it) => it.to_string(),
        Value::Float(it) => float_text(*it),
        Value::Date(it) => date_text(*it),
        Value::Time(it) => {
            let text = time_text(*it);
            text.strip_suffix(".000000").map(str::to_owned).unwrap_or(text)
        }
        Value::Duration(it) => clock_text(*it),
        Value::Bytes(it) => bytes_text(it),
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

    use uuid::Uuid;

    use super::*;

    fn time(text: &str, instant: SpanEnd) -> Option<String> {
        timestamp(text, instant).map(|it| it.to_rfc3339())
    }

    #[test]
    fn times_are_utc_where_they_say_nothing_else() {
        let first = |text: &str| time(text, SpanEnd::First);
        for text in [
            "2026-11-22T13:05",
            "2026-11-22 13:05:00",
            "2026-11-22T13:05Z",
            "2026-11-22T15:05:00+02:00",
            "2026-11-22T15:05+02:00",
        ] {
            assert_eq!(first(text).unwrap(), "2026-11-22T13:05:00+00:00", "{text}");
        }
        assert_eq!(first("2026-11-22").unwrap(), "2026-11-22T00:00:00+00:00");
        for text in
            ["yesterday", "2026-02-30", "2026-11-22Z", "2026-11-22T25:00", "2026-11-22T13:05 01:00", "ö", "2026-11-22ö"]
        {
            assert_eq!(first(text), None, "{text}");
            assert_eq!(time(text, SpanEnd::Last), None, "{text}");
        }
    }

    #[test]
    fn a_time_without_an_offset_is_taken_for_utc() {
        for (text, is) in [
            ("2026-11-22", true),
            ("2026-11-22T13:05", true),
            ("2026-11-22T13:05Z", false),
            ("2026-11-22T13:05:07-01:00", false),
            ("soon", false),
        ] {
            assert_eq!(is_taken_for_utc(text), is, "{text}");
        }
    }

    #[test]
    fn a_day_a_minute_and_a_second_have_a_last_instant() {
        for (text, last) in [
            ("2026-11-22", "2026-11-22T23:59:59.999999+00:00"),
            ("2026-11-22T13:05", "2026-11-22T13:05:59.999999+00:00"),
            ("2026-11-22T14:05+01:00", "2026-11-22T13:05:59.999999+00:00"),
            ("2026-11-22T13:05Z", "2026-11-22T13:05:59.999999+00:00"),
            ("2026-11-22T13:05:07", "2026-11-22T13:05:07.999999+00:00"),
            ("2026-11-22T12:05:07-01:00", "2026-11-22T13:05:07.999999+00:00"),
            ("2026-11-22T13:05:07.5", "2026-11-22T13:05:07.599999+00:00"),
            ("2026-11-22T13:05:07.123Z", "2026-11-22T13:05:07.123999+00:00"),
            ("2026-11-22T13:05:07.123456", "2026-11-22T13:05:07.123456+00:00"),
        ] {
            assert_eq!(time(text, SpanEnd::Last).as_deref(), Some(last), "{text}");
        }
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
            (Value::Float(0.1.into()), Type::Float, Widget::Number),
            (Value::Date("2026-11-22".parse().unwrap()), Type::Date, Widget::Date),
            (Value::Time("13:05:00".parse().unwrap()), Type::Time, Widget::Time),
            (Value::Time("13:05:07.25".parse().unwrap()), Type::Time, Widget::Time),
            (Value::Duration(-5_400_000_001), Type::Duration, Widget::Duration),
            (Value::Bytes(vec![0, 255].into()), Type::Bytes, Widget::Bytes),
        ];
        for (value, ty, widget) in values {
            assert_eq!(parse(&ty, &text(&value, &widget), SpanEnd::First), Ok(value));
        }
    }

    #[test]
    fn a_minute_of_the_day_has_a_last_instant() {
        let last = |text: &str| parse(&Type::Time, text, SpanEnd::Last).map(|it| text_of(&it));
        assert_eq!(last("13:05").as_deref(), Ok("13:05:59.999999"));
        assert_eq!(last("23:59").as_deref(), Ok("23:59:59.999999"));
        assert_eq!(last("13:05:07.5").as_deref(), Ok("13:05:07.599999"));
    }

    fn text_of(value: &Value) -> String {
        text(value, &Widget::Time)
    }

    #[test]
    fn malformed_values_are_told_in_words() {
        assert_eq!(parse(&Type::Integer, "1.5", SpanEnd::First), Err("must be a whole number".into()));
        assert_eq!(parse(&Type::Uuid, "7", SpanEnd::First), Err("must be an id".into()));
        assert_eq!(parse(&Type::Json, "null", SpanEnd::First), Ok(Value::Null));
        assert_eq!(parse(&Type::Json, "{", SpanEnd::First), Err("is not valid JSON: line 1, column 1".into()));
        for time in ["+99999-01-01", "-0001-12-31T23:59", "9999-12-31T23:59:59-01:00"] {
            assert_eq!(
                parse(&Type::Timestamp, time, SpanEnd::First),
                Err("must lie in the years 0 to 9999".into()),
                "{time}"
            );
        }
    }
}
