//! One change of the schema, its inverse, and its warning for reviewers.

use std::fmt;

use samara::table::{Column, Fill, Index, Table};

/// One change of the schema. Names are those that are valid when the operation runs.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// Creates a table with its indexes.
    CreateTable(Table),
    /// Drops a table with its rows and indexes.
    DropTable(Table),
    /// Renames a table.
    RenameTable {
        /// As it is named.
        from: String,
        /// As it shall be.
        to: String,
    },
    /// Adds a column.
    AddColumn {
        /// The table.
        table: String,
        /// The column.
        column: Column,
    },
    /// Drops a column with its values.
    DropColumn {
        /// The table.
        table: String,
        /// The column as it was.
        column: Column,
    },
    /// Renames a column.
    RenameColumn {
        /// The table.
        table: String,
        /// As it is named.
        from: String,
        /// As it shall be.
        to: String,
    },
    /// Changes what a column is: its storage, NULL, default or foreign key.
    AlterColumn {
        /// The table.
        table: String,
        /// As it is.
        from: Column,
        /// As it shall be.
        to: Column,
    },
    /// Creates an index on an existing table.
    CreateIndex {
        /// The table.
        table: String,
        /// The index.
        index: Index,
    },
    /// Drops an index.
    DropIndex {
        /// The table.
        table: String,
        /// The index as it was.
        index: Index,
    },
    /// Renames an index that is otherwise equal.
    RenameIndex {
        /// The table.
        table: String,
        /// As it is.
        from: Index,
        /// As it shall be.
        to: Index,
    },
    /// Renames a foreign key, on PostgreSQL.
    RenameConstraint {
        /// The table.
        table: String,
        /// As it is named.
        from: String,
        /// As it shall be.
        to: String,
    },
}

impl Operation {
    /// The operation that undoes this one: what `down` does.
    ///
    /// Dropped values are gone: a required column comes back with its default, or else with the empty value of its type. A
    /// required foreign key has no empty value, so it comes back only into a table without rows.
    #[must_use]
    pub fn inverse(&self) -> Self {
        match self.clone() {
            Self::CreateTable(table) => Self::DropTable(table),
            Self::DropTable(table) => Self::CreateTable(table),
            Self::RenameTable { from, to } => Self::RenameTable { from: to, to: from },
            Self::AddColumn { table, column } => Self::DropColumn { table, column },
            Self::DropColumn { table, column } => Self::AddColumn { table, column: filled(column) },
            Self::RenameColumn { table, from, to } => Self::RenameColumn { table, from: to, to: from },
            Self::AlterColumn { table, from, to } => Self::AlterColumn { table, from: to, to: filled(from) },
            Self::CreateIndex { table, index } => Self::DropIndex { table, index },
            Self::DropIndex { table, index } => Self::CreateIndex { table, index },
            Self::RenameIndex { table, from, to } => Self::RenameIndex { table, from: to, to: from },
            Self::RenameConstraint { table, from, to } => Self::RenameConstraint { table, from: to, to: from },
        }
    }

    /// Whether SQLite would have to rebuild the table for it.
    pub fn needs_rebuild(&self) -> bool {
        match self {
            Self::AlterColumn { from, to, .. } => {
                Column { default: to.default.clone(), fill: to.fill, ..from.clone() } != *to
            }
            _ => false,
        }
    }

    /// What a reviewer must know before it runs on a table with rows: what is lost, and what may fail.
    pub fn warning(&self) -> Option<String> {
        match self {
            Self::DropTable(table) => Some(format!("all rows of `{}` are lost", table.name)),
            Self::DropColumn { table, column } => Some(format!("all values of `{table}.{}` are lost", column.name)),
            Self::AlterColumn { table, from, to } if from.storage != to.storage => {
                Some(format!("values of `{table}.{}` are converted; one that cannot be stops the migration", to.name))
            }
            Self::AlterColumn { table, from, to }
                if from.nullable && !to.nullable && to.default.is_none() && to.fill.is_none() =>
            {
                Some(format!("a row without a value of `{table}.{}` stops the migration", to.name))
            }
            Self::AlterColumn { table, from, to } if to.references.is_some() && target(from) != target(to) => {
                Some(format!("a value of `{table}.{}` that points at nothing stops the migration", to.name))
            }
            Self::CreateIndex { table, index } if index.unique => {
                Some(format!("rows of `{table}` that share the values of `{}` stop the migration", index.name))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CreateTable(table) => write!(f, "create table `{}`", table.name),
            Self::DropTable(table) => write!(f, "drop table `{}`", table.name),
            Self::RenameTable { from, to } => write!(f, "rename table `{from}` to `{to}`"),
            Self::AddColumn { table, column } => write!(f, "add column `{table}.{}`", column.name),
            Self::DropColumn { table, column } => write!(f, "drop column `{table}.{}`", column.name),
            Self::RenameColumn { table, from, to } => write!(f, "rename column `{table}.{from}` to `{to}`"),
            Self::AlterColumn { table, from, to } => {
                write!(f, "change column `{table}.{}`: {}", to.name, changes(from, to).join(", "))
            }
            Self::CreateIndex { index, .. } if index.unique => write!(f, "create unique index `{}`", index.name),
            Self::CreateIndex { index, .. } => write!(f, "create index `{}`", index.name),
            Self::DropIndex { index, .. } => write!(f, "drop index `{}`", index.name),
            Self::RenameIndex { from, to, .. } => write!(f, "rename index `{}` to `{}`", from.name, to.name),
            Self::RenameConstraint { from, to, .. } => write!(f, "rename constraint `{from}` to `{to}`"),
        }
    }
}

/// What a column points at.
fn target(column: &Column) -> Option<(&str, &str)> {
    column.references.as_ref().map(|it| (it.table.as_str(), it.column.as_str()))
}

fn filled(mut column: Column) -> Column {
    let needs_value = !column.nullable && column.default.is_none() && column.references.is_none();
    column.fill = needs_value.then_some(column.fill.unwrap_or(Fill::Empty));
    column
}

fn changes(from: &Column, to: &Column) -> Vec<String> {
    let mut changes = Vec::new();
    if from.storage != to.storage {
        let name = |column: &Column| format!("{:?}", column.storage).to_lowercase();
        changes.push(format!("{} becomes {}", name(from), name(to)));
    }
    match (from.nullable, to.nullable) {
        (true, false) => changes.push("becomes required".into()),
        (false, true) => changes.push("may be NULL".into()),
        _ => {}
    }
    if from.default != to.default {
        changes.push(if to.default.is_some() { "another default" } else { "no default" }.into());
    }
    if from.references != to.references {
        changes.push(if to.references.is_some() { "another foreign key" } else { "no foreign key" }.into());
    }
    changes
}
