//! Compares snapshots with declared tables and makes operations, in an order in which they can run; in reverse order, their inverses can
//! run too.
//!
//! ```text
//! rename tables, columns, constraints → drop indexes → rename indexes → create tables → add, change, drop columns
//! → drop tables → create indexes
//! ```

mod answer;
mod check;
mod rename;

use samara::table::{Column, CreationStep, Cycle, Index, Table, creation_steps};

use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::operation::Operation;
use crate::question::{Decisions, Question, about_columns, about_tables, missing, pairs};

/// The questions that the developer must answer first, so that [`diff`] guesses nothing: about tables, and once these are answered, about
/// columns.
///
/// # Errors
/// `R0705` if an answer names a table or column that was not dropped or added.
pub fn open_questions(
    snapshots: &[Table],
    target: &[Table],
    answers: &Decisions,
) -> Result<Vec<Question>, Vec<Diagnostic>> {
    answer::tables_are_right(snapshots, target, answers)?;
    let questions = about_tables(snapshots, target, answers);
    if !questions.is_empty() {
        return Ok(questions);
    }
    let renamed = rename::tables(snapshots, answers);
    answer::columns_are_right(&renamed, target, answers)?;
    Ok(about_columns(&renamed, target, answers))
}

/// The operations that change `snapshots` into `target`. A table or column that is gone and not declared as renamed is dropped.
///
/// # Errors
/// `R0705` for an answer that names a table or column that was not dropped or added; `R0706`, `R0708`, `R0709`, `R0710`, `R0714` for
/// changes that no migration can make. All problems are reported at once.
pub fn diff(snapshots: &[Table], target: &[Table], answers: &Decisions) -> Result<Vec<Operation>, Vec<Diagnostic>> {
    check::names_fit(target)?;
    answer::tables_are_right(snapshots, target, answers)?;
    answer::columns_are_right(&rename::tables(snapshots, answers), target, answers)?;

    let (old, mut operations) = rename::apply(snapshots, target, answers);
    let (dropped, renamed, created) = indexes(&old, target);
    operations.extend(dropped);
    operations.extend(renamed);
    operations.extend(creations(&old, target)?);
    operations.extend(columns(&old, target));
    operations.extend(drops(&old, target)?);
    operations.extend(created);

    let mistakes: Vec<Diagnostic> = operations.iter().filter_map(check::can_run).collect();
    if mistakes.is_empty() { Ok(operations) } else { Err(mistakes) }
}

fn creations(old: &[Table], target: &[Table]) -> Result<Vec<Operation>, Vec<Diagnostic>> {
    let new: Vec<Table> = missing(target, old, |it| &it.name).cloned().collect();
    steps(&new)
}

fn drops(old: &[Table], target: &[Table]) -> Result<Vec<Operation>, Vec<Diagnostic>> {
    let gone: Vec<Table> = missing(old, target, |it| &it.name).cloned().collect();
    Ok(steps(&gone)?.iter().rev().map(Operation::inverse).collect())
}

fn steps(tables: &[Table]) -> Result<Vec<Operation>, Vec<Diagnostic>> {
    let steps = creation_steps(tables).map_err(|cycle: Cycle| {
        let help = "make one of the keys between them an `Option<BelongsTo<…>>`";
        vec![Diagnostic::new(DiagnosticCode::Cycle, cycle.to_string(), help)]
    })?;
    let operation = |step: CreationStep| match step {
        CreationStep::Create(table) => Operation::CreateTable(table),
        CreationStep::AddColumn { table, column } => Operation::AddColumn { table, column },
        CreationStep::AddIndex { table, index } => Operation::CreateIndex { table, index },
    };
    Ok(steps.into_iter().map(operation).collect())
}

/// Columns of tables that stay: added, then changed, then dropped.
fn columns(old: &[Table], target: &[Table]) -> Vec<Operation> {
    let (mut added, mut changed, mut dropped) = (Vec::new(), Vec::new(), Vec::new());
    for (old, new) in pairs(old, target) {
        let table = || new.name.clone();
        for column in missing(&new.columns, &old.columns, |it| &it.name) {
            added.push(Operation::AddColumn { table: table(), column: column.clone() });
        }
        for column in missing(&old.columns, &new.columns, |it| &it.name) {
            dropped.push(Operation::DropColumn { table: table(), column: column.clone() });
        }
        for to in &new.columns {
            let Some(from) = old.column(&to.name) else { continue };
            // The value for existing rows is no part of the column's definition.
            if *from != (Column { fill: from.fill, ..to.clone() }) {
                changed.push(Operation::AlterColumn { table: table(), from: from.clone(), to: to.clone() });
            }
        }
    }
    [added, changed, dropped].concat()
}

/// Indexes of tables that stay: dropped, renamed, created. Those over the same columns are the same index.
fn indexes(old: &[Table], target: &[Table]) -> (Vec<Operation>, Vec<Operation>, Vec<Operation>) {
    fn shape(index: &Index) -> (bool, &[(String, samara::table::ColumnOrder)]) {
        (index.unique, &index.columns)
    }
    let (mut dropped, mut renamed, mut created) = (Vec::new(), Vec::new(), Vec::new());
    for (old, new) in pairs(old, target) {
        let table = || new.name.clone();
        for index in missing(&old.indexes, &new.indexes, shape) {
            dropped.push(Operation::DropIndex { table: table(), index: index.clone() });
        }
        for index in missing(&new.indexes, &old.indexes, shape) {
            created.push(Operation::CreateIndex { table: table(), index: index.clone() });
        }
        for to in &new.indexes {
            let from = old.indexes.iter().find(|it| shape(it) == shape(to));
            if let Some(from) = from.filter(|it| it.name != to.name) {
                renamed.push(Operation::RenameIndex { table: table(), from: from.clone(), to: to.clone() });
            }
        }
    }
    (dropped, renamed, created)
}
