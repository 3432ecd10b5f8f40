//! The return value of a generic action.

use maud::{Markup, html};

use super::value::{ValueLayout, nothing, value_of};
use crate::admin::gate::AdminVisitor;
use crate::admin::model::{Action, Screen};
use crate::ir::{ActionKind, Returns, ReturnsField};
use crate::record::ReturnValue;

pub(super) fn section(admin: &AdminVisitor, screen: &Screen, action: &Action, answer: &ReturnValue) -> Markup {
    let declared = admin.app().resource(screen.id).action(&action.name);
    let Some(ActionKind::Generic { returns, .. }) = declared.map(|it| &it.kind) else { return html! {} };
    html! {
        section.related aria-labelledby="answer" {
            h2 #answer { "Answer" }
            (markup(admin, returns, answer))
        }
    }
}

fn markup(admin: &AdminVisitor, returns: &Returns, answer: &ReturnValue) -> Markup {
    match (returns, answer) {
        (Returns::Value { ty, .. }, ReturnValue::Value(value)) => {
            html! { p { (value_of(admin, value, ty, ValueLayout::Block)) } }
        }
        (Returns::Object { fields, .. }, ReturnValue::Object(_)) => {
            objects(admin, fields, std::slice::from_ref(answer))
        }
        (Returns::List(_), ReturnValue::List(items)) if items.is_empty() => html! { p.nothing { "None." } },
        (Returns::List(item), ReturnValue::List(items)) => match &**item {
            Returns::Object { fields, .. } => objects(admin, fields, items),
            item => html! { ul { @for answer in items { li { (markup(admin, item, answer)) } } } },
        },
        _ => nothing(),
    }
}

fn objects(admin: &AdminVisitor, fields: &[ReturnsField], answers: &[ReturnValue]) -> Markup {
    let rows = answers.iter().filter_map(|it| match it {
        ReturnValue::Object(values) => Some(values),
        ReturnValue::Value(_) | ReturnValue::List(_) => None,
    });
    html! {
        div.scroll {
            table role="table" {
                caption.unseen { "Answer" }
                thead role="rowgroup" {
                    tr role="row" { @for field in fields { th role="columnheader" scope="col" { (field.name.label()) } } }
                }
                tbody role="rowgroup" {
                    @for row in rows {
                        tr role="row" {
                            @for (field, value) in fields.iter().zip(row) {
                                td role="cell" data-label=(field.name.label()) { (value_of(admin, value, &field.ty, ValueLayout::Line)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
