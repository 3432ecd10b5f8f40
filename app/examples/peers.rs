//! The two tables of the benchmark beside this project, served over GraphQL under its row policy.
//!
//! The actor comes from the benchmark's headers through the public hook; there are no migrations and no seeds. See
//! `docs/measurements.md` for the command, and `peers.json` for the queries.

use std::process::ExitCode;
use std::sync::Arc;

use samara::context::Actor as Acting;
use samara::database::Options;
use samara::future::BoxFuture;
use samara::prelude::*;
use samara::record::{Field, Record};
use samara::site::{HeaderMap, Site};

/// A user; everybody sees everybody.
#[resource(table = "users", timestamps = false)]
#[actor(identity = email)]
#[graphql(type = "User")]
pub struct User {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique)]
    pub email: CiString,
    #[attribute(public, default = "")]
    pub name: String,
    #[attribute(public, default = "user")]
    pub role: String,
    #[attribute(public, default = now())]
    pub inserted_at: DateTimeUtc,
    #[has_many(public, key = user)]
    pub activities: HasMany<Activity>,
}

#[actions]
impl User {
    #[read(primary, sort = [id], paginate(keyset, default = 50, max = 250))]
    fn list();

    #[create(private, accept = [email])]
    fn register();
}

#[policies]
impl User {
    #[policy(read)]
    fn signed_in(actor: Actor<User>) -> bool {
        actor.is_present()
    }
}

/// Something a user did; a plain user sees their own, a coordinator all.
#[resource(table = "activities", timestamps = false, index = [user, -occurred_at])]
#[graphql(type = "Activity")]
pub struct Activity {
    #[id]
    pub id: Uuid,
    #[belongs_to(public, on_delete = restrict)]
    pub user: BelongsTo<User>,
    #[attribute(public)]
    pub kind: String,
    #[attribute(public)]
    pub world: String,
    #[attribute(public, default = Json::object())]
    pub detail: Json,
    #[attribute(public, default = now())]
    pub occurred_at: DateTimeUtc,
}

#[actions]
impl Activity {
    #[read(primary, sort = [-occurred_at], paginate(keyset, default = 50, max = 250))]
    fn list();

    #[create(accept = [kind, world, detail], relate_actor = user)]
    fn create();
}

#[policies]
impl Activity {
    #[policy(read)]
    fn own(activity: Row<Activity>, actor: Actor<User>) -> bool {
        activity.user_id == actor.id || actor.role == "coordinator"
    }

    #[policy(create)]
    fn theirs(activity: Row<Activity>, actor: Actor<User>) -> bool {
        activity.user_id == actor.id
    }
}

#[domain(resources = [User, Activity])]
pub struct Bench;

samara::app!(pub App, domains = [Bench]);

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
