//! One attribute's value as people read it.

use maud::{Markup, html};

use crate::ir::{Name, Type};
use crate::record::Field;
use crate::value::{Value, timestamp_text};

/// A value, or a dash where there is none or it is hidden.
pub(super) fn show(field: Option<&Field>, ty: &Type) -> Markup {
    let Some(value) = field.and_then(Field::shown) else { return html! { span.quiet-text { "–" } } };
    match value {
        Value::Null | Value::List(_) => html! { span.quiet-text { "–" } },
        Value::Bool(it) => html! { (if *it { "yes" } else { "no" }) },
        Value::Int(it) | Value::Duration(it) => html! { (it) },
        Value::Uuid(it) => html! { code { (it) } },
        Value::Timestamp(it) => {
            html! { time datetime=(timestamp_text(*it)) { (it.format("%Y-%m-%d %H:%M")) } }
        }
        Value::Json(it) => html! { code { (it) } },
        Value::Text(it) if matches!(ty, Type::Enum(_)) => {
            html! { span.tag { (Name::from(it.to_lowercase()).label()) } }
        }
        Value::Text(it) => html! { (it) },
    }
}
