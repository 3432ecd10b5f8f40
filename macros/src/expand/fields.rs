//! The columns by the names that other attributes use, and their description for `#[actions]`, which makes typed calls of it.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::{Type, Visibility};

use super::column::{InputColumn, Need};
use super::{at, attribute_type, column_type, known_resource, ours, related, respanned};
use crate::model::action::Exposure;
use crate::model::attribute::{Attribute, Column, ColumnKind};
use crate::model::resource::Resource;
use crate::parse::types::{argument_of, is_named};

/// The type and the constant of each column, the resource of each relationship, and the macro that hands the columns on.
pub(crate) fn fields(resource: &Resource) -> TokenStream {
    let ident = &resource.ident;
    let columns: Vec<_> = resource.columns().collect();
    let types = columns.iter().zip(0u16..).map(|(column, index)| {
        let ty = attribute_type(&column.ty);
        quote! {
            #[automatically_derived]
            impl ::samara::__private::ColumnType<#index> for #ident {
                type Type = #ty;
            }
        }
    });
    let targets = resource.relationships().zip(0u16..).map(|((_, it), index)| {
        let target = known_resource(&it.target);
        quote! {
            #[automatically_derived]
            impl ::samara::__private::RelatedTo<#index> for #ident {
                type Resource = #target;
            }
        }
    });
    let constants = constants(resource, &columns);
    let handed_on = handed_on(resource, &columns);
    quote! {
        #(#types)*
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

/// A constant for each column, which functions of actions name it by: `World::OWNER_ID`.
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
    quote! {
        #[allow(unreachable_pub, dead_code, reason = "as visible as the resource, and not every attribute is named")]
        impl #ident { #(#constants)* }
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
        ColumnKind::Attribute(_) => quote_spanned!(span=> ::samara::__private::Given),
        ColumnKind::Key { .. } => {
            let target = resource.relationships().find(|(field, _)| field.ident == *column.written);
            let target = target.map(|(field, it)| related(resource, &field.ident, it));
            quote_spanned!(span=> ::samara::__private::Key<#target>)
        }
    };
    quote_spanned!(span=> ::samara::__private::Attribute<#here, #ty, #kind>)
}

/// The type without `Guarded`: inputs hold the value itself.
fn plain<'c>(column: &'c Column<'_>) -> &'c Type {
    argument_of(&column.ty, "Guarded").unwrap_or(&column.ty)
}

/// A macro of the resource's own name, so that whoever imports the type can call it: it gives its input to `calls!`, behind what
/// that must know of the columns.
fn handed_on(resource: &Resource, columns: &[Column<'_>]) -> TokenStream {
    let ident = &resource.ident;
    let hidden = format_ident!("__{ident}");
    // Where the type cannot be named the macro cannot either: it would be taken for what the name means.
    let visibility = match &resource.vis {
        Visibility::Public(_) => quote!(pub(crate)),
        other => quote!(#other),
    };
    let inputs = columns.iter().zip(0u16..).map(|(column, index)| {
        let plain = plain(column);
        InputColumn {
            written: column.written.clone(),
            column: column.name.clone(),
            index,
            need: need(column),
            exposure: exposure(column),
            text: is_named(plain, "String") || is_named(plain, "CiString"),
            ordered: !is_named(argument_of(plain, "Option").unwrap_or(plain), "Json"),
        }
    });
    let shown = resource.graphql.is_some() || resource.admin.is_some();
    quote! {
        #[doc(hidden)]
        #[allow(unused_macros, reason = "only `#[actions]` calls it")]
        macro_rules! #hidden {
            ($($actions:tt)*) => { ::samara::__private::calls! { #shown [#(#inputs)*] $($actions)* } };
        }
        #[doc(hidden)]
        #[allow(unused_imports, reason = "only `#[actions]` calls it")]
        #visibility use #hidden as #ident;
    }
}

fn exposure(column: &Column<'_>) -> Exposure {
    match column.kind {
        ColumnKind::Attribute(Attribute { sensitive: true, .. }) => Exposure::Sensitive,
        ColumnKind::Attribute(Attribute { public: true, .. }) | ColumnKind::Key { public: true, .. } => {
            Exposure::Public
        }
        ColumnKind::Attribute(_) | ColumnKind::Key { .. } => Exposure::Private,
    }
}

fn need(column: &Column<'_>) -> Need {
    match column.kind {
        // What could not be read may have been a default.
        _ if !column.sound => Need::Optional,
        ColumnKind::Attribute(Attribute { generated: Some(_), .. }) => Need::Generated,
        ColumnKind::Attribute(Attribute { default: Some(_), .. }) => Need::Optional,
        ColumnKind::Attribute(_) if argument_of(plain(column), "Option").is_some() => Need::Nullable,
        ColumnKind::Key { optional: true, .. } => Need::Nullable,
        ColumnKind::Attribute(_) | ColumnKind::Key { .. } => Need::Required,
    }
}
