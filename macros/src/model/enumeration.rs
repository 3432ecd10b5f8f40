//! An enum under `#[derive(Enum)]`.

use proc_macro2::{Ident, TokenStream};

/// An enum whose variants are stored as text.
#[derive(Clone, Debug)]
pub(crate) struct Enumeration {
    pub(crate) ident: Ident,
    pub(crate) docs: String,
    pub(crate) variants: Vec<Variant>,
    /// The mistake in its shape, if there is one, as an expression.
    pub(crate) broken: Option<TokenStream>,
}

/// One variant, without fields.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    pub(crate) ident: Ident,
    pub(crate) docs: String,
    /// `ROLEPLAY`.
    pub(crate) stored: String,
    /// Whether it holds no data, as it must.
    pub(crate) is_unit: bool,
}
