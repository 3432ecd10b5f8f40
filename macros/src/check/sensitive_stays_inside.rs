//! R0113: no surface shows a sensitive attribute.

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::resource::{FieldKind, Resource};

/// R0113: no surface shows a sensitive attribute.
pub(crate) fn sensitive_stays_inside(cx: &Ctxt, resource: &Resource) {
    for field in &resource.fields {
        if matches!(&field.kind, FieldKind::Attribute(it) if it.sensitive && it.public) {
            cx.error(
                DiagnosticCode::SensitivePublic,
                &field.ident,
                format_args!("`{}` is both sensitive and public", field.ident),
            )
            .help("what is `sensitive` never leaves the framework; drop one of the two");
        }
    }
}
