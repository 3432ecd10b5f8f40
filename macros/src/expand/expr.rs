//! `expr!(|a| a.kind == ActivityKind::Build)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Expr;

use crate::code::Code;
use crate::ctxt::Ctxt;
use crate::rewrite::{self, Tail};

/// The closure, bare: handed to `filter` directly, its parameter's type is inferred.
pub(crate) fn expr(input: TokenStream) -> TokenStream {
    let cx = Ctxt::new();
    let closure = match cx.ok(syn::parse2::<Expr>(input)) {
        Some(Expr::Closure(closure)) => rewrite::closure(&cx, &closure, Tail::Condition),
        Some(other) => {
            cx.error(Code::Syntax, other, "`expr!` takes a closure").help("write `expr!(|row| row.public)`");
            broken()
        }
        None => broken(),
    };
    let mistakes = cx.finish();
    if mistakes.is_empty() { closure } else { quote!({ #mistakes #closure }) }
}

fn broken() -> TokenStream {
    quote!(|_| ::samara::__private::broken())
}
