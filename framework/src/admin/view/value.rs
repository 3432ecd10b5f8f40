//! One value as people read it.

use maud::{Markup, html};

use crate::admin::Model;
use crate::admin::cell::Cell;
use crate::admin::model::variant_title;
use crate::ir::Type;
use crate::value::{DateTimeUtc, Value, timestamp_text};

/// Characters of a text in a table.
const SHORT: usize = 80;

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

/// The first line, cut where it is long.
fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let is_whole = line.len() == text.trim_end().len() && line.chars().count() <= SHORT;
    if is_whole { line.to_owned() } else { line.chars().take(SHORT).chain(['…']).collect() }
}

fn time(time: DateTimeUtc, room: Room) -> Markup {
    let format = match room {
        Room::Line => "%Y-%m-%d %H:%M",
        Room::Block => "%Y-%m-%d %H:%M:%S UTC",
    };
    let exact = timestamp_text(time);
    html! { time datetime=(exact) title=(exact) { (time.format(format)) } }
}

/// `12,345`.
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
