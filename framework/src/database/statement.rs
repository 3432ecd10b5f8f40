//! A statement with its values.

use std::sync::Arc;

use sea_orm::{DbBackend, Values};

/// The text of a statement, and the values of its parameters. Who prepared the text shares it.
#[derive(Clone)]
pub(crate) struct Statement {
    pub(super) sql: Arc<str>,
    pub(super) values: Values,
}

impl Statement {
    pub(crate) fn new(sql: impl Into<Arc<str>>, values: Values) -> Self {
        Self { sql: sql.into(), values }
    }

    /// One without values.
    #[cfg(test)]
    pub(crate) fn plain(sql: impl Into<Arc<str>>) -> Self {
        Self::new(sql, Values(Vec::new()))
    }

    /// The same for a connection that is SeaORM's.
    pub(crate) fn for_sea_orm(self, backend: DbBackend) -> sea_orm::Statement {
        sea_orm::Statement::from_sql_and_values(backend, self.sql.as_ref(), self.values)
    }
}
