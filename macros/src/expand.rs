//! Model in, tokens out: declarations and thin calls, never logic for one resource. One file for each thing emitted.

pub(crate) mod actions;
pub(crate) mod app;
mod body;
pub(crate) mod calculations;
pub(crate) mod calls;
pub(crate) mod column;
mod declaration;
pub(crate) mod domain;
pub(crate) mod enumeration;
pub(crate) mod expr;
pub(crate) mod expression;
mod fields;
mod function;
pub(crate) mod known;
pub(crate) mod object;
pub(crate) mod policies;
mod record;
pub(crate) mod resource;
mod row;
mod witness;

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned as _;

/// Ours to name and to lint, but shown at `tokens`: rustc blames what the developer wrote.
fn at(tokens: &impl ToTokens) -> Span {
    Span::call_site().located_at(tokens.span())
}
