//! PostgreSQL through a pooler that lends its connections for one transaction each: nobody meets what another client left there.

use std::str::FromStr;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use samara::database::{Backend, Database, Options};
use samara::engine::Engine;
use samara::error::{Code, Error};
use samara::migration::create_tables;
use samara::prelude::*;
use samara::testing::{Cluster, Pooler, TestDatabase};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, Row};

use crate::accounts::User;
use crate::support::sign_in;

/// A server behind two connections, and several programs before them.
struct Place {
    database: TestDatabase,
    pooler: Pooler,
}

impl Place {
    async fn new() -> Self {
        let database = TestDatabase::with_tables(Backend::Postgres, &sign_in::application().ir).await;
        let pooler = Pooler::before(database.url(), 2);
        Self { database, pooler }
    }

    async fn engine(&self) -> Engine {
        let options = Options::default();
        let database = Database::connect_through(self.pooler.url(), self.database.url(), &options).await.unwrap();
        Engine::new(sign_in::application().verified().unwrap(), database)
    }
}

#[tokio::test]
async fn many_clients_share_two_connections_and_get_their_own_rows() {
    let place = Place::new().await;
    let engines = join_all((0..3).map(|_| place.engine())).await;
    let clients =
        (0_i64..).zip(&engines).flat_map(|(number, engine)| (0..10).map(move |client| (number, client, engine)));
    join_all(clients.map(|(number, client, engine)| async move {
        let cx = engine.system("a test");
        let name = format!("{number}-{client}");
        for round in 0..5_i64 {
            let email = format!("{name}-{round}@example.org");
            register(&cx, &name, &email).await;
            // Each program asks in another order. Where statements had names, the same name would be another statement.
            match (number + round) % 2 {
                0 => assert_eq!(named(&cx, &name).await.unwrap(), round + 1, "{name} in round {round}"),
                _ => assert_eq!(who(&cx, &email).await, name),
            }
        }
    }))
    .await;
    for engine in engines {
        engine.database().close().await;
    }
    place.database.remove().await;
}

#[tokio::test]
async fn nothing_is_left_on_a_connection_for_the_next_client() {
    let place = Place::new().await;
    let engine = place.engine().await;
    let cx = engine.system("a test");
    for round in 0..5 {
        register(&cx, "ada", &format!("ada-{round}@example.org")).await;
        assert_eq!(cx.transaction(async |cx| named(cx, "ada").await).await.unwrap(), round + 1);
    }
    // Another client is lent either connection.
    let mut next =
        PgConnectOptions::from_str(place.pooler.url()).unwrap().extra_float_digits(None).connect().await.unwrap();
    for _ in 0..4 {
        let asked = "SELECT (SELECT count(*) FROM pg_prepared_statements) || ' ' || current_setting('lock_timeout')";
        let left: String = sqlx::raw_sql(asked).fetch_one(&mut next).await.unwrap().get(0);
        assert_eq!(left, "0 0");
    }
    next.close().await.unwrap();
    let observed = engine.system("a test").unpoliced("to look at the server");
    let idle = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    assert_eq!(number(&observed, idle).await, 0);
    engine.database().close().await;
    place.database.remove().await;
}

#[tokio::test]
async fn statements_beside_the_policies_go_straight_to_the_server() {
    let place = Place::new().await;
    let engine = place.engine().await;
    let direct = engine.system("a test").unpoliced("to look at the server");
    let names = "SELECT count(*) FROM pg_prepared_statements";
    number(&direct, names).await;
    assert!(number(&direct, names).await > 0, "they keep names, as a session of one's own can");
    engine.database().close().await;
    place.database.remove().await;
}

#[tokio::test]
async fn addresses_with_which_nothing_would_last_are_refused() {
    let place = Place::new().await;
    let other = TestDatabase::empty(Backend::Postgres).await;
    let (pooler, direct) = (place.pooler.url(), place.database.url());
    let with_options = format!("{pooler}&options=-c%20lock_timeout%3D1s");
    for (pooler, direct, said) in [
        (pooler, other.url(), "another database"),
        (&with_options, direct, "`options`"),
        ("sqlite::memory:", direct, "not a PostgreSQL address"),
        (pooler, "sqlite::memory:", "not a PostgreSQL address"),
    ] {
        let refused = Database::connect_through(pooler, direct, &Options::default()).await.unwrap_err();
        assert_eq!(refused.code(), Code::Invalid);
        assert!(refused.to_string().contains(said), "{refused}");
    }
    let nowhere = Database::connect_through(pooler, "postgres://nobody@127.0.0.1:1/app", &Options::default()).await;
    assert_eq!(nowhere.unwrap_err().code(), Code::Unavailable);
    // A pooler that is taken for a server is told by what it does not know.
    assert_eq!(Database::connect(pooler).await.unwrap_err().code(), Code::Unavailable);
    other.remove().await;
    place.database.remove().await;
}

#[tokio::test]
async fn a_server_that_was_away_is_reached_again() {
    let cluster = Cluster::own();
    let pooler = Pooler::before(&cluster.url("postgres"), 2);
    let database =
        Database::connect_through(pooler.url(), &cluster.url("postgres"), &Options::default()).await.unwrap();
    let engine = Engine::new(sign_in::application().verified().unwrap(), database);
    create_tables(&engine.system("a test").unpoliced("to make tables"), engine.app()).await.unwrap();
    let cx = engine.system("a test");
    register(&cx, "ada", "ada@example.org").await;
    cluster.stop();
    assert_eq!(named(&cx, "ada").await.unwrap_err().code(), Code::Unavailable);
    cluster.resume();
    // The pooler refuses who comes before it has looked at the server again, a third of a second later.
    let give_up = Instant::now() + Duration::from_secs(30);
    let found = loop {
        match named(&cx, "ada").await {
            Err(refused) if Instant::now() < give_up => assert_eq!(refused.code(), Code::Unavailable),
            found => break found,
        }
    };
    assert_eq!(found.unwrap(), 1);
    engine.database().close().await;
}

async fn register(cx: &Context, name: &str, email: &str) {
    User::register().email(email).display_name(name).run(cx).await.unwrap();
}

/// How many have that name.
async fn named(cx: &Context, name: &str) -> Result<i64, Error> {
    let name = name.to_owned();
    User::query().filter(expr!(|it| it.display_name == name)).count(cx).await
}

/// The name of whoever has that address.
async fn who(cx: &Context, email: &str) -> String {
    let email = CiString::from(email);
    let found = User::query().filter(expr!(|it| it.email == email)).select(|it| it.display_name).all(cx).await.unwrap();
    found.concat()
}

async fn number(connection: &DatabaseConnection, sql: &str) -> i64 {
    let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, []);
    connection.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}
