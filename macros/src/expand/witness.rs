//! What rustc must check of a resource: names of columns, types of fields, a domain. Nothing of it does anything when run.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};

use super::at;
use crate::model::attribute::{Column, ColumnKind};
use crate::model::resource::{Resource, Role};

/// Statements for the body of `declare`.
pub(crate) fn witness(resource: &Resource) -> TokenStream {
    let ident = &resource.ident;
    let in_domain = quote_spanned!(at(ident)=> ::samara::__private::in_domain::<#ident>());
    let types = resource.columns().filter_map(|it| of_type(&it));
    let names = names(resource);
    let actor = match &resource.role {
        Some(Role::MagicLink { user, .. } | Role::Session { user, .. }) => {
            Some(quote_spanned!(at(user)=> ::samara::__private::actor_resource::<#user>();))
        }
        Some(Role::Actor { identity }) => resource.column(identity).map(|column| {
            let ty = &column.ty;
            quote_spanned!(at(ty)=> ::samara::__private::address::<#ty>();)
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

/// Each name in `identity`, `index` and `columns` as a field: rustc finds what is misspelt.
fn names(resource: &Resource) -> Option<TokenStream> {
    let identities = resource.identities.iter().flat_map(|it| &it.attributes);
    let indexes = resource.indexes.iter().flatten().map(|it| &it.name);
    let admin = resource.admin.iter().flat_map(|it| &it.columns).filter(|it| !is_has_one(resource, it));
    let names: Vec<_> = identities.chain(indexes).chain(admin).collect();
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

fn of_type(column: &Column<'_>) -> Option<TokenStream> {
    let ColumnKind::Attribute(attribute) = column.kind else { return None };
    let ty = &column.ty;
    let demand = if attribute.primary_key {
        quote!(primary_key)
    } else if attribute.constraints.of_text() {
        quote!(textual)
    } else if attribute.constraints.of_integer() || attribute.big.is_some() {
        quote!(integral)
    } else {
        return None;
    };
    Some(quote_spanned!(at(ty)=> ::samara::__private::#demand::<#ty>();))
}
