//! What each macro does, from its tokens to its output: parse, check, expand, and the mistakes beside it.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::Parse;
use syn::{DeriveInput, ItemFn, ItemImpl, ItemStruct};

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::call::Calls;
use crate::{check, expand, parse};

/// `#[resource(…)] struct World { … }`.
pub(crate) fn resource(options: TokenStream, item: TokenStream) -> TokenStream {
    attribute::<ItemStruct>("resource", "a struct", item, |cx, item| {
        let mut resource = parse::resource::resource(cx, options, item);
        check::resource(cx, &mut resource);
        expand::resource::resource(cx, &resource)
    })
}

/// `#[actions] impl World { … }`.
pub(crate) fn actions(options: TokenStream, item: TokenStream) -> TokenStream {
    attribute::<ItemImpl>("actions", "an `impl` of a resource", item, |cx, item| {
        let Some(mut actions) = parse::actions::actions(cx, options, item) else { return TokenStream::new() };
        check::actions(cx, &mut actions);
        expand::actions::actions(cx, &actions)
    })
}

/// `#[policies] impl World { … }`.
pub(crate) fn policies(options: TokenStream, item: TokenStream) -> TokenStream {
    attribute::<ItemImpl>("policies", "an `impl` of a resource", item, |cx, item| {
        let Some(mut policies) = parse::policies::policies(cx, options, item) else { return TokenStream::new() };
        check::policies(cx, &mut policies);
        expand::policies::policies(cx, &policies)
    })
}

/// `#[calculations] impl World { … }`.
pub(crate) fn calculations(options: TokenStream, item: TokenStream) -> TokenStream {
    attribute::<ItemImpl>("calculations", "an `impl` of a resource", item, |cx, item| {
        let Some(mut calculations) = parse::calculations::calculations(cx, options, item) else {
            return TokenStream::new();
        };
        check::calculations(cx, &mut calculations);
        expand::calculations::calculations(cx, &calculations)
    })
}

/// `calls! { shown: …, columns: […], resource: World, sorts: […], writes: […] }`.
pub(crate) fn calls(input: TokenStream) -> TokenStream {
    let cx = Ctxt::new();
    let calls = cx.ok(syn::parse2::<Calls>(input));
    let output = calls.map(|it| {
        check::calls(&cx, &it);
        expand::calls::calls(&it)
    });
    beside(cx, output)
}

/// `#[domain(…)] struct Platform;`.
pub(crate) fn domain(options: TokenStream, item: TokenStream) -> TokenStream {
    attribute::<ItemStruct>("domain", "a unit struct", item, |cx, item| {
        let resources = parse::domain::resources(cx, options, &item);
        let resources = check::listed_once(cx, resources);
        expand::domain::domain(&item, &resources)
    })
}

/// `app!(pub App, domains = […])`.
pub(crate) fn app(input: TokenStream) -> TokenStream {
    let cx = Ctxt::new();
    let mut app = parse::app::app(&cx, input);
    app.domains = check::listed_once(&cx, app.domains);
    let output = expand::app::app(&cx, &app);
    beside(cx, Some(output))
}

/// `expr!(|row| …)`: the closure without types, so that its parameter's type is inferred by the function that takes it.
pub(crate) fn expr(input: TokenStream) -> TokenStream {
    let cx = Ctxt::new();
    let closure = expand::expr::expr(&cx, input);
    let mistakes = cx.finish();
    if mistakes.is_empty() { closure } else { quote!({ #mistakes #closure }) }
}

/// `#[expression] fn visible(world: Row<World>) -> bool { … }`.
pub(crate) fn expression(options: TokenStream, item: TokenStream) -> TokenStream {
    attribute::<ItemFn>("expression", "a function", item, |cx, item| {
        parse::options::Options::parse(cx, options).finish();
        expand::expression::expression(cx, item)
    })
}

/// `#[derive(Enum)]`.
pub(crate) fn enumeration(input: TokenStream) -> TokenStream {
    let cx = Ctxt::new();
    let output = cx.ok(syn::parse2::<DeriveInput>(input)).map(|it| {
        let enumeration = parse::enumeration::enumeration(&cx, it);
        check::enumeration(&cx, &enumeration);
        expand::enumeration::enumeration(&enumeration)
    });
    beside(cx, output)
}

/// `#[derive(Object)]`.
pub(crate) fn object(input: TokenStream) -> TokenStream {
    let cx = Ctxt::new();
    let output =
        cx.ok(syn::parse2::<DeriveInput>(input)).map(|it| expand::object::object(&parse::object::object(&cx, it)));
    beside(cx, output)
}

/// A helper of `#[resource]` that it did not parse: the helper is above it, or there is no `#[resource]`.
pub(crate) fn below_resource(name: &str, item: TokenStream) -> TokenStream {
    let cx = Ctxt::new();
    let ident = syn::parse2::<ItemStruct>(item.clone()).map(|it| it.ident);
    let message = format!("`#[{name}]` is not below a `#[resource]`");
    let at = ident.map_or_else(|_| item.clone(), |it| quote!(#it));
    cx.error(DiagnosticCode::ResourceNotOnTop, at, message)
        .help("`#[resource(table = \"…\")]` stands above, and reads it");
    beside(cx, Some(item))
}

/// Runs an attribute macro for an item of kind `T`; on another item, that is the mistake, and the item stays.
fn attribute<T: Parse>(
    name: &str,
    kind: &str,
    item: TokenStream,
    expand: impl FnOnce(&Ctxt, T) -> TokenStream,
) -> TokenStream {
    let cx = Ctxt::new();
    let output = match syn::parse2::<T>(item.clone()) {
        Ok(parsed) => expand(&cx, parsed),
        Err(error) => {
            cx.error(DiagnosticCode::Misplaced, item.clone(), format_args!("`#[{name}]` stands on {kind}: {error}"));
            TokenStream::new()
        }
    };
    beside(cx, Some(output))
}

/// The output, and the mistakes.
fn beside(cx: Ctxt, output: Option<TokenStream>) -> TokenStream {
    let mistakes = cx.finish();
    quote!(#output #mistakes)
}

#[cfg(test)]
mod tests;
