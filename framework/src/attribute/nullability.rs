//! Whether something may be NULL, known to the type checker.

use std::fmt::Debug;

use super::AttributeType;

/// Whether a row, and with it all it holds, may be absent: [`Required`] or [`Optional`].
pub trait Nullability: Copy + Debug + Send + Sync + 'static {
    /// Whether it may be absent.
    const MAYBE: bool;

    /// The type that an expression reads from a column of type `T`.
    type Of<T: AttributeType>: AttributeType<Base = T::Base>;
    /// [`Optional`] if this or `N` is.
    type Join<N: Nullability>: Nullability;
}

/// The row is always there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Required;

/// The row may be absent: at the other end of an optional relationship, and the actor when nobody is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Optional;

impl Nullability for Required {
    const MAYBE: bool = false;

    type Of<T: AttributeType> = T::Plain;
    type Join<N: Nullability> = N;
}

impl Nullability for Optional {
    const MAYBE: bool = true;

    type Of<T: AttributeType> = T::Nullable;
    type Join<N: Nullability> = Self;
}
