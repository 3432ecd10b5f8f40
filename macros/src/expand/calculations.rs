//! What `#[calculations]` emits: the functions on a hidden type, a method of the row for each, and the calculations as data.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Path, ReturnType, Type};

use super::function::{function, holder, tree};
use crate::ctxt::Ctxt;
use crate::model::calculation::{Calculation, Calculations};

/// The holder, the methods and the list that `#[resource]` asks for.
pub(crate) fn calculations(cx: &Ctxt, it: &Calculations) -> TokenStream {
    let Calculations { resource, calculations } = it;
    let holder = holder(resource, "Calculations");
    let functions = calculations.iter().filter_map(|it| function(cx, &it.function));
    let row = row(resource);
    let methods = calculations.iter().zip(0u16..).filter_map(|(it, index)| method(it, index));
    let declared = calculations.iter().filter_map(|it| declared(resource, &holder, it));
    let enums = calculations
        .iter()
        .filter_map(|it| promised(it))
        .map(|ty| quote_spanned!(ty.span()=> <#ty as ::samara::__private::AttributeType>::enumeration()));
    quote! {
        #[doc(hidden)]
        struct #holder;

        impl #holder {
            #(#functions)*
        }

        #[allow(dead_code, reason = "not every calculation is asked for in an expression")]
        impl<__N: ::samara::__private::Nullability> #row<__N> {
            #(#methods)*
        }

        impl #resource {
            #[doc(hidden)]
            pub fn __calculations() -> ::std::vec::Vec<::samara::__private::Located<::samara::__private::ir::Calculation>> {
                ::std::vec![#(#declared),*]
            }

            #[doc(hidden)]
            pub fn __calculation_enums() -> ::std::vec::Vec<::samara::__private::Located<::samara::__private::ir::Enum>> {
                [#(#enums),*].into_iter().flatten().collect()
            }
        }
    }
}

/// A node of its own, not the body again: so calculations may ask each other without end, which `ir::verify` refuses.
fn method(calculation: &Calculation, index: u16) -> Option<TokenStream> {
    let ty = promised(calculation)?;
    let (ident, docs) = (&calculation.function.signature.ident, &calculation.function.docs);
    let answer = quote_spanned!(ty.span()=> ::samara::__private::Expr<__N::Of<#ty>>);
    Some(quote! {
        #[doc = #docs]
        pub fn #ident(self) -> #answer {
            ::samara::__private::ExprRow::path(self).calculation(#index)
        }
    })
}

fn declared(resource: &Path, holder: &Ident, calculation: &Calculation) -> Option<TokenStream> {
    let Calculation { function, public, unrestricted } = calculation;
    let ty = promised(calculation)?;
    let (name, docs) = (function.signature.ident.unraw().to_string(), &function.docs);
    let tree = tree(resource, holder, function, "calculation");
    Some(quote_spanned! {function.signature.ident.span()=>
        ::samara::__private::calculation::<#ty>(#name, #docs, #public, #unrestricted, #tree)
    })
}

fn promised(calculation: &Calculation) -> Option<&Type> {
    match &calculation.function.signature.output {
        ReturnType::Type(_, ty) => Some(ty),
        ReturnType::Default => None,
    }
}

/// The row's struct, beside the resource.
fn row(resource: &Path) -> Path {
    let mut row = resource.clone();
    if let Some(last) = row.segments.last_mut() {
        last.ident = format_ident!("{}Row", last.ident);
    }
    row
}
