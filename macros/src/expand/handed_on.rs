//! How `#[resource]` and `#[actions]` tell `calls!` what each of them knows, which `parse::calls` reads.
//!
//! `#[actions]` does not see the struct, so it hands its writes to the macro that `#[resource]` made, which hands them to `calls!`
//! behind the columns:
//!
//! ```text
//! World! { resource: World, sorts: [{ name: name, tells: public }], gets: [], writes: [create create { public: true, accept: [name, slug], … }] }
//! calls! { shown: true, columns: [name { name: name, index: 1, need: required, … }, …], identities: [slug [slug]], visibility: pub, resource: World, … }
//! ```

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::Visibility;

use crate::model::action::{Accepted, Actions, Argument, Exposure, NamedBy, RowName, Upsert};
use crate::model::attribute::{Attribute, Column as Declared, ColumnKind};
use crate::model::call::{Column, Get, Identity, Need, Sort, Takes, Write};
use crate::model::resource::Resource;
use crate::model::types::{argument_of, is_named};

/// A macro of the resource's own name, so that whoever imports the type can call it: it gives its input to `calls!`, behind what
/// that must know of the columns.
pub(crate) fn columns(resource: &Resource) -> TokenStream {
    let ident = &resource.ident;
    let hidden = format_ident!("__{ident}");
    // Where the type cannot be named the macro cannot either: it would be taken for what the name means.
    let visibility = match &resource.vis {
        Visibility::Public(_) => quote!(pub(crate)),
        other => quote!(#other),
    };
    let (own, columns) =
        (&resource.vis, resource.columns().zip(0u16..).map(|(it, index)| column(resource, &it, index)));
    let shown = resource.graphql.is_some() || resource.admin.is_some();
    let identities = identities(resource);
    quote! {
        #[doc(hidden)]
        #[allow(unused_macros, reason = "only `#[actions]` calls it")]
        macro_rules! #hidden {
            ($($actions:tt)*) => {
                ::samara::__private::calls! {
                    shown: #shown, columns: [#(#columns),*], identities: [#(#identities),*], visibility: #own, $($actions)*
                }
            };
        }
        #[doc(hidden)]
        #[allow(unused_imports, reason = "only `#[actions]` calls it")]
        #visibility use #hidden as #ident;
    }
}

/// The call of that macro.
pub(crate) fn writes(actions: &Actions) -> TokenStream {
    let resource = &actions.resource;
    let sorts = actions.actions.iter().flat_map(Sort::of);
    let gets = actions.actions.iter().filter_map(Get::of);
    let writes = actions.actions.iter().filter_map(Write::of);
    quote!(#resource! { resource: #resource, sorts: [#(#sorts),*], gets: [#(#gets),*], writes: [#(#writes),*] })
}

/// The sets of columns that are unique.
fn identities(resource: &Resource) -> impl Iterator<Item = Identity> {
    let unique = |it: &Declared<'_>| matches!(it.kind, ColumnKind::Attribute(Attribute { unique: true, .. }));
    let own = resource
        .columns()
        .filter(unique)
        .map(|it| Identity { name: it.written.clone(), columns: vec![it.written.clone()] });
    own.chain(resource.identities.iter().map(|it| Identity { name: it.name.clone(), columns: it.attributes.clone() }))
}

fn column(resource: &Resource, column: &Declared<'_>, index: u16) -> Column {
    // The type without `Guarded`: inputs hold the value itself.
    let plain = argument_of(&column.ty, "Guarded").unwrap_or(&column.ty);
    let nullable =
        argument_of(plain, "Option").is_some() || matches!(column.kind, ColumnKind::Key { optional: true, .. });
    let need = match column.kind {
        // What could not be read may have been a default.
        _ if !column.sound => Need::Optional,
        // It is that of the request.
        ColumnKind::Key { .. } if resource.tenant.as_ref() == Some(column.written) => Need::Generated,
        ColumnKind::Attribute(Attribute { generated: Some(_), .. }) => Need::Generated,
        ColumnKind::Attribute(Attribute { default: Some(_), .. }) => Need::Optional,
        ColumnKind::Attribute(_) | ColumnKind::Key { .. } if nullable => Need::Optional,
        ColumnKind::Attribute(_) | ColumnKind::Key { .. } => Need::Required,
    };
    Column {
        written: column.written.clone(),
        name: column.name.clone(),
        index,
        need,
        takes: if nullable { Takes::of(plain).or_null() } else { Takes::of(plain) },
        exposure: exposure(column),
        ordered: !is_named(argument_of(plain, "Option").unwrap_or(plain), "Json"),
    }
}

fn exposure(column: &Declared<'_>) -> Exposure {
    match column.kind {
        ColumnKind::Attribute(Attribute { sensitive: true, .. }) => Exposure::Sensitive,
        ColumnKind::Attribute(Attribute { public: true, .. }) | ColumnKind::Key { public: true, .. } => {
            Exposure::Public
        }
        ColumnKind::Attribute(_) | ColumnKind::Key { .. } => Exposure::Private,
    }
}

impl ToTokens for Column {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { written, name, index, need, takes, exposure, ordered } = self;
        let (need, takes, exposure) = (word(need.name()), word(takes.name()), word(exposure.name()));
        tokens.extend(quote! {
            #written {
                name: #name, index: #index, need: #need, takes: #takes, exposure: #exposure, ordered: #ordered
            }
        });
    }
}

impl ToTokens for Sort {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let (name, tells) = (&self.name, word(self.tells.name()));
        tokens.extend(quote!({ name: #name, tells: #tells }));
    }
}

impl ToTokens for Identity {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { name, columns } = self;
        tokens.extend(quote!(#name [#(#columns),*]));
    }
}

impl ToTokens for Get {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { ident, attributes, named_by, arguments } = self;
        let (named_by, arguments) = (row_name(Some(named_by)), arguments.iter().map(argument));
        tokens.extend(quote! {
            #ident { attributes: { #(#attributes)* }, named_by: #named_by, arguments: [#(#arguments),*] }
        });
    }
}

fn argument(Argument { ident, ty, .. }: &Argument) -> TokenStream {
    quote!(#ident: #ty)
}

fn row_name(name: Option<&RowName>) -> TokenStream {
    match name {
        None => quote!(id),
        Some(RowName::Identity(name)) => quote!(identity #name),
        Some(RowName::Attributes(parts)) => {
            let parts = parts.iter().map(|NamedBy { attribute, actor }| {
                let actor = actor.as_ref().map(|it| quote!(= #it));
                quote!(#attribute #actor)
            });
            quote!(attributes [#(#parts),*])
        }
        Some(RowName::Actor(actor)) => quote!(of #actor),
    }
}

impl ToTokens for Write {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self {
            kind,
            ident,
            public,
            attributes,
            accept,
            required,
            upsert,
            named_by,
            given,
            open,
            by_function,
            arguments,
        } = self;
        let upsert = upsert.as_ref().map(|Upsert { identity, update, fields }| {
            let update = update.as_ref().map(|it| quote!(by #it));
            let fields = fields.as_ref().map(|it| quote!(takes [#(#it),*]));
            quote!(#identity #update #fields)
        });
        let (kind, named_by) = (word(kind.name()), row_name(named_by.as_ref()));
        let arguments = arguments.iter().map(argument);
        tokens.extend(quote! {
            #kind #ident {
                public: #public,
                attributes: { #(#attributes)* },
                accept: [#(#accept),*],
                required: [#(#required),*],
                upsert: { #upsert },
                named_by: #named_by,
                given: [#(#given),*],
                open: #open,
                by_function: #by_function,
                arguments: [#(#arguments),*]
            }
        });
    }
}

impl ToTokens for Accepted {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { name, marked } = self;
        let mark = marked.map(|it| word(it.name())).map(|it| quote!((#it)));
        tokens.extend(quote!(#name #mark));
    }
}

fn word(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}
