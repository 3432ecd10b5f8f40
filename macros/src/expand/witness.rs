//! What rustc must check of a resource: names of columns, types of fields, a domain. Nothing of it does anything when run.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;

use super::calculated::calculated;
use super::{at, column_type, known_resource, ours, respanned};
use crate::model::attribute::{Column, ColumnKind};
use crate::model::resource::{Resource, Role};

/// Statements for the body of `declare`.
pub(crate) fn witness(resource: &Resource) -> TokenStream {
    let ident = &resource.ident;
    let in_domain = quote_spanned!(at(ident)=> ::samara::__private::in_domain::<#ident>());
    let types = resource.columns().filter_map(|it| of_type(resource, &it));
    let names = names(resource);
    let actor = match &resource.role {
        Some(Role::MagicLink { user, .. } | Role::Session { user, .. }) => {
            let known = known_resource(user);
            Some(quote_spanned!(at(user)=> ::samara::__private::actor_resource::<#known>();))
        }
        Some(Role::Actor(actor)) => resource.column(&actor.identity).map(|column| {
            let ty = column_type(resource, &column);
            quote_spanned!(at(&column.ty)=> ::samara::__private::address::<#ty>();)
        }),
        None => None,
    };
    quote! {
        #in_domain;
        #(#types)*
        #actor
        #names
    }
}

/// What an admin list shows and is no column is a calculation: items that rustc checks, to stand beside the declaration.
pub(crate) fn calculations(resource: &Resource) -> TokenStream {
    let shown = resource.admin.iter().flat_map(|it| &it.columns);
    let calculations = shown.filter(|it| resource.column(it).is_none() && !is_has_one(resource, it));
    let columns: Vec<_> = resource.columns().map(|it| it.written.unraw().to_string()).collect();
    calculated(&resource.ident, &resource.ident.to_string(), calculations, &columns)
}

/// Each name in `identity` and `index` as a field: rustc finds what is misspelt.
fn names(resource: &Resource) -> Option<TokenStream> {
    let identities = resource.identities.iter().flat_map(|it| &it.attributes);
    let indexes = resource.indexes.iter().flatten().map(|it| &it.name);
    let given = match &resource.role {
        Some(Role::Actor(actor)) => actor.name.as_ref(),
        _ => None,
    };
    let names: Vec<_> = identities.chain(indexes).chain(given).collect();
    let access = names.iter().map(|name| quote_spanned!(name.span()=> let _ = fields.#name;));
    (!names.is_empty()).then(|| {
        quote! {
            let _ = |fields: <Self as ::samara::__private::Declaration>::Fields| { #(#access)* };
        }
    })
}

/// A `has_one` has no column, and is shown all the same.
fn is_has_one(resource: &Resource, name: &Ident) -> bool {
    resource.column(name).is_none() && resource.relationships().any(|(field, it)| field.ident == *name && !it.is_many())
}

fn of_type(resource: &Resource, column: &Column<'_>) -> Option<TokenStream> {
    let ColumnKind::Attribute(attribute) = column.kind else { return None };
    let constraints = &attribute.constraints;
    let (demand, span) = if let Some(span) = constraints.of_text() {
        (quote!(textual), ours(span))
    } else if let Some(span) = constraints.of_length() {
        (quote!(measured), ours(span))
    } else if let Some(span) = attribute.big {
        (quote!(wide), ours(span))
    } else if let Some(span) = constraints.of_integer() {
        (quote!(integral), ours(span))
    } else {
        return None;
    };
    let written = respanned(column_type(resource, column), span);
    Some(quote_spanned!(span=> ::samara::__private::#demand::<#written>();))
}
