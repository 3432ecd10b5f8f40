//! Makes sea_query statements of tables, columns and indexes, and the few statements that sea_query has no builder for.

use sea_orm::DbBackend;
use sea_query::{
    Alias, ColumnDef, ColumnType, ConditionalStatement as _, Expr, ForeignKey, ForeignKeyAction,
    ForeignKeyCreateStatement, ForeignKeyDropStatement, Index as SeaIndex, IndexCreateStatement, IndexDropStatement,
    IndexOrder, PostgresQueryBuilder, Query, SqliteQueryBuilder, Table as SeaTable, TableAlterStatement,
    TableCreateStatement,
};

use super::physical::{constant, physical_type};
use crate::sql::{of_table, told_from_null};
use crate::table::{Column, ColumnOrder, Index, OnDelete, RowCondition, Table, foreign_key_name};
use crate::value::Value;

pub(super) fn create_table(table: &Table, backend: DbBackend) -> TableCreateStatement {
    let mut statement = SeaTable::create();
    statement.table(Alias::new(&table.name));
    for column in &table.columns {
        statement.col(definition(&table.name, column, column.default.as_ref(), backend));
    }
    statement
}

pub(super) fn alter(table: &str) -> TableAlterStatement {
    SeaTable::alter().table(Alias::new(table)).take()
}

/// A column as `CREATE TABLE` and `ADD COLUMN` take it.
///
/// A foreign key is part of the column's definition: only then can SQLite add and drop the column without rebuilding the table. Its name
/// matters on PostgreSQL alone, which can drop it by name.
pub(super) fn definition(table: &str, column: &Column, default: Option<&Value>, backend: DbBackend) -> ColumnDef {
    let mut definition = typed(column, backend);
    if column.nullable {
        definition.null();
    } else {
        definition.not_null();
    }
    if let Some(value) = default {
        definition.default(Expr::val(constant(value)));
    }
    if column.primary_key {
        definition.primary_key();
    }
    if let Some(key) = &column.references {
        let action = match key.on_delete {
            OnDelete::Restrict => "RESTRICT",
            OnDelete::Cascade => "CASCADE",
            OnDelete::Nilify => "SET NULL",
        };
        let name = match backend {
            DbBackend::Sqlite => String::new(),
            _ => format!("CONSTRAINT {} ", quoted(&foreign_key_name(table, &column.name))),
        };
        let (target, id) = (quoted(&key.table), quoted(&key.column));
        definition.extra(format!("{name}REFERENCES {target} ({id}) ON DELETE {action}"));
    }
    definition
}

/// A column's name and type alone.
pub(super) fn typed(column: &Column, backend: DbBackend) -> ColumnDef {
    let ty = ColumnType::custom(physical_type(column.storage, backend));
    ColumnDef::new_with_type(Alias::new(&column.name), ty)
}

pub(super) fn create_foreign_key(table: &str, column: &Column) -> Option<ForeignKeyCreateStatement> {
    let key = column.references.as_ref()?;
    let action = match key.on_delete {
        OnDelete::Restrict => ForeignKeyAction::Restrict,
        OnDelete::Cascade => ForeignKeyAction::Cascade,
        OnDelete::Nilify => ForeignKeyAction::SetNull,
    };
    let mut statement = ForeignKey::create();
    statement
        .name(foreign_key_name(table, &column.name))
        .from(Alias::new(table), Alias::new(&column.name))
        .to(Alias::new(&key.table), Alias::new(&key.column))
        .on_delete(action);
    Some(statement)
}

pub(super) fn drop_foreign_key(table: &str, column: &str) -> ForeignKeyDropStatement {
    ForeignKey::drop().name(foreign_key_name(table, column)).table(Alias::new(table)).to_owned()
}

/// `CREATE INDEX`.
pub(super) fn create_index(table: &str, index: &Index, backend: DbBackend) -> String {
    match backend {
        DbBackend::Sqlite if !index.nulls_equal.is_empty() => create_expression_index(table, index),
        DbBackend::Sqlite => created_index(table, index).to_string(SqliteQueryBuilder),
        _ if index.nulls_equal.is_empty() => created_index(table, index).to_string(PostgresQueryBuilder),
        _ => created_index(table, index).nulls_not_distinct().to_string(PostgresQueryBuilder),
    }
}

/// SQLite: a unique index that holds of some columns whether they are NULL besides, for which sea_query has no builder.
fn create_expression_index(table: &str, index: &Index) -> String {
    let held = index.columns.iter().flat_map(|(column, _)| match index.nulls_equal.contains(column) {
        true => told_from_null(column).to_vec(),
        false => vec![quoted(column)],
    });
    let (held, only) = (held.collect::<Vec<_>>().join(", "), index.only.as_ref());
    let only = only.map(|it| format!(" WHERE {}", condition(it, DbBackend::Sqlite))).unwrap_or_default();
    format!("CREATE UNIQUE INDEX {} ON {} ({held}){only}", quoted(&index.name), quoted(table))
}

fn created_index(table: &str, index: &Index) -> IndexCreateStatement {
    let mut statement = SeaIndex::create();
    statement.name(&index.name).table(Alias::new(table));
    if index.unique {
        statement.unique();
    }
    for (column, order) in &index.columns {
        match order {
            ColumnOrder::Asc => statement.col(Alias::new(column)),
            ColumnOrder::Desc => statement.col((Alias::new(column), IndexOrder::Desc)),
        };
    }
    if let Some(only) = &index.only {
        statement.and_where(of_table(only));
    }
    statement
}

/// A condition over the columns of the only table that a statement knows, as SQL.
pub(super) fn condition(condition: &RowCondition, backend: DbBackend) -> String {
    let select = Query::select().expr(of_table(condition)).take();
    let statement = match backend {
        DbBackend::Sqlite => select.to_string(SqliteQueryBuilder),
        _ => select.to_string(PostgresQueryBuilder),
    };
    statement.trim_start_matches("SELECT ").to_owned()
}

pub(super) fn drop_index(table: &str, name: &str) -> IndexDropStatement {
    SeaIndex::drop().name(name).table(Alias::new(table)).to_owned()
}

/// PostgreSQL: `ALTER INDEX … RENAME TO …`.
pub(super) fn rename_index(from: &str, to: &str) -> String {
    format!("ALTER INDEX {} RENAME TO {}", quoted(from), quoted(to))
}

/// PostgreSQL: `ALTER TABLE … RENAME CONSTRAINT … TO …`.
pub(super) fn rename_constraint(table: &str, from: &str, to: &str) -> String {
    format!("ALTER TABLE {} RENAME CONSTRAINT {} TO {}", quoted(table), quoted(from), quoted(to))
}

/// PostgreSQL: `ALTER TABLE … ALTER COLUMN … DROP DEFAULT`.
pub(super) fn drop_default(table: &str, column: &str) -> String {
    format!("ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT", quoted(table), quoted(column))
}

/// A constant as the database reads it in any statement.
pub(super) fn literal(value: &Value, backend: DbBackend) -> String {
    let value = Query::select().expr(Expr::val(constant(value))).take();
    let statement = match backend {
        DbBackend::Sqlite => value.to_string(SqliteQueryBuilder),
        _ => value.to_string(PostgresQueryBuilder),
    };
    statement.trim_start_matches("SELECT ").to_owned()
}

/// A text that holds no control characters between single quotes, those inside doubled: a name.
pub(super) fn text_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// An identifier between double quotes, those inside doubled.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
