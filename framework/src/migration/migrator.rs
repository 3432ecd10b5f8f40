//! Runs migrations: up, down, and their status.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::Utc;
use sea_orm::{
    ActiveValue, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, EntityTrait, QueryOrder,
    Schema as EntitySchema, Statement,
};
use sea_orm_migration::seaql_migrations::{ActiveModel, Column, Entity};
use sea_orm_migration::{MigrationTrait, SchemaManager};

use super::lock::{self, PATIENCE};
use super::server::{self, ServerUrl};
use super::{Error, MigrationCode};
use crate::database::run_to_completion;

/// An app's migrations, in the order of their names.
pub type Migrations = Vec<Box<dyn MigrationTrait>>;

/// Runs an app's migrations on one database, on a connection of its own.
///
/// Each migration is one transaction, together with its row in SeaORM's table `seaql_migrations`, on both databases: a migration that
/// fails leaves nothing. Any number of migrators may run at once; each migration is applied by one of them.
pub struct Migrator {
    connection: DatabaseConnection,
    migrations: Migrations,
    patience: Duration,
}

/// One migration on one database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationStatus {
    /// `m20260101_120000_create_worlds`.
    pub name: String,
    /// Whether it has been run.
    pub state: MigrationState,
}

/// Whether a migration has been run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MigrationState {
    /// Not yet run.
    Pending,
    /// Run.
    Applied,
}

/// What [`Migrator::replace`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaced {
    /// The database is where the new migration ends, and holds its name.
    Done,
    /// It had run none of those that would be replaced; nothing was changed.
    NotRun,
}

impl Migrator {
    /// Connects to the database at `url`, which must exist.
    ///
    /// # Errors
    /// `R0720`, `R0721`; `R0728` if two migrations share a name, or one asks for no transaction.
    pub async fn connect(url: &str, migrations: Migrations) -> Result<Self, Error> {
        let migrations = in_order(migrations)?;
        let connection = ServerUrl::parse(url)?.connect().await?;
        Ok(Self { connection, migrations, patience: PATIENCE })
    }

    /// Sets how long to wait for another migrator (600 s by default).
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Every migration, in order, with its state. Changes nothing, not even on an empty database.
    ///
    /// # Errors
    /// `R0722` if the database holds a migration that this program does not know; `R0721`.
    pub async fn status(&self) -> Result<Vec<MigrationStatus>, Error> {
        let applied = self.applied(&self.connection).await?;
        let state = |name: &str| if applied.contains(name) { MigrationState::Applied } else { MigrationState::Pending };
        Ok(self
            .migrations
            .iter()
            .map(|it| MigrationStatus { name: it.name().to_owned(), state: state(it.name()) })
            .collect())
    }

    /// The names of the migrations that are not yet run, in order. Errors as [`Migrator::status`].
    pub async fn pending(&self) -> Result<Vec<String>, Error> {
        let status = self.status().await?;
        Ok(status.into_iter().filter(|it| it.state == MigrationState::Pending).map(|it| it.name).collect())
    }

    /// Checks that no migration is pending: for a server that does not migrate when it starts.
    ///
    /// # Errors
    /// `R0726` with the names, and the command to run; and as [`Migrator::status`].
    pub async fn require_current(&self) -> Result<(), Error> {
        let pending = self.pending().await?;
        if pending.is_empty() {
            return Ok(());
        }
        let message =
            format!("the database is behind this program by {}: {}", count(pending.len()), pending.join(", "));
        Err(Error::new(
            MigrationCode::Behind,
            message,
            "run `samara db migrate` (or this program with `db migrate`) first",
        ))
    }

    /// Runs all pending migrations, in order. Returns the names of those that this call ran.
    ///
    /// # Errors
    /// `R0721` to `R0725`. Those before the one that failed stay applied.
    pub async fn up(&self) -> Result<Vec<String>, Error> {
        let mut done = Vec::new();
        loop {
            let transaction = lock::begin(&self.connection, self.patience).await?;
            install(&transaction).await?;
            let applied = self.applied(&transaction).await?;
            let Some(next) = self.migrations.iter().find(|it| !applied.contains(it.name())) else {
                run_to_completion(transaction.commit()).await.map_err(broken)?;
                return Ok(done);
            };
            tracing::info!(migration = next.name(), "migrate");
            let ran = next.up(&SchemaManager::new(&transaction)).await;
            ran.map_err(|error| Error::of_migration(next.name(), "applied", error))?;
            record(&transaction, next.name()).await?;
            finish(transaction, next.name()).await?;
            done.push(next.name().to_owned());
        }
    }

    /// Rolls back the last `steps` migrations, newest first. Returns their names; fewer if there were fewer.
    ///
    /// # Errors
    /// `R0721` to `R0725`. Those that were rolled back before the one that failed stay so.
    pub async fn down(&self, steps: usize) -> Result<Vec<String>, Error> {
        let mut done = Vec::new();
        while done.len() < steps {
            let transaction = lock::begin(&self.connection, self.patience).await?;
            install(&transaction).await?;
            let applied = self.applied(&transaction).await?;
            let Some(last) = self.migrations.iter().rev().find(|it| applied.contains(it.name())) else {
                run_to_completion(transaction.commit()).await.map_err(broken)?;
                break;
            };
            tracing::info!(migration = last.name(), "roll back");
            let ran = last.down(&SchemaManager::new(&transaction)).await;
            ran.map_err(|error| Error::of_migration(last.name(), "taken back", error))?;
            Entity::delete_by_id(last.name()).exec(&transaction).await.map_err(broken)?;
            finish(transaction, last.name()).await?;
            done.push(last.name().to_owned());
        }
        Ok(done)
    }

    /// The names of the migrations that the database at `url` has run, whichever program they belong to.
    ///
    /// # Errors
    /// `R0720`, `R0721`.
    pub async fn applied_at(url: &str) -> Result<BTreeSet<String>, Error> {
        let connection = ServerUrl::parse(url)?.connect().await?;
        match is_installed(&connection).await.map_err(broken)? {
            true => versions(&connection).await,
            false => Ok(BTreeSet::new()),
        }
    }

    /// Puts a migration in the place of others that the database has run, all or none of them: runs `bridge`, which leads from where they end
    /// to where the migration of its name ends, and notes that name instead of theirs. One transaction.
    ///
    /// For a developer's database, whose migrations nobody else has: see `samara codegen --amend`. `keeps_name`: without it the database holds
    /// none in their place, for nothing is left of what they did.
    ///
    /// # Errors
    /// `R0733` if it has run some of `replaced` and not all, or a later one; `R0721`, `R0723` to `R0725`, `R0730`, `R0731`. Nothing is
    /// changed then.
    pub async fn replace(
        url: &str,
        replaced: &[String],
        bridge: &dyn MigrationTrait,
        keeps_name: bool,
    ) -> Result<Replaced, Error> {
        let connection = ServerUrl::parse(url)?.connect().await?;
        if !is_installed(&connection).await.map_err(broken)? {
            return Ok(Replaced::NotRun);
        }
        let transaction = lock::begin(&connection, PATIENCE).await?;
        let applied = versions(&transaction).await?;
        let ran = replaced.iter().filter(|it| applied.contains(*it)).count();
        if ran == 0 {
            run_to_completion(transaction.rollback()).await.map_err(broken)?;
            return Ok(Replaced::NotRun);
        }
        let later =
            applied.iter().find(|it| replaced.first().is_some_and(|first| *it > first) && !replaced.contains(it));
        if ran < replaced.len() || later.is_some() {
            let message = match later {
                Some(later) => format!("the database has run `{later}`, which is later than what would be replaced"),
                None => format!("the database has run {ran} of the {} that would be replaced", count(replaced.len())),
            };
            let help = "bring the database to the state of the files first: `samara db migrate`, or `samara db reset`";
            return Err(Error::new(MigrationCode::Irreplaceable, message, help));
        }
        let name = bridge.name();
        let ran = bridge.up(&SchemaManager::new(&transaction)).await;
        ran.map_err(|error| Error::of_migration(name, "put in place", error).amending())?;
        for old in replaced {
            Entity::delete_by_id(old).exec(&transaction).await.map_err(broken)?;
        }
        if keeps_name {
            record(&transaction, name).await?;
        }
        finish(transaction, name).await?;
        Ok(Replaced::Done)
    }

    /// Drops the database at `url` with all that is in it, creates it and runs every migration. Returns their names.
    ///
    /// # Errors
    /// As [`server::create`], [`server::drop`], [`Migrator::connect`] and [`Migrator::up`].
    pub async fn reset(url: &str, migrations: Migrations) -> Result<Vec<String>, Error> {
        let migrations = in_order(migrations)?;
        server::drop(url).await?;
        server::create(url).await?;
        Self::connect(url, migrations).await?.up().await
    }

    /// The names of the migrations that were run on the database.
    async fn applied<C: ConnectionTrait>(&self, connection: &C) -> Result<BTreeSet<String>, Error> {
        if !is_installed(connection).await.map_err(broken)? {
            return Ok(BTreeSet::new());
        }
        let applied = versions(connection).await?;
        let known: BTreeSet<&str> = self.migrations.iter().map(|it| it.name()).collect();
        let unknown: Vec<&str> = applied.iter().map(String::as_str).filter(|it| !known.contains(it)).collect();
        if unknown.is_empty() {
            return Ok(applied);
        }
        let ahead = unknown.iter().all(|it| known.last().is_none_or(|last| *it > *last));
        let (message, help) = if ahead {
            (
                "the database is ahead of this program; it also holds",
                "run the version of the program that it was migrated by, or a later one",
            )
        } else {
            (
                "the database holds migrations that this program does not know:",
                "bring their files back, or start from an empty database",
            )
        };
        Err(Error::new(MigrationCode::UnknownMigration, format!("{message} {}", unknown.join(", ")), help))
    }
}

impl std::fmt::Debug for Migrator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.migrations.iter().map(|it| it.name()).collect();
        f.debug_struct("Migrator").field("migrations", &names).finish_non_exhaustive()
    }
}

fn in_order(mut migrations: Migrations) -> Result<Migrations, Error> {
    migrations.sort_by(|a, b| a.name().cmp(b.name()));
    for pair in migrations.windows(2) {
        if pair[0].name() == pair[1].name() {
            let message = format!("two migrations are named `{}`", pair[0].name());
            return Err(Error::new(MigrationCode::BadList, message, "rename one of them, in its file and in the list"));
        }
    }
    for migration in &migrations {
        if migration.use_transaction() == Some(false) {
            let message = format!("the migration `{}` wants no transaction", migration.name());
            let help = "every migration runs in one; what cannot (`CREATE INDEX CONCURRENTLY`) is run by hand";
            return Err(Error::new(MigrationCode::BadList, message, help));
        }
    }
    Ok(migrations)
}

async fn is_installed<C: ConnectionTrait>(connection: &C) -> Result<bool, DbErr> {
    let sql = match connection.get_database_backend() {
        DbBackend::Sqlite => "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'seaql_migrations'",
        _ => "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'seaql_migrations'",
    };
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    Ok(connection.query_one_raw(statement).await?.is_some())
}

/// The names in the table of migrations, which exists.
async fn versions<C: ConnectionTrait>(connection: &C) -> Result<BTreeSet<String>, Error> {
    let rows = Entity::find().order_by_asc(Column::Version).all(connection).await.map_err(broken)?;
    Ok(rows.into_iter().map(|it| it.version).collect())
}

async fn install(transaction: &DatabaseTransaction) -> Result<(), Error> {
    let schema = EntitySchema::new(transaction.get_database_backend());
    let mut table = schema.create_table_from_entity(Entity);
    transaction.execute(table.if_not_exists()).await.map_err(broken)?;
    Ok(())
}

async fn record(transaction: &DatabaseTransaction, name: &str) -> Result<(), Error> {
    let row = ActiveModel {
        version: ActiveValue::Set(name.to_owned()),
        applied_at: ActiveValue::Set(Utc::now().timestamp()),
    };
    Entity::insert(row).exec_without_returning(transaction).await.map_err(broken)?;
    Ok(())
}

/// Commits, unless there are rows that point at nothing: SQLite's foreign keys were off during the migration.
async fn finish(transaction: DatabaseTransaction, name: &str) -> Result<(), Error> {
    if transaction.get_database_backend() == DbBackend::Sqlite {
        let check = Statement::from_string(DbBackend::Sqlite, "PRAGMA foreign_key_check");
        let row = transaction.query_one_raw(check).await.map_err(|error| {
            if !error.to_string().contains("foreign key mismatch") {
                return broken(error);
            }
            let message = format!("after `{name}`, a foreign key would point at a column that is no key of its table");
            let help = "a migration of your own before this one must repoint it or drop it; nothing was changed";
            Error::new(MigrationCode::ByHand, message, help).because(error)
        })?;
        if let Some(row) = row {
            let table: String = row.try_get_by_index(0).map_err(broken)?;
            let parent: String = row.try_get_by_index(2).map_err(broken)?;
            let message =
                format!("after `{name}`, rows of `{table}` would point at rows of `{parent}` that are not there");
            let help = "nothing was changed; remove or repoint those rows in the migration";
            return Err(Error::new(MigrationCode::Dangling, message, help));
        }
    }
    run_to_completion(transaction.commit()).await.map_err(|error| Error::of_migration(name, "committed", error))
}

fn broken(error: DbErr) -> Error {
    let help = "check that it runs, and that the user may read and write `seaql_migrations`";
    Error::new(MigrationCode::Unreachable, "the database did not answer as expected", help).because(error)
}

fn count(n: usize) -> String {
    if n == 1 { "1 migration".to_owned() } else { format!("{n} migrations") }
}
