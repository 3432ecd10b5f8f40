//! What `#[calculations]` emits: the functions on a hidden type, a method of the row for each, and the calculations as data.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::{Path, ReturnType, Type};

use super::block::{self, BlockKind};
use super::function::{function, holder, tree};
use super::{at, attribute_type, documented, enumeration, respanned};
use crate::ctxt::Ctxt;
use crate::model::calculation::{Calculation, Calculations};

/// The holder, the methods and the list that `#[resource]` asks for.
pub(crate) fn calculations(cx: &Ctxt, it: &Calculations) -> TokenStream {
    let Calculations { resource, block, calculations } = it;
    let holder = holder(resource, "Calculations");
    let functions = calculations.iter().filter_map(|it| function(cx, &it.function));
    let row = row(resource);
    let before = block.as_ref().map(|name| {
        let block = block::block(&respanned(resource, at(name)), name);
        quote_spanned!(at(name)=> #block::calculations_before() + )
    });
    let methods = calculations.iter().zip(0u16..).filter_map(|(it, index)| method(it, &quote!(#before #index)));
    let declared = calculations.iter().filter_map(|it| declared(resource, &holder, it));
    let enums = calculations.iter().filter_map(|it| promised(it)).filter_map(|ty| enumeration(ty, attribute_type(ty)));
    let count = u16::try_from(calculations.len()).unwrap_or(u16::MAX);
    let listed = BlockKind::Calculations.is_listed(resource, block.as_ref());
    let block = BlockKind::Calculations.of(block.as_ref());
    let here = respanned(resource, at(resource));
    let items = quote! {
        const COUNT: u16 = #count;

        fn calculations() -> ::std::vec::Vec<::samara::__private::Located<::samara::__private::ir::Calculation>> {
            ::std::vec![#(#declared),*]
        }

        fn enums() -> ::std::vec::Vec<::samara::__private::Located<::samara::__private::ir::Enum>> {
            ::samara::__private::enums_of(&[#(#enums),*])
        }
    };
    // All at the resource's name: there a second block of the name is found.
    let implemented = quote_spanned!(at(resource)=> #[automatically_derived] impl #block for #here { #items });
    quote! {
        const _: () = {
            #listed
            struct #holder;

            impl #holder {
                #(#functions)*
            }

            #[allow(dead_code, reason = "not every calculation is asked for in an expression")]
            impl<RowKind: ::samara::__private::RowKind> #row<RowKind> {
                #(#methods)*
            }

            #implemented
        };
    }
}

/// A node of its own, not the body again: so calculations may ask each other without end, which `ir::verify` refuses.
fn method(calculation: &Calculation, index: &TokenStream) -> Option<TokenStream> {
    let ty = promised(calculation)?;
    let (ident, docs) = (&calculation.function.signature.ident, &calculation.function.docs);
    let written = attribute_type(ty);
    let answer = quote_spanned!(at(ty)=> ::samara::__private::Expr<RowKind::Of<#written>>);
    let docs = documented(docs);
    Some(quote! {
        #docs
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
    let ty = attribute_type(ty);
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
