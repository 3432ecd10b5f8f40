//! R0136: an admin list shows public attributes.

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::attribute::ColumnKind;
use crate::model::resource::Resource;

/// R0136: an admin list shows public attributes. Calculations, which are declared elsewhere, are left to `R1046` of the verifier.
pub(crate) fn columns_are_public(cx: &Ctxt, resource: &Resource) {
    for name in resource.admin.iter().flat_map(|it| &it.columns) {
        let Some(column) = resource.column(name).filter(|it| it.sound) else { continue };
        let (public, sensitive) = match column.kind {
            ColumnKind::Attribute(it) => (it.public, it.sensitive),
            ColumnKind::Key { public, .. } => (public, false),
        };
        if sensitive && !public {
            cx.error(
                DiagnosticCode::HiddenColumn,
                name,
                format_args!("`{name}` is sensitive, so the admin's list cannot show it"),
            )
            .help("leave it out");
        } else if !public {
            cx.error(
                DiagnosticCode::HiddenColumn,
                name,
                format_args!("`{name}` is not public, so the admin's list cannot show it"),
            )
            .help("mark the attribute `public`, or leave it out here");
        }
    }
}
