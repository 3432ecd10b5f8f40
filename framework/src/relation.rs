//! Relationships as fields of a record: they hold related rows once a read has loaded them.

use std::fmt;

use crate::error::Error;

/// Says that a relationship was not loaded, or that its row is hidden: ask for it in the read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the relationship was not loaded")]
pub struct NotLoaded;

/// `INTERNAL`: the program asks for what it did not read.
impl From<NotLoaded> for Error {
    fn from(error: NotLoaded) -> Self {
        Self::internal(error)
    }
}

/// Whether a relationship was loaded, and its rows.
#[derive(Clone, PartialEq, Eq)]
enum RelationState<T> {
    NotLoaded,
    Loaded(T),
}

impl<T> RelationState<T> {
    fn get(&self) -> Result<&T, NotLoaded> {
        match self {
            Self::Loaded(it) => Ok(it),
            Self::NotLoaded => Err(NotLoaded),
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for RelationState<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Loaded(it) => it.fmt(f),
            Self::NotLoaded => f.write_str("not loaded"),
        }
    }
}

/// The row that this row's key points at. `#[belongs_to]`; in an `Option`, the key may be absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BelongsTo<R>(RelationState<Option<Box<R>>>);

/// The one row that points here, if there is one. `#[has_one]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HasOne<R>(RelationState<Option<Box<R>>>);

/// The rows that point here. `#[has_many]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HasMany<R>(RelationState<Vec<R>>);

/// The rows that are joined with this one by a third. `#[many_to_many]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManyToMany<R>(RelationState<Vec<R>>);

macro_rules! to_one {
    ($name:ident) => {
        impl<R> $name<R> {
            #[doc(hidden)]
            pub fn not_loaded() -> Self {
                Self(RelationState::NotLoaded)
            }

            #[doc(hidden)]
            pub fn loaded(row: Option<R>) -> Self {
                Self(RelationState::Loaded(row.map(Box::new)))
            }

            /// The row; `None` if there is none that the actor may read.
            ///
            /// # Errors
            /// If the read did not load it.
            pub fn get(&self) -> Result<Option<&R>, NotLoaded> {
                self.0.get().map(Option::as_deref)
            }

            /// Whether the read loaded it.
            pub fn is_loaded(&self) -> bool {
                self.0.get().is_ok()
            }
        }
    };
}

macro_rules! to_many {
    ($name:ident) => {
        impl<R> $name<R> {
            #[doc(hidden)]
            pub fn not_loaded() -> Self {
                Self(RelationState::NotLoaded)
            }

            #[doc(hidden)]
            pub fn loaded(rows: Vec<R>) -> Self {
                Self(RelationState::Loaded(rows))
            }

            /// The rows that the actor may read, in the order of their primary read; may be empty.
            ///
            /// # Errors
            /// If the read did not load them.
            pub fn get(&self) -> Result<&[R], NotLoaded> {
                self.0.get().map(Vec::as_slice)
            }

            /// Whether the read loaded them.
            pub fn is_loaded(&self) -> bool {
                self.0.get().is_ok()
            }
        }
    };
}

to_one!(BelongsTo);
to_one!(HasOne);
to_many!(HasMany);
to_many!(ManyToMany);
