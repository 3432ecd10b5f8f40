//! R0106: a resource has exactly one `#[id]`.

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::resource::{FieldKind, Resource};

/// R0106: a resource has exactly one `#[id]`.
pub(crate) fn has_one_id(cx: &Ctxt, resource: &Resource) {
    let is_id = |kind: &FieldKind| matches!(kind, FieldKind::Attribute(it) if it.primary_key);
    let mut ids = resource.fields.iter().filter(|it| is_id(&it.kind));
    match (ids.next(), ids.next()) {
        (None, _) => {
            cx.error(DiagnosticCode::PrimaryKey, &resource.ident, format_args!("`{}` has no `#[id]`", resource.ident))
                .help("add `#[id] pub id: Uuid`");
        }
        (Some(first), Some(second)) => {
            cx.error(DiagnosticCode::PrimaryKey, &second.ident, format_args!("`{}` is a second `#[id]`", second.ident))
                .help(format_args!("rows are known by `{}`; make this an `#[attribute(unique)]`", first.ident));
        }
        (Some(_), None) => {}
    }
}
