//! Expressions of attributes, rewritten into calls that build trees.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::{Expr, ExprClosure, Pat, PatType, Path};

use super::{at, attribute_type};
use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::action::Argument;
use crate::model::values::as_ident;
use crate::rewrite::{self, Tail};

/// The tree of an attribute's default.
pub(crate) fn default(cx: &Ctxt, value: &Expr, ty: &Ident, name: &str) -> TokenStream {
    if as_ident(value).is_some_and(|it| it == "None") {
        cx.error(
            DiagnosticCode::OptionValue,
            value,
            format_args!("`{name}` is `None` where nothing is given, without a default"),
        )
        .help("leave `default` out");
        return quote!(::samara::__private::broken());
    }
    let (span, before) = (at(value), cx.count());
    let value = rewrite::expression(cx, value, Tail::Open);
    if cx.count() > before {
        return quote!(::samara::__private::broken());
    }
    quote_spanned!(span=> { let __body = ::samara::__private::Body::start(); __body.value::<#ty, _>(#name, #value) })
}

/// The tree of a condition over a row: `|row| …`, `|row, actor: Actor<User>| …`, then arguments by their names.
pub(crate) fn condition(
    cx: &Ctxt,
    resource: &Path,
    what: &str,
    closure: &ExprClosure,
    arguments: &[Argument],
) -> TokenStream {
    let before = cx.count();
    let parameters = parameters(cx, closure, arguments);
    let body = rewrite::expression(cx, &closure.body, Tail::Condition);
    if cx.count() > before {
        return quote!(::samara::__private::broken());
    }
    quote! {
        {
            let __body = ::samara::__private::Body::start();
            let __roots = __body.roots::<#resource>();
            #parameters
            __body.tree(#what, #body)
        }
    }
}

/// The tree of a value that a message tells, over the parameters of the condition's `closure`.
pub(crate) fn told(
    cx: &Ctxt,
    resource: &Path,
    what: &str,
    closure: &ExprClosure,
    value: &Expr,
    arguments: &[Argument],
) -> TokenStream {
    let before = cx.count();
    let parameters = parameters(cx, closure, arguments);
    let body = rewrite::expression(cx, value, Tail::Open);
    if cx.count() > before {
        return quote!(::samara::__private::broken());
    }
    quote! {
        {
            #[allow(unused_variables, reason = "a value need not use all that the condition does")]
            let __told = {
                let __body = ::samara::__private::Body::start();
                let __roots = __body.roots::<#resource>();
                #parameters
                __body.tree(#what, #body)
            };
            __told
        }
    }
}

/// The name and tree of `attribute = value` in `set`; a closure where the value reads the row, the actor or an argument.
pub(crate) fn assigned(
    cx: &Ctxt,
    resource: &Path,
    what: &str,
    field: &TokenStream,
    value: &Expr,
    arguments: &[Argument],
) -> TokenStream {
    if as_ident(value).is_some_and(|it| it == "None") {
        return quote!(::samara::__private::cleared(#field));
    }
    let before = cx.count();
    let (parameters, body) = match value {
        Expr::Closure(closure) => (parameters(cx, closure, arguments), &*closure.body),
        other => (TokenStream::new(), other),
    };
    let span = at(body);
    let body = rewrite::expression(cx, body, Tail::Open);
    if cx.count() > before {
        return quote!(::samara::__private::broken());
    }
    // A name of its own, so that what is wrong with the value is found there, and not at the attribute.
    let there = Ident::new("field", Span::mixed_site().located_at(span));
    quote_spanned! {span=>
        {
            let #there = #field;
            let __body = ::samara::__private::Body::start();
            let __roots = __body.roots::<#resource>();
            #parameters
            #there.assigned(__body, #what, #body)
        }
    }
}

/// Binds the closure's parameters: the first is the row, one with a type the actor, the rest arguments of the action.
fn parameters(cx: &Ctxt, closure: &ExprClosure, arguments: &[Argument]) -> TokenStream {
    let bindings = closure.inputs.iter().enumerate().map(|(index, parameter)| {
        let argument = arguments.iter().find(|it| matches!(parameter, Pat::Ident(pat) if pat.ident == it.ident));
        match (parameter, argument) {
            (Pat::Ident(_), Some(Argument { ident, ty, .. })) => {
                let (name, ty) = (ident.unraw().to_string(), attribute_type(ty));
                quote_spanned!(at(parameter)=> let #parameter = __roots.argument::<#ty>(#name);)
            }
            (_, None) if index == 0 => quote_spanned!(at(parameter)=> let #parameter = __roots.row();),
            (Pat::Type(PatType { pat, ty, .. }), _) => {
                quote_spanned!(at(ty)=> let #pat: #ty = __roots.actor();)
            }
            (Pat::Wild(_), _) => TokenStream::new(),
            (other, _) => {
                cx.error(
                    DiagnosticCode::ClosureParameter,
                    other,
                    "this is neither the row nor an argument of the action",
                )
                .help("the actor needs its type: `|row, actor: Actor<User>| …`")
                .help("an argument has the name of a parameter of the function below");
                TokenStream::new()
            }
        }
    });
    bindings.collect()
}
