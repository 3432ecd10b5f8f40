//! Functions of policies and calculations: rewritten on a hidden type, and the call that builds their tree.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::Path;
use syn::spanned::Spanned as _;

use super::expression::{quiet, rewritten};
use crate::ctxt::Ctxt;
use crate::model::function::{Function, Parameter};

/// `WorldPolicies`: a hidden type of its own, so that a policy and an action may share a name, and `Self::other(…)` still resolves.
pub(crate) fn holder(resource: &Path, what: &str) -> Ident {
    format_ident!("{}{what}", name(resource))
}

/// The last segment of a resource's path.
pub(crate) fn name(resource: &Path) -> String {
    resource.segments.last().map(|it| it.ident.to_string()).unwrap_or_default()
}

/// The function with its body rewritten; `None` if it has parameters without a meaning.
pub(crate) fn function(cx: &Ctxt, function: &Function) -> Option<TokenStream> {
    if !function.sound {
        return None;
    }
    let attributes = &function.attributes;
    let before = cx.count();
    let (signature, body) = rewritten(cx, function.signature.clone(), &function.body);
    let quiet = quiet(cx, before);
    Some(quote!(#(#attributes)* #quiet #signature #body))
}

/// The tree of a function of `holder`; its parameters' types are checked against the resource where they stand.
pub(crate) fn tree(resource: &Path, holder: &Ident, function: &Function, what: &str) -> TokenStream {
    if !function.sound {
        return quote!(::samara::__private::broken());
    }
    let ident = &function.signature.ident;
    let what = format!("{what} `{ident}` of `{}`", name(resource));
    let arguments = function.parameters.iter().map(|it| match it {
        Parameter::Row(ty) => quote_spanned!(ty.span()=> __roots.row()),
        Parameter::Actor(ty) => quote_spanned!(ty.span()=> __roots.actor()),
    });
    let resource = resource.to_token_stream();
    quote! {
        {
            let __body = ::samara::__private::Body::start();
            let __roots = __body.roots::<#resource>();
            __body.tree(#what, #holder::#ident(#(#arguments),*))
        }
    }
}
