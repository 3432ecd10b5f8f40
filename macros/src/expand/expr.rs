//! `expr!(|a| a.kind == ActivityKind::Build)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Expr;

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::rewrite::{self, Tail};

/// The closure with its body rewritten to a condition.
pub(crate) fn expr(cx: &Ctxt, input: TokenStream) -> TokenStream {
    match cx.ok(syn::parse2::<Expr>(input)) {
        Some(Expr::Closure(closure)) => rewrite::closure(cx, &closure, Tail::Condition),
        Some(other) => {
            cx.error(DiagnosticCode::Syntax, other, "`expr!` takes a closure").help("write `expr!(|row| row.public)`");
            broken()
        }
        None => broken(),
    }
}

fn broken() -> TokenStream {
    quote!(|_| ::samara::__private::broken())
}
