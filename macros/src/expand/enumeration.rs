//! What `#[derive(Enum)]` emits: the enum as an attribute type and as an operand.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::known::known;
use crate::model::enumeration::Enumeration;

/// The impls.
pub(crate) fn enumeration(it: &Enumeration) -> TokenStream {
    let Enumeration { ident, docs, variants, .. } = it;
    let name = ident.to_string();
    let idents: Vec<_> = variants.iter().map(|it| &it.ident).collect();
    let stored: Vec<_> = variants.iter().map(|it| &it.stored).collect();
    let units: Vec<_> = variants.iter().filter(|it| it.is_unit).collect();
    let (unit_idents, unit_stored) = (units.iter().map(|it| &it.ident), units.iter().map(|it| &it.stored));
    let variant_docs = variants.iter().map(|it| &it.docs);
    // At the enum's name, so that this is where it is declared.
    let declared = quote_spanned! {ident.span()=>
        ::samara::__private::enumeration(#name, #docs, &[#((#stored, #variant_docs)),*])
    };
    let operand = known(ident);
    let known = it.broken.as_ref().map(|it| quote!(const KNOWN: bool = !#it;));
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl ::samara::__private::AttributeType for #ident {
            type Base = Self;
            type Plain = Self;
            type Nullable = ::core::option::Option<Self>;
            type Written = Self;
            type Scalar = Self;
            type Null = ::samara::__private::Required;

            #known
            const TYPE: ::samara::__private::ir::Type =
                ::samara::__private::ir::Type::Enum(::samara::__private::ir::Name::new(#name));

            fn to_value(&self) -> ::samara::__private::Value {
                ::samara::__private::text_value(match *self {
                    #(Self::#idents { .. } => #stored,)*
                })
            }

            fn from_value(value: ::samara::__private::Value) -> ::core::option::Option<Self> {
                match value.as_text()? {
                    #(#unit_stored => ::core::option::Option::Some(Self::#unit_idents),)*
                    _ => ::core::option::Option::None,
                }
            }

            fn enumeration() -> ::core::option::Option<::samara::__private::Located<::samara::__private::ir::Enum>> {
                ::core::option::Option::Some(#declared)
            }
        }

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl ::samara::__private::Returnable for #ident {
            type Form = ::samara::__private::AsValue;
        }

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl ::samara::__private::Scalar for #ident {}

        #operand
    }
}
