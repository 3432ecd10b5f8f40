//! The keys of orders and of indexes.

use proc_macro2::Ident;

/// A name, with or without a `-` before it.
#[derive(Clone, Debug)]
pub(crate) struct Directed {
    pub(crate) name: Ident,
    pub(crate) descends: bool,
}

/// A key of an order.
#[derive(Clone, Debug)]
pub(crate) struct SortKey {
    pub(crate) name: Ident,
    pub(crate) descends: bool,
    /// The mark `(private)` after it: the order may reveal its values, although it is not public.
    pub(crate) private: Option<Ident>,
}
