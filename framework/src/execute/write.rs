//! Writes, and the questions about stored rows that decide about them.

use std::collections::HashSet;

use uuid::Uuid;

use super::field::FieldReader;
use super::read::{lowered, lowered_by};
use crate::authorize::ReadPolicies;
use crate::context::Context;
use crate::database::{DatabaseError, DatabaseErrorKind};
use crate::error::{Code, Error};
use crate::ir::{ResourceId, Tree, Type};
use crate::plan::{Column, Delete, Draft, DraftColumn, Insert, Predicate, Read, Update};
use crate::record::{Input, Record};
use crate::sql::{self, Clock, decode};
use crate::value::Value;

/// Why a row was not written.
#[derive(Debug)]
pub(crate) enum Unwritten {
    /// The database refused the values. What it says of them is not for an actor who may not write the row: that is to be asked
    /// before it is told.
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

impl From<Unwritten> for Error {
    fn from(unwritten: Unwritten) -> Self {
        match unwritten {
            Unwritten::Refused(error) | Unwritten::Failed(error) => error,
        }
    }
}

/// Stores a row.
pub(crate) async fn insert(cx: &Context, insert: &Insert) -> Result<(), Unwritten> {
    let statement = lowered(cx, |lowering| sql::insert(lowering, insert))?;
    cx.session().rows(statement).await?;
    Ok(())
}

/// Changes the rows that are meant, and answers them as they are then: all attributes, whoever may see them.
pub(crate) async fn update(cx: &Context, update: &Update, clock: Clock) -> Result<Vec<Record>, Unwritten> {
    let statement = lowered_by(cx, clock, |lowering| sql::update(lowering, update))?;
    Ok(records(cx, update.resource, cx.session().rows(statement).await?)?)
}

/// Which of `questions` hold of a row that is not stored; `None` if the stored row that it is made of is gone.
pub(crate) async fn draft_verdict(
    cx: &Context,
    draft: &Draft,
    questions: Vec<Predicate>,
) -> Result<Option<Vec<bool>>, Error> {
    let asked: Vec<_> = questions.into_iter().map(DraftColumn::Holds).collect();
    let statement = lowered(cx, |lowering| sql::draft(lowering, draft, &asked))?;
    let answers = cx.session().rows(statement).await?;
    let Some(answer) = answers.first() else { return Ok(None) };
    let holds = |column| Ok(decode(answer, column, &Type::Boolean)? == Value::Bool(true));
    (0..asked.len()).map(holds).collect::<Result<_, Error>>().map(Some)
}

/// What an expression of type `ty` gives for a row that is not stored, and is made of none that is.
pub(crate) async fn draft_value(cx: &Context, draft: &Draft, tree: Tree, ty: &Type) -> Result<Value, Unwritten> {
    let statement = lowered(cx, |lowering| sql::draft(lowering, draft, &[DraftColumn::Value(tree)]))?;
    let answers = cx.session().rows(statement).await?;
    let answer = answers.first().ok_or_else(|| Error::internal("a row that is made of none is missing"))?;
    Ok(decode(answer, 0, ty)?)
}

/// Reads the row that is meant, whoever may see which of its attributes, and keeps others from changing it until the end of the
/// transaction.
pub(crate) async fn lock(cx: &Context, resource: ResourceId, wanted: Vec<Predicate>) -> Result<Option<Record>, Error> {
    let attributes = cx.engine().app().resource(resource).attributes.len();
    let columns = (0..).take(attributes).map(Column::Attribute).collect();
    let read = Read { columns, lock: true, limit: 1, ..Read::of(resource, wanted) };
    let statement = lowered(cx, |lowering| sql::select(lowering, &read))?;
    Ok(records(cx, resource, cx.session().rows(statement).await?)?.pop())
}

/// Removes the rows that are meant, and answers them as they were: all attributes, whoever may see them.
///
/// # Errors
/// `CONFLICT` if other rows point at one of them and may not be left without it.
pub(crate) async fn delete(cx: &Context, delete: &Delete) -> Result<Vec<Record>, Error> {
    let statement = lowered(cx, |lowering| sql::delete(lowering, delete))?;
    match cx.session().rows(statement).await {
        Ok(rows) => records(cx, delete.resource, rows),
        Err(DatabaseError { kind: DatabaseErrorKind::ForeignKey(_), .. }) => {
            Err(Error::new(Code::Conflict, "something else still refers to it"))
        }
        Err(failure) => Err(failure.into()),
    }
}

fn records(cx: &Context, resource: ResourceId, rows: Vec<sea_orm::QueryResult>) -> Result<Vec<Record>, Error> {
    let app = cx.engine().app();
    let mut records = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut fields = FieldReader::of(app, resource, row);
        let columns = (0..).zip(0..app.resource(resource).attributes.len());
        let attributes = columns.map(|(index, column)| fields.attribute(index, column)).collect::<Result<_, _>>()?;
        records.push(fields.record(attributes, Vec::new()));
    }
    Ok(records)
}

/// Which of `questions` hold of the row with that primary key; `None` if there is no row for which `wanted` holds.
pub(crate) async fn verdict(
    cx: &Context,
    resource: ResourceId,
    id: &Value,
    mut wanted: Vec<Predicate>,
    questions: Vec<Predicate>,
) -> Result<Option<Vec<bool>>, Error> {
    wanted.insert(0, Predicate::Is(id.clone()));
    let count = questions.len();
    let mut columns: Vec<_> = questions.into_iter().map(Column::Holds).collect();
    if columns.is_empty() {
        columns.push(Column::Holds(Predicate::Is(id.clone())));
    }
    let read = Read { columns, ..Read::of(resource, wanted) };
    let statement = lowered(cx, |lowering| sql::select(lowering, &read))?;
    let answers = cx.session().rows(statement).await?;
    let Some(answer) = answers.first() else { return Ok(None) };
    let mut verdict = Vec::with_capacity(count);
    for column in 0..count {
        verdict.push(decode(answer, column, &Type::Boolean)? == Value::Bool(true));
    }
    Ok(Some(verdict))
}

/// Which of `keys` name a row that the actor may read.
pub(crate) async fn readable_keys(
    cx: &Context,
    resource: ResourceId,
    keys: Vec<Value>,
) -> Result<HashSet<Uuid>, Error> {
    let statement = {
        let arguments = Input::new();
        let actor = cx.actor_row();
        let read_policies = ReadPolicies::new(cx, cx.facts(&actor, &arguments));
        let filter = read_policies.rows(resource);
        if filter.is_nothing() {
            return Ok(HashSet::new());
        }
        let app = cx.engine().app();
        let key = app.resource(resource).primary_key().ok_or_else(|| Error::internal("no primary key"))?;
        let wanted = vec![Predicate::OneOf(keys), Predicate::Policy((*filter).clone())];
        let read = Read { columns: vec![Column::Attribute(key)], ..Read::of(resource, wanted) };
        lowered(cx, |lowering| sql::select(lowering, &read))?
    };
    let mut readable = HashSet::new();
    for answer in cx.session().rows(statement).await? {
        readable.extend(decode(&answer, 0, &Type::Uuid)?.as_uuid());
    }
    Ok(readable)
}
