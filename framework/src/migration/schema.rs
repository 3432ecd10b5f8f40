//! The operations of a migration: each changes the schema, on both databases.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, StatementBuilder};
use sea_orm_migration::{SchemaManager, SchemaManagerConnection};
use sea_query::{Alias, Expr, Query, Table as SeaTable};

use super::rebuild::{self, Rebuild};
use super::rows::{Rows, Waiting, all, have_wait};
use super::statement::{self, quoted, text_literal};
use super::values;
use crate::ir::App;
use crate::table::{Column, CreationStep, Cycle, Index, Table, ValueRules, creation_steps, declared};

/// Changes the schema in a migration.
///
/// Every method is one change on both databases. Where one fails, the whole migration is rolled back.
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
            self.run_text(&statement::create_index(&table.name, index, self.backend())).await?;
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

    /// Adds a column. Existing rows get its default, or the value of [`Column::fill`].
    ///
    /// SQLite can add a required column to rows only with a default that stays. Where it shall have none, it is added as one that may be NULL,
    /// and the table is made anew.
    ///
    /// # Errors
    /// `R0730` if a required column without a value comes to rows; `R0731` if a boolean comes to a `STRICT` table; and as [`Schema::rebuild`], on SQLite.
    pub async fn add_column(&self, table: &str, column: Column) -> Result<(), DbErr> {
        if self.is_sqlite() {
            rebuild::type_is_known(self.connection, table, &column).await?;
        }
        let has_no_default = !column.nullable && column.default.is_none();
        if has_no_default {
            have_wait(self.connection, table, Waiting::Everybody).await?;
        }
        if has_no_default && column.fill.is_none() {
            let misfits = Rows::of(self.connection, table).await?.misfits("TRUE").await?;
            let help = "such a column comes only to a table without rows: remove them first, or bring it back by a migration of your own";
            misfits.refuse(table, &format!("that would have no `{}`", column.name), help)?;
        }
        let fill = match column.default {
            None if column.fill.is_some() && self.must_fill(table).await? => column.given(),
            _ => None,
        };
        if fill.is_some() && self.is_sqlite() && !column.nullable {
            let nullable = Column { nullable: true, ..column.schema() };
            let definition = statement::definition(table, &nullable, None, self.backend());
            self.run(statement::alter(table).add_column(definition)).await?;
            return self.rebuild(table, Rebuild::new().change(nullable, column)).await;
        }
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

    /// Changes columns of a table: storage, NULL, default, foreign key, primary key.
    ///
    /// On PostgreSQL the columns are altered. SQLite can alter none of this, so there the table is made anew, and takes with it its rows,
    /// indexes and triggers, and whatever else was written into its definition by hand. Rows are looked through first: those that the
    /// change does not fit are listed, and nothing is changed.
    ///
    /// # Errors
    /// `R0730` with the rows that have no value, do not convert, or would point at nothing; `R0731` if something that was made by hand
    /// would be lost or stop working; `R0732` on a connection with foreign keys.
    pub async fn rebuild(&self, table: &str, rebuild: Rebuild) -> Result<(), DbErr> {
        self.rebuild_together([(table, rebuild)]).await
    }

    /// Does what [`Schema::rebuild`] does for several tables at once: needed where the primary key of one changes, and with it the keys of
    /// others.
    ///
    /// # Errors
    /// As [`Schema::rebuild`].
    pub async fn rebuild_together<'t>(
        &self,
        tables: impl IntoIterator<Item = (&'t str, Rebuild)>,
    ) -> Result<(), DbErr> {
        let tables: Vec<(&str, Rebuild)> = tables.into_iter().collect();
        rebuild::run(self.connection, &tables).await
    }

    /// Checks that each value of a column keeps to rules; changes nothing. NULL keeps to all.
    ///
    /// # Errors
    /// `R0730` with the rows whose values do not.
    pub async fn check_values(&self, table: &str, column: &str, rules: ValueRules) -> Result<(), DbErr> {
        values::check(self.connection, table, column, &rules).await
    }

    /// Writes the values of a text column as case-insensitive text is stored: in lower case, so that they are found however they are
    /// written. How they were written before is lost.
    ///
    /// # Errors
    /// `R0730`, before anything is written, with the rows that would share what must be unique.
    pub async fn normalise(&self, table: &str, column: &str) -> Result<(), DbErr> {
        values::normalise(self.connection, table, column).await
    }

    /// Creates an index.
    ///
    /// # Errors
    /// `R0730` with the rows that share the values of a unique one.
    pub async fn create_index(&self, table: &str, index: Index) -> Result<(), DbErr> {
        if index.unique {
            have_wait(self.connection, table, Waiting::Writers).await?;
            let columns: Vec<&str> = index.columns.iter().map(|(column, _)| column.as_str()).collect();
            let only = index.only.as_ref().map(|it| statement::condition(it, self.backend()));
            let misfits =
                Rows::of(self.connection, table).await?.sharing(&columns, &index.nulls_equal, only.as_deref()).await?;
            let what = format!("with the same where it must be unique ({})", columns.join(", "));
            misfits.refuse(table, &what, "give one of each pair another value, or remove it")?;
        }
        self.run_text(&statement::create_index(table, &index, self.backend())).await
    }

    /// Drops an index. Foreign keys that PostgreSQL looks up in it, though the column pointed at is the primary key too, stay: they are made
    /// again without it.
    pub async fn drop_index(&self, table: &str, name: &str) -> Result<(), DbErr> {
        let keys = if self.is_sqlite() { Vec::new() } else { self.keys_looked_up_in(name).await? };
        for (table, key, _) in &keys {
            self.run_text(&format!("ALTER TABLE {table} DROP CONSTRAINT {key}")).await?;
        }
        self.run(&statement::drop_index(table, name)).await?;
        for (table, key, definition) in &keys {
            self.run_text(&format!("ALTER TABLE {table} ADD CONSTRAINT {key} {definition}")).await?;
        }
        Ok(())
    }

    /// PostgreSQL: the foreign keys that depend on an index: table, name and definition, as SQL.
    async fn keys_looked_up_in(&self, index: &str) -> Result<Vec<(String, String, String)>, DbErr> {
        let sql = format!(
            "SELECT conrelid::regclass::text AS t, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition \
             FROM pg_constraint WHERE contype = 'f' AND conindid = to_regclass({}) ORDER BY 1, 2",
            text_literal(&quoted(index))
        );
        let rows = all(self.connection, &sql).await?;
        rows.iter()
            .map(|it| Ok((it.try_get("", "t")?, it.try_get("", "name")?, it.try_get("", "definition")?)))
            .collect()
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
