//! R0107: no field has the name of a column that the macro makes.

use std::collections::HashMap;

use crate::code::Code;
use crate::ctxt::Ctxt;
use crate::model::attribute::{Attribute, ColumnKind};
use crate::model::resource::{Field, FieldKind, Resource};

/// R0107: no field has the name of a column that the macro makes.
pub(crate) fn field_names_differ(cx: &Ctxt, resource: &Resource) {
    let mut written: HashMap<String, &Field> = HashMap::new();
    for field in &resource.fields {
        // The one met later was made, unless both were written: then rustc says so too.
        if let Some(earlier) = written.insert(field.ident.to_string(), field) {
            let guilty = if is_generated(field) { earlier } else { field };
            cx.error(Code::FieldNamesDiffer, &guilty.ident, format_args!("there are two fields `{}`", guilty.ident))
                .help("timestamps and what a sign-in strategy needs are added by `#[resource]`: leave them out");
        }
    }
    for column in resource.columns().filter(|it| matches!(it.kind, ColumnKind::Key { .. })) {
        if let Some(field) = written.get(&column.name.to_string()) {
            let message = format!("`{}` is the key of `{}`, which makes it", column.name, column.written);
            cx.error(Code::FieldNamesDiffer, &field.ident, message).help("leave this field out");
        }
    }
}

fn is_generated(field: &Field) -> bool {
    matches!(&field.kind, FieldKind::Attribute(it) if matches!(**it, Attribute { generated: Some(_), .. }))
}
