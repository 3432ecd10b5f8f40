//! Names in lists that are no attributes, and so must be calculations: methods of the row.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt as _;

use super::{at, respanned};
use crate::ctxt::nearest;

/// Has rustc check that each is a calculation of the resource. A method of the row is found before one of a trait, so what the name
/// gives says which it is; `columns` are the names to offer instead.
pub(crate) fn calculated<'n>(
    resource: &impl ToTokens,
    shown: &str,
    names: impl IntoIterator<Item = &'n Ident>,
    columns: &[String],
) -> TokenStream {
    let asked = names.into_iter().map(|name| {
        let (row, written) = (respanned(resource, at(name)), name.unraw().to_string());
        let message =
            format!("`{shown}` has no attribute and no calculation `{written}`{}", offered(&written, columns));
        quote_spanned! {at(name)=>
            const _: () = {
                #[allow(dead_code, reason = "a calculation of that name wins")]
                trait Missing: Sized {
                    fn #name(self) -> ::samara::__private::Missing {
                        ::samara::__private::Missing
                    }
                }
                impl<R> Missing for R {}
                ::samara::__private::named(::samara::__private::is_calculation(<::samara::__private::Row<#row>>::#name), #message);
            };
        }
    });
    asked.collect()
}

fn offered(written: &str, columns: &[String]) -> String {
    let key = format!("{written}_id");
    let near = columns.iter().find(|it| **it == key).map(String::as_str);
    match near.or_else(|| nearest(written, columns.iter().map(String::as_str))) {
        Some(name) => format!(": did you mean `{name}`?"),
        None => format!("; its attributes are `{}`", columns.join("`, `")),
    }
}
