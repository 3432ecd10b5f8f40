//! Actions that are functions.

use std::marker::PhantomData;

use super::resource_id;
use super::running::running;
use crate::attribute::Returnable;
use crate::context::Context;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::record::{Input, ReturnValue};
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
    /// Runs it.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` or `FORBIDDEN` if the policies do not allow it, and those of the function.
    pub fn run(self, cx: &Context) -> BoxFuture<'_, Result<T, Error>> {
        running(call(cx, self.resource, self.action, self.input), typed)
    }
}

fn call<'a>(
    cx: &'a Context,
    resource: &'static str,
    action: &'static str,
    input: Input,
) -> BoxFuture<'a, Result<(&'static str, ReturnValue), Error>> {
    Box::pin(async move { Ok((action, cx.call(resource_id(cx, resource)?, action, input).await?)) })
}

fn typed<T: Returnable>((action, returned): (&'static str, ReturnValue)) -> Result<T, Error> {
    T::from_return_value(returned).ok_or_else(|| Error::internal(format!("`{action}` did not answer what it declares")))
}
