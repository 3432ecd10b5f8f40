//! The `impl` blocks of a resource: each implements a trait, by which `#[resource]` finds it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Path;
use syn::ext::IdentExt as _;

use super::{at, respanned};
use crate::model::resource::{Blocks, Resource};

/// The kinds of blocks, which the framework has a trait for each.
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

    /// `ActionsWithoutName`, or `NamedActions<7>`; where it is said.
    pub(crate) fn of(self, block: Option<&Ident>) -> TokenStream {
        let kind = self.name();
        match block {
            None => {
                let unnamed = format_ident!("{kind}WithoutName");
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

    /// Has rustc check that `#[resource]` lists the block, and lets the rest of the block be understood if it does not.
    pub(crate) fn is_listed(self, resource: &Path, block: Option<&Ident>) -> Option<TokenStream> {
        let name = block?;
        let (kind, shown) = (self.name().to_lowercase(), super::function::name(resource));
        let listed = self.fact("LISTS", &respanned(resource, at(name)), name);
        let message =
            format!("`#[resource]` of `{shown}` does not list this block: write `#[resource(…, {kind} = [{name}])]`");
        Some(quote_spanned! {at(name)=>
            #[allow(unused_imports, reason = "a block that is listed wins")]
            use ::samara::__private::NoBlock as _;
            const _: () = ::samara::__private::named(#listed, #message);
        })
    }

    /// Has rustc check that a block that `#[resource]` lists is written.
    fn is_written(self, resource: &Ident, name: &Ident) -> TokenStream {
        let kind = self.name().to_lowercase();
        let written = self.fact("HAS", &respanned(resource, at(name)), name);
        let message = format!(
            "`{resource}` has no block of this name: write `#[{kind}({name})] impl {resource} {{ … }}`, or take it from the list"
        );
        quote_spanned!(at(name)=> const _: () = ::samara::__private::named(#written, #message);)
    }

    /// The names of the block of actions after this one.
    pub(crate) fn next(resource: &Path, block: Option<&Ident>) -> TokenStream {
        let span = block.map_or_else(|| at(resource), at);
        let (here, number) = (respanned(resource, span), number(block));
        match block {
            None => quote_spanned!(span=> <#here as ::samara::__private::ListedActions<#number>>::Next),
            Some(name) => {
                let listed = Self::Actions.fact("LISTS", &here, name);
                quote_spanned! {span=>
                    <::samara::__private::Asked<#here, { #listed }> as ::samara::__private::FollowedActions<#number>>::Next
                }
            }
        }
    }

    /// `Block::<World, 7>::HAS_ACTIONS`.
    fn fact(self, fact: &str, resource: &TokenStream, name: &Ident) -> TokenStream {
        let fact = Ident::new(&format!("{fact}_{}", self.name().to_uppercase()), at(name));
        let block = block(resource, name);
        quote_spanned!(at(name)=> #block::#fact)
    }
}

/// `Block::<World, 7>`, which is there whether the block is or not.
pub(crate) fn block(resource: &TokenStream, name: &Ident) -> TokenStream {
    let number = number(Some(name));
    quote_spanned!(at(name)=> ::samara::__private::Block::<#resource, #number>)
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
pub(crate) fn together(resource: &Resource, kind: BlockKind, function: &str) -> TokenStream {
    let ident = &resource.ident;
    let function = Ident::new(function, at(ident));
    let here = respanned(ident, at(ident));
    let first = quote_spanned!(at(ident)=> ::samara::__private::Blocks::<#here>::#function());
    let further = named(&resource.blocks, kind).iter().map(|name| {
        let block = block(&respanned(ident, at(name)), name);
        quote_spanned!(at(name)=> #block::#function())
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
                let (ident, number) = (respanned(ident, at(name)), number(Some(name)));
                let written = BlockKind::Actions.fact("HAS", &ident, name);
                quote_spanned! {at(name)=>
                    <::samara::__private::Asked<#ident, { #written }>
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
            let block = block(&respanned(ident, at(name)), name);
            quote_spanned!(at(name)=> + #block::calculation_count())
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
    let written = [BlockKind::Actions, BlockKind::Policies, BlockKind::Calculations]
        .into_iter()
        .flat_map(|kind| named(blocks, kind).iter().map(move |name| kind.is_written(ident, name)));
    quote!(#(#actions)* #(#policies)* #(#calculations)* #(#written)*)
}
