//! Makes a type of the developer an operand of expressions: what `#[derive(Enum)]` emits beside `AttributeType`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// `column == Kind::Build`, and `column.is_in([Kind::Build])`.
pub(crate) fn known(ident: &Ident) -> TokenStream {
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl ::samara::__private::Nullness for #ident {
            type Null = ::samara::__private::Required;
        }

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl ::samara::__private::Typed for #ident {
            type Base = Self;

            fn lift_typed(&self) -> u32 {
                ::samara::__private::lift_value(self)
            }
        }

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl ::samara::__private::Operand<#ident> for #ident {
            fn lift(&self) -> u32 {
                ::samara::__private::lift_value(self)
            }
        }

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl ::samara::__private::Known<#ident> for #ident {
            fn known(&self) -> ::samara::__private::Value {
                ::samara::__private::AttributeType::to_value(self)
            }
        }
    }
}
