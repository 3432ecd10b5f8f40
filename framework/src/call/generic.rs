//! Actions that are functions.

use std::marker::PhantomData;

use super::resource_id;
use super::running::running;
use crate::attribute::Returnable;
use crate::context::Context;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::record::{Input, ReturnValue, ReturnedRows};
use crate::value::Value;

/// A generic action that has not run: a function of the app, under the policies of its resource.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/example.rs"));
/// # fn main() {
/// # run(async |cx| {
/// # let hall = World::create().name("Hall").slug("hall").capacity(40).run(cx).await?;
///
/// let largest: Option<i64> = World::largest().run(cx).await?;
/// assert_eq!(largest, Some(40));
/// # Ok(())
/// # });
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "an action does nothing until .run(&cx)"]
pub struct Generic<T> {
    resource: &'static str,
    action: &'static str,
    input: Input,
    answer: PhantomData<fn() -> T>,
}

impl<T> Generic<T> {
    #[doc(hidden)]
    pub fn new(resource: &'static str, action: &'static str) -> Self {
        Self { resource, action, input: Input::new(), answer: PhantomData }
    }

    /// Gives an argument.
    #[doc(hidden)]
    pub fn give(mut self, name: &'static str, value: Value) -> Self {
        self.input.set(name, value);
        self
    }
}

impl<T: Returnable> Generic<T> {
    /// Runs it. A row in the answer is read again, as the actor may see it; one that they may not read is `None` in an `Option`, and left
    /// out of a list.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` or `FORBIDDEN` if the policies do not allow it, and those of the function. Once the function has run, `NOT_FOUND` if
    /// it answers a row alone that the actor may not read, and what fails while rows are read.
    pub fn run(self, cx: &Context) -> BoxFuture<'_, Result<T, Error>> {
        running(call(cx, self.resource, self.action, self.input), typed)
    }
}

fn call<'a>(
    cx: &'a Context,
    resource: &'static str,
    action: &'static str,
    input: Input,
) -> BoxFuture<'a, Result<(ReturnValue, ReturnedRows), Error>> {
    Box::pin(async move {
        let resource = resource_id(cx, resource)?;
        let returned = cx.call(resource, action, input).await?;
        let rows = cx.returned_rows(resource, action, &returned).await?;
        Ok((returned, rows))
    })
}

fn typed<T: Returnable>((returned, rows): (ReturnValue, ReturnedRows)) -> Result<T, Error> {
    T::from_return_value(returned, &rows)?.ok_or_else(Error::not_found)
}
