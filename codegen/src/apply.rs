//! Runs operations on a database, without the source of a migration in between.

use samara::migration::sea_orm::ConnectionTrait;
use samara::migration::{DbErr, MigrationName, MigrationTrait, Schema, SchemaManager, async_trait};

use crate::operation::{Operation, TableChange};

/// The way of a database from migrations that are replaced to the one that takes their place.
pub(crate) struct Bridge {
    /// The name of the migration that takes their place.
    pub(crate) name: String,
    /// What is different.
    pub(crate) operations: Vec<Operation>,
}

impl MigrationName for Bridge {
    fn name(&self) -> &str {
        &self.name
    }
}

#[async_trait]
impl MigrationTrait for Bridge {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for operation in &self.operations {
            apply(&Schema::of(manager), operation).await?;
        }
        Ok(())
    }
}

/// Does to the database what the source of a migration with this operation does.
///
/// # Errors
/// As the verbs of [`Schema`].
pub async fn apply<C: ConnectionTrait>(schema: &Schema<'_, C>, operation: &Operation) -> Result<(), DbErr> {
    match operation.clone() {
        Operation::CreateTable(table) => schema.create_table(table).await,
        Operation::DropTable(table) => schema.drop_table(&table.name).await,
        Operation::RenameTable { from, to } => schema.rename_table(&from, &to).await,
        Operation::AddColumn { table, column } => schema.add_column(&table, column).await,
        Operation::DropColumn { table, column } => schema.drop_column(&table, &column.name).await,
        Operation::RenameColumn { table, from, to } => schema.rename_column(&table, &from, &to).await,
        Operation::Rebuild(tables) => {
            let rebuilt = tables.iter().map(|it| (it.table.as_str(), TableChange::rebuild(it)));
            schema.rebuild_together(rebuilt).await
        }
        Operation::ChangeRules { table, column, .. } => {
            let (normalises, checked) = operation.on_values();
            if normalises {
                schema.normalise(&table, &column).await?;
            }
            if checked.is_empty() { Ok(()) } else { schema.check_values(&table, &column, checked).await }
        }
        Operation::CreateIndex { table, index } => schema.create_index(&table, index).await,
        Operation::DropIndex { table, index } => schema.drop_index(&table, &index.name).await,
        Operation::RenameIndex { table, from, to } => schema.rename_index(&table, &from.name, to).await,
        Operation::RenameConstraint { table, from, to } => schema.rename_constraint(&table, &from, &to).await,
    }
}
