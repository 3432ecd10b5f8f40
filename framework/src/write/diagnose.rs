//! Why a row was not written, as far as the actor may know: a row that they may not read does not exist for them, one that they may read
//! but not write is forbidden, and only of one that they may write it is told what it does not fulfil.

use std::collections::HashSet;

use super::approve::{Verdict, unmet, verdicts};
use super::execute::Refused;
use crate::authorize::{Authorized, authorize, readable_before, refusal};
use crate::changeset::failed;
use crate::context::Context;
use crate::error::{Code, Error};
use crate::execute;
use crate::ir::{Action, Name, Requirement, ResourceId, Tree};
use crate::plan::{Predicate, Reach, clock, plan_named, plan_told};
use crate::request::{ReadRequest, Target, WriteRequest};
use crate::value::{RowKey, Value};

/// What is told where nothing speaks against a write that found no row.
pub(super) const CHANGED: &str = "it was changed at the same time; try again";

/// What an actor who may run the action on no row at all is told of each row: of one that they may not read, that it does not exist.
///
/// # Errors
/// `UNAVAILABLE`, `TIMEOUT`.
pub(super) async fn invisible(
    cx: &Context,
    resource: ResourceId,
    action: &Action,
    target: &Target,
    refused: Error,
) -> Result<Error, Error> {
    if let (Target::Named(named), Code::Forbidden) = (target, refused.code()) {
        // What nobody may read does not exist for anybody.
        if cx.engine().app().resource(resource).primary_read().is_none() {
            return Ok(Error::not_found());
        }
        let visible = named_key(cx, resource, action, named).await?;
        return Ok(if visible.is_some() { refused } else { Error::not_found() });
    }
    let Some(ids) = keys_of(target).filter(|it| !it.is_empty()) else { return Ok(refused) };
    let visible = match refused.code() {
        Code::Forbidden => {
            let Some(read) = cx.engine().app().resource(resource).primary_read() else { return Ok(Error::not_found()) };
            let read = authorize(cx, ReadRequest::primary(resource, read))?;
            execute::readable_keys(cx, &read, ids.iter().map(Value::from).collect()).await?
        }
        // Who is not signed in is told so, whichever row it is.
        Code::Unauthenticated => ids.iter().cloned().collect(),
        _ => return Ok(refused),
    };
    let told = |(id, index): (&RowKey, usize)| {
        let error = if visible.contains(id) { refusal(cx) } else { Error::not_found() };
        error.located(action, (ids.len() > 1).then_some(index)).problems().to_vec()
    };
    Ok(Error::from_problems(ids.iter().zip(0..).flat_map(told).collect()))
}

/// The primary key of the row of which `named` holds; `None` if there is none that the actor may read.
pub(super) async fn named_key(
    cx: &Context,
    resource: ResourceId,
    action: &Action,
    named: &Tree,
) -> Result<Option<Value>, Error> {
    execute::named_key(cx, &plan_named(cx, resource, action, named)?).await
}

/// The keys that a write means its rows by; `None` where it means them otherwise.
fn keys_of(target: &Target) -> Option<Vec<RowKey>> {
    match target {
        Target::Key(id) => Some(vec![id.clone()]),
        Target::Keys(ids) => Some(ids.clone()),
        Target::New | Target::Identity(_) | Target::Named(_) | Target::Where(_) => None,
    }
}

/// That every row of the keys of a write was found. A condition means the rows that there are.
///
/// # Errors
/// Why the others were not, each with its position where there are several.
pub(super) async fn all_were_found(
    cx: &Context,
    write: &Authorized<WriteRequest<'_>>,
    found: impl Iterator<Item = Option<RowKey>>,
) -> Result<(), Error> {
    let found: HashSet<_> = found.flatten().collect();
    if let (Target::Named(_), true) = (write.request().target(), found.is_empty()) {
        nothing_objects(cx, write).await?;
        return Err(Error::new(Code::Conflict, CHANGED));
    }
    let Some(ids) = keys_of(write.request().target()) else { return Ok(()) };
    let missing: Vec<_> = ids.iter().zip(0_usize..).filter(|(id, _)| !found.contains(id)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let objections = objections(cx, write, missing.iter().map(|(id, _)| Value::from(*id)).collect()).await?;
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

/// That nothing speaks against writing the stored rows that a request names: to be asked before more is told of it.
///
/// # Errors
/// What does.
pub(super) async fn nothing_objects(cx: &Context, write: &Authorized<WriteRequest<'_>>) -> Result<(), Error> {
    let ids: Vec<Value> = match write.request().target() {
        Target::Named(named) => {
            let key = named_key(cx, write.resource(), write.action(), named).await?;
            vec![key.ok_or_else(Error::not_found)?]
        }
        target => match keys_of(target) {
            Some(ids) => ids.into_iter().map(Value::from).collect(),
            None => return Ok(()),
        },
    };
    let several = ids.len() > 1;
    let objections = objections(cx, write, ids).await?.into_iter().enumerate();
    let located = |(index, it): (usize, Option<Error>)| Some(it?.located(write.action(), several.then_some(index)));
    let problems: Vec<_> = objections.filter_map(located).flat_map(|it| it.problems().to_vec()).collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::from_problems(problems)) }
}

/// For each row: one select says which there are, which may be written, and what they do not fulfil.
async fn objections(
    cx: &Context,
    write: &Authorized<WriteRequest<'_>>,
    ids: Vec<Value>,
) -> Result<Vec<Option<Error>>, Error> {
    let requirements: Vec<&Requirement> = write.action().requirements.iter().filter(|it| it.old).collect();
    let visible =
        (Reach::of(write.action()), vec![Predicate::Policy(readable_before(cx, write.resource(), write.action()))]);
    let is_read = cx.engine().app().resource(write.resource()).primary_read().is_some();
    let verdicts = verdicts(cx, write, &ids, visible, true, &requirements).await?;
    let unmet_by = |it: &Verdict| -> Vec<&Requirement> {
        let Verdict::Met(met) = it else { return Vec::new() };
        requirements.iter().zip(met).filter(|(_, met)| !**met).map(|(it, _)| *it).collect()
    };
    // What a message tells of a row has to be read.
    let tells = |it: &Verdict| unmet_by(it).iter().any(|it| !it.values.is_empty());
    let told: Vec<_> = ids.iter().zip(&verdicts).filter(|(_, it)| tells(it)).map(|(id, _)| id.clone()).collect();
    let rows = match told.is_empty() {
        true => Vec::new(),
        false => execute::stored(cx, &plan_told(cx, write, told)?, clock(write)).await?,
    };
    let row = |id: &Value| rows.iter().find(|it| it.id(cx.engine().app()).map(Value::from).as_ref() == Some(id));
    let objection = |(id, verdict): (&Value, Verdict)| match &verdict {
        // A deleted row is there for nobody but who may restore or purge it.
        Verdict::Refused if is_read && !write.action().of_deleted => Some(refusal(cx)),
        Verdict::Missing | Verdict::Refused => Some(Error::not_found()),
        // It went while this was found out.
        Verdict::Met(_) if tells(&verdict) && row(id).is_none() => Some(Error::not_found()),
        Verdict::Met(_) => {
            let failures = unmet_by(&verdict).into_iter().map(|it| match row(id) {
                Some(row) => unmet(cx, write, it, row),
                None => failed(it, it.message.clone()),
            });
            let failures: Vec<_> = failures.collect();
            (!failures.is_empty()).then(|| Error::from_problems(failures))
        }
    };
    Ok(ids.iter().zip(verdicts).map(objection).collect())
}

/// What is told where the database refuses the values of a row: nothing of them to an actor who may not write it. The policies are asked
/// of the row as it would be, beside those that are stored. To be called once the attempt is undone.
pub(super) async fn refused(cx: &Context, action: &Action, refused: Refused) -> Error {
    let Refused { filter, draft, index, error } = refused;
    let error = error.located(action, index);
    if filter.is_everything() {
        return error;
    }
    let asked =
        cx.in_savepoint(async |cx| execute::draft_verdict(cx, &draft, vec![Predicate::Policy(filter.clone())]).await);
    match asked.await {
        Ok(Some(verdict)) if verdict == [true] => error,
        Ok(Some(_)) => refusal(cx).located(action, index),
        Ok(None) => Error::not_found().located(action, index),
        Err(error) => error.located(action, index),
    }
}

/// What nobody is left to be told: that a function which follows the commit failed.
pub(super) fn log(error: &Error, action: &Name) {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    tracing::error!(%error, cause, %action, "a function that follows the commit failed; what was written stays");
}
