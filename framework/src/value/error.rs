//! Why an expression or a field has no value.

/// What went wrong while a value was worked out. An unknown value is not an error: it is NULL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// A number beyond 64 bits, or a time beyond the years 0 to 9999.
    #[error("a number or time is out of range")]
    Overflow,
    /// The stored value is not of the declared type: a variant that its enum does not have, a text that is no time.
    #[error("a stored value is not of its declared type")]
    Unreadable,
    /// Operands whose types do not fit. [`crate::ir::verify`] refuses such a tree, so it is a bug in the framework.
    #[error("an expression is ill-typed")]
    IllTyped,
}
