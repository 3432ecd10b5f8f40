//! R0135, R0231: the names of a declaration are valid in GraphQL.

use heck::{ToLowerCamelCase as _, ToPascalCase as _};
use proc_macro2::Ident;
use syn::LitStr;
use syn::ext::IdentExt as _;

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::action::{Action, ActionKind, Actions};
use crate::model::resource::{FieldKind, Resource};

/// R0135: the GraphQL type of a resource and the names of its public fields are valid in GraphQL.
pub(crate) fn types_are_names(cx: &Ctxt, resource: &Resource) {
    let Some(ty) = &resource.graphql else { return };
    if let Some(objection) = objection(&ty.value()) {
        cx.error(DiagnosticCode::GraphqlType, ty, format_args!("`{}` is no GraphQL type: {objection}", ty.value()))
            .help(format_args!("write `#[graphql(type = \"{}\")]`", proposed(&ty.value().to_pascal_case(), "Task")));
    }
    for field in &resource.fields {
        let public = match &field.kind {
            FieldKind::Attribute(it) => it.public,
            FieldKind::Relationship(it) => it.public,
        };
        if public && let Some(objection) = made(&field.ident) {
            cx.error(
                DiagnosticCode::GraphqlType,
                &field.ident,
                format_args!("GraphQL has no field `{}`: {objection}", field.ident),
            )
            .help("rename it, or leave it private");
        }
    }
}

/// R0231: the names of public actions and of their arguments are valid in GraphQL, and no two actions of a block share one by `name =
/// "…"`.
pub(crate) fn actions_are_names(cx: &Ctxt, actions: &Actions) {
    let public = || actions.actions.iter().filter(|it| !it.private);
    for (index, action) in public().enumerate() {
        match &action.name {
            Some(name) => named(cx, name, public().take(index).filter(|it| is_query(it) == is_query(action))),
            None => {
                if let Some(objection) = made(&action.ident) {
                    let message = format!("GraphQL has no field `{}`: {objection}", action.ident);
                    cx.error(DiagnosticCode::GraphqlName, &action.ident, message)
                        .help("rename it, write `name = \"…\"`, or make it `private`");
                }
            }
        }
        for argument in &action.arguments {
            if let Some(objection) = made(&argument.ident) {
                let message = format!("GraphQL has no argument `{}`: {objection}", argument.ident);
                cx.error(DiagnosticCode::GraphqlName, &argument.ident, message).help("rename it");
            }
        }
    }
}

fn named<'a>(cx: &Ctxt, name: &LitStr, mut earlier: impl Iterator<Item = &'a Action>) {
    let text = name.value();
    if let Some(objection) = objection(&text) {
        cx.error(DiagnosticCode::GraphqlName, name, format_args!("`{text}` is no name in GraphQL: {objection}"))
            .help(format_args!("write `name = \"{}\"`", proposed(&text.to_lower_camel_case(), "archiveTask")));
    } else if let Some(other) = earlier.find(|it| it.name.as_ref().is_some_and(|it| it.value() == text)) {
        cx.error(DiagnosticCode::GraphqlName, name, format_args!("`{}` has the name `{text}` in GraphQL", other.ident))
            .help("give each a name of its own");
    }
}

fn is_query(action: &Action) -> bool {
    match &action.kind {
        ActionKind::Read(_) => true,
        ActionKind::Generic(generic) => generic.query,
        ActionKind::Create | ActionKind::Update | ActionKind::Destroy => false,
    }
}

/// What is wrong with the GraphQL name of something that has this name in Rust.
fn made(ident: &Ident) -> Option<&'static str> {
    objection(&ident.unraw().to_string().to_lower_camel_case())
}

/// A valid name made of the text, or else an example of one.
fn proposed<'t>(made: &'t str, example: &'t str) -> &'t str {
    if objection(made).is_none() { made } else { example }
}

/// Source: <https://spec.graphql.org/draft/#Name>; names that start with `__` are reserved for introspection.
fn objection(name: &str) -> Option<&'static str> {
    let letter = |it: char| it.is_ascii_alphabetic() || it == '_';
    if !name.starts_with(letter) {
        Some("a name starts with a letter of ASCII or `_`")
    } else if !name.chars().all(|it| letter(it) || it.is_ascii_digit()) {
        Some("a name has letters of ASCII, digits and `_`")
    } else if name.starts_with("__") {
        Some("what starts with `__` is GraphQL's own")
    } else {
        None
    }
}
