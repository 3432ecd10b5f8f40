//! Policies: what `#[policies] impl World { … }` declares.

use proc_macro2::Ident;
use syn::Path;

use super::function::Function;

/// An `impl` under `#[policies]`.
#[derive(Clone, Debug)]
pub(crate) struct Policies {
    /// The resource as it is named there.
    pub(crate) resource: Path,
    /// The name of the block, if it is a further one.
    pub(crate) block: Option<Ident>,
    pub(crate) policies: Vec<Policy>,
}

/// One policy.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    pub(crate) function: Function,
    /// Absent where the attribute could not be read: its body is still emitted, so that rustc checks it too.
    pub(crate) kind: Option<PolicyKind>,
}

/// What a policy is asked for.
#[derive(Clone, Debug)]
pub(crate) enum PolicyKind {
    /// Who may do what.
    Actions { bypass: bool, anyone: bool, applies: Vec<Applies> },
    /// Who may see these attributes.
    Fields(Vec<Ident>),
}

/// Which actions a policy is asked for.
#[derive(Clone, Debug)]
pub(crate) enum Applies {
    /// A variant of `ir::Applies`: `Read`.
    Kind(&'static str),
    Action(Ident),
}
