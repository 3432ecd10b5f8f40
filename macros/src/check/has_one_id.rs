//! R0106: a resource has exactly one `#[id]`.

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::attribute::Attribute;
use crate::model::resource::{Field, FieldKind, Resource};

/// R0106: a resource has exactly one `#[id]`. A further one is treated as an `#[attribute]`.
pub(crate) fn has_one_id(cx: &Ctxt, resource: &mut Resource) {
    let mut ids = resource.fields.iter_mut().filter_map(id);
    let Some(first) = ids.next() else {
        cx.error(DiagnosticCode::PrimaryKey, &resource.ident, format_args!("`{}` has no `#[id]`", resource.ident))
            .help("add `#[id] pub id: Uuid`");
        return;
    };
    for field in ids {
        cx.error(DiagnosticCode::PrimaryKey, &field.ident, format_args!("`{}` is a second `#[id]`", field.ident))
            .help(format_args!("rows are known by `{}`; make this an `#[attribute(unique)]`", first.ident));
        field.kind = FieldKind::Attribute(Box::new(Attribute { public: true, ..Attribute::default() }));
        field.sound = false;
    }
}

fn id(field: &mut Field) -> Option<&mut Field> {
    matches!(&field.kind, FieldKind::Attribute(it) if it.primary_key).then_some(field)
}
