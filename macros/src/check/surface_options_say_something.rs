//! R0140: `filter` and `sort` are said of what surfaces show.

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::resource::{FieldKind, Resource};

/// R0140: `filter` and `sort` are said of what surfaces show.
pub(crate) fn surface_options_say_something(cx: &Ctxt, resource: &Resource) {
    for field in &resource.fields {
        let FieldKind::Attribute(attribute) = &field.kind else { continue };
        if attribute.public || !field.sound {
            continue;
        }
        for (name, said) in [("filter", attribute.filter), ("sort", attribute.sort)] {
            let Some((span, _)) = said else { continue };
            let message = format!("`{}` is not public, so no surface could {name} by it", field.ident);
            cx.error_at(DiagnosticCode::SurfaceOption, span, message).help("mark it `public`, or leave this out");
        }
    }
}
