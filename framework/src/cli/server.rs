//! What an app's `main` puts together.

use std::fmt;
use std::pin::Pin;

use axum::Router;

use crate::application::{Application, Verified};
use crate::context::Context;
use crate::error::Error;
use crate::ir::verify::Finding;
use crate::migration::Migrations;
use crate::value::Value;
use crate::web::{Identify, Site};

/// An application with what its declaration does not hold: migrations, demo data, and how somebody becomes an admin.
#[must_use = "give it to `samara::main`"]
pub struct Server {
    application: Application,
    migrations: Option<Migrations>,
    seed: Option<Box<dyn Seed>>,
    grant: Option<Grant>,
    identify: Option<Identify>,
    routes: Router<Site>,
}

/// How `admin grant` makes somebody an admin.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) action: &'static str,
    pub(super) attribute: &'static str,
    pub(super) value: Value,
}

/// Fills an empty database.
pub(super) trait Seed {
    fn plant<'a>(&'a self, cx: &'a Context) -> Pin<Box<dyn Future<Output = Result<(), Error>> + 'a>>;
}

impl<F: AsyncFn(&Context) -> Result<(), Error>> Seed for F {
    fn plant<'a>(&'a self, cx: &'a Context) -> Pin<Box<dyn Future<Output = Result<(), Error>> + 'a>> {
        Box::pin(self(cx))
    }
}

impl Server {
    /// Serves `application`, without migrations and demo data.
    pub fn new(application: Application) -> Self {
        Self { application, migrations: None, seed: None, grant: None, identify: None, routes: Router::new() }
    }

    /// What makes its tables. Without it the server takes the database as it is.
    pub fn migrations(mut self, migrations: Migrations) -> Self {
        self.migrations = Some(migrations);
        self
    }

    /// Demo data: written in dev to a database without users (in an app that has no actor: without any rows), in one transaction, by a
    /// context of the framework's own.
    pub fn seed(mut self, seed: impl AsyncFn(&Context) -> Result<(), Error> + 'static) -> Self {
        self.seed = Some(Box::new(seed));
        self
    }

    /// How `admin grant EMAIL` makes a user an admin: the update action of the actor's resource to run, and the one input it gets.
    ///
    /// ```no_run
    /// # let application: samara::application::Application = unimplemented!();
    /// samara::Server::new(application).admin_grant("set_role", "role", "ADMIN");
    /// ```
    pub fn admin_grant(mut self, action: &'static str, attribute: &'static str, value: impl Into<GrantValue>) -> Self {
        self.grant = Some(Grant { action, attribute, value: value.into().0 });
        self
    }

    /// Who sends a GraphQL request without a bearer token, for servers whose users sign in elsewhere.
    pub fn identified_by(mut self, identify: Identify) -> Self {
        self.identify = Some(identify);
        self
    }

    /// Routes of the app's own, under the same layers as the framework's.
    pub fn routes(mut self, routes: Router<Site>) -> Self {
        self.routes = self.routes.merge(routes);
        self
    }

    pub(super) fn verified(&self) -> Result<Verified, Vec<Finding>> {
        self.application.clone().verified()
    }

    pub(super) fn seeding(&self) -> Option<&dyn Seed> {
        self.seed.as_deref()
    }

    pub(super) fn granting(&self) -> Option<&Grant> {
        self.grant.as_ref()
    }

    pub(super) fn take_migrations(&mut self) -> Option<Migrations> {
        self.migrations.take()
    }

    pub(super) fn identify(&self) -> Option<Identify> {
        self.identify
    }

    pub(super) fn take_routes(&mut self) -> Router<Site> {
        std::mem::take(&mut self.routes)
    }
}

/// A value for [`Server::admin_grant`]: an enum's stored name or other text, or a flag.
#[derive(Clone, Debug)]
pub struct GrantValue(Value);

impl From<&str> for GrantValue {
    fn from(text: &str) -> Self {
        Self(Value::Text(text.into()))
    }
}

impl From<bool> for GrantValue {
    fn from(flag: bool) -> Self {
        Self(Value::Bool(flag))
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("grant", &self.grant).finish_non_exhaustive()
    }
}
