//! What a migration costs that changes a column of a table with a million rows, on both databases.
//!
//! Prints the seconds of each change, and on standard error how far a table is that is made anew. See `docs/measurements.md`.

#![expect(clippy::print_stdout, reason = "it prints a table")]

use std::time::Instant;

use samara::database::Backend;
use samara::migration::sea_orm::{ConnectionTrait, Database, DbBackend};
use samara::migration::{
    Column, DbErr, Index, MigrationName, MigrationTrait, Migrations, Migrator, OnDelete, Rebuild, Schema,
    SchemaManager, Table, ValueRules, async_trait,
};
use samara::testing::TestDatabase;

const ROWS: u32 = 1_000_000;

/// One change, in the order in which they are measured.
#[derive(Clone, Copy)]
enum Step {
    Create,
    Require,
    Retype,
    Normalise,
    Check,
}

const MEASURED: [(Step, &str); 4] = [
    (Step::Require, "a column becomes required, half of the rows have no value"),
    (Step::Retype, "text becomes an integer"),
    (Step::Normalise, "text becomes case-insensitive, every row is written anew"),
    (Step::Check, "a text is shorter, every row is checked"),
];

impl MigrationName for Step {
    fn name(&self) -> &str {
        match self {
            Self::Create => "m1",
            Self::Require => "m2",
            Self::Retype => "m3",
            Self::Normalise => "m4",
            Self::Check => "m5",
        }
    }
}

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let schema = Schema::of(manager);
        match self {
            Self::Create => {
                let users = Table::new("users").with(Column::uuid("id").primary_key());
                let worlds = Table::new("worlds")
                    .with(Column::uuid("id").primary_key())
                    .with(Column::text("name"))
                    .with(Column::text("size"))
                    .with(Column::text("motto").nullable())
                    .with(Column::uuid("owner_id").references("users", "id", OnDelete::Cascade))
                    .with_index(Index::unique("worlds_name_key").asc("name"))
                    .with_index(Index::new("worlds_owner_id_idx").asc("owner_id"));
                schema.create_table(users).await?;
                schema.create_table(worlds).await
            }
            Self::Require => {
                let motto =
                    Rebuild::new().change(Column::text("motto").nullable(), Column::text("motto").fill_with("none"));
                schema.rebuild("worlds", motto).await
            }
            Self::Retype => {
                let size = Rebuild::new().change(Column::text("size"), Column::integer("size"));
                schema.rebuild("worlds", size).await
            }
            Self::Normalise => schema.normalise("worlds", "name").await,
            Self::Check => schema.check_values("worlds", "motto", ValueRules::new().max_length(40)).await,
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().with_env_filter("samara=info").with_writer(std::io::stderr).init();
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::empty(backend).await;
        let url = database.url();
        let up = async |n: usize| -> Result<f64, Box<dyn std::error::Error>> {
            let steps = [Step::Create].into_iter().chain(MEASURED.map(|(step, _)| step)).take(n);
            let migrations: Migrations = steps.map(|it| Box::new(it) as Box<dyn MigrationTrait>).collect();
            let migrator = Migrator::connect(url, migrations).await?;
            let start = Instant::now();
            migrator.up().await?;
            Ok(start.elapsed().as_secs_f64())
        };
        up(1).await?;
        fill(url).await?;
        for (at, (_, what)) in MEASURED.iter().enumerate() {
            println!("{backend:?}: {what}: {:.1} s", up(at + 2).await?);
        }
        database.remove().await;
    }
    Ok(())
}

/// A million worlds of a thousand people.
async fn fill(url: &str) -> Result<(), DbErr> {
    let connection = Database::connect(url).await?;
    let is_sqlite = connection.get_database_backend() == DbBackend::Sqlite;
    let numbers = match is_sqlite {
        true => format!(
            "(WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {ROWS}) SELECT n FROM c)"
        ),
        false => format!("(SELECT n FROM generate_series(1, {ROWS}) AS n)"),
    };
    let id = |n: &str| match is_sqlite {
        true => format!("'00000000-0000-7000-8000-' || printf('%012d', {n})"),
        false => format!("('00000000-0000-7000-8000-' || lpad(({n})::text, 12, '0'))::uuid"),
    };
    let users = format!("INSERT INTO users (id) SELECT {} FROM {numbers} AS k WHERE n <= 1000", id("n"));
    let worlds = format!(
        "INSERT INTO worlds (id, name, size, motto, owner_id) \
         SELECT {}, 'World ' || n, n, CASE WHEN n % 2 = 0 THEN 'motto ' || n END, {} FROM {numbers} AS k",
        id("n"),
        id("1 + n % 1000")
    );
    for statement in [users, worlds] {
        connection.execute_unprepared(&statement).await?;
    }
    connection.close().await
}
