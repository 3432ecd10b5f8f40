//! Creates, updates and destroys.

use std::marker::PhantomData;

use uuid::Uuid;

use super::{Complete, resource_id};
use crate::application::BoxFuture;
use crate::attribute::AttributeType;
use crate::context::Context;
use crate::error::Error;
use crate::record::{Input, Record};
use crate::resource::Declaration;

/// A write without its Rust type: what [`Create`], [`Update`] and [`Destroy`] have in common.
#[derive(Clone, Debug)]
struct UntypedWrite {
    resource: &'static str,
    action: &'static str,
    input: Input,
}

impl UntypedWrite {
    async fn create(self, cx: &Context) -> Result<Record, Error> {
        cx.create(resource_id(cx, self.resource)?, self.action, self.input).await
    }

    async fn update(self, cx: &Context, id: Uuid) -> Result<Record, Error> {
        cx.update(resource_id(cx, self.resource)?, self.action, id, self.input).await
    }

    async fn destroy(self, cx: &Context, id: Uuid) -> Result<Record, Error> {
        cx.destroy(resource_id(cx, self.resource)?, self.action, id, self.input).await
    }
}

/// A create that has not run.
#[derive(Clone, Debug)]
#[must_use = "an action does nothing until .run(&cx)"]
pub struct Create<R> {
    write: UntypedWrite,
    resource: PhantomData<fn() -> R>,
}

/// An update that has not run. An attribute that is not given stays as it is.
#[derive(Clone, Debug)]
#[must_use = "an action does nothing until .run(&cx)"]
pub struct Update<R> {
    write: UntypedWrite,
    id: Uuid,
    resource: PhantomData<fn() -> R>,
}

/// A destroy that has not run.
#[derive(Clone, Debug)]
#[must_use = "an action does nothing until .run(&cx)"]
pub struct Destroy<R> {
    write: UntypedWrite,
    id: Uuid,
    resource: PhantomData<fn() -> R>,
}

macro_rules! write {
    ($name:ident) => {
        impl<R: Declaration> $name<R> {
            /// Gives an attribute or argument.
            #[doc(hidden)]
            pub fn give<T: AttributeType>(mut self, name: &'static str, value: T) -> Self {
                self.write.input.set(name, value.to_value());
                self
            }
        }

        impl<R> Complete for $name<R> {
            type Call = Self;

            fn complete(self) -> Self {
                self
            }
        }
    };
}

write!(Create);
write!(Update);
write!(Destroy);

impl<R: Declaration> Create<R> {
    #[doc(hidden)]
    pub fn new(action: &'static str) -> Self {
        Self { write: UntypedWrite { resource: R::NAME, action, input: Input::new() }, resource: PhantomData }
    }

    /// Runs it: the row that was made, as far as the actor may read it.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` or `FORBIDDEN` if the policies do not allow it, `INVALID` for what is wrong with the input, all of it at
    /// once, `CONFLICT` if an identity is taken, `NOT_FOUND` for a key that names no row.
    pub fn run(self, cx: &Context) -> BoxFuture<'_, Result<R, Error>> {
        Box::pin(async move { R::from_record(self.write.create(cx).await?) })
    }
}

impl<R: Declaration> Update<R> {
    #[doc(hidden)]
    pub fn new(action: &'static str, id: Uuid) -> Self {
        Self { write: UntypedWrite { resource: R::NAME, action, input: Input::new() }, id, resource: PhantomData }
    }

    /// Runs it: the row as it now is.
    ///
    /// # Errors
    /// `NOT_FOUND` if there is no such row that the actor may read, `FORBIDDEN` if they may read but not change it, and as
    /// [`Create::run`].
    pub fn run(self, cx: &Context) -> BoxFuture<'_, Result<R, Error>> {
        Box::pin(async move { R::from_record(self.write.update(cx, self.id).await?) })
    }
}

impl<R: Declaration> Destroy<R> {
    #[doc(hidden)]
    pub fn new(action: &'static str, id: Uuid) -> Self {
        Self { write: UntypedWrite { resource: R::NAME, action, input: Input::new() }, id, resource: PhantomData }
    }

    /// Runs it: the row as it was.
    ///
    /// # Errors
    /// As [`Update::run`]; `CONFLICT` if rows still point at it that may not lose it.
    pub fn run(self, cx: &Context) -> BoxFuture<'_, Result<R, Error>> {
        Box::pin(async move { R::from_record(self.write.destroy(cx, self.id).await?) })
    }
}
