//! The connections of one database, lent to one user at a time.

use sea_orm::{DatabaseConnection, SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::{PgPool, SqlitePool};

use super::Failure;
use super::connection::{Connection, Pooled};

/// A pool of connections.
pub(super) struct Pool {
    connections: Connections,
    /// There is one connection, which holds the data.
    only: bool,
}

/// A pool of either driver.
pub(super) enum Connections {
    /// To PostgreSQL.
    Postgres(PgPool),
    /// To SQLite.
    Sqlite(SqlitePool),
}

impl Pool {
    /// A pool. With `only` its one connection holds the data, as in memory.
    pub(super) fn new(connections: Connections, only: bool) -> Self {
        Self { connections, only }
    }

    /// The same connections as SeaORM knows them.
    pub(super) fn to_sea_orm(&self) -> DatabaseConnection {
        match &self.connections {
            Connections::Postgres(it) => SqlxPostgresConnector::from_sqlx_postgres_pool(it.clone()),
            Connections::Sqlite(it) => SqlxSqliteConnector::from_sqlx_sqlite_pool(it.clone()),
        }
    }

    /// A connection, once one is free.
    ///
    /// # Errors
    /// If none is in time, or the database cannot be reached: `UNAVAILABLE` in either case.
    pub(super) async fn acquire(&self) -> Result<Connection, Failure> {
        let pooled = match &self.connections {
            Connections::Postgres(it) => it.acquire().await.map(Pooled::Postgres),
            Connections::Sqlite(it) => it.acquire().await.map(Pooled::Sqlite),
        };
        pooled.map(|it| Connection::new(it, self.only)).map_err(Failure::unreachable)
    }
}
