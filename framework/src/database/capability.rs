//! What each database can do, as data: lowering branches on these facts, never on which database it is.

/// The database that the SQL is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// PostgreSQL 15 or newer.
    Postgres,
    /// SQLite as bundled.
    Sqlite,
}

/// What a database can do, and where its SQL differs.
#[derive(Debug)]
pub struct Capability {
    /// The database that the SQL is for.
    pub backend: Backend,
    /// UUIDs, times, JSON and booleans have types of their own; else they are text and 0 or 1.
    pub native_types: bool,
    /// Sequences count primary keys; else one table holds the last number of each table.
    pub sequences: bool,
    /// A list is one bound array; else it is one bound JSON text.
    pub arrays: bool,
    /// A subquery in FROM may see the rows before it.
    pub lateral: bool,
    /// A subquery in FROM is written into the statement around it, so that what it selects is computed at each of its uses, unless an
    /// OFFSET prevents that.
    pub merges_subqueries: bool,
    /// Arithmetic out of range is an error; else lowering has to check the range.
    pub checked_arithmetic: bool,
    /// The collation that compared text must be given, where the database's default is another.
    pub collation: Option<&'static str>,
    /// A unique index can say that NULLs are equal; else it holds an expression that tells NULL from every value.
    pub nulls_not_distinct: bool,
    /// NULLs count as larger than any value in an order; else as smaller.
    pub nulls_are_large: bool,
    /// A transaction can ask for one snapshot; else every transaction has one anyway.
    pub isolation_levels: bool,
    /// Rows can be locked while they are read; else a writing transaction is alone anyway.
    pub row_locks: bool,
    /// After an error a transaction refuses everything until it goes back to a savepoint; else it goes on, or was undone as a whole.
    pub errors_abort: bool,
    /// How many bound values a statement may have.
    pub parameters: usize,
}

impl Capability {
    /// PostgreSQL's.
    pub const POSTGRES: Self = Self {
        backend: Backend::Postgres,
        native_types: true,
        sequences: true,
        arrays: true,
        lateral: true,
        merges_subqueries: true,
        checked_arithmetic: true,
        collation: Some("C"),
        nulls_not_distinct: true,
        nulls_are_large: true,
        isolation_levels: true,
        row_locks: true,
        errors_abort: true,
        parameters: 65_535,
    };

    /// SQLite's.
    pub const SQLITE: Self = Self {
        backend: Backend::Sqlite,
        native_types: false,
        sequences: false,
        arrays: false,
        lateral: false,
        merges_subqueries: false,
        checked_arithmetic: false,
        collation: None,
        nulls_not_distinct: false,
        nulls_are_large: false,
        isolation_levels: false,
        row_locks: false,
        errors_abort: false,
        parameters: 32_766,
    };
}
