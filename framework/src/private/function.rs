//! The functions that actions name: `change = path`, `before = path`, `after = path`, `after_commit = path`.
//!
//! A function may be `async` or not, and may read the row as it was or not: its signature says so. What the macros know of it is its
//! path, so they write a type for each, whose one method calls it, in the resource's own types:
//!
//! ```text
//! struct Named;
//! impl ChangeCall<Book> for Named {
//!     fn call<'a>(changes: &'a mut Changes<Book>, row: Option<&'a Book>, cx: &'a Context) -> BoxFuture<'a, Result<(), Error>> {
//!         Box::pin(finished(changed(path, changes, row, cx)))
//!     }
//! }
//! change_function::<Book, Named>("retitle", 0, Signature::<Book, _>::of(path).reads_row())
//! ```

use std::future::{Ready, ready};
use std::marker::PhantomData;

use crate::application::{ActionFunction, Function};
use crate::changeset::Changeset;
use crate::context::Context;
use crate::error::Error;
use crate::expr::Resource;
use crate::future::BoxFuture;
use crate::ir::Name;
use crate::record::StoredRow;
use crate::resource::{Changes, Declaration};

/// Calls a function that changes what a write of `R` stores.
pub trait ChangeCall<R>: 'static {
    /// `row` is the row as it was, where the function reads it.
    fn call<'a>(changes: &'a mut Changes<R>, row: Option<&'a R>, cx: &'a Context) -> BoxFuture<'a, Result<(), Error>>;
}

/// Calls a function that follows a write of `R`.
pub trait AfterCall<R>: 'static {
    /// `row` is the row as it is stored now; of a destroy, as it was.
    fn call<'a>(row: &'a R, cx: &'a Context) -> BoxFuture<'a, Result<(), Error>>;
}

/// A function without the row as it was.
#[derive(Debug)]
pub enum WithoutRow {}

/// A function with the row as it was.
#[derive(Debug)]
pub enum WithRow {}

/// A function that an update or a destroy of `R` names. `Form` is what rustc infers of its signature.
#[diagnostic::on_unimplemented(
    message = "this is no function of the changes of `{R}`",
    label = "takes something else",
    note = "write `fn name(changes: &mut Changes<{R}>, cx: &Context) -> Result<(), Error>`, or `async fn`",
    note = "to read the row as it was, write `fn name(changes: &mut Changes<{R}>, row: &{R}, cx: &Context) -> Result<(), Error>`"
)]
pub trait ChangeFunction<'a, R: 'a, Form> {
    /// What it returns.
    type Output;

    /// Calls it.
    ///
    /// # Errors
    /// `INTERNAL` if it reads the row and there is none.
    fn call(self, changes: &'a mut Changes<R>, row: Option<&'a R>, cx: &'a Context) -> Result<Self::Output, Error>;
}

#[diagnostic::do_not_recommend]
impl<'a, R: 'a, F, O> ChangeFunction<'a, R, (WithoutRow, O)> for F
where
    F: FnOnce(&'a mut Changes<R>, &'a Context) -> O,
{
    type Output = O;

    fn call(self, changes: &'a mut Changes<R>, _: Option<&'a R>, cx: &'a Context) -> Result<O, Error> {
        Ok(self(changes, cx))
    }
}

#[diagnostic::do_not_recommend]
impl<'a, R: Resource, F, O> ChangeFunction<'a, R, (WithRow, O)> for F
where
    F: FnOnce(&'a mut Changes<R>, &'a R, &'a Context) -> O,
{
    type Output = O;

    fn call(self, changes: &'a mut Changes<R>, row: Option<&'a R>, cx: &'a Context) -> Result<O, Error> {
        let row = row.ok_or_else(|| Error::internal(format!("no row of {} as it was", R::NAME)))?;
        Ok(self(changes, row, cx))
    }
}

/// A function that a create of `R` names. `Form` is what rustc infers of its signature.
#[diagnostic::on_unimplemented(
    message = "this is no function of the changes of a new `{R}`",
    label = "takes something else",
    note = "write `fn name(changes: &mut Changes<{R}>, cx: &Context) -> Result<(), Error>`, or `async fn`",
    note = "a create has no row as it was"
)]
pub trait CreateFunction<'a, R: 'a, Form> {
    /// What it returns.
    type Output;

    /// Calls it.
    fn call(self, changes: &'a mut Changes<R>, cx: &'a Context) -> Self::Output;
}

#[diagnostic::do_not_recommend]
impl<'a, R: 'a, F, O> CreateFunction<'a, R, (WithoutRow, O)> for F
where
    F: FnOnce(&'a mut Changes<R>, &'a Context) -> O,
{
    type Output = O;

    fn call(self, changes: &'a mut Changes<R>, cx: &'a Context) -> O {
        self(changes, cx)
    }
}

#[diagnostic::do_not_recommend]
impl<'a, R: 'a, F: Nothing> CreateFunction<'a, R, NoForm> for F {
    type Output = ();

    fn call(self, _: &'a mut Changes<R>, _: &'a Context) {}
}

/// A function that follows a write of `R`. `Form` is what rustc infers of its signature.
#[diagnostic::on_unimplemented(
    message = "this is no function that follows a write of `{R}`",
    label = "takes something else",
    note = "write `fn name(row: &{R}, cx: &Context) -> Result<(), Error>`, or `async fn`"
)]
pub trait AfterFunction<'a, R: 'a, Form> {
    /// What it returns.
    type Output;

    /// Calls it.
    fn call(self, row: &'a R, cx: &'a Context) -> Self::Output;
}

#[diagnostic::do_not_recommend]
impl<'a, R: 'a, F, O> AfterFunction<'a, R, (WithRow, O)> for F
where
    F: FnOnce(&'a R, &'a Context) -> O,
{
    type Output = O;

    fn call(self, row: &'a R, cx: &'a Context) -> O {
        self(row, cx)
    }
}

#[diagnostic::do_not_recommend]
impl<'a, R: 'a, F: Nothing> AfterFunction<'a, R, NoForm> for F {
    type Output = ();

    fn call(self, _: &'a R, _: &'a Context) {}
}

/// The form of no function. Where a trait has but one implementation, rustc tells what that one asks for; of two it says in our
/// words that there is none.
#[derive(Debug)]
pub enum NoForm {}

/// Nothing is.
pub trait Nothing {}

/// A function that an update or a destroy names, called.
///
/// # Errors
/// As [`ChangeFunction::call`].
pub fn changed<'a, R: 'a, Form, F: ChangeFunction<'a, R, Form>>(
    function: F,
    changes: &'a mut Changes<R>,
    row: Option<&'a R>,
    cx: &'a Context,
) -> Result<F::Output, Error> {
    function.call(changes, row, cx)
}

/// A function that a create names, called.
pub fn created<'a, R: 'a, Form, F: CreateFunction<'a, R, Form>>(
    function: F,
    changes: &'a mut Changes<R>,
    cx: &'a Context,
) -> F::Output {
    function.call(changes, cx)
}

/// A function that follows a write, called.
pub fn followed<'a, R: 'a, Form, F: AfterFunction<'a, R, Form>>(function: F, row: &'a R, cx: &'a Context) -> F::Output {
    function.call(row, cx)
}

/// Of a function that returns at once.
#[derive(Debug)]
pub enum Synchronous {}

/// Of a function that returns a future.
#[derive(Debug)]
pub enum Asynchronous {}

/// What a function returns: whether it failed, at once or in time.
#[diagnostic::on_unimplemented(
    message = "this function returns `{Self}`, which does not say whether it failed",
    label = "returns something else",
    note = "let it return `Result<(), Error>`"
)]
pub trait Fallible<When> {
    /// What is awaited.
    type Future: Future<Output = Result<(), Error>>;

    /// Awaits it.
    fn wait(self) -> Self::Future;
}

#[diagnostic::do_not_recommend]
impl Fallible<Synchronous> for Result<(), Error> {
    type Future = Ready<Self>;

    fn wait(self) -> Self::Future {
        ready(self)
    }
}

#[diagnostic::do_not_recommend]
impl<F: Future<Output = Result<(), Error>>> Fallible<Asynchronous> for F {
    type Future = F;

    fn wait(self) -> F {
        self
    }
}

/// Awaits what a function returns.
///
/// # Errors
/// What the function fails with, or why it could not be called.
pub async fn finished<When, T: Fallible<When>>(returned: Result<T, Error>) -> Result<(), Error> {
    returned?.wait().await
}

/// A function's signature, to be asked whether it reads the row as it was.
#[derive(Debug)]
pub struct Signature<R, F>(PhantomData<fn() -> (R, F)>);

impl<R, F> Signature<R, F> {
    /// That of `function`.
    pub fn of(_: F) -> Self {
        Self(PhantomData)
    }
}

/// A function of three parameters.
pub trait Takes<A, B, C> {}

impl<A, B, C, F, O> Takes<A, B, C> for F where F: FnOnce(A, B, C) -> O {}

impl<R: 'static, F> Signature<R, F>
where
    F: Takes<&'static mut Changes<R>, &'static R, &'static Context>,
{
    /// It does.
    pub fn reads_row(&self) -> bool {
        true
    }
}

/// Any other signature.
pub trait ReadsNoRow {
    /// It does not.
    fn reads_row(&self) -> bool {
        false
    }
}

impl<R, F> ReadsNoRow for Signature<R, F> {}

/// The function of a change, with its position among the action's changes.
pub fn change_function<R: Declaration + Send + Sync, C: ChangeCall<R>>(
    action: &'static str,
    position: usize,
    reads_row: bool,
) -> ActionFunction {
    function::<R>(
        action,
        match reads_row {
            true => Function::RowChange(position, change_row::<R, C>),
            false => Function::Change(position, change::<R, C>),
        },
    )
}

/// A function that runs before the statement, with its position among those of the action.
pub fn before_function<R: Declaration + Send + Sync, C: ChangeCall<R>>(
    action: &'static str,
    position: usize,
    reads_row: bool,
) -> ActionFunction {
    function::<R>(
        action,
        match reads_row {
            true => Function::BeforeRow(position, change_row::<R, C>),
            false => Function::Before(position, change::<R, C>),
        },
    )
}

/// A function that runs once the row is written, with its position among those of the action.
pub fn after_function<R: Declaration + Send + Sync, C: AfterCall<R>>(
    action: &'static str,
    position: usize,
) -> ActionFunction {
    function::<R>(action, Function::After(position, after::<R, C>))
}

/// A function that runs once the transaction is committed, with its position among those of the action.
pub fn after_commit_function<R: Declaration + Send + Sync, C: AfterCall<R>>(
    action: &'static str,
    position: usize,
) -> ActionFunction {
    function::<R>(action, Function::AfterCommit(position, after::<R, C>))
}

fn function<R: Declaration>(action: &'static str, function: Function) -> ActionFunction {
    ActionFunction { resource: Name::new(R::NAME), action: Name::new(action), function }
}

fn change<'a, R: Declaration + Send + Sync, C: ChangeCall<R>>(
    changeset: &'a mut Changeset,
    cx: &'a Context,
) -> BoxFuture<'a, Result<(), Error>> {
    Box::pin(run::<R, C>(changeset, None, cx))
}

fn change_row<'a, R: Declaration + Send + Sync, C: ChangeCall<R>>(
    changeset: &'a mut Changeset,
    row: &'a StoredRow,
    cx: &'a Context,
) -> BoxFuture<'a, Result<(), Error>> {
    Box::pin(async move {
        let row = R::from_stored(row)?;
        run::<R, C>(changeset, Some(&row), cx).await
    })
}

async fn run<R: Declaration + Send + Sync, C: ChangeCall<R>>(
    changeset: &mut Changeset,
    row: Option<&R>,
    cx: &Context,
) -> Result<(), Error> {
    let mut changes = Changes::of(changeset.take());
    let result = C::call(&mut changes, row, cx).await;
    *changeset = changes.into_inner();
    result
}

fn after<'a, R: Declaration + Send + Sync, C: AfterCall<R>>(
    row: &'a StoredRow,
    cx: &'a Context,
) -> BoxFuture<'a, Result<(), Error>> {
    Box::pin(async move {
        let row = R::from_stored(row)?;
        C::call(&row, cx).await
    })
}
