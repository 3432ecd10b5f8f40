//! What `#[domain]` emits: the domain as data, and that each of its resources is in one.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{ItemStruct, Path};

use super::at;
use crate::model::docs::docs;

/// The struct and its impls.
pub(crate) fn domain(item: &ItemStruct, resources: &[Path]) -> TokenStream {
    let ident = &item.ident;
    let (name, docs) = (ident.to_string(), docs(&item.attrs));
    let declared = resources.iter().map(|it| quote_spanned!(at(it)=> ::samara::__private::declared::<#it>()));
    let memberships = resources.iter().map(|it| {
        quote_spanned! {at(it)=>
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl ::samara::__private::InDomain for #it {}
        }
    });
    let built = quote_spanned!(ident.span()=> ::samara::__private::domain(#name, #docs, ::std::vec![#(#declared),*]));
    quote! {
        #item

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl ::samara::__private::DeclaresDomain for #ident {
            fn domain() -> ::samara::__private::DeclaredDomain {
                #built
            }
        }

        #(#memberships)*
    }
}
