//! What a database really holds, read from its own catalogue, in the words of the declaration.

use std::collections::BTreeSet;

use samara::migration::physical_type;
use samara::migration::sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, QueryResult, Statement};
use samara::table::{ColumnOrder, OnDelete, Table, foreign_key_name};
use samara::value::{Value, date_text, float_text, parse_time, time_text, timestamp_text};

/// A database, one line for each table, column and index.
pub type Schema = BTreeSet<String>;

const OF_SOME: &str = " of some rows";
const NULLS_EQUAL: &str = " nulls equal";

/// What `tables` look like on a database of that kind.
pub fn expected(tables: &[Table], backend: DbBackend) -> Schema {
    let mut lines = Schema::new();
    for table in tables {
        lines.insert(table.name.clone());
        for column in &table.columns {
            let ty = match (physical_type(column.storage, backend), backend) {
                ("timestamptz", _) => "timestamp with time zone",
                ("time", _) => "time without time zone",
                ("float8", _) => "double precision",
                (ty, _) => ty,
            };
            let key = column.references.as_ref().map(|key| {
                let name = match backend {
                    DbBackend::Sqlite => String::new(),
                    _ => foreign_key_name(&table.name, &column.name),
                };
                format!(" {name} -> {}.{} {}", key.table, key.column, action(key.on_delete))
            });
            let null = if column.nullable { "" } else { " not null" };
            let primary = if column.primary_key { " primary key" } else { "" };
            let default = column.default.as_ref().map(|it| format!(" default {}", constant(it))).unwrap_or_default();
            let name = &column.name;
            lines.insert(format!("{}.{name} {ty}{null}{primary}{default}{}", table.name, key.unwrap_or_default()));
        }
        for index in &table.indexes {
            let columns: Vec<String> = index
                .columns
                .iter()
                .map(|(name, order)| match (order, backend) {
                    (ColumnOrder::Desc, _) => format!("{name} desc"),
                    // A value in place of NULL, and whether it is one.
                    (_, DbBackend::Sqlite) if index.nulls_equal.contains(name) => "expression, expression".to_owned(),
                    _ => name.clone(),
                })
                .collect();
            let unique = if index.unique { "unique " } else { "" };
            let equal = if !index.nulls_equal.is_empty() && backend != DbBackend::Sqlite { NULLS_EQUAL } else { "" };
            let some = if index.only.is_some() { OF_SOME } else { "" };
            let columns = columns.join(", ");
            lines.insert(format!("{unique}index {} on {} ({columns}){equal}{some}", index.name, table.name));
        }
    }
    lines
}

/// What the database at `url` holds.
pub async fn schema(url: &str) -> Schema {
    let connection = Database::connect(url).await.unwrap();
    match connection.get_database_backend() {
        DbBackend::Sqlite => sqlite(&connection).await,
        _ => postgres(&connection).await,
    }
}

async fn sqlite(connection: &DatabaseConnection) -> Schema {
    let mut lines = Schema::new();
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('seaql_migrations')";
    for table in rows(connection, tables).await {
        let table: String = get(&table, "name");
        lines.insert(table.clone());
        let keys = rows(connection, &format!("SELECT * FROM pragma_foreign_key_list('{table}')")).await;
        for column in rows(connection, &format!("SELECT * FROM pragma_table_info('{table}')")).await {
            let (name, ty): (String, String) = (get(&column, "name"), get(&column, "type"));
            let null = if get::<i32>(&column, "notnull") == 1 { " not null" } else { "" };
            let primary = if get::<i32>(&column, "pk") == 1 { " primary key" } else { "" };
            let default = get::<Option<String>>(&column, "dflt_value").map(|it| format!(" default {}", spelt(&it)));
            let key = keys.iter().find(|it| get::<String>(it, "from") == name).map(|key| {
                let (to, id, action): (String, String, String) =
                    (get(key, "table"), get(key, "to"), get(key, "on_delete"));
                format!("  -> {to}.{id} {action}")
            });
            lines.insert(format!(
                "{table}.{name} {ty}{null}{primary}{}{}",
                default.unwrap_or_default(),
                key.unwrap_or_default()
            ));
        }
        let indexes = format!("SELECT name, \"unique\", partial FROM pragma_index_list('{table}') WHERE origin = 'c'");
        for index in rows(connection, &indexes).await {
            let name: String = get(&index, "name");
            let unique = if get::<i32>(&index, "unique") == 1 { "unique " } else { "" };
            let columns =
                format!("SELECT name, \"desc\" FROM pragma_index_xinfo('{name}') WHERE key = 1 ORDER BY seqno");
            let columns: Vec<String> = rows(connection, &columns)
                .await
                .iter()
                .map(|it| {
                    let name: Option<String> = get(it, "name");
                    name.unwrap_or_else(|| "expression".into()) + if get::<i32>(it, "desc") == 1 { " desc" } else { "" }
                })
                .collect();
            let some = if get::<i32>(&index, "partial") == 1 { OF_SOME } else { "" };
            lines.insert(format!("{unique}index {name} on {table} ({}){some}", columns.join(", ")));
        }
    }
    lines
}

async fn postgres(connection: &DatabaseConnection) -> Schema {
    let mut lines = Schema::new();
    let tables =
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'seaql_migrations'";
    for table in rows(connection, tables).await {
        let table: String = get(&table, "name");
        lines.insert(table.clone());
        let columns = format!(
            "SELECT a.attname::text AS name, format_type(a.atttypid, NULL) AS type, a.attnotnull AS required, \
                pg_get_expr(d.adbin, d.adrelid) AS value, c.collname::text AS collation, \
                EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)) AS pk, \
                (SELECT f.conname || ' -> ' || f.confrelid::regclass || '.' || t.attname || ' ' || \
                    CASE f.confdeltype WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE '?' END \
                 FROM pg_constraint f JOIN pg_attribute t ON t.attrelid = f.confrelid AND t.attnum = f.confkey[1] \
                 WHERE f.conrelid = a.attrelid AND f.contype = 'f' AND f.conkey = ARRAY[a.attnum]) AS key \
             FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
             LEFT JOIN pg_collation c ON c.oid = a.attcollation \
             WHERE a.attrelid = '{table}'::regclass AND a.attnum > 0 AND NOT a.attisdropped"
        );
        for column in rows(connection, &columns).await {
            let (name, ty): (String, String) = (get(&column, "name"), get(&column, "type"));
            let collation = get::<Option<String>>(&column, "collation").map(|it| format!(" COLLATE \"{it}\""));
            let null = if get::<bool>(&column, "required") { " not null" } else { "" };
            let primary = if get::<bool>(&column, "pk") { " primary key" } else { "" };
            let default = get::<Option<String>>(&column, "value").map(|it| format!(" default {}", spelt(&it)));
            let key = get::<Option<String>>(&column, "key").map(|it| format!(" {it}"));
            lines.insert(format!(
                "{table}.{name} {ty}{}{null}{primary}{}{}",
                collation.unwrap_or_default(),
                default.unwrap_or_default(),
                key.unwrap_or_default()
            ));
        }
        let indexes = format!(
            "SELECT i.indexrelid::regclass::text AS name, i.indisunique AS u, i.indnullsnotdistinct AS e, i.indpred IS NOT NULL AS p, \
                (SELECT string_agg(a.attname || CASE WHEN i.indoption[k - 1] & 1 = 1 THEN ' desc' ELSE '' END, ', ' ORDER BY k) \
                 FROM generate_series(1, i.indnkeyatts) k \
                 JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k - 1]) AS columns \
             FROM pg_index i WHERE i.indrelid = '{table}'::regclass AND NOT i.indisprimary"
        );
        for index in rows(connection, &indexes).await {
            let unique = if get::<bool>(&index, "u") { "unique " } else { "" };
            let (name, columns): (String, String) = (get(&index, "name"), get(&index, "columns"));
            let equal = if get::<bool>(&index, "e") { NULLS_EQUAL } else { "" };
            let some = if get::<bool>(&index, "p") { OF_SOME } else { "" };
            lines.insert(format!("{unique}index {name} on {table} ({columns}){equal}{some}"));
        }
    }
    lines
}

fn action(on_delete: OnDelete) -> &'static str {
    match on_delete {
        OnDelete::Restrict => "RESTRICT",
        OnDelete::Cascade => "CASCADE",
        OnDelete::Nilify => "SET NULL",
    }
}

fn constant(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Text(text) => text.clone(),
        Value::Uuid(uuid) => uuid.to_string(),
        Value::Timestamp(time) => timestamp_text(*time),
        Value::Float(number) => float_text(*number),
        Value::Date(date) => date_text(*date),
        Value::Time(time) => time_text(*time),
        Value::Duration(micros) => micros.to_string(),
        Value::Bytes(bytes) => bytes.iter().map(|it| format!("{it:02x}")).collect(),
        Value::Json(json) => json.to_string(),
        other => format!("{other:?}"),
    }
}

/// `'GUEST'::text` and `'GUEST'` are `GUEST`; `TRUE` is `true`; JSON, times of day and bytes have one form.
fn spelt(default: &str) -> String {
    let bare = default.split("::").next().unwrap_or_default().trim_matches('\'').replace("''", "'");
    if bare.eq_ignore_ascii_case("true") || bare.eq_ignore_ascii_case("false") {
        return bare.to_lowercase();
    }
    if let Some(digits) = ["\\x", "x'", "X'"].iter().find_map(|it| bare.strip_prefix(it)) {
        return digits.to_lowercase();
    }
    if let Some(time) = parse_time(&bare) {
        return time_text(time);
    }
    serde_json::from_str::<serde_json::Value>(&bare).map_or(bare, |it| it.to_string())
}

pub async fn rows(connection: &DatabaseConnection, sql: &str) -> Vec<QueryResult> {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    connection.query_all_raw(statement).await.unwrap()
}

fn get<T: samara::migration::sea_orm::TryGetable>(row: &QueryResult, column: &str) -> T {
    row.try_get("", column).unwrap()
}
