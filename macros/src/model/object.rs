//! A struct under `#[derive(Object)]`.

use proc_macro2::Ident;
use syn::Type;

/// A struct that a generic action may return.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) ident: Ident,
    pub(crate) docs: String,
    pub(crate) fields: Vec<ObjectField>,
}

/// One field of it.
#[derive(Clone, Debug)]
pub(crate) struct ObjectField {
    pub(crate) ident: Ident,
    pub(crate) docs: String,
    pub(crate) ty: Type,
}
