//! What `#[derive(Object)]` emits: a struct as the return value of a generic action.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;

use super::at;
use crate::model::object::{Object, ObjectField};

/// The impl.
pub(crate) fn object(it: &Object) -> TokenStream {
    let Object { ident, docs, fields } = it;
    let name = ident.to_string();
    let names: Vec<_> = fields.iter().map(|it| &it.ident).collect();
    let types: Vec<_> = fields.iter().map(|it| &it.ty).collect();
    let declared = fields.iter().map(|ObjectField { ident, docs, ty }| {
        let name = ident.unraw().to_string();
        quote_spanned!(at(ty)=> ::samara::__private::object_field::<#ty>(#name, #docs))
    });
    let read = types.iter().map(|ty| quote_spanned!(at(ty)=> ::samara::__private::field_value::<#ty>(&mut values)?));
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl ::samara::__private::Returnable for #ident {
            type Form = Self;
        }

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl ::samara::__private::ReturnForm<Self> for #ident {
            fn returns() -> ::samara::__private::ir::Returns {
                ::samara::__private::object(#name, #docs, ::std::vec![#(#declared),*])
            }

            fn enums() -> ::std::vec::Vec<::samara::__private::Located<::samara::__private::ir::Enum>> {
                let enums = [#(<#types as ::samara::__private::AttributeType>::enumeration()),*];
                enums.into_iter().flatten().collect()
            }

            fn into_return_value(answer: Self) -> ::samara::record::ReturnValue {
                ::samara::record::ReturnValue::Object(::std::vec![
                    #(::samara::__private::AttributeType::to_value(&answer.#names)),*
                ])
            }

            fn from_return_value(
                answer: ::samara::record::ReturnValue,
                _: &::samara::__private::ReturnedRows,
            ) -> ::core::result::Result<::core::option::Option<Self>, ::samara::error::Error> {
                let mut values = ::samara::__private::object_values(answer)?;
                ::core::result::Result::Ok(::core::option::Option::Some(Self { #(#names: #read),* }))
            }
        }
    }
}
