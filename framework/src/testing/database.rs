//! One fresh database.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::Mutex;

use super::cluster::Cluster;
use crate::application::Application;
use crate::database::{Backend, Database};
use crate::engine::Engine;
use crate::ir::App;
use crate::migration::create_tables;
use crate::settings::Secret;
use crate::table::declared;

/// A database that no other test uses. [`TestDatabase::remove`] it in the end. [`on_both`](super::on_both) does all that for a test.
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/example.rs"));
/// # async fn test() {
/// let database = testing::TestDatabase::with_tables(Backend::Postgres, &App::application().ir).await;
/// let engine = database.engine(&App::application()).await;
/// assert_eq!(World::query().count(&engine.system("tests")).await.unwrap(), 0);
/// engine.database().close().await;
/// database.remove().await;
/// # }
/// # fn main() {}
/// ```
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    place: Backing,
}

#[derive(Debug)]
enum Backing {
    File(PathBuf),
    Server(String),
}

/// Templates of this process, by the tables that are in them.
static TEMPLATES: Mutex<Option<HashMap<String, String>>> = Mutex::const_new(None);

#[expect(clippy::expect_used, reason = "a test whose database cannot be made has nothing to go on with")]
impl TestDatabase {
    /// A database without tables.
    ///
    /// # Panics
    /// If it cannot be made.
    pub async fn empty(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => Self::file(),
            Backend::Postgres => Self::clone_of("template0").await,
        }
    }

    /// A database with the application's tables, all empty.
    ///
    /// # Panics
    /// If it cannot be made.
    pub async fn with_tables(backend: Backend, app: &App) -> Self {
        match backend {
            Backend::Sqlite => {
                let database = Self::file();
                database.make_tables(app).await;
                database
            }
            Backend::Postgres => Self::clone_of(&template(app).await).await,
        }
    }

    /// Its address, as `DATABASE_URL` takes it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// An engine on it.
    ///
    /// # Panics
    /// If it cannot be reached, or the declaration breaks a rule.
    pub async fn engine(&self, application: &Application) -> Engine {
        let database = Database::connect(&self.url).await.expect("a test's database answers");
        let application = application.clone().verified().expect("a test's declaration keeps the rules");
        Engine::new(application, database).keyed(Secret::of("the key of every test"))
    }

    /// Removes it with everything in it, also if there are connections.
    ///
    /// # Panics
    /// If the server refuses.
    pub async fn remove(self) {
        if let Backing::Server(name) = &self.place {
            on_server(&format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)")).await;
        }
    }

    fn file() -> Self {
        let folder = std::env::temp_dir().join(unique("samara-sqlite"));
        std::fs::create_dir(&folder).expect("a temporary folder can be made");
        let url = format!("sqlite://{}?mode=rwc", folder.join("test.db").display());
        Self { url, place: Backing::File(folder) }
    }

    async fn clone_of(template: &str) -> Self {
        let name = unique("samara");
        on_server(&format!("CREATE DATABASE \"{name}\" TEMPLATE \"{template}\"")).await;
        Self { url: Cluster::shared().url(&name), place: Backing::Server(name) }
    }

    async fn make_tables(&self, app: &App) {
        let database = Database::connect(&self.url).await.expect("a test's database answers");
        create_tables(database.connection(), app).await.expect("the tables can be made");
        database.close().await;
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Backing::File(folder) = &self.place {
            // A file that remains does no harm.
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

/// The name of a database that holds the app's tables and that nobody is connected to.
async fn template(app: &App) -> String {
    let tables = format!("{:?}", declared(app));
    let mut templates = TEMPLATES.lock().await;
    let templates = templates.get_or_insert_default();
    if let Some(name) = templates.get(&tables) {
        return name.clone();
    }
    let database = TestDatabase::clone_of("template0").await;
    database.make_tables(app).await;
    let Backing::Server(name) = &database.place else { return String::new() };
    templates.insert(tables, name.clone());
    name.clone()
}

#[expect(clippy::expect_used, reason = "a test whose database cannot be made has nothing to go on with")]
async fn on_server(sql: &str) {
    let server = Database::connect(&Cluster::shared().url("postgres")).await.expect("PostgreSQL answers");
    server.execute_script(sql).await.expect("PostgreSQL does as a test's database needs");
    server.close().await;
}

/// A name that no other process uses.
fn unique(what: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_nanos());
    format!("{what}_{}_{nanos:x}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}
