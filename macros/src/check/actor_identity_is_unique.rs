//! R0112: an actor is identified by one attribute that is unique.

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::resource::{Actor, FieldKind, Resource, Role};

/// R0112: an actor is identified by one attribute that is unique.
pub(crate) fn actor_identity_is_unique(cx: &Ctxt, resource: &Resource) {
    let Some(Role::Actor(Actor { identity, .. })) = &resource.role else { return };
    let attributes = resource.fields.iter().filter_map(|it| match &it.kind {
        FieldKind::Attribute(attribute) => Some((&it.ident, attribute)),
        FieldKind::Relationship(_) => None,
    });
    match attributes.clone().find(|(ident, _)| *ident == identity) {
        None => {
            let names: Vec<_> = attributes.map(|(ident, _)| ident.to_string()).collect();
            cx.error(
                DiagnosticCode::ActorIdentity,
                identity,
                format_args!("`{}` has no attribute `{identity}`", resource.ident),
            )
            .nearest(&identity.to_string(), names.iter().map(String::as_str));
        }
        Some((ident, attribute)) if !attribute.unique => {
            cx.error(DiagnosticCode::ActorIdentity, identity, format_args!("two actors could have the same `{ident}`"))
                .help(format_args!("write `#[attribute(unique)]` above `{ident}`"));
        }
        Some(_) => {}
    }
}
