//! R0108: no two identities of a resource share a name, and none has that of an attribute.

use proc_macro2::Ident;

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::attribute::{Attribute, ColumnKind};
use crate::model::resource::Resource;

/// R0108: no two identities of a resource share a name; a `unique` attribute is one of its own name. Nor has one the name of another
/// attribute: both are constants of the resource. Removes those that do.
pub(crate) fn identity_names_differ(cx: &Ctxt, resource: &mut Resource) {
    let unique = |kind: &ColumnKind<'_>| matches!(kind, ColumnKind::Attribute(Attribute { unique: true, .. }));
    let columns: Vec<_> = resource.columns().map(|it| (it.name.clone(), unique(&it.kind))).collect();
    let mut earlier: Vec<Ident> = Vec::new();
    resource.identities.retain(|identity| {
        let name = &identity.name;
        let column = columns.iter().find(|(it, _)| it == name);
        if let Some((_, false)) = column {
            cx.error(
                DiagnosticCode::IdentityNamesDiffer,
                name,
                format_args!("identity `{name}` has the name of an attribute"),
            )
            .help(format_args!("name it for all that it holds: `identity({name}_of_owner = [{name}, owner])`"));
        } else if column.is_some() || earlier.contains(name) {
            cx.error(DiagnosticCode::IdentityNamesDiffer, name, format_args!("identity `{name}` is declared twice"))
                .help("an attribute that is `unique` is an identity of its own name");
        }
        if identity.attributes.is_empty() {
            cx.error(DiagnosticCode::IdentityNamesDiffer, name, format_args!("identity `{name}` names no attribute"))
                .help(format_args!("write `identity({name} = [a, b])`"));
        }
        let differs = column.is_none() && !earlier.contains(name);
        earlier.push(name.clone());
        differs
    });
}
