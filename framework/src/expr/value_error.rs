//! Why an expression or a field has no value.

use crate::error::{Code, Error};

/// What went wrong while a value was worked out. Unknown is no fault: it is NULL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// A number beyond 64 bits, or a time beyond the years 0 to 9999.
    #[error("a number or time is out of range")]
    Overflow,
    /// What is stored is no value of the declared type: a variant that its enum does not have, a text that is no time.
    #[error("a stored value is not of its declared type")]
    Unreadable,
    /// Operands that do not go together. [`crate::ir::verify`] refuses such a tree, so it is a fault of ours.
    #[error("an expression is ill-typed")]
    IllTyped,
}

impl From<ValueError> for Error {
    fn from(fault: ValueError) -> Self {
        match fault {
            ValueError::Overflow => Self::new(Code::Invalid, fault.to_string()),
            ValueError::Unreadable | ValueError::IllTyped => Self::internal(fault),
        }
    }
}
