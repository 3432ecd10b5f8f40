//! The return value of a generic action.

use maud::{Markup, html};

use super::value::{ValueLayout, cell, nothing, value_of};
use crate::admin::act::Returned;
use crate::admin::cell::Cell;
use crate::admin::gate::AdminVisitor;
use crate::admin::label;
use crate::admin::model::{Action, Screen};
use crate::ir::{ActionKind, Returns, ReturnsField};
use crate::record::{ReturnValue, ReturnedRows};

pub(super) fn section(admin: &AdminVisitor, screen: &Screen, action: &Action, answer: &Returned) -> Markup {
    let declared = admin.app().resource(screen.id).action(&action.name);
    let Some(ActionKind::Generic { returns, .. }) = declared.map(|it| &it.kind) else { return html! {} };
    html! {
        section.related aria-labelledby="answer" {
            h2 #answer { "Answer" }
            (markup(admin, returns, &answer.value, &answer.rows))
        }
    }
}

fn markup(admin: &AdminVisitor, returns: &Returns, answer: &ReturnValue, rows: &ReturnedRows) -> Markup {
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
            Returns::Row { .. } => {
                let shown: Vec<_> = items.iter().filter_map(|it| row(admin, it, rows)).collect();
                html! {
                    @if shown.is_empty() { p.nothing { "None." } } @else { ul { @for row in shown { li { (row) } } } }
                }
            }
            item => html! { ul { @for answer in items { li { (markup(admin, item, answer, rows)) } } } },
        },
        (Returns::Row { .. }, answer) => html! { p { (row(admin, answer, rows).unwrap_or_else(nothing)) } },
        _ => nothing(),
    }
}

/// The label of a row, as a link where its resource has a screen; `None` if there is none that the visitor may read.
fn row(admin: &AdminVisitor, answer: &ReturnValue, rows: &ReturnedRows) -> Option<Markup> {
    let ReturnValue::Row(Some(key)) = answer else { return None };
    let (app, row) = (admin.app(), rows.get(key)?);
    let shown = Cell::Row(row.resource, row.id(app)?, label::full(app, row));
    Some(cell(admin, &shown, ValueLayout::Block))
}

fn objects(admin: &AdminVisitor, fields: &[ReturnsField], answers: &[ReturnValue]) -> Markup {
    let rows = answers.iter().filter_map(|it| match it {
        ReturnValue::Object(values) => Some(values),
        ReturnValue::Value(_) | ReturnValue::Row(_) | ReturnValue::List(_) => None,
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
