//! `seed`: demo data, into a database without users, in one transaction.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::auth::Roles;
use crate::context::Context;
use crate::database::{Lock, retry};
use crate::engine::Engine;
use crate::error::{Code, Error};
use crate::ir::ResourceId;
use crate::own::is_own;
use crate::query::{PageEnd, Query, Slice};
use crate::settings::Settings;

use super::db::say;
use super::{CommandError, Server, open};

/// Whether the demo data was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SeedResult {
    /// It was written.
    Now,
    /// There are users already, or the app has no demo data.
    Not,
}

pub(super) async fn run(server: &Server, settings: &Settings) -> Result<ExitCode, CommandError> {
    if settings.environment.is_prod() {
        return Err(CommandError::helped(
            "demo data is never written in prod",
            "set `SAMARA_ENV=dev` if this is not prod",
        ));
    }
    let engine = open::engine(server.verified()?, settings, server.database_options()).await?;
    match plant(server, &engine).await? {
        SeedResult::Now => say("seeded")?,
        SeedResult::Not => say("there are users already, or there is no demo data: nothing was written")?,
    }
    engine.database().close().await;
    Ok(ExitCode::SUCCESS)
}

/// How long to wait for another server that writes the demo data, and how often to check whether it is done.
const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(100);

/// Writes the demo data, if there are no users. Of several servers that start at once, one does.
pub(super) async fn plant(server: &Server, engine: &Engine) -> Result<SeedResult, CommandError> {
    let Some(seed) = server.seeding() else { return Ok(SeedResult::Not) };
    let cx = engine.system("seeding");
    let failed = |error| CommandError::from(error).during("the demo data could not be written");
    if is_used(&cx).await.map_err(failed)? {
        return Ok(SeedResult::Not);
    }
    let give_up = Instant::now() + PATIENCE;
    let mut waits = false;
    loop {
        let planted = cx.transaction(async |cx| {
            if !cx.session().try_lock(Lock::Seeds).await? {
                return Ok(None);
            }
            if is_used(cx).await? {
                return Ok(Some(SeedResult::Not));
            }
            seed.plant(cx).await?;
            Ok(Some(SeedResult::Now))
        });
        let busy = match planted.await {
            Ok(Some(planted)) => return Ok(planted),
            Ok(None) => Error::new(Code::Unavailable, "another server has been at it for too long"),
            Err(error) if retry(&error).is_some() => error,
            Err(error) => return Err(failed(error)),
        };
        if Instant::now() >= give_up {
            return Err(failed(busy));
        }
        if !waits {
            tracing::info!("another server writes the demo data; waiting for it");
            waits = true;
        }
        tokio::time::sleep(POLL).await;
    }
}

/// Whether there are users; in an app without an actor, whether there are any rows.
async fn is_used(cx: &Context) -> Result<bool, Error> {
    let app = cx.engine().app();
    let resources: Vec<ResourceId> = match Roles::of(app).actor {
        Some(actor) => vec![actor.resource],
        None => app.resources_by_id().filter(|(_, it)| !is_own(it)).map(|(id, _)| id).collect(),
    };
    for resource in resources {
        let slice = Slice::Keyset { rows: Some(1), from: PageEnd::Start, after: None, before: None };
        if !cx.read(Query { slice, ..Query::unrestricted(resource) }).await?.records.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    #![allow(unreachable_pub, reason = "declarations are written here as an application writes them")]

    use super::*;
    use crate::database::Database;
    use crate::migration::create_tables;
    use crate::prelude::*;

    /// A thing that belongs to nobody: this app has no users.
    #[resource(table = "things")]
    pub struct Thing {
        /// Its key.
        #[id]
        pub id: Uuid,
        /// What it is called.
        #[attribute(public)]
        pub name: String,
    }

    #[actions]
    impl Thing {
        #[read(primary, sort = [name], paginate(keyset, default = 50, max = 250))]
        fn list();

        #[create(private, accept = [name])]
        fn make();
    }

    #[policies]
    impl Thing {
        /// Everybody's.
        #[policy(read)]
        fn everybody() -> bool {
            true
        }
    }

    #[domain(resources = [Thing])]
    pub struct Things;

    crate::app!(pub App, domains = [Things]);

    #[tokio::test]
    async fn an_app_without_users_is_seeded_once_too() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("test.db").display());
        let server = Server::new(App::application())
            .seed(async |cx: &Context| Thing::make().name("one").run(cx).await.map(drop));
        let application = server.verified().unwrap();
        let database = Database::connect(&url).await.unwrap();
        create_tables(database.connection(), application.ir()).await.unwrap();
        let engine = Engine::new(application, database);
        assert_eq!(plant(&server, &engine).await.unwrap(), SeedResult::Now);
        assert_eq!(plant(&server, &engine).await.unwrap(), SeedResult::Not);
        engine.database().close().await;
    }
}
