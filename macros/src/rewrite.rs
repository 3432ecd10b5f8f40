//! Rewrites the bodies of policies, calculations and filters into calls that build an expression.
//!
//! Operators, `if` and `match` become calls as rustc would desugar them; all else stays as it is, with its spans, so that rustc itself
//! checks names, types and variants, and editors complete inside. Macros are not entered, so `value!(…)` is plain Rust. Other plain Rust
//! is refused in a declaration, whose body runs once: see `plain`.
//!
//! ```text
//! activity.user_id == actor.id || actor.role == Role::Coordinator
//! or((&activity.user_id).equals(&actor.id), || cond((&actor.role).equals(&Role::Coordinator)))
//! ```

mod block;
mod case;
mod operator;
mod pattern;
mod plain;
mod refuse;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprClosure, Macro, Type};

use crate::ctxt::Ctxt;

/// What the end of a body must be.
#[derive(Clone, Copy)]
pub(crate) enum Tail<'a> {
    /// A value or an expression of this type.
    Promised(&'a Type),
    /// A condition: unknown is not true.
    Condition,
    /// Any: the call around the body determines it.
    Open,
}

/// When a body runs.
#[derive(Clone, Copy, PartialEq)]
enum Runs {
    /// When the app starts: it is part of a declaration, and its value is used for every row and request.
    Once,
    /// Whenever the code around it runs: it is an ad-hoc filter.
    EachTime,
}

/// The body of a function, rewritten; a stub if something in it has no meaning.
pub(crate) fn body(cx: &Ctxt, block: &Block, tail: Tail<'_>) -> TokenStream {
    unless_broken(cx, || {
        let mut rewriter = Rewriter::new(cx, Runs::Once);
        let statements = rewriter.statements(block, tail);
        let methods = rewriter.methods(block.span());
        let mut tokens = TokenStream::new();
        // The developer's braces: errors about the whole body point there.
        block.brace_token.surround(&mut tokens, |inside| inside.extend(quote!(#methods #statements)));
        tokens
    })
}

/// One expression of a declaration, rewritten; a stub if something in it has no meaning.
pub(crate) fn expression(cx: &Ctxt, expr: &Expr, tail: Tail<'_>) -> TokenStream {
    unless_broken(cx, || Rewriter::new(cx, Runs::Once).whole(expr, tail))
}

/// The closure of an ad-hoc filter with its body rewritten, for a function that determines its parameters' types.
pub(crate) fn closure(cx: &Ctxt, closure: &ExprClosure, tail: Tail<'_>) -> TokenStream {
    let mut closure = closure.clone();
    let body = unless_broken(cx, || Rewriter::new(cx, Runs::EachTime).whole(&closure.body, tail));
    *closure.body = Expr::Verbatim(body);
    closure.into_token_stream()
}

fn unless_broken(cx: &Ctxt, rewrite: impl FnOnce() -> TokenStream) -> TokenStream {
    let before = cx.count();
    let tokens = rewrite();
    if cx.count() == before { tokens } else { quote!({ ::samara::__private::broken() }) }
}

/// The span of added tokens: hygienic, and located at the developer's token that they replace.
fn ours(at: Span) -> Span {
    Span::mixed_site().located_at(at)
}

/// A call of one of the framework's functions.
fn call(name: &str, at: Span, arguments: impl ToTokens) -> TokenStream {
    let name = Ident::new(name, ours(at));
    quote_spanned!(ours(at)=> ::samara::__private::#name(#arguments))
}

/// A call of one of the framework's functions, with its first type argument.
fn call_of(name: &str, at: Span, generics: impl ToTokens, arguments: impl ToTokens) -> TokenStream {
    let name = Ident::new(name, ours(at));
    quote_spanned!(ours(at)=> ::samara::__private::#name::<#generics>(#arguments))
}

/// `|| value`: built only where it is needed.
fn lazy(at: Span, value: impl ToTokens) -> TokenStream {
    quote_spanned!(ours(at)=> || #value)
}

struct Rewriter<'a> {
    cx: &'a Ctxt,
    runs: Runs,
    /// Whether something is compared, by a method of a trait.
    compares: bool,
}

impl<'a> Rewriter<'a> {
    fn new(cx: &'a Ctxt, runs: Runs) -> Self {
        Self { cx, runs, compares: false }
    }

    /// A whole expression that has no braces of its own.
    fn whole(&mut self, expr: &Expr, tail: Tail<'_>) -> TokenStream {
        let rewritten = self.tail(expr.clone(), tail);
        match self.methods(expr.span()) {
            Some(methods) => quote_spanned!(ours(expr.span())=> { #methods #rewritten }),
            None => rewritten,
        }
    }

    /// Brings the methods that compare into the scope of the body, if it compares.
    fn methods(&self, at: Span) -> Option<TokenStream> {
        self.compares.then(|| quote_spanned!(ours(at)=> use ::samara::__private::Compare as _;))
    }

    /// `(&left).equals(&right)`; what is wrong with the left side is found there.
    fn compared(&mut self, method: &str, at: Span, left: TokenStream, right: TokenStream) -> TokenStream {
        self.compares = true;
        let method = Ident::new(method, ours(at));
        quote_spanned!(ours(at)=> (#left).#method(#right))
    }

    /// The end of a body, or of an arm of one.
    fn tail(&mut self, expr: Expr, tail: Tail<'_>) -> TokenStream {
        match strip(expr) {
            Expr::If(it) => self.r#if(&it, tail),
            Expr::Match(it) => self.r#match(&it, tail),
            Expr::Block(it) if it.label.is_none() && it.attrs.is_empty() => self.nested(&it.block, tail),
            Expr::Path(it) if operator::is_none(&it) => self.none(&it, tail),
            mut other => {
                let span = other.span();
                self.visit_expr_mut(&mut other);
                wrapped(strip(other).into_token_stream(), span, tail)
            }
        }
    }

    /// `None` at the end of a body that promises an `Option`.
    fn none(&mut self, none: &syn::ExprPath, tail: Tail<'_>) -> TokenStream {
        match tail {
            Tail::Promised(ty) => call_of("null", none.span(), ty, TokenStream::new()),
            Tail::Condition | Tail::Open => wrapped(none.to_token_stream(), none.span(), tail),
        }
    }

    /// An operand of a generated call: rewritten, without the parentheses that it no longer needs.
    fn operand(&mut self, mut expr: Expr) -> Expr {
        self.visit_expr_mut(&mut expr);
        strip(expr)
    }
}

impl VisitMut for Rewriter<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if self.refuses(expr) || self.refuses_plain(expr) {
            return;
        }
        let rewritten = match expr {
            Expr::Binary(it) => self.binary(it),
            Expr::Unary(it) => self.unary(it),
            Expr::If(it) => self.r#if(it, Tail::Open),
            Expr::Match(it) => self.r#match(it, Tail::Open),
            Expr::Block(it) => self.nested(&it.block, Tail::Open),
            Expr::Macro(it) if it.mac.path.is_ident("matches") => self.matches(&it.mac),
            Expr::Call(it) if self.runs == Runs::Once => self.called(it),
            Expr::MethodCall(it) if takes_condition(&it.method) => {
                self.visit_expr_mut(&mut it.receiver);
                for argument in &mut it.args {
                    match argument {
                        Expr::Closure(closure) => {
                            let body = std::mem::replace(&mut *closure.body, Expr::PLACEHOLDER);
                            *closure.body = Expr::Verbatim(self.tail(body, Tail::Condition));
                        }
                        other => self.visit_expr_mut(other),
                    }
                }
                return;
            }
            Expr::Closure(it) => {
                let body = std::mem::replace(&mut *it.body, Expr::PLACEHOLDER);
                *it.body = Expr::Verbatim(self.tail(body, Tail::Open));
                return;
            }
            other => return visit_mut::visit_expr_mut(self, other),
        };
        *expr = Expr::Verbatim(rewritten);
    }

    /// Macros are not entered: their tokens have a syntax of their own.
    fn visit_macro_mut(&mut self, _: &mut Macro) {}
}

/// Methods whose closure is a condition: its body is wrapped, so that an error points at a body that is no condition, not at the method.
fn takes_condition(method: &Ident) -> bool {
    ["any", "all", "filter", "is_some_and", "is_none_or"].iter().any(|it| method == it)
}

/// The end of a body as its [`Tail`] demands.
fn wrapped(expr: TokenStream, span: Span, tail: Tail<'_>) -> TokenStream {
    match tail {
        Tail::Promised(ty) => call_of("ret", span, ty, expr),
        Tail::Condition => call("cond", span, expr),
        Tail::Open => expr,
    }
}

/// The expression without its parentheses: rustc would warn about them once it is an argument.
fn strip(expr: Expr) -> Expr {
    match expr {
        Expr::Paren(it) if it.attrs.is_empty() => strip(*it.expr),
        Expr::Group(it) if it.attrs.is_empty() => strip(*it.expr),
        other => other,
    }
}
