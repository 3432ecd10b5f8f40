//! The entity of SeaORM that `#[resource(entity)]` asks for, in a module of its own: the record's columns, and a relation for each relationship.

use heck::{ToPascalCase as _, ToSnakeCase as _};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;

use super::{at, column_type, related};
use crate::model::attribute::{Attribute, Column, ColumnKind};
use crate::model::relationship::{Join, Relationship, RelationshipKind};
use crate::model::resource::{Field, Resource};
use crate::model::types::{argument_of, is_named};

/// `pub mod world_entity { … }`, if it is asked for.
pub(crate) fn entity(resource: &Resource) -> Option<TokenStream> {
    if !resource.entity {
        return None;
    }
    let Resource { vis, ident, table, .. } = resource;
    let module = format_ident!("{}_entity", ident.unraw().to_string().to_snake_case(), span = ident.span());
    let docs = format!("The entity of [`{ident}`](super::{ident}) for SeaORM, which asks no policy.");
    let columns = resource.columns().map(|it| column(resource, &it));
    let relations: Vec<_> = resource.relationships().filter_map(|(field, it)| relation(resource, field, it)).collect();
    let (variants, definitions): (Vec<_>, Vec<_>) = relations.into_iter().unzip();
    let related = resource.relationships().filter_map(|(field, it)| is_related(resource, field, it));
    let aliases = resource.relationships().map(|(field, it)| aliases(resource, field, it));
    Some(quote! {
        #[doc = #docs]
        #[allow(unreachable_pub, missing_docs, dead_code, clippy::all, reason = "as SeaORM derives it")]
        #vis mod #module {
            use ::samara::entity::sea_orm;
            use sea_orm::entity::prelude::*;

            /// A row, whoever may see it.
            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = #table)]
            pub struct Model { #(#columns)* }

            /// The relationships.
            #[derive(Clone, Copy, Debug, EnumIter)]
            pub enum Relation { #(#variants)* }

            impl RelationTrait for Relation {
                fn def(&self) -> RelationDef {
                    match *self { #(#definitions)* }
                }
            }

            #(#related)*

            impl ActiveModelBehavior for ActiveModel {}
        }

        #(#aliases)*

        #[automatically_derived]
        impl ::samara::entity::HasEntity for #ident {
            type Entity = #module::Entity;
        }
    })
}

/// A field of the model. What SQLite keeps as text is `Stored`, and so is what must not be printed.
fn column(resource: &Resource, column: &Column<'_>) -> TokenStream {
    let (name, docs, label) = (&column.name, &column.docs, column.name.unraw().to_string());
    let plain = argument_of(&column.ty, "Guarded").unwrap_or(&column.ty);
    let base = argument_of(plain, "Option").unwrap_or(plain);
    let key = matches!(column.kind, ColumnKind::Attribute(Attribute { primary_key: true, .. }));
    let sensitive = matches!(column.kind, ColumnKind::Attribute(Attribute { sensitive: true, .. }));
    let written = column_type(resource, column);
    // An alias, since the derive takes the spaces out of a type.
    let base_type = quote!(::samara::__private::BaseOf<super::#written>);
    let ty = if sensitive {
        quote!(::samara::entity::Masked<#base_type>)
    } else if is_named(base, "String") {
        quote!(::std::string::String)
    } else if ["i64", "f64", "bool"].iter().any(|it| is_named(base, it)) {
        base.to_token_stream()
    } else if is_named(base, "i16") || is_named(base, "i32") {
        // The column has one width for all.
        quote!(i64)
    } else {
        quote!(::samara::entity::Stored<#base_type>)
    };
    let nullable = argument_of(plain, "Option").is_some();
    let ty = if nullable { quote!(Option<#ty>) } else { ty };
    let key = key.then(|| quote!(primary_key, auto_increment = false,));
    quote! {
        #[doc = #docs]
        #[sea_orm(#key column_name = #label)]
        pub #name: #ty,
    }
}

/// The variant of `Relation`, and its arm in `def`. A `many_to_many` is two relations, which only `Related` can say.
fn relation(resource: &Resource, field: &Field, relationship: &Relationship) -> Option<(TokenStream, TokenStream)> {
    let definition = definition(resource, field, relationship)?;
    let name = match field.ident.unraw().to_string().to_pascal_case().as_str() {
        "Self" => format_ident!("Self_", span = field.ident.span()),
        name => Ident::new(name, field.ident.span()),
    };
    let docs = &field.docs;
    Some((quote!(#[doc = #docs] #name,), quote!(Self::#name => #definition,)))
}

fn definition(resource: &Resource, field: &Field, relationship: &Relationship) -> Option<TokenStream> {
    let (ident, target) = (&resource.ident, related(resource, &field.ident, relationship));
    let (function, owner, key) = match &relationship.kind {
        RelationshipKind::BelongsTo { .. } => ("entity_belongs_to", quote!(super::#ident), &field.ident),
        RelationshipKind::HasOne { key } => ("entity_has_one", quote!(super::#target), key.as_ref()?),
        RelationshipKind::HasMany { key } => ("entity_has_many", quote!(super::#target), key.as_ref()?),
        RelationshipKind::ManyToMany { .. } => return None,
    };
    let (function, entity) = (Ident::new(function, at(&relationship.target)), alias(resource, field, "entity"));
    Some(quote_spanned! {at(&relationship.target)=>
        ::samara::__private::#function::<Entity, super::#entity, _, _, _>(
            &<#owner as ::samara::__private::Declaration>::FIELDS.#key
        )
    })
}

/// `Related`, by which two entities are joined without a word on the condition: where one relationship alone leads there.
fn is_related(resource: &Resource, field: &Field, relationship: &Relationship) -> Option<TokenStream> {
    let ident = &resource.ident;
    let written = relationship.target.to_token_stream().to_string();
    let same = |it: &Relationship| it.target.to_token_stream().to_string() == written;
    if *ident == written || resource.relationships().filter(|(_, it)| same(it)).count() > 1 {
        return None;
    }
    let body = match &relationship.kind {
        RelationshipKind::ManyToMany { join } => {
            let Join { source, target: joined, .. } = join.as_deref()?;
            let through = alias(resource, field, "through");
            let (entity, joined_entity) = (alias(resource, field, "entity"), alias(resource, field, "through_entity"));
            quote! {
                fn to() -> RelationDef {
                    ::samara::__private::entity_belongs_to::<super::#joined_entity, super::#entity, _, _, _>(
                        &<super::#through as ::samara::__private::Declaration>::FIELDS.#joined
                    )
                }

                fn via() -> Option<RelationDef> {
                    Some(::samara::__private::entity_belongs_to::<super::#joined_entity, Entity, _, _, _>(
                        &<super::#through as ::samara::__private::Declaration>::FIELDS.#source
                    ).rev())
                }
            }
        }
        _ => {
            let definition = definition(resource, field, relationship)?;
            quote!(fn to() -> RelationDef { #definition })
        }
    };
    let entity = alias(resource, field, "entity");
    Some(quote_spanned!(at(&relationship.target)=> impl Related<super::#entity> for Entity { #body }))
}

/// What the module names of the scope around it: the entity at the other end, and the join resource with its own. No alias that asks whether the type is a
/// resource: of two that do rustc does not see that they differ.
fn aliases(resource: &Resource, field: &Field, relationship: &Relationship) -> TokenStream {
    let (entity, target) = (alias(resource, field, "entity"), &relationship.target);
    let through = match &relationship.kind {
        RelationshipKind::ManyToMany { join: Some(join) } => {
            let through = &join.through;
            let (name, entity) = (alias(resource, field, "through"), alias(resource, field, "through_entity"));
            let entity_type = quote_spanned!(at(through)=> <#through as ::samara::entity::HasEntity>::Entity);
            Some(quote! {
                #[allow(non_camel_case_types, dead_code, reason = "it is named after the relationship")]
                type #name = #through;
                #[allow(non_camel_case_types, dead_code, reason = "it is named after the relationship")]
                type #entity = #entity_type;
            })
        }
        _ => None,
    };
    let entity_type = quote_spanned!(at(target)=> <#target as ::samara::entity::HasEntity>::Entity);
    quote! {
        #[allow(non_camel_case_types, dead_code, reason = "it is named after the relationship")]
        type #entity = #entity_type;
        #through
    }
}

fn alias(resource: &Resource, field: &Field, what: &str) -> Ident {
    format_ident!("__{}__{}_{what}", resource.ident, field.ident.unraw(), span = field.ident.span())
}
