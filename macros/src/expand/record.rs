//! The struct that the developer wrote, with what was added to it.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::punctuated::Punctuated;
use syn::{Attribute, Path, Token, parse_quote};

use super::{at, column_type, related};
use crate::model::attribute::{Attribute as Declared, Column, ColumnKind};
use crate::model::relationship::{Relationship, RelationshipKind};
use crate::model::resource::{Field, FieldKind, Resource};
use crate::model::types::{is_copied, is_stored};

/// The record. Its hidden field keeps everybody but the framework from making one. `Clone` and `Debug` name its columns and
/// relationships by the aliases of their types, which derived ones do not: a wrong type has been reported there.
pub(crate) fn record(resource: &Resource) -> TokenStream {
    let Resource { vis, ident, .. } = resource;
    let attributes = kept(&resource.attributes);
    let (clone, debug) = (clone(resource), debug(resource));
    let fields = resource.fields.iter().map(|it| field(ident, it));
    quote! {
        #(#attributes)*
        // `#[non_exhaustive]` would let the rest of the crate make records.
        #[allow(clippy::manual_non_exhaustive)]
        #vis struct #ident {
            #(#fields)*
            #[doc(hidden)]
            read_from_the_database: (),
        }

        #clone
        #debug
    }
}

/// A field as written; the key of a `belongs_to` stands before it.
fn field(resource: &Ident, field: &Field) -> TokenStream {
    let Field { attributes, vis, ident, ty, .. } = field;
    let key = field.column(resource).filter(|it| it.name != *ident).map(|column| {
        let (name, ty, docs) = (column.name, column.ty, column.docs);
        quote!(#[doc = #docs] #vis #name: #ty,)
    });
    quote! {
        #key
        #(#attributes)*
        #vis #ident: #ty,
    }
}

fn clone(resource: &Resource) -> TokenStream {
    let ident = &resource.ident;
    let columns = resource.columns().map(|column| {
        let (name, ty) = (&column.name, column_type(resource, &column));
        if is_copied(&column.ty) {
            return quote!(#name: self.#name,);
        }
        quote_spanned!(at(&column.ty)=> #name: ::samara::__private::cloned::<#ty>(&self.#name),)
    });
    let others = resource.relationships().map(|(field, it)| {
        let (ident, target, wrapper) = (&field.ident, related(resource, &field.ident, it), wrapper(it));
        let ty = quote_spanned!(at(&it.target)=> ::samara::relation::#wrapper<#target>);
        let ty = match it.kind {
            RelationshipKind::BelongsTo { optional: true, .. } => quote!(::core::option::Option<#ty>),
            _ => ty,
        };
        quote_spanned!(at(&field.ty)=> #ident: ::samara::__private::cloned::<#ty>(&self.#ident),)
    });
    quote! {
        #[automatically_derived]
        impl ::core::clone::Clone for #ident {
            #[inline]
            fn clone(&self) -> Self {
                Self { #(#columns)* #(#others)* read_from_the_database: () }
            }
        }
    }
}

/// Shows the attributes; what is sensitive is masked, and relationships are left out.
fn debug(resource: &Resource) -> TokenStream {
    let ident = &resource.ident;
    let text = ident.to_string();
    let labels = resource.columns().map(|it| it.name.unraw().to_string());
    let values = resource.columns().map(|column| {
        let name = &column.name;
        match column.kind {
            ColumnKind::Attribute(Declared { sensitive: true, .. }) => quote!(&::core::format_args!("masked")),
            _ if is_stored(&column.ty) => quote!(&self.#name),
            ColumnKind::Attribute(_) | ColumnKind::Key { .. } => {
                let ty = column_type(resource, &column);
                quote_spanned!(at(&column.ty)=> ::samara::__private::shown::<#ty>(&self.#name))
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl ::core::fmt::Debug for #ident {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::samara::__private::debug(f, #text, &[#(#labels),*], &[#(#values),*])
            }
        }
    }
}

/// What stays on the struct. `Clone` and `Debug` it has anyway: a derived `Debug` would print what is sensitive.
fn kept(attributes: &[Attribute]) -> Vec<Attribute> {
    let keep = |attribute: &Attribute| {
        if !attribute.path().is_ident("derive") {
            return Some(attribute.clone());
        }
        // rustc reports what is wrong with a list that cannot be parsed.
        let Ok(traits) = attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated) else {
            return Some(attribute.clone());
        };
        let made = |it: &Path| it.segments.last().is_some_and(|it| it.ident == "Clone" || it.ident == "Debug");
        let others: Vec<_> = traits.into_iter().filter(|it| !made(it)).collect();
        (!others.is_empty()).then(|| parse_quote!(#[derive(#(#others),*)]))
    };
    attributes.iter().filter_map(keep).collect()
}

/// The body of `from_record`: every column in its order, then the record.
pub(crate) fn decoding(resource: &Resource) -> TokenStream {
    let name = resource.ident.to_string();
    let columns: Vec<_> = resource.columns().collect();
    let columns = columns.chunks(4).map(|columns| {
        let names = columns.iter().map(|it| &it.name);
        let labels = columns.iter().map(|it| it.name.unraw().to_string());
        let types = columns.iter().map(|it| column_type(resource, it));
        let method = match columns.len() {
            1 => quote!(next),
            2 => quote!(two),
            3 => quote!(three),
            _ => quote!(four),
        };
        quote!(let (#(#names),*) = __record.#method::<#(#types),*>(#(#labels),*)?;)
    });
    let fields = resource.fields.iter().map(|field| {
        let (ident, ty) = (&field.ident, &field.ty);
        match &field.kind {
            FieldKind::Attribute(_) => ident.to_token_stream(),
            FieldKind::Relationship(it) => match &it.kind {
                RelationshipKind::BelongsTo { key, optional: true, .. } => {
                    quote!(#key, #ident: #key.map(|_| ::samara::relation::BelongsTo::not_loaded()))
                }
                RelationshipKind::BelongsTo { key, .. } => quote!(#key, #ident: <#ty>::not_loaded()),
                _ => quote!(#ident: <#ty>::not_loaded()),
            },
        }
    });
    quote! {
        let mut __record = ::samara::__private::decode(#name, record);
        #(#columns)*
        ::core::result::Result::Ok(Self { #(#fields,)* read_from_the_database: () })
    }
}

/// The body of `key`. That there is no primary key has been reported.
pub(crate) fn key(resource: &Resource) -> TokenStream {
    let is_key = |it: &Column<'_>| matches!(it.kind, ColumnKind::Attribute(Declared { primary_key: true, .. }));
    match resource.columns().find(is_key) {
        Some(column) => {
            let (name, ty) = (column.name.clone(), column_type(resource, &column));
            quote!(::samara::__private::cloned::<#ty>(&self.#name))
        }
        None => quote!(::samara::__private::broken()),
    }
}

/// `BelongsTo`.
fn wrapper(relationship: &Relationship) -> TokenStream {
    match relationship.kind {
        RelationshipKind::BelongsTo { .. } => quote!(BelongsTo),
        RelationshipKind::HasOne { .. } => quote!(HasOne),
        RelationshipKind::HasMany { .. } => quote!(HasMany),
        RelationshipKind::ManyToMany { .. } => quote!(ManyToMany),
    }
}

/// The body of `relate`: an arm for each relationship.
pub(crate) fn relating(resource: &Resource) -> TokenStream {
    let arms = resource.relationships().zip(0u16..).map(|((field, it), index)| {
        let (ident, target, wrapper) = (&field.ident, related(resource, &field.ident, it), wrapper(it));
        let read = if it.is_many() { quote!(related_many) } else { quote!(related_one) };
        let loaded = quote_spanned! {at(&it.target)=>
            ::samara::relation::#wrapper::loaded(::samara::__private::#read::<#target>(related)?)
        };
        match it.kind {
            // Without a key there is nothing to point at.
            RelationshipKind::BelongsTo { optional: true, .. } => quote! {
                #index => if let ::core::option::Option::Some(there) = &mut self.#ident { *there = #loaded; }
            },
            _ => quote!(#index => self.#ident = #loaded,),
        }
    });
    quote! {
        match relationship {
            #(#arms)*
            _ => {}
        }
        ::core::result::Result::Ok(())
    }
}
