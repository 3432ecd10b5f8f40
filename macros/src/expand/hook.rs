//! The functions that an action names: `change = path`, `before = path`, `after = path` and `after_commit = path`.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote, quote_spanned};
use syn::Path;
use syn::ext::IdentExt as _;

use super::at;
use crate::model::action::{Action, ActionKind, When};

/// Whether the function of a change reads the row as it was: rustc tells by its signature.
pub(crate) fn reads_row(resource: &Path, action: &Action, path: &Path) -> TokenStream {
    if matches!(action.kind, ActionKind::Create) {
        return quote!(false);
    }
    let path = of_resource(resource, path);
    quote_spanned! {at(&path)=> {
        #[allow(unused_imports, reason = "of a function that reads the row it is not asked")]
        use ::samara::__private::ReadsNoRow as _;
        ::samara::__private::Signature::<#resource, _>::of(#path).reads_row()
    }}
}

/// The function of a change, of that position among the action's changes.
pub(crate) fn change(resource: &Path, action: &Action, position: usize, path: &Path) -> TokenStream {
    changing(resource, action, &quote!(change_function), position, path)
}

/// The function of a hook, of that position among the action's hooks that run then.
pub(crate) fn hook(resource: &Path, action: &Action, when: When, position: usize, path: &Path) -> TokenStream {
    match when {
        When::Before => changing(resource, action, &quote!(before_function), position, path),
        When::After => following(resource, action, &quote!(after_function), position, path),
        When::AfterCommit => following(resource, action, &quote!(after_commit_function), position, path),
    }
}

/// A function of the new values.
fn changing(resource: &Path, action: &Action, build: &TokenStream, position: usize, path: &Path) -> TokenStream {
    let (name, reads_row) = (action.ident.unraw().to_string(), reads_row(resource, action, path));
    let path = of_resource(resource, path);
    let called = match action.kind {
        ActionKind::Create => quote_spanned! {at(&path)=>
            ::core::result::Result::Ok(::samara::__private::created::<#resource, _, _>(#path, changes, cx))
        },
        _ => quote_spanned!(at(&path)=> ::samara::__private::changed::<#resource, _, _>(#path, changes, row, cx)),
    };
    quote_spanned! {at(&path)=> {
        struct Named;
        #[automatically_derived]
        impl ::samara::__private::ChangeCall<#resource> for Named {
            #[allow(unused_variables, reason = "a create has no row")]
            fn call<'a>(
                changes: &'a mut ::samara::__private::Changes<#resource>,
                row: ::core::option::Option<&'a #resource>,
                cx: &'a ::samara::context::Context,
            ) -> ::samara::__private::BoxFuture<'a, ::core::result::Result<(), ::samara::error::Error>> {
                ::std::boxed::Box::pin(::samara::__private::finished(#called))
            }
        }
        ::samara::__private::#build::<#resource, Named>(#name, #position, #reads_row)
    }}
}

/// A function of the row that was written.
fn following(resource: &Path, action: &Action, build: &TokenStream, position: usize, path: &Path) -> TokenStream {
    let name = action.ident.unraw().to_string();
    let path = of_resource(resource, path);
    let called = quote_spanned!(at(&path)=> ::samara::__private::followed::<#resource, _, _>(#path, row, cx));
    quote_spanned! {at(&path)=> {
        struct Named;
        #[automatically_derived]
        impl ::samara::__private::AfterCall<#resource> for Named {
            fn call<'a>(
                row: &'a #resource,
                cx: &'a ::samara::context::Context,
            ) -> ::samara::__private::BoxFuture<'a, ::core::result::Result<(), ::samara::error::Error>> {
                ::std::boxed::Box::pin(::samara::__private::finished(::core::result::Result::Ok(#called)))
            }
        }
        ::samara::__private::#build::<#resource, Named>(#name, #position)
    }}
}

/// The path as it is meant where the actions are declared: `Self` is the resource, also inside of a type of ours.
fn of_resource(resource: &Path, path: &Path) -> TokenStream {
    let mut segments = path.segments.iter();
    if path.segments.len() < 2 || segments.next().is_none_or(|it| it.ident != "Self") {
        return path.to_token_stream();
    }
    quote_spanned!(at(path)=> <#resource> #(::#segments)*)
}
