//! What a relationship leads to, as a read loads or selects it: `it.memberships().sort_desc(|it| it.inserted_at).limit(3)`.

use std::marker::PhantomData;

use super::selection::{Parts, Selectable, Selected, Selecting, Selection, sort_field};
use super::untyped_read::{RelatedRead, UntypedRead};
use crate::expr::{self, Body, BuildError, Expr, FromHop, Resource, Row, RowPath};
use crate::ir::{Direction, RelationshipId};

/// The row at the other end of a to-one relationship, with what is to be read of it: the whole row, or what `select` says.
#[derive(Clone, Debug)]
#[must_use = "it is read if the closure of `load` or `select` gives it"]
pub struct RelatedOne<R, S = ()> {
    hop: RelatedHop,
    types: PhantomData<fn() -> (R, S)>,
}

/// The rows at the other end of a to-many relationship, narrowed and ordered, with what is to be read of each: the whole row, or what
/// `select` says.
#[derive(Clone, Debug)]
#[must_use = "they are read if the closure of `load` or `select` gives them"]
pub struct RelatedMany<R, S = ()> {
    hop: RelatedHop,
    types: PhantomData<fn() -> (R, S)>,
}

/// What can be loaded into the field of a relationship: the whole rows that it leads to.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be loaded",
    label = "not a hop to whole rows: `load(|it| it.owner())`",
    note = "parts of related rows are selected: `select(|it| it.owner().select(|owner| owner.name))`"
)]
pub trait Loadable {
    /// The relationship, and how its rows are read.
    ///
    /// # Errors
    /// If it is the relationship of another row than the one that the closure was given.
    #[doc(hidden)]
    fn load(self) -> Result<RelatedHop, BuildError>;
}

/// A relationship of a row, and how the rows that it leads to are read.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct RelatedHop {
    from: RowPath,
    read: RelatedRead,
}

impl RelatedHop {
    fn new<R: Resource>(from: RowPath, relationship: RelationshipId) -> Self {
        Self { from, read: RelatedRead { relationship, read: UntypedRead::new(R::NAME, None) } }
    }

    /// It, if it starts at the row that the closure being called was given.
    fn own(self) -> Result<Self, BuildError> {
        if self.from.is_own() { Ok(self) } else { Err(BuildError::ForeignHandle) }
    }

    fn read(self) -> Result<RelatedRead, BuildError> {
        self.own().map(|it| it.read)
    }
}

/// The related rows that `hop` says, to be loaded into a row of `R`.
pub(super) fn loaded<R: Resource, H: Loadable>(
    hop: impl FnOnce(Selectable<R>) -> H,
) -> Result<RelatedRead, BuildError> {
    let body = Body::start();
    let hop = hop(body.row::<R, Selecting>()).load();
    body.end_without_value()?;
    hop.map(|it| it.read)
}

macro_rules! related {
    ($name:ident) => {
        impl<R: Resource> FromHop for $name<R> {
            fn from_hop(from: RowPath, relationship: RelationshipId) -> Self {
                Self { hop: RelatedHop::new::<R>(from, relationship), types: PhantomData }
            }
        }

        #[diagnostic::do_not_recommend]
        impl<R: Resource> Loadable for $name<R> {
            fn load(self) -> Result<RelatedHop, BuildError> {
                self.hop.own()
            }
        }

        impl<R: Resource> $name<R> {
            /// Loads a relationship of the related rows too, in one more statement.
            pub fn load<H: Loadable>(mut self, hop: impl FnOnce(Selectable<R>) -> H) -> Self {
                self.hop.read.read.load(loaded::<R, H>(hop));
                self
            }

            /// Only what `selection` names of the related rows, in place of whole rows.
            pub fn select<S: Selection>(mut self, selection: impl FnOnce(Selectable<R>) -> S) -> $name<R, (S,)> {
                self.hop.read.read.select(Parts::of::<R, S>(selection));
                $name { hop: self.hop, types: PhantomData }
            }
        }

        impl<R, S> $name<R, S> {
            pub(super) fn read(self) -> Result<RelatedRead, BuildError> {
                self.hop.read()
            }
        }
    };
}

related!(RelatedOne);
related!(RelatedMany);

/// Related rows that are counted or asked, which a selection does not do. Nothing implements it: it carries the message.
#[diagnostic::on_unimplemented(
    message = "a selection does not count or ask related rows",
    label = "not in a selection",
    note = "declare what it is under `#[calculations]`, and select that: `it.member_count()`"
)]
pub trait CountedRows {}

#[doc(hidden)]
impl<R: Resource, S> RelatedMany<R, S> {
    pub fn count(self) -> Expr<Selected<i64>>
    where
        Self: CountedRows,
    {
        never()
    }

    pub fn any<F>(self, _: F) -> Expr<Selected<bool>>
    where
        Self: CountedRows,
    {
        never()
    }

    pub fn all<F>(self, _: F) -> Expr<Selected<bool>>
    where
        Self: CountedRows,
    {
        never()
    }

    pub fn sum<F>(self, _: F) -> Expr<Selected<i64>>
    where
        Self: CountedRows,
    {
        never()
    }
}

fn never<T>() -> T {
    unreachable!("nothing meets the bound")
}

impl<R: Resource, S> RelatedMany<R, S> {
    /// Only related rows of which `condition` is true too.
    pub fn filter(mut self, condition: impl FnOnce(Row<R>) -> Expr<bool>) -> Self {
        self.hop.read.read.filter(expr::filter::<R>(condition));
        self
    }

    /// Orders by an attribute or a calculation of the related rows, smallest first. Further calls order what is equal so far; without any
    /// the order is that of the primary read.
    pub fn sort<T>(mut self, field: impl FnOnce(Selectable<R>) -> Expr<Selected<T>>) -> Self {
        self.hop.read.read.sort(sort_field::<R, T>(field), Direction::Asc);
        self
    }

    /// As [`RelatedMany::sort`], largest first.
    pub fn sort_desc<T>(mut self, field: impl FnOnce(Selectable<R>) -> Expr<Selected<T>>) -> Self {
        self.hop.read.read.sort(sort_field::<R, T>(field), Direction::Desc);
        self
    }

    /// At most that many of the related rows of each row, the first ones in order; more than the largest page of the primary read is an
    /// error.
    pub fn limit(mut self, rows: u32) -> Self {
        self.hop.read.read.limit(rows);
        self
    }
}
