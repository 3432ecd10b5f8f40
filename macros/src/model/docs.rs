//! Documentation as it was written above an item.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The lines of `///`, each without its leading space, joined by newlines; empty if there are none.
pub(crate) fn docs(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter(|it| it.path().is_ident("doc")).filter_map(|it| match &it.meta {
        Meta::NameValue(meta) => text(&meta.value),
        Meta::Path(_) | Meta::List(_) => None,
    });
    let lines: Vec<String> = lines.map(|line| line.strip_prefix(' ').unwrap_or(&line).to_owned()).collect();
    lines.join("\n").trim().to_owned()
}

fn text(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}
