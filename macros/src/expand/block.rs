//! The `impl` blocks of a resource: each implements a trait, by which `#[resource]` finds it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Path;
use syn::ext::IdentExt as _;

use super::{at, respanned};
use crate::model::resource::{Blocks, Resource};

/// What `#[actions]`, `#[policies]` and `#[calculations]` are to the framework's traits.
#[derive(Clone, Copy)]
pub(crate) enum BlockKind {
    Actions,
    Policies,
    Calculations,
}

impl BlockKind {
    fn name(self) -> &'static str {
        match self {
            Self::Actions => "Actions",
            Self::Policies => "Policies",
            Self::Calculations => "Calculations",
        }
    }

    /// `UnnamedActions`, or `NamedActions<7>`; where it is said.
    pub(crate) fn of(self, block: Option<&Ident>) -> TokenStream {
        let kind = self.name();
        match block {
            None => {
                let unnamed = format_ident!("Unnamed{kind}");
                quote!(::samara::__private::#unnamed)
            }
            Some(name) => {
                let (named, number) = (Ident::new(&format!("Named{kind}"), at(name)), number(Some(name)));
                quote_spanned!(at(name)=> ::samara::__private::#named::<#number>)
            }
        }
    }

    /// `ListedActions<7>`.
    pub(crate) fn listed(self, block: Option<&Ident>) -> TokenStream {
        let span = block.map_or_else(Span::call_site, at);
        let (listed, number) = (Ident::new(&format!("Listed{}", self.name()), span), number(block));
        quote_spanned!(span=> ::samara::__private::#listed::<#number>)
    }

    /// Has rustc check that `#[resource]` lists the block; never run.
    pub(crate) fn is_listed(self, resource: &Path, block: Option<&Ident>) -> Option<TokenStream> {
        let name = block?;
        let (listed, resource) = (self.listed(block), respanned(resource, at(name)));
        Some(quote_spanned!(at(name)=> const _: bool = <#resource as #listed>::LISTED;))
    }
}

/// FNV-1a of the block's name, since a type cannot have a text as a parameter; 0 is the block without a name.
fn number(block: Option<&Ident>) -> u64 {
    let Some(name) = block else { return 0 };
    name.unraw()
        .to_string()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// What the blocks of one kind hold, in their order: `together([Blocks::<World>::actions(), …])`.
pub(crate) fn together(resource: &Resource, kind: BlockKind, unnamed: &str, function: &str) -> TokenStream {
    let ident = &resource.ident;
    let (unnamed, function) = (Ident::new(unnamed, at(ident)), format_ident!("{function}"));
    let here = respanned(ident, at(ident));
    let first = quote_spanned!(at(ident)=> ::samara::__private::Blocks::<#here>::#unnamed());
    let further = named(&resource.blocks, kind).iter().map(|name| {
        let (block, ident) = (kind.of(Some(name)), respanned(ident, at(name)));
        quote_spanned!(at(name)=> <#ident as #block>::#function())
    });
    quote!(::samara::__private::together([#first, #(#further),*]))
}

fn named(blocks: &Blocks, kind: BlockKind) -> &[Ident] {
    match kind {
        BlockKind::Actions => &blocks.actions,
        BlockKind::Policies => &blocks.policies,
        BlockKind::Calculations => &blocks.calculations,
    }
}

/// That the resource lists its blocks, and how they follow each other.
pub(crate) fn listed(resource: &Resource) -> TokenStream {
    let Resource { ident, blocks, .. } = resource;
    let before = [None].into_iter().chain(blocks.actions.iter().map(Some));
    let after = blocks.actions.iter().map(Some).chain([None]);
    let actions = before.zip(after).map(|(block, next)| {
        let listed = BlockKind::Actions.listed(block);
        let next = match next {
            Some(name) => {
                let (named, number) = (BlockKind::Actions.of(Some(name)), number(Some(name)));
                let ident = respanned(ident, at(name));
                // Also the blocks before it name this type: one that was not written is missed here alone.
                quote_spanned! {at(name)=>
                    <::samara::__private::Asked<#ident, { <#ident as #named>::WRITTEN }>
                        as ::samara::__private::WrittenActions<#number>>::Names
                }
            }
            None => quote!(()),
        };
        quote! {
            #[automatically_derived]
            impl #listed for #ident {
                type Next = #next;
            }
        }
    });
    let policies = blocks.policies.iter().map(|name| {
        let listed = BlockKind::Policies.listed(Some(name));
        quote! {
            #[automatically_derived]
            impl #listed for #ident {}
        }
    });
    let calculations = blocks.calculations.iter().enumerate().map(|(index, name)| {
        let listed = BlockKind::Calculations.listed(Some(name));
        let earlier = blocks.calculations.iter().take(index).map(|name| {
            let (named, ident) = (BlockKind::Calculations.of(Some(name)), respanned(ident, at(name)));
            quote_spanned!(at(name)=> + <#ident as #named>::COUNT)
        });
        quote! {
            #[automatically_derived]
            impl #listed for #ident {
                fn before() -> u16 {
                    ::samara::__private::Blocks::<#ident>::calculation_count() #(#earlier)*
                }
            }
        }
    });
    quote!(#(#actions)* #(#policies)* #(#calculations)*)
}
