//! A migration changes the tables while every connection of the pool has statements prepared for them: nobody notices.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use futures_util::future::join_all;
use futures_util::poll;
use samara::context::Context;
use samara::database::{Backend, Database, Options};
use samara::engine::Engine;
use samara::prelude::*;
use samara::testing::TestDatabase;
use sea_orm::ConnectionTrait;
use tokio::sync::Barrier;

use crate::support::served;

/// A note.
#[resource(table = "notes", timestamps = false)]
pub struct Note {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[attribute(public)]
    pub body: String,
    #[attribute(public, default = 0)]
    pub likes: i64,
}

#[actions]
impl Note {
    #[read(primary, sort = [title], paginate(keyset, default = 50, max = 250))]
    fn list();

    #[create(private, accept = [title, body, likes])]
    fn write();

    #[update(private, accept = [title, body, likes])]
    fn rewrite();
}

#[policies]
impl Note {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Note])]
pub struct Notes;

samara::app!(App, domains = [Notes]);

/// More than the times that a transaction is tried: each attempt may come upon another connection that knows the old tables.
const CONNECTIONS: usize = 6;

/// A change of the table, for each database. SQLite alters no column: the table is made anew under another name.
struct Change {
    what: &'static str,
    postgres: &'static str,
    sqlite: &'static str,
}

const CHANGES: [Change; 6] = [
    Change {
        what: "a column is added",
        postgres: "ALTER TABLE notes ADD COLUMN extra TEXT",
        sqlite: "ALTER TABLE notes ADD COLUMN extra TEXT",
    },
    Change {
        what: "a column that nobody reads is dropped",
        postgres: "ALTER TABLE notes DROP COLUMN extra",
        sqlite: "ALTER TABLE notes DROP COLUMN extra",
    },
    Change {
        what: "a column has another type",
        postgres: "ALTER TABLE notes ALTER COLUMN title TYPE VARCHAR(200)",
        sqlite: "BEGIN IMMEDIATE;
            CREATE TABLE other (id TEXT PRIMARY KEY NOT NULL, likes INTEGER NOT NULL, title VARCHAR(200) NOT NULL, body TEXT NOT NULL);
            INSERT INTO other (id, likes, title, body) SELECT id, likes, title, body FROM notes;
            DROP TABLE notes; ALTER TABLE other RENAME TO notes; COMMIT",
    },
    Change {
        what: "a column may be NULL",
        postgres: "ALTER TABLE notes ALTER COLUMN body DROP NOT NULL",
        sqlite: "BEGIN IMMEDIATE;
            CREATE TABLE other (body TEXT, id TEXT PRIMARY KEY NOT NULL, title VARCHAR(200) NOT NULL, likes INTEGER NOT NULL);
            INSERT INTO other (id, likes, title, body) SELECT id, likes, title, body FROM notes;
            DROP TABLE notes; ALTER TABLE other RENAME TO notes; COMMIT",
    },
    Change {
        what: "the table has another name and then its own again",
        postgres: "BEGIN; ALTER TABLE notes RENAME TO elsewhere; ALTER TABLE elsewhere RENAME TO notes; COMMIT",
        sqlite: "BEGIN IMMEDIATE; ALTER TABLE notes RENAME TO elsewhere; ALTER TABLE elsewhere RENAME TO notes; COMMIT",
    },
    Change {
        what: "two columns have other types",
        postgres: "ALTER TABLE notes ALTER COLUMN title TYPE TEXT, ALTER COLUMN body TYPE VARCHAR(200)",
        sqlite: "ALTER TABLE notes ADD COLUMN more TEXT",
    },
];

impl Change {
    async fn make(&self, on: &Connecting) {
        let sql = if on.is_postgres() { self.postgres } else { self.sqlite };
        on.migrate(sql).await;
    }
}

/// A database, and somebody else who changes its tables by a connection of their own.
struct Connecting {
    place: TestDatabase,
    migrating: Engine,
    engine: Engine,
}

impl Connecting {
    async fn to(backend: Backend) -> Self {
        let application = App::application();
        let place = TestDatabase::with_tables(backend, &application.ir).await;
        let most = u32::try_from(CONNECTIONS).unwrap();
        let options = Options { postgres_connections: most, sqlite_connections: most, ..Options::default() };
        let database = Database::connect_with(place.url(), &options).await.unwrap();
        let engine = Engine::new(application.clone().verified().unwrap(), database);
        Self { migrating: place.engine(&application).await, place, engine }
    }

    fn is_postgres(&self) -> bool {
        self.engine.database().capability().backend == Backend::Postgres
    }

    async fn migrate(&self, sql: &str) {
        let cx = self.migrating.system("a migration");
        cx.unpoliced("what no action does").execute_unprepared(sql).await.unwrap();
    }

    /// Has each connection of the pool prepare what [`everything`] sends. In the first round some may only forget what is outdated, and be tried
    /// again by another connection; the second one finds nothing outdated.
    async fn warm(&self) {
        for _ in 0..2 {
            self.warm_once().await;
        }
    }

    async fn warm_once(&self) {
        let cx = self.engine.system("tests");
        if self.is_postgres() {
            let all = Barrier::new(CONNECTIONS);
            let held = (0..CONNECTIONS).map(|_| async {
                let waited = AtomicBool::new(false);
                cx.transaction(async |inside| {
                    // An attempt that is made again finds the others gone.
                    if !waited.swap(true, Ordering::Relaxed) {
                        all.wait().await;
                    }
                    everything(inside).await
                })
                .await
                .unwrap();
            });
            join_all(held).await;
        } else {
            // One writes at a time. The connection that was used last is lent last.
            join_all((0..CONNECTIONS).map(|_| async { Note::query().run(&cx).await.unwrap() })).await;
            for _ in 0..2 * CONNECTIONS {
                cx.transaction(async |inside| everything(inside).await).await.unwrap();
            }
        }
    }

    async fn end(self) {
        self.engine.database().close().await;
        self.migrating.database().close().await;
        self.place.remove().await;
    }
}

/// Creates, updates and reads a note.
async fn everything(cx: &Context) -> Result<()> {
    let made = Note::write().title("a title").body("a body").run(cx).await?;
    let made = Note::rewrite(made.id).title("another title").likes(made.likes + 1).run(cx).await?;
    let id = made.id;
    let notes = Note::query().filter(expr!(|it| it.id == id)).run(cx).await?;
    let read: Vec<_> = notes.iter().map(|it| (it.title.as_str(), it.body.as_str(), it.likes)).collect();
    assert_eq!(read, [("another title", "a body", 1)]);
    Ok(())
}

#[tokio::test]
async fn a_change_of_the_tables_is_not_noticed_by_who_reads_and_writes() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let on = Connecting::to(backend).await;
        let cx = on.engine.system("tests");
        for within in [false, true] {
            for change in &CHANGES {
                on.warm().await;
                change.make(&on).await;
                for turn in 0..2 * CONNECTIONS {
                    let done = match within {
                        true => cx.transaction(async |inside| everything(inside).await).await,
                        false => everything(&cx).await,
                    };
                    assert!(done.is_ok(), "{backend:?}, {}, within {within}, turn {turn}: {done:?}", change.what);
                }
            }
            // The changes are made once more, of tables as they were.
            let back = ["ALTER TABLE notes DROP COLUMN more", ""][usize::from(on.is_postgres())];
            on.migrate(back).await;
        }
        on.end().await;
    }
}

#[tokio::test]
async fn a_transaction_in_the_middle_of_which_the_tables_change_is_done_again_as_a_whole() {
    let on = Connecting::to(Backend::Postgres).await;
    let cx = on.engine.system("tests");
    for (turn, ty) in ["VARCHAR(200)", "TEXT"].into_iter().enumerate() {
        on.warm().await;
        let before = Note::query().count(&cx).await.unwrap();
        let attempts = AtomicU32::new(0);
        let done = cx.transaction(async |inside| {
            if attempts.fetch_add(1, Ordering::Relaxed) == 0 {
                on.migrate(&format!("ALTER TABLE notes ALTER COLUMN title TYPE {ty}")).await;
            }
            // The inner one belongs to the outer one, which alone is done again.
            inside.transaction(async |inner| everything(inner).await).await
        });
        done.await.unwrap();
        assert_eq!(attempts.load(Ordering::Relaxed), 2, "turn {turn}");
        assert_eq!(Note::query().count(&cx).await.unwrap(), before + 1);
    }
    on.end().await;
}

#[tokio::test]
async fn who_is_gone_while_a_connection_forgets_its_statements_leaves_it_of_use() {
    let on = Connecting::to(Backend::Postgres).await;
    let cx = on.engine.system("tests");
    for polls in 1..12 {
        on.warm().await;
        let ty = ["VARCHAR(200)", "TEXT"][polls % 2];
        on.migrate(&format!("ALTER TABLE notes ALTER COLUMN title TYPE {ty}")).await;
        for _ in 0..CONNECTIONS {
            let mut reading = pin!(async { Note::query().run(&cx).await.map(drop) });
            for _ in 0..polls {
                if poll!(reading.as_mut()).is_ready() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        for _ in 0..2 * CONNECTIONS {
            everything(&cx).await.unwrap();
            cx.transaction(async |inside| everything(inside).await).await.unwrap();
        }
    }
    on.end().await;
}

#[tokio::test]
async fn who_is_signed_in_stays_so_when_the_tables_of_sessions_and_users_change() {
    served::on_both(async |served| {
        let browser = served.browser();
        browser.sign_in(&served, "ada@example.org").await;
        let is_postgres = served.engine.database().capability().backend == Backend::Postgres;
        let changes = match is_postgres {
            true => [
                "ALTER TABLE sessions ALTER COLUMN kind TYPE VARCHAR(50)",
                "ALTER TABLE users ADD COLUMN extra TEXT",
                "ALTER TABLE users ALTER COLUMN display_name TYPE VARCHAR(200)",
            ],
            false => [
                "ALTER TABLE sessions ADD COLUMN extra TEXT",
                "ALTER TABLE users ADD COLUMN extra TEXT",
                "ALTER TABLE sessions DROP COLUMN extra",
            ],
        };
        for change in changes {
            join_all((0..30).map(|_| browser.current_user())).await;
            let cx = served.engine.system("a migration");
            cx.unpoliced("what no action does").execute_unprepared(change).await.unwrap();
            for _ in 0..20 {
                assert_eq!(browser.current_user().await.as_deref(), Some("ada"), "{change}");
            }
        }
    })
    .await;
}
