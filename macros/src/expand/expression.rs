//! `#[expression] fn visible(world: Row<World>, actor: Actor<User>) -> bool { … }`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned as _;
use syn::{ItemFn, ReturnType, Signature, Type, parse_quote_spanned};

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::rewrite::{self, Tail};

/// The function, with its body rewritten and an `Expr` of its type as the answer.
pub(crate) fn expression(cx: &Ctxt, function: ItemFn) -> TokenStream {
    let ItemFn { attrs, vis, sig, block, .. } = function;
    let before = cx.count();
    let (signature, body) = rewritten(cx, sig, &block);
    let quiet = quiet(cx, before);
    quote!(#(#attrs)* #quiet #vis #signature #body)
}

/// Of a body with mistakes, which are those from `before` on: what could not be used uses nothing either.
pub(crate) fn quiet(cx: &Ctxt, before: usize) -> Option<TokenStream> {
    (cx.count() > before).then(|| quote!(#[allow(unused_variables)]))
}

/// A function whose answer is an expression of what it promised: its signature and its body.
pub(crate) fn rewritten(cx: &Ctxt, mut signature: Signature, body: &syn::Block) -> (Signature, TokenStream) {
    if let Some(token) = &signature.asyncness {
        cx.error(DiagnosticCode::NoMeaning, token, "an expression cannot wait: it must mean the same in SQL");
        signature.asyncness = None;
    }
    let promised = promised(cx, &signature);
    let body = match &promised {
        Some(ty) => rewrite::body(cx, body, Tail::Promised(ty)),
        None => quote!({ ::samara::__private::broken() }),
    };
    let ty = promised.unwrap_or_else(|| syn::parse_quote!(bool));
    signature.output = parse_quote_spanned!(ty.span()=> -> ::samara::__private::Expr<#ty>);
    (signature, body)
}

/// The type that the function promises.
fn promised(cx: &Ctxt, signature: &Signature) -> Option<Type> {
    match &signature.output {
        ReturnType::Type(_, ty) => Some((**ty).clone()),
        ReturnType::Default => {
            cx.error(DiagnosticCode::NoAnswer, &signature.ident, "this function does not say what it gives")
                .help("write `-> bool`, or another attribute type");
            None
        }
    }
}
