//! Patterns of `match` and `matches!`: variants, literals and alternatives of them.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote, quote_spanned};
use syn::Pat;
use syn::spanned::Spanned as _;

use super::case::Scrutinee;
use super::{Rewriter, call, lazy};
use crate::code::DiagnosticCode;

impl Rewriter<'_> {
    /// The condition under which `subject` matches.
    pub(super) fn pattern(&mut self, pat: &Pat, subject: &Scrutinee) -> TokenStream {
        let mut conditions = alternatives(pat).into_iter().map(|it| self.alternative(it, subject)).collect::<Vec<_>>();
        let Some(mut condition) = conditions.pop() else { return TokenStream::new() };
        while let Some(before) = conditions.pop() {
            let condition_so_far = lazy(pat.span(), condition);
            condition = call("or", pat.span(), quote!(#before, #condition_so_far));
        }
        condition
    }

    fn alternative(&mut self, pat: &Pat, subject: &Scrutinee) -> TokenStream {
        let value = match pat {
            Pat::Path(it) => it.to_token_stream(),
            Pat::Lit(it) => it.to_token_stream(),
            Pat::Ident(it) if names_a_variant(it) => it.to_token_stream(),
            Pat::Guard(it) => {
                self.cx
                    .error(DiagnosticCode::NoMeaning, it.if_token, "an arm has no guard in an expression")
                    .help("use `if … { … } else { … }`");
                return TokenStream::new();
            }
            other => {
                self.cx
                    .error(DiagnosticCode::NoMeaning, other, "an expression matches variants, literals and `_` only")
                    .help(
                        "use `.is_none()`, `.is_some_and(|it| …)` or comparisons for what may be absent or in a range",
                    );
                return TokenStream::new();
            }
        };
        let subject = subject.reference();
        // A text is a reference already.
        let is_text = matches!(pat, Pat::Lit(it) if matches!(it.lit, syn::Lit::Str(_)));
        let ampersand = (!is_text).then(|| quote_spanned!(pat.span()=> &));
        self.compared("equals", pat.span(), subject, quote!(#ampersand #value))
    }
}

/// `A | B` as a list; else the pattern alone.
pub(super) fn alternatives(pat: &Pat) -> Vec<&Pat> {
    match pat {
        Pat::Or(it) => it.cases.iter().flat_map(alternatives).collect(),
        Pat::Paren(it) => alternatives(&it.pat),
        other => vec![other],
    }
}

/// A name in upper case is a variant or a constant in scope; any other would bind.
fn names_a_variant(pat: &syn::PatIdent) -> bool {
    let plain = pat.by_ref.is_none() && pat.mutability.is_none() && pat.subpat.is_none();
    plain && pat.ident.to_string().starts_with(char::is_uppercase)
}
