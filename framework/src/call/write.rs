//! Creates, updates and destroys.

use std::marker::PhantomData;

use super::running::running;
use super::{Complete, resource_id};
use crate::attribute::PrimaryKey as _;
use crate::context::Context;
use crate::error::Error;
use crate::expr::Resource;
use crate::future::BoxFuture;
use crate::ir::ActionKind;
use crate::record::{Input, Record};
use crate::request::OneRow;
use crate::resource::Declaration;
use crate::value::{RowKey, Value};

/// A write without its Rust type: what [`Create`], [`Update`] and [`Destroy`], and the builders around them, have in common.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct UntypedWrite {
    pub(super) resource: &'static str,
    pub(super) action: &'static str,
    row: OneRow,
    pub(super) input: Input,
}

impl UntypedWrite {
    /// One of a new row.
    pub fn new(resource: &'static str, action: &'static str) -> Self {
        Self { resource, action, row: OneRow::New, input: Input::new() }
    }

    /// One of a stored row.
    pub fn of(resource: &'static str, action: &'static str, id: impl Into<RowKey>) -> Self {
        Self { resource, action, row: OneRow::Key(id.into()), input: Input::new() }
    }

    /// One of the stored row that has these values of the attributes that the action names it by.
    pub fn named<const N: usize>(
        resource: &'static str,
        action: &'static str,
        named: [(&'static str, Value); N],
    ) -> Self {
        let named = named.into_iter().fold(Input::new(), |named, (name, value)| named.with(name, value));
        Self { resource, action, row: OneRow::Named(named), input: Input::new() }
    }

    /// Gives an attribute or argument.
    pub fn give(mut self, name: &'static str, value: Value) -> Self {
        self.input.set(name, value);
        self
    }

    fn run(self, cx: &Context, kind: ActionKind) -> BoxFuture<'_, Result<Record, Error>> {
        Box::pin(
            async move { cx.write_one(resource_id(cx, self.resource)?, self.action, kind, self.row, self.input).await },
        )
    }
}

/// A create that has not run. What it must be given it has to be given, or it does not compile.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/example.rs"));
/// # fn main() {
/// # run(async |cx| {
/// let hall: World = World::create().name("Hall").slug("hall").run(cx).await?;
/// assert_eq!(hall.capacity, None);
///
/// let taken = World::create().name("Another").slug("hall").run(cx).await.unwrap_err();
/// assert_eq!(taken.code(), Code::Conflict);
/// # Ok(())
/// # });
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "an action does nothing until .run(&cx)"]
pub struct Create<R> {
    pub(super) write: UntypedWrite,
    resource: PhantomData<fn() -> R>,
}

/// An update that has not run. An attribute that is not given stays as it is.
///
/// `Way` says whether the action has functions that run before its statement: [`ByStatement`] or [`ByFunction`].
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/example.rs"));
/// # fn main() {
/// # run(async |cx| {
/// # let hall = World::create().name("Hall").slug("hall").capacity(40).run(cx).await?;
///
/// let hall = World::update(hall.id).name("The Old Hall").run(cx).await?;
/// assert_eq!((hall.name.as_str(), hall.capacity), ("The Old Hall", Some(40)));
/// assert_eq!(World::update(hall.id).capacity(None).run(cx).await?.capacity, None);
/// # Ok(())
/// # });
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "an action does nothing until .run(&cx)"]
pub struct Update<R, Way = ByStatement> {
    pub(super) write: UntypedWrite,
    resource: PhantomData<fn() -> (R, Way)>,
}

/// Of an update: its statement does all that it does to the row.
#[derive(Clone, Copy, Debug)]
pub struct ByStatement;

/// Of an update: a `change` or `before` function runs before its statement.
#[derive(Clone, Copy, Debug)]
pub struct ByFunction;

/// What an upsert may do to a row that is stored already: an update of `R` without functions that run before its statement.
#[diagnostic::on_unimplemented(
    message = "no upsert changes a row of `{R}` by this",
    label = "expected an update of `{R}` without `change` and `before` functions",
    note = "which rows are stored already, only the statement of an upsert tells, so nothing of the update can run before it"
)]
pub trait Upserting<R> {
    #[doc(hidden)]
    fn untyped(self) -> UntypedWrite;
}

#[diagnostic::do_not_recommend]
impl<R> Upserting<R> for Update<R> {
    fn untyped(self) -> UntypedWrite {
        self.write
    }
}

/// A destroy that has not run.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/example.rs"));
/// # fn main() {
/// # run(async |cx| {
/// # let hall = World::create().name("Hall").slug("hall").capacity(40).run(cx).await?;
///
/// let gone: World = World::destroy(hall.id).run(cx).await?;
/// assert_eq!(gone.name, "Hall");
/// assert_eq!(World::destroy(hall.id).run(cx).await.unwrap_err().code(), Code::NotFound);
/// # Ok(())
/// # });
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "an action does nothing until .run(&cx)"]
pub struct Destroy<R> {
    pub(super) write: UntypedWrite,
    resource: PhantomData<fn() -> R>,
}

/// The name of the destroy action that a call is of: `called(RateLimit::purge)` is `"purge"`.
pub(crate) fn called<R: Resource, C: Complete<Call = Destroy<R>>>(action: impl FnOnce(R::Id) -> C) -> &'static str {
    action(R::Id::of_no_row()).complete().write.action
}

macro_rules! write {
    ($name:ident<$($of:ident),*>) => {
        impl<$($of),*> From<UntypedWrite> for $name<$($of),*> {
            fn from(write: UntypedWrite) -> Self {
                Self { write, resource: PhantomData }
            }
        }

        impl<$($of),*> Complete for $name<$($of),*> {
            type Call = Self;

            fn complete(self) -> Self {
                self
            }
        }
    };
}

write!(Create<R>);
write!(Update<R, Way>);
write!(Destroy<R>);

impl<R: Declaration> Create<R> {
    /// Runs it: the row that was made, as far as the actor may read it.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` or `FORBIDDEN` if the policies do not allow it, `INVALID` for what is wrong with the input, all of it at
    /// once, `CONFLICT` if an identity is taken, `NOT_FOUND` for a key that names no row.
    pub fn run(self, cx: &Context) -> BoxFuture<'_, Result<R, Error>> {
        running(self.write.run(cx, ActionKind::Create), R::from_record)
    }
}

impl<R: Declaration, Way> Update<R, Way> {
    /// Runs it: the row as it now is.
    ///
    /// # Errors
    /// `NOT_FOUND` if there is no such row that the actor may read, `FORBIDDEN` if they may read but not change it, and as
    /// [`Create::run`].
    pub fn run(self, cx: &Context) -> BoxFuture<'_, Result<R, Error>> {
        running(self.write.run(cx, ActionKind::Update), R::from_record)
    }
}

impl<R: Declaration> Destroy<R> {
    /// Runs it: the row as it was.
    ///
    /// # Errors
    /// As [`Update::run`]; `CONFLICT` if rows still point at it that may not lose it.
    pub fn run(self, cx: &Context) -> BoxFuture<'_, Result<R, Error>> {
        running(self.write.run(cx, ActionKind::Destroy), R::from_record)
    }
}
