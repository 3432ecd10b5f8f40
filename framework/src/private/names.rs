//! Names of one macro's items as another macro's attributes use them, checked by the compiler as fields of a struct.

/// A resource under `#[actions]`. `#[policy(actions = [record])]` reads the field `record` of `Names`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no actions",
    label = "no action of it can be named",
    note = "add `#[actions] impl {Self} {{ … }}`"
)]
pub trait ActionNames {
    /// A struct with one unit field for each action.
    type Names;
}
