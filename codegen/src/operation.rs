//! One change of the schema, its inverse, and its warning for reviewers.

use std::fmt;

use samara::migration::Rebuild;
use samara::table::{Column, Fill, Index, Storage, Table, ValueRules};
use samara::value::Value;

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
    /// Changes what columns are: their storage, NULL, default, foreign key, primary key. Of one table, or of several that must change
    /// together.
    Rebuild(Vec<TableChange>),
    /// Means something else by the values of a column: those that stand are written in lower case, or checked.
    ChangeRules {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// What they kept to; nothing, if they were converted from another storage.
        from: ValueRules,
        /// What they shall keep to.
        to: ValueRules,
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

/// How columns of one table change; not empty.
#[derive(Clone, Debug, PartialEq)]
pub struct TableChange {
    /// The table.
    pub table: String,
    /// Each column as it is, and as it shall be.
    pub columns: Vec<(Column, Column)>,
}

impl Operation {
    /// The operation that undoes this one: what `down` does.
    ///
    /// Dropped values are gone: a required column comes back with its default, or else with the empty value of its type; an enum, which has
    /// none, with its first variant by name. A required foreign key has no empty value, so it comes back only into a table without rows.
    #[must_use]
    pub fn inverse(&self) -> Self {
        match self.clone() {
            Self::CreateTable(table) => Self::DropTable(table),
            Self::DropTable(table) => Self::CreateTable(table),
            Self::RenameTable { from, to } => Self::RenameTable { from: to, to: from },
            Self::AddColumn { table, column } => Self::DropColumn { table, column },
            Self::DropColumn { table, column } => Self::AddColumn { table, column: filled(column) },
            Self::RenameColumn { table, from, to } => Self::RenameColumn { table, from: to, to: from },
            Self::Rebuild(tables) => Self::Rebuild(tables.into_iter().map(TableChange::inverse).collect()),
            Self::ChangeRules { table, column, from, to } => Self::ChangeRules { table, column, from: to, to: from },
            Self::CreateIndex { table, index } => Self::DropIndex { table, index },
            Self::DropIndex { table, index } => Self::CreateIndex { table, index },
            Self::RenameIndex { table, from, to } => Self::RenameIndex { table, from: to, to: from },
            Self::RenameConstraint { table, from, to } => Self::RenameConstraint { table, from: to, to: from },
        }
    }

    /// The operation's effect on rows, if it changes rules: whether values are written in lower case, and what is checked of them.
    pub fn on_values(&self) -> (bool, ValueRules) {
        match self {
            Self::ChangeRules { from, to, .. } => (to.case_insensitive && !from.case_insensitive, from.narrowed(to)),
            _ => (false, ValueRules::new()),
        }
    }

    /// What a reviewer must know of its way back, in a migration of these operations: where rows stand in it.
    pub fn way_back(&self, among: &[Self]) -> Option<String> {
        let Self::DropColumn { table, column } = self else { return None };
        if column.nullable {
            return None;
        }
        let name = format!("`{table}.{}`", column.name);
        let loses_key = |(from, _): &(Column, Column)| from.name == column.name && from.references.is_some();
        let points = column.references.is_some()
            || among.iter().any(|it| match it {
                Self::Rebuild(tables) => tables.iter().any(|it| it.table == *table && it.columns.iter().any(loses_key)),
                _ => false,
            });
        if points && column.default.is_none() {
            return Some(format!("{name} comes back only to a table without rows: nobody knows what they pointed at"));
        }
        let was_key = |(from, to): &(Column, Column)| from.name == column.name && from.primary_key && !to.primary_key;
        let is_rebuilt = |it: &&TableChange| it.table == *table && it.columns.iter().any(was_key);
        if among.iter().any(|it| matches!(it, Self::Rebuild(tables) if tables.iter().any(|it| is_rebuilt(&it)))) {
            return Some(format!(
                "{name} comes back with one value for all rows, so two rows stop the way back where it is the primary key again"
            ));
        }
        let unique = among.iter().find_map(|it| match it {
            Self::DropIndex { table: of, index } if of == table && index.unique => {
                index.reads(&column.name).then_some(&index.name)
            }
            _ => None,
        });
        unique.map(|index| {
            format!("{name} comes back with one value for all rows, so two rows that `{index}` keeps apart stop the way back")
        })
    }

    /// What a reviewer must know before it runs on a table with rows: what is lost, and what may fail.
    pub fn warnings(&self) -> Vec<String> {
        match self {
            Self::DropTable(table) => vec![format!("all rows of `{}` are lost", table.name)],
            Self::DropColumn { table, column } => vec![format!("all values of `{table}.{}` are lost", column.name)],
            Self::Rebuild(tables) => tables.iter().flat_map(TableChange::warnings).collect(),
            Self::ChangeRules { table, column, .. } => {
                let (normalises, checked) = self.on_values();
                let lost = format!(
                    "how the values of `{table}.{column}` were written is lost, and two that become equal stop the migration where they \
                     must be unique"
                );
                let stops = format!("a value of `{table}.{column}` that is not {checked} stops the migration");
                [normalises.then_some(lost), (!checked.is_empty()).then_some(stops)].into_iter().flatten().collect()
            }
            Self::CreateIndex { table, index } if index.unique => {
                vec![format!("rows of `{table}` that share the values of `{}` stop the migration", index.name)]
            }
            _ => Vec::new(),
        }
    }
}

impl TableChange {
    /// What is asked of the database.
    pub(crate) fn rebuild(&self) -> Rebuild {
        self.columns.iter().fold(Rebuild::new(), |rebuild, (from, to)| rebuild.change(from.clone(), to.clone()))
    }

    fn inverse(self) -> Self {
        let columns = self.columns.into_iter().map(|(from, to)| (to.schema(), filled(from))).collect();
        Self { columns, ..self }
    }

    /// What may stop the migration.
    fn warnings(&self) -> impl Iterator<Item = String> {
        self.columns.iter().filter_map(|(from, to)| {
            let column = format!("`{}.{}`", self.table, to.name);
            if from.storage != to.storage && is_looked_up(from, to) {
                None
            } else if from.storage != to.storage {
                let lost = spelling_lost(from.storage, to.storage);
                let lost = lost.map(|it| format!(", and how they were written is lost ({it})")).unwrap_or_default();
                Some(format!("values of {column} are converted{lost}; one that cannot be stops the migration"))
            } else if from.nullable && !to.nullable && to.default.is_none() && to.fill.is_none() {
                Some(format!("a row without a value of {column} stops the migration"))
            } else if to.references.is_some() && target(from) != target(to) {
                Some(format!("a value of {column} that points at nothing stops the migration"))
            } else if to.primary_key && !from.primary_key {
                Some(format!("rows that share a value of {column} stop the migration"))
            } else {
                None
            }
        })
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
            Self::Rebuild(tables) => {
                let told: Vec<String> = tables.iter().map(ToString::to_string).collect();
                f.write_str(&told.join("; "))
            }
            Self::ChangeRules { table, column, .. } => {
                let (normalises, checked) = self.on_values();
                let written = normalises.then(|| format!("write `{table}.{column}` in lower case"));
                let checked = (!checked.is_empty()).then(|| format!("check that `{table}.{column}` is {checked}"));
                f.write_str(&written.into_iter().chain(checked).collect::<Vec<_>>().join(", and "))
            }
            Self::CreateIndex { index, .. } if index.unique => write!(f, "create unique index `{}`", index.name),
            Self::CreateIndex { index, .. } => write!(f, "create index `{}`", index.name),
            Self::DropIndex { index, .. } => write!(f, "drop index `{}`", index.name),
            Self::RenameIndex { from, to, .. } => write!(f, "rename index `{}` to `{}`", from.name, to.name),
            Self::RenameConstraint { from, to, .. } => write!(f, "rename constraint `{from}` to `{to}`"),
        }
    }
}

impl fmt::Display for TableChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = |(from, to): &(Column, Column)| format!("`{}` {}", to.name, changes(from, to).join(", "));
        let told: Vec<String> = self.columns.iter().map(told).collect();
        write!(f, "change table `{}`: {}", self.table, told.join("; "))
    }
}

/// What a column points at.
fn target(column: &Column) -> Option<(&str, &str)> {
    column.references.as_ref().map(|it| (it.table.as_str(), it.column.as_str()))
}

/// Whether its values are looked up and not converted: the table that it points at has another primary key.
pub(crate) fn is_looked_up(from: &Column, to: &Column) -> bool {
    match (&from.references, &to.references) {
        (Some(from), Some(to)) => from.table == to.table && from.column != to.column,
        _ => false,
    }
}

/// An example of texts that no longer can be told apart once they have become values of that storage.
fn spelling_lost(from: Storage, to: Storage) -> Option<&'static str> {
    match (from, to) {
        (Storage::Text, Storage::Integer) => Some("`007` becomes 7"),
        (Storage::Text, Storage::Float) => Some("`1.50` becomes 1.5"),
        (Storage::Text, Storage::Time) => {
            Some("`14:00` becomes `14:00:00.000000`, and what is finer than microseconds goes")
        }
        (Storage::Text, Storage::Boolean) => Some("`yes` becomes true"),
        (Storage::Text, Storage::Uuid) => Some("`0A` becomes `0a`"),
        (Storage::Text, Storage::Timestamp) => {
            Some("`14:00+02:00` becomes `12:00Z`, and what is finer than microseconds goes")
        }
        (Storage::Text, Storage::Json) => Some("spaces and the order of keys go"),
        _ => None,
    }
}

fn filled(mut column: Column) -> Column {
    let needs_value = !column.nullable && column.default.is_none() && column.references.is_none();
    column.fill = needs_value.then(|| column.fill.take().unwrap_or_else(|| empty(&column)));
    column
}

/// The value for rows whose own is lost: the empty one of the storage, or the one nearest to it that can be read and written.
fn empty(column: &Column) -> Fill {
    let Some(rules) = &column.rules else { return Fill::Empty };
    let first = rules.one_of.as_ref().and_then(|it| it.first());
    let nearest = 0.max(rules.min.unwrap_or(0)).min(rules.max.unwrap_or(i64::MAX));
    match (column.storage, first) {
        (Storage::Text, Some(first)) => Fill::Constant(Value::Text(first.clone())),
        (Storage::Integer, _) if nearest != 0 => Fill::Constant(Value::Int(nearest)),
        _ => Fill::Empty,
    }
}

fn changes(from: &Column, to: &Column) -> Vec<String> {
    let mut changes = Vec::new();
    if from.storage != to.storage {
        let name = |column: &Column| format!("{:?}", column.storage).to_lowercase();
        changes.push(format!("turns from {} into {}", name(from), name(to)));
    }
    match (from.nullable, to.nullable) {
        (true, false) => changes.push("becomes required".into()),
        (false, true) => changes.push("may be NULL".into()),
        _ => {}
    }
    if from.default != to.default {
        changes.push(if to.default.is_some() { "has another default" } else { "has no default" }.into());
    }
    if from.references != to.references {
        changes.push(if to.references.is_some() { "has another foreign key" } else { "has no foreign key" }.into());
    }
    match (from.primary_key, to.primary_key) {
        (true, false) => changes.push("is no longer the primary key".into()),
        (false, true) => changes.push("becomes the primary key".into()),
        _ => {}
    }
    changes
}
