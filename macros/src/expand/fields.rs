//! The columns by the names that other attributes use, and their description for `#[actions]`, which makes typed calls of it.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;

use super::{
    COLUMN_TYPES, at, attribute_type, column_type, handed_on, known_resource, ours, related, respanned, type_of_column,
};
use crate::model::attribute::{Attribute, Column, ColumnKind};
use crate::model::resource::Resource;
use crate::model::types::is_stored;

/// The type of each column, with an alias, its constant, the resource of each relationship, and the macro that hands the columns on.
pub(crate) fn fields(resource: &Resource) -> TokenStream {
    let ident = &resource.ident;
    let columns: Vec<_> = resource.columns().collect();
    let types = columns.chunks(COLUMN_TYPES.len()).zip(0u16..).map(|(columns, group)| {
        let mut types = columns.iter().map(|it| attribute_type(&it.ty));
        let types = COLUMN_TYPES.map(|name| {
            let (name, ty) = (format_ident!("{name}"), types.next().unwrap_or_else(|| quote!(())));
            quote!(type #name = #ty;)
        });
        quote! {
            #[automatically_derived]
            impl ::samara::__private::ColumnTypes<#group> for #ident { #(#types)* }
        }
    });
    let aliases = columns.iter().zip(0u16..).map(|(column, index)| {
        let (alias, span) = (column_type(resource, column), at(&column.ty));
        let told = match is_stored(&column.ty) {
            true => column.ty.to_token_stream(),
            false => type_of_column(&respanned(ident, span), index, span),
        };
        quote! {
            #[allow(non_camel_case_types, reason = "it is named after the attribute")]
            type #alias = #told;
        }
    });
    let targets = resource.relationships().zip(0u16..).map(|((field, it), index)| {
        let (target, alias) = (known_resource(&it.target), related(resource, &field.ident, it));
        let here = respanned(ident, at(&it.target));
        let told = quote_spanned!(at(&it.target)=> <#here as ::samara::__private::RelatedTo<#index>>::Resource);
        quote! {
            #[automatically_derived]
            impl ::samara::__private::RelatedTo<#index> for #ident {
                type Resource = #target;
            }

            #[allow(non_camel_case_types, reason = "it is named after the relationship")]
            type #alias = #told;
        }
    });
    let constants = constants(resource, &columns);
    let handed_on = handed_on::columns(resource);
    quote! {
        #(#types)*
        #(#aliases)*
        #(#targets)*
        #constants
        #handed_on
    }
}

/// The struct with a field for each column, and it as the associated type and constant of `Declaration`.
pub(crate) fn names(resource: &Resource) -> (TokenStream, TokenStream) {
    let name = format_ident!("{}Fields", resource.ident);
    let columns: Vec<_> = resource.columns().collect();
    let declared = columns.iter().map(|column| {
        let (written, ty) = (column.written, handle(resource, column));
        quote!(pub #written: #ty,)
    });
    let made = columns.iter().map(|column| {
        let (written, text) = (column.written, column.name.unraw().to_string());
        quote!(#written: ::samara::__private::Attribute::new(#text),)
    });
    let item = quote! {
        #[allow(dead_code, reason = "not every column is named")]
        pub struct #name { #(#declared)* }
    };
    let associated = quote! {
        type Fields = #name;
        const FIELDS: #name = #name { #(#made)* };
    };
    (item, associated)
}

/// A constant for each column, which functions of actions name it by, `World::OWNER_ID`, and for each declared identity, which upserts name,
/// `Membership::WORLD_AND_USER`.
fn constants(resource: &Resource, columns: &[Column<'_>]) -> TokenStream {
    let ident = &resource.ident;
    let constants = columns.iter().map(|column| {
        let (text, docs, ty) = (column.name.unraw().to_string(), &column.docs, handle(resource, column));
        let docs = if docs.is_empty() { format!("The attribute `{text}`.") } else { docs.clone() };
        // If rustc reports another item of this name, it points at the field.
        let span = ours(column.written.span());
        let name = Ident::new(&text.to_uppercase(), span);
        quote_spanned!(span=> #[doc = #docs] pub const #name: #ty = ::samara::__private::Attribute::new(#text);)
    });
    let identities = resource.identities.iter().map(|identity| {
        let text = identity.name.unraw().to_string();
        let (docs, span) = (format!("The identity `{text}`."), ours(identity.name.span()));
        let name = Ident::new(&text.to_uppercase(), span);
        quote_spanned! {span=>
            #[doc = #docs]
            pub const #name: ::samara::__private::Identity<#ident> = ::samara::__private::Identity::new(#text);
        }
    });
    quote! {
        #[allow(unreachable_pub, dead_code, reason = "as visible as the resource, and not every attribute is named")]
        impl #ident { #(#constants)* #(#identities)* }
    }
}

/// The type of what names a column.
fn handle(resource: &Resource, column: &Column<'_>) -> TokenStream {
    let (ty, span) = (column_type(resource, column), at(&column.ty));
    let here = respanned(&resource.ident, span);
    let kind = match column.kind {
        ColumnKind::Attribute(Attribute { generated: Some(_), .. }) => {
            quote_spanned!(span=> ::samara::__private::Generated)
        }
        ColumnKind::Attribute(Attribute { unique: true, .. }) => quote_spanned!(span=> ::samara::__private::Unique),
        ColumnKind::Attribute(_) => quote_spanned!(span=> ::samara::__private::Given),
        ColumnKind::Key { .. } => {
            let target = resource.relationships().find(|(field, _)| field.ident == *column.written);
            let target = target.map(|(field, it)| related(resource, &field.ident, it));
            quote_spanned!(span=> ::samara::__private::Key<#target>)
        }
    };
    quote_spanned!(span=> ::samara::__private::Attribute<#here, #ty, #kind>)
}
