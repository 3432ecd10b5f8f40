//! What holds where a macro was not used: an inherent function that a macro makes wins over these.
//!
//! `#[resource]` asks `World::__actions()`. With `#[actions] impl World` that is the function it made, and else the one here.

use super::Located;
use crate::application::Code;
use crate::ir::{Action, Calculation, Enum, FieldPolicy, Policy};

/// A resource without `#[actions]`.
pub trait NoActions {
    /// None.
    fn __actions() -> Vec<Located<Action>> {
        Vec::new()
    }

    /// None.
    fn __code() -> Vec<Code> {
        Vec::new()
    }

    /// None.
    fn __action_enums() -> Vec<Located<Enum>> {
        Vec::new()
    }
}

/// A resource without `#[calculations]`.
pub trait NoCalculations {
    /// None.
    fn __calculations() -> Vec<Located<Calculation>> {
        Vec::new()
    }

    /// None.
    fn __calculation_enums() -> Vec<Located<Enum>> {
        Vec::new()
    }
}

/// A resource without `#[policies]`: refused.
pub trait NoPolicies {
    /// Never called: nothing has [`HasPolicies`].
    fn __policies() -> Vec<Located<Policy>>
    where
        Self: HasPolicies,
    {
        Vec::new()
    }
}

/// A resource whose `#[policies]` hold no field policy, or that has none at all.
pub trait NoFieldPolicies {
    /// None.
    fn __field_policies() -> Vec<Located<FieldPolicy>> {
        Vec::new()
    }
}

impl<R> NoActions for R {}
impl<R> NoCalculations for R {}
impl<R> NoPolicies for R {}
impl<R> NoFieldPolicies for R {}

/// Implemented by nothing: what `#[policies]` makes is found before it is asked for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no policies",
    label = "nothing says who may do what with it",
    note = "add `#[policies] impl {Self} {{ … }}`; what no policy allows is refused"
)]
pub trait HasPolicies {}

/// A resource that a `#[domain]` lists.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is in no domain",
    label = "no app would have it",
    note = "add `{Self}` to the `resources` of a `#[domain]` in this crate"
)]
pub trait InDomain {}

/// Demands that `R` is in a domain.
pub fn in_domain<R: InDomain>() {}
