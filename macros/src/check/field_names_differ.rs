//! R0107: no field has the name of a column that the macro makes.

use std::collections::HashMap;

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::attribute::{ColumnKind, Generated};
use crate::model::resource::{Field, FieldKind, Resource};

/// R0107: no field has the name of a column that the macro makes. Removes those that do.
pub(crate) fn field_names_differ(cx: &Ctxt, resource: &mut Resource) {
    let mut names = HashMap::new();
    let mut guilty = Vec::new();
    for (index, field) in resource.fields.iter().enumerate() {
        let Some((earlier, ident)) = names.insert(field.ident.to_string(), (index, &field.ident)) else { continue };
        // The field that the developer wrote is reported, not the one that the macro made.
        let (at, ident) = if is_made(field) { (earlier, ident) } else { (index, &field.ident) };
        cx.error(DiagnosticCode::FieldNamesDiffer, ident, format_args!("there are two fields `{ident}`"))
            .help(
                "timestamps, and what `soft_delete` or a sign-in strategy needs, are added by `#[resource]`: leave them out",
            );
        guilty.push(at);
    }
    let mut index = 0..;
    resource.fields.retain(|_| index.next().is_none_or(|it| !guilty.contains(&it)));
    let keys = resource.columns().filter(|it| matches!(it.kind, ColumnKind::Key { .. }));
    let keys: Vec<_> = keys.map(|it| (it.name, it.written.clone())).collect();
    resource.fields.retain(|field| {
        let Some((name, relationship)) = keys.iter().find(|(key, _)| *key == field.ident) else { return true };
        cx.error(
            DiagnosticCode::FieldNamesDiffer,
            &field.ident,
            format_args!("`{name}` is the key of `{relationship}`, which makes it"),
        )
        .help("leave this field out");
        false
    });
}

/// Whether `#[resource]` adds it, with a name of its own.
fn is_made(field: &Field) -> bool {
    let FieldKind::Attribute(attribute) = &field.kind else { return false };
    attribute.generated.is_some_and(|it| it != Generated::Id)
}
