//! The tokens by which `#[resource]` describes a column to `#[actions]`: `world world_id 4 nullable public false true;`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{LitInt, Token};

use crate::model::action::Exposure;

/// A column as an input.
#[derive(Clone, Debug)]
pub(crate) struct InputColumn {
    /// As attributes name it: `world`.
    pub(crate) written: Ident,
    /// `world_id`.
    pub(crate) column: Ident,
    pub(crate) index: u16,
    pub(crate) need: Need,
    pub(crate) exposure: Exposure,
    /// Whether it is text: then a call takes anything that converts into one.
    pub(crate) text: bool,
    /// Whether its values have an order.
    pub(crate) ordered: bool,
}

/// Whether a create must be given it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Required,
    /// It has a default.
    Optional,
    /// It may be NULL.
    Nullable,
    /// No input can give it.
    Generated,
}

impl Need {
    const ALL: [Self; 4] = [Self::Required, Self::Optional, Self::Nullable, Self::Generated];

    fn name(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Optional => "optional",
            Self::Nullable => "nullable",
            Self::Generated => "generated",
        }
    }
}

impl ToTokens for InputColumn {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { written, column, index, need, exposure, text, ordered } = self;
        let need = Ident::new(need.name(), Span::call_site());
        let exposure = Ident::new(exposure.name(), Span::call_site());
        tokens.extend(quote!(#written #column #index #need #exposure #text #ordered;));
    }
}

impl Parse for InputColumn {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (written, column) = (input.parse()?, input.parse()?);
        let index = input.parse::<LitInt>()?.base10_parse()?;
        let (need, exposure): (Ident, Ident) = (input.parse()?, input.parse()?);
        let text = input.parse::<syn::LitBool>()?.value;
        let ordered = input.parse::<syn::LitBool>()?.value;
        input.parse::<Token![;]>()?;
        let known = Need::ALL.into_iter().find(|it| need == it.name());
        let need = known.ok_or_else(|| syn::Error::new(need.span(), "expected a need"))?;
        let known = Exposure::named(&exposure);
        let exposure = known.ok_or_else(|| syn::Error::new(exposure.span(), "expected who may see it"))?;
        Ok(Self { written, column, index, need, exposure, text, ordered })
    }
}
