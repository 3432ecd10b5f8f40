//! R0602: no two variants are stored as the same text.

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::enumeration::Enumeration;

/// R0602: no two variants are stored as the same text.
pub(crate) fn variant_names_differ(cx: &Ctxt, enumeration: &Enumeration) {
    for (index, variant) in enumeration.variants.iter().enumerate() {
        if let Some(earlier) = enumeration.variants.iter().take(index).find(|it| it.stored == variant.stored) {
            let message =
                format!("`{}` and `{}` are both stored as `{}`", earlier.ident, variant.ident, variant.stored);
            cx.error(DiagnosticCode::VariantNamesDiffer, &variant.ident, message).help("rename one");
        }
    }
    if enumeration.variants.is_empty() {
        cx.error(
            DiagnosticCode::EnumShape,
            &enumeration.ident,
            format_args!("`{}` has no variants", enumeration.ident),
        );
    }
}
