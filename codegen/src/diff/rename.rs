//! Applies the developer's renames to the snapshots: the operations, and the tables as they are after those.

use samara::table::{Index, Table, foreign_key_name};

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

/// All renames. A foreign key is named after its table and column, so it is renamed with them; also one that goes, for on the way back it
/// comes to its table under the new name.
pub(super) fn apply(snapshots: &[Table], target: &[Table], answers: &Decisions) -> (Vec<Table>, Vec<Operation>) {
    let mut operations: Vec<Operation> = table_renames(answers)
        .map(|(from, to)| Operation::RenameTable { from: from.clone(), to: to.clone() })
        .collect();
    let mut tables = tables(snapshots, answers);
    for at in 0..tables.len() {
        let table = tables[at].name.clone();
        let renames = column_renames(answers).filter(|(of, ..)| **of == table);
        let renames = renames.map(|(_, from, to)| (from.clone(), to.clone())).collect();
        let columns = [Some(&tables[at]), target.iter().find(|it| it.name == table)];
        let taken: Vec<String> =
            columns.into_iter().flatten().flat_map(|it| &it.columns).map(|it| it.name.clone()).collect();
        for Rename { from, to, .. } in in_order(renames, &taken) {
            rename_column(&mut tables, &table, &from, &to);
            operations.push(Operation::RenameColumn { table: table.clone(), from, to });
        }
    }
    for (was, is) in snapshots.iter().zip(&tables) {
        let renames = was.columns.iter().zip(&is.columns).filter_map(|(old, new)| {
            let names = (foreign_key_name(&was.name, &old.name), foreign_key_name(&is.name, &new.name));
            (new.references.is_some() && names.0 != names.1).then_some(names)
        });
        // No table declares a constraint of another name.
        for Rename { from, to, .. } in in_order(renames.collect(), &[]) {
            operations.push(Operation::RenameConstraint { table: is.name.clone(), from, to });
        }
    }
    (tables, operations)
}

/// One step of several renames.
pub(super) struct Rename {
    /// What it was called before all of them.
    pub(super) was: String,
    /// What it is called before this one.
    pub(super) from: String,
    /// What it is called after this one.
    pub(super) to: String,
}

/// The renames in an order in which each name is free when it is given: what is called so must have gone first. Where names are swapped, one
/// of the things has another name in between, which is none of `taken`.
pub(super) fn in_order(renames: Vec<(String, String)>, taken: &[String]) -> Vec<Rename> {
    let mut waiting: Vec<Rename> =
        renames.into_iter().map(|(from, to)| Rename { was: from.clone(), from, to }).collect();
    let mut ordered = Vec::new();
    let mut temporary = 0;
    while !waiting.is_empty() {
        let free = waiting.iter().position(|it| waiting.iter().all(|other| other.from != it.to));
        match free {
            Some(free) => ordered.push(waiting.remove(free)),
            None => {
                let name = loop {
                    let name = format!("{TEMPORARY}{temporary}");
                    temporary += 1;
                    if !taken.contains(&name) {
                        break name;
                    }
                };
                let first = &mut waiting[0];
                let from = std::mem::replace(&mut first.from, name.clone());
                ordered.push(Rename { was: first.was.clone(), from, to: name });
            }
        }
    }
    ordered
}

/// What a temporary name begins with.
const TEMPORARY: &str = "samara_swapped_";

fn rename_column(tables: &mut [Table], table: &str, from: &str, to: &str) {
    for other in tables {
        if other.name == table {
            for column in other.columns.iter_mut().filter(|it| it.name == from) {
                column.name = to.to_owned();
            }
            for column in other.indexes.iter_mut().flat_map(Index::columns_mut).filter(|it| *it == from) {
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
