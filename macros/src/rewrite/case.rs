//! `if`, `match` and `matches!`: SQL's CASE, as one chain of calls with one type.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned as _;
use syn::{Expr, ExprIf, ExprMatch, Macro, Pat, Token};

use super::{Rewriter, Tail, call, call_of, lazy, ours};
use crate::code::DiagnosticCode;

/// One arm: its condition and its value, rewritten.
struct Arm {
    condition: TokenStream,
    value: TokenStream,
    /// The span of the value.
    at: Span,
}

impl Arm {
    fn lazy(&self, at: Span) -> TokenStream {
        let (condition, value) = (lazy(at, &self.condition), lazy(self.at, &self.value));
        quote!(#condition, #value)
    }
}

/// How a chain ends.
enum ChainEnd {
    /// `else` or `_`, with its span.
    Otherwise(TokenStream, Span),
    /// The arms cover every variant of the subject.
    Exhausted(TokenStream),
}

impl Rewriter<'_> {
    pub(super) fn r#if(&mut self, first: &ExprIf, tail: Tail<'_>) -> TokenStream {
        let mut arms = Vec::new();
        let mut current = first;
        loop {
            arms.push(self.branch(current, tail));
            match current.else_branch.as_ref().map(|(_, otherwise)| &**otherwise) {
                Some(Expr::If(next)) => current = next,
                Some(otherwise) => {
                    let value = self.tail(otherwise.clone(), tail);
                    let at = match otherwise {
                        Expr::Block(it) => value_span(&it.block),
                        other => other.span(),
                    };
                    return chain(first.if_token.span(), arms, ChainEnd::Otherwise(value, at), tail);
                }
                None => {
                    self.cx
                        .error(
                            DiagnosticCode::NoAnswer,
                            current.if_token,
                            "an `if` in an expression needs an `else`: it becomes SQL's CASE",
                        )
                        .help("write `else { … }`, or join conditions with `&&`");
                    return TokenStream::new();
                }
            }
        }
    }

    fn branch(&mut self, branch: &ExprIf, tail: Tail<'_>) -> Arm {
        let condition = self.tail((*branch.cond).clone(), Tail::Condition);
        Arm { condition, value: self.nested(&branch.then_branch, tail), at: value_span(&branch.then_branch) }
    }

    pub(super) fn r#match(&mut self, it: &ExprMatch, tail: Tail<'_>) -> TokenStream {
        let subject = Scrutinee::new(&it.expr);
        let value = self.operand((*it.expr).clone());
        let mut arms = Vec::new();
        let mut patterns = Vec::new();
        let mut otherwise = None;
        for arm in &it.arms {
            let answer = self.tail((*arm.body).clone(), tail);
            if let Pat::Wild(_) = arm.pat {
                otherwise.get_or_insert((answer, arm.body.span()));
            } else if otherwise.is_some() {
                self.cx
                    .error(DiagnosticCode::UnreachableArm, &arm.pat, "no value reaches this arm")
                    .help("move `_ => …` to the end");
            } else {
                arms.push(Arm { condition: self.pattern(&arm.pat, &subject), value: answer, at: arm.body.span() });
                patterns.push(&arm.pat);
            }
        }
        let (check, end) = match otherwise {
            Some((value, at)) => (TokenStream::new(), ChainEnd::Otherwise(value, at)),
            None => {
                self.text_needs_an_end(it);
                (exhaustive(it, &patterns, &subject), ChainEnd::Exhausted(subject.reference()))
            }
        };
        let subject = subject.name();
        let cases = if arms.is_empty() {
            // `match x { _ => y }`: there is no condition.
            match end {
                ChainEnd::Otherwise(value, _) => value,
                ChainEnd::Exhausted(_) => {
                    self.cx.error(DiagnosticCode::NoAnswer, it.match_token, "a `match` in an expression needs an arm");
                    TokenStream::new()
                }
            }
        } else {
            chain(it.match_token.span(), arms, end, tail)
        };
        quote!({ let #subject = #value; #check #cases })
    }

    /// Requires `_`, because rustc cannot list missing texts.
    fn text_needs_an_end(&self, it: &ExprMatch) {
        let text = |pat: &Pat| matches!(pat, Pat::Lit(lit) if matches!(lit.lit, syn::Lit::Str(_)));
        if it.arms.iter().any(|arm| super::pattern::alternatives(&arm.pat).into_iter().any(text)) {
            self.cx.error(DiagnosticCode::NoAnswer, it.match_token, "a `match` on text needs an arm `_ => …`");
        }
    }

    pub(super) fn matches(&mut self, mac: &Macro) -> TokenStream {
        let Some(Matches { subject: expr, pat }) = self.cx.ok(mac.parse_body()) else { return TokenStream::new() };
        let subject = Scrutinee::new(&expr);
        let value = self.operand(expr);
        let condition = match &pat {
            Pat::Wild(it) => {
                self.cx.error(DiagnosticCode::NoMeaning, it, "`_` matches everything");
                TokenStream::new()
            }
            other => self.pattern(other, &subject),
        };
        let subject = subject.name();
        quote!({ let #subject = #value; #condition })
    }
}

/// The variable of the matched value. Its span is that of the developer's expression, so that rustc underlines that.
pub(super) struct Scrutinee(Ident);

impl Scrutinee {
    fn new(expr: &Expr) -> Self {
        Self(Ident::new("subject", ours(expr.span())))
    }

    fn name(&self) -> TokenStream {
        let name = &self.0;
        quote!(#name)
    }

    pub(super) fn reference(&self) -> TokenStream {
        let name = &self.0;
        quote_spanned!(name.span()=> &#name)
    }
}

/// `matches!(subject, pattern)`.
struct Matches {
    subject: Expr,
    pat: Pat,
}

impl Parse for Matches {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let subject = input.parse()?;
        input.parse::<Token![,]>()?;
        let mut pat = Pat::parse_multi_with_leading_vert(input)?;
        if let Some(if_token) = input.parse::<Option<Token![if]>>()? {
            pat = Pat::Guard(syn::PatGuard { attrs: Vec::new(), pat: Box::new(pat), if_token, guard: input.parse()? });
        }
        input.parse::<Option<Token![,]>>()?;
        Ok(Self { subject, pat })
    }
}

/// Has rustc check the patterns; it is never run.
fn exhaustive(it: &ExprMatch, patterns: &[&Pat], subject: &Scrutinee) -> TokenStream {
    let at = it.match_token.span();
    let reference = subject.reference();
    let value = Ident::new("value", ours(it.expr.span()));
    let check = quote_spanned!(ours(at)=> #reference, |#value| match #value { #(#patterns => {})* });
    let check = call("exhaustive", at, check);
    quote!(#check;)
}

/// The span of a block's value.
fn value_span(block: &syn::Block) -> Span {
    block.stmts.last().map_or_else(|| block.span(), |it| it.span())
}

fn chain(at: Span, arms: Vec<Arm>, end: ChainEnd, tail: Tail<'_>) -> TokenStream {
    let mut arms = arms.into_iter();
    let start = match tail {
        Tail::Promised(ty) => call_of("case", at, ty, TokenStream::new()),
        Tail::Condition => call_of("case", at, quote!(bool), TokenStream::new()),
        Tail::Open => call("choice", at, arms.next().map(|arm| arm.lazy(at))),
    };
    let arms = arms.map(|arm| {
        let (span, arm) = (ours(arm.at), arm.lazy(at));
        quote_spanned!(span=> .when(#arm))
    });
    let end = match end {
        ChainEnd::Otherwise(value, written) => {
            let value = lazy(written, value);
            quote_spanned!(ours(written)=> .otherwise(#value))
        }
        ChainEnd::Exhausted(subject) => quote_spanned!(ours(at)=> .exhausted(#subject)),
    };
    quote!(#start #(#arms)* #end)
}
