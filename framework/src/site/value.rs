//! The HTML of values and times.

use std::borrow::Cow;

use chrono::{TimeDelta, Timelike as _};
use maud::{Markup, html};

use crate::ir::{Name, Type};
use crate::record::Field;
use crate::value::{Date, DateTimeUtc, Time, Value, clock_text, date_text, float_text, time_text, timestamp_text};

/// The first of the three marks that begin an isolate; the second is that of a text from right to left.
const LEFT_TO_RIGHT_ISOLATE: char = '\u{2066}';
/// Begins an isolate whose direction is that of its first letter which has one.
const FIRST_STRONG_ISOLATE: char = '\u{2068}';
/// Ends an isolate.
const POP_DIRECTIONAL_ISOLATE: char = '\u{2069}';

/// A value; a dash if there is none or it is hidden; "unknown" if it could not be worked out.
pub(crate) fn show(field: Option<&Field>, ty: &Type) -> Markup {
    if let Some(Field::Failed(_)) = field {
        return html! { span.quiet-text { "unknown" } };
    }
    let Some(value) = field.and_then(Field::shown) else { return html! { span.quiet-text { "–" } } };
    match value {
        Value::Null | Value::List(_) => html! { span.quiet-text { "–" } },
        Value::Bool(it) => html! { (if *it { "yes" } else { "no" }) },
        Value::Int(it) => html! { (it) },
        Value::Float(it) => html! { (float_text(*it)) },
        Value::Duration(it) => html! { (clock_text(*it)) },
        Value::Date(it) => date(*it),
        Value::Time(it) => clock(*it),
        Value::Bytes(it) => html! { span.quiet-text { (size(it)) } },
        Value::Uuid(it) => html! { code { (it) } },
        Value::Timestamp(it) => time(*it, TimePrecision::Minute),
        Value::Json(it) => json(it),
        Value::Text(it) if matches!(ty, Type::Enum(_)) => {
            html! { span.tag { (Name::from(it.to_lowercase()).label()) } }
        }
        Value::Text(it) => bdi(it),
    }
}

/// An object of plain values as a list of them, anything else as it is written.
fn json(value: &serde_json::Value) -> Markup {
    let plain = |it: &serde_json::Value| match it {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Array(_) | serde_json::Value::Object(_) => None,
        other => Some(other.to_string()),
    };
    let pairs: Option<Vec<(&String, String)>> =
        value.as_object().and_then(|it| it.iter().map(|(key, value)| Some((key, plain(value)?))).collect());
    match pairs {
        Some(pairs) if pairs.is_empty() => html! { span.quiet-text { "–" } },
        Some(pairs) => html! {
            span {
                @for (index, (key, value)) in pairs.iter().enumerate() {
                    @if index > 0 { ", " }
                    span.quiet-text { (bdi(key)) ":" } " " (bdi(value))
                }
            }
        },
        None => html! { code { (bdi(&value.to_string())) } },
    }
}

/// A text that somebody wrote, as part of another: its letters and marks change the direction of nothing beside it.
pub(crate) fn bdi(text: &str) -> Markup {
    html! { bdi { (balanced(text)) } }
}

/// The same where no markup can stand, such as in an option, a title or a message.
///
/// Source: Unicode Standard Annex #9, 2.4 "Explicit Directional Isolates".
pub(crate) fn isolated(text: &str) -> Cow<'_, str> {
    match balanced(text) {
        // None of it is written from right to left.
        text if text.is_ascii() => text,
        text => Cow::Owned(format!("{FIRST_STRONG_ISOLATE}{text}{POP_DIRECTIONAL_ISOLATE}")),
    }
}

/// The text without what would end the isolate that it is put into, also that of a `bdi`; what it begins, it ends.
fn balanced(text: &str) -> Cow<'_, str> {
    if !text.contains(|it: char| (LEFT_TO_RIGHT_ISOLATE..=POP_DIRECTIONAL_ISOLATE).contains(&it)) {
        return Cow::Borrowed(text);
    }
    let (mut open, mut balanced) = (0_usize, String::new());
    for letter in text.chars() {
        match letter {
            LEFT_TO_RIGHT_ISOLATE..=FIRST_STRONG_ISOLATE => open += 1,
            POP_DIRECTIONAL_ISOLATE if open == 0 => continue,
            POP_DIRECTIONAL_ISOLATE => open -= 1,
            _ => {}
        }
        balanced.push(letter);
    }
    balanced.extend(std::iter::repeat_n(POP_DIRECTIONAL_ISOLATE, open));
    Cow::Owned(balanced)
}

/// How precisely a time is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimePrecision {
    /// Only the time of day: `15:04 UTC`.
    Clock,
    /// `3 Jan 2026, 15:04 UTC`.
    Minute,
    /// `3 Jan 2026, 15:04:05 UTC`.
    Second,
}

/// A time in UTC; a script shows it in the browser's zone, with the zone's name. The exact value is shown on hover.
pub(crate) fn time(time: DateTimeUtc, shows: TimePrecision) -> Markup {
    let exact = timestamp_text(time);
    let (name, format) = match shows {
        TimePrecision::Clock => ("clock", "%H:%M UTC"),
        TimePrecision::Minute => ("minute", "%-d %b %Y, %H:%M UTC"),
        TimePrecision::Second => ("second", "%-d %b %Y, %H:%M:%S UTC"),
    };
    html! { time datetime=(exact) title=(exact) data-shows=(name) { (time.format(format)) } }
}

/// A date, which is the same in every zone.
pub(crate) fn date(date: Date) -> Markup {
    let exact = date_text(date);
    html! { time datetime=(exact) title=(exact) { (date.format("%-d %b %Y")) } }
}

/// A time of day, which is the same in every zone: with its seconds, if it has some.
pub(crate) fn clock(time: Time) -> Markup {
    let exact = time_text(time);
    let is_whole = time.second() == 0 && time.nanosecond() == 0;
    html! { time datetime=(exact) title=(exact) { (time.format(if is_whole { "%H:%M" } else { "%H:%M:%S" })) } }
}

/// How many bytes there are.
pub(crate) fn size(bytes: &[u8]) -> String {
    format!("{} byte{}", bytes.len(), if bytes.len() == 1 { "" } else { "s" })
}

/// How long ago a time is: `5 minutes ago`; the date, if it is long ago.
pub(crate) fn ago(time: DateTimeUtc, now: DateTimeUtc) -> Markup {
    let passed = now - time;
    let text = match passed {
        it if it < TimeDelta::minutes(1) => "just now".into(),
        it if it < TimeDelta::days(7) => format!("{} ago", span(it)),
        _ => time.format("on %-d %b %Y").to_string(),
    };
    let exact = timestamp_text(time);
    html! { time datetime=(exact) title=(exact) { (text) } }
}

/// A span of time in its largest whole unit: `10 minutes`, `1 hour`.
pub(crate) fn span(span: TimeDelta) -> String {
    let units = [(span.num_days(), "day"), (span.num_hours(), "hour"), (span.num_minutes(), "minute")];
    let (number, unit) = units.into_iter().find(|it| it.0 > 0).unwrap_or((span.num_seconds(), "second"));
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_in_their_largest_unit() {
        for (seconds, expect) in
            [(600, "10 minutes"), (60, "1 minute"), (5400, "1 hour"), (90, "1 minute"), (2, "2 seconds")]
        {
            assert_eq!(span(TimeDelta::seconds(seconds)), expect);
        }
        assert_eq!(span(TimeDelta::days(2)), "2 days");
    }

    #[test]
    fn a_flat_object_is_told_without_its_signs() {
        let text = |value| json(&value).into_string();
        let told = text(serde_json::json!({ "minutes": 5, "note": "<b>" }));
        let pair =
            |key: &str, value: &str| format!("<span class=\"quiet-text\"><bdi>{key}</bdi>:</span> <bdi>{value}</bdi>");
        assert_eq!(told, format!("<span>{}, {}</span>", pair("minutes", "5"), pair("note", "&lt;b&gt;")));
        assert_eq!(text(serde_json::json!({ "at": [1] })), "<code><bdi>{&quot;at&quot;:[1]}</bdi></code>");
    }

    #[test]
    fn what_turns_writing_round_is_isolated_in_plain_text() {
        for (text, expect) in [
            ("Harbour", "Harbour"),
            ("", ""),
            ("École", "\u{2068}École\u{2069}"),
            ("\u{202e}ruobraH", "\u{2068}\u{202e}ruobraH\u{2069}"),
            ("נמל", "\u{2068}נמל\u{2069}"),
            // What it begins is ended, and what it would end of others is not.
            ("a\u{2067}b", "\u{2068}a\u{2067}b\u{2069}\u{2069}"),
            ("a\u{2066}b\u{2069}c", "\u{2068}a\u{2066}b\u{2069}c\u{2069}"),
            ("a\u{2069}\u{202e}b", "\u{2068}a\u{202e}b\u{2069}"),
            ("a\u{2069}b", "ab"),
        ] {
            assert_eq!(isolated(text), expect, "{text:?}");
        }
        let nested = isolated("\u{202e}a").into_owned();
        assert_eq!(isolated(&nested), format!("\u{2068}{nested}\u{2069}"));
    }

    #[test]
    fn what_turns_writing_round_is_isolated_in_a_value() {
        // A browser too would end the `bdi` with it.
        let text = "\u{2069}\u{202e}Harbour";
        let shown = show(Some(&Field::Shown(Value::Text(text.into()))), &Type::String).into_string();
        assert_eq!(shown, "<bdi>\u{202e}Harbour</bdi>");
        let object = json(&serde_json::json!({ text: text })).into_string();
        assert_eq!(object.matches(&shown).count(), 2, "{object}");
    }

    #[test]
    fn what_is_long_ago_is_told_by_its_day() {
        let now = DateTimeUtc::UNIX_EPOCH + TimeDelta::days(400);
        let text = |seconds| ago(now - TimeDelta::seconds(seconds), now).into_string();
        assert!(text(5).contains(">just now<"), "{}", text(5));
        assert!(text(7200).contains(">2 hours ago<"), "{}", text(7200));
        assert!(text(86_400 * 30).contains(">on 6 Jan 1971<"), "{}", text(86_400 * 30));
    }
}
