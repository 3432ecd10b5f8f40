//! `seed`: demo data, into a database without users, in one transaction.

use std::process::ExitCode;

use crate::auth::Roles;
use crate::engine::Engine;
use crate::error::Error;
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
    let engine = open::engine(server, settings).await?;
    match plant(server, &engine).await? {
        Planted::Now => say("seeded")?,
        Planted::Not => say("there are users already, or there is no demo data: nothing was written")?,
    }
    engine.database().close().await;
    Ok(ExitCode::SUCCESS)
}

/// Writes the demo data, if there are no users.
pub(super) async fn plant(server: &Server, engine: &Engine) -> Result<Planted, Error> {
    let Some(seed) = server.seeding() else { return Ok(Planted::Not) };
    let cx = engine.system("seeding");
    if let Some(actor) = Roles::of(engine.app()).actor {
        let slice = Slice::Keyset { rows: Some(1), from: End::Start, after: None, before: None };
        let users = cx.read(Query { slice, ..Query::new(actor.resource) }).await?;
        if !users.records.is_empty() {
            return Ok(Planted::Not);
        }
    }
    cx.transaction(async |cx| seed.plant(cx).await).await?;
    Ok(Planted::Now)
}
