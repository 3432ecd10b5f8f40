//! Values and times as people read them.

use chrono::TimeDelta;
use maud::{Markup, html};

use crate::ir::{Name, Type};
use crate::record::Field;
use crate::value::{DateTimeUtc, Value, timestamp_text};

/// A value, a dash where there is none or it is hidden, or that it is unknown where it has none that could be shown.
pub(super) fn show(field: Option<&Field>, ty: &Type) -> Markup {
    if let Some(Field::Failed(_)) = field {
        return html! { span.quiet-text { "unknown" } };
    }
    let Some(value) = field.and_then(Field::shown) else { return html! { span.quiet-text { "–" } } };
    match value {
        Value::Null | Value::List(_) => html! { span.quiet-text { "–" } },
        Value::Bool(it) => html! { (if *it { "yes" } else { "no" }) },
        Value::Int(it) | Value::Duration(it) => html! { (it) },
        Value::Uuid(it) => html! { code { (it) } },
        Value::Timestamp(it) => time(*it, Shows::Minute),
        Value::Json(it) => json(it),
        Value::Text(it) if matches!(ty, Type::Enum(_)) => {
            html! { span.tag { (Name::from(it.to_lowercase()).label()) } }
        }
        Value::Text(it) => html! { (it) },
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
                    span.quiet-text { (key) ":" } " " (value)
                }
            }
        },
        None => html! { code { (value) } },
    }
}

/// How much of a time is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shows {
    /// The time of a day that is clear: `15:04 UTC`.
    Clock,
    /// `3 Jan 2026, 15:04 UTC`.
    Minute,
    /// `3 Jan 2026, 15:04:05 UTC`.
    Second,
}

/// A time in UTC; our script tells it in the browser's zone, whose name it says. The exact value is seen on hover.
pub(crate) fn time(time: DateTimeUtc, shows: Shows) -> Markup {
    let exact = timestamp_text(time);
    let (name, format) = match shows {
        Shows::Clock => ("clock", "%H:%M UTC"),
        Shows::Minute => ("minute", "%-d %b %Y, %H:%M UTC"),
        Shows::Second => ("second", "%-d %b %Y, %H:%M:%S UTC"),
    };
    html! { time datetime=(exact) title=(exact) data-shows=(name) { (time.format(format)) } }
}

/// How long ago a time is: `5 minutes ago`; the day, where it is long.
pub(super) fn ago(time: DateTimeUtc, now: DateTimeUtc) -> Markup {
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
pub(super) fn span(span: TimeDelta) -> String {
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
        let pair = |key: &str, value: &str| format!("<span class=\"quiet-text\">{key}:</span> {value}");
        assert_eq!(told, format!("<span>{}, {}</span>", pair("minutes", "5"), pair("note", "&lt;b&gt;")));
        assert_eq!(text(serde_json::json!({ "at": [1] })), "<code>{&quot;at&quot;:[1]}</code>");
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
