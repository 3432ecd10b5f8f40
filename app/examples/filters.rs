//! Nested filters of the reference application beside SQL written by hand, on tables of a size where the difference shows.
//!
//! Prints for each query how long its statement takes and how long the hand-written one under the same policies, the least of several
//! runs, as the driver measures both. See `docs/measurements.md` for the command.

#![expect(clippy::print_stdout, reason = "it prints a table")]

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use samara::context::{Actor, Context};
use samara::database::Backend;
use samara::engine::Engine;
use samara::graphql::{Api, Options, Request};
use samara::migration::sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use samara::testing::on;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context as Within, SubscriberExt};
use tracing_subscriber::{Layer, Registry};

/// People, and as many worlds.
const PEOPLE: u32 = 3_000;
/// Memberships of each person.
const EACH: u32 = 10;
/// Runs of each statement.
const RUNS: usize = 25;
/// Who asks: a member, and a coordinator.
const MEMBER: u32 = 1;
const COORDINATOR: u32 = 2;

/// Adds up what SQLx says of each statement's time, in seconds.
#[derive(Clone, Default)]
struct Clock(Arc<Mutex<f64>>);

impl Clock {
    fn take(&self) -> f64 {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<S: Subscriber> Layer<S> for Clock {
    fn on_event(&self, event: &Event<'_>, _: Within<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            event.record(&mut self.clone());
        }
    }
}

impl Visit for Clock {
    fn record_f64(&mut self, field: &Field, value: f64) {
        if field.name() == "elapsed_secs" {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) += value;
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}

/// A query, and the same in SQL.
struct Case {
    name: &'static str,
    graphql: String,
    /// As `who` may see it.
    by_hand: fn(who: Who) -> String,
}

#[derive(Clone, Copy)]
enum Who {
    Member,
    Coordinator,
}

impl Who {
    /// That the world under that alias may be seen.
    fn sees(self, world: &str) -> String {
        match self {
            Self::Member => format!(
                "({world}.visibility = 'PUBLIC' OR {world}.owner_id = '{me}' OR EXISTS (SELECT 1 FROM memberships x \
                 WHERE x.world_id = {world}.id AND x.user_id = '{me}'))",
                me = id(1, MEMBER)
            ),
            Self::Coordinator => "TRUE".to_owned(),
        }
    }
}

fn cases() -> Vec<Case> {
    let branches = |count: u32, branch: fn(u32) -> String| (0..count).map(branch).collect::<Vec<_>>().join(", ");
    let far =
        |it: u32| format!("{{ worlds: {{ memberships: {{ user: {{ displayName: {{ eq: \"{}\" }} }} }} }} }}", name(it));
    let counts = |it: u32| format!("{{ memberCount: {{ gt: {} }} }}", i64::from(it) - 30);
    vec![
        Case {
            name: "worlds of one person",
            graphql: r#"{ worlds(first: 20, filter: { memberships: { user: { displayName: { eq: "User 0005" } } } })
                { nodes { name } } }"#
                .into(),
            by_hand: |who| {
                format!(
                    "SELECT w.id, w.name FROM worlds w WHERE {} AND EXISTS (SELECT 1 FROM memberships m JOIN users u \
                     ON u.id = m.user_id WHERE m.world_id = w.id AND u.display_name = 'User 0005') \
                     ORDER BY w.name, w.id LIMIT 21",
                    who.sees("w")
                )
            },
        },
        Case {
            name: "the same with `memberCount`",
            graphql: r#"{ worlds(first: 20, filter: { memberships: { user: { displayName: { eq: "User 0005" } } } })
                { nodes { name memberCount } } }"#
                .into(),
            by_hand: |who| {
                format!(
                    "SELECT w.id, w.name, (SELECT count(*) FROM memberships c WHERE c.world_id = w.id) FROM worlds w \
                     WHERE {} AND EXISTS (SELECT 1 FROM memberships m JOIN users u ON u.id = m.user_id \
                     WHERE m.world_id = w.id AND u.display_name = 'User 0005') ORDER BY w.name, w.id LIMIT 21",
                    who.sees("w")
                )
            },
        },
        Case {
            name: "worlds of a third of all people",
            graphql: r#"{ worlds(first: 20, filter: { memberships: { user: { displayName: { startsWith: "User 1" } } } })
                { nodes { name memberCount } } }"#
                .into(),
            by_hand: |who| {
                format!(
                    "SELECT w.id, w.name, (SELECT count(*) FROM memberships c WHERE c.world_id = w.id) FROM worlds w \
                     WHERE {} AND EXISTS (SELECT 1 FROM memberships m JOIN users u ON u.id = m.user_id \
                     WHERE m.world_id = w.id AND substr(u.display_name, 1, 6) = 'User 1') ORDER BY w.name, w.id LIMIT 21",
                    who.sees("w")
                )
            },
        },
        Case {
            name: "worlds that none of those belongs to",
            graphql: r#"{ worlds(first: 20, filter: { not: { memberships: { user: { displayName: { startsWith: "User 1" } } } } })
                { nodes { name } } }"#
                .into(),
            by_hand: |who| {
                format!(
                    "SELECT w.id, w.name FROM worlds w WHERE {} AND NOT EXISTS (SELECT 1 FROM memberships m JOIN users u \
                     ON u.id = m.user_id WHERE m.world_id = w.id AND substr(u.display_name, 1, 6) = 'User 1') \
                     ORDER BY w.name, w.id LIMIT 21",
                    who.sees("w")
                )
            },
        },
        Case {
            name: "worlds of one person, or of that name",
            graphql: r#"{ worlds(first: 20, filter: { or: [{ memberships: { user: { displayName: { eq: "User 0005" } } } },
                { name: { eq: "World 0007" } }] }) { nodes { name } } }"#
                .into(),
            by_hand: |who| {
                format!(
                    "SELECT w.id, w.name FROM worlds w WHERE {} AND (w.name = 'World 0007' OR w.id IN (SELECT m.world_id \
                     FROM memberships m JOIN users u ON u.id = m.user_id WHERE u.display_name = 'User 0005')) \
                     ORDER BY w.name, w.id LIMIT 21",
                    who.sees("w")
                )
            },
        },
        Case {
            name: "twenty alternatives three relationships away, counted",
            graphql: format!("{{ users(filter: {{ or: [{}] }}) {{ totalCount }} }}", branches(20, far)),
            by_hand: |who| {
                let names: Vec<_> = (0..20).map(|it| format!("'{}'", name(it))).collect();
                format!(
                    "SELECT count(*) FROM users a WHERE EXISTS (SELECT 1 FROM memberships m JOIN worlds w ON w.id = m.world_id \
                     JOIN memberships n ON n.world_id = w.id JOIN users u ON u.id = n.user_id WHERE m.user_id = a.id AND {} \
                     AND u.display_name IN ({}))",
                    who.sees("w"),
                    names.join(", ")
                )
            },
        },
        Case {
            name: "twenty conditions of `memberCount`",
            graphql: format!("{{ worlds(first: 20, filter: {{ and: [{}] }}) {{ nodes {{ name }} }} }}", branches(20, counts)),
            by_hand: |who| {
                format!(
                    "SELECT w.id, w.name FROM worlds w WHERE {} AND (SELECT count(*) FROM memberships m WHERE m.world_id = w.id) \
                     > -11 ORDER BY w.name, w.id LIMIT 21",
                    who.sees("w")
                )
            },
        },
        Case {
            name: "the fullest worlds",
            graphql: "{ worlds(first: 20, sort: { field: MEMBER_COUNT, order: DESC }) { nodes { name memberCount } } }".into(),
            by_hand: |who| {
                format!(
                    "SELECT w.id, w.name, (SELECT count(*) FROM memberships m WHERE m.world_id = w.id) AS n FROM worlds w \
                     WHERE {} ORDER BY n DESC, w.id DESC LIMIT 21",
                    who.sees("w")
                )
            },
        },
        Case {
            name: "memberships by world and person",
            graphql: r#"{ memberships(first: 20, filter: { world: { name: { startsWith: "World 00" } },
                user: { displayName: { startsWith: "User 1" } } }) { nodes { role } } }"#
                .into(),
            by_hand: |who| {
                format!(
                    "SELECT m.id, m.role FROM memberships m JOIN worlds w ON w.id = m.world_id JOIN users u ON u.id = m.user_id \
                     WHERE {} AND substr(w.name, 1, 8) = 'World 00' AND substr(u.display_name, 1, 6) = 'User 1' \
                     ORDER BY m.inserted_at, m.id LIMIT 21",
                    who.sees("w")
                )
            },
        },
        Case {
            name: "people in worlds of one owner, with their number",
            graphql: r#"{ users(first: 20, filter: { worlds: { owner: { displayName: { startsWith: "User 00" } } } })
                { nodes { displayName } totalCount } }"#
                .into(),
            by_hand: |who| {
                let rows = format!(
                    "FROM users a WHERE EXISTS (SELECT 1 FROM memberships m JOIN worlds w ON w.id = m.world_id \
                     JOIN users o ON o.id = w.owner_id WHERE m.user_id = a.id AND {} AND substr(o.display_name, 1, 7) = 'User 00')",
                    who.sees("w")
                );
                format!("SELECT a.id, a.display_name, (SELECT count(*) {rows}) {rows} ORDER BY a.display_name, a.id LIMIT 21")
            },
        },
    ]
}

fn id(table: u32, row: u32) -> String {
    format!("{table:08x}-0000-7000-8000-{row:012x}")
}

fn name(row: u32) -> String {
    format!("User {:04}", 5 + row * 100)
}

/// Fills the tables, and lets the database look at them.
async fn fill(connection: &DatabaseConnection) {
    let time = "'2026-01-01T00:00:00.000000Z'";
    let users = (1..=PEOPLE).map(|it| {
        let role = if it == COORDINATOR { "COORDINATOR" } else { "MEMBER" };
        format!("('{}', 'User {it:04}', 'u{it}@example.org', '{role}', {time}, {time})", id(1, it))
    });
    let worlds = (1..=PEOPLE).map(|it| {
        let (number, owner) = (it * 7_919 % PEOPLE, it % PEOPLE + 1);
        let visibility = if it % 10 == 0 { "PRIVATE" } else { "PUBLIC" };
        format!("('{}', 'World {number:04}', 'w{it}', '{visibility}', '{}', {time}, {time})", id(2, it), id(1, owner))
    });
    let memberships = (1..=PEOPLE * EACH).map(|it| {
        let (world, user) = (it % PEOPLE + 1, (it * 31 + it / PEOPLE * 97) % PEOPLE + 1);
        format!("('{}', 'GUEST', '{}', '{}', {time}, {time})", id(3, it), id(2, world), id(1, user))
    });
    insert(connection, "users (id, display_name, email, role, inserted_at, updated_at)", users).await;
    insert(connection, "worlds (id, name, slug, visibility, owner_id, inserted_at, updated_at)", worlds).await;
    insert(connection, "memberships (id, role, world_id, user_id, inserted_at, updated_at)", memberships).await;
    run(connection, "ANALYZE").await;
}

async fn insert(connection: &DatabaseConnection, into: &str, rows: impl Iterator<Item = String>) {
    let rows: Vec<String> = rows.collect();
    for rows in rows.chunks(1_000) {
        run(connection, &format!("INSERT INTO {into} VALUES {}", rows.join(", "))).await;
    }
}

async fn run(connection: &DatabaseConnection, sql: &str) {
    if let Err(error) = connection.execute_unprepared(sql).await {
        panic!("{error}\n{}", &sql[..sql.len().min(2_000)]);
    }
}

/// The least times of several runs of two things that take turns, in milliseconds.
async fn least(clock: &Clock, one: impl AsyncFn(), other: impl AsyncFn()) -> (f64, f64) {
    let mut least = (f64::INFINITY, f64::INFINITY);
    for _ in 0..RUNS {
        clock.take();
        one().await;
        least.0 = least.0.min(clock.take() * 1_000.0);
        other().await;
        least.1 = least.1.min(clock.take() * 1_000.0);
    }
    least
}

async fn measure(engine: &Engine, clock: &Clock) {
    let connection = engine.system("a test").unpoliced("what no action does");
    fill(&connection).await;
    let api = Api::new(engine.clone(), Options::default()).unwrap_or_else(|error| panic!("{error:?}"));
    for (who, person, called) in [(Who::Member, MEMBER, "member"), (Who::Coordinator, COORDINATOR, "coordinator")] {
        let person = id(1, person).parse().unwrap_or_else(|error| panic!("{error}"));
        let acting = engine.system("a measurement").acting_as(person).await;
        let actor: Actor = acting.unwrap_or_else(|error| panic!("{error:?}")).actor().clone();
        for case in cases() {
            let cx: Context = engine.context(actor.clone());
            let statement = Statement::from_string(connection.get_database_backend(), (case.by_hand)(who));
            let ours = async || {
                let answer = api.execute(&cx, Request::new(&case.graphql)).await;
                let answer = String::from_utf8_lossy(&answer.body).into_owned();
                assert!(!answer.contains("\"errors\""), "{}: {answer}", case.name);
            };
            let by_hand = async || {
                let rows = connection.query_all_raw(statement.clone()).await;
                assert!(rows.is_ok(), "{}: {rows:?}", case.name);
            };
            let (ours, by_hand) = least(clock, ours, by_hand).await;
            println!("| {} | {called} | {ours:.1} | {by_hand:.1} | {:.1} |", case.name, ours / by_hand);
        }
    }
}

#[tokio::main]
async fn main() {
    let clock = Clock::default();
    let subscriber = Registry::default().with(clock.clone());
    tracing::subscriber::set_global_default(subscriber).unwrap_or_else(|error| panic!("{error}"));
    let application = app::App::application();
    for backend in [Backend::Postgres, Backend::Sqlite] {
        println!("\n| {backend:?} | as | ms | by hand, ms | ratio |\n|---|---|---|---|---|");
        on(backend, &application, async |engine| measure(&engine, &clock).await).await;
    }
}
