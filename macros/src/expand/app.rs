//! What `app!` emits: the struct that declares an application.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{GenericArgument, Pat, PathArguments, Type};

use super::at;
use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::parse::app::App;
use crate::rewrite::{self, Tail};

/// The struct and its impls.
pub(crate) fn app(cx: &Ctxt, app: &App) -> TokenStream {
    let App { attributes, vis, ident, domains, .. } = app;
    let domains =
        domains.iter().map(|it| quote_spanned!(at(it)=> <#it as ::samara::__private::DeclaresDomain>::domain()));
    // What the framework keeps for itself.
    let own = quote!(<::samara::own::Samara as ::samara::__private::DeclaresDomain>::domain());
    let name = match &app.name {
        Some(name) => quote!(::core::option::Option::Some(#name)),
        None => quote!(::core::option::Option::None),
    };
    let admin = match admin(cx, app) {
        Some(tree) => quote!(::core::option::Option::Some(#tree)),
        None => quote!(::core::option::Option::None),
    };
    let tenants = match tenants(cx, app) {
        Some(tree) => quote!(.with_tenants(#tree)),
        None => TokenStream::new(),
    };
    quote! {
        #(#attributes)*
        #[derive(Clone, Copy, Debug)]
        #vis struct #ident;

        impl #ident {
            /// The declaration, and the functions it names.
            pub fn application() -> ::samara::application::Application {
                let package = (::core::env!("CARGO_PKG_NAME"), ::core::env!("CARGO_PKG_VERSION"));
                ::samara::__private::application(::std::vec![#(#domains,)* #own], #name, #admin).of_package(package)#tenants
            }
        }

        #[automatically_derived]
        impl ::samara::application::Declares for #ident {
            fn application() -> ::samara::application::Application {
                Self::application()
            }
        }
    }
}

/// The condition over the actor.
fn admin(cx: &Ctxt, app: &App) -> Option<TokenStream> {
    let closure = app.admin.as_ref()?;
    let parameter = match closure.inputs.iter().collect::<Vec<_>>().as_slice() {
        [Pat::Type(parameter)] => (*parameter).clone(),
        _ => {
            cx.error(
                DiagnosticCode::ClosureParameter,
                closure,
                "whom the admin screens let in is a condition over the actor alone",
            )
            .help("write `admin = |actor: Actor<User>| …`");
            return None;
        }
    };
    let (pat, ty) = (&parameter.pat, &parameter.ty);
    let actor = quote_spanned!(at(ty)=> let #pat: #ty = __roots.actor(););
    let body = rewrite::expression(cx, &closure.body, Tail::Condition);
    Some(quote! {
        {
            let __body = ::samara::__private::Body::start();
            let __roots = __body.roots::<()>();
            #actor
            __body.tree("whom the admin screens let in", #body)
        }
    })
}

/// The condition over a tenant and the actor.
fn tenants(cx: &Ctxt, app: &App) -> Option<TokenStream> {
    let closure = app.tenants.as_ref()?;
    let parameters = match closure.inputs.iter().collect::<Vec<_>>().as_slice() {
        [Pat::Type(tenant), Pat::Type(actor)] => row_of(&tenant.ty).map(|it| (tenant.clone(), actor.clone(), it)),
        _ => None,
    };
    let Some((tenant, actor, resource)) = parameters else {
        cx.error(
            DiagnosticCode::ClosureParameter,
            closure,
            "who may work within which tenant is a condition over a row of the tenants and the actor",
        )
        .help("write `tenants = |organisation: Row<Organisation>, actor: Actor<User>| …`");
        return None;
    };
    let (row, row_ty, pat, ty) = (&tenant.pat, &tenant.ty, &actor.pat, &actor.ty);
    let row = quote_spanned!(at(row_ty)=> let #row: #row_ty = __roots.row(););
    let actor = quote_spanned!(at(ty)=> let #pat: #ty = __roots.actor(););
    let body = rewrite::expression(cx, &closure.body, Tail::Condition);
    Some(quote! {
        {
            let __body = ::samara::__private::Body::start();
            let __roots = __body.roots::<#resource>();
            #row
            #actor
            __body.tree("who may work within which tenant", #body)
        }
    })
}

/// `Organisation` of `Row<Organisation>`.
fn row_of(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|it| it.ident == "Row")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}
