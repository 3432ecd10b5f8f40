//! What follows where rows are deleted for the time being, or come back. The database sees no delete, so what `on_delete` says of the rows
//! that point at them is done here, once it is known that the rows themselves may be written.
//!
//! ```text
//! cascade    they go too, and so does what goes with them; what went with a row comes back with it
//! nilify     they point at nothing any more
//! restrict   nothing is deleted while one of them exists that does not go itself
//! ```
//! All that goes goes first, and then is asked who is left and holds on to it: no order of resources decides.

use std::collections::HashMap;

use super::Row;
use super::changes::Staged;
use crate::authorize::Authorized;
use crate::context::Context;
use crate::error::{Code, Error, Problem};
use crate::event::Wrote;
use crate::execute::{self, Unwritten};
use crate::ir::{OnDelete, ResourceId};
use crate::plan::{Deletion, Done, Plan, Reference, Referring, Restored};
use crate::request::WriteRequest;
use crate::value::{RowKey, Value};

/// What is said where a row is left that needs the deleted one: as the database's refusal of a delete.
const REFERRED_TO: &str = "something else still refers to it";

/// What is said where a row that would come back has values that another one took meanwhile: whoever restores its parent may not see them.
const TAKEN_MEANWHILE: &str = "something that would come back with it is in conflict with what was made meanwhile";

/// Whether anything follows where a row is deleted for the time being, or comes back.
pub(super) fn is_followed(cx: &Context, write: &Authorized<WriteRequest<'_>>) -> bool {
    let app = cx.engine().app();
    let (action, resource) = (write.action(), write.resource());
    action.restores() || action.deletes_softly(app.resource(resource)) && !Reference::all_to(app, resource).is_empty()
}

/// Does what follows, for all rows that were written.
///
/// # Errors
/// `CONFLICT` where a row is left that holds on to a deleted one, or what would come back is in conflict with what was made meanwhile;
/// `NOT_FOUND` at a key of a row that came back, where what it points at is deleted.
pub(super) async fn follow(
    cx: &Context,
    staged: &[Staged<'_>],
    rows: &[Row],
    deletion: &Deletion,
) -> Result<(), Error> {
    let Some(first) = staged.first() else { return Ok(()) };
    if rows.is_empty() || !is_followed(cx, first.write) {
        return Ok(());
    }
    let ids: Vec<_> = rows.iter().map(|it| it.id.clone()).collect();
    if first.write.action().restores() {
        holds_on_to_nothing_deleted(cx, staged, rows, &ids).await?;
        return bring_back(cx, first.write, rows, ids).await;
    }
    let gone = take_along(cx, first.write, ids, deletion).await?;
    nothing_holds_on(cx, staged, rows, &gone).await
}

/// Rows of one resource.
type SomeRows = (ResourceId, Vec<Value>);

/// Deletes what goes with rows that are deleted, and clears what points at them. Returns all that is gone.
async fn take_along(
    cx: &Context,
    write: &Authorized<WriteRequest<'_>>,
    ids: Vec<Value>,
    deletion: &Deletion,
) -> Result<Vec<SomeRows>, Error> {
    let app = cx.engine().app();
    let mut gone: Vec<SomeRows> = vec![(write.resource(), ids)];
    let mut next = 0;
    while let Some((resource, ids)) = gone.get(next).cloned() {
        for reference in Reference::all_to(app, resource) {
            let done = match reference.on_delete {
                OnDelete::Restrict => continue,
                OnDelete::Cascade => Done::Delete(deletion.clone()),
                OnDelete::Nilify => Done::Clear,
            };
            let plan = Plan::<Referring>::referring(write, reference, ids.clone(), done);
            let went: Vec<_> = execute::refer(cx, &plan).await?.into_iter().filter(|it| it.holds).collect();
            if !went.is_empty() {
                gone.push((reference.from, went.into_iter().map(|it| it.id).collect()));
            }
        }
        next += 1;
    }
    Ok(gone)
}

/// That nothing is left that holds on to a deleted row.
async fn nothing_holds_on(cx: &Context, staged: &[Staged<'_>], rows: &[Row], gone: &[SomeRows]) -> Result<(), Error> {
    let Some(first) = staged.first() else { return Ok(()) };
    let app = cx.engine().app();
    let mut all: HashMap<ResourceId, Vec<Value>> = HashMap::new();
    for (resource, ids) in gone {
        all.entry(*resource).or_default().extend(ids.iter().cloned());
    }
    let mut resources: Vec<_> = all.into_iter().collect();
    resources.sort_by_key(|(resource, _)| *resource);
    for (resource, ids) in resources {
        for reference in Reference::all_to(app, resource).into_iter().filter(|it| it.on_delete == OnDelete::Restrict) {
            let plan = Plan::<Referring>::referring(first.write, reference, ids.clone(), Done::Nothing);
            let held = execute::referred_to(cx, &plan).await?;
            if !held.is_empty() {
                return Err(Error::from_problems(held_on(staged, rows, &held)));
            }
        }
    }
    Ok(())
}

/// What is told where rows are held on to: at the position of each that was to be deleted itself.
fn held_on(staged: &[Staged<'_>], rows: &[Row], held: &[Value]) -> Vec<Problem> {
    let told = |row: Option<&Row>| {
        let (staged, position) = match row {
            Some(row) => (&staged[row.staged], staged[row.staged].position(&row.id)),
            None => (&staged[0], None),
        };
        Error::new(Code::Conflict, REFERRED_TO).located(staged.write.action(), position).problems().to_vec()
    };
    let at_fault: Vec<_> = rows.iter().filter(|it| held.contains(&it.id)).flat_map(|it| told(Some(it))).collect();
    if at_fault.is_empty() { told(None) } else { at_fault }
}

/// Restores what went with rows that came back: what belongs to the same deletions and, from row to row, points at them.
async fn bring_back(
    cx: &Context,
    write: &Authorized<WriteRequest<'_>>,
    rows: &[Row],
    ids: Vec<Value>,
) -> Result<(), Error> {
    let app = cx.engine().app();
    let mark = app.resource(write.resource()).deletion_id().map(|(id, _)| id);
    let deletion = |it: &Row| it.row.attribute(mark?).value().filter(|it| !it.is_null()).cloned();
    let deletions: Vec<_> = rows.iter().filter_map(deletion).collect();
    let mut back: Vec<SomeRows> = vec![(write.resource(), ids)];
    while let Some((resource, ids)) = back.pop() {
        for reference in Reference::all_to(app, resource).into_iter().filter(|it| comes_back(cx, *it)) {
            let holds_on = Reference::all_from(app, reference.from).into_iter().filter(|it| it.holds_on(app)).collect();
            let done = Done::Restore { deletions: deletions.clone(), holds_on };
            let plan = Plan::<Referring>::referring(write, reference, ids.clone(), done);
            let restored = match execute::refer(cx, &plan).await {
                Ok(restored) => restored,
                Err(Unwritten::Refused(_)) => return Err(Error::new(Code::Conflict, TAKEN_MEANWHILE)),
                Err(Unwritten::Failed(error)) => return Err(error),
            };
            let changed: Vec<_> = restored.into_iter().filter(|it| it.holds).map(|it| it.id).collect();
            if !changed.is_empty() {
                back.push((reference.from, changed));
            }
        }
    }
    Ok(())
}

/// Whether rows that point by that key may have gone with the row that they point at.
fn comes_back(cx: &Context, reference: Reference) -> bool {
    let app = cx.engine().app();
    reference.holds_on(app) && app.resource(reference.from).deleted_at().is_some()
}

/// That rows which came back hold on to no row that is deleted: it is as if they had been given a key of none.
async fn holds_on_to_nothing_deleted(
    cx: &Context,
    staged: &[Staged<'_>],
    rows: &[Row],
    ids: &[Value],
) -> Result<(), Error> {
    let Some(first) = staged.first() else { return Ok(()) };
    let app = cx.engine().app();
    let resource = first.write.resource();
    let mut problems = Vec::new();
    for reference in Reference::all_from(app, resource).into_iter().filter(|it| it.holds_on(app)) {
        let restored = Restored { reference, rows: ids.to_vec() };
        let dangling = execute::held_on(cx, &restored).await?.into_iter().filter(|it| it.holds);
        let dangling: Vec<_> = dangling.filter_map(|it| RowKey::of(&it.id)).collect();
        let field = app.resource(resource)[reference.key].name.to_string();
        for row in rows.iter().filter(|it| RowKey::of(&it.id).is_some_and(|id| dangling.contains(&id))) {
            let it = &staged[row.staged];
            problems.push(Problem::not_found(&field).located(it.write.action(), it.position(&row.id)));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::from_problems(problems)) }
}

/// What was done with a row by an action that says so of itself.
pub(super) fn wrote(write: &Authorized<WriteRequest<'_>>, otherwise: Wrote) -> Wrote {
    match (write.action().restores(), write.action().purges()) {
        (true, _) => Wrote::Restored,
        (_, true) => Wrote::Purged,
        _ => otherwise,
    }
}
