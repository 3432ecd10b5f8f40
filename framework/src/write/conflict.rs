//! Upserts: a new row, or the stored one that has the same identity.

use std::collections::HashMap;

use uuid::Uuid;

use super::changes::{Rows, Staged};
use super::{Row, event};
use crate::authorize::{Authorized, authorize, readable, refusal};
use crate::changeset::Changeset;
use crate::context::Context;
use crate::error::{Code, Error, Problem};
use crate::event::Wrote;
use crate::execute;
use crate::ir::{Comparison, Name, Node, ResourceId, Tree};
use crate::plan::{Insert, Plan, Predicate, plan_matching};
use crate::query::Access;
use crate::record::{Input, StoredRow};
use crate::request::{Target, WriteRequest};
use crate::value::Value;

/// The update that an upsert is to a row that is stored already.
pub(super) struct Upsert<'a> {
    update: Option<Authorized<WriteRequest<'a>>>,
}

impl<'a> Upsert<'a> {
    /// The update, if there is any row of which it may be.
    pub(super) fn update(&self) -> Option<&Authorized<WriteRequest<'a>>> {
        self.update.as_ref()
    }
}

/// Asks the policies of the update; `None` where nothing is upserted.
///
/// # Errors
/// `INTERNAL` if there is no such update.
pub(super) fn authorized<'a>(
    cx: &'a Context,
    writes: &[Authorized<WriteRequest<'a>>],
) -> Result<Option<Upsert<'a>>, Error> {
    let Some(write) = writes.first() else { return Ok(None) };
    let Target::Identity(rule) = write.request().target() else { return Ok(None) };
    let request = WriteRequest::new(cx, write.resource(), &rule.update, Target::Keys(Vec::new()), Input::new())?;
    // Who may update no row at all is told so of the row that is there, if they may see it.
    Ok(Some(Upsert { update: authorize(cx, request).ok() }))
}

/// That no two of the new rows have the same identity: one statement cannot write a row twice.
///
/// # Errors
/// `INVALID` at each that comes again.
pub(super) fn are_distinct(cx: &Context, staged: &[Staged<'_>], upsert: Option<&Upsert<'_>>) -> Result<(), Error> {
    if upsert.is_none() || staged.len() < 2 {
        return Ok(());
    }
    let mut seen: Vec<Vec<&Value>> = Vec::with_capacity(staged.len());
    let mut problems = Vec::new();
    for it in staged {
        let names = identity(cx, it.write)?;
        let values: Option<Vec<&Value>> =
            names.iter().map(|name| it.changeset.value(name).filter(|it| !it.is_null())).collect();
        // NULLs differ from each other.
        let Some(values) = values else { continue };
        if seen.contains(&values) {
            let fields = names.iter().map(ToString::to_string).collect();
            let problem = Problem::new(Code::Invalid, "is given twice", fields);
            problems.push(problem.located(it.write.action(), it.index));
        } else {
            seen.push(values);
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::from_problems(problems)) }
}

/// What became of each new row, by what the statement answered.
///
/// # Errors
/// For a row that was neither stored nor changed: `FORBIDDEN` if the actor may read the stored one, else `CONFLICT`.
pub(super) async fn rows(
    cx: &Context,
    staged: &[(usize, &Staged<'_>)],
    plan: &Plan<Insert>,
    answered: Vec<StoredRow>,
    mut before: HashMap<Uuid, StoredRow>,
) -> Result<Vec<Row>, execute::Unwritten> {
    let app = cx.engine().app();
    let identity = plan.on_conflict.as_ref().map(|it| it.identity.as_slice()).unwrap_or_default();
    let values = |row: &StoredRow| -> Vec<Value> {
        let value = |index: &u16| row.attributes().get(usize::from(*index))?.value().cloned();
        identity.iter().map(|it| value(it).unwrap_or(Value::Null)).collect()
    };
    let (mut by_id, mut others) = (HashMap::new(), Vec::new());
    for row in answered {
        if let Some(id) = row.id(app) {
            by_id.insert(id, others.len());
        }
        others.push(Some(row));
    }
    let mut rows = Vec::with_capacity(staged.len());
    for (position, it) in staged {
        let Rows::New { row, id, .. } = &it.rows else { continue };
        let created = id.as_uuid().and_then(|id| by_id.get(&id)).and_then(|index| others[*index].take());
        if let Some(row) = created {
            rows.push(Row { staged: *position, id: id.clone(), wrote: Wrote::Created, before: None, row });
            continue;
        }
        let wanted = values(row);
        let same = others.iter_mut().find(|it| it.as_ref().is_some_and(|it| values(it) == wanted));
        let Some(row) = same.and_then(Option::take) else {
            return Err(refused(cx, it).await?.located(it.write.action(), it.index).into());
        };
        let before = row.id(app).and_then(|it| before.remove(&it));
        let id = row.id(app).map(Value::Uuid).unwrap_or(Value::Null);
        rows.push(Row { staged: *position, id, wrote: Wrote::Updated, before, row });
    }
    Ok(rows)
}

/// Why a stored row did not take new values.
async fn refused(cx: &Context, staged: &Staged<'_>) -> Result<Error, Error> {
    let resource = staged.write.resource();
    let names = identity(cx, staged.write)?;
    let same = same_identity(cx, resource, names, std::iter::once(&staged.changeset))?;
    let visible = vec![Predicate::Tree(same, Access::Unrestricted), Predicate::Policy(readable(cx, resource))];
    let is_read = cx.engine().app().resource(resource).primary_read().is_some();
    if is_read && execute::exists(cx, staged.write, visible).await? {
        return Ok(refusal(cx));
    }
    let fields = names.iter().map(ToString::to_string).collect();
    Ok(Error::from_problems(vec![Problem::new(Code::Conflict, "has already been taken", fields)]))
}

/// That a stored row has the identity of one of the new ones.
fn same_identity<'a>(
    cx: &Context,
    id: ResourceId,
    names: &[Name],
    changesets: impl Iterator<Item = &'a Changeset>,
) -> Result<Tree, Error> {
    let resource = cx.engine().app().resource(id);
    let mut tree = Tree::new(Some(resource.name.clone()), None);
    let mut any = Vec::new();
    for changeset in changesets {
        let mut all = Vec::with_capacity(names.len());
        for name in names {
            let unknown = || Error::internal(format!("{} has no attribute `{name}`", resource.name));
            let (attribute, declared) = resource.attribute(name).ok_or_else(unknown)?;
            let left = tree.push(Node::Column { path: Tree::ROW, attribute });
            let value = changeset.value(name).cloned().unwrap_or(Value::Null);
            let right = tree.literal(value, declared.ty.clone());
            all.push(tree.push(Node::Compare { op: Comparison::Eq, left, right }));
        }
        any.push(tree.push(Node::And(all)));
    }
    tree.root = tree.push(Node::Or(any));
    Ok(tree)
}

/// The stored rows that have an identity of the new ones, by their primary keys, where somebody wants to know what they were; they are
/// locked.
pub(super) async fn before(
    cx: &Context,
    staged: &[(usize, &Staged<'_>)],
    upsert: &Upsert<'_>,
) -> Result<HashMap<Uuid, StoredRow>, Error> {
    let Some(((_, first), update)) = staged.first().zip(upsert.update()) else { return Ok(HashMap::new()) };
    if !event::wants_values(cx, update) {
        return Ok(HashMap::new());
    }
    let changesets = staged.iter().map(|(_, it)| &it.changeset);
    let same = same_identity(cx, update.resource(), identity(cx, first.write)?, changesets)?;
    let rows =
        execute::stored(cx, &plan_matching(cx, update, vec![Predicate::Tree(same, Access::Unrestricted)])?).await?;
    let app = cx.engine().app();
    Ok(rows.into_iter().filter_map(|it| Some((it.id(app)?, it))).collect())
}

fn identity<'a>(cx: &'a Context, write: &Authorized<WriteRequest<'_>>) -> Result<&'a [Name], Error> {
    let resource = cx.engine().app().resource(write.resource());
    let Target::Identity(rule) = write.request().target() else {
        return Err(Error::internal("an upsert without an identity"));
    };
    let found = resource.identities.iter().find(|it| it.name == rule.identity);
    let unknown = || Error::internal(format!("{} has no identity `{}`", resource.name, rule.identity));
    found.map(|it| it.attributes.as_slice()).ok_or_else(unknown)
}
