//! The macros of Samara: tokens in, tokens out.
//!
//! A declaration goes one way: tokens → `parse` → `model` (checked by `check`, defaults resolved) → `expand`. Bodies of
//! policies, calculations and filters go through `rewrite`, which turns operators into calls on handles. Mistakes are
//! collected in a `Ctxt` and emitted together, beside as much of the output as can be made.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod code;
mod ctxt;
mod expand;
mod rewrite;

use proc_macro::TokenStream;

/// A condition over a row, for an ad-hoc filter: `Activity::query().filter(expr!(|a| a.kind == ActivityKind::Build))`.
///
/// It is the closure with its operators turned into an expression. Plain values of the surroundings may be used in it.
#[proc_macro]
pub fn expr(input: TokenStream) -> TokenStream {
    expand::expr::expr(input.into()).into()
}

/// A helper that bodies can call: its operators build an expression, as in a policy.
///
/// `fn visible(world: Row<World>, actor: Actor<User>) -> bool` becomes a function that gives an `Expr<bool>`.
#[proc_macro_attribute]
pub fn expression(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::expression::expression(options.into(), item.into()).into()
}
