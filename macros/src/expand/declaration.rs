//! `impl Declaration`: the resource as data.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;

use super::block::{self, BlockKind};
use super::{actions, at, body, column_type, enumeration, fields, known_resource, record, related, witness};
use crate::ctxt::Ctxt;
use crate::model::attribute::{Attribute, Bound, Column, ColumnKind, Generated};
use crate::model::order::Directed;
use crate::model::relationship::{OnDelete, Relationship, RelationshipKind};
use crate::model::resource::{Actor, Field, Resource, Role};

/// The impl, in an anonymous constant with the struct of the columns' names.
pub(crate) fn declaration(cx: &Ctxt, resource: &Resource) -> TokenStream {
    let ident = &resource.ident;
    let (names, associated) = fields::names(resource);
    let decoding = record::decoding(resource);
    let relating = record::relating(resource);
    let key = record::key(resource);
    let built = built(cx, resource);
    let (witness, calculations) = (witness::witness(resource), witness::calculations(resource));
    let enums = resource.columns().filter_map(|it| enumeration(&it.ty, column_type(resource, &it)));
    let listed = block::listed(resource);
    let no_policies =
        format_ident!("{}", if resource.blocks.policies.is_empty() { "NoPolicies" } else { "NamedPoliciesAlone" });
    let functions = block::together(resource, BlockKind::Actions, "functions");
    let action_enums = block::together(resource, BlockKind::Actions, "action_enums");
    let calculation_enums = block::together(resource, BlockKind::Calculations, "calculation_enums");
    let is_actor = matches!(resource.role, Some(Role::Actor(_))).then(|| {
        quote! {
            #[automatically_derived]
            impl ::samara::__private::ActorResource for #ident {}
        }
    });
    let is_deleted = |it: &Column<'_>| {
        matches!(it.kind, ColumnKind::Attribute(Attribute { generated: Some(Generated::DeletedAt), .. }))
    };
    let is_soft_deleted = resource.columns().any(|it| is_deleted(&it)).then(|| {
        quote! {
            #[automatically_derived]
            impl ::samara::__private::SoftDeleted for #ident {}
        }
    });
    quote! {
        const _: () = {
            #[allow(unused_imports, reason = "a block that is there wins")]
            use ::samara::__private::{NoActions as _, NoBlock as _, NoCalculations as _, #no_policies as _};

            #names
            #listed
            #calculations

            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl ::samara::__private::Declaration for #ident {
                #associated

                fn declare() -> ::samara::__private::Declared {
                    #witness
                    #built
                }

                fn functions() -> ::std::vec::Vec<::samara::application::ActionFunction> {
                    #functions
                }

                fn enums() -> ::std::vec::Vec<::samara::__private::Located<::samara::__private::ir::Enum>> {
                    ::samara::__private::enums(#action_enums, &[#(#enums),*], #calculation_enums)
                }

                // Compiled where rows are read as this type.
                #[inline]
                fn from_record(
                    record: ::samara::record::Record,
                ) -> ::core::result::Result<Self, ::samara::error::Error> {
                    #decoding
                }

                fn key(&self) -> ::samara::__private::KeyOf<Self> {
                    #key
                }

                #[allow(unused_variables, reason = "there may be no relationship")]
                #[inline]
                fn relate(
                    &mut self,
                    relationship: u16,
                    related: ::samara::__private::Loaded<'_>,
                ) -> ::core::result::Result<(), ::samara::error::Error> {
                    #relating
                }
            }

            #is_actor
            #is_soft_deleted
        };
    }
}

/// The chain of calls that builds the data; each that starts a declared thing is at its name, so that this is where it is declared.
fn built(cx: &Ctxt, resource: &Resource) -> TokenStream {
    let Resource { ident, docs, table, .. } = resource;
    let name = ident.to_string();
    let attributes = resource.columns().map(|it| {
        let attribute = attribute(cx, resource, &it);
        quote_spanned!(it.written.span()=> .attribute(#attribute))
    });
    let relationships = resource.relationships().map(|(field, it)| {
        let relationship = relationship(resource, field, it);
        quote_spanned!(field.ident.span()=> .relationship(#relationship))
    });
    let unique = resource.columns().filter_map(|it| own_identity(&it));
    let identities = resource.identities.iter().map(|it| {
        let name = it.name.unraw().to_string();
        let columns =
            it.attributes.iter().filter_map(|name| resource.column(name)).map(|it| it.name.unraw().to_string());
        let condition = it.condition.as_ref().map(|it| {
            let tree = body::condition(cx, &ident.clone().into(), "among which rows it is unique", it, &[]);
            quote!(.identity_where(#tree))
        });
        let message = it.message.as_ref().map(|it| quote!(.identity_message(#it)));
        let nulls_equal = it.nulls_equal.then(|| quote!(.identity_nulls_equal()));
        quote!(.identity(#name, &[#(#columns),*]) #condition #message #nulls_equal)
    });
    let own_indexes = resource.columns().filter_map(|it| own_index(&it));
    let indexes = resource.indexes.iter().map(|it| index(resource, it));
    let base_filter = resource.base_filter.as_ref().map(|it| {
        let tree = body::condition(cx, &ident.clone().into(), "which rows exist", it, &[]);
        quote!(.base_filter(#tree))
    });
    let tenant = resource.tenant.as_ref().map(|it| {
        let field = quote_spanned!(at(it)=> &<Self as ::samara::__private::Declaration>::FIELDS.#it);
        quote_spanned!(at(it)=> .tenant(#field))
    });
    let graphql = resource.graphql.as_ref().map(|it| quote!(.graphql(#it)));
    let admin = resource.admin.as_ref().map(|it| {
        let group = &it.group;
        let columns = it.columns.iter().map(|it| it.unraw().to_string());
        quote!(.admin(#group, &[#(#columns),*]))
    });
    let role = resource.role.as_ref().map(role);
    let path = ident.clone().into();
    let validations =
        resource.validations.iter().map(|it| actions::requirement(cx, &path, "a condition of the resource", it, &[]));
    let rules = (!resource.validations.is_empty())
        .then(|| quote!(.rules(::samara::__private::rules() #(#validations)* .into_rules())));
    let actions = block::together(resource, BlockKind::Actions, "actions");
    let calculations = block::together(resource, BlockKind::Calculations, "calculations");
    let policies = block::together(resource, BlockKind::Policies, "policies");
    let field_policies = block::together(resource, BlockKind::Policies, "field_policies");
    let start = quote_spanned!(ident.span()=> ::samara::__private::resource(#name, #table, #docs));
    quote! {
        #start
            #(#attributes)*
            #(#relationships)*
            #(#unique)*
            #(#identities)*
            #(#own_indexes)*
            #(#indexes)*
            #base_filter
            #tenant
            #graphql
            #admin
            #role
            #rules
            .finish(#actions, #calculations, #policies, #field_policies)
    }
}

fn attribute(cx: &Ctxt, resource: &Resource, column: &Column<'_>) -> TokenStream {
    let (name, docs) = (column.name.unraw().to_string(), &column.docs);
    let written = column_type(resource, column);
    let start = quote_spanned!(at(&column.ty)=> ::samara::__private::attribute::<#written>);
    let attribute = match column.kind {
        ColumnKind::Key { public, immutable, .. } => {
            let public = public.then(|| quote!(.public()));
            let immutable = immutable.then(|| quote!(.immutable()));
            return quote!(#start(#name, #docs)#public #immutable);
        }
        ColumnKind::Attribute(it) => it,
    };
    let constraints = &attribute.constraints;
    let parts = [
        attribute.primary_key.then(|| quote!(.primary_key())),
        attribute.public.then(|| quote!(.public())),
        attribute.sensitive.then(|| quote!(.sensitive())),
        attribute.big.map(|_| quote!(.big())),
        attribute.immutable.then(|| quote!(.immutable())),
        attribute.filter.is_some_and(|(_, it)| !it).then(|| quote!(.unfiltered())),
        attribute.sort.is_some_and(|(_, it)| !it).then(|| quote!(.unsorted())),
        constraints.min_length.as_ref().map(|it| bound("min_length", it)),
        constraints.max_length.as_ref().map(|it| bound("max_length", it)),
        constraints.min.as_ref().map(|it| bound("min", it)),
        constraints.max.as_ref().map(|it| bound("max", it)),
        constraints.email.map(|_| quote!(.email())),
        constraints.slug.map(|_| quote!(.slug())),
        constraints.multiline.map(|_| quote!(.multiline())),
        attribute.generated.and_then(generated),
        attribute.default.as_ref().map(|it| {
            let tree = body::default(cx, it, &written, &name);
            quote!(.default(#tree))
        }),
    ];
    let parts = parts.iter().flatten();
    quote!(#start(#name, #docs) #(#parts)*)
}

/// `.min(1)`.
fn bound<T: ToTokens>(name: &str, bound: &Bound<T>) -> TokenStream {
    let (method, value) = (format_ident!("{name}"), &bound.value);
    quote!(.#method(#value))
}

/// What says who fills it in; of a primary key its type does.
fn generated(generated: Generated) -> Option<TokenStream> {
    let variant = match generated {
        Generated::Id => return None,
        Generated::RandomId => return Some(quote!(.random())),
        Generated::InsertedAt => quote!(InsertedAt),
        Generated::UpdatedAt => quote!(UpdatedAt),
        Generated::DeletedAt => quote!(DeletedAt),
        Generated::DeletionId => quote!(DeletionId),
    };
    Some(quote!(.generated(::samara::__private::ir::Generated::#variant)))
}

fn relationship(resource: &Resource, field: &Field, relationship: &Relationship) -> TokenStream {
    let (name, docs, public) = (field.ident.unraw().to_string(), &field.docs, relationship.public);
    let target = &related(resource, &field.ident, relationship);
    let target_name = resource_name(target);
    let here = quote!(Self);
    match &relationship.kind {
        RelationshipKind::BelongsTo { key, on_delete, .. } => {
            let key = key.unraw().to_string();
            let on_delete = match on_delete {
                OnDelete::Restrict => quote!(Restrict),
                OnDelete::Cascade => quote!(Cascade),
                OnDelete::Nilify => quote!(Nilify),
            };
            quote! {
                ::samara::__private::belongs_to(
                    #name, #docs, #target_name, #public, #key, ::samara::__private::ir::OnDelete::#on_delete,
                )
            }
        }
        RelationshipKind::HasMany { key: Some(key) } => {
            let key = key_to(target, key, &here);
            quote!(::samara::__private::has_many(#name, #docs, #target_name, #public, #key))
        }
        RelationshipKind::HasOne { key: Some(key) } => {
            let key = key_to(target, key, &here);
            quote!(::samara::__private::has_one(#name, #docs, #target_name, #public, #key))
        }
        RelationshipKind::ManyToMany { join: Some(join) } => {
            let through = known_resource(&join.through);
            let source = key_to(&through, &join.source, &here);
            let joined = key_to(&through, &join.target, target);
            let through = resource_name(&through);
            quote! {
                ::samara::__private::many_to_many(
                    #name, #docs, #target_name, #public, (#through, #source, #joined),
                )
            }
        }
        RelationshipKind::HasMany { key: None }
        | RelationshipKind::HasOne { key: None }
        | RelationshipKind::ManyToMany { join: None } => quote!(::samara::__private::broken()),
    }
}

/// The column of the `belongs_to` that is `resource`'s `key`, which must point at `other`.
fn key_to(resource: &impl ToTokens, key: &Ident, other: &impl ToTokens) -> TokenStream {
    quote_spanned! {at(key)=>
        ::samara::__private::key_to::<#other, _, _, _>(&<#resource as ::samara::__private::Declaration>::FIELDS.#key)
    }
}

fn resource_name(ty: &impl ToTokens) -> TokenStream {
    quote_spanned!(at(ty)=> <#ty as ::samara::__private::Resource>::NAME)
}

/// The identity of a `unique` attribute, named after it.
fn own_identity(column: &Column<'_>) -> Option<TokenStream> {
    let name = column.name.unraw().to_string();
    let unique = matches!(column.kind, ColumnKind::Attribute(Attribute { unique: true, .. }));
    unique.then(|| quote!(.identity(#name, &[#name])))
}

fn own_index(column: &Column<'_>) -> Option<TokenStream> {
    let name = column.name.unraw().to_string();
    match column.kind {
        ColumnKind::Attribute(Attribute { index: Some(descends), .. }) => Some(quote!(.index(&[(#name, #descends)]))),
        ColumnKind::Attribute(_) | ColumnKind::Key { .. } => None,
    }
}

fn index(resource: &Resource, names: &[Directed]) -> TokenStream {
    let columns =
        names.iter().filter_map(|it| Some((resource.column(&it.name)?.name.unraw().to_string(), it.descends)));
    let columns = columns.map(|(name, descends)| quote!((#name, #descends)));
    quote!(.index(&[#(#columns),*]))
}

fn role(role: &Role) -> TokenStream {
    let role = match role {
        Role::Actor(Actor { identity, register, name }) => {
            let named = |it: &Ident| {
                let name = it.unraw().to_string();
                quote!(::samara::__private::ir::Name::new(#name))
            };
            let identity = named(identity);
            let register = register.as_ref().map_or_else(|| quote!(::samara::__private::ir::Role::register()), named);
            let name = match name.as_ref().map(named) {
                Some(name) => quote!(::core::option::Option::Some(#name)),
                None => quote!(::core::option::Option::None),
            };
            quote!(Actor { identity: #identity, register: #register, name: #name })
        }
        Role::MagicLink { user, lifetime, .. } => {
            let user = resource_name(&known_resource(user));
            quote!(MagicLink { user: ::samara::__private::ir::Name::new(#user), lifetime: #lifetime })
        }
        Role::Session { user, .. } => {
            let user = resource_name(&known_resource(user));
            quote!(Session { user: ::samara::__private::ir::Name::new(#user) })
        }
    };
    quote!(.role(::samara::__private::ir::Role::#role))
}
