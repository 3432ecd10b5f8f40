//! R0108: no two identities of a resource share a name.

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::attribute::{Attribute, ColumnKind};
use crate::model::resource::Resource;

/// R0108: no two identities of a resource share a name; a `unique` attribute is one of its own name.
pub(crate) fn identity_names_differ(cx: &Ctxt, resource: &Resource) {
    let unique = |kind: &ColumnKind<'_>| matches!(kind, ColumnKind::Attribute(Attribute { unique: true, .. }));
    let own: Vec<_> = resource.columns().filter(|it| unique(&it.kind)).map(|it| it.name).collect();
    for (index, identity) in resource.identities.iter().enumerate() {
        let name = &identity.name;
        let earlier = resource.identities.iter().take(index).map(|it| &it.name);
        if own.iter().chain(earlier).any(|it| it == name) {
            cx.error(DiagnosticCode::IdentityNamesDiffer, name, format_args!("identity `{name}` is declared twice"))
                .help("an attribute that is `unique` is an identity of its own name");
        }
        if identity.attributes.is_empty() {
            cx.error(DiagnosticCode::IdentityNamesDiffer, name, format_args!("identity `{name}` names no attribute"))
                .help(format_args!("write `identity({name} = [a, b])`"));
        }
    }
}
