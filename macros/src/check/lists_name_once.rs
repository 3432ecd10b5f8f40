//! R0137: an identity, an index and an admin list name each attribute once.

use proc_macro2::Ident;

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::resource::Resource;

/// R0137: an identity, an index and an admin list name each attribute once.
pub(crate) fn lists_name_once(cx: &Ctxt, resource: &Resource) {
    for identity in &resource.identities {
        once(cx, &identity.attributes.iter().collect::<Vec<_>>());
    }
    for index in &resource.indexes {
        once(cx, &index.iter().map(|it| &it.name).collect::<Vec<_>>());
    }
    if let Some(admin) = &resource.admin {
        once(cx, &admin.columns.iter().collect::<Vec<_>>());
    }
}

fn once(cx: &Ctxt, names: &[&Ident]) {
    for (index, name) in
        names.iter().enumerate().filter(|(index, name)| names.iter().take(*index).any(|it| it == *name))
    {
        let message = format!("`{name}` is named twice, here as number {}", index + 1);
        cx.error(DiagnosticCode::NamedTwice, name, message).help("name it once");
    }
}
