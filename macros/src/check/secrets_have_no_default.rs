//! R0116: a sensitive attribute has no default that everybody could read.

use syn::{Expr, ExprLit, Lit, Type};

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::resource::{FieldKind, Resource};
use crate::model::types::{argument_of, is_named};

/// R0116: a sensitive text or JSON has no default but the empty one: the source, the manifest and a migration would reveal it.
pub(crate) fn secrets_have_no_default(cx: &Ctxt, resource: &Resource) {
    for field in &resource.fields {
        let FieldKind::Attribute(attribute) = &field.kind else { continue };
        let Some(default) = attribute.default.as_ref().filter(|_| attribute.sensitive) else { continue };
        if holds_text(&field.ty) && !is_empty(default) {
            let message = format!("`{}` is sensitive, and everybody could read this", field.ident);
            cx.error(DiagnosticCode::SensitiveDefault, default, message).help(
                "a default stands in the source, the manifest and the migrations; let a `change` function make the value",
            );
        }
    }
}

fn holds_text(ty: &Type) -> bool {
    let inner = argument_of(ty, "Guarded").unwrap_or(ty);
    let inner = argument_of(inner, "Option").unwrap_or(inner);
    ["String", "CiString", "Json"].iter().any(|it| is_named(inner, it))
}

/// `""`, or a call without arguments: `Json::object()`.
fn is_empty(default: &Expr) -> bool {
    match default {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => text.value().is_empty(),
        Expr::Call(call) => call.args.is_empty(),
        _ => false,
    }
}
