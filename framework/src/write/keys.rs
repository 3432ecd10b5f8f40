//! Keys in an input: what may not be read is as if it did not exist.

use std::collections::{HashMap, HashSet};

use super::changes::Staged;
use super::conflict::Upsert;
use super::diagnose;
use crate::authorize::{Authorized, authorize};
use crate::changeset::{Changeset, cast_alone};
use crate::context::Context;
use crate::error::{Error, Problem};
use crate::execute;
use crate::ir::{Change, Name, Node, ResourceId};
use crate::request::{ReadRequest, WriteRequest};
use crate::value::{RowKey, Value};

/// A key that a caller gave.
struct Given {
    /// The position of what was staged with it.
    staged: usize,
    /// The input that it stands in.
    field: String,
    id: RowKey,
}

/// Asks whether the keys in the inputs name rows that the actor may read, in one statement for each resource that they are of.
///
/// # Errors
/// `NOT_FOUND` with the fields at fault; but first, that a stored row is not theirs to change.
pub(super) async fn are_readable(
    cx: &Context,
    staged: &[Staged<'_>],
    upsert: Option<&Upsert<'_>>,
) -> Result<(), Error> {
    let pairs: Vec<_> = staged.iter().map(|it| (it.write, &it.changeset)).collect();
    let missing = missing(cx, &pairs).await?;
    if missing.is_empty() {
        return match upsert.and_then(Upsert::changes) {
            Some((update, changes)) => {
                let readable = of_one_are_readable(cx, update, changes).await;
                readable.map_err(|it| it.located(update.action(), None))
            }
            None => Ok(()),
        };
    }
    for index in missing.iter().map(|it| it.staged).collect::<HashSet<_>>() {
        diagnose::nothing_objects(cx, staged[index].write).await?;
    }
    let problem = |it: Given| {
        let staged = &staged[it.staged];
        Problem::not_found(&it.field).located(staged.write.action(), staged.index)
    };
    Err(Error::from_problems(missing.into_iter().map(problem).collect()))
}

/// The same for one request, which is not staged: its changes are still being worked out, or those of the stored rows of an upsert.
pub(super) async fn of_one_are_readable(
    cx: &Context,
    write: &Authorized<WriteRequest<'_>>,
    changeset: &Changeset,
) -> Result<(), Error> {
    let missing = missing(cx, &[(write, changeset)]).await?;
    if missing.is_empty() {
        return Ok(());
    }
    Err(Error::from_problems(missing.iter().map(|it| Problem::not_found(&it.field)).collect()))
}

/// Whether a caller gave any key that is to be asked about.
pub(super) fn are_given(cx: &Context, write: &Authorized<WriteRequest<'_>>, changeset: &Changeset) -> bool {
    !given(cx, &[(write, changeset)]).is_empty()
}

/// The keys that name no row which the actor may read, by position and field.
async fn missing(cx: &Context, changes: &[(&Authorized<WriteRequest<'_>>, &Changeset)]) -> Result<Vec<Given>, Error> {
    let mut missing = Vec::new();
    for (target, keys) in given(cx, changes) {
        let read = cx.engine().app().resource(target).primary_read();
        let ids: HashSet<_> = keys.iter().map(|it| it.id.clone()).collect();
        let ids = ids.into_iter().map(Value::from).collect();
        let readable = match read.map(|it| authorize(cx, ReadRequest::primary(target, it))).transpose()? {
            Some(read) => execute::readable_keys(cx, &read, ids).await?,
            // What nobody may read is there for the framework, as far as it exists.
            None if cx.is_system() => execute::existing_keys(cx, target, ids).await?,
            None => HashSet::new(),
        };
        missing.extend(keys.into_iter().filter(|it| !readable.contains(&it.id)));
    }
    missing.sort_by(|left, right| (left.staged, &left.field).cmp(&(right.staged, &right.field)));
    missing.dedup_by(|left, right| left.staged == right.staged && left.field == right.field);
    Ok(missing)
}

/// The keys that callers gave, by the resource that they are of.
fn given(cx: &Context, changes: &[(&Authorized<WriteRequest<'_>>, &Changeset)]) -> HashMap<ResourceId, Vec<Given>> {
    let mut given: HashMap<ResourceId, Vec<Given>> = HashMap::new();
    let app = cx.engine().app();
    for (staged, (write, changeset)) in changes.iter().enumerate() {
        for relationship in &app.resource(write.resource()).relationships {
            let Some(key) = relationship.key() else { continue };
            // The framework may read all rows that exist: those of a table all of whose rows do are the database's to check.
            if cx.is_system() && !app.resource(app.target(relationship)).has_extent() {
                continue;
            }
            for (field, id) in given_keys(cx, write, changeset, key) {
                given.entry(app.target(relationship)).or_default().push(Given { staged, field: field.to_string(), id });
            }
        }
    }
    given
}

/// The values that a key may become as far as the caller gave them, each with the input that it stands in: the attribute itself, or
/// one that the action makes a key of, by an expression or in a function.
fn given_keys<'a>(
    cx: &Context,
    write: &'a Authorized<WriteRequest<'_>>,
    changeset: &Changeset,
    key: &'a Name,
) -> Vec<(&'a Name, RowKey)> {
    let input = write.request().input();
    let set = write.action().changes.iter().rev().find_map(|it| match it {
        Change::Set { attribute, value, .. } if attribute == key => Some(value),
        _ => None,
    });
    // The same row may be given twice: what the key is declared to become names the input at fault.
    let arguments = set.iter().flat_map(|it| &it.nodes).filter_map(|it| match it {
        Node::Argument { name, .. } => Some(name),
        _ => None,
    });
    let inputs: Vec<_> = arguments.chain([key]).chain(input.iter().map(|(name, _)| name)).collect();
    // In the form that is stored: a text may have been given in another case.
    let app = cx.engine().app();
    let ty = app.resource(write.resource()).attribute(key).map(|(_, it)| &it.ty);
    let stored = |value: &Value| RowKey::of(&cast_alone(app, ty?, value.clone())?);
    let given = |id: &RowKey| inputs.iter().find(|it| input.get(it).and_then(stored).as_ref() == Some(id));
    new_values(changeset, key).into_iter().filter_map(|id| Some((*given(&id)?, id))).collect()
}

/// The values that an attribute may become, as far as they are known: of a choice that only the database can make, all.
fn new_values(changeset: &Changeset, attribute: &Name) -> Vec<RowKey> {
    if let Some(value) = changeset.value(attribute) {
        return RowKey::of(value).into_iter().collect();
    }
    let expressions = changeset.expressions().iter().filter(|(name, _)| name == attribute);
    let outcomes = expressions.flat_map(|(_, tree)| tree.outcomes());
    let known = outcomes.filter_map(|it| match it {
        Node::Literal { value, .. } => RowKey::of(value),
        _ => None,
    });
    known.collect()
}
