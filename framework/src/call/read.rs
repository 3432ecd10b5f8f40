//! Reads: the primary one with filters and order, named ones, and one row by its id.

use std::marker::PhantomData;

use super::related::{Loadable, loaded};
use super::running::reading;
use super::selected_row::ReadRow;
use super::selection::{Parts, Selectable, Selected, Selection, sort_field};
use super::untyped_read::{Untyped, UntypedRead};
use super::{Complete, Destroy, DestroyAll, Update, UpdateAll};
use crate::attribute::PrimaryKey as _;
use crate::context::Context;
use crate::error::Error;
use crate::expr::{self, Expr, Row};
use crate::future::BoxFuture;
use crate::ir::Direction;
use crate::query::Deleted;
use crate::record::{Record, RecordPage};
use crate::resource::{Declaration, SoftDeleted};
use crate::value::{RowKey, Value};

/// A read that has not run: all rows of its action that the actor may read, until narrowed.
///
/// Each is read as a `T`: the whole row, or what [`Read::select`] names of it.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/example.rs"));
/// # fn main() {
/// # run(async |cx| {
/// # let hall = World::create().name("Hall").slug("hall").capacity(40).run(cx).await?;
///
/// Room::create().name("Stage").world(hall.id).run(cx).await?;
///
/// let large = World::query().filter(expr!(|it| it.capacity >= 10)).sort_desc(|it| it.capacity);
/// let worlds: Vec<World> = large.load(|it| it.rooms().limit(3)).all(cx).await?;
/// assert_eq!(worlds[0].rooms.get().unwrap()[0].name, "Stage");
///
/// let counts: Vec<(String, i64)> = World::query().select(|it| (it.name, it.room_count())).all(cx).await?;
/// assert_eq!(counts, [("Hall".to_owned(), 1)]);
/// # Ok(())
/// # });
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a read does nothing until .run(&cx), .all(&cx), .one(&cx), .first(&cx), .count(&cx) or .page(&cx)"]
pub struct Read<R, T = R> {
    request: UntypedRead,
    read: ReadRow<T>,
    resource: PhantomData<fn() -> R>,
}

/// A read of one row that has not run. The row is read as a `T`, as by [`Read`].
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/example.rs"));
/// # fn main() {
/// # run(async |cx| {
/// # let hall = World::create().name("Hall").slug("hall").capacity(40).run(cx).await?;
///
/// let world: Option<World> = World::get(hall.id).run(cx).await?;
/// assert_eq!(world.map(|it| it.name).as_deref(), Some("Hall"));
/// assert!(World::get(Uuid::now_v7()).run(cx).await?.is_none());
/// # Ok(())
/// # });
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a read does nothing until .run(&cx)"]
pub struct Get<R, T = R> {
    request: UntypedRead,
    read: ReadRow<T>,
    id: Option<RowKey>,
    resource: PhantomData<fn() -> R>,
}

/// Rows in order, and what is around them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// In the order asked for, may be empty.
    pub records: Vec<T>,
    /// One opaque cursor for each record.
    pub cursors: Vec<String>,
    /// Whether rows follow.
    pub has_next: bool,
    /// Whether rows precede.
    pub has_previous: bool,
}

fn typed_row<T>(row: Untyped<Option<Record>>, read: ReadRow<T>) -> Result<Option<T>, Error> {
    match row.found {
        Some(record) => row.layout.read(record, read).map(Some),
        None => Ok(None),
    }
}

fn typed_rows<T>(rows: Untyped<RecordPage>, read: ReadRow<T>) -> Result<Vec<T>, Error> {
    rows.layout.read_all(rows.found.records, read)
}

fn typed_page<T>(page: Untyped<RecordPage>, read: ReadRow<T>) -> Result<Page<T>, Error> {
    let RecordPage { records, cursors, has_next, has_previous, total: _, position: _ } = page.found;
    let records = page.layout.read_all(records, read)?;
    Ok(Page { records, cursors, has_next, has_previous })
}

impl<R: Declaration> Read<R> {
    #[doc(hidden)]
    pub fn new(action: Option<&'static str>) -> Self {
        Self { request: UntypedRead::new(R::NAME, action), read: |it| it.row(), resource: PhantomData }
    }

    /// Gives an argument.
    #[doc(hidden)]
    pub fn give(mut self, name: &'static str, value: Value) -> Self {
        self.request.arguments.set(name, value);
        self
    }

    /// Loads a relationship with the rows, in one more statement: `load(|it| it.owner())`. Only what the actor may read. More than ten
    /// thousand rows related to one of the rows are an error.
    ///
    /// Rows of a to-many relationship can be narrowed, and have their own loads:
    /// `load(|it| it.memberships().filter(expr!(|it| it.role == MembershipRole::Host)).sort(|it| it.inserted_at).limit(3).load(|it| it.user()))`.
    /// Of a relationship that is loaded twice the last holds.
    pub fn load<H: Loadable>(mut self, hop: impl FnOnce(Selectable<R>) -> H) -> Self {
        self.request.load(loaded::<R, H>(hop));
        self
    }

    /// Reads what `selection` names of each row in place of the row, and nothing else: `select(|it| (it.name, it.member_count()))` reads
    /// `(String, i64)`.
    ///
    /// A selection is an attribute (a guarded one is read as [`Guarded`](crate::attribute::Guarded)), a calculation, the row itself, with
    /// what was loaded before, or a tuple of these. What a relationship leads to is selected as what is loaded is narrowed, whole rows or
    /// parts of them: `it.owner()` is read as an `Option<User>`, for the actor may not be allowed to read it, and
    /// `it.memberships().limit(3).select(|it| it.role)` as a `Vec<MembershipRole>`. Each is one more statement.
    pub fn select<S: Selection>(mut self, selection: impl FnOnce(Selectable<R>) -> S) -> Read<R, S::Value> {
        self.request.select(Parts::of::<R, S>(selection));
        Read { request: self.request, read: S::read, resource: PhantomData }
    }

    /// An update of all these rows, in one statement where it can be: first the action, then what it is given:
    /// `World::query().filter(expr!(|it| it.capacity < 10)).update(World::resize, |it| it.capacity(10)).run(&cx)`.
    pub fn update<B, C, Way>(self, action: impl FnOnce(R::Id) -> B, give: impl FnOnce(B) -> C) -> UpdateAll<R>
    where
        C: Complete<Call = Update<R, Way>>,
    {
        UpdateAll::new(self.request, action, give)
    }

    /// A destroy of all these rows, in one statement: `World::query().filter(…).destroy(World::remove).run(&cx)`.
    pub fn destroy<C: Complete<Call = Destroy<R>>>(self, action: impl FnOnce(R::Id) -> C) -> DestroyAll<R> {
        DestroyAll::new(self.request, action)
    }
}

impl<R: Declaration, T: 'static> Read<R, T> {
    /// Only rows of which `condition` is true too: `filter(expr!(|it| it.kind == ActivityKind::Build))`.
    pub fn filter(mut self, condition: impl FnOnce(Row<R>) -> Expr<bool>) -> Self {
        self.request.filter(expr::filter::<R>(condition));
        self
    }

    /// Orders by an attribute or calculation, smallest first: `sort(|it| it.name)`. Further calls order what is equal so far.
    pub fn sort<F>(mut self, field: impl FnOnce(Selectable<R>) -> Expr<Selected<F>>) -> Self {
        self.request.sort(sort_field::<R, F>(field), Direction::Asc);
        self
    }

    /// As [`Read::sort`], largest first.
    pub fn sort_desc<F>(mut self, field: impl FnOnce(Selectable<R>) -> Expr<Selected<F>>) -> Self {
        self.request.sort(sort_field::<R, F>(field), Direction::Desc);
        self
    }

    /// Keeps the rows as they are until the transaction ends, which must be open: whoever changes or locks one of them waits. They come in
    /// the order of the primary key, unless one is given, so that no two transactions that lock the same rows wait for each other.
    /// SQLite lets one transaction write at a time, so nothing is locked there.
    pub fn for_update(mut self) -> Self {
        self.request.for_update();
        self
    }

    /// Reads deleted rows alone, in place of those that exist: of those that the actor may read the ones that they may restore or purge. Rows
    /// that are reached from them are existing ones.
    pub fn deleted(mut self) -> Self
    where
        R: SoftDeleted,
    {
        self.request.deleted(Deleted::Alone);
        self
    }

    /// Reads deleted rows besides those that exist. For the framework itself ([`Context::as_system`]): for everybody else the read fails with
    /// `FORBIDDEN`.
    pub fn including_deleted(mut self) -> Self
    where
        R: SoftDeleted,
    {
        self.request.deleted(Deleted::Included);
        self
    }

    /// At most that many rows; more than the action's largest page is an error.
    pub fn limit(mut self, rows: u32) -> Self {
        self.request.limit(rows);
        self
    }

    /// Only rows after the one of that cursor, see [`Page::cursors`].
    pub fn after(mut self, cursor: impl Into<String>) -> Self {
        self.request.after(cursor.into());
        self
    }

    /// As [`Read::all`].
    ///
    /// # Errors
    /// As [`Read::all`].
    pub fn run(self, cx: &Context) -> BoxFuture<'_, Result<Vec<T>, Error>> {
        self.all(cx)
    }

    /// Reads the rows that the actor may read, in order; may be empty.
    ///
    /// # Errors
    /// `INVALID_CURSOR` for a cursor of another order, `LIMIT_EXCEEDED` for too large a page, or for more than ten thousand rows where
    /// no limit was set.
    pub fn all(self, cx: &Context) -> BoxFuture<'_, Result<Vec<T>, Error>> {
        reading(self.request.rows(cx), self.read, typed_rows)
    }

    /// Reads the one row that is meant, `None` if there is none that the actor may read.
    ///
    /// # Errors
    /// `CONFLICT` if there is more than one; else as [`Read::all`].
    pub fn one(self, cx: &Context) -> BoxFuture<'_, Result<Option<T>, Error>> {
        reading(self.request.one(cx), self.read, typed_row)
    }

    /// Reads the first row in order, `None` if there is none that the actor may read.
    ///
    /// # Errors
    /// As [`Read::all`].
    pub fn first(self, cx: &Context) -> BoxFuture<'_, Result<Option<T>, Error>> {
        reading(self.request.first(cx), self.read, typed_row)
    }

    /// Counts the rows that the actor may read, however many a page would hold.
    ///
    /// # Errors
    /// As [`Read::all`].
    pub fn count(self, cx: &Context) -> BoxFuture<'_, Result<i64, Error>> {
        self.request.count(cx)
    }

    /// Reads one page, of [`Read::limit`] rows or the action's default.
    ///
    /// # Errors
    /// As [`Read::all`].
    pub fn page(self, cx: &Context) -> BoxFuture<'_, Result<Page<T>, Error>> {
        reading(self.request.page(cx), self.read, typed_page)
    }
}

impl<R: Declaration> Get<R> {
    #[doc(hidden)]
    pub fn by_id(id: R::Id) -> Self {
        Self {
            request: UntypedRead::new(R::NAME, None),
            read: |it| it.row(),
            id: Some(id.into_key()),
            resource: PhantomData,
        }
    }

    #[doc(hidden)]
    pub fn new(action: &'static str) -> Self {
        Self { request: UntypedRead::new(R::NAME, Some(action)), read: |it| it.row(), id: None, resource: PhantomData }
    }

    /// Gives an argument.
    #[doc(hidden)]
    pub fn give(mut self, name: &'static str, value: Value) -> Self {
        self.request.arguments.set(name, value);
        self
    }

    /// As [`Read::load`].
    pub fn load<H: Loadable>(mut self, hop: impl FnOnce(Selectable<R>) -> H) -> Self {
        self.request.load(loaded::<R, H>(hop));
        self
    }

    /// As [`Read::select`].
    pub fn select<S: Selection>(mut self, selection: impl FnOnce(Selectable<R>) -> S) -> Get<R, S::Value> {
        self.request.select(Parts::of::<R, S>(selection));
        Get { request: self.request, read: S::read, id: self.id, resource: PhantomData }
    }
}

impl<R: Declaration, T: 'static> Get<R, T> {
    /// Reads the row, `None` if there is none that the actor may read.
    ///
    /// # Errors
    /// `CONFLICT` if the action's filter leaves more than one.
    pub fn run(self, cx: &Context) -> BoxFuture<'_, Result<Option<T>, Error>> {
        reading(self.request.get(cx, self.id), self.read, typed_row)
    }
}
