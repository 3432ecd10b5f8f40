//! Names of `impl` blocks: `#[actions(review)]`, and the lists of `#[resource(…, actions = [review])]`.

use proc_macro2::{Ident, TokenStream, TokenTree};

use super::names::names;
use super::options::Options;
use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::resource::Blocks;

/// The name of a further block; `None` for the block without a name.
pub(crate) fn name(cx: &Ctxt, kind: &str, options: TokenStream) -> Option<Ident> {
    if options.is_empty() {
        return None;
    }
    let name = syn::parse2::<Ident>(options.clone()).ok();
    if name.is_none() {
        cx.error(
            DiagnosticCode::OptionValue,
            options,
            format_args!("`#[{kind}]` takes the name of its block, and nothing else"),
        )
        .help(format_args!("the first block of a resource has none; a further one is `#[{kind}(name)]`"));
    }
    name
}

/// The name of a block of actions, if it is a further one, and the options behind it: `review, validate(…)`.
pub(crate) fn name_and_options(options: TokenStream) -> (Option<Ident>, TokenStream) {
    let mut tokens = options.clone().into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Ident(name)), None) => (Some(name), TokenStream::new()),
        (Some(TokenTree::Ident(name)), Some(TokenTree::Punct(comma))) if comma.as_char() == ',' => {
            (Some(name), tokens.collect())
        }
        _ => (None, options),
    }
}

/// The blocks that a resource lists.
pub(crate) fn listed(cx: &Ctxt, options: &mut Options<'_>) -> Blocks {
    let mut list = |option: &'static str, form| {
        let given = options.value(option, form);
        let listed = given.map(|(option, list)| names(cx, &option, &list)).unwrap_or_default();
        once(cx, listed)
    };
    Blocks {
        actions: list("actions", "actions = [review]"),
        policies: list("policies", "policies = [review]"),
        calculations: list("calculations", "calculations = [review]"),
    }
}

fn once(cx: &Ctxt, listed: Vec<Ident>) -> Vec<Ident> {
    let mut kept: Vec<Ident> = Vec::new();
    for name in listed {
        if kept.contains(&name) {
            cx.error(DiagnosticCode::DuplicateOption, &name, format_args!("block `{name}` is listed twice"))
                .help("keep one of them");
        } else {
            kept.push(name);
        }
    }
    kept
}
