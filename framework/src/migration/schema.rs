//! The operations of a migration: each changes the schema, on both databases.

use chrono::Utc;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExprTrait, StatementBuilder};
use sea_orm_migration::{SchemaManager, SchemaManagerConnection};
use sea_query::{Alias, Expr, Query, Table as SeaTable};
use uuid::Uuid;

use super::physical::{constant, physical_type};
use super::statement;
use crate::ir::App;
use crate::table::{Column, CreationStep, Cycle, Fill, Index, Storage, Table, creation_steps, declared};
use crate::value::{Value, microseconds};

/// Changes the schema in a migration.
///
/// Every method is one change on both databases. Where SQLite would have to rebuild the whole table, the method fails with `R0707`; the
/// migration is rolled back.
#[derive(Debug)]
pub struct Schema<'a, C = SchemaManagerConnection<'a>> {
    connection: &'a C,
}

/// Creates the tables of a verified app in an empty database, without migrations: for tests, examples and measurements.
///
/// # Errors
/// The database's errors; a cycle of required keys.
pub async fn create_tables<C: ConnectionTrait>(connection: &C, app: &App) -> Result<(), DbErr> {
    let schema = Schema { connection };
    let steps = creation_steps(&declared(app)).map_err(|cycle: Cycle| DbErr::Custom(cycle.to_string()))?;
    for step in steps {
        match step {
            CreationStep::Create(table) => schema.create_table(table).await?,
            CreationStep::AddColumn { table, column } => schema.add_column(&table, column).await?,
            CreationStep::AddIndex { table, index } => schema.create_index(&table, index).await?,
        }
    }
    Ok(())
}

impl<'a> Schema<'a> {
    /// The schema that a migration was given.
    pub fn of(manager: &'a SchemaManager<'_>) -> Self {
        Self { connection: manager.get_connection() }
    }
}

impl<C: ConnectionTrait> Schema<'_, C> {
    /// Creates a table and its indexes.
    pub async fn create_table(&self, table: Table) -> Result<(), DbErr> {
        self.run(&statement::create_table(&table, self.backend())).await?;
        for index in &table.indexes {
            self.run(&statement::create_index(&table.name, index)).await?;
        }
        Ok(())
    }

    /// Drops a table with its rows and indexes. Nothing may point at it any more.
    pub async fn drop_table(&self, table: &str) -> Result<(), DbErr> {
        self.run(SeaTable::drop().table(Alias::new(table))).await
    }

    /// Renames a table. Keys that point at it follow.
    pub async fn rename_table(&self, from: &str, to: &str) -> Result<(), DbErr> {
        self.run(SeaTable::rename().table(Alias::new(from), Alias::new(to))).await
    }

    /// Adds a column.
    ///
    /// Existing rows get its default, or the value of [`Column::fill`]. In the latter case the column keeps no default; only SQLite keeps
    /// one if there are rows, because it cannot add a required column without. It has no effect, because the engine gives every value.
    pub async fn add_column(&self, table: &str, column: Column) -> Result<(), DbErr> {
        let fill = match (&column.default, column.fill) {
            (None, Some(fill)) if self.must_fill(table).await? => Some(fill_value(fill, column.storage)),
            _ => None,
        };
        let default = fill.as_ref().or(column.default.as_ref());
        let definition = statement::definition(table, &column, default, self.backend());
        self.run(statement::alter(table).add_column(definition)).await?;
        if fill.is_some() && !self.is_sqlite() {
            self.run_text(&statement::drop_default(table, &column.name)).await?;
        }
        Ok(())
    }

    /// Drops a column with its values. No index may contain it any more.
    pub async fn drop_column(&self, table: &str, column: &str) -> Result<(), DbErr> {
        self.run(statement::alter(table).drop_column(Alias::new(column))).await
    }

    /// Renames a column. Indexes and keys follow.
    pub async fn rename_column(&self, table: &str, from: &str, to: &str) -> Result<(), DbErr> {
        self.run(statement::alter(table).rename_column(Alias::new(from), Alias::new(to))).await
    }

    /// Changes a column from what it is to what it shall be: storage, NULL, default, foreign key.
    ///
    /// Where it becomes required, rows that hold NULL get its default or fill; without one, such a row stops the migration.
    ///
    /// # Errors
    /// `R0707` on SQLite, unless only the default changes. SQLite then keeps the old default: it does not affect existing rows, and the
    /// engine gives every value that it writes.
    pub async fn alter_column(&self, table: &str, from: Column, to: Column) -> Result<(), DbErr> {
        if self.is_sqlite() {
            let only_default = Column { default: to.default.clone(), fill: to.fill, ..from } == to;
            return if only_default { Ok(()) } else { Err(needs_rebuild(table, &to.name)) };
        }
        let retyped = from.storage != to.storage;
        if from.references.is_some() && from.references != to.references {
            self.run(&statement::drop_foreign_key(table, &from.name)).await?;
        }
        if from.default.is_some() && (retyped || to.default.is_none()) {
            self.run_text(&statement::drop_default(table, &to.name)).await?;
        }
        if retyped {
            // `jsonb` has no direct cast from `text` other than by parsing, which `::jsonb` does; the collation is no cast.
            let target = physical_type(to.storage, self.backend()).split(' ').next().unwrap_or_default();
            let mut definition = statement::typed(&to, self.backend());
            definition.using(Expr::col(Alias::new(&to.name)).cast_as(target.to_owned()));
            self.run(statement::alter(table).modify_column(definition)).await?;
        }
        if let Some(default) = to.default.as_ref().filter(|_| retyped || from.default != to.default) {
            let mut definition = sea_query::ColumnDef::new(Alias::new(&to.name));
            definition.default(Expr::val(constant(default)));
            self.run(statement::alter(table).modify_column(definition)).await?;
        }
        if from.nullable != to.nullable {
            self.set_nullable(table, &to).await?;
        }
        if from.references != to.references
            && let Some(key) = statement::create_foreign_key(table, &to)
        {
            self.run(&key).await?;
        }
        Ok(())
    }

    /// Creates an index.
    pub async fn create_index(&self, table: &str, index: Index) -> Result<(), DbErr> {
        self.run(&statement::create_index(table, &index)).await
    }

    /// Drops an index.
    pub async fn drop_index(&self, table: &str, name: &str) -> Result<(), DbErr> {
        self.run(&statement::drop_index(table, name)).await
    }

    /// Gives an index the name of `to`, which is otherwise equal. SQLite creates it anew.
    pub async fn rename_index(&self, table: &str, from: &str, to: Index) -> Result<(), DbErr> {
        if self.is_sqlite() {
            self.drop_index(table, from).await?;
            return self.create_index(table, to).await;
        }
        self.run_text(&statement::rename_index(from, &to.name)).await
    }

    /// Renames a constraint on PostgreSQL. On SQLite the constraints have no names.
    pub async fn rename_constraint(&self, table: &str, from: &str, to: &str) -> Result<(), DbErr> {
        if self.is_sqlite() {
            return Ok(());
        }
        self.run_text(&statement::rename_constraint(table, from, to)).await
    }

    async fn set_nullable(&self, table: &str, to: &Column) -> Result<(), DbErr> {
        let fill = to.default.clone().or_else(|| to.fill.map(|fill| fill_value(fill, to.storage)));
        if let Some(value) = fill.filter(|_| !to.nullable) {
            let ty = physical_type(to.storage, self.backend()).split(' ').next().unwrap_or_default();
            let value = Expr::val(constant(&value)).cast_as(ty.to_owned());
            let column = Alias::new(&to.name);
            let update = Query::update()
                .table(Alias::new(table))
                .value(column.clone(), value)
                .and_where(Expr::col(column).is_null())
                .take();
            self.run(&update).await?;
        }
        let mut definition = sea_query::ColumnDef::new(Alias::new(&to.name));
        if to.nullable {
            definition.null();
        } else {
            definition.not_null();
        }
        self.run(statement::alter(table).modify_column(definition)).await
    }

    /// Whether a required column without a default needs a value for rows that stand.
    async fn must_fill(&self, table: &str) -> Result<bool, DbErr> {
        let any = Query::select().expr(Expr::val(1)).from(Alias::new(table)).limit(1).take();
        Ok(self.connection.query_one(&any).await?.is_some())
    }

    async fn run<S: StatementBuilder>(&self, statement: &S) -> Result<(), DbErr> {
        self.connection.execute(statement).await.map(|_| ())
    }

    async fn run_text(&self, statement: &str) -> Result<(), DbErr> {
        self.connection.execute_unprepared(statement).await.map(|_| ())
    }

    fn backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    fn is_sqlite(&self) -> bool {
        self.backend() == DbBackend::Sqlite
    }
}

fn fill_value(fill: Fill, storage: Storage) -> Value {
    match (fill, storage) {
        (Fill::Now, _) => Value::Timestamp(microseconds(Utc::now())),
        (Fill::Empty, Storage::Text) => Value::Text(String::new()),
        (Fill::Empty, Storage::Integer) => Value::Int(0),
        (Fill::Empty, Storage::Boolean) => Value::Bool(false),
        (Fill::Empty, Storage::Uuid) => Value::Uuid(Uuid::nil()),
        (Fill::Empty, Storage::Timestamp) => Value::Timestamp(chrono::DateTime::UNIX_EPOCH),
        (Fill::Empty, Storage::Json) => Value::Json(serde_json::Value::Object(serde_json::Map::new())),
    }
}

fn needs_rebuild(table: &str, column: &str) -> DbErr {
    DbErr::Custom(format!(
        "R0707: SQLite cannot change the column `{table}.{column}` in place, and making the table anew is not supported yet; \
         use PostgreSQL, or add a column of another name and drop this one"
    ))
}
