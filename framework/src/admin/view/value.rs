//! One value as people read it.

use maud::{Markup, html};

use crate::admin::Model;
use crate::admin::cell::Cell;
use crate::admin::label::shortened;
use crate::admin::list::COUNTED;
use crate::admin::model::variant_title;
use crate::ir::Type;
use crate::value::{DateTimeUtc, Value, timestamp_text};

/// How much room there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// A table's cell: one line.
    Line,
    /// As much as it takes.
    Block,
}

/// A cell; a row of a resource with a screen is a link.
pub(super) fn cell(model: &Model, cell: &Cell<'_>, room: Room) -> Markup {
    match cell {
        Cell::Value(value, ty) => value_of(value, ty, room),
        Cell::Nothing => nothing(),
        Cell::Hidden => html! { span.hidden-mark title="You may not see this." { "hidden" } },
        Cell::Row(resource, id, label) => match model.of(*resource) {
            Some(screen) => html! { a href=(screen.row_address(*id)) { (label) } },
            None => html! { (label) },
        },
    }
}

/// What stands where there is nothing.
pub(super) fn nothing() -> Markup {
    html! { span.nothing { span aria-hidden="true" { "–" } span.unseen { "none" } } }
}

/// A value of that type.
pub(super) fn value_of(value: &Value, ty: &Type, room: Room) -> Markup {
    match value {
        Value::Null | Value::List(_) => nothing(),
        Value::Bool(it) => html! { (if *it { "Yes" } else { "No" }) },
        Value::Int(it) => html! { span.number { (it) } },
        Value::Duration(it) => html! { span.number { (it) " s" } },
        Value::Uuid(it) => html! { code { (it) } },
        Value::Timestamp(it) => time(*it, room),
        Value::Json(it) => json(it, room),
        Value::Text(it) => match ty {
            Type::Enum(_) => html! { span.tag { (variant_title(it)) } },
            _ => text(it, room),
        },
    }
}

fn text(text: &str, room: Room) -> Markup {
    match room {
        Room::Block if text.contains('\n') => html! { pre { (text) } },
        Room::Block => html! { (text) },
        Room::Line => html! { (shortened(text)) },
    }
}

fn json(value: &serde_json::Value, room: Room) -> Markup {
    match room {
        Room::Block => html! { pre { (serde_json::to_string_pretty(value).unwrap_or_default()) } },
        Room::Line => html! { code { (shortened(&value.to_string())) } },
    }
}

fn time(time: DateTimeUtc, room: Room) -> Markup {
    let format = match room {
        Room::Line => "%Y-%m-%d %H:%M",
        Room::Block => "%Y-%m-%d %H:%M:%S UTC",
    };
    let exact = timestamp_text(time);
    html! { time datetime=(exact) title=(exact) { (time.format(format)) } }
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
        let long = Value::Text(format!("<b>{}", "x".repeat(100)));
        let line = value_of(&long, &Type::String, Room::Line).into_string();
        assert!(line.starts_with("&lt;b&gt;xxx") && line.ends_with('…'));
        assert!(!value_of(&long, &Type::String, Room::Block).into_string().contains('…'));
    }
}
