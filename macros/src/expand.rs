//! Model in, tokens out: declarations and thin calls, never logic for one resource. One file for each thing emitted.

pub(crate) mod actions;
pub(crate) mod app;
mod block;
mod body;
mod builder;
mod calculated;
pub(crate) mod calculations;
pub(crate) mod calls;
mod declaration;
pub(crate) mod domain;
mod entity;
pub(crate) mod enumeration;
pub(crate) mod expr;
pub(crate) mod expression;
mod fields;
mod function;
mod handed_on;
mod hook;
pub(crate) mod known;
pub(crate) mod object;
pub(crate) mod policies;
mod record;
pub(crate) mod resource;
mod row;
mod witness;

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Type;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

use crate::model::attribute::Column;
use crate::model::relationship::Relationship;
use crate::model::resource::Resource;
use crate::model::types::is_stored;

/// A span with the macro's hygiene and lints, but located at `tokens`: rustc points at what the developer wrote.
fn at(tokens: &impl ToTokens) -> Span {
    ours(tokens.span())
}

/// The same for a span.
fn ours(shown_at: Span) -> Span {
    Span::call_site().located_at(shown_at)
}

/// The tokens, all with one span: for a path that is partly generated and partly written, rustc would point at the whole macro.
fn respanned(tokens: impl ToTokens, span: Span) -> TokenStream {
    let respan = |token| match token {
        TokenTree::Group(group) => {
            let mut group = Group::new(group.delimiter(), respanned(group.stream(), span));
            group.set_span(span);
            TokenTree::Group(group)
        }
        mut other => {
            other.set_span(span);
            other
        }
    };
    tokens.into_token_stream().into_iter().map(respan).collect()
}

/// A type that must be an attribute's, through a constant that asks for it: one that is none fails there, at its name, and rustc is
/// silent about what comes of a constant that failed. Of a type that has the name of one of the framework's nothing is asked, since rustc
/// works such a constant out wherever the type is used.
fn attribute_type(ty: &Type) -> TokenStream {
    if is_stored(ty) {
        return ty.to_token_stream();
    }
    quote_spanned! {at(ty)=>
        <::samara::__private::Asked<#ty, { <#ty as ::samara::__private::AttributeType>::KNOWN }> as ::samara::__private::KnownType>::Type
    }
}

/// A type that must be a resource, asked for in the same manner.
fn known_resource(ty: &impl ToTokens) -> TokenStream {
    quote_spanned! {at(ty)=>
        <::samara::__private::Asked<#ty, { <#ty as ::samara::__private::Resource>::KNOWN }> as ::samara::__private::KnownResource>::Resource
    }
}

/// The documentation, if there is any.
fn documented(docs: &str) -> Option<TokenStream> {
    (!docs.is_empty()).then(|| quote!(#[doc = #docs]))
}

/// The enum that a type may be, as an expression; `None`: it is none.
fn enumeration(written: &Type, ty: impl ToTokens) -> Option<TokenStream> {
    (!is_stored(written)).then(|| quote!(<#ty as ::samara::__private::AttributeType>::enumeration))
}

/// The types of `ColumnTypes`, which says those of four columns at a time: an implementation costs more than what it says.
const COLUMN_TYPES: [&str; 4] = ["First", "Second", "Third", "Fourth"];

/// The type of the column at that position, for whoever knows the resource alone.
fn type_of_column(resource: &impl ToTokens, index: u16, span: Span) -> TokenStream {
    let (group, position) = (index / 4, usize::from(index % 4));
    let name = Ident::new(COLUMN_TYPES[position], span);
    quote_spanned!(span=> <#resource as ::samara::__private::ColumnTypes<#group>>::#name)
}

/// The type of a column, as `#[resource]` has said it: asked for there once, and not wherever it is used. It is an alias, since rustc
/// compiles the position in a path that holds one, as a constant, wherever it stands.
fn column_type(resource: &Resource, column: &Column<'_>) -> Ident {
    format_ident!("__{}_{}", resource.ident, column.name.unraw(), span = at(&column.ty))
}

/// The resource at the other end of a relationship, as `#[resource]` has said it: asked for there once, and not wherever it is used.
fn related(resource: &Resource, name: &Ident, relationship: &Relationship) -> Ident {
    relationship.alias(&resource.ident, name)
}
