//! What an app's `main` puts together.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;

use axum::Router;

use crate::application::{Application, Verified};
use crate::attribute::AttributeType;
use crate::call::{Complete, Update};
use crate::context::Context;
use crate::database;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::ir::verify::Finding;
use crate::migration::Migrations;
use crate::resource::{ActorResource, Declaration};
use crate::site::{Identify, ServerLimits, Site};
use crate::value::RowKey;

/// An application with what its declaration does not hold: migrations, demo data, and how somebody becomes an admin.
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/example.rs"));
/// fn main() -> std::process::ExitCode {
///     let server = samara::Server::new(App::application()).seed(async |cx: &Context| {
///         World::create().name("The Commons").slug("commons").run(cx).await?;
///         Ok(())
///     });
///     samara::main(server)
/// }
/// ```
#[must_use = "give it to `samara::main`"]
pub struct Server {
    application: Application,
    migrations: Option<Migrations>,
    seed: Option<Box<dyn Seed>>,
    grant: Option<Box<dyn Grant>>,
    identify: Option<Identify>,
    routes: Router<Site>,
    database: database::Options,
    bounds: ServerLimits,
}

/// How `admin grant` makes somebody an admin.
pub(super) trait Grant {
    /// Makes the user with that primary key one.
    fn grant<'a>(&self, cx: &'a Context, user: RowKey) -> BoxFuture<'a, Result<(), Error>>;
}

/// [`Grant`] by an update: a function that makes the update for a primary key.
struct Granting<F, C>(F, PhantomData<fn() -> C>);

impl<R, Way, C, F> Grant for Granting<F, C>
where
    R: Declaration,
    Way: 'static,
    C: Complete<Call = Update<R, Way>>,
    F: Fn(R::Id) -> C,
{
    fn grant<'a>(&self, cx: &'a Context, user: RowKey) -> BoxFuture<'a, Result<(), Error>> {
        let update = <R::Id as AttributeType>::from_value(user.into()).map(|it| self.0(it).complete());
        Box::pin(async move {
            let update = update.ok_or_else(|| Error::internal("a user's key is not of its declared type"))?;
            update.run(cx).await.map(drop)
        })
    }
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
        let (database, bounds) = (database::Options::default(), ServerLimits::default());
        let routes = Router::new();
        Self { application, migrations: None, seed: None, grant: None, identify: None, routes, database, bounds }
    }

    /// The migrations that make its tables. Without them the server takes the database as it is.
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

    /// How `admin grant EMAIL` makes a user an admin: an update of the actor's resource, run by the framework itself.
    ///
    /// ```text
    /// samara::Server::new(App::application()).admin_grant(|user| User::set_role(user).role(Role::Admin));
    /// ```
    pub fn admin_grant<R, Way, C>(mut self, grant: impl Fn(R::Id) -> C + 'static) -> Self
    where
        R: ActorResource + Declaration,
        Way: 'static,
        C: Complete<Call = Update<R, Way>> + 'static,
    {
        self.grant = Some(Box::new(Granting(grant, PhantomData)));
        self
    }

    /// Who sends a GraphQL request without a bearer token, for servers whose users sign in elsewhere.
    pub fn identified_by(mut self, identify: Identify) -> Self {
        self.identify = Some(identify);
        self
    }

    /// How many connections to the database there are, how many requests may wait for one, and how long a statement may take.
    ///
    /// ```no_run
    /// # let application: samara::application::Application = unimplemented!();
    /// use samara::database::Options;
    ///
    /// samara::Server::new(application).database(Options { postgres_connections: 20, ..Options::default() });
    /// ```
    pub fn database(mut self, options: database::Options) -> Self {
        self.database = options;
        self
    }

    /// How many connections the server takes, how long an answer may take, and how large a GraphQL operation may be.
    pub fn bounds(mut self, bounds: ServerLimits) -> Self {
        self.bounds = bounds;
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

    pub(super) fn package(&self) -> Option<(&'static str, &'static str)> {
        self.application.package
    }

    pub(super) fn seeding(&self) -> Option<&dyn Seed> {
        self.seed.as_deref()
    }

    pub(super) fn granting(&self) -> Option<&dyn Grant> {
        self.grant.as_deref()
    }

    pub(super) fn take_migrations(&mut self) -> Option<Migrations> {
        self.migrations.take()
    }

    pub(super) fn database_options(&self) -> &database::Options {
        &self.database
    }

    pub(super) fn chosen_bounds(&self) -> &ServerLimits {
        &self.bounds
    }

    pub(super) fn identify(&self) -> Option<Identify> {
        self.identify
    }

    pub(super) fn take_routes(&mut self) -> Router<Site> {
        std::mem::take(&mut self.routes)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("grants", &self.grant.is_some()).finish_non_exhaustive()
    }
}
