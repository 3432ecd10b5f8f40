//! The order in which tables that point at each other can be created.

use std::collections::BTreeSet;

use super::{Column, Index, Table};

/// One step of creating tables in an empty database.
#[derive(Clone, Debug, PartialEq)]
pub enum CreationStep {
    /// The table, without the columns and indexes that later steps add.
    Create(Table),
    /// A nullable key that closes a cycle of tables, added when all of them exist.
    AddColumn {
        /// The table's name.
        table: String,
        /// The key.
        column: Column,
    },
    /// An index over such a key.
    AddIndex {
        /// The table's name.
        table: String,
        /// The index.
        index: Index,
    },
}

/// Tables that point at each other by required keys: none of them could ever hold a first row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the tables {} require each other: none of them could hold a first row", .0.join(", "))]
pub struct Cycle(pub Vec<String>);

/// The steps that create `tables`, each after those it points at; equal input gives equal steps.
///
/// A key that points at its own table, or at a table that is not given (which exists already), does not matter. A cycle is broken at its
/// nullable keys, which are added as columns afterwards. The reverse of the steps is a valid order of dropping.
///
/// # Errors
/// [`Cycle`] if a cycle has no nullable key.
pub fn creation_steps(tables: &[Table]) -> Result<Vec<CreationStep>, Cycle> {
    let mut waiting: Vec<&Table> = tables.iter().collect();
    let mut steps = Vec::new();
    let mut late = Vec::new();
    while !waiting.is_empty() {
        let next = match waiting.iter().position(|it| keys_into(it, &waiting).next().is_none()) {
            Some(free) => free,
            None => breaking_point(&waiting)?,
        };
        let cut: Vec<Column> = keys_into(waiting[next], &waiting).cloned().collect();
        let table = waiting.remove(next);
        let is_cut = |name: &str| cut.iter().any(|it| it.name == name);
        let (after, indexes): (Vec<Index>, Vec<Index>) =
            table.indexes.iter().cloned().partition(|index| cut.iter().any(|it| index.reads(&it.name)));
        let columns = table.columns.iter().filter(|it| !is_cut(&it.name)).cloned().collect();
        steps.push(CreationStep::Create(Table { name: table.name.clone(), columns, indexes }));
        late.extend(cut.into_iter().map(|column| CreationStep::AddColumn { table: table.name.clone(), column }));
        late.extend(after.into_iter().map(|index| CreationStep::AddIndex { table: table.name.clone(), index }));
    }
    steps.extend(late);
    Ok(steps)
}

/// The keys of `table` that point at another table of `waiting`.
fn keys_into<'a>(table: &'a Table, waiting: &'a [&Table]) -> impl Iterator<Item = &'a Column> {
    table.columns.iter().filter(move |column| {
        column
            .references
            .as_ref()
            .is_some_and(|key| key.table != table.name && waiting.iter().any(|other| other.name == key.table))
    })
}

/// A table that can be created first, without its keys into the other tables of `waiting`, all of which wait for each other.
///
/// It must be inside an innermost cycle: outside of one, leaving out its keys would not help.
fn breaking_point(waiting: &[&Table]) -> Result<usize, Cycle> {
    let reach: Vec<BTreeSet<usize>> = (0..waiting.len()).map(|start| reachable(start, waiting)).collect();
    let is_innermost = |index: usize| reach[index].iter().all(|other| reach[*other].contains(&index));
    let innermost: Vec<usize> = (0..waiting.len()).filter(|index| is_innermost(*index)).collect();
    let open = innermost.iter().find(|index| keys_into(waiting[**index], waiting).all(|key| key.nullable));
    open.copied().ok_or_else(|| Cycle(innermost.iter().map(|index| waiting[*index].name.clone()).collect()))
}

fn reachable(start: usize, waiting: &[&Table]) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut open = vec![start];
    while let Some(index) = open.pop() {
        for key in keys_into(waiting[index], waiting) {
            let target = key.references.as_ref().map(|it| &it.table);
            let target = waiting.iter().position(|it| Some(&it.name) == target);
            if let Some(target) = target.filter(|it| found.insert(*it)) {
                open.push(target);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::OnDelete;

    fn table(name: &str, keys: &[(&str, bool)]) -> Table {
        keys.iter().fold(Table::new(name).with(Column::uuid("id").primary_key()), |table, (target, nullable)| {
            let key = Column::uuid(&format!("{target}_id")).references(target, "id", OnDelete::Restrict);
            table.with(if *nullable { key.nullable() } else { key })
        })
    }

    fn names(tables: &[Table]) -> Vec<String> {
        let name = |step: CreationStep| match step {
            CreationStep::Create(table) => table.name,
            CreationStep::AddColumn { table, column } => format!("{table}.{}", column.name),
            CreationStep::AddIndex { table, index } => format!("{table}:{}", index.name),
        };
        creation_steps(tables).into_iter().flatten().map(name).collect()
    }

    #[test]
    fn a_table_comes_after_those_it_points_at() {
        let tables =
            [table("c", &[("b", false), ("a", true)]), table("b", &[("a", false)]), table("a", &[("a", false)])];
        assert_eq!(names(&tables), ["a", "b", "c"]);
    }

    #[test]
    fn a_cycle_is_broken_at_a_nullable_key_inside_it() {
        let outside = table("outside", &[("users", true)]);
        let users = table("users", &[("worlds", true)])
            .with_index(Index::new("users_worlds_id_idx").asc("worlds_id"))
            .with_index(Index::new("users_id_idx").asc("id"));
        let worlds = table("worlds", &[("users", false)]);
        assert_eq!(
            names(&[outside, worlds, users]),
            ["users", "outside", "worlds", "users.worlds_id", "users:users_worlds_id_idx"]
        );
    }

    #[test]
    fn a_cycle_of_required_keys_is_refused() {
        let tables = [table("a", &[("b", false)]), table("b", &[("a", false)]), table("c", &[("a", true)])];
        assert_eq!(creation_steps(&tables), Err(Cycle(vec!["a".into(), "b".into()])));
    }
}
