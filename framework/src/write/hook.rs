//! The application's functions around a write, once for each row: `before` and `after` in its transaction, `after_commit` once it is
//! certain.

use super::build::recheck;
use super::changes::{Rows, Staged, new_row};
use super::conflict::{self, Upsert};
use super::{Row, diagnose};
use crate::application::{AfterFn, Function};
use crate::authorize::Authorized;
use crate::context::Context;
use crate::error::Error;
use crate::event::Wrote;
use crate::ir::{Action, ResourceId};
use crate::request::WriteRequest;

/// Whether the action declares any, so that its write is more than a statement.
pub(super) fn are_declared(action: &Action) -> bool {
    !action.before.is_empty() || !action.after.is_empty() || !action.after_commit.is_empty()
}

/// Whether a function that comes before the statement reads the row as it was.
pub(super) fn reads_row(cx: &Context, write: &Authorized<WriteRequest<'_>>) -> bool {
    let resource = cx.engine().app().resource(write.resource());
    let mut functions = cx.engine().functions(resource, &write.action().name);
    functions.any(|it| matches!(it, Function::BeforeRow(..)))
}

/// Runs what comes before the statement, and asks every rule of what it set.
///
/// # Errors
/// What a function fails with; what is wrong with what it set.
pub(super) async fn before(cx: &Context, staged: &mut [Staged<'_>]) -> Result<(), Error> {
    for it in staged {
        let (resource, action) = (it.write.resource(), it.write.action());
        if action.before.is_empty() {
            continue;
        }
        let within = cx.within(resource, &action.name);
        let missing =
            |name: &str| Error::internal(format!("no function for what comes before {}: {name}", action.name));
        for (position, name) in action.before.iter().enumerate() {
            let declared = cx.engine().app().resource(resource);
            let function = cx.engine().functions(declared, &action.name).find(|it| match it {
                Function::Before(at, _) | Function::BeforeRow(at, _) => *at == position,
                _ => false,
            });
            match (function, &it.rows) {
                (Some(Function::Before(_, function)), _) => {
                    it.changeset.by(name, async |changeset| function(changeset, &within).await).await?;
                }
                (Some(Function::BeforeRow(_, function)), Rows::Locked(row, _)) => {
                    it.changeset.by(name, async |changeset| function(changeset, row, &within).await).await?;
                }
                _ => return Err(missing(name)),
            }
        }
        let position = match &it.rows {
            Rows::Locked(_, id) => it.position(id),
            Rows::New { .. } | Rows::Meant => it.index,
        };
        let checked = recheck(cx, it.write, it.changeset.clone())?.checked();
        it.changeset = checked.map_err(|error| error.located(action, position))?;
        if matches!(it.rows, Rows::New { .. }) {
            it.rows = new_row(cx, it.write, &it.changeset)?;
        }
    }
    Ok(())
}

/// Runs what comes after the statement, and leaves what is to follow the commit: of each row the functions of the action that wrote it.
///
/// # Errors
/// What a function fails with.
pub(super) async fn after(
    cx: &Context,
    staged: &[Staged<'_>],
    upsert: Option<&Upsert<'_>>,
    rows: &[Row],
) -> Result<(), Error> {
    for row in rows.iter().filter(|it| it.wrote != Wrote::Kept) {
        let (write, _) = conflict::writer(upsert, &staged[row.staged], row);
        let (resource, action) = (write.resource(), write.action());
        if action.after.is_empty() && action.after_commit.is_empty() {
            continue;
        }
        let within = cx.within(resource, &action.name);
        for function in functions(cx, resource, action, |it| match it {
            Function::After(at, function) => Some((at, function)),
            _ => None,
        }) {
            function(&row.row, &within).await?;
        }
        for function in functions(cx, resource, action, |it| match it {
            Function::AfterCommit(at, function) => Some((at, function)),
            _ => None,
        }) {
            let (row, name) = (row.row.clone(), action.name.clone());
            let hook = async move |cx: Context| {
                if let Err(error) = function(&row, &cx.within(resource, &name)).await {
                    diagnose::log(&error, &name);
                }
            };
            cx.after_commit(hook).await;
        }
    }
    Ok(())
}

/// The functions of one kind, in the order declared.
fn functions(
    cx: &Context,
    resource: ResourceId,
    action: &Action,
    kind: impl Fn(Function) -> Option<(usize, AfterFn)>,
) -> Vec<AfterFn> {
    let declared = cx.engine().app().resource(resource);
    let mut found: Vec<_> = cx.engine().functions(declared, &action.name).filter_map(kind).collect();
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, function)| function).collect()
}
