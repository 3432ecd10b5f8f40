//! What a write stores: from an input to new values, as far as possible before anything is sent.

use super::build::{Builder, Open};
use super::execute::{Refused, Unwritten};
use super::{hook, keys};
use crate::authorize::{Authorized, refusal};
use crate::changeset::Changeset;
use crate::context::Context;
use crate::error::{Code, Error, Problem};
use crate::evaluate::{Evaluation, RecordRow, RowSource};
use crate::execute;
use crate::ir::{Action, ActionKind, Change, Generated, Tree};
use crate::plan::{Draft, Plan, clock, plan_stored};
use crate::record::StoredRow;
use crate::request::{Target, WriteRequest};
use crate::value::{RowKey, Value};

/// What one request is about to write.
#[derive(Clone)]
pub(super) struct Staged<'a> {
    pub(super) write: &'a Authorized<WriteRequest<'a>>,
    /// The position of its request among several; `None` if it is the only one.
    pub(super) index: Option<usize>,
    pub(super) changeset: Changeset,
    pub(super) rows: Rows,
}

impl Staged<'_> {
    /// The position to tell of in what is said of a row that it is for: that of its request, or of its key.
    pub(super) fn position(&self, id: &Value) -> Option<usize> {
        self.index.or_else(|| position_of_key(self.write, id))
    }
}

/// The position of a key, where a request gives several.
fn position_of_key(write: &Authorized<WriteRequest<'_>>, id: &Value) -> Option<usize> {
    match write.request().target() {
        Target::Keys(keys) if keys.len() > 1 => RowKey::of(id).and_then(|id| keys.iter().position(|it| *it == id)),
        _ => None,
    }
}

/// The rows that a changeset is for.
#[derive(Clone)]
pub(super) enum Rows {
    /// A new one.
    New {
        row: StoredRow,
        id: Value,
        /// What the create's policies say of it, as far as it tells.
        permitted: Evaluation<bool>,
    },
    /// All that the target means.
    Meant,
    /// One of them, read and locked: as it was.
    Locked(StoredRow, Value),
}

/// The changes of all requests, if they need neither the database nor a function of the application.
///
/// # Errors
/// All that is wrong with the inputs, and what is known to be refused.
pub(super) fn known<'a>(
    cx: &Context,
    writes: &'a [Authorized<WriteRequest<'a>>],
    numbers: &[i64],
) -> Result<Option<Vec<Staged<'a>>>, Error> {
    if writes.iter().any(|it| needs_more(it.action()) || goes_row_by_row(cx, it)) {
        return Ok(None);
    }
    let mut all = Collected::new(writes);
    for (index, write) in writes.iter().enumerate() {
        let built = Builder::new(cx, write, None, numbers.get(index).copied());
        let staged = built.and_then(|mut builder| match builder.run()? {
            None => staged(cx, write, all.index(index), builder.finish()?),
            Some(_) => Err(Error::internal("a change needs what the action did not declare")),
        });
        all.push(write, all.index(index), staged)?;
    }
    all.finish().map(Some)
}

/// Numbers for the new rows of all requests, where the database counts their primary key; else none.
///
/// They are taken before anything else is asked of the database, outside of the write's own transaction: an attempt that fails leaves them to
/// the next one.
///
/// # Errors
/// `INTERNAL` if the table does not count its key; `UNAVAILABLE`, `TIMEOUT`.
pub(super) async fn numbers(cx: &Context, writes: &[Authorized<WriteRequest<'_>>]) -> Result<Vec<i64>, Error> {
    let Some(resource) = writes.first().filter(|it| it.action().kind == ActionKind::Create).map(|it| it.resource())
    else {
        return Ok(Vec::new());
    };
    let declared = cx.engine().app().resource(resource);
    match declared.primary_key().is_some_and(|it| declared[it].generated == Some(Generated::Number)) {
        true => execute::next_keys(cx, resource, writes.len()).await,
        false => Ok(Vec::new()),
    }
}

/// Whether an action's changes need the database, or a function that may use it.
fn needs_more(action: &Action) -> bool {
    action.changes.iter().any(|it| match it {
        Change::Function { .. } | Change::RowFunction { .. } => true,
        Change::Set { value, when, .. } => {
            matches!(action.kind, ActionKind::Create)
                && when.as_deref().into_iter().chain([value]).any(Tree::asks_other_rows)
        }
        Change::RelateActor { .. } => false,
    })
}

/// Whether each row of a write is read and locked: a function reads it as it was, or runs once for each of several rows, or comes before
/// the statement and may run only for rows that the actor may write.
fn goes_row_by_row(cx: &Context, write: &Authorized<WriteRequest<'_>>) -> bool {
    let (action, target) = (write.action(), write.request().target());
    if matches!(target, Target::New | Target::Identity(_)) {
        return false;
    }
    let changes = action.changes.iter().any(|it| matches!(it, Change::Function { .. }));
    // Which row is named is known once it was read.
    let several = matches!(target, Target::Named(_) | Target::Keys(_) | Target::Where(_));
    let is_decided = !several && write.filter().is_everything();
    action.reads_row() || several && changes || !is_decided && !action.before.is_empty() || hook::reads_row(cx, write)
}

/// The changes of all requests, inside their transaction, known or not. Rows that a function reads are locked first, so that what it saw is
/// what is changed.
///
/// # Errors
/// As [`known`]; what a function fails with.
pub(super) async fn work_out<'a>(
    cx: &Context,
    writes: &'a [Authorized<WriteRequest<'a>>],
    numbers: &[i64],
) -> Result<Vec<Staged<'a>>, Unwritten> {
    if let Some(known) = known(cx, writes, numbers)? {
        return Ok(known);
    }
    let mut all = Collected::new(writes);
    for (index, write) in writes.iter().enumerate() {
        if !goes_row_by_row(cx, write) {
            match new_values(cx, write, (all.index(index), numbers.get(index).copied())).await {
                Err(Unwritten::Failed(error)) => all.push(write, all.index(index), Err(error))?,
                staged => all.push(write, all.index(index), Ok(staged?))?,
            }
            continue;
        }
        let rows = execute::stored(cx, &plan_stored(cx, write)?, clock(write)).await?;
        super::diagnose::all_were_found(cx, write, rows.iter().map(|it| it.id(cx.engine().app()))).await?;
        for row in rows {
            let id = row.id(cx.engine().app()).map(Value::from).ok_or_else(without_key)?;
            let position = all.index(index).or_else(|| position_of_key(write, &id));
            let (changeset, _) = build(cx, write, Some(&row), (position, None)).await?;
            let staged = changeset.checked().map(|changeset| Staged {
                write,
                index: all.index(index),
                changeset,
                rows: Rows::Locked(row, id),
            });
            all.push(write, position, staged)?;
        }
    }
    Ok(all.finish()?)
}

/// Works the changes of a write out that reads no stored row.
async fn new_values<'a>(
    cx: &Context,
    write: &'a Authorized<WriteRequest<'a>>,
    (index, number): (Option<usize>, Option<i64>),
) -> Result<Staged<'a>, Unwritten> {
    let (changeset, is_asked) = build(cx, write, None, (index, number)).await?;
    if !is_asked {
        return Ok(staged(cx, write, index, changeset)?);
    }
    let draft = Plan::<Draft>::new_row(cx, write, &changeset);
    match staged(cx, write, index, changeset) {
        // What is wrong with a value that was made of other rows is not for who may not store it.
        Err(error) if error.code() == Code::Invalid => {
            Err(Unwritten::Refused(Box::new(Refused { filter: write.filter().clone(), draft, index, error })))
        }
        staged => Ok(staged?),
    }
}

/// Works a changeset out, of the input or key at `index` where there are several, or of the new row with the primary key `number`; and whether
/// the database was asked for a value of it.
async fn build(
    cx: &Context,
    write: &Authorized<WriteRequest<'_>>,
    row: Option<&StoredRow>,
    (index, number): (Option<usize>, Option<i64>),
) -> Result<(Changeset, bool), Unwritten> {
    let mut builder = Builder::new(cx, write, row, number)?;
    let mut is_asked = false;
    while let Some(open) = builder.run()? {
        match open {
            Open::Function(name, function) => builder.call(name, function).await?,
            Open::RowFunction(name, function) => {
                let row = row.ok_or_else(|| Error::internal(format!("the change {name} needs the row as it was")))?;
                builder.call_with(name, function, row).await?;
            }
            Open::Value(tree, ty) => {
                // What a hidden row holds is not told, not even by what is wrong with it.
                keys::of_one_are_readable(cx, write, builder.changeset()).await?;
                let draft = Plan::<Draft>::new_row(cx, write, builder.changeset());
                match execute::draft_value(cx, &draft, tree, &ty).await {
                    Ok(value) => builder.set(value),
                    Err(execute::Unwritten::Refused(error)) => {
                        return Err(Unwritten::Refused(Box::new(Refused {
                            filter: write.filter().clone(),
                            draft,
                            index,
                            error,
                        })));
                    }
                    Err(execute::Unwritten::Failed(error)) => return Err(error.into()),
                }
                is_asked = true;
            }
        }
    }
    Ok((builder.finish()?, is_asked))
}

/// A changeset with the rows that it is for.
///
/// # Errors
/// What is wrong with it, and what is known to be refused before anything is written.
fn staged<'a>(
    cx: &Context,
    write: &'a Authorized<WriteRequest<'a>>,
    index: Option<usize>,
    changeset: Changeset,
) -> Result<Staged<'a>, Error> {
    let changeset = changeset.checked()?;
    let rows = match write.request().target() {
        Target::Key(_) | Target::Named(_) | Target::Keys(_) | Target::Where(_) => Rows::Meant,
        Target::New | Target::Identity(_) => new_row(cx, write, &changeset)?,
    };
    Ok(Staged { write, index, changeset, rows })
}

/// The row that a create stores.
pub(super) fn new_row(
    cx: &Context,
    write: &Authorized<WriteRequest<'_>>,
    changeset: &Changeset,
) -> Result<Rows, Error> {
    let app = cx.engine().app();
    let row = changeset.row(app, true);
    let permitted = permits(cx, write, &row)?;
    // What is stored already may be changed by who may not make it.
    let may_change = matches!(write.request().target(), Target::Identity(rule) if !rule.keeps());
    if permitted == Evaluation::Known(false) && !may_change {
        return Err(refusal(cx));
    }
    let id = row.id(app).map(Value::from).ok_or_else(without_key)?;
    Ok(Rows::New { row, id, permitted })
}

/// Whether the policies of a write hold of a row as it will be, as far as the row tells.
pub(super) fn permits(
    cx: &Context,
    write: &Authorized<WriteRequest<'_>>,
    row: &StoredRow,
) -> Result<Evaluation<bool>, Error> {
    if write.filter().is_everything() {
        return Ok(Evaluation::Known(true));
    }
    let actor = cx.actor_row();
    let row = RecordRow::stored(cx.engine().app(), row);
    write.filter().decide(&cx.facts(&actor, write.request().arguments()), Some(&row as &dyn RowSource))
}

fn without_key() -> Error {
    Error::internal("a row without its primary key")
}

/// What was staged, and what is wrong, of several requests: all is told at once.
struct Collected<'a> {
    staged: Vec<Staged<'a>>,
    problems: Vec<Problem>,
    writes: &'a [Authorized<WriteRequest<'a>>],
}

impl<'a> Collected<'a> {
    fn new(writes: &'a [Authorized<WriteRequest<'a>>]) -> Self {
        Self { staged: Vec::with_capacity(writes.len()), problems: Vec::new(), writes }
    }

    /// The position to tell of, where there are several.
    fn index(&self, index: usize) -> Option<usize> {
        (self.writes.len() > 1).then_some(index)
    }

    /// Keeps what is wrong for the end where there is a position to tell of.
    ///
    /// # Errors
    /// What has nothing to do with the input, or is all that there is to tell.
    fn push(
        &mut self,
        write: &Authorized<WriteRequest<'_>>,
        position: Option<usize>,
        staged: Result<Staged<'a>, Error>,
    ) -> Result<(), Error> {
        match staged {
            Ok(staged) => self.staged.push(staged),
            Err(error) if position.is_none() || !error.is_of_input() => return Err(error),
            Err(error) => {
                let error = error.located(write.action(), position);
                self.problems.extend(error.problems().iter().cloned());
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Vec<Staged<'a>>, Error> {
        let Self { staged, mut problems, .. } = self;
        problems.sort_by_key(Problem::position);
        if problems.is_empty() { Ok(staged) } else { Err(Error::from_problems(problems)) }
    }
}
