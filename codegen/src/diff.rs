//! Compares snapshots with declared tables and makes operations, in an order in which they can run; in reverse order, their inverses can
//! run too.
//!
//! ```text
//! rename tables, columns, constraints → drop indexes → rename indexes → create tables → add, change, drop columns
//! → check values → drop tables → create indexes
//! ```
//! Where a table gets another primary key, what points at it is given its foreign key, or loses it, in the step that changes the key.

mod answer;
mod check;
mod rename;

use rename::Rename;
use samara::table::{Column, ColumnOrder, CreationStep, Index, RowCondition, Table, ValueRules, creation_steps};

use crate::diagnostic::Diagnostic;
use crate::operation::{Operation, TableChange};
use crate::question::{
    Decisions, Filling, Question, SchemaObject, ValueQuestion, about_columns, about_tables, missing, pairs,
};

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

/// What the developer may say of the values of rows that stand, once [`open_questions`] are answered.
///
/// # Errors
/// `R0705`, as [`diff`].
pub fn value_questions(
    snapshots: &[Table],
    target: &[Table],
    answers: &Decisions,
) -> Result<Vec<ValueQuestion>, Vec<Diagnostic>> {
    let (old, _) = rename::apply(snapshots, target, answers);
    let target = &answer::filled(&old, target, answers)?;
    let mut questions = Vec::new();
    for (old, new) in pairs(&old, target) {
        for column in missing(&new.columns, &old.columns, |it| &it.name).filter(|it| check::needs_value(it)) {
            questions.push(ValueQuestion::Required { table: new.name.clone(), column: Box::new(column.clone()) });
        }
    }
    for change in answer::unaccepted(rules(&old, target), answers)? {
        let (_, checked) = change.on_values();
        if let Operation::ChangeRules { table, column, .. } = change
            && !checked.is_empty()
        {
            questions.push(ValueQuestion::Narrowed { subject: SchemaObject::Column(table, column), rules: checked });
        }
    }
    Ok(questions)
}

/// Whether a value fits a column that needs one.
///
/// # Errors
/// `R0705`.
pub fn value_fits(
    snapshots: &[Table],
    target: &[Table],
    answers: &Decisions,
    value: &Filling,
) -> Result<(), Vec<Diagnostic>> {
    let (old, _) = rename::apply(snapshots, target, answers);
    let alone = Decisions { fills: vec![value.clone()], ..Decisions::default() };
    answer::filled(&old, target, &alone).map(drop)
}

/// Those of the decisions that are about the way from `snapshots` to `target`.
pub fn relevant(snapshots: &[Table], target: &[Table], decisions: &Decisions) -> Decisions {
    answer::relevant(snapshots, target, decisions)
}

/// The operations that change `snapshots` into `target`. A table or column that is gone and not declared as renamed is dropped.
///
/// # Errors
/// `R0705` for a decision about something that is not so; `R0706`, `R0708`, `R0709`, `R0710`, `R0714` for changes that no migration can
/// make. All problems are reported at once.
pub fn diff(snapshots: &[Table], target: &[Table], answers: &Decisions) -> Result<Vec<Operation>, Vec<Diagnostic>> {
    check::names_fit(target)?;
    check::rows_can_begin(target)?;
    answer::tables_are_right(snapshots, target, answers)?;
    answer::columns_are_right(&rename::tables(snapshots, answers), target, answers)?;

    let (old, mut operations) = rename::apply(snapshots, target, answers);
    let target = &answer::filled(&old, target, answers)?;
    check::primary_keys_stay(&old, target)?;
    let (dropped, renamed, created) = indexes(&old, target);
    operations.extend(dropped);
    operations.extend(renamed);
    let rekeyed = rekeyed(&old, target);
    let columns = columns(&old, target, &rekeyed);
    let coming = [creations(&old, target)?, columns.added].concat();
    let checked = answer::unaccepted(rules(&old, target), answers)?;
    let gone = drops(&old, target)?;
    let going = columns.dropped.iter().chain(&gone);
    let (together, alone) = with_keys(coming.iter().chain(going), columns.together, columns.alone, &rekeyed);
    let without_keys = |operations: Vec<Operation>| operations.into_iter().map(|it| without_keys(it, &rekeyed));
    let mut rebuilds: Vec<Operation> = alone.into_iter().map(|it| Operation::Rebuild(vec![it])).collect();
    if !together.is_empty() {
        rebuilds.insert(0, Operation::Rebuild(together));
    }
    let mistakes: Vec<Diagnostic> = coming.iter().chain(&rebuilds).flat_map(check::can_run).collect();
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    operations.extend(without_keys(coming));
    operations.extend(rebuilds);
    operations.extend(without_keys(columns.dropped));
    operations.extend(checked);
    operations.extend(without_keys(gone));
    operations.extend(created);
    Ok(operations)
}

/// The tables that stay and get another primary key.
fn rekeyed<'a>(old: &'a [Table], target: &'a [Table]) -> Vec<&'a str> {
    let key = |table: &'a Table| table.columns.iter().find(|it| it.primary_key).map(|it| &it.name);
    pairs(old, target).filter(|(old, new)| key(old) != key(new)).map(|(_, new)| new.name.as_str()).collect()
}

fn points_at(column: &Column, tables: &[&str]) -> bool {
    column.references.as_ref().is_some_and(|key| tables.contains(&key.table.as_str()))
}

fn without_key(column: &Column) -> Column {
    Column { references: None, ..column.clone() }
}

/// The tables that change together, among them those of columns that come or go with a foreign key at a table that gets another primary
/// key: a key that comes needs the new one, and one that goes holds the old one. And the tables that change by themselves.
fn with_keys<'a>(
    operations: impl Iterator<Item = &'a Operation>,
    mut together: Vec<TableChange>,
    mut alone: Vec<TableChange>,
    rekeyed: &[&str],
) -> (Vec<TableChange>, Vec<TableChange>) {
    for operation in operations {
        let (table, columns, comes) = match operation {
            Operation::CreateTable(table) => (&table.name, table.columns.as_slice(), true),
            Operation::AddColumn { table, column } => (table, std::slice::from_ref(column), true),
            Operation::DropTable(table) => (&table.name, table.columns.as_slice(), false),
            Operation::DropColumn { table, column } => (table, std::slice::from_ref(column), false),
            _ => continue,
        };
        for column in columns.iter().filter(|it| points_at(it, rekeyed)) {
            let (keyed, plain) = (column.schema(), without_key(&column.schema()));
            let change = if comes { (plain, keyed) } else { (keyed, plain) };
            if let Some(at) = alone.iter().position(|it| it.table == *table) {
                together.push(alone.remove(at));
            }
            match together.iter_mut().find(|it| it.table == *table) {
                Some(changed) => changed.columns.push(change),
                None => together.push(TableChange { table: table.clone(), columns: vec![change] }),
            }
        }
    }
    (together, alone)
}

/// What comes or goes, without the foreign keys that [`with_keys`] gives and takes.
fn without_keys(operation: Operation, rekeyed: &[&str]) -> Operation {
    let column = |it: Column| if points_at(&it, rekeyed) { without_key(&it) } else { it };
    let table = |it: Table| Table { columns: it.columns.into_iter().map(column).collect(), ..it };
    match operation {
        Operation::CreateTable(it) => Operation::CreateTable(table(it)),
        Operation::DropTable(it) => Operation::DropTable(table(it)),
        Operation::AddColumn { table, column: it } => Operation::AddColumn { table, column: column(it) },
        Operation::DropColumn { table, column: it } => Operation::DropColumn { table, column: column(it) },
        operation => operation,
    }
}

fn creations(old: &[Table], target: &[Table]) -> Result<Vec<Operation>, Vec<Diagnostic>> {
    let new: Vec<Table> = missing(target, old, |it| &it.name).cloned().collect();
    let steps = creation_steps(&new).map_err(check::cycle)?;
    Ok(steps.into_iter().map(operation).collect())
}

/// The tables that go, in the reverse of an order in which they could be created. A table that is empty may be given any key, so every key
/// may be the one that breaks a cycle, even one that must not be NULL.
fn drops(old: &[Table], target: &[Table]) -> Result<Vec<Operation>, Vec<Diagnostic>> {
    let gone: Vec<&Table> = missing(old, target, |it| &it.name).collect();
    let free = |table: &&Table| {
        let columns =
            table.columns.iter().map(|it| Column { nullable: it.nullable || it.references.is_some(), ..it.clone() });
        Table { columns: columns.collect(), ..(*table).clone() }
    };
    let order: Vec<Table> = gone.iter().map(free).collect();
    let declared = |table: &str, column: &Column| {
        gone.iter().find(|it| it.name == table).and_then(|it| it.column(&column.name)).unwrap_or(column).clone()
    };
    let steps = creation_steps(&order).map_err(check::cycle)?.into_iter().map(|step| match step {
        CreationStep::Create(table) => {
            let columns = table.columns.iter().map(|it| declared(&table.name, it)).collect();
            CreationStep::Create(Table { columns, ..table })
        }
        CreationStep::AddColumn { column, table } => {
            CreationStep::AddColumn { column: declared(&table, &column), table }
        }
        step @ CreationStep::AddIndex { .. } => step,
    });
    let created: Vec<Operation> = steps.map(operation).collect();
    Ok(created.iter().rev().map(Operation::inverse).collect())
}

fn operation(step: CreationStep) -> Operation {
    match step {
        CreationStep::Create(table) => Operation::CreateTable(table),
        CreationStep::AddColumn { table, column } => Operation::AddColumn { table, column },
        CreationStep::AddIndex { table, index } => Operation::CreateIndex { table, index },
    }
}

/// Columns of tables that stay.
struct ColumnChanges {
    added: Vec<Operation>,
    /// The tables that change in one step.
    together: Vec<TableChange>,
    /// Those that change by themselves.
    alone: Vec<TableChange>,
    dropped: Vec<Operation>,
}

fn columns(old: &[Table], target: &[Table], rekeyed: &[&str]) -> ColumnChanges {
    let (mut added, mut changed, mut dropped) = (Vec::new(), Vec::new(), Vec::new());
    for (old, new) in pairs(old, target) {
        let table = || new.name.clone();
        for column in missing(&new.columns, &old.columns, |it| &it.name) {
            added.push(Operation::AddColumn { table: table(), column: column.clone() });
        }
        let mut columns: Vec<(Column, Column)> = new
            .columns
            .iter()
            .filter_map(|to| Some((old.column(&to.name)?.clone(), to.clone())))
            // Rules and the value for existing rows are no part of the column's definition.
            .filter(|(from, to)| from.schema() != to.schema())
            .collect();
        for column in missing(&old.columns, &new.columns, |it| &it.name) {
            // Another column has become the primary key: first it is one no longer, then it goes.
            let plain = Column { primary_key: false, counted: false, ..column.clone() };
            if column.primary_key {
                columns.push((column.clone(), plain.clone()));
            }
            dropped.push(Operation::DropColumn { table: table(), column: plain });
        }
        if !columns.is_empty() {
            changed.push(TableChange { table: table(), columns });
        }
    }
    let (together, alone) = changed.into_iter().partition(|it| changes_a_key(it, rekeyed));
    ColumnChanges { added, together, alone, dropped }
}

/// Columns that stay and whose values are meant otherwise, such that a row may not fit any more. What became wider changes no row.
fn rules(old: &[Table], target: &[Table]) -> Vec<Operation> {
    let mut changed = Vec::new();
    for (old, new) in pairs(old, target) {
        for to in &new.columns {
            let Some(from) = old.column(&to.name) else { continue };
            let Some(rules) = &to.rules else { continue };
            let was = match &from.rules {
                _ if from.storage != to.storage => ValueRules::new(),
                Some(was) => (**was).clone(),
                // A snapshot that did not say: what is declared now was declared then, for all that is known.
                None => continue,
            };
            let change = Operation::ChangeRules {
                table: new.name.clone(),
                column: to.name.clone(),
                from: was,
                to: (**rules).clone(),
            };
            let (normalises, checked) = change.on_values();
            if normalises || !checked.is_empty() {
                changed.push(change);
            }
        }
    }
    changed
}

/// Whether the table gets another primary key, or points at one that does, or did: such tables change in one step.
fn changes_a_key(change: &TableChange, rekeyed: &[&str]) -> bool {
    rekeyed.contains(&change.table.as_str())
        || change.columns.iter().any(|(from, to)| points_at(from, rekeyed) || points_at(to, rekeyed))
}

/// Indexes of tables that stay: dropped, renamed, created. Those over the same columns, of the same rows, are the same index.
fn indexes(old: &[Table], target: &[Table]) -> (Vec<Operation>, Vec<Operation>, Vec<Operation>) {
    type Shape<'i> = (bool, &'i [(String, ColumnOrder)], &'i [String], Option<&'i RowCondition>);
    fn shape(index: &Index) -> Shape<'_> {
        (index.unique, &index.columns, &index.nulls_equal, index.only.as_ref())
    }
    let (mut dropped, mut renamed, mut created) = (Vec::new(), Vec::new(), Vec::new());
    // The names of indexes are those of tables, too.
    let names = |it: &Table| it.indexes.iter().map(|it| it.name.clone()).chain([it.name.clone()]).collect::<Vec<_>>();
    let taken: Vec<String> = old.iter().chain(target).flat_map(names).collect();
    for (old, new) in pairs(old, target) {
        let table = || new.name.clone();
        for index in missing(&old.indexes, &new.indexes, shape) {
            dropped.push(Operation::DropIndex { table: table(), index: index.clone() });
        }
        for index in missing(&new.indexes, &old.indexes, shape) {
            created.push(Operation::CreateIndex { table: table(), index: index.clone() });
        }
        let renames = new.indexes.iter().filter_map(|to| {
            let from = old.indexes.iter().find(|it| shape(it) == shape(to))?;
            (from.name != to.name).then(|| (from.name.clone(), to.name.clone()))
        });
        for Rename { was, from, to } in rename::in_order(renames.collect(), &taken) {
            if let Some(index) = old.indexes.iter().find(|it| it.name == was) {
                let named = |name: String| Index { name, ..index.clone() };
                renamed.push(Operation::RenameIndex { table: table(), from: named(from), to: named(to) });
            }
        }
    }
    (dropped, renamed, created)
}
