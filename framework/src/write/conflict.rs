//! Upserts: a new row, or the stored one that has the same identity.

use std::collections::{HashMap, HashSet};

use super::build::Builder;
use super::changes::{Rows, Staged};
use super::{Row, diagnose, event};
use crate::authorize::{Authorized, authorize, readable, refusal};
use crate::changeset::Changeset;
use crate::context::Context;
use crate::database::DatabaseError;
use crate::error::{Code, Error, Problem};
use crate::evaluate::{self, Evaluation, RecordRow, RowSource};
use crate::event::Wrote;
use crate::execute;
use crate::ir::{ActionKind, Change, Comparison, Identity, Name, Node, ResourceId, Tree};
use crate::plan::{Predicate, plan_matching};
use crate::query::Access;
use crate::record::StoredRow;
use crate::request::{Clock, GIVEN_TWICE, NO_ARGUMENTS, Target, WriteRequest};
use crate::value::{RowKey, Value};

/// How many identities of several attributes one statement asks for.
const ALTERNATIVES: usize = 100;

/// The update that an upsert is to a row that is stored already.
pub(super) struct Upsert<'a> {
    update: Option<(Authorized<WriteRequest<'a>>, Changeset)>,
    /// Whether a stored row stays as it is.
    keeps: bool,
}

impl<'a> Upsert<'a> {
    /// The update, if there is any row of which it may be.
    pub(super) fn update(&self) -> Option<&Authorized<WriteRequest<'a>>> {
        self.update.as_ref().map(|(update, _)| update)
    }

    /// The update with its own changes, which a stored row undergoes besides what it takes of the new one.
    pub(super) fn changes(&self) -> Option<(&Authorized<WriteRequest<'a>>, &Changeset)> {
        self.update.as_ref().map(|(update, changes)| (update, changes))
    }
}

/// The write that made of a row what it is, with its changes: where an upsert changed a stored row it is the update, and everything else that
/// was asked for. Policies, validations, hooks and the event of the row are those of its action.
pub(super) fn writer<'s, 'a>(
    upsert: Option<&'s Upsert<'a>>,
    staged: &'s Staged<'a>,
    row: &Row,
) -> (&'s Authorized<WriteRequest<'a>>, &'s Changeset) {
    match (row.wrote, upsert.and_then(Upsert::changes)) {
        (Wrote::Updated, Some(update)) => update,
        _ => (staged.write, &staged.changeset),
    }
}

/// Asks the policies of the update, and works its changes out; `None` where nothing is upserted.
///
/// # Errors
/// `INVALID` for what is wrong with the update's own input; `INTERNAL` if there is no such update, if it changes the identity, or if it has a
/// function that runs before the statement: which rows are changed, only the statement itself tells.
pub(super) fn authorized<'a>(
    cx: &'a Context,
    writes: &[Authorized<WriteRequest<'a>>],
) -> Result<Option<Upsert<'a>>, Error> {
    let Some(write) = writes.first() else { return Ok(None) };
    let Target::Identity(rule) = write.request().target() else { return Ok(None) };
    let declared = cx.engine().app().resource(write.resource());
    if declared.has_given_key() {
        return Err(Error::internal(format!(
            "no upsert makes a {}: its key is given, so whether a row is new, the statement could not tell",
            declared.name
        )));
    }
    let Some(update) = &rule.update else { return Ok(Some(Upsert { update: None, keeps: true })) };
    let (kinds, no_rows) = ([ActionKind::Update], Target::Keys(Vec::new()));
    let request = WriteRequest::new(cx, write.resource(), update, &kinds, no_rows, rule.input.clone())?;
    let action = request.action();
    let is_function = |it: &Change| matches!(it, Change::Function { .. } | Change::RowFunction { .. });
    if !action.before.is_empty() || action.changes.iter().any(is_function) {
        let resource = &cx.engine().app().resource(write.resource()).name;
        return Err(Error::internal(format!(
            "{resource}.{} has a `change` or `before` function, so no upsert can change a row by it: whether there is such a row, only the \
             statement tells",
            action.name
        )));
    }
    // Who may update no row at all is told so of the row that is there, if they may see it.
    let update = match authorize(cx, request) {
        Ok(update) => update,
        Err(error) if is_refusal(&error) => return Ok(Some(Upsert { update: None, keeps: false })),
        Err(error) => return Err(error),
    };
    let mut builder = Builder::of_upsert(cx, &update);
    match builder.run() {
        Ok(None) => {}
        Ok(Some(_)) => return Err(Error::internal("a change needs what the action did not declare")),
        Err(error) if is_refusal(&error) => return Ok(Some(Upsert { update: None, keeps: false })),
        Err(error) => return Err(error),
    }
    let changes = builder.finish()?.checked().map_err(|it| it.located(action, None))?;
    let assigns = |it: &&Name| changes.value(it).is_some() || changes.expressions().iter().any(|(name, _)| name == *it);
    if let Some(name) = identity(cx, write)?.attributes.iter().find(assigns) {
        let resource = &cx.engine().app().resource(write.resource()).name;
        return Err(Error::internal(format!(
            "{resource}.{} sets `{name}`, by which the upsert finds the row: a row could not be told from another one then",
            action.name
        )));
    }
    Ok(Some(Upsert { update: Some((update, changes)), keeps: false }))
}

/// Whether it is no action for this actor, whatever the row.
fn is_refusal(error: &Error) -> bool {
    matches!(error.code(), Code::Forbidden | Code::Unauthenticated)
}

/// That no two of the new rows have the same identity: one statement cannot write a row twice.
///
/// # Errors
/// `INVALID` at each that comes again.
pub(super) fn are_distinct(cx: &Context, staged: &[Staged<'_>], upsert: Option<&Upsert<'_>>) -> Result<(), Error> {
    if upsert.is_none() || staged.len() < 2 {
        return Ok(());
    }
    let mut seen = HashSet::with_capacity(staged.len());
    let mut problems = Vec::new();
    for it in staged {
        let identity = identity(cx, it.write)?;
        let Rows::New { row, .. } = &it.rows else { continue };
        let values = identity.attributes.iter().map(|name| it.changeset.value(name));
        let is_again = holds(cx, identity, row)? && key(identity, values)?.is_some_and(|it| !seen.insert(it));
        if is_again {
            let fields = identity.attributes.iter().map(ToString::to_string).collect();
            let problem = Problem::new(Code::Invalid, GIVEN_TWICE, fields);
            problems.push(problem.located(it.write.action(), it.index));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::from_problems(problems)) }
}

/// Whether a new row is one of those among which the identity is unique.
fn holds(cx: &Context, identity: &Identity, row: &StoredRow) -> Result<bool, Error> {
    let Some(condition) = &identity.only else { return Ok(true) };
    let (app, actor) = (cx.engine().app(), cx.actor_row());
    let row = RecordRow::stored(app, row);
    let held = evaluate::holds(condition, &cx.facts(&actor, &NO_ARGUMENTS), Some(&row as &dyn RowSource))?;
    Ok(held != Evaluation::Known(false))
}

/// The values of an identity, to be found by; `None` where one of them is NULL and NULLs differ from each other.
fn key<'v>(identity: &Identity, values: impl Iterator<Item = Option<&'v Value>>) -> Result<Option<String>, Error> {
    let value = |it: Option<&'v Value>| match it.filter(|it| !it.is_null()) {
        None if identity.nulls_equal => Some(&Value::Null),
        it => it,
    };
    let values: Option<Vec<&Value>> = values.map(value).collect();
    values.map(|it| serde_json::to_string(&it).map_err(Error::internal)).transpose()
}

/// What became of each new row, by what the statement answered. A row is left out where the stored one is passed over.
///
/// # Errors
/// For a row that was neither stored nor changed: why the stored one may not be changed, if the actor may read it. Else the values are
/// refused, as by an identity that is taken: to be told only to who may store them.
pub(super) async fn rows(
    cx: &Context,
    staged: &[(usize, &Staged<'_>)],
    upsert: &Upsert<'_>,
    answered: Vec<StoredRow>,
    mut before: HashMap<RowKey, StoredRow>,
) -> Result<Vec<Row>, execute::Unwritten> {
    let Some((_, first)) = staged.first() else { return Ok(Vec::new()) };
    let app = cx.engine().app();
    let (resource, identity) = (app.resource(first.write.resource()), identity(cx, first.write)?);
    let key_of = |row: &StoredRow| {
        let value = |name: &Name| row.attribute(resource.attribute(name)?.0).value();
        key(identity, identity.attributes.iter().map(value))
    };
    let (mut by_id, mut by_identity) = (HashMap::new(), HashMap::new());
    let new: HashSet<_> = staged.iter().filter_map(|(_, it)| new_id(it)).collect();
    for row in answered {
        match row.id(app) {
            Some(id) if new.contains(&id) => _ = by_id.insert(id, row),
            _ => _ = by_identity.insert(key_of(&row)?, row),
        }
    }
    let mut rows = Vec::with_capacity(staged.len());
    for (position, it) in staged {
        let Rows::New { row, id, .. } = &it.rows else { continue };
        if let Some(row) = new_id(it).and_then(|it| by_id.remove(&it)) {
            rows.push(Row { staged: *position, id: id.clone(), wrote: Wrote::Created, before: None, row });
            continue;
        }
        let Some(row) = by_identity.remove(&key_of(row)?) else {
            match refused(cx, it, upsert).await? {
                Some(error) => return Err(error),
                None => continue,
            }
        };
        let before = row.id(app).and_then(|it| before.remove(&it));
        if before.is_none() && upsert.update().is_some_and(|it| event::wants_values(cx, it)) {
            // Somebody else stored it after it was looked for: tried again, it is found.
            return Err(Error::from(DatabaseError::overtaken()).into());
        }
        let id = row.id(app).map(Value::from).unwrap_or(Value::Null);
        let wrote = if upsert.keeps { Wrote::Kept } else { Wrote::Updated };
        rows.push(Row { staged: *position, id, wrote, before, row });
    }
    Ok(rows)
}

/// The primary key that was made for a new row.
fn new_id(staged: &Staged<'_>) -> Option<RowKey> {
    match &staged.rows {
        Rows::New { id, .. } => RowKey::of(id),
        Rows::Meant | Rows::Locked(..) => None,
    }
}

/// Why a stored row did not take new values; `None` if it was passed over by the upsert's own condition.
async fn refused(cx: &Context, staged: &Staged<'_>, upsert: &Upsert<'_>) -> Result<Option<execute::Unwritten>, Error> {
    let write = staged.write;
    let is_conditional = matches!(write.request().target(), Target::Identity(rule) if rule.condition.is_some());
    if let Some(update) = upsert.update().filter(|_| is_conditional)
        && update.action().requirements.iter().all(|it| !it.old)
        && update.filter().is_everything()
        && readable(cx, update.resource()).is_everything()
    {
        return Ok(None);
    }
    let identity = identity(cx, write)?;
    let mut visible = same_identity(cx, write.resource(), identity, &[&staged.changeset])?;
    visible.push(Predicate::Policy(readable(cx, write.resource())));
    let app = cx.engine().app();
    let is_read = app.resource(write.resource()).primary_read().is_some();
    let stored = match is_read {
        true => execute::stored(cx, &plan_matching(cx, write, visible)?, Clock::Request).await?,
        false => Vec::new(),
    };
    if let Some(id) = stored.first().and_then(|it| it.id(app)) {
        let error = match upsert.update() {
            Some(update) => match diagnose::of_readable(cx, update, id.into()).await? {
                None if is_conditional => return Ok(None),
                objection => objection.unwrap_or_else(|| refusal(cx)),
            },
            // It came while it was looked for: tried again, it is found.
            None if upsert.keeps => DatabaseError::overtaken().into(),
            None => refusal(cx),
        };
        return Ok(Some(execute::Unwritten::Failed(error.located(write.action(), staged.index))));
    }
    Ok(Some(execute::Unwritten::Refused(Error::from_problems(vec![execute::is_taken(identity)]))))
}

/// That a stored row has the identity of one of the new ones.
fn same_identity(
    cx: &Context,
    id: ResourceId,
    identity: &Identity,
    changesets: &[&Changeset],
) -> Result<Vec<Predicate>, Error> {
    let same = same_values(cx, id, identity, changesets)?;
    let conditions = [same].into_iter().chain(identity.only.clone());
    Ok(conditions.map(|it| Predicate::Tree(it, Access::Unrestricted)).collect())
}

/// That a stored row has the values of one of the new ones.
fn same_values(cx: &Context, id: ResourceId, identity: &Identity, changesets: &[&Changeset]) -> Result<Tree, Error> {
    let resource = cx.engine().app().resource(id);
    let mut tree = Tree::new(Some(resource.name.clone()), None);
    let declared = |name: &Name| {
        let unknown = || Error::internal(format!("{} has no attribute `{name}`", resource.name));
        resource.attribute(name).ok_or_else(unknown)
    };
    let value = |it: &Changeset, name: &Name| it.value(name).filter(|it| !it.is_null()).cloned();
    if let ([name], false) = (identity.attributes.as_slice(), identity.nulls_equal) {
        let (attribute, declared) = declared(name)?;
        let values = changesets.iter().filter_map(|it| value(it, name)).collect();
        let item = tree.push(Node::Column { path: Tree::ROW, attribute });
        let list = tree.literal(Value::List(values), declared.ty.clone());
        tree.root = tree.push(Node::In { item, list });
        return Ok(tree);
    }
    let mut any = Vec::with_capacity(changesets.len());
    for changeset in changesets {
        let mut all = Vec::with_capacity(identity.attributes.len());
        for name in &identity.attributes {
            let (attribute, declared) = declared(name)?;
            let left = tree.push(Node::Column { path: Tree::ROW, attribute });
            all.push(match value(changeset, name) {
                None if identity.nulls_equal => tree.push(Node::IsNull(left)),
                value => {
                    let right = tree.literal(value.unwrap_or(Value::Null), declared.ty.clone());
                    tree.push(Node::Compare { op: Comparison::Eq, left, right })
                }
            });
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
) -> Result<HashMap<RowKey, StoredRow>, Error> {
    let Some(((_, first), update)) = staged.first().zip(upsert.update()) else { return Ok(HashMap::new()) };
    if !event::wants_values(cx, update) {
        return Ok(HashMap::new());
    }
    let identity = identity(cx, first.write)?;
    let is_listed = identity.attributes.len() == 1 && !identity.nulls_equal;
    // The values of one attribute are one list; alternatives nest, and neither database takes any number of them.
    let size = if is_listed { staged.len() } else { ALTERNATIVES };
    let changesets: Vec<_> = staged.iter().map(|(_, it)| &it.changeset).collect();
    let app = cx.engine().app();
    let mut before = HashMap::new();
    for some in changesets.chunks(size) {
        let same = same_identity(cx, update.resource(), identity, some)?;
        let rows = execute::stored(cx, &plan_matching(cx, update, same)?, Clock::Request).await?;
        before.extend(rows.into_iter().filter_map(|it| Some((it.id(app)?, it))));
    }
    Ok(before)
}

fn identity<'a>(cx: &'a Context, write: &Authorized<WriteRequest<'_>>) -> Result<&'a Identity, Error> {
    let resource = cx.engine().app().resource(write.resource());
    let Target::Identity(rule) = write.request().target() else {
        return Err(Error::internal("an upsert without an identity"));
    };
    let unknown = || Error::internal(format!("{} has no identity `{}`", resource.name, rule.identity));
    resource.identity(&rule.identity).ok_or_else(unknown)
}
