//! The rows of a table, page by page: looked through, rewritten, and named where they stand in the way of a migration.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};

use tokio::time::Instant;

use super::error::Help;
use super::statement::{quoted, text_literal};
use super::{Error, MigrationCode};

/// How many rows are read or written by one statement.
pub(super) const PAGE: u32 = 20_000;
/// How often the log says how far it is.
pub(super) const PROGRESS: Duration = Duration::from_secs(1);
/// How many rows are named where some do not fit.
const NAMED: usize = 10;

/// The rows of one table, through one connection.
pub(super) struct Rows<'a, C> {
    connection: &'a C,
    table: &'a str,
    id: RowId,
}

/// What tells the rows of a table apart.
struct RowId {
    /// In SQL: a column, quoted, or what the database itself counts rows by.
    sql: String,
    /// On PostgreSQL its type.
    ty: String,
    /// What it is called in messages: the primary key where there is one.
    name: String,
    /// The same in SQL, as text.
    named: String,
}

/// One row: its id as SQL reads it, its name for people, and the values that were asked for, as text.
#[derive(Clone)]
pub(super) struct FoundRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) values: Vec<Option<String>>,
}

/// Rows, or pairs of rows, that stand in the way: how many there are, and the names of the first.
#[derive(Default)]
pub(super) struct Misfits {
    are_pairs: bool,
    count: u64,
    names: Vec<String>,
}

impl Misfits {
    /// No pairs yet.
    pub(super) fn pairs() -> Self {
        Self { are_pairs: true, ..Self::default() }
    }

    pub(super) fn add(&mut self, name: impl Into<String>) {
        self.count += 1;
        if self.names.len() < NAMED {
            self.names.push(name.into());
        }
    }

    /// Nothing if there are none; else `R0730`: so many rows of the table, what is wrong with them (`without …`, `with …`), and the first ten.
    ///
    /// Values are not repeated: a migration does not know which of them are secrets.
    pub(super) fn refuse(self, table: &str, what: &str, help: impl Into<Help>) -> Result<(), DbErr> {
        if self.count == 0 {
            return Ok(());
        }
        let rows = match (self.are_pairs, self.count) {
            (false, 1) => "1 row".to_owned(),
            (false, count) => format!("{count} rows"),
            (true, 1) => "1 pair of rows".to_owned(),
            (true, count) => format!("{count} pairs of rows"),
        };
        let names: String = self.names.iter().map(|it| format!("\n    {it}")).collect();
        let more = self.count - self.names.len() as u64;
        let more = if more == 0 { String::new() } else { format!("\n    and {more} more") };
        Err(Error::new(MigrationCode::Rows, format!("`{table}` has {rows} {what}:{names}{more}"), help).into())
    }
}

impl<'a, C: ConnectionTrait> Rows<'a, C> {
    /// The rows of a table that exists.
    pub(super) async fn of(connection: &'a C, table: &'a str) -> Result<Self, DbErr> {
        let id = match connection.get_database_backend() {
            DbBackend::Sqlite => sqlite_id(connection, table).await?,
            _ => postgres_id(connection, table).await?,
        };
        Ok(Self { connection, table, id })
    }

    /// What SQLite counts the rows by; `None` of a table that it does not count.
    pub(super) fn counted_by(&self) -> Option<&str> {
        (self.id.ty == INTEGER).then_some(self.id.sql.as_str())
    }

    /// The rows for which `condition` holds, as misfits. The condition may name the table as `t`.
    pub(super) async fn misfits(&self, condition: &str) -> Result<Misfits, DbErr> {
        let (table, id, named) = (quoted(self.table), &self.id.sql, &self.id.named);
        let count = format!("SELECT count(*) AS n FROM {table} AS t WHERE {condition}");
        let count: i64 = one(self.connection, &count).await?.map_or(Ok(0), |it| it.try_get("", "n"))?;
        if count == 0 {
            return Ok(Misfits::default());
        }
        let first = format!("SELECT {named} AS k FROM {table} AS t WHERE {condition} ORDER BY t.{id} LIMIT {NAMED}");
        let rows = all(self.connection, &first).await?;
        let names: Result<Vec<String>, DbErr> =
            rows.iter().map(|it| Ok(self.name(&it.try_get::<String>("", "k")?))).collect();
        Ok(Misfits { are_pairs: false, count: u64::try_from(count).unwrap_or_default(), names: names? })
    }

    /// The groups of rows that share the values of `columns`, all of them present, as misfits: each is named by its first and its last row.
    /// Only rows for which the condition holds, in SQL, are looked at, where there is one. Rows without a value of a column of `nulls_equal` share
    /// it.
    pub(super) async fn sharing(
        &self,
        columns: &[&str],
        nulls_equal: &[String],
        only: Option<&str>,
    ) -> Result<Misfits, DbErr> {
        let value = |it: &&str| format!("t.{}", quoted(it));
        let differ = columns.iter().filter(|it| !nulls_equal.iter().any(|equal| equal == *it));
        let present = differ.map(|it| format!("{} IS NOT NULL", value(it))).chain(only.map(|it| format!("({it})")));
        let (values, present): (Vec<String>, Vec<String>) = (columns.iter().map(value).collect(), present.collect());
        self.grouped(&values, &present).await
    }

    /// The same of values in SQL, which name the table as `t`.
    pub(super) async fn sharing_values(&self, listed: &[String]) -> Result<Misfits, DbErr> {
        let present: Vec<String> = listed.iter().map(|it| format!("{it} IS NOT NULL")).collect();
        self.grouped(listed, &present).await
    }

    /// The groups of rows with equal values, among those for which all conditions hold.
    async fn grouped(&self, listed: &[String], conditions: &[String]) -> Result<Misfits, DbErr> {
        let (table, named) = (quoted(self.table), &self.id.named);
        let present = if conditions.is_empty() { "TRUE".to_owned() } else { conditions.join(" AND ") };
        let listed = listed.join(", ");
        let sql = format!(
            "SELECT min({named}) AS a, max({named}) AS b FROM {table} AS t WHERE {present} GROUP BY {listed} HAVING count(*) > 1 ORDER BY 1"
        );
        let mut misfits = Misfits::pairs();
        for row in all(self.connection, &sql).await? {
            let (a, b): (String, String) = (row.try_get("", "a")?, row.try_get("", "b")?);
            misfits.add(format!("{} and {b}", self.name(&a)));
        }
        Ok(misfits)
    }

    /// Calls `look` with each row and its `values`, in pages: they are SQL, which names the table as `t`. The log says how far it is.
    pub(super) async fn look_through(&self, values: &[String], mut look: impl FnMut(FoundRow)) -> Result<(), DbErr> {
        self.pages(Pages::new(self, values, "TRUE").await?, None, |row| {
            look(row);
            None
        })
        .await
    }

    /// Calls `look` with each row that has a value of `column`, in pages; what it gives is written back into that column. The log says how
    /// far it is.
    pub(super) async fn rewrite(
        &self,
        column: &str,
        look: impl FnMut(FoundRow) -> Option<Rewritten>,
    ) -> Result<(), DbErr> {
        let value = format!("t.{}", quoted(column));
        let pages = Pages::new(self, std::slice::from_ref(&value), &format!("{value} IS NOT NULL")).await?;
        self.pages(pages, Some(column), look).await
    }

    async fn pages(
        &self,
        mut pages: Pages<'_, 'a, C>,
        column: Option<&str>,
        mut look: impl FnMut(FoundRow) -> Option<Rewritten>,
    ) -> Result<(), DbErr> {
        let (mut seen, mut told) = (0, Instant::now());
        while let Some(rows) = pages.next().await? {
            seen += rows.len();
            if told.elapsed() >= PROGRESS {
                told = Instant::now();
                tracing::info!(table = self.table, column, seen, "rows are looked through");
            }
            let rewritten: Vec<Rewritten> = rows.into_iter().filter_map(&mut look).collect();
            if let Some(column) = column.filter(|_| !rewritten.is_empty()) {
                self.write(column, &rewritten).await?;
            }
        }
        pages.close().await
    }

    async fn write(&self, column: &str, rewritten: &[Rewritten]) -> Result<(), DbErr> {
        let pairs: Vec<(&str, Option<&str>)> =
            rewritten.iter().map(|it| (it.id.as_str(), it.value.as_deref())).collect();
        let pairs = serde_json::to_string(&pairs).map_err(|error| DbErr::Json(error.to_string()))?;
        let (table, column, id, ty) = (quoted(self.table), quoted(column), &self.id.sql, &self.id.ty);
        let backend = self.connection.get_database_backend();
        let sql = match backend {
            DbBackend::Sqlite => format!(
                "UPDATE {table} SET {column} = e.value ->> 1 FROM json_each($1) AS e WHERE {table}.{id} = e.value ->> 0"
            ),
            _ => format!(
                "UPDATE {table} AS t SET {column} = e.value ->> 1 FROM json_array_elements($1::json) AS e \
                 WHERE t.{id} = (e.value ->> 0)::{ty}"
            ),
        };
        let statement = Statement::from_sql_and_values(backend, sql, [pairs.into()]);
        self.connection.execute_raw(statement).await.map(|_| ())
    }

    /// A row's name in messages: `id 0198…`.
    fn name(&self, key: &str) -> String {
        format!("{} {key}", self.id.name)
    }
}

/// A new value of one row; `None` is NULL.
pub(super) struct Rewritten {
    pub(super) id: String,
    pub(super) value: Option<String>,
}

/// Reads rows in pages: a cursor on PostgreSQL, ascending ids on SQLite.
struct Pages<'r, 'a, C> {
    rows: &'r Rows<'a, C>,
    select: String,
    n_values: usize,
    /// SQLite: the id of the last row that was read.
    last: Option<String>,
    at_end: bool,
}

impl<'r, 'a, C: ConnectionTrait> Pages<'r, 'a, C> {
    async fn new(rows: &'r Rows<'a, C>, values: &[String], condition: &str) -> Result<Self, DbErr> {
        let n_values = values.len();
        let values: String =
            values.iter().enumerate().map(|(at, it)| format!(", CAST({it} AS TEXT) AS v{at}")).collect();
        let (table, id, named) = (quoted(rows.table), &rows.id.sql, &rows.id.named);
        let select =
            format!("SELECT CAST(t.{id} AS TEXT) AS i, {named} AS k{values} FROM {table} AS t WHERE {condition}");
        if rows.connection.get_database_backend() != DbBackend::Sqlite {
            let declare = format!("DECLARE {} CURSOR FOR {select}", cursor(n_values));
            rows.connection.execute_unprepared(&declare).await?;
        }
        Ok(Self { rows, select, n_values, last: None, at_end: false })
    }

    async fn next(&mut self) -> Result<Option<Vec<FoundRow>>, DbErr> {
        if self.at_end {
            return Ok(None);
        }
        let connection = self.rows.connection;
        let found = if connection.get_database_backend() == DbBackend::Sqlite {
            let id = &self.rows.id.sql;
            let after = match &self.last {
                Some(last) if self.rows.id.ty == INTEGER => format!(" AND t.{id} > {last}"),
                Some(last) => format!(" AND t.{id} > {}", text_literal(last)),
                None => String::new(),
            };
            all(connection, &format!("{}{after} ORDER BY t.{id} LIMIT {PAGE}", self.select)).await?
        } else {
            all(connection, &format!("FETCH {PAGE} FROM {}", cursor(self.n_values))).await?
        };
        self.at_end = found.len() < PAGE as usize;
        let page: Result<Vec<FoundRow>, DbErr> = found.iter().map(|it| self.row(it)).collect();
        let page = page?;
        self.last = page.last().map(|it| it.id.clone());
        Ok(Some(page))
    }

    async fn close(self) -> Result<(), DbErr> {
        if self.rows.connection.get_database_backend() == DbBackend::Sqlite {
            return Ok(());
        }
        self.rows.connection.execute_unprepared(&format!("CLOSE {}", cursor(self.n_values))).await.map(|_| ())
    }

    fn row(&self, row: &QueryResult) -> Result<FoundRow, DbErr> {
        let values: Result<Vec<Option<String>>, DbErr> =
            (0..self.n_values).map(|at| row.try_get("", &format!("v{at}"))).collect();
        let name: String = row.try_get("", "k")?;
        Ok(FoundRow { id: row.try_get("", "i")?, name: self.rows.name(&name), values: values? })
    }
}

/// The cursor that rows with so many values are read through on PostgreSQL; it ends with the transaction. The driver prepares a `FETCH` once
/// and remembers its columns, so cursors of different columns have different names.
fn cursor(n_values: usize) -> String {
    format!("samara_rows_{n_values}")
}

/// What SQLite counts rows by is one.
const INTEGER: &str = "integer";

async fn sqlite_id<C: ConnectionTrait>(connection: &C, table: &str) -> Result<RowId, DbErr> {
    let sql = format!("SELECT name, pk FROM pragma_table_info({})", text_literal(table));
    let (mut names, mut keys): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for row in all(connection, &sql).await? {
        let name: String = row.try_get("", "name")?;
        if row.try_get::<i32>("", "pk")? > 0 {
            keys.push(name.clone());
        }
        names.push(name);
    }
    let has_rowid = format!(
        "SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = {} COLLATE NOCASE",
        text_literal(table)
    );
    let without: bool =
        one(connection, &has_rowid).await?.is_some_and(|it| it.try_get::<i32>("", "wr").is_ok_and(|it| it == 1));
    // A column may take one of the names by which SQLite's own count of the rows is known.
    let free = |it: &&str| !names.iter().any(|name| name.eq_ignore_ascii_case(it));
    let rowid = ["rowid", "_rowid_", "oid"].into_iter().find(free);
    let (sql, ty) = match (rowid.filter(|_| !without), keys.as_slice()) {
        (Some(rowid), _) => (rowid.to_owned(), INTEGER),
        (None, [key]) => (quoted(key), "text"),
        (None, _) => {
            let message = format!(
                "the rows of `{table}` cannot be told apart by one value: it has neither a rowid nor a key of one column"
            );
            return Err(Error::new(MigrationCode::ByHand, message, "make the change by a migration of your own").into());
        }
    };
    let name = keys.first().cloned().unwrap_or_else(|| sql.clone());
    let named = keys.first().map_or_else(|| sql.clone(), |it| quoted(it));
    Ok(RowId { sql, ty: ty.to_owned(), name, named: format!("CAST(t.{named} AS TEXT)") })
}

async fn postgres_id<C: ConnectionTrait>(connection: &C, table: &str) -> Result<RowId, DbErr> {
    let sql = format!(
        "SELECT a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS ty FROM pg_index i \
         JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] \
         WHERE i.indrelid = {}::regclass AND i.indisprimary AND i.indnkeyatts = 1",
        text_literal(&quoted(table))
    );
    let Some(row) = one(connection, &sql).await? else {
        let (sql, name) = ("ctid".to_owned(), "row".to_owned());
        return Ok(RowId { sql, ty: "tid".to_owned(), name, named: "CAST(t.ctid AS TEXT)".to_owned() });
    };
    let name: String = row.try_get("", "name")?;
    let named = format!("CAST(t.{} AS TEXT)", quoted(&name));
    Ok(RowId { sql: quoted(&name), ty: row.try_get("", "ty")?, name, named })
}

/// Who waits for the migration, so that what it has seen of the rows of a table stays so until it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waiting {
    /// Who writes rows of the table.
    Writers,
    /// Who reads them, too. The table will be altered, which has them wait anyway; if they had not waited from the start, one that has
    /// read the table and goes on to write it, and the migration, would wait for each other.
    Everybody,
}

/// Has others wait who would write rows of the table, or read them. On SQLite nobody else writes meanwhile, and readers see the table as
/// it was.
pub(super) async fn have_wait<C: ConnectionTrait>(connection: &C, table: &str, who: Waiting) -> Result<(), DbErr> {
    if connection.get_database_backend() == DbBackend::Sqlite {
        return Ok(());
    }
    let mode = match who {
        Waiting::Writers => "SHARE ROW EXCLUSIVE",
        Waiting::Everybody => "ACCESS EXCLUSIVE",
    };
    connection.execute_unprepared(&format!("LOCK TABLE {} IN {mode} MODE", quoted(table))).await.map(|_| ())
}

/// All rows of a query.
pub(super) async fn all<C: ConnectionTrait>(connection: &C, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
    connection.query_all_raw(Statement::from_string(connection.get_database_backend(), sql)).await
}

/// The first row of a query.
pub(super) async fn one<C: ConnectionTrait>(connection: &C, sql: &str) -> Result<Option<QueryResult>, DbErr> {
    connection.query_one_raw(Statement::from_string(connection.get_database_backend(), sql)).await
}
