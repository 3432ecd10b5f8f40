//! R0133, R0134: a relationship is named for the other row, and a first row can be made.

use proc_macro2::Ident;
use syn::Type;
use syn::ext::IdentExt as _;

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::relationship::RelationshipKind;
use crate::model::resource::{Resource, Role};

/// R0133: no row needs another of its own resource first; what goes by way of others, `R1047` of the verifier finds. R0134: a
/// `belongs_to` has not the name of its key, which is made of it.
pub(crate) fn relationships_begin(cx: &Ctxt, resource: &Resource) {
    for (field, relationship) in resource.relationships() {
        let RelationshipKind::BelongsTo { optional, .. } = relationship.kind else { continue };
        // What a strategy adds is not the mistake.
        let written = field.sound && !matches!(resource.role, Some(Role::MagicLink { .. } | Role::Session { .. }));
        if written && !optional && is_itself(&relationship.target, &resource.ident) {
            cx.error(
                DiagnosticCode::RequiresItself,
                &field.ty,
                "a row would need another row of its own resource first",
            )
            .help(format_args!("write `Option<BelongsTo<{}>>`", resource.ident));
        }
        let name = field.ident.unraw().to_string();
        if let Some(stem) = name.strip_suffix("_id").filter(|it| !it.is_empty()) {
            cx.error(
                DiagnosticCode::NamedAsKey,
                &field.ident,
                format_args!("`{name}` names a key, and this is the relationship"),
            )
            .help(format_args!(
                "name it `{stem}`: its key is `{stem}_id` then; as it is, the key would be `{name}_id`"
            ));
        }
    }
}

fn is_itself(target: &Type, resource: &Ident) -> bool {
    matches!(target, Type::Path(path) if path.path.is_ident(resource) || path.path.is_ident("Self"))
}
