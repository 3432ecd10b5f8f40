//! `seed`: demo data, into a database without users, in one transaction.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::auth::Roles;
use crate::context::Context;
use crate::database::{Lock, is_contended};
use crate::engine::Engine;
use crate::error::{Code, Error};
use crate::query::{End, Query, Slice};
use crate::settings::Settings;

use super::db::say;
use super::{Failure, Server, open};

/// What became of the demo data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Planted {
    /// It was written.
    Now,
    /// There are users already, or the app has no demo data.
    Not,
}

pub(super) async fn run(server: &Server, settings: &Settings) -> Result<ExitCode, Failure> {
    if settings.environment.is_prod() {
        return Err(Failure::helped("demo data is never written in prod", "set `SAMARA_ENV=dev` if this is not prod"));
    }
    let engine = open::engine(server.verified()?, settings).await?;
    match plant(server, &engine).await? {
        Planted::Now => say("seeded")?,
        Planted::Not => say("there are users already, or there is no demo data: nothing was written")?,
    }
    engine.database().close().await;
    Ok(ExitCode::SUCCESS)
}

/// How long another server that writes the demo data is waited for, and how often it is looked whether it is done.
const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(100);

/// Writes the demo data, if there are no users. Of several servers that start at once, one does.
pub(super) async fn plant(server: &Server, engine: &Engine) -> Result<Planted, Failure> {
    let Some(seed) = server.seeding() else { return Ok(Planted::Not) };
    let cx = engine.system("seeding");
    let failed = |error| Failure::from(error).during("the demo data could not be written");
    if has_users(&cx).await.map_err(failed)? {
        return Ok(Planted::Not);
    }
    let give_up = Instant::now() + PATIENCE;
    let mut waits = false;
    loop {
        let planted = cx.transaction(async |cx| {
            if !cx.session().try_lock(Lock::Seeds).await? {
                return Ok(None);
            }
            if has_users(cx).await? {
                return Ok(Some(Planted::Not));
            }
            seed.plant(cx).await?;
            Ok(Some(Planted::Now))
        });
        let busy = match planted.await {
            Ok(Some(planted)) => return Ok(planted),
            Ok(None) => Error::new(Code::Unavailable, "another server has been at it for too long"),
            Err(error) if is_contended(&error) => error,
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

async fn has_users(cx: &Context) -> Result<bool, Error> {
    let Some(actor) = Roles::of(cx.engine().app()).actor else { return Ok(false) };
    let slice = Slice::Keyset { rows: Some(1), from: End::Start, after: None, before: None };
    let users = cx.read(Query { slice, ..Query::new(actor.resource) }).await?;
    Ok(!users.records.is_empty())
}
