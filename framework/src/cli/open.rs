//! Opens the engine of a command: the declaration is verified, the database answers and holds the declared tables.

use crate::application::Verified;
use crate::auth::Roles;
use crate::database::{Database, Options};
use crate::engine::Engine;
use crate::error::Error;
use crate::ir::{App, Resource};
use crate::migration;
use crate::own::{is_of_limits, is_of_sign_in};
use crate::settings::Settings;
use crate::table::{Table, declared};

use super::CommandError;

pub(super) async fn engine(
    application: Verified,
    settings: &Settings,
    options: &Options,
) -> Result<Engine, CommandError> {
    let database = database(settings, options).await.map_err(|error| {
        let help = match settings.given_direct_url {
            None => "check that it runs, and that `DATABASE_URL` is right; beside a pooler's address `DATABASE_DIRECT_URL` is needed",
            Some(_) => "check that both run, and that `DATABASE_URL` and `DATABASE_DIRECT_URL` are right",
        };
        CommandError::from(error).at(settings.database()).help(help)
    })?;
    let complete = migration::require_tables(&database, &needed(application.ir())).await;
    complete.map_err(|error| CommandError::from(error).at(settings.database()))?;
    Ok(Engine::new(application, database).keyed(settings.secret.clone()))
}

/// The database as a server uses it: through a pooler, where one is named.
pub(super) async fn database(settings: &Settings, options: &Options) -> Result<Database, Error> {
    let url = &settings.database_url;
    match &settings.given_direct_url {
        None => Database::connect_with(url, options).await,
        Some(direct) => Database::connect_through(url, direct, options).await,
    }
}

/// The tables of the declaration. Those of sign-in are needed only where people sign in, and that of limits also where there is a GraphQL API.
fn needed(app: &App) -> Vec<Table> {
    let (signs_in, counts) = (Roles::of(app).can_sign_in(), app.has_graphql());
    let is_unused = |it: &&Resource| !signs_in && (is_of_sign_in(it) || is_of_limits(it) && !counts);
    let unused: Vec<_> = app.resources().iter().filter(is_unused).map(|it| &it.table).collect();
    declared(app).into_iter().filter(|table| unused.iter().all(|it| ***it != *table.name)).collect()
}
