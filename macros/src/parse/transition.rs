//! A move of a state machine: `transition(state: Draft | Rejected => State::Proposed, "message")`.

use proc_macro2::{Ident, TokenStream};
use syn::parse::{Parse, ParseStream};
use syn::{LitStr, Path, Token};

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::action::Transition;

/// What stands in the parentheses of `transition`.
pub(crate) fn transition(cx: &Ctxt, tokens: TokenStream) -> Option<Transition> {
    let Written { attribute, from, to, message } = cx.ok(syn::parse2(tokens))?;
    if to.segments.len() < 2 {
        let state = last(&to).map_or_else(String::new, Ident::to_string);
        cx.error(DiagnosticCode::TransitionState, &to, "say of which enum this is a state")
            .help(format_args!("write `transition({attribute}: … => State::{state})`"));
        return None;
    }
    let from: Vec<Path> = from.into_iter().map(|it| beside(&to, it)).collect();
    let states: Vec<&Ident> = from.iter().filter_map(last).collect();
    let again = states.iter().enumerate().filter(|(index, state)| states[..*index].contains(state));
    for (_, state) in again {
        cx.error(DiagnosticCode::TransitionState, state, format_args!("`{state}` is named twice"))
            .help("keep one of them");
    }
    Some(Transition { attribute, from, to, message })
}

/// A variant alone is one of the same enum.
fn beside(to: &Path, mut state: Path) -> Path {
    if state.segments.len() == 1 && state.leading_colon.is_none() {
        let variant = state.segments.last().cloned();
        let owner = to.segments.iter().take(to.segments.len() - 1).cloned();
        state.leading_colon = to.leading_colon;
        state.segments = owner.chain(variant).collect();
    }
    state
}

fn last(path: &Path) -> Option<&Ident> {
    path.segments.last().map(|it| &it.ident)
}

struct Written {
    attribute: Ident,
    from: Vec<Path>,
    to: Path,
    message: Option<LitStr>,
}

impl Parse for Written {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attribute = input.parse()?;
        input.parse::<Token![:]>()?;
        let mut from = vec![input.call(Path::parse_mod_style)?];
        while input.parse::<Option<Token![|]>>()?.is_some() {
            from.push(input.call(Path::parse_mod_style)?);
        }
        input.parse::<Token![=>]>()?;
        let to = input.call(Path::parse_mod_style)?;
        let message = match input.parse::<Option<Token![,]>>()? {
            Some(_) if !input.is_empty() => Some(input.parse()?),
            _ => None,
        };
        if input.is_empty() { Ok(Self { attribute, from, to, message }) } else { Err(input.error("expected `)`")) }
    }
}
