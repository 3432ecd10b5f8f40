//! A declared application: its data, and the Rust functions the data names.

use std::future::Future;
use std::pin::Pin;

use crate::changeset::Changeset;
use crate::context::Context;
use crate::error::Error;
use crate::ir::verify::{Finding, verify};
use crate::ir::{App, Name};
use crate::record::{Answer, Input, Record};

/// What `samara::app!` makes: everything a server, the command line or a test needs to know of an application.
#[derive(Clone, Debug)]
pub struct Application {
    /// The declaration, as data.
    pub ir: App,
    /// The functions that the declaration names.
    pub code: Vec<Code>,
}

/// An application whose declaration breaks no rule. Only [`Application::verified`] makes one.
#[derive(Clone, Debug)]
pub struct Verified(Application);

impl Application {
    /// Asks every rule across resources.
    ///
    /// # Errors
    /// All that was found; see [`verify`].
    pub fn verified(self) -> Result<Verified, Vec<Finding>> {
        verify(&self.ir).map(|()| Verified(self))
    }
}

impl Verified {
    /// The declaration, as data.
    pub fn ir(&self) -> &App {
        &self.0.ir
    }

    pub(crate) fn into_inner(self) -> Application {
        self.0
    }
}

/// The type that `samara::app!` makes.
pub trait Declares {
    /// Its declaration and functions.
    fn application() -> Application;
}

/// A Rust function that a declaration names.
#[derive(Clone, Debug)]
pub struct Code {
    /// The resource's name.
    pub resource: Name,
    /// The action's name.
    pub action: Name,
    /// The function.
    pub function: Function,
}

/// The kinds of functions that a declaration can name.
#[derive(Clone, Copy, Debug)]
pub enum Function {
    /// The body of a generic action.
    Generic(GenericFn),
    /// A change of a create, update or destroy: its position among the action's changes, and the function.
    Change(usize, ChangeFn),
    /// The same of an update, that reads the row as it was.
    RowChange(usize, RowChangeFn),
}

/// The body of a generic action.
pub type GenericFn = for<'a> fn(&'a Context, Input) -> BoxFuture<'a, Result<Answer, Error>>;
/// A change of a create, update or destroy. It runs once, before the action's transaction; in an action that has a [`RowChangeFn`] too
/// it runs when that does, in the order declared.
pub type ChangeFn = fn(&mut Changeset, &Context) -> Result<(), Error>;
/// A change of an update, given the row as it was, all of it. It runs inside the transaction, and again if that is tried again.
pub type RowChangeFn = fn(&mut Changeset, &Record, &Context) -> Result<(), Error>;
/// A future on the heap.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
