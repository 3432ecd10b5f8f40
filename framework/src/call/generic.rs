//! Actions that are functions.

use std::marker::PhantomData;

use super::resource_id;
use crate::application::BoxFuture;
use crate::attribute::AttributeType;
use crate::context::Context;
use crate::error::Error;
use crate::private::Returnable;
use crate::record::{Input, ReturnValue};

/// A generic action that has not run.
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
    pub fn give<A: AttributeType>(mut self, name: &'static str, value: A) -> Self {
        self.input.set(name, value.to_value());
        self
    }
}

impl<T: Returnable> Generic<T> {
    /// Runs it.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` or `FORBIDDEN` if the policies do not allow it, and those of the function.
    pub fn run(self, cx: &Context) -> BoxFuture<'_, Result<T, Error>> {
        Box::pin(async move {
            let action = self.action;
            let answer = call(cx, self.resource, action, self.input).await?;
            T::from_return_value(answer)
                .ok_or_else(|| Error::internal(format!("`{action}` did not answer what it declares")))
        })
    }
}

async fn call(cx: &Context, resource: &str, action: &str, input: Input) -> Result<ReturnValue, Error> {
    cx.call(resource_id(cx, resource)?, action, input).await
}
