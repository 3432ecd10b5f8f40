//! Sends what was staged: one statement for many rows, as far as they take the same values or are new.

use std::collections::HashMap;

use uuid::Uuid;

use super::changes::{Rows, Staged};
use super::conflict::{self, Upsert};
use super::{Row, diagnose, event};
use crate::authorize::PolicyFilter;
use crate::context::{Context, Undone};
use crate::database::Purpose;
use crate::error::{Code, Error};
use crate::event::Wrote;
use crate::execute;
use crate::expr::Evaluation;
use crate::ir::ActionKind;
use crate::plan::{Delete, Draft, Insert, Plan, Update, plan_stored};
use crate::record::StoredRow;
use crate::request::Target;
use crate::value::Value;

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
    pub(super) error: Error,
}

impl Undone for Unwritten {
    fn is_contended(&self) -> bool {
        match self {
            Self::Refused(_) => false,
            Self::Failed(error) => error.is_contended(),
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
) -> Result<Vec<Row>, Unwritten> {
    let Some(first) = staged.first() else { return Ok(Vec::new()) };
    let action = &first.write.action().kind;
    let mut rows = Vec::with_capacity(staged.len());
    if matches!(action, ActionKind::Create) {
        conflict::are_distinct(cx, staged, upsert)?;
        let all: Vec<_> = staged.iter().enumerate().collect();
        let columns = cx.engine().app().resource(first.write.resource()).attributes.len().max(1);
        let size = (cx.engine().database().capability().parameters / columns).max(1);
        for some in all.chunks(size) {
            rows.extend(insert_each(cx, some, upsert).await?);
        }
        return Ok(rows);
    }
    for (position, it) in staged.iter().enumerate() {
        let written = match action {
            ActionKind::Destroy => delete(cx, position, it).await?,
            _ => update(cx, position, it).await?,
        };
        let found = written.iter().map(|it| it.id.as_uuid());
        if matches!(it.rows, Rows::Meant) {
            diagnose::all_were_found(cx, it.write, found).await?;
        } else if written.is_empty() {
            return Err(Error::new(Code::Conflict, diagnose::CHANGED).into());
        }
        rows.extend(in_order(it, written));
    }
    Ok(rows)
}

/// Rows of keys in the order of the keys.
fn in_order(staged: &Staged<'_>, mut rows: Vec<Row>) -> Vec<Row> {
    if let Target::Keys(keys) = staged.write.request().target() {
        let place: HashMap<Uuid, usize> = keys.iter().copied().zip(0..).collect();
        rows.sort_by_key(|it| it.id.as_uuid().and_then(|it| place.get(&it).copied()));
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
            let error = error.located(staged.write.action(), staged.index);
            Unwritten::Refused(Box::new(Refused { filter: staged.write.filter().clone(), draft, error }))
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
    let plan = Plan::<Insert>::insert(cx, first.write, changesets, upsert.and_then(Upsert::update))?;
    if let Some(upsert) = upsert {
        let before = conflict::before(cx, staged, upsert).await?;
        let answered = execute::insert(cx, &plan).await?;
        return conflict::rows(cx, staged, &plan, answered, before).await;
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
    let refused = |key: &Value, error: Error| {
        let draft = Plan::<Draft>::changed_row(cx, write, &staged.changeset, key);
        Unwritten::Refused(Box::new(Refused { filter: write.filter().clone(), draft, error }))
    };
    let (keys, mut before) = before(cx, staged).await?;
    let asks = event::wants_values(cx, write) && before.is_empty();
    let plan = Plan::<Update>::update(cx, write, &staged.changeset, keys.as_deref(), asks);
    let several = matches!(write.request().target(), Target::Keys(_) | Target::Where(_)) && keys.is_none();
    let changed = if several {
        cx.unit(Purpose::Write, async |cx| execute::update(cx, &plan).await).await
    } else {
        execute::update(cx, &plan).await
    };
    let changed = match (changed, write.request().target(), &keys) {
        (Ok(changed), ..) => changed,
        (Err(execute::Unwritten::Failed(error)), ..) => return Err(error.into()),
        (Err(execute::Unwritten::Refused(error)), _, Some(keys)) => match keys.as_slice() {
            [key] => return Err(refused(key, error)),
            _ => return Err(error.into()),
        },
        (Err(execute::Unwritten::Refused(error)), Target::Key(id), None) => {
            return Err(refused(&Value::Uuid(*id), error));
        }
        (Err(execute::Unwritten::Refused(error)), Target::Keys(ids), None) => {
            // Which row is at fault is found out one by one.
            let mut changed = Vec::with_capacity(ids.len());
            for (index, id) in ids.iter().enumerate() {
                let key = Value::Uuid(*id);
                let plan = Plan::<Update>::update(cx, write, &staged.changeset, Some(std::slice::from_ref(&key)), asks);
                match execute::update(cx, &plan).await {
                    Ok(rows) => changed.extend(rows),
                    Err(execute::Unwritten::Failed(error)) => return Err(error.into()),
                    Err(execute::Unwritten::Refused(error)) => {
                        return Err(refused(&key, error.located(write.action(), Some(index))));
                    }
                }
            }
            if changed.is_empty() {
                return Err(error.into());
            }
            changed
        }
        (Err(execute::Unwritten::Refused(error)), ..) => return Err(error.into()),
    };
    let mut rows = Vec::with_capacity(changed.len());
    for it in changed {
        let id = key_of(cx, &it.after)?;
        let before = it.before.or_else(|| id.as_uuid().and_then(|id| before.remove(&id)));
        rows.push(Row { staged: position, id, wrote: Wrote::Updated, before, row: it.after });
    }
    Ok(rows)
}

async fn delete(cx: &Context, position: usize, staged: &Staged<'_>) -> Result<Vec<Row>, Unwritten> {
    let keys = match &staged.rows {
        Rows::Locked(_, key) => Some(vec![key.clone()]),
        Rows::Meant | Rows::New { .. } => None,
    };
    let plan = Plan::<Delete>::delete(cx, staged.write, keys.as_deref());
    let mut rows = Vec::new();
    for row in execute::delete(cx, &plan).await? {
        let (id, before) = (key_of(cx, &row)?, event::wants_values(cx, staged.write).then(|| row.clone()));
        rows.push(Row { staged: position, id, wrote: Wrote::Destroyed, before, row });
    }
    Ok(rows)
}

/// The rows as they were, where they were read or somebody asks for them and the update itself cannot answer them; and the keys of those
/// that were read for a function.
async fn before(cx: &Context, staged: &Staged<'_>) -> Result<(Option<Vec<Value>>, HashMap<Uuid, StoredRow>), Error> {
    if let Rows::Locked(row, key) = &staged.rows {
        let before = key.as_uuid().map(|id| (id, row.clone())).into_iter().collect();
        return Ok((Some(vec![key.clone()]), before));
    }
    if !event::wants_values(cx, staged.write) || cx.engine().database().capability().row_locks {
        return Ok((None, HashMap::new()));
    }
    let app = cx.engine().app();
    let rows = execute::stored(cx, &plan_stored(cx, staged.write)?).await?;
    Ok((None, rows.into_iter().filter_map(|it| Some((it.id(app)?, it))).collect()))
}

fn key_of(cx: &Context, row: &StoredRow) -> Result<Value, Error> {
    row.id(cx.engine().app()).map(Value::Uuid).ok_or_else(|| Error::internal("a stored row without its primary key"))
}
