//! R0133, R0134: a first row can be made, and no relationship has the name of its key.

use proc_macro2::Ident;
use syn::Type;
use syn::ext::IdentExt as _;

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::relationship::RelationshipKind;
use crate::model::resource::{Resource, Role};

/// R0133: no row requires another row of its own resource; `R1047` of the verifier finds cycles through other resources. R0134: a
/// `belongs_to` does not have the name of its key, which is derived from it.
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
