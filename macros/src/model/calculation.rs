//! Calculations: what `#[calculations] impl World { … }` declares.

use proc_macro2::Ident;
use syn::Path;

use super::function::Function;

/// An `impl` under `#[calculations]`.
#[derive(Clone, Debug)]
pub(crate) struct Calculations {
    /// The resource's path, as written.
    pub(crate) resource: Path,
    /// The name of the block, if it is a further one.
    pub(crate) block: Option<Ident>,
    pub(crate) calculations: Vec<Calculation>,
}

/// One calculation.
#[derive(Clone, Debug)]
pub(crate) struct Calculation {
    pub(crate) function: Function,
    pub(crate) public: bool,
    pub(crate) unrestricted: bool,
}
