//! Applies the developer's renames to the snapshots: the operations, and the tables as they are after those.

use samara::table::{Table, foreign_key_name};

use crate::operation::Operation;
use crate::question::{Decisions, SchemaObject};

/// The tables with their new names; columns as they were.
pub(super) fn tables(snapshots: &[Table], answers: &Decisions) -> Vec<Table> {
    let mut tables = snapshots.to_vec();
    for (from, to) in table_renames(answers) {
        for table in &mut tables {
            if table.name == *from {
                table.name.clone_from(to);
            }
            for key in table.columns.iter_mut().filter_map(|it| it.references.as_mut()) {
                if key.table == *from {
                    key.table.clone_from(to);
                }
            }
        }
    }
    tables
}

/// All renames. A foreign key is named after its table and column, so it is renamed with them if it stays.
pub(super) fn apply(snapshots: &[Table], target: &[Table], answers: &Decisions) -> (Vec<Table>, Vec<Operation>) {
    let mut operations: Vec<Operation> = table_renames(answers)
        .map(|(from, to)| Operation::RenameTable { from: from.clone(), to: to.clone() })
        .collect();
    let mut tables = tables(snapshots, answers);
    for at in 0..tables.len() {
        let table = tables[at].name.clone();
        let renames = column_renames(answers).filter(|(of, ..)| **of == table);
        for (from, to) in in_order(renames.map(|(_, from, to)| (from.clone(), to.clone())).collect()) {
            rename_column(&mut tables, &table, &from, &to);
            operations.push(Operation::RenameColumn { table: table.clone(), from, to });
        }
    }
    for (was, is) in snapshots.iter().zip(&tables) {
        let stays = |name: &str| target.iter().any(|it| it.name == is.name && it.column(name).is_some());
        let renames = was.columns.iter().zip(&is.columns).filter_map(|(old, new)| {
            let names = (foreign_key_name(&was.name, &old.name), foreign_key_name(&is.name, &new.name));
            (new.references.is_some() && names.0 != names.1 && stays(&new.name)).then_some(names)
        });
        for (from, to) in in_order(renames.collect()) {
            operations.push(Operation::RenameConstraint { table: is.name.clone(), from, to });
        }
    }
    (tables, operations)
}

/// The renames in an order in which each name is free when it is given: what is called so must have gone first. Where two swap their
/// names, one of them has another name in between.
pub(super) fn in_order(mut renames: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut ordered = Vec::new();
    while !renames.is_empty() {
        let free = renames.iter().position(|(_, to)| renames.iter().all(|(from, _)| from != to));
        match free {
            Some(free) => ordered.push(renames.remove(free)),
            None => {
                let (from, _) = &mut renames[0];
                let temporary = format!("{TEMPORARY}{from}");
                ordered.push((from.clone(), temporary.clone()));
                *from = temporary;
            }
        }
    }
    ordered
}

/// The name of what has this one, or has it in between.
pub(super) fn of_temporary(name: &str) -> &str {
    name.strip_prefix(TEMPORARY).unwrap_or(name)
}

/// Short, so that a name with it is kept by PostgreSQL unless it was too long before.
const TEMPORARY: &str = "_";

fn rename_column(tables: &mut [Table], table: &str, from: &str, to: &str) {
    for other in tables {
        if other.name == table {
            for column in other.columns.iter_mut().filter(|it| it.name == from) {
                column.name = to.to_owned();
            }
            for (column, _) in other.indexes.iter_mut().flat_map(|it| &mut it.columns).filter(|(it, _)| it == from) {
                *column = to.to_owned();
            }
        }
        for key in other.columns.iter_mut().filter_map(|it| it.references.as_mut()) {
            if key.table == table && key.column == from {
                key.column = to.to_owned();
            }
        }
    }
}

fn table_renames(answers: &Decisions) -> impl Iterator<Item = (&String, &String)> {
    answers.renames.iter().filter_map(|it| match &it.from {
        SchemaObject::Table(from) => Some((from, &it.to)),
        SchemaObject::Column(..) => None,
    })
}

fn column_renames(answers: &Decisions) -> impl Iterator<Item = (&String, &String, &String)> {
    answers.renames.iter().filter_map(|it| match &it.from {
        SchemaObject::Table(_) => None,
        SchemaObject::Column(table, from) => Some((table, from, &it.to)),
    })
}
