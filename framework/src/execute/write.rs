//! Writes, and the questions about stored rows that decide about them.

use std::collections::{HashMap, HashSet};

use super::field::FieldReader;
use super::statement::{lowered, rows_once, statement_once};
use crate::authorize::Authorized;
use crate::context::{Context, Undone};
use crate::database::{DatabaseError, DatabaseErrorKind, Retry, TAKEN, Taken};
use crate::error::{Code, Error, Problem};
use crate::ir::{Attribute, Identity, Name, Resource, ResourceId, Tree, Type};
use crate::plan::{
    Delete, Draft, DraftColumn, Insert, Plan, Predicate, Read, Returned, Update, plan_existing_keys, plan_keys,
};
use crate::record::{Field, StoredRow};
use crate::request::{Clock, ReadRequest};
use crate::sql::{self, Question, decode};
use crate::table::unique_name;
use crate::value::{RowKey, Value};

/// Why a row was not written.
#[derive(Debug)]
pub(crate) enum Unwritten {
    /// The database refused the values. Whether the actor may write the row must be asked before they are told why: the reason says
    /// something of what is stored.
    Refused(Error),
    /// Anything else.
    Failed(Error),
}

impl From<Error> for Unwritten {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<DatabaseError> for Unwritten {
    fn from(failure: DatabaseError) -> Self {
        match failure.kind {
            DatabaseErrorKind::Unique(_)
            | DatabaseErrorKind::ForeignKey(_)
            | DatabaseErrorKind::NotNull(_)
            | DatabaseErrorKind::Check
            | DatabaseErrorKind::Data => Self::Refused(failure.into()),
            _ => Self::Failed(failure.into()),
        }
    }
}

/// Why rows of a resource were not written, in the words of the identity that is taken.
fn unwritten(cx: &Context, resource: ResourceId, failure: DatabaseError) -> Unwritten {
    let DatabaseErrorKind::Unique(taken) = &failure.kind else { return failure.into() };
    match identity(cx.engine().app().resource(resource), taken) {
        Some(problem) => Unwritten::Refused(Error::from_problems(vec![problem])),
        None => failure.into(),
    }
}

/// What is said of an index whose values are taken; `None` where it is no identity's. Of several identities of the same attributes a
/// database may not say which one it was: then their messages are told only if they are one.
fn identity(resource: &Resource, taken: &Taken) -> Option<Problem> {
    let is_it = |it: &&Identity| match &taken.index {
        Some(index) => unique_name(&resource.table, &it.name) == *index,
        None => resource.unique_attributes(it).map(Name::as_str).eq(taken.columns.iter().map(String::as_str)),
    };
    let mut identities = resource.identities.iter().filter(is_it);
    let first = identities.next()?;
    let message = first.message.as_deref().filter(|_| identities.all(|it| it.message == first.message));
    Some(told(first, message))
}

/// What is said where an identity is taken.
pub(crate) fn is_taken(identity: &Identity) -> Problem {
    told(identity, identity.message.as_deref())
}

fn told(identity: &Identity, message: Option<&str>) -> Problem {
    let fields = identity.attributes.iter().map(ToString::to_string).collect();
    Problem::new(Code::Conflict, message.unwrap_or(TAKEN), fields)
}

impl From<Unwritten> for Error {
    fn from(unwritten: Unwritten) -> Self {
        match unwritten {
            Unwritten::Refused(error) | Unwritten::Failed(error) => error,
        }
    }
}

impl Undone for Unwritten {
    fn retry(&self) -> Option<Retry> {
        match self {
            Self::Refused(_) => None,
            Self::Failed(error) => error.retry(),
        }
    }
}

/// A row that was changed.
pub(crate) struct Changed {
    /// As it was, where the plan asks for it and the database can tell.
    pub(crate) before: Option<StoredRow>,
    /// As it is now.
    pub(crate) after: StoredRow,
}

/// Stores rows. An upsert returns the rows that were stored or changed; another insert returns nothing, because it stores them all.
pub(crate) async fn insert(cx: &Context, plan: &Plan<Insert>) -> Result<Vec<StoredRow>, Unwritten> {
    let clock = plan.on_conflict.as_ref().map_or(Clock::Request, |it| it.clock);
    let statement = lowered(cx, clock, |lowering| sql::insert(lowering, plan))?;
    let rows = cx.session().rows(statement).await.map_err(|it| unwritten(cx, plan.resource, it))?;
    Ok(stored_rows(cx, plan.resource, &rows, 0)?)
}

/// Changes the rows of the plan, and returns them.
pub(crate) async fn update(cx: &Context, plan: &Plan<Update>) -> Result<Vec<Changed>, Unwritten> {
    let statement = lowered(cx, plan.clock, |lowering| sql::update(lowering, plan))?;
    let rows = cx.session().rows(statement).await.map_err(|it| unwritten(cx, plan.resource, it))?;
    let after = stored_rows(cx, plan.resource, &rows, 0)?;
    let attributes = cx.engine().app().resource(plan.resource).attributes.len();
    let before: Vec<_> = match plan.before && cx.engine().database().capability().row_locks {
        true => stored_rows(cx, plan.resource, &rows, attributes)?.into_iter().map(Some).collect(),
        false => after.iter().map(|_| None).collect(),
    };
    Ok(before.into_iter().zip(after).map(|(before, after)| Changed { before, after }).collect())
}

/// Which of `questions` hold of a row that is not stored; `None` if it would be a changed row, and the stored row is gone.
pub(crate) async fn draft_verdict(
    cx: &Context,
    draft: &Plan<Draft>,
    questions: Vec<Predicate>,
) -> Result<Option<Vec<bool>>, Error> {
    let asked: Vec<_> = questions.into_iter().map(DraftColumn::Holds).collect();
    let statement = lowered(cx, Clock::Request, |lowering| sql::draft(lowering, draft, &asked))?;
    let answers = cx.session().rows(statement).await?;
    let Some(answer) = answers.first() else { return Ok(None) };
    let holds = |column| Ok(decode(answer, column, &Type::Boolean)? == Value::Bool(true));
    (0..asked.len()).map(holds).collect::<Result<_, Error>>().map(Some)
}

/// The value of an expression of type `ty` for a new row that is not stored yet.
pub(crate) async fn draft_value(cx: &Context, draft: &Plan<Draft>, tree: Tree, ty: &Type) -> Result<Value, Unwritten> {
    let statement = lowered(cx, Clock::Request, |lowering| sql::draft(lowering, draft, &[DraftColumn::Value(tree)]))?;
    let answers = cx.session().rows(statement).await?;
    let answer = answers.first().ok_or_else(|| Error::internal("a row that is made of none is missing"))?;
    Ok(decode(answer, 0, ty)?)
}

/// Reads the rows of a plan; `clock` says which time `now()` is in it.
pub(crate) async fn stored(cx: &Context, plan: &Plan<Read>, clock: Clock) -> Result<Vec<StoredRow>, Error> {
    let statement = statement_once(cx, plan, Question::Rows, clock)?;
    let rows = cx.session().rows(statement).await?;
    stored_rows(cx, plan.resource, &rows, 0)
}

/// Removes the rows of the plan, and returns them as they were, or with nothing but their primary keys. The database refuses it if other rows point at one of them by a
/// relationship that forbids it.
pub(crate) async fn delete(cx: &Context, plan: &Plan<Delete>) -> Result<Vec<StoredRow>, Unwritten> {
    let statement = lowered(cx, plan.clock, |lowering| sql::delete(lowering, plan))?;
    match cx.session().rows(statement).await {
        Ok(rows) => Ok(match plan.returned {
            Returned::Rows => {
                let rows = stored_rows(cx, plan.resource, &rows, 0)?;
                if plan.deletion.is_some() { rows.into_iter().map(|it| unmarked(cx, it)).collect() } else { rows }
            }
            Returned::Keys => stored_keys(cx, plan.resource, &rows)?,
        }),
        Err(DatabaseError { kind: DatabaseErrorKind::ForeignKey(_), .. }) => {
            Err(Unwritten::Refused(Error::new(Code::Conflict, "something else still refers to it")))
        }
        Err(failure) => Err(Unwritten::Failed(failure.into())),
    }
}

/// A row as it was before it was marked as deleted: it existed.
fn unmarked(cx: &Context, row: StoredRow) -> StoredRow {
    let resource = cx.engine().app().resource(row.resource());
    let fields = resource.attributes.iter().zip(row.attributes());
    let field = |(it, field): (&Attribute, &Field)| {
        if it.is_of_deletions() { Field::of(it, Value::Null) } else { field.clone() }
    };
    StoredRow::new(row.resource(), fields.map(field).collect())
}

/// The returned rows, whose attributes begin at the column `first`.
fn stored_rows(
    cx: &Context,
    resource: ResourceId,
    rows: &[sea_orm::QueryResult],
    first: usize,
) -> Result<Vec<StoredRow>, Error> {
    let app = cx.engine().app();
    let mut stored = Vec::with_capacity(rows.len());
    for row in rows {
        let mut fields = FieldReader::of(app, resource, row);
        let columns = app.resource(resource).attributes_by_id().zip(first..);
        let attributes = columns.map(|((id, _), column)| fields.attribute(id, column)).collect::<Result<_, _>>()?;
        stored.push(fields.stored(attributes));
    }
    Ok(stored)
}

/// Rows of which the primary key alone was returned.
fn stored_keys(cx: &Context, resource: ResourceId, rows: &[sea_orm::QueryResult]) -> Result<Vec<StoredRow>, Error> {
    let declared = cx.engine().app().resource(resource);
    let stored = |row| {
        let key = decode(row, 0, key_type(declared)?)?;
        let field = |(id, attribute)| match declared.primary_key() == Some(id) {
            true => Field::of(attribute, key.clone()),
            false => Field::NotLoaded,
        };
        Ok(StoredRow::new(resource, declared.attributes_by_id().map(field).collect()))
    };
    rows.iter().map(stored).collect()
}

/// Which conditions hold for which row, by primary key, in the order of the plan's questions. A row that does not exist is left out.
pub(crate) async fn verdicts(cx: &Context, plan: &Plan<Read>) -> Result<HashMap<RowKey, Vec<bool>>, Error> {
    let ty = key_type(cx.engine().app().resource(plan.resource))?;
    let mut verdicts = HashMap::new();
    for answer in rows_once(cx, plan).await? {
        let Some(id) = RowKey::of(&decode(&answer, 0, ty)?) else { continue };
        let holds = |column| Ok(decode(&answer, column, &Type::Boolean)? == Value::Bool(true));
        verdicts.insert(id, (1..plan.columns.len()).map(holds).collect::<Result<_, Error>>()?);
    }
    Ok(verdicts)
}

/// The primary key of the row that a plan is of; `None` if there is none.
pub(crate) async fn named_key(cx: &Context, plan: &Plan<Read>) -> Result<Option<Value>, Error> {
    let answers = rows_once(cx, plan).await?;
    let ty = key_type(cx.engine().app().resource(plan.resource))?;
    Ok(answers.first().map(|it| decode(it, 0, ty)).transpose()?)
}

pub(super) fn key_type(resource: &Resource) -> Result<&Type, Error> {
    resource.key_type().ok_or_else(|| Error::internal(format!("{} has no primary key", resource.name)))
}

/// Which of `keys` name a row that the actor may read.
pub(crate) async fn readable_keys(
    cx: &Context,
    read: &Authorized<ReadRequest<'_>>,
    keys: Vec<Value>,
) -> Result<HashSet<RowKey>, Error> {
    if read.filter().is_nothing() || keys.is_empty() {
        return Ok(HashSet::new());
    }
    found_keys(cx, &plan_keys(cx, read, keys)?).await
}

/// Which of `keys` name a row that exists, whoever may read it: for the framework alone.
pub(crate) async fn existing_keys(
    cx: &Context,
    resource: ResourceId,
    keys: Vec<Value>,
) -> Result<HashSet<RowKey>, Error> {
    found_keys(cx, &plan_existing_keys(cx, resource, keys)?).await
}

async fn found_keys(cx: &Context, plan: &Plan<Read>) -> Result<HashSet<RowKey>, Error> {
    let ty = key_type(cx.engine().app().resource(plan.resource))?;
    let mut found = HashSet::new();
    for answer in rows_once(cx, plan).await? {
        found.extend(RowKey::of(&decode(&answer, 0, ty)?));
    }
    Ok(found)
}
