//! How an action names its row: `get = slug`, `get(artist, follower = actor)`, `of = actor`; a read has `get` alone too.

use proc_macro2::{Ident, Span, TokenStream};
use syn::Expr;

use super::options::{Options, Value};
use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::action::{NamedBy, RowName};
use crate::model::values::as_ident;

/// What was written of it.
#[derive(Default)]
pub(crate) struct Written {
    /// Where, if anything was.
    pub(crate) at: Option<Span>,
    pub(crate) name: Option<RowName>,
}

/// Takes `get` and `of`.
pub(crate) fn row_name(cx: &Ctxt, options: &mut Options<'_>, reads: bool) -> Written {
    let (get, of) = (options.any("get"), options.any("of"));
    if let (Some((name, _)), Some(_)) = (&get, &of) {
        cx.error(DiagnosticCode::OptionValue, name, "`of = actor` names the row already").help("drop one of them");
    }
    match (get, of) {
        (Some((option, value)), _) => Written { at: Some(option.span()), name: get_by(cx, &option, value, reads) },
        (None, Some((option, value))) => {
            let actor = match &value {
                Value::Is(expr) => as_ident(expr).filter(|it| *it == "actor").cloned(),
                Value::Flag | Value::List(_) => None,
            };
            if actor.is_none() {
                cx.error(DiagnosticCode::OptionValue, &option, "option `of` is written `of = actor`")
                    .help("it means the row of whoever acts; another row is named by `get = some_identity`");
            }
            Written { at: Some(option.span()), name: actor.map(RowName::Actor) }
        }
        (None, None) => Written::default(),
    }
}

fn get_by(cx: &Ctxt, option: &Ident, value: Value, reads: bool) -> Option<RowName> {
    match value {
        Value::Flag if reads => None,
        Value::Is(expr) => {
            let name = as_ident(&expr).cloned();
            if name.is_none() {
                misread(cx, &expr);
            }
            name.map(RowName::Identity)
        }
        Value::List(tokens) => attributes(cx, option, tokens),
        Value::Flag => {
            cx.error(
                DiagnosticCode::OptionValue,
                option,
                "`get` does not say by what: a row is named by its id anyway",
            )
            .help(FORMS);
            None
        }
    }
}

/// `artist, follower = actor`.
fn attributes(cx: &Ctxt, option: &Ident, tokens: TokenStream) -> Option<RowName> {
    let before = cx.count();
    let parts = Options::parse(cx, tokens).into_any().into_iter().filter_map(|(attribute, value)| match value {
        Value::Flag => Some(NamedBy { attribute, actor: None }),
        Value::Is(expr) if as_ident(&expr).is_some_and(|it| it == "actor") => {
            Some(NamedBy { attribute, actor: as_ident(&expr).cloned() })
        }
        Value::Is(expr) => {
            misread(cx, &expr);
            None
        }
        Value::List(_) => {
            cx.error(DiagnosticCode::OptionValue, attribute, "an attribute is named alone, or `= actor`").help(FORMS);
            None
        }
    });
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() && cx.count() == before {
        cx.error(DiagnosticCode::OptionValue, option, "`get` lists no attribute").help(FORMS);
    }
    (cx.count() == before && !parts.is_empty()).then_some(RowName::Attributes(parts))
}

const FORMS: &str = "write `get = slug`, or `get(artist, listener = actor)`";

fn misread(cx: &Ctxt, value: &Expr) {
    cx.error(DiagnosticCode::OptionValue, value, "a row is named by an identity, or by attributes that are one")
        .help(FORMS);
}
