//! The row as expressions see it: a field for each column, a method for each hop.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};

use super::{at, column_type, documented, related};
use crate::model::attribute::{Attribute, Column, ColumnKind};
use crate::model::relationship::{Relationship, RelationshipKind};
use crate::model::resource::{Field, Resource};

/// `ActivityRow<Kind>`. Fields carry the developer's own idents, so that editors rename through bodies.
pub(crate) fn row(resource: &Resource) -> TokenStream {
    let Resource { vis, ident, .. } = resource;
    let row = name(ident);
    let text = ident.to_string();
    let docs = format!("A row of [`{ident}`] in an expression or a selection.");
    let columns: Vec<_> = resource.columns().collect();
    let declared = columns.iter().map(|column| {
        let (name, docs, written) = (&column.name, &column.docs, column_type(resource, column));
        let ty = quote_spanned!(at(&column.ty)=> ::samara::__private::Expr<RowKind::Of<#written>>);
        let docs = documented(docs);
        quote!(#docs pub #name: #ty,)
    });
    let made = columns.iter().zip(0u16..).map(|(column, index)| {
        let name = &column.name;
        // Where rustc says of a type that no column has it, it has said so already.
        quote_spanned!(at(&column.ty)=> #name: __path.column(#index),)
    });
    let hops = resource.relationships().zip(0u16..).map(|((field, it), index)| hop(resource, field, it, index));
    let present = columns.iter().find(|it| is_primary_key(it)).map(|column| {
        let id = &column.name;
        quote! {
            #[allow(dead_code, reason = "not everybody asks")]
            impl #row<::samara::__private::Optional> {
                /// Whether it is there: somebody is signed in, or is at the other end.
                pub fn is_present(self) -> ::samara::__private::Expr<bool> {
                    self.#id.is_some()
                }
            }
        }
    });
    // That there is one is reported elsewhere.
    let id = columns.iter().find(|it| is_primary_key(it)).map(|it| it.ty.to_token_stream());
    let id = id.unwrap_or_else(|| quote!(::samara::__private::Uuid));
    quote! {
        #[doc = #docs]
        #[allow(dead_code, reason = "not every column is asked for")]
        #vis struct #row<RowKind: ::samara::__private::RowKind> {
            __path: ::samara::__private::RowPath,
            #(#declared)*
        }

        #[automatically_derived]
        impl<RowKind: ::samara::__private::RowKind> ::core::clone::Clone for #row<RowKind> {
            fn clone(&self) -> Self {
                *self
            }
        }

        #[automatically_derived]
        impl<RowKind: ::samara::__private::RowKind> ::core::marker::Copy for #row<RowKind> {}

        #[automatically_derived]
        impl<RowKind: ::samara::__private::RowKind> ::samara::__private::ExprRow for #row<RowKind> {
            type Of = #ident;

            fn at(__path: ::samara::__private::RowPath) -> Self {
                Self { __path, #(#made)* }
            }

            fn path(self) -> ::samara::__private::RowPath {
                self.__path
            }
        }

        // A row is no operand: see `NoOperand`.
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl<RowKind: ::samara::__private::RowKind> ::samara::__private::Operand<::samara::__private::NoOperand>
            for #row<RowKind>
        {
            #[inline]
            fn lift(&self) -> u32 {
                ::samara::__private::no_operand()
            }
        }

        #[allow(dead_code, reason = "not every hop is made")]
        impl<RowKind: ::samara::__private::RowKind> #row<RowKind> {
            #(#hops)*
        }

        #present

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl ::samara::__private::Resource for #ident {
            const NAME: &'static str = #text;
            type Id = #id;
            type Row<RowKind: ::samara::__private::RowKind> = #row<RowKind>;
        }
    }
}

fn is_primary_key(column: &Column<'_>) -> bool {
    matches!(column.kind, ColumnKind::Attribute(Attribute { primary_key: true, .. }))
}

/// `ActivityRow`.
fn name(resource: &Ident) -> Ident {
    format_ident!("{resource}Row", span = resource.span())
}

fn hop(resource: &Resource, field: &Field, relationship: &Relationship, index: u16) -> TokenStream {
    let (ident, docs, span) = (&field.ident, &field.docs, at(&relationship.target));
    let target = related(resource, ident, relationship);
    // A required key always points at a row; a nullable one, and the other end of a key, may have none.
    let leads_to = match relationship.kind {
        _ if relationship.is_many() => quote_spanned!(span=> RowKind::Many<#target>),
        RelationshipKind::BelongsTo { optional: false, .. } => quote_spanned!(span=> RowKind::One<#target>),
        _ => quote_spanned!(span=> RowKind::OneOrNone<#target>),
    };
    let docs = documented(docs);
    quote! {
        #docs
        pub fn #ident(self) -> #leads_to {
            self.__path.hop(#index)
        }
    }
}
