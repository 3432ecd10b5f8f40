//! R0230: each argument of an action is used.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{ExprClosure, Pat};

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::action::{Action, ActionKind, Actions, Change, When};
use crate::model::call::is_reserved;

/// R0230: each argument of an action is used. One that begins with `_` need not be, and a Rust function may use any.
pub(crate) fn arguments_are_used(cx: &Ctxt, actions: &Actions) {
    let judged = |it: &&Action| it.sound && !runs_a_function(it) && closures(it).all(|closure| is_given(it, closure));
    for action in actions.actions.iter().filter(judged) {
        let asked = asked(action);
        for argument in &action.arguments {
            let name = argument.ident.to_string();
            // A name that it may not have has been reported.
            let needs_no_use = name.starts_with('_') || is_reserved(&action.kind, &argument.ident);
            if needs_no_use || asked.iter().any(|it| mentions(it.clone(), &argument.ident)) {
                continue;
            }
            cx.error(DiagnosticCode::ArgumentUnused, &argument.ident, format_args!("nothing asks `{name}`"))
                .help("use it in a `filter`, `set`, `require` or `validate`, or run a `change` or `before` that does")
                .help(format_args!("name it `_{name}` if callers may give it all the same"));
        }
    }
}

/// The conditions of an action.
fn closures(action: &Action) -> impl Iterator<Item = &ExprClosure> {
    let filter = match &action.kind {
        ActionKind::Read(read) => read.filter.as_ref(),
        _ => None,
    };
    let requirements = action.rules.requirements.iter().flat_map(|it| it.when.iter().chain([&it.condition]));
    filter.into_iter().chain(requirements)
}

/// Whether the closure's parameters after the row are only arguments and the actor. Another name is a mistake that is reported elsewhere,
/// and may stand for the argument that seems unused.
fn is_given(action: &Action, closure: &ExprClosure) -> bool {
    closure.inputs.iter().skip(1).all(|it| match it {
        Pat::Ident(name) => action.arguments.iter().any(|it| it.ident == name.ident),
        _ => true,
    })
}

fn runs_a_function(action: &Action) -> bool {
    let runs = |it: &Change| matches!(it, Change::Function(_));
    matches!(action.kind, ActionKind::Generic(_))
        || action.rules.changes.iter().any(runs)
        || action.hooks(When::Before).next().is_some()
}

/// The expressions that may use an argument. A closure's parameter list is not a use.
fn asked(action: &Action) -> Vec<TokenStream> {
    let mut asked: Vec<TokenStream> = Vec::new();
    if let ActionKind::Read(read) = &action.kind {
        asked.extend(read.filter.iter().map(|it| it.body.to_token_stream()));
    }
    for requirement in &action.rules.requirements {
        asked.extend(requirement.when.iter().chain([&requirement.condition]).map(|it| it.body.to_token_stream()));
        asked.extend(requirement.message.values.iter().map(|it| it.to_token_stream()));
    }
    for change in &action.rules.changes {
        if let Change::Set { value, when, .. } = change {
            asked.push(value.to_token_stream());
            asked.extend(when.iter().map(|it| it.body.to_token_stream()));
        }
    }
    asked
}

/// A column or method of that name, `row.title`, does not count.
fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    let mut behind_dot = false;
    tokens.into_iter().any(|it| {
        let is_member = std::mem::replace(&mut behind_dot, matches!(&it, TokenTree::Punct(it) if it.as_char() == '.'));
        match it {
            TokenTree::Ident(ident) => !is_member && ident == *name,
            TokenTree::Group(group) => mentions(group.stream(), name),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        }
    })
}
