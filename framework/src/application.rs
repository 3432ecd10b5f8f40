//! A declared application: its data, and the Rust functions the data names.

use crate::changeset::Changeset;
use crate::context::Context;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::ir::verify::{Finding, verify};
use crate::ir::{App, Name, Tree};
use crate::location::SourceLocations;
use crate::record::{Input, ReturnValue, StoredRow};

/// What `samara::app!` makes: everything a server, the command line or a test needs to know of an application.
#[derive(Clone, Debug)]
pub struct Application {
    /// The declaration, as data.
    pub ir: App,
    /// The functions that the declaration names.
    pub functions: Vec<ActionFunction>,
    /// Where each declared thing is written in the sources. It is no part of the declaration, so that moving a line changes no generated
    /// file.
    pub locations: SourceLocations,
    /// The name and the version of the package that declares it, which its program is called by.
    pub package: Option<(&'static str, &'static str)>,
}

/// An application whose declaration breaks no rule. Only [`Application::verified`] makes one.
#[derive(Clone, Debug)]
pub struct Verified(Application);

impl Application {
    /// A declaration that is built by code instead of macros: it has no locations.
    pub fn new(ir: App, functions: Vec<ActionFunction>) -> Self {
        Self { ir, functions, locations: SourceLocations::default(), package: None }
    }

    /// The same, of a package with this name and version.
    #[must_use]
    pub fn of_package(self, package: (&'static str, &'static str)) -> Self {
        Self { package: Some(package), ..self }
    }

    /// The same, where that says who may work within which tenant.
    #[must_use]
    pub fn with_tenants(self, condition: Tree) -> Self {
        Self { ir: self.ir.with_tenants(condition), ..self }
    }

    /// Checks the declaration against every rule across resources.
    ///
    /// # Errors
    /// Every finding; see [`verify`].
    pub fn verified(self) -> Result<Verified, Vec<Finding>> {
        match verify(&self.ir) {
            Ok(()) => Ok(Verified(self)),
            Err(found) => Err(found.into_iter().map(|it| self.locations.locate(it)).collect()),
        }
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
pub struct ActionFunction {
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
    /// A change of an update that reads the row as it was: its position among the action's changes, and the function.
    RowChange(usize, RowChangeFn),
    /// A function that runs before the statement: its position among those of the action, and the function.
    Before(usize, ChangeFn),
    /// The same of an update or destroy, that reads the row as it was.
    BeforeRow(usize, RowChangeFn),
    /// A function that runs once the row is written: its position among those of the action, and the function.
    After(usize, AfterFn),
    /// A function that runs once the transaction is committed: its position among those of the action, and the function.
    AfterCommit(usize, AfterFn),
}

/// The body of a generic action.
pub type GenericFn = for<'a> fn(&'a Context, Input) -> BoxFuture<'a, Result<ReturnValue, Error>>;
/// A change of a create, update or destroy. It runs inside the action's transaction, and again if that is tried again.
pub type ChangeFn = for<'a> fn(&'a mut Changeset, &'a Context) -> BoxFuture<'a, Result<(), Error>>;
/// The same of an update, given the row as it was, all of it; the row is locked until the transaction ends.
pub type RowChangeFn = for<'a> fn(&'a mut Changeset, &'a StoredRow, &'a Context) -> BoxFuture<'a, Result<(), Error>>;
/// What follows a write, given the row as it is stored now; of a destroy, as it was.
pub type AfterFn = for<'a> fn(&'a StoredRow, &'a Context) -> BoxFuture<'a, Result<(), Error>>;
