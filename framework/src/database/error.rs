//! The errors of a database, sorted into kinds that the engine can act on. SQL and names of constraints are not part of them.

use sea_orm::{DbErr, RuntimeErr};
use sqlx::postgres::PgDatabaseError;

use crate::error::{Code, Error, Problem};

/// What is said of the values of an identity that has no message of its own.
pub(crate) const TAKEN: &str = "has already been taken";

/// A statement that failed.
///
/// It does not keep the driver's error: PostgreSQL repeats a row's values in its details, and printing the error would print them.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{cause}")]
pub(crate) struct DatabaseError {
    pub(crate) kind: DatabaseErrorKind,
    /// What the database said, for the log.
    cause: String,
}

/// The unique index whose values are taken, as far as the database names it: PostgreSQL both, SQLite one of the two.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) columns: Vec<String>,
    pub(crate) index: Option<String>,
}

/// Kinds of errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DatabaseErrorKind {
    /// The values of a unique index are taken.
    Unique(Taken),
    /// A foreign key names no row, or a row that is deleted is still pointed at. With the columns, where the database names them.
    ForeignKey(Vec<String>),
    /// A column may not be NULL.
    NotNull(Option<String>),
    /// A check of the table does not hold.
    Check,
    /// A value is out of range, or cannot be stored.
    Data,
    /// A value that was read is not of the expected type.
    Unreadable,
    /// Another transaction was in the way; the transaction may be retried.
    Serialization,
    /// The tables have changed since the statement was prepared; the transaction may be retried once that is forgotten.
    Outdated,
    /// It took too long.
    Timeout,
    /// The database cannot be reached.
    Unavailable,
    /// The database cannot store anything more.
    Full,
    /// A bug in the framework.
    Other,
}

impl From<DbErr> for DatabaseError {
    fn from(source: DbErr) -> Self {
        Self { kind: kind(&source), cause: cause(&source) }
    }
}

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        DbErr::Query(RuntimeErr::SqlxError(error.into())).into()
    }
}

impl DatabaseError {
    /// No connection can be made, for whatever reason.
    pub(super) fn unreachable(error: sqlx::Error) -> Self {
        let error = DbErr::Conn(RuntimeErr::SqlxError(error.into()));
        Self { kind: DatabaseErrorKind::Unavailable, cause: cause(&error) }
    }

    /// Too many are waiting for a connection already.
    pub(super) fn crowded(waiting: u32) -> Self {
        let cause = format!("{waiting} wait for a connection already");
        Self { kind: DatabaseErrorKind::Unavailable, cause }
    }

    /// The transaction that a statement belongs to has ended.
    pub(super) fn over() -> Self {
        DbErr::Custom("the transaction of this context is over".into()).into()
    }

    /// A savepoint is still open in the transaction.
    pub(super) fn inside() -> Self {
        let message = "another transaction is open inside this one: use the context that its closure is given";
        DbErr::Custom(message.into()).into()
    }

    /// Another transaction wrote a row between two statements that were to see the same.
    pub(crate) fn overtaken() -> Self {
        let cause = "another transaction wrote the row in between".into();
        Self { kind: DatabaseErrorKind::Serialization, cause }
    }

    /// The database rolled back a transaction one of whose statements lost its caller.
    pub(super) fn unheard() -> Self {
        let cause = "the database undid a transaction after a statement that nobody waited for".into();
        Self { kind: DatabaseErrorKind::Unavailable, cause }
    }
}

impl From<DatabaseError> for Error {
    fn from(failure: DatabaseError) -> Self {
        match &failure.kind {
            DatabaseErrorKind::Unique(taken) => {
                Self::from_problems(vec![Problem::new(Code::Conflict, TAKEN, taken.columns.clone())])
            }
            DatabaseErrorKind::ForeignKey(columns) => {
                Self::from_problems(vec![Problem::new(Code::NotFound, "not found", columns.clone())])
            }
            DatabaseErrorKind::NotNull(Some(column)) => Self::at(Code::Invalid, column.clone(), "is required"),
            DatabaseErrorKind::NotNull(None) => Self::new(Code::Invalid, "a required value is missing"),
            DatabaseErrorKind::Check => Self::new(Code::Invalid, "a value is not allowed"),
            DatabaseErrorKind::Data => Self::new(Code::Invalid, "a value is too large or out of range"),
            DatabaseErrorKind::Serialization | DatabaseErrorKind::Outdated => {
                Self::new(Code::Unavailable, "the database is too busy; try again later").caused_by(failure)
            }
            DatabaseErrorKind::Timeout => {
                Self::new(Code::Timeout, "it took too long and was stopped").caused_by(failure)
            }
            DatabaseErrorKind::Unavailable => Self::unavailable(failure),
            DatabaseErrorKind::Full => {
                Self::new(Code::Unavailable, "nothing can be stored right now; try again later").caused_by(failure)
            }
            DatabaseErrorKind::Unreadable | DatabaseErrorKind::Other => Self::internal(failure),
        }
    }
}

/// Why a transaction that failed may be tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    /// Another transaction was in the way.
    Contended,
    /// A migration has changed the tables since a statement was prepared: on a connection that has forgotten its statements.
    Outdated,
}

/// Why the transaction that failed with `error` may be tried again; `None`: it may not.
pub(crate) fn retry(error: &Error) -> Option<Retry> {
    let failure = std::error::Error::source(error).and_then(|it| it.downcast_ref::<DatabaseError>())?;
    match failure.kind {
        DatabaseErrorKind::Serialization => Some(Retry::Contended),
        DatabaseErrorKind::Outdated => Some(Retry::Outdated),
        _ => None,
    }
}

/// Whether PostgreSQL refused a prepared statement because its rows have other types than when it was prepared.
pub(super) fn is_outdated(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else { return false };
    error.try_downcast_ref::<PgDatabaseError>().is_some_and(is_outdated_plan)
}

fn kind(error: &DbErr) -> DatabaseErrorKind {
    let otherwise = match error {
        DbErr::ConnectionAcquire(_) => return DatabaseErrorKind::Unavailable,
        DbErr::Conn(_) => DatabaseErrorKind::Unavailable,
        _ => DatabaseErrorKind::Other,
    };
    let Some(sqlx) = sqlx_error(error) else { return otherwise };
    match sqlx {
        sqlx::Error::Database(database) => match database.try_downcast_ref::<PgDatabaseError>() {
            Some(error) => postgres(error),
            None => sqlite(database.code().as_deref().unwrap_or_default(), database.message()),
        },
        sqlx::Error::ColumnDecode { .. } => DatabaseErrorKind::Unreadable,
        // The answer does not come from the database: it is gone, or something else listens at its address.
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => DatabaseErrorKind::Unavailable,
        _ => otherwise,
    }
}

fn sqlx_error(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(sqlx))
        | DbErr::Exec(RuntimeErr::SqlxError(sqlx))
        | DbErr::Query(RuntimeErr::SqlxError(sqlx)) => Some(sqlx),
        _ => None,
    }
}

/// The error's text for the log, without values.
fn cause(error: &DbErr) -> String {
    match sqlx_error(error) {
        Some(sqlx::Error::Database(database)) => match database.try_downcast_ref::<PgDatabaseError>() {
            // The message of this class holds the refused value.
            Some(error) if error.code().starts_with("22") => format!("{}: a value was refused", error.code()),
            Some(error) => format!("{}: {}", error.code(), error.message()),
            None => database.message().to_owned(),
        },
        Some(sqlx::Error::ColumnDecode { index, .. }) => format!("column {index} holds what is not of its type"),
        Some(sqlx::Error::Decode(_) | sqlx::Error::Encode(_)) => "a value is not of its type".into(),
        _ => error.to_string(),
    }
}

/// "cached plan must not change result type", in whatever language. Its code (`feature_not_supported`) says much else too, so it is told
/// by the function of PostgreSQL that reports it.
fn is_outdated_plan(error: &PgDatabaseError) -> bool {
    error.code() == "0A000" && error.routine() == Some("RevalidateCachedQuery")
}

/// Source: PostgreSQL, appendix "PostgreSQL Error Codes".
fn postgres(error: &PgDatabaseError) -> DatabaseErrorKind {
    let columns = || key_columns(error.detail().unwrap_or_default());
    match error.code() {
        "23505" => {
            DatabaseErrorKind::Unique(Taken { columns: columns(), index: error.constraint().map(str::to_owned) })
        }
        "23503" | "23001" => DatabaseErrorKind::ForeignKey(columns()),
        "23502" => DatabaseErrorKind::NotNull(error.column().map(str::to_owned)),
        "23514" => DatabaseErrorKind::Check,
        "40001" | "40P01" => DatabaseErrorKind::Serialization,
        _ if is_outdated_plan(error) => DatabaseErrorKind::Outdated,
        "53100" => DatabaseErrorKind::Full,
        "55P03" | "57014" => DatabaseErrorKind::Timeout,
        "57P01" | "57P02" | "57P03" | "57P04" | "57P05" | "3D000" => DatabaseErrorKind::Unavailable,
        code if code.starts_with("08") || code.starts_with("53") || code.starts_with("28") => {
            DatabaseErrorKind::Unavailable
        }
        // 54000: a text that is too long for an index.
        code if code.starts_with("22") || code == "54000" => DatabaseErrorKind::Data,
        _ => DatabaseErrorKind::Other,
    }
}

/// The columns in `Key (world_id, user_id)=(…) already exists.`, in whatever language.
fn key_columns(detail: &str) -> Vec<String> {
    let columns = detail.split_once('(').and_then(|(_, rest)| rest.split_once(")=(")).map(|(columns, _)| columns);
    columns.map(|it| it.split(", ").map(|name| name.trim_matches('"').to_owned()).collect()).unwrap_or_default()
}

/// Source: SQLite, "Result and Error Codes".
fn sqlite(code: &str, message: &str) -> DatabaseErrorKind {
    let code: u32 = code.parse().unwrap_or_default();
    match (code, code & 0xff) {
        (2067 | 1555, _) => {
            DatabaseErrorKind::Unique(Taken { columns: failed_columns(message), index: failed_index(message) })
        }
        // A RESTRICT that is violated is reported as a constraint of a trigger.
        (787 | 1811, _) => DatabaseErrorKind::ForeignKey(Vec::new()),
        (1299, _) => DatabaseErrorKind::NotNull(failed_columns(message).pop()),
        (275, _) => DatabaseErrorKind::Check,
        // The disk is full; it may not be written to; a file may not grow.
        (_, 8 | 13) | (778, _) => DatabaseErrorKind::Full,
        (_, 5 | 6) => DatabaseErrorKind::Serialization,
        (_, 9) => DatabaseErrorKind::Timeout,
        (_, 10 | 14) => DatabaseErrorKind::Unavailable,
        (_, 1) if message.contains("integer overflow") => DatabaseErrorKind::Data,
        (_, 18 | 20) => DatabaseErrorKind::Data,
        _ => DatabaseErrorKind::Other,
    }
}

/// The columns in `UNIQUE constraint failed: users.email`.
fn failed_columns(message: &str) -> Vec<String> {
    let columns = message.split_once("failed: ").map(|(_, columns)| columns).unwrap_or_default();
    columns.split(", ").filter_map(|it| it.split_once('.')).map(|(_, column)| column.to_owned()).collect()
}

/// The index in `UNIQUE constraint failed: index 'albums_name_key'`, which is one over expressions.
fn failed_index(message: &str) -> Option<String> {
    let name = message.split_once("failed: index '")?.1.strip_suffix('\'')?;
    Some(name.replace("''", "'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read_from_either_database() {
        assert_eq!(key_columns("Key (world_id, user_id)=(1, 2) already exists."), ["world_id", "user_id"]);
        assert_eq!(key_columns("Schlüssel »(email)=(a)« existiert bereits."), ["email"]);
        assert_eq!(failed_columns("UNIQUE constraint failed: users.email"), ["email"]);
        let kind = sqlite("2067", "UNIQUE constraint failed: memberships.world_id, memberships.user_id");
        let columns = vec!["world_id".into(), "user_id".into()];
        assert_eq!(kind, DatabaseErrorKind::Unique(Taken { columns, index: None }));
        let kind = sqlite("2067", "UNIQUE constraint failed: index 'albums_name_key'");
        assert_eq!(
            kind,
            DatabaseErrorKind::Unique(Taken { index: Some("albums_name_key".into()), ..Taken::default() })
        );
    }

    #[test]
    fn busy_is_tried_again_and_a_lost_disk_is_not() {
        assert_eq!(sqlite("517", "database is locked"), DatabaseErrorKind::Serialization);
        assert_eq!(sqlite("1", "integer overflow"), DatabaseErrorKind::Data);
        assert_eq!(sqlite("1", "no such table: users"), DatabaseErrorKind::Other);
        assert_eq!(sqlite("14", "unable to open database file"), DatabaseErrorKind::Unavailable);
        assert_eq!(sqlite("13", "database or disk is full"), DatabaseErrorKind::Full);
        assert_eq!(sqlite("522", "disk I/O error"), DatabaseErrorKind::Unavailable);
    }
}
