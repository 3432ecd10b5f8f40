//! Policies: what `#[policies] impl World { … }` declares.

use proc_macro2::Ident;
use syn::Path;

use super::function::Function;

/// An `impl` under `#[policies]`.
#[derive(Clone, Debug)]
pub(crate) struct Policies {
    /// The resource's path, as written.
    pub(crate) resource: Path,
    /// The name of the block, if it is a further one.
    pub(crate) block: Option<Ident>,
    pub(crate) policies: Vec<Policy>,
}

/// One policy.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    pub(crate) function: Function,
    /// `None` where the attribute could not be parsed: the body is still emitted, so that rustc checks it too.
    pub(crate) kind: Option<PolicyKind>,
}

/// What a policy is about.
#[derive(Clone, Debug)]
pub(crate) enum PolicyKind {
    /// Who may do what.
    Actions { bypass: bool, anyone: bool, applies: Vec<Applies> },
    /// Who may see these attributes.
    Fields(Vec<Ident>),
}

/// Which actions a policy applies to.
#[derive(Clone, Debug)]
pub(crate) enum Applies {
    /// A variant of `ir::Applies`: `Read`.
    Kind(&'static str),
    Action(Ident),
}
