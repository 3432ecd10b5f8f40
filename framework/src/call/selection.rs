//! What a read gives of each row: the row itself, or a selection of its attributes, calculations and related rows.
//!
//! ```text
//! |it| (it.name, it.member_count(), it.owner().select(|owner| owner.email))     what the closure gives
//! [Attribute(name), Calculation(member_count), Related(owner, [Attribute(email)])]     its parts, in order
//! (String, i64, Option<Guarded<CiString>>)                                             what each row is read as
//! ```

use std::marker::PhantomData;

use super::selected_row::SelectedRow;
use super::untyped_read::{Part, RelatedRead};
use super::{RelatedMany, RelatedOne};
use crate::attribute::AttributeType;
use crate::error::Error;
use crate::expr::{Body, BuildError, Expr, ExprRow, Resource, RowKind};
use crate::query::SortField;
use crate::resource::Declaration;

/// The kind of a row of which a read names attributes, calculations and relationships: what they are, and no expressions of them.
#[derive(Clone, Copy, Debug)]
pub enum Selecting {}

/// In the type of an [`Expr`]: an attribute or a calculation of type `T` that a read can select and sort by.
#[derive(Debug)]
pub struct Selected<T>(PhantomData<fn() -> T>);

/// A row of `R` as the closures of `select`, `load` and `sort` see it.
pub type Selectable<R> = <R as Resource>::Row<Selecting>;

impl RowKind for Selecting {
    type Of<T: AttributeType> = Selected<T>;
    type One<R: Resource> = RelatedOne<R>;
    type OneOrNone<R: Resource> = RelatedOne<R>;
    type Many<R: Resource> = RelatedMany<R>;
}

/// What can be selected of a row: an attribute, a calculation, what a relationship leads to, the row itself, or a tuple of these.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/example.rs"));
/// # fn main() {
/// # run(async |cx| {
/// # let hall = World::create().name("Hall").slug("hall").capacity(40).run(cx).await?;
///
/// # Room::create().name("Stage").world(hall.id).run(cx).await?;
/// let read = World::query().select(|it| (it, it.room_count(), it.rooms().select(|it| it.name)));
/// let (world, room_count, rooms): (World, i64, Vec<String>) = read.first(cx).await?.unwrap();
/// assert_eq!((world.name.as_str(), room_count, rooms), ("Hall", 1, vec!["Stage".to_owned()]));
/// # Ok(())
/// # });
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be selected",
    label = "not an attribute, a calculation, a relationship or the row itself",
    note = "a selection is one of these or a tuple of up to twelve: `select(|it| (it.name, it.member_count()))`",
    note = "what is worked out from them is declared under `#[calculations]`"
)]
pub trait Selection {
    /// What is read for it.
    type Value: 'static;

    /// Adds its parts.
    #[doc(hidden)]
    fn put(self, parts: &mut Parts);

    /// Reads its parts of a row, in the order in which they were added.
    ///
    /// # Errors
    /// `FORBIDDEN` for a calculation that is hidden and not declared as `Guarded`; that of a calculation that cannot be worked out;
    /// `INTERNAL` if a stored value is not of its declared type.
    #[doc(hidden)]
    fn read(row: &mut SelectedRow<'_>) -> Result<Self::Value, Error>;
}

/// The parts of a selection, in order.
#[derive(Debug, Default)]
pub struct Parts {
    list: Vec<Part>,
    error: Option<BuildError>,
}

impl Parts {
    /// The parts of what `select` gives of a row of `R`.
    pub(super) fn of<R: Resource, S: Selection>(
        select: impl FnOnce(Selectable<R>) -> S,
    ) -> Result<Vec<Part>, BuildError> {
        let (body, mut parts) = (Body::start(), Self::default());
        select(body.row::<R, Selecting>()).put(&mut parts);
        parts.of_body(body)
    }

    fn of_body(self, body: Body) -> Result<Vec<Part>, BuildError> {
        body.end_without_value()?;
        self.error.map_or(Ok(self.list), Err)
    }

    pub(super) fn related(&mut self, related: Result<RelatedRead, BuildError>) {
        self.push(related.map(|it| Part::Related(Box::new(it))));
    }

    fn field(&mut self, field: Option<SortField>) {
        self.push(match field {
            Some(SortField::Attribute(attribute)) => Ok(Part::Attribute(attribute)),
            Some(SortField::Calculation(calculation)) => Ok(Part::Calculation(calculation)),
            None => Err(BuildError::ForeignHandle),
        });
    }

    fn push(&mut self, part: Result<Part, BuildError>) {
        match part {
            Ok(part) => self.list.push(part),
            Err(error) => self.error = Some(error),
        }
    }
}

/// The field that rows are sorted by.
pub(super) fn sort_field<R: Resource, T>(
    field: impl FnOnce(Selectable<R>) -> Expr<Selected<T>>,
) -> Result<SortField, BuildError> {
    let body = Body::start();
    let field = field(body.row::<R, Selecting>()).own_field();
    body.end_without_value()?;
    field.ok_or(BuildError::ForeignHandle)
}

#[diagnostic::do_not_recommend]
impl<T: AttributeType> Selection for Expr<Selected<T>> {
    type Value = T;

    fn put(self, parts: &mut Parts) {
        parts.field(self.own_field());
    }

    fn read(row: &mut SelectedRow<'_>) -> Result<T, Error> {
        row.value()
    }
}

#[diagnostic::do_not_recommend]
impl<E: ExprRow> Selection for E
where
    E::Of: Declaration + Resource<Row<Selecting> = E>,
{
    type Value = E::Of;

    fn put(self, parts: &mut Parts) {
        parts.push(if self.path().is_own() { Ok(Part::Row) } else { Err(BuildError::ForeignHandle) });
    }

    fn read(row: &mut SelectedRow<'_>) -> Result<E::Of, Error> {
        row.row()
    }
}

#[diagnostic::do_not_recommend]
impl<R: Declaration> Selection for RelatedOne<R> {
    type Value = Option<R>;

    fn put(self, parts: &mut Parts) {
        parts.related(self.read());
    }

    fn read(row: &mut SelectedRow<'_>) -> Result<Option<R>, Error> {
        row.one(|it| it.row())
    }
}

#[diagnostic::do_not_recommend]
impl<R: Declaration, S: Selection> Selection for RelatedOne<R, (S,)> {
    type Value = Option<S::Value>;

    fn put(self, parts: &mut Parts) {
        parts.related(self.read());
    }

    fn read(row: &mut SelectedRow<'_>) -> Result<Option<S::Value>, Error> {
        row.one(S::read)
    }
}

#[diagnostic::do_not_recommend]
impl<R: Declaration> Selection for RelatedMany<R> {
    type Value = Vec<R>;

    fn put(self, parts: &mut Parts) {
        parts.related(self.read());
    }

    fn read(row: &mut SelectedRow<'_>) -> Result<Vec<R>, Error> {
        row.many(|it| it.row())
    }
}

#[diagnostic::do_not_recommend]
impl<R: Declaration, S: Selection> Selection for RelatedMany<R, (S,)> {
    type Value = Vec<S::Value>;

    fn put(self, parts: &mut Parts) {
        parts.related(self.read());
    }

    fn read(row: &mut SelectedRow<'_>) -> Result<Vec<S::Value>, Error> {
        row.many(S::read)
    }
}

macro_rules! tuples {
    ($($part:ident)+) => {
        #[diagnostic::do_not_recommend]
        impl<$($part: Selection),+> Selection for ($($part,)+) {
            type Value = ($($part::Value,)+);

            fn put(self, parts: &mut Parts) {
                #[allow(non_snake_case, reason = "each is named as its type")]
                let ($($part,)+) = self;
                $($part.put(parts);)+
            }

            fn read(row: &mut SelectedRow<'_>) -> Result<Self::Value, Error> {
                Ok(($($part::read(row)?,)+))
            }
        }
    };
}

tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);
tuples!(A B C D E F G H I);
tuples!(A B C D E F G H I J);
tuples!(A B C D E F G H I J K);
tuples!(A B C D E F G H I J K L);
