//! Sends what was staged: one statement for many rows, as far as they take the same values or are new.

use std::collections::HashMap;

use super::changes::{Rows, Staged};
use super::conflict::{self, Upsert};
use super::deletion::wrote;
use super::{Disclosure, Row, diagnose, event};
use crate::authorize::{Authorized, PolicyFilter};
use crate::context::{Context, Undone};
use crate::database::{Purpose, Retry};
use crate::error::{Code, Error};
use crate::evaluate::Evaluation;
use crate::event::Wrote;
use crate::execute::{self, Changed};
use crate::ir::ActionKind;
use crate::plan::{Delete, Deletion, Draft, Insert, Plan, Returned, Update, clock, plan_stored};
use crate::record::StoredRow;
use crate::request::{Target, WriteRequest};
use crate::value::{RowKey, Value};

/// Why nothing was written.
pub(super) enum Unwritten {
    /// The database refused the values of a row, and whether the actor may write that row is not decided yet.
    Refused(Box<Refused>),
    /// Anything else.
    Failed(Error),
}

/// A row whose values the database refused.
pub(super) struct Refused {
    /// The rows that the actor may write.
    pub(super) filter: PolicyFilter,
    /// The row as it would have been.
    pub(super) draft: Plan<Draft>,
    /// The position to tell of, where there are several.
    pub(super) index: Option<usize>,
    pub(super) error: Error,
}

impl Undone for Unwritten {
    fn retry(&self) -> Option<Retry> {
        match self {
            Self::Refused(_) => None,
            Self::Failed(error) => error.retry(),
        }
    }
}

impl From<Error> for Unwritten {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Writes what was staged, all of it by the same action.
pub(super) async fn run(
    cx: &Context,
    staged: &[Staged<'_>],
    upsert: Option<&Upsert<'_>>,
    wanted: Disclosure<'_>,
    deletion: &Deletion,
) -> Result<Vec<Row>, Unwritten> {
    let Some(first) = staged.first() else { return Ok(Vec::new()) };
    let action = &first.write.action().kind;
    let mut rows = Vec::with_capacity(staged.len());
    if matches!(action, ActionKind::Create) {
        conflict::are_distinct(cx, staged, upsert)?;
        let all: Vec<_> = staged.iter().enumerate().collect();
        let columns = cx.engine().app().resource(first.write.resource()).attributes.len().max(1);
        let parameters = cx.engine().database().capability().parameters;
        // What must hold of the stored rows has values of its own.
        let parameters = if upsert.is_some() { parameters / 2 } else { parameters };
        let size = (parameters / columns).max(1);
        for some in all.chunks(size) {
            rows.extend(insert_each(cx, some, upsert).await?);
        }
        return Ok(rows);
    }
    for (position, it) in staged.iter().enumerate() {
        let written = match action {
            ActionKind::Destroy => delete(cx, position, it, returned(cx, it.write, wanted), deletion).await?,
            _ => update(cx, position, it).await?,
        };
        let found = written.iter().map(|it| RowKey::of(&it.id));
        match &it.rows {
            Rows::Meant => diagnose::all_were_found(cx, it.write, found).await?,
            // Of a condition it is passed over: by the database's clock time has gone on since it was read.
            Rows::Locked(_, id) if written.is_empty() && !matches!(it.write.request().target(), Target::Where(_)) => {
                let error = Error::new(Code::Conflict, diagnose::CHANGED);
                return Err(error.located(it.write.action(), it.position(id)).into());
            }
            Rows::Locked(..) | Rows::New { .. } => {}
        }
        rows.extend(written);
    }
    Ok(in_order(first, rows))
}

/// Rows of keys in the order of the keys, however they were read.
fn in_order(staged: &Staged<'_>, mut rows: Vec<Row>) -> Vec<Row> {
    if let Target::Keys(keys) = staged.write.request().target() {
        let place: HashMap<&RowKey, usize> = keys.iter().zip(0..).collect();
        rows.sort_by_key(|it| RowKey::of(&it.id).and_then(|it| place.get(&it).copied()));
    }
    rows
}

/// Stores new rows in one statement. Where the database refuses it, and does not say which row is at fault, they are stored one by one.
async fn insert_each(
    cx: &Context,
    staged: &[(usize, &Staged<'_>)],
    upsert: Option<&Upsert<'_>>,
) -> Result<Vec<Row>, Unwritten> {
    if let [one] = staged {
        return insert(cx, staged, upsert).await.map_err(|it| refusal(cx, *one, it));
    }
    match cx.unit(Purpose::Write, async |cx| insert(cx, staged, upsert).await).await {
        Ok(rows) => return Ok(rows),
        Err(execute::Unwritten::Failed(error)) => return Err(error.into()),
        Err(execute::Unwritten::Refused(_)) => {}
    }
    let mut rows = Vec::with_capacity(staged.len());
    for one in staged {
        rows.extend(insert(cx, &[*one], upsert).await.map_err(|it| refusal(cx, *one, it))?);
    }
    Ok(rows)
}

/// What the database refused of one new row.
fn refusal(cx: &Context, (_, staged): (usize, &Staged<'_>), unwritten: execute::Unwritten) -> Unwritten {
    let undecided = matches!(staged.rows, Rows::New { permitted: Evaluation::Unloaded | Evaluation::Known(false), .. });
    match unwritten {
        execute::Unwritten::Refused(error) if undecided => {
            let draft = Plan::<Draft>::new_row(cx, staged.write, &staged.changeset);
            let (filter, index) = (staged.write.filter().clone(), staged.index);
            Unwritten::Refused(Box::new(Refused { filter, draft, index, error }))
        }
        it => Unwritten::Failed(Error::from(it).located(staged.write.action(), staged.index)),
    }
}

async fn insert(
    cx: &Context,
    staged: &[(usize, &Staged<'_>)],
    upsert: Option<&Upsert<'_>>,
) -> Result<Vec<Row>, execute::Unwritten> {
    let Some((_, first)) = staged.first() else { return Ok(Vec::new()) };
    let changesets = staged.iter().map(|(_, it)| &it.changeset);
    let plan = Plan::<Insert>::insert(cx, first.write, changesets, upsert.and_then(Upsert::changes))?;
    if let Some(upsert) = upsert {
        let before = conflict::before(cx, staged, upsert).await?;
        let answered = execute::insert(cx, &plan).await?;
        return conflict::rows(cx, staged, upsert, answered, before).await;
    }
    execute::insert(cx, &plan).await?;
    let row = |(position, it): &(usize, &Staged<'_>)| match &it.rows {
        Rows::New { row, id, .. } => {
            Some(Row { staged: *position, id: id.clone(), wrote: Wrote::Created, before: None, row: row.clone() })
        }
        Rows::Meant | Rows::Locked(..) => None,
    };
    Ok(staged.iter().filter_map(row).collect())
}

async fn update(cx: &Context, position: usize, staged: &Staged<'_>) -> Result<Vec<Row>, Unwritten> {
    let write = staged.write;
    let (key, mut before) = before(cx, staged).await?;
    let asks = event::wants_values(cx, write) && before.is_empty();
    let one = async |cx: &Context, key: Value| -> Result<Vec<Changed>, Unwritten> {
        let plan = Plan::<Update>::update(cx, write, &staged.changeset, Some(std::slice::from_ref(&key)), asks);
        let changed = execute::update(cx, &plan).await;
        changed.map_err(|unwritten| match unwritten {
            execute::Unwritten::Failed(error) => error.into(),
            execute::Unwritten::Refused(error) => {
                let draft = Plan::<Draft>::changed_row(cx, write, &staged.changeset, &key);
                let (filter, index) = (write.filter().clone(), staged.position(&key));
                Unwritten::Refused(Box::new(Refused { filter, draft, index, error }))
            }
        })
    };
    let each = async |cx: &Context| -> Result<Vec<Changed>, Unwritten> {
        let mut changed = Vec::new();
        for key in meant(cx, staged).await? {
            changed.extend(one(cx, key).await?);
        }
        Ok(changed)
    };
    let key = match (key, write.request().target()) {
        (None, Target::Key(id)) => Some(Value::from(id)),
        (key, _) => key,
    };
    let changed = match key {
        Some(key) => one(cx, key).await?,
        None => {
            let plan = Plan::<Update>::update(cx, write, &staged.changeset, None, asks);
            let attempt = match cx.session().in_transaction() {
                true => cx.unit(Purpose::Write, async |cx| execute::update(cx, &plan).await).await,
                false => execute::update(cx, &plan).await,
            };
            match attempt {
                Ok(changed) => changed,
                Err(execute::Unwritten::Failed(error)) => return Err(error.into()),
                // Which row is at fault is found out one by one, all or nothing.
                Err(execute::Unwritten::Refused(_)) => {
                    diagnose::nothing_objects(cx, write).await?;
                    cx.unit(Purpose::Write, async |cx| each(cx).await).await?
                }
            }
        }
    };
    let mut rows = Vec::with_capacity(changed.len());
    for it in changed {
        let id = key_of(cx, &it.after)?;
        let before = it.before.or_else(|| RowKey::of(&id).and_then(|id| before.remove(&id)));
        rows.push(Row { staged: position, id, wrote: wrote(write, Wrote::Updated), before, row: it.after });
    }
    Ok(rows)
}

/// The primary keys of the rows that a write means.
async fn meant(cx: &Context, staged: &Staged<'_>) -> Result<Vec<Value>, Error> {
    if let Target::Keys(ids) = staged.write.request().target() {
        return Ok(ids.iter().map(Value::from).collect());
    }
    let rows = execute::stored(cx, &plan_stored(cx, staged.write)?, clock(staged.write)).await?;
    rows.iter().map(|it| key_of(cx, it)).collect()
}

/// What somebody wants to know of removed rows.
fn returned(cx: &Context, write: &Authorized<WriteRequest<'_>>, wanted: Disclosure<'_>) -> Returned {
    let action = write.action();
    let is_followed = !(action.after.is_empty() && action.after_commit.is_empty());
    match wanted {
        Disclosure::Nothing if !is_followed && !event::wants_values(cx, write) => Returned::Keys,
        _ => Returned::Rows,
    }
}

async fn delete(
    cx: &Context,
    position: usize,
    staged: &Staged<'_>,
    returned: Returned,
    deletion: &Deletion,
) -> Result<Vec<Row>, Unwritten> {
    let write = staged.write;
    let keys = match &staged.rows {
        Rows::Locked(_, key) => Some(vec![key.clone()]),
        Rows::Meant | Rows::New { .. } => None,
    };
    let plan = Plan::<Delete>::delete(cx, write, keys.as_deref(), returned, deletion);
    let removed = match (write.request().target(), keys) {
        (Target::Keys(ids), None) if ids.len() > 1 => {
            match cx.unit(Purpose::Write, async |cx| execute::delete(cx, &plan).await).await {
                Err(execute::Unwritten::Refused(_)) => {
                    diagnose::nothing_objects(cx, write).await?;
                    delete_each(cx, staged, returned, deletion).await
                }
                removed => removed.map_err(|it| Unwritten::Failed(it.into())),
            }
        }
        (_, keys) => {
            let id = keys.and_then(|it| it.into_iter().next());
            let position = id.and_then(|it| staged.position(&it));
            let removed = execute::delete(cx, &plan).await;
            removed.map_err(|it| Unwritten::Failed(Error::from(it).located(write.action(), position)))
        }
    };
    let mut rows = Vec::new();
    for row in removed? {
        let (id, before) = (key_of(cx, &row)?, event::wants_values(cx, write).then(|| row.clone()));
        rows.push(Row { staged: position, id, wrote: wrote(write, Wrote::Destroyed), before, row });
    }
    Ok(rows)
}

/// Removes rows one by one, as often as that removes any: those that stay are at fault, for something else than these refers to them.
async fn delete_each(
    cx: &Context,
    staged: &Staged<'_>,
    returned: Returned,
    deletion: &Deletion,
) -> Result<Vec<StoredRow>, Unwritten> {
    let (mut removed, mut waiting) = (Vec::new(), meant(cx, staged).await?);
    loop {
        let (mut stays, mut problems, some) = (Vec::new(), Vec::new(), removed.len());
        for key in waiting {
            let plan = Plan::<Delete>::delete(cx, staged.write, Some(std::slice::from_ref(&key)), returned, deletion);
            match cx.unit(Purpose::Write, async |cx| execute::delete(cx, &plan).await).await {
                Ok(rows) => removed.extend(rows),
                Err(execute::Unwritten::Failed(error)) => return Err(error.into()),
                Err(execute::Unwritten::Refused(error)) => {
                    let error = error.located(staged.write.action(), staged.position(&key));
                    problems.extend(error.problems().iter().cloned());
                    stays.push(key);
                }
            }
        }
        if stays.is_empty() {
            return Ok(removed);
        }
        if removed.len() == some {
            return Err(Error::from_problems(problems).into());
        }
        waiting = stays;
    }
}

/// The rows as they were, where they were read or somebody asks for them and the update itself cannot answer them; and the key of one that
/// was read for a function.
async fn before(cx: &Context, staged: &Staged<'_>) -> Result<(Option<Value>, HashMap<RowKey, StoredRow>), Error> {
    if let Rows::Locked(row, key) = &staged.rows {
        let before = RowKey::of(key).map(|id| (id, row.clone())).into_iter().collect();
        return Ok((Some(key.clone()), before));
    }
    if !event::wants_values(cx, staged.write) || cx.engine().database().capability().row_locks {
        return Ok((None, HashMap::new()));
    }
    let app = cx.engine().app();
    let rows = execute::stored(cx, &plan_stored(cx, staged.write)?, clock(staged.write)).await?;
    Ok((None, rows.into_iter().filter_map(|it| Some((it.id(app)?, it))).collect()))
}

fn key_of(cx: &Context, row: &StoredRow) -> Result<Value, Error> {
    row.id(cx.engine().app()).map(Value::from).ok_or_else(|| Error::internal("a stored row without its primary key"))
}
