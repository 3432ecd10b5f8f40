//! What the engine costs beside the same work written by hand, and how it grows with the number of rows.
//!
//! Prints a table for each database. Each figure is the least time of several runs of ours and of those by hand, which take turns. See
//! `docs/measurements.md` for the command. With the argument `large`, ten million rows are written to PostgreSQL and read.

#![expect(clippy::print_stdout, reason = "it prints a table")]
#![expect(clippy::expect_used, reason = "a measurement that fails has nothing to go on with")]

#[path = "shared/activities.rs"]
mod activities;

use std::time::{Duration, Instant};

use samara::call;
use samara::context::{Actor as Acting, Context};
use samara::database::Backend;
use samara::engine::Engine;
use samara::graphql::{Api, Options, Request};
use samara::migration::sea_orm::sqlx::{
    AssertSqlSafe, PgPool, QueryBuilder, Row as _, SqlitePool, query, query_scalar, raw_sql,
};
use samara::migration::sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Set,
};
use samara::prelude::*;
use samara::testing::on;

use activities::{Activity, App, User};

/// The same table as SeaORM has it.
#[expect(unreachable_pub, reason = "SeaORM makes public what its macros emit")]
mod entity {
    use samara::migration::sea_orm;
    use samara::migration::sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "activities")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub kind: String,
        pub world: String,
        pub detail: Json,
        pub occurred_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Rows of the table, but for the ten millions.
const ROWS: u64 = 100_000;
const LARGE: u64 = 10_000_000;
/// People who did them.
const PEOPLE: u64 = 100;
/// Rows of one bulk create.
const BULK: usize = 10_000;

const LIST: &str = "{ activities(first: 50) { nodes { id kind world detail occurredAt } } }";
const DEEP: &str =
    "query($after: String) { activities(first: 250, after: $after) { nodes { id kind } pageInfo { endCursor } } }";
const PAGE: &str =
    "query($after: String) { activities(first: 50, after: $after) { nodes { id kind world occurredAt } } }";

/// One database, and somebody who asks.
struct Place {
    engine: Engine,
    api: Api,
    cx: Context,
    user: Uuid,
    hand: Hand,
    sea_orm: DatabaseConnection,
}

/// A connection of one's own.
enum Hand {
    Postgres(PgPool),
    Sqlite(SqlitePool),
}

#[tokio::main]
async fn main() {
    if std::env::args().any(|it| it == "large") {
        return on(Backend::Postgres, &App::application(), async |engine| large(&Place::of(engine).await).await).await;
    }
    for backend in [Backend::Sqlite, Backend::Postgres] {
        println!("{backend:?}");
        on(backend, &App::application(), async |engine| {
            let place = Place::of(engine).await;
            bulk(&place).await;
            place.fill(ROWS).await;
            json(&place).await;
            if backend == Backend::Postgres {
                typed(&place).await;
            }
            deep(&place).await;
        })
        .await;
    }
}

impl Place {
    async fn of(engine: Engine) -> Self {
        let system = engine.system("a measurement");
        let sea_orm = system.unpoliced("the same by hand");
        let hand = match engine.database().capability().backend {
            Backend::Postgres => Hand::Postgres(sea_orm.get_postgres_connection_pool().clone()),
            Backend::Sqlite => Hand::Sqlite(sea_orm.get_sqlite_connection_pool().clone()),
        };
        let user = User::register().email("u1@example.org").run(&system).await.expect("a user").id;
        let actor: Acting = system.acting_as(user).await.expect("an actor").actor().clone();
        let api = Api::new(engine.clone(), Options::default()).expect("an API");
        Self { cx: engine.context(actor), engine, api, user, hand, sea_orm }
    }

    /// So many rows, of which a hundredth is the user's; the database has looked at them.
    async fn fill(&self, rows: u64) {
        let user = self.user;
        let statements: &[String] = match &self.hand {
            Hand::Postgres(_) => &[
                format!(
                    "INSERT INTO users (id, email, name, role, inserted_at) \
                     SELECT gen_random_uuid(), 'other' || n, '', 'user', now() FROM generate_series(2, {PEOPLE}) n"
                ),
                format!(
                    "INSERT INTO activities (id, user_id, kind, world, detail, occurred_at) \
                     SELECT gen_random_uuid(), people[1 + n % {PEOPLE}], (array['trade','quest','build'])[1 + n % 3], 'a world', \
                     '{{\"step\": 1}}', timestamptz '2026-01-01' + n * interval '1 second' \
                     FROM generate_series(0, {rows} - 1) n, (SELECT array_agg(id ORDER BY id <> '{user}') AS people FROM users) p"
                ),
            ],
            Hand::Sqlite(_) => &[
                format!(
                    "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {PEOPLE}) \
                     INSERT INTO users (id, email, name, role, inserted_at) SELECT printf('%08x-0000-7000-8000-000000000000', i), \
                     'other' || i, '', 'user', '2026-01-01T00:00:00.000000Z' FROM n"
                ),
                format!(
                    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {rows} - 1) \
                     INSERT INTO activities (id, user_id, kind, world, detail, occurred_at) \
                     SELECT printf('%08x-0000-7000-9000-000000000000', i), \
                     CASE i % {PEOPLE} WHEN 0 THEN '{user}' ELSE printf('%08x-0000-7000-8000-000000000000', 1 + i % {PEOPLE}) END, \
                     'trade', 'a world', '{{\"step\":1}}', strftime('%Y-%m-%dT%H:%M:%S.000000Z', 1767225600 + i, 'unixepoch') FROM n"
                ),
            ],
        };
        for statement in ["DELETE FROM activities", "DELETE FROM users WHERE email LIKE 'other%'"] {
            self.run(statement).await;
        }
        for statement in statements {
            self.run(statement).await;
        }
        self.run(if matches!(self.hand, Hand::Postgres(_)) { "VACUUM ANALYZE activities" } else { "ANALYZE" }).await;
    }

    async fn run(&self, sql: &str) {
        let Hand::Postgres(pool) = &self.hand else {
            self.sea_orm.execute_unprepared(sql).await.expect("a statement by hand");
            return;
        };
        // Writing ten million rows takes longer than a server's statements may.
        let mut connection = pool.acquire().await.expect("a connection");
        for sql in ["SET statement_timeout = 0", sql, "RESET statement_timeout"] {
            raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut *connection).await.expect("a statement by hand");
        }
    }

    async fn ask(&self, query: &str, variables: serde_json::Value) -> serde_json::Value {
        let variables = variables.as_object().cloned().unwrap_or_default();
        let answer = self.api.execute(&self.cx, Request { variables, ..Request::new(query) }).await;
        let answer: serde_json::Value = serde_json::from_slice(&answer.body).expect("JSON");
        assert!(answer["errors"].is_null(), "{answer}");
        answer
    }
}

/// A list as JSON, beside a statement of which the database makes the JSON.
async fn json(place: &Place) {
    let ours = async || drop(place.api.execute(&place.cx, Request::new(LIST)).await);
    let user = place.user.to_string();
    let by_hand = async || {
        let length = match &place.hand {
            Hand::Sqlite(pool) => {
                let sql = "SELECT json_group_array(json_object('id', id, 'kind', kind, 'world', world, 'detail', json(detail), \
                           'occurredAt', occurred_at)) FROM (SELECT * FROM activities WHERE user_id = ? \
                           ORDER BY occurred_at DESC, id DESC LIMIT 50)";
                query_scalar::<_, String>(sql).bind(&user).fetch_one(pool).await.expect("a list").len()
            }
            Hand::Postgres(pool) => {
                let sql = "SELECT json_agg(json_build_object('id', id, 'kind', kind, 'world', world, 'detail', detail, \
                           'occurredAt', occurred_at))::text FROM (SELECT * FROM activities WHERE user_id = $1 \
                           ORDER BY occurred_at DESC, id DESC LIMIT 50) it";
                query_scalar::<_, String>(sql).bind(place.user).fetch_one(pool).await.expect("a list").len()
            }
        };
        assert!(length > 5_000, "fifty rows");
    };
    print("fifty rows as JSON, beside a JSON statement by hand", least(400, ours, by_hand).await);
}

/// Typed calls, beside the same with SeaORM.
async fn typed(place: &Place) {
    let (cx, user, hand) = (&place.cx, place.user, &place.sea_orm);
    let ours = async || {
        let rows = Activity::query().limit(50).all(cx).await.expect("rows");
        assert_eq!(rows.len(), 50);
    };
    let by_hand = async || {
        let rows = entity::Entity::find().filter(entity::Column::UserId.eq(user));
        let rows = rows.order_by_desc(entity::Column::OccurredAt).order_by_desc(entity::Column::Id).limit(50);
        assert_eq!(rows.all(hand).await.expect("rows").len(), 50);
    };
    print("fifty typed rows, beside SeaORM by hand", least(400, ours, by_hand).await);
    let id = Activity::query().limit(1).all(cx).await.expect("a row")[0].id;
    let ours = async || drop(Activity::get(id).run(cx).await.expect("a row").expect("one"));
    let by_hand = async || {
        let row = entity::Entity::find_by_id(id).filter(entity::Column::UserId.eq(user));
        drop(row.one(hand).await.expect("a row").expect("one"));
    };
    print("one typed row by its key, beside SeaORM by hand", least(800, ours, by_hand).await);
    let ours = async || drop(Activity::create().kind("trade").world("a world").run(cx).await.expect("a row"));
    let by_hand = async || {
        let row = entity::ActiveModel {
            id: Set(Uuid::now_v7()),
            user_id: Set(user),
            kind: Set("trade".into()),
            world: Set("a world".into()),
            detail: Set(serde_json::json!({})),
            occurred_at: Set(DateTimeUtc::from(std::time::SystemTime::now())),
        };
        drop(row.insert(hand).await.expect("a row"));
    };
    print("a typed create, beside SeaORM by hand", least(800, ours, by_hand).await);
}

/// Ten thousand new rows, beside inserts of as many rows as a statement takes.
async fn bulk(place: &Place) {
    let calls = || (0..BULK).map(|_| Activity::create().kind("trade").world("a world"));
    let ours = async || {
        assert_eq!(call::create_many(calls()).run(&place.cx).await.expect("rows").len(), BULK);
    };
    let now = DateTimeUtc::from(std::time::SystemTime::now());
    let by_hand = async || {
        let into = "INSERT INTO activities (id, user_id, kind, world, detail, occurred_at) ";
        match &place.hand {
            Hand::Postgres(pool) => {
                let mut insert = QueryBuilder::<samara::migration::sea_orm::sqlx::Postgres>::new(into);
                insert.push_values(0..BULK, |mut row, _| {
                    row.push_bind(Uuid::now_v7()).push_bind(place.user).push_bind("trade").push_bind("a world");
                    row.push_bind(serde_json::json!({})).push_bind(now);
                });
                let rows = insert.push(" RETURNING *").build().fetch_all(pool).await.expect("rows");
                assert_eq!(rows.iter().filter(|it| !it.get::<Uuid, _>(0).is_nil()).count(), BULK);
            }
            Hand::Sqlite(pool) => {
                let mut transaction = pool.begin().await.expect("a transaction");
                for part in [0..BULK / 2, BULK / 2..BULK] {
                    let mut insert = QueryBuilder::<samara::migration::sea_orm::sqlx::Sqlite>::new(into);
                    insert.push_values(part, |mut row, _| {
                        row.push_bind(Uuid::now_v7().to_string()).push_bind(place.user.to_string()).push_bind("trade");
                        row.push_bind("a world").push_bind("{}").push_bind("2026-01-01T00:00:00.000000Z");
                    });
                    let rows = insert.push(" RETURNING *").build().fetch_all(&mut *transaction).await.expect("rows");
                    assert_eq!(rows.iter().filter(|it| !it.get::<String, _>(0).is_empty()).count(), BULK / 2);
                }
                transaction.commit().await.expect("rows");
            }
        }
    };
    print("ten thousand new rows, beside inserts of many rows by hand", least(5, ours, by_hand).await);
}

/// A page far from the first, beside the first.
async fn deep(place: &Place) {
    // All rows are the user's, so that there are so many pages.
    let all = match &place.hand {
        Hand::Postgres(_) => format!("UPDATE activities SET user_id = '{}'; ", place.user),
        Hand::Sqlite(_) => format!("UPDATE activities SET user_id = '{}'", place.user),
    };
    place.run(&all).await;
    place.run(if matches!(place.hand, Hand::Postgres(_)) { "VACUUM ANALYZE activities" } else { "ANALYZE" }).await;
    let mut after = serde_json::Value::Null;
    for _ in 0..320 {
        let answer = place.ask(DEEP, serde_json::json!({ "after": after })).await;
        after = answer["data"]["activities"]["pageInfo"]["endCursor"].clone();
    }
    let page = async |after: &serde_json::Value| drop(place.ask(PAGE, serde_json::json!({ "after": after })).await);
    let first = serde_json::Value::Null;
    print("the page after 80,000 rows, beside the first page", least(200, || page(&after), || page(&first)).await);
}

/// A list of one's own rows, a page with its total and one with a bounded total, among a hundred thousand and among ten million rows.
async fn large(place: &Place) {
    let counted = "{ activities(first: 50) { nodes { id } totalCount } }";
    let mut least = Vec::new();
    for rows in [ROWS, LARGE] {
        place.fill(rows).await;
        let mut times = Vec::new();
        for query in [LIST, counted] {
            times.push(least_of(30, async || drop(place.ask(query, serde_json::json!({})).await)).await);
        }
        let bounded = async || {
            let sql = "SELECT count(*) FROM (SELECT 1 FROM activities WHERE user_id = $1 LIMIT 10001) it";
            let Hand::Postgres(pool) = &place.hand else { return };
            drop(query(sql).bind(place.user).fetch_one(pool).await.expect("a count"));
        };
        times.push(least_of(30, bounded).await);
        least.push(times);
    }
    for (which, what) in
        ["fifty of one's own rows", "the same with their total", "a total up to ten thousand"].iter().enumerate()
    {
        print(&format!("{what}, of ten million beside a hundred thousand"), (least[1][which], least[0][which]));
    }
    drop(place.engine.clone());
}

/// The least times of two things that take turns.
async fn least(runs: u32, ours: impl AsyncFn(), by_hand: impl AsyncFn()) -> (Duration, Duration) {
    let mut least = (Duration::MAX, Duration::MAX);
    for _ in 0..runs {
        least.0 = least.0.min(least_of(1, &ours).await);
        least.1 = least.1.min(least_of(1, &by_hand).await);
    }
    least
}

async fn least_of(runs: u32, work: impl AsyncFn()) -> Duration {
    let mut least = Duration::MAX;
    for _ in 0..runs {
        let began = Instant::now();
        work().await;
        least = least.min(began.elapsed());
    }
    least
}

fn print(what: &str, (one, other): (Duration, Duration)) {
    let (one, other) = (one.as_secs_f64() * 1e3, other.as_secs_f64() * 1e3);
    println!("{what:<72} {one:9.3} ms {other:9.3} ms {:6.2}", one / other);
}
