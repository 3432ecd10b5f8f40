//! The HTML of one value.

use chrono::TimeDelta;
use maud::{Markup, html};

use crate::admin::cell::Cell;
use crate::admin::gate::AdminVisitor;
use crate::admin::label::shortened;
use crate::admin::list::COUNTED;
use crate::admin::model::variant_title;
use crate::ir::{App, Type};
use crate::site::value::{TimePrecision, bdi, clock, date, isolated, size, time};
use crate::value::{DateTimeUtc, Value, ValueError, clock_text, float_text};

/// The number of colours for the variants of an enum, in the order declared; the stylesheet has as many.
const HUES: usize = 6;

/// Characters that are shown on hover: as many as a window holds.
const WHOLE: usize = 1_000;

/// How a value is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ValueLayout {
    /// A table's cell: one line.
    Line,
    /// A block of several lines.
    Block,
}

/// A cell; a row of a resource with a screen is a link.
pub(super) fn cell(admin: &AdminVisitor, cell: &Cell<'_>, room: ValueLayout) -> Markup {
    match cell {
        Cell::Value(value, ty) => value_of(admin, value, ty, room),
        Cell::Nothing => nothing(),
        Cell::Hidden => html! { span.hidden-mark title="You may not see this." { "hidden" } },
        Cell::Failed(ValueError::Overflow) => html! {
            span.hidden-mark title="It cannot be worked out: a number or time is out of range." { "out of range" }
        },
        Cell::Failed(ValueError::Unreadable | ValueError::IllTyped) => html! {
            span.hidden-mark title="What is stored is no value of this field; the log says what it is." { "unknown" }
        },
        Cell::Row(resource, id, label) => {
            let shown = text(label, room);
            match admin.model.of(*resource) {
                Some(screen) => html! { a href=(screen.row_address(id)) { (shown) } },
                None => shown,
            }
        }
    }
}

/// One line of a text, cut by the stylesheet where it does not fit; the whole text is shown on hover.
fn line(text: &str, shown: &Markup) -> Markup {
    let whole: String = text.chars().take(WHOLE).collect();
    html! { span.line title=(isolated(&whole)) { (shown) } }
}

/// What is shown for no value.
pub(super) fn nothing() -> Markup {
    html! { span.nothing { span aria-hidden="true" { "–" } span.unseen { "none" } } }
}

/// A value of that type.
pub(super) fn value_of(admin: &AdminVisitor, value: &Value, ty: &Type, room: ValueLayout) -> Markup {
    match value {
        Value::Null | Value::List(_) => nothing(),
        Value::Bool(it) => html! { (if *it { "Yes" } else { "No" }) },
        Value::Int(it) => html! { span.number { (it) } },
        Value::Float(it) => html! { span.number { (float_text(*it)) } },
        Value::Duration(it) => html! { span.number { (clock_text(*it)) } },
        Value::Date(it) => date(*it),
        Value::Time(it) => clock(*it),
        Value::Bytes(it) => html! { span.quiet-text { (size(it)) } },
        Value::Uuid(it) => uuid(&it.to_string(), room),
        Value::Timestamp(it) => when(*it, admin.cx().now(), room),
        Value::Json(it) => json(it, room),
        Value::Text(it) => match ty {
            Type::Enum(name) => badge(admin.app(), name, it),
            _ => text(it, room),
        },
    }
}

fn badge(app: &App, name: &str, stored: &str) -> Markup {
    let position = app.find_enum(name).and_then(|it| it.variants.iter().position(|it| it.stored == *stored));
    let class = format!("tag hue-{}", position.unwrap_or_default() % HUES);
    html! { span class=(class) { (variant_title(stored)) } }
}

/// What writes from right to left, or says so, turns nothing round beside it.
fn text(text: &str, room: ValueLayout) -> Markup {
    match room {
        ValueLayout::Block if text.contains('\n') => html! { pre { (text) } },
        ValueLayout::Block => bdi(text),
        ValueLayout::Line => line(text, &bdi(&shortened(text))),
    }
}

fn uuid(id: &str, room: ValueLayout) -> Markup {
    let shown = html! { code { (id) } };
    if room == ValueLayout::Line { line(id, &shown) } else { shown }
}

fn json(value: &serde_json::Value, room: ValueLayout) -> Markup {
    match room {
        ValueLayout::Block => html! { pre { (serde_json::to_string_pretty(value).unwrap_or_default()) } },
        ValueLayout::Line => {
            let text = value.to_string();
            line(&text, &html! { code { (bdi(&shortened(&text))) } })
        }
    }
}

fn when(at: DateTimeUtc, now: DateTimeUtc, room: ValueLayout) -> Markup {
    match room {
        ValueLayout::Line => time(at, TimePrecision::Minute),
        ValueLayout::Block => html! {
            (time(at, TimePrecision::Second))
            @if let Some(distance) = distance(at - now) { " " span.quiet-text { "(" (distance) ")" } }
        },
    }
}

/// `3 hours ago`, `in 10 minutes`: within two months, in the largest unit that counts more than one.
fn distance(from_now: TimeDelta) -> Option<String> {
    let seconds = from_now.num_seconds();
    let size = seconds.unsigned_abs();
    let (count, unit) = match size {
        0..60 => return Some("just now".to_owned()),
        60..7_200 => (size / 60, "minute"),
        7_200..172_800 => (size / 3_600, "hour"),
        172_800..5_184_000 => (size / 86_400, "day"),
        _ => return None,
    };
    let plural = if count == 1 { "" } else { "s" };
    Some(if seconds < 0 { format!("{count} {unit}{plural} ago") } else { format!("in {count} {unit}{plural}") })
}

/// How many rows there are, as far as they are counted: `10,000+`.
pub(super) fn total(total: u64) -> String {
    if total > COUNTED { format!("{}+", number(COUNTED)) } else { number(total) }
}

/// `12,345`.
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_threes() {
        for (given, shown) in [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345_678, "12,345,678")] {
            assert_eq!(number(given), shown);
        }
    }

    #[test]
    fn text_is_escaped_and_cut_in_a_table_only() {
        let long = format!("<b>{}", "x".repeat(100));
        let line = text(&long, ValueLayout::Line).into_string();
        assert!(line.contains("><bdi>&lt;b&gt;xxx") && line.ends_with("…</bdi></span>"), "{line}");
        assert!(line.contains(&format!("title=\"&lt;b&gt;{}\"", "x".repeat(100))));
        assert!(!text(&long, ValueLayout::Block).into_string().contains('…'));
    }

    #[test]
    fn a_time_says_how_far_off_it_is() {
        for (seconds, shown) in [
            (-59, Some("just now")),
            (-60, Some("1 minute ago")),
            (600, Some("in 10 minutes")),
            (-7_200, Some("2 hours ago")),
            (172_800, Some("in 2 days")),
            (-5_184_000, None),
        ] {
            assert_eq!(distance(TimeDelta::seconds(seconds)).as_deref(), shown, "{seconds}");
        }
    }
}
