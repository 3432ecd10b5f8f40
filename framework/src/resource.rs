//! The Rust side of a declared resource.

use crate::attribute::Nullability;
use crate::expr::ExprRow;

/// A struct under `#[resource]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a resource",
    label = "needs `#[resource]`",
    note = "a relationship, a `Row<…>` and an `Actor<…>` name a struct that stands under `#[resource(table = \"…\")]`"
)]
pub trait Resource: Sized + 'static {
    /// The Rust name: `Activity`.
    const NAME: &'static str;
    /// Its columns and hops as expressions read them. `N` says whether the row itself may be absent.
    type Row<N: Nullability>: ExprRow;
}
