//! Writes of several rows: new ones, those that an identity names, and those of a condition.

use std::marker::PhantomData;

use super::running::running;
use super::untyped_read::UntypedRead;
use super::{Complete, Create, Destroy, UntypedWrite, Update, Upserting, resource_id};
use crate::attribute::{Identifies, PrimaryKey};
use crate::context::Context;
use crate::error::Error;
use crate::event::Wrote;
use crate::expr::{self, Expr, Resource, Row};
use crate::future::BoxFuture;
use crate::ir::{Name, ResourceId, Tree};
use crate::record::{Input, Record};
use crate::request::{self, Clock};
use crate::resource::Declaration;

/// Creates of several rows that have not run: what [`create_many`] gives.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/example.rs"));
/// # fn main() {
/// # run(async |cx| {
/// let calls = ["Hall", "Loft"].map(|it| World::create().name(it).slug(it.to_lowercase()));
/// let worlds: Vec<World> = call::create_many(calls).run(cx).await?;
/// assert_eq!(worlds.len(), 2);
///
/// let nameless = [World::create().name("").slug("a"), World::create().name("B").slug("b")];
/// let each = call::create_many(nameless).each(cx).await?;
/// assert!(each[0].is_err() && each[1].is_ok());
/// # Ok(())
/// # });
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "an action does nothing until .run(&cx) or .each(&cx)"]
pub struct CreateMany<R> {
    writes: Vec<UntypedWrite>,
    resource: PhantomData<fn() -> R>,
}

/// Upserts of several rows that have not run: what [`upsert_many`] gives.
#[derive(Clone, Debug)]
#[must_use = "an action does nothing until .run(&cx)"]
pub struct UpsertMany<R> {
    upsert: UntypedUpsert,
    resource: PhantomData<fn() -> R>,
}

/// An upsert that has not run: what [`upsert`] gives.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/example.rs"));
/// # fn main() {
/// # run(async |cx| {
/// let hall = |name| World::create().name(name).slug("hall");
/// let new = call::upsert(hall("Hall"), World::SLUG, World::update).run(cx).await?;
/// assert!(matches!(new, call::Upserted::Created(_)));
/// let known = call::upsert(hall("The Old Hall"), World::SLUG, World::update).run(cx).await?;
/// assert_eq!(known.into_row().name, "The Old Hall");
/// # Ok(())
/// # });
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "an action does nothing until .run(&cx)"]
pub struct Upsert<R> {
    upsert: UntypedUpsert,
    resource: PhantomData<fn() -> R>,
}

/// What an upsert did, and the row as it now is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Upserted<R> {
    /// The row is new.
    Created(R),
    /// A stored row had the same identity, and took the values.
    Updated(R),
    /// A stored row had the same identity, and stays as it is: what a create with `upsert = identity` does.
    Kept(R),
}

/// An update of every row of a condition that has not run: what [`Read::update`](super::Read::update) gives.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/example.rs"));
/// # fn main() {
/// # run(async |cx| {
/// # let hall = World::create().name("Hall").slug("hall").capacity(40).run(cx).await?;
///
/// let large = World::query().filter(expr!(|it| it.capacity > 30));
/// let changed: Vec<World> = large.update(World::update, |it| it.capacity(30)).run(cx).await?;
/// assert_eq!(changed[0].capacity, Some(30));
/// # Ok(())
/// # });
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "an action does nothing until .run(&cx)"]
pub struct UpdateAll<R> {
    write: UntypedWrite,
    rows: UntypedRead,
    resource: PhantomData<fn() -> R>,
}

/// A destroy of every row of a condition that has not run: what [`Read::destroy`](super::Read::destroy) gives.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/example.rs"));
/// # fn main() {
/// # run(async |cx| {
/// # let hall = World::create().name("Hall").slug("hall").capacity(40).run(cx).await?;
///
/// let removed: u64 = World::query().filter(expr!(|it| it.capacity < 50)).destroy(World::destroy).run(cx).await?;
/// assert_eq!(removed, 1);
/// # Ok(())
/// # });
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "an action does nothing until .run(&cx)"]
pub struct DestroyAll<R> {
    write: UntypedWrite,
    rows: UntypedRead,
    resource: PhantomData<fn() -> R>,
}

/// Creates the row of each call, by the same action, in one statement as far as the database takes as many values:
/// `call::create_many(names.map(|it| World::create().name(it)))`.
pub fn create_many<R, C: Complete<Call = Create<R>>>(calls: impl IntoIterator<Item = C>) -> CreateMany<R> {
    CreateMany { writes: calls.into_iter().map(|it| it.complete().write).collect(), resource: PhantomData }
}

/// Stores the row of `create`, or changes the stored row that has the same values of `identity`, which is a `unique` attribute or a
/// declared identity: `call::upsert(World::create().slug("a").name("A"), World::SLUG, World::rename)`. A stored row takes all that
/// `create` accepts, where what is not given becomes its default or NULL, if the policies of `update` hold of it. What `update` itself sets or is given goes before that: `|id| World::rename(id).why("anew")`.
pub fn upsert<R: Resource, C, U>(create: C, identity: impl Identifies<R>, update: impl FnOnce(R::Id) -> U) -> Upsert<R>
where
    C: Complete<Call = Create<R>>,
    U: Complete<Call: Upserting<R>>,
{
    let (writes, identity) = (vec![create.complete().write], identity.identity());
    Upsert { upsert: UntypedUpsert { writes, identity, update: begun(update).untyped() }, resource: PhantomData }
}

/// As [`upsert`], of the row of each call, by the same action.
pub fn upsert_many<R: Resource, C, U>(
    calls: impl IntoIterator<Item = C>,
    identity: impl Identifies<R>,
    update: impl FnOnce(R::Id) -> U,
) -> UpsertMany<R>
where
    C: Complete<Call = Create<R>>,
    U: Complete<Call: Upserting<R>>,
{
    let writes = calls.into_iter().map(|it| it.complete().write).collect();
    let (identity, update) = (identity.identity(), begun(update).untyped());
    UpsertMany { upsert: UntypedUpsert { writes, identity, update }, resource: PhantomData }
}

/// The call of an action of stored rows, of none so far.
fn begun<K: PrimaryKey, C: Complete>(begin: impl FnOnce(K) -> C) -> C::Call {
    begin(K::of_no_row()).complete()
}

impl<R: Declaration> CreateMany<R> {
    /// Runs them, all or none: the rows in the order of the calls, as far as the actor may read them. Without calls nothing is asked.
    ///
    /// # Errors
    /// As [`Create::run`], for all calls at once; the path of each problem begins with the position of its call.
    pub fn run(self, cx: &Context) -> BoxFuture<'_, Result<Vec<R>, Error>> {
        running(created(self.writes, cx), |it| it.into_iter().map(R::from_record).collect())
    }

    /// Runs them such that what is wrong with one keeps no other from being stored: for each call its row, or why it was not stored.
    ///
    /// # Errors
    /// What has nothing to do with the calls: `UNAVAILABLE`, `TIMEOUT`.
    pub fn each(self, cx: &Context) -> BoxFuture<'_, Result<Vec<Result<R, Error>>, Error>> {
        running(each_created(self.writes, cx), |it| Ok(it.into_iter().map(|it| it.and_then(R::from_record)).collect()))
    }
}

impl<R: Declaration> Upsert<R> {
    /// Runs it: whether the row is new, and the row, as far as the actor may read it.
    ///
    /// # Errors
    /// As [`Create::run`]; for a stored row that may not be changed `FORBIDDEN` if the actor may read it, else `CONFLICT`.
    pub fn run(self, cx: &Context) -> BoxFuture<'_, Result<Upserted<R>, Error>> {
        running(self.upsert.run(cx), |mut it| {
            it.pop().map(told).unwrap_or_else(|| Err(Error::internal("an upsert told no row")))
        })
    }

    /// Runs it by the database's clock, which `now()` is in both conditions: a stored row of which `replaced` holds takes what the create is
    /// given; one of which only `changed` holds takes what the update sets; any other stays as it is, and the answer is `None`.
    ///
    /// # Errors
    /// As [`Upsert::run`].
    pub(crate) async fn run_where(
        self,
        cx: &Context,
        replaced: impl FnOnce(Row<R>) -> Expr<bool>,
        changed: impl FnOnce(Row<R>) -> Expr<bool>,
    ) -> Result<Option<Upserted<R>>, Error> {
        let (replaced, changed) = (expr::filter::<R>(replaced), expr::filter::<R>(changed));
        let (replaced, changed) = (replaced.map_err(Error::internal)?, changed.map_err(Error::internal)?);
        self.upsert.run_where(cx, replaced, changed).await?.map(told).transpose()
    }
}

impl<R: Declaration> UpsertMany<R> {
    /// Runs them, all or none: for each call, in their order, whether its row is new, and the row. Without calls nothing is asked.
    ///
    /// # Errors
    /// As [`Upsert::run`], the path of each problem beginning with the position of its call; `INVALID` if two have the same identity.
    pub fn run(self, cx: &Context) -> BoxFuture<'_, Result<Vec<Upserted<R>>, Error>> {
        running(self.upsert.run(cx), |it| it.into_iter().map(told).collect())
    }
}

impl<R> Upserted<R> {
    /// The row, new or not.
    pub fn into_row(self) -> R {
        match self {
            Self::Created(row) | Self::Updated(row) | Self::Kept(row) => row,
        }
    }
}

impl<R: Resource> UpdateAll<R> {
    pub(super) fn new<B, C: Complete<Call = Update<R, Way>>, Way>(
        rows: UntypedRead,
        begin: impl FnOnce(R::Id) -> B,
        give: impl FnOnce(B) -> C,
    ) -> Self {
        Self { write: begun(|id| give(begin(id))).write, rows, resource: PhantomData }
    }
}

impl<R: Declaration> UpdateAll<R> {
    /// Runs it: the rows that were changed, as they now are, in no order. Rows that the actor may not read or not change, or that do not
    /// fulfil what the action requires, are passed over.
    ///
    /// # Errors
    /// As [`Update::run`], but for rows that are passed over.
    pub fn run(self, cx: &Context) -> BoxFuture<'_, Result<Vec<R>, Error>> {
        running(updated(self.write, self.rows, cx), |it| it.into_iter().map(R::from_record).collect())
    }
}

impl<R: Resource> DestroyAll<R> {
    pub(super) fn new<C: Complete<Call = Destroy<R>>>(rows: UntypedRead, begin: impl FnOnce(R::Id) -> C) -> Self {
        Self { write: begun(begin).write, rows, resource: PhantomData }
    }

    /// Runs it: how many rows were removed. Rows are passed over as by [`UpdateAll::run`].
    ///
    /// # Errors
    /// As [`Destroy::run`], but for rows that are passed over.
    pub fn run(self, cx: &Context) -> BoxFuture<'_, Result<u64, Error>> {
        Box::pin(async move {
            let (resource, condition) = self.rows.condition(cx)?;
            cx.destroy_all(resource, self.write.action, condition, self.write.input).await
        })
    }
}

fn told<R: Declaration>((wrote, record): (Wrote, Record)) -> Result<Upserted<R>, Error> {
    let row = R::from_record(record)?;
    Ok(match wrote {
        Wrote::Created => Upserted::Created(row),
        Wrote::Kept => Upserted::Kept(row),
        Wrote::Updated | Wrote::Destroyed | Wrote::Restored | Wrote::Purged => Upserted::Updated(row),
    })
}

/// Runs a create that declares `upsert`, and says what it did: `call::upserted(Favorite::add().album(id), &cx)`.
///
/// # Errors
/// As [`Create::run`].
pub fn upserted<R, C>(create: C, cx: &Context) -> BoxFuture<'_, Result<Upserted<R>, Error>>
where
    R: Declaration,
    C: Complete<Call = Create<R>>,
{
    running(wrote(create.complete().write, cx), told)
}

fn wrote(write: UntypedWrite, cx: &Context) -> BoxFuture<'_, Result<(Wrote, Record), Error>> {
    Box::pin(async move { cx.create_telling(resource_id(cx, write.resource)?, write.action, write.input).await })
}

/// Upserts without their Rust type.
#[derive(Clone, Debug)]
struct UntypedUpsert {
    writes: Vec<UntypedWrite>,
    identity: Name,
    update: UntypedWrite,
}

impl UntypedUpsert {
    fn run(self, cx: &Context) -> BoxFuture<'_, Result<Vec<(Wrote, Record)>, Error>> {
        Box::pin(async move {
            let upsert = self.rule();
            let Some(SameAction { resource, action, inputs }) = together(cx, self.writes)? else {
                return Ok(Vec::new());
            };
            let upserted = cx.upserted(resource, action, upsert, inputs).await?;
            upserted.into_iter().map(|it| it.ok_or_else(|| Error::internal("an upsert told no row"))).collect()
        })
    }

    fn run_where(
        self,
        cx: &Context,
        replaced: Tree,
        changed: Tree,
    ) -> BoxFuture<'_, Result<Option<(Wrote, Record)>, Error>> {
        Box::pin(async move {
            let (replaced, condition) = (Some(replaced), Some(changed));
            let upsert = request::Upsert { replaced, condition, clock: Clock::Database, ..self.rule() };
            let Some(SameAction { resource, action, inputs }) = together(cx, self.writes)? else { return Ok(None) };
            Ok(cx.upserted(resource, action, upsert, inputs).await?.pop().flatten())
        })
    }

    /// What is done with a stored row: it is changed, whatever it holds.
    fn rule(&self) -> request::Upsert {
        let update = Name::new(self.update.action);
        request::Upsert::new(self.identity.clone(), update, self.update.input.clone())
    }
}

fn created(writes: Vec<UntypedWrite>, cx: &Context) -> BoxFuture<'_, Result<Vec<Record>, Error>> {
    Box::pin(async move {
        let Some(SameAction { resource, action, inputs }) = together(cx, writes)? else { return Ok(Vec::new()) };
        cx.create_many(resource, action, inputs).await
    })
}

fn each_created(writes: Vec<UntypedWrite>, cx: &Context) -> BoxFuture<'_, Result<Vec<Result<Record, Error>>, Error>> {
    Box::pin(async move {
        let Some(SameAction { resource, action, inputs }) = together(cx, writes)? else { return Ok(Vec::new()) };
        cx.create_each(resource, action, inputs).await
    })
}

fn updated(write: UntypedWrite, rows: UntypedRead, cx: &Context) -> BoxFuture<'_, Result<Vec<Record>, Error>> {
    Box::pin(async move {
        let (resource, condition) = rows.condition(cx)?;
        cx.update_all(resource, write.action, condition, write.input).await
    })
}

/// The one action of all `writes`, and what each is given; `None` if there are none.
fn together(cx: &Context, writes: Vec<UntypedWrite>) -> Result<Option<SameAction>, Error> {
    let Some(first) = writes.first() else { return Ok(None) };
    let (resource, action) = (resource_id(cx, first.resource)?, first.action);
    if let Some(other) = writes.iter().find(|it| it.action != action) {
        return Err(Error::internal(format!(
            "`{action}` and `{}` are two actions, and not called together",
            other.action
        )));
    }
    Ok(Some(SameAction { resource, action, inputs: writes.into_iter().map(|it| it.input).collect() }))
}

/// Several writes by one action.
struct SameAction {
    resource: ResourceId,
    action: &'static str,
    inputs: Vec<Input>,
}
