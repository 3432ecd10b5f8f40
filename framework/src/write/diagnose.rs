//! Why a row was not written, as far as the actor may know: a row that they may not read does not exist for them, one that they may read
//! but not write is forbidden, and only of one that they may write it is told what it does not fulfil.

use std::collections::HashSet;

use uuid::Uuid;

use super::approve::{Verdict, verdicts};
use super::execute::Refused;
use crate::authorize::{Authorized, authorize, readable, refusal};
use crate::changeset::failed;
use crate::context::Context;
use crate::error::{Code, Error};
use crate::execute;
use crate::ir::{Name, Requirement, ResourceId};
use crate::plan::Predicate;
use crate::request::{ReadRequest, Target, WriteRequest};
use crate::value::Value;

/// What is told where nothing speaks against a write that found no row.
pub(super) const CHANGED: &str = "it was changed at the same time; try again";

/// What an actor who may run the action on no row at all is told: that a row which they may not read does not exist.
///
/// # Errors
/// `UNAVAILABLE`, `TIMEOUT`.
pub(super) async fn invisible(
    cx: &Context,
    resource: ResourceId,
    target: &Target,
    refusal: Error,
) -> Result<Error, Error> {
    let keys: Vec<Value> = match target {
        Target::Key(id) => vec![Value::Uuid(*id)],
        Target::Keys(ids) => ids.iter().copied().map(Value::Uuid).collect(),
        Target::New | Target::Identity(_) | Target::Where(_) => return Ok(refusal),
    };
    if refusal.code() != Code::Forbidden {
        return Ok(refusal);
    }
    let Some(read) = cx.engine().app().resource(resource).primary_read() else { return Ok(Error::not_found()) };
    let read = authorize(cx, ReadRequest::primary(resource, read))?;
    let visible = execute::readable_keys(cx, &read, keys.clone()).await?;
    let all = keys.iter().filter_map(Value::as_uuid).all(|it| visible.contains(&it));
    Ok(if all { refusal } else { Error::not_found() })
}

/// That every row of the keys of a write was found. A condition means the rows that there are.
///
/// # Errors
/// Why the others were not, each with its position where there are several.
pub(super) async fn all_were_found(
    cx: &Context,
    write: &Authorized<WriteRequest<'_>>,
    found: impl Iterator<Item = Option<Uuid>>,
) -> Result<(), Error> {
    let ids = match write.request().target() {
        Target::Key(id) => vec![*id],
        Target::Keys(ids) => ids.clone(),
        Target::New | Target::Identity(_) | Target::Where(_) => return Ok(()),
    };
    let found: HashSet<_> = found.flatten().collect();
    let missing: Vec<_> = ids.iter().zip(0_usize..).filter(|(id, _)| !found.contains(id)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let objections = objections(cx, write, missing.iter().map(|(id, _)| Value::Uuid(**id)).collect()).await?;
    let mut problems = Vec::new();
    for ((_, index), objection) in missing.iter().zip(objections) {
        let error = objection.unwrap_or_else(|| Error::new(Code::Conflict, CHANGED));
        let index = (ids.len() > 1).then_some(*index);
        problems.extend(error.located(write.action(), index).problems().iter().cloned());
    }
    Err(Error::from_problems(problems))
}

/// Why the row with that primary key, which the actor may read, was not written; `None` where nothing speaks against it: then it was passed
/// over by a condition.
pub(super) async fn of_readable(
    cx: &Context,
    write: &Authorized<WriteRequest<'_>>,
    id: Value,
) -> Result<Option<Error>, Error> {
    Ok(objections(cx, write, vec![id]).await?.into_iter().flatten().next())
}

/// What speaks against writing the stored rows that a request names by their keys; `None` where nothing does, or it names none.
pub(super) async fn objection(cx: &Context, write: &Authorized<WriteRequest<'_>>) -> Result<Option<Error>, Error> {
    let ids = match write.request().target() {
        Target::Key(id) => vec![Value::Uuid(*id)],
        Target::Keys(ids) => ids.iter().copied().map(Value::Uuid).collect(),
        Target::New | Target::Identity(_) | Target::Where(_) => return Ok(None),
    };
    let several = ids.len() > 1;
    let objections = objections(cx, write, ids).await?.into_iter().enumerate();
    let located = |(index, it): (usize, Option<Error>)| Some(it?.located(write.action(), several.then_some(index)));
    let problems: Vec<_> = objections.filter_map(located).flat_map(|it| it.problems().to_vec()).collect();
    Ok((!problems.is_empty()).then(|| Error::from_problems(problems)))
}

/// For each row: one select says which there are, which may be written, and what they do not fulfil.
async fn objections(
    cx: &Context,
    write: &Authorized<WriteRequest<'_>>,
    ids: Vec<Value>,
) -> Result<Vec<Option<Error>>, Error> {
    let requirements: Vec<&Requirement> = write.action().requirements.iter().filter(|it| it.old).collect();
    let visible = vec![Predicate::Policy(readable(cx, write.resource()))];
    let is_read = cx.engine().app().resource(write.resource()).primary_read().is_some();
    let verdicts = verdicts(cx, write, &ids, visible, true, &requirements).await?;
    let objection = |verdict: Verdict| match verdict {
        Verdict::Refused if is_read => Some(refusal(cx)),
        Verdict::Missing | Verdict::Refused => Some(Error::not_found()),
        Verdict::Met(met) => {
            let failures = requirements.iter().zip(met).filter(|(_, met)| !met).map(|(it, _)| failed(it));
            let failures: Vec<_> = failures.collect();
            (!failures.is_empty()).then(|| Error::from_problems(failures))
        }
    };
    Ok(verdicts.into_iter().map(objection).collect())
}

/// What is told where the database refuses the values of a row: nothing of them to an actor who may not write it. The policies are asked
/// of the row as it would be, beside those that are stored. To be called once the attempt is undone.
pub(super) async fn refused(cx: &Context, Refused { filter, draft, error }: Refused) -> Error {
    if filter.is_everything() {
        return error;
    }
    let asked =
        cx.in_savepoint(async |cx| execute::draft_verdict(cx, &draft, vec![Predicate::Policy(filter.clone())]).await);
    match asked.await {
        Ok(Some(verdict)) if verdict == [true] => error,
        Ok(Some(_)) => refusal(cx),
        Ok(None) => Error::not_found(),
        Err(error) => error,
    }
}

/// What nobody is left to be told: that a function which follows the commit failed.
pub(super) fn log(error: &Error, action: &Name) {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    tracing::error!(%error, cause, %action, "a function that follows the commit failed; what was written stays");
}
