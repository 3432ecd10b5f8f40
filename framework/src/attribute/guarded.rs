//! A field that a field policy may hide.

use super::AttributeType;
use crate::ir::{Enum, Type};
use crate::location::Located;
use crate::record::Field;
use crate::value::Value;

/// The value of a field with a field policy: shown, hidden from the actor, or not loaded.
///
/// Only reading gives a `Guarded`: writing takes the value itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Guarded<T>(GuardedState<T>);

/// A private type, so that states can be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum GuardedState<T> {
    Shown(T),
    Hidden,
    NotLoaded,
}

impl<T> Guarded<T> {
    /// A value that the actor may see.
    pub fn shown(value: T) -> Self {
        Self(GuardedState::Shown(value))
    }

    /// A value that the actor may not see.
    pub fn hidden() -> Self {
        Self(GuardedState::Hidden)
    }

    /// A value that was not asked for.
    pub fn not_loaded() -> Self {
        Self(GuardedState::NotLoaded)
    }

    /// The value, if it is shown.
    pub fn get(&self) -> Option<&T> {
        match &self.0 {
            GuardedState::Shown(value) => Some(value),
            GuardedState::Hidden | GuardedState::NotLoaded => None,
        }
    }

    /// The value, if it is shown.
    pub fn into_inner(self) -> Option<T> {
        match self.0 {
            GuardedState::Shown(value) => Some(value),
            GuardedState::Hidden | GuardedState::NotLoaded => None,
        }
    }

    /// Whether a field policy hides it.
    pub fn is_hidden(&self) -> bool {
        matches!(self.0, GuardedState::Hidden)
    }

    /// Whether it was asked for.
    pub fn is_loaded(&self) -> bool {
        !matches!(self.0, GuardedState::NotLoaded)
    }
}

impl<T: AttributeType> AttributeType for Guarded<T> {
    type Base = T::Base;
    type Plain = T::Plain;
    type Nullable = T::Nullable;
    type Written = T::Written;
    type Scalar = T::Scalar;
    type Null = T::Null;

    const TYPE: Type = T::TYPE;
    const NULLABLE: bool = T::NULLABLE;
    const GUARDED: bool = true;

    fn to_value(&self) -> Value {
        self.get().map_or(Value::Null, T::to_value)
    }

    fn from_value(value: Value) -> Option<Self> {
        T::from_value(value).map(Self::shown)
    }

    fn from_field(field: Field) -> Option<Self> {
        match field {
            Field::Shown(value) | Field::Sensitive(value) => Self::from_value(value),
            Field::Hidden => Some(Self::hidden()),
            Field::NotLoaded => Some(Self::not_loaded()),
            Field::Failed(_) => None,
        }
    }

    fn enumeration() -> Option<Located<Enum>> {
        T::enumeration()
    }
}
