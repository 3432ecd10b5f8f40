//! The two tables of the benchmark beside this project, served over GraphQL under its row policy.
//!
//! The actor comes from the benchmark's headers through the public hook; there are no migrations and no seeds. See
//! `docs/measurements.md` for the command, and `peers.json` for the queries.

#[path = "shared/activities.rs"]
mod activities;

use std::process::ExitCode;
use std::sync::Arc;

use samara::context::Actor as Acting;
use samara::database::Options;
use samara::future::BoxFuture;
use samara::prelude::*;
use samara::record::{Field, Record};
use samara::site::{HeaderMap, Site};

use activities::App;

fn main() -> ExitCode {
    // As many connections as each of its peers may hold.
    let connections = std::env::var("POOL").ok().and_then(|it| it.parse().ok());
    let options = Options { postgres_connections: connections.unwrap_or(8), ..Options::default() };
    samara::main(samara::Server::new(App::application()).identified_by(from_headers).database(options))
}

/// Trusts `x-actor-id` and `x-actor-role`, as every peer of the benchmark does.
fn from_headers<'a>(site: &'a Site, headers: &'a HeaderMap) -> BoxFuture<'a, Result<Acting, Error>> {
    let text = |name| headers.get(name).and_then(|it| it.to_str().ok());
    let actor = match (text("x-actor-id").and_then(|it| it.parse().ok()), text("x-actor-role")) {
        (Some(id), Some(role)) => actor(site, id, role).map(|it| Acting::Record(Arc::new(it))),
        _ => Ok(Acting::Anonymous),
    };
    Box::pin(async { actor })
}

/// The actor as the headers tell: what they do not say is not known of them.
fn actor(site: &Site, id: Uuid, role: &str) -> Result<Record, Error> {
    let app = site.engine().app();
    let resource = app.find("User").ok_or_else(|| Error::internal("there are no users"))?;
    let fields = app.resource(resource).attributes.iter().map(|it| match it.name.as_str() {
        "id" => Field::Shown(Value::Uuid(id)),
        "role" => Field::Shown(Value::Text(role.to_owned())),
        _ => Field::NotLoaded,
    });
    Ok(Record { resource, attributes: fields.collect(), calculations: Vec::new(), related: Vec::new() })
}
