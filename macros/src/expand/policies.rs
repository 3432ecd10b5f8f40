//! What `#[policies]` emits: the functions on a hidden type, and the policies as data.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Path;
use syn::ext::IdentExt as _;

use super::block::BlockKind;
use super::function::{function, holder, tree};
use super::{at, respanned};
use crate::ctxt::Ctxt;
use crate::model::policy::{Applies, Policies, Policy, PolicyKind};

/// The holder and the lists that `#[resource]` asks for.
pub(crate) fn policies(cx: &Ctxt, it: &Policies) -> TokenStream {
    let Policies { resource, block, policies } = it;
    let holder = holder(resource, "Policies");
    let functions = policies.iter().filter_map(|it| function(cx, &it.function));
    let of_actions = policies.iter().filter_map(|it| of_actions(resource, &holder, it));
    let of_fields = policies.iter().filter_map(|it| of_fields(resource, &holder, it));
    let names = names(resource, policies);
    let listed = BlockKind::Policies.is_listed(resource, block.as_ref());
    let block = BlockKind::Policies.of(block.as_ref());
    let here = respanned(resource, at(resource));
    let items = quote! {
        fn policies() -> ::std::vec::Vec<::samara::__private::Located<::samara::__private::ir::Policy>> {
            #names
            ::std::vec![#(#of_actions),*]
        }

        fn field_policies() -> ::std::vec::Vec<::samara::__private::Located<::samara::__private::ir::FieldPolicy>> {
            ::std::vec![#(#of_fields),*]
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

            #implemented
        };
    }
}

fn of_actions(resource: &Path, holder: &Ident, policy: &Policy) -> Option<TokenStream> {
    let Some(PolicyKind::Actions { bypass, anyone, applies }) = &policy.kind else { return None };
    let (name, docs) = (policy.function.signature.ident.unraw().to_string(), &policy.function.docs);
    let applies = applies.iter().map(|it| match it {
        Applies::Kind(kind) => {
            let kind = format_ident!("{kind}");
            quote!(::samara::__private::ir::Applies::#kind)
        }
        Applies::Action(action) => {
            let action = action.unraw().to_string();
            quote!(::samara::__private::ir::Applies::Action(::samara::__private::ir::Name::new(#action)))
        }
    });
    let condition = tree(resource, holder, &policy.function, "policy");
    Some(quote_spanned! {policy.function.signature.ident.span()=>
        ::samara::__private::policy(#name, #docs, #bypass, #anyone, ::std::vec![#(#applies),*], #condition)
    })
}

fn of_fields(resource: &Path, holder: &Ident, policy: &Policy) -> Option<TokenStream> {
    let Some(PolicyKind::Fields(attributes)) = &policy.kind else { return None };
    let (name, docs) = (policy.function.signature.ident.unraw().to_string(), &policy.function.docs);
    let attributes = attributes.iter().map(|it| it.unraw().to_string());
    let condition = tree(resource, holder, &policy.function, "field policy");
    Some(quote_spanned! {policy.function.signature.ident.span()=>
        ::samara::__private::field_policy(#name, #docs, &[#(#attributes),*], #condition)
    })
}

/// Has rustc check the names of actions and fields; never run.
fn names(resource: &Path, policies: &[Policy]) -> TokenStream {
    let mut actions = Vec::new();
    let mut fields = Vec::new();
    for policy in policies {
        match &policy.kind {
            Some(PolicyKind::Actions { applies, .. }) => actions.extend(applies.iter().filter_map(|it| match it {
                Applies::Action(name) => Some(name),
                Applies::Kind(_) => None,
            })),
            Some(PolicyKind::Fields(names)) => fields.extend(names),
            None => {}
        }
    }
    let actions = (!actions.is_empty()).then(|| {
        quote! {
            let _ = |names: <#resource as ::samara::__private::ActionsWithoutName>::Names| {
                #(let _ = names.#actions;)*
            };
        }
    });
    let fields = (!fields.is_empty()).then(|| {
        let checks = fields.iter().map(|it| quote_spanned!(it.span()=> ::samara::__private::guarded(&record.#it);));
        quote!(let _ = |record: &#resource| { #(#checks)* };)
    });
    quote!(#actions #fields)
}
