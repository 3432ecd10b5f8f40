//! Values of one storage as values of another: which ones can be converted, and how each database does it.
//!
//! What a text means is decided here alone, so that a row converts on one database if it does on the other.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use uuid::Uuid;

use super::error::Help;
use super::rows::{FoundRow, Misfits, Rewritten, Rows};
use super::statement::quoted;
use crate::table::Storage;
use crate::value::{
    Value, date_text, float_text, parse_date, parse_float, parse_time, storable_time, time_text, timestamp_text,
};

/// Refuses if a value of `column` cannot be converted from one storage to the other.
///
/// # Errors
/// `R0730` with the rows.
pub(super) async fn check<C: ConnectionTrait>(
    connection: &C,
    (table, column): (&str, &str),
    (from, to): (Storage, Storage),
    nullable: bool,
) -> Result<(), DbErr> {
    let rows = Rows::of(connection, table).await?;
    let misfits = match (from, to) {
        (Storage::Text, to) => {
            let mut misfits = Misfits::default();
            let look = |row: FoundRow| {
                let Some(text) = row.values.into_iter().next().flatten() else { return };
                if !matches!(read(&text, to), Some(value) if nullable || !value.is_null()) {
                    misfits.add(row.name);
                }
            };
            rows.look_through(&[format!("t.{}", quoted(column))], look).await?;
            misfits
        }
        (Storage::Integer, Storage::Boolean) => {
            let column = quoted(column);
            rows.misfits(&format!("t.{column} IS NOT NULL AND t.{column} NOT IN (0, 1)")).await?
        }
        (Storage::Integer, Storage::Float) => {
            let column = quoted(column);
            rows.misfits(&format!("t.{column} NOT BETWEEN -{EXACT} AND {EXACT}")).await?
        }
        (Storage::Float, Storage::Integer) => {
            let column = quoted(column);
            let outside = format!("t.{column} NOT BETWEEN -{EXACT} AND {EXACT}");
            // The cast rounds, or cuts: in either case to what it was only if there is no fraction.
            rows.misfits(&format!("{outside} OR t.{column} <> CAST(t.{column} AS bigint)")).await?
        }
        _ => return Ok(()),
    };
    let help = Help::unless_amending(
        "not released yet? `cargo samara codegen --amend`; else repair those rows first: docs/errors/R0730.md lists what converts",
        "repair those rows first: docs/errors/R0730.md lists what converts",
    );
    misfits.refuse(table, &format!("with a `{column}` that is no {}", name(to)), help)
}

/// The expression that converts `column`, which is SQL, where [`check`] has found nothing. A text that is [read here](is_read) is converted
/// as it is written: see [`respell`].
pub(super) fn expression(column: &str, from: Storage, to: Storage, backend: DbBackend) -> String {
    match (from, to, backend) {
        (Storage::Boolean, Storage::Text, _) => {
            format!("CASE WHEN {column} THEN 'true' WHEN NOT {column} THEN 'false' END")
        }
        (Storage::Boolean, Storage::Integer, _) => format!("CASE WHEN {column} THEN 1 WHEN NOT {column} THEN 0 END"),
        (Storage::Integer, Storage::Boolean, DbBackend::Sqlite) => column.to_owned(),
        (Storage::Integer, Storage::Boolean, _) => format!("{column} <> 0"),
        (Storage::Text, Storage::Boolean, _) => {
            let listed = |words: [&str; 6]| words.map(|it| format!("'{it}'")).join(", ");
            format!(
                "CASE WHEN lower({column}) IN ({}) THEN {yes} WHEN lower({column}) IN ({}) THEN {no} END",
                listed(TRUE),
                listed(FALSE),
                yes = if backend == DbBackend::Sqlite { "1" } else { "TRUE" },
                no = if backend == DbBackend::Sqlite { "0" } else { "FALSE" },
            )
        }
        (Storage::Integer | Storage::Float, Storage::Text, _) => format!("CAST({column} AS TEXT)"),
        (Storage::Text | Storage::Float, Storage::Integer, DbBackend::Sqlite) => format!("CAST({column} AS INTEGER)"),
        (Storage::Text | Storage::Integer, Storage::Float, DbBackend::Sqlite) => format!("CAST({column} AS REAL)"),
        // White space around it is JSON's.
        (Storage::Text, Storage::Json, DbBackend::Sqlite) => {
            format!("CASE WHEN trim({column}, char(9, 10, 13, 32)) <> 'null' THEN {column} END")
        }
        (_, _, DbBackend::Sqlite) => column.to_owned(),
        (Storage::Text | Storage::Float, Storage::Integer, _) => format!("{column}::bigint"),
        (Storage::Text | Storage::Integer, Storage::Float, _) => format!("{column}::float8"),
        (Storage::Text, Storage::Date, _) => format!(
            "CASE WHEN left({column}, 4) = '0000' THEN ('0001' || substr({column}, 5) || ' BC')::date ELSE {column}::date END"
        ),
        (Storage::Text, Storage::Time, _) => format!("{column}::time"),
        (Storage::Date, Storage::Text, _) => format!(
            "CASE WHEN {column} < '0001-01-01' THEN '0000' ELSE to_char({column}, 'YYYY') END || to_char({column}, '-MM-DD')"
        ),
        (Storage::Time, Storage::Text, _) => format!("to_char({column}::interval, 'HH24:MI:SS.US')"),
        (Storage::Text, Storage::Uuid, _) => format!("{column}::uuid"),
        // PostgreSQL calls the year 0 the first before Christ, and prints it without saying so.
        (Storage::Text, Storage::Timestamp, _) => format!(
            "CASE WHEN left({column}, 4) = '0000' THEN ('0001' || substr({column}, 5) || ' BC')::timestamptz \
             ELSE {column}::timestamptz END"
        ),
        (Storage::Text, Storage::Json, _) => format!("nullif({column}::jsonb, 'null'::jsonb)"),
        (Storage::Timestamp, Storage::Text, _) => format!(
            "CASE WHEN {column} < '0001-01-01T00:00:00Z' THEN '0000' ELSE to_char({column} AT TIME ZONE 'UTC', 'YYYY') END \
             || to_char({column} AT TIME ZONE 'UTC', '-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
        ),
        (Storage::Uuid | Storage::Json, Storage::Text, _) => format!("{column}::text"),
        _ => column.to_owned(),
    }
}

/// Whether texts are read here, and not by a database, and so are respelt.
pub(super) fn is_read(from: Storage, to: Storage) -> bool {
    let is_text = from == Storage::Text;
    is_text
        && matches!(
            to,
            Storage::Uuid | Storage::Timestamp | Storage::Date | Storage::Time | Storage::Float | Storage::Json
        )
}

/// Writes the texts of a column, which all convert, in the one spelling that `to` is stored in: a UUID in lower case with hyphens, a time with
/// six digits, a number without what could be left out, canonical JSON.
pub(super) async fn respell<C: ConnectionTrait>(
    connection: &C,
    (table, column): (&str, &str),
    to: Storage,
) -> Result<(), DbErr> {
    let look = |row: FoundRow| {
        let text = row.values.into_iter().next().flatten()?;
        let value = spelling(&read(&text, to)?)?;
        (value != text).then_some(Rewritten { id: row.id, value: Some(value) })
    };
    Rows::of(connection, table).await?.rewrite(column, look).await
}

/// The spelling in which a text is stored as a value of that storage; `None` if it is none, or NULL.
pub(super) fn respelt(text: &str, to: Storage) -> Option<String> {
    spelling(&read(text, to)?)
}

/// What is stored as text, and a float, as it is written.
pub(super) fn spelling(value: &Value) -> Option<String> {
    match value {
        Value::Uuid(uuid) => Some(uuid.hyphenated().to_string()),
        Value::Timestamp(time) => Some(timestamp_text(*time)),
        Value::Date(date) => Some(date_text(*date)),
        Value::Time(time) => Some(time_text(*time)),
        Value::Float(number) => Some(float_text(*number)),
        Value::Json(json) => Some(json.to_string()),
        _ => None,
    }
}

/// The largest integer up to which every one is a float.
const EXACT: i64 = 9_007_199_254_740_992;

const TRUE: [&str; 6] = ["true", "t", "yes", "y", "on", "1"];
const FALSE: [&str; 6] = ["false", "f", "no", "n", "off", "0"];

/// The value of that storage that a text stands for. JSON's `null` is NULL.
fn read(text: &str, to: Storage) -> Option<Value> {
    match to {
        Storage::Text => Some(Value::Text(text.to_owned())),
        Storage::Integer => text.parse().ok().map(Value::Int),
        Storage::Float => parse_float(text).map(Value::Float),
        Storage::Date => parse_date(text).map(Value::Date),
        Storage::Time => parse_time(text).map(Value::Time),
        // They are made of nothing else.
        Storage::Duration | Storage::Bytes => None,
        Storage::Boolean => {
            let word = text.to_ascii_lowercase();
            let is_true = TRUE.contains(&word.as_str());
            (is_true || FALSE.contains(&word.as_str())).then_some(Value::Bool(is_true))
        }
        // Of the ways in which a UUID may be written, PostgreSQL reads these two.
        Storage::Uuid => {
            Some(text).filter(|it| matches!(it.len(), 32 | 36)).and_then(|it| Uuid::parse_str(it).ok()).map(Value::Uuid)
        }
        Storage::Timestamp => {
            let time = DateTime::parse_from_rfc3339(text).ok()?;
            storable_time(time.with_timezone(&Utc)).map(Value::Timestamp)
        }
        Storage::Json => {
            let value = Value::json(serde_json::from_str(text).ok()?);
            value.unstorable().is_none().then_some(value)
        }
    }
}

/// A value of the storage, for messages.
fn name(storage: Storage) -> &'static str {
    match storage {
        Storage::Text => "text",
        Storage::Integer => "integer",
        Storage::Float => "number",
        Storage::Boolean => "boolean",
        Storage::Uuid => "UUID",
        Storage::Timestamp => "time",
        Storage::Date => "date",
        Storage::Time => "time of day",
        Storage::Duration => "span of time",
        Storage::Bytes => "bytes",
        Storage::Json => "JSON value",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_means_the_same_on_every_database() {
        for (text, to, reads) in [
            ("5", Storage::Integer, true),
            ("-5", Storage::Integer, true),
            ("+007", Storage::Integer, true),
            ("", Storage::Integer, false),
            (" 5", Storage::Integer, false),
            ("5.0", Storage::Integer, false),
            ("9223372036854775808", Storage::Integer, false),
            ("Yes", Storage::Boolean, true),
            ("off", Storage::Boolean, true),
            ("maybe", Storage::Boolean, false),
            ("00000000-0000-7000-8000-00000000000A", Storage::Uuid, true),
            ("0000000000007000800000000000000a", Storage::Uuid, true),
            ("{00000000-0000-7000-8000-00000000000a}", Storage::Uuid, false),
            ("2026-01-01T00:00:00+02:00", Storage::Timestamp, true),
            ("2026-01-01", Storage::Timestamp, false),
            ("2026-01-01", Storage::Date, true),
            ("2026-1-1", Storage::Date, false),
            ("13:05", Storage::Time, true),
            ("25:00", Storage::Time, false),
            ("1.50", Storage::Float, true),
            ("1e3", Storage::Float, true),
            ("NaN", Storage::Float, false),
            ("1e999", Storage::Float, false),
            (" 1", Storage::Float, false),
            ("PT1H", Storage::Duration, false),
            ("YQ==", Storage::Bytes, false),
            ("{\"a\": 1}", Storage::Json, true),
            ("null", Storage::Json, true),
            ("\"\\u0000\"", Storage::Json, false),
            ("{", Storage::Json, false),
        ] {
            assert_eq!(read(text, to).is_some(), reads, "{text} as {to:?}");
        }
    }
}
