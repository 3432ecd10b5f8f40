//! What generated code calls. Not for use by hand: it may change in any release.

mod absent;
mod names;

pub use absent::{HasPolicies, InDomain, NoActions, NoCalculations, NoFieldPolicies, NoPolicies, in_domain};
pub use names::ActionNames;

/// Stands where the code that was written could not be used; the mistake is reported beside it.
///
/// # Panics
/// Always. No program that compiles calls it.
#[track_caller]
pub fn broken<T>() -> T {
    unreachable!("generated from a declaration that did not compile")
}
