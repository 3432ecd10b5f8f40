//! Plans of writes. The predicates that say which rows are written are part of a plan, those of the policies among them, so that no
//! statement can be made without them.

use super::{Deletion, Plan, Predicate, Reach};
use crate::authorize::{Authorized, PolicyFilter, readable, readable_before};
use crate::changeset::Changeset;
use crate::context::Context;
use crate::error::Error;
use crate::evaluate::{Folded, fold_requirement};
use crate::ir::{
    Attribute, AttributeId, Generated, Name, Node, Requirement, Resource, ResourceId, RowCondition, Tree, Type,
};
use crate::query::Access;
use crate::request::{Clock, Target, Upsert, WriteRequest};
use crate::value::Value;

/// One `INSERT`.
pub(crate) struct Insert {
    pub(crate) resource: ResourceId,
    /// The value of every attribute of each row, in order.
    pub(crate) rows: Vec<Vec<Value>>,
    /// What is done with a row that is stored already.
    pub(crate) on_conflict: Option<OnConflict>,
}

/// What is done where a new row has the identity of a stored one: the stored row takes the new values, and is returned.
pub(crate) struct OnConflict {
    /// The attributes of the identity.
    pub(crate) identity: Vec<AttributeId>,
    /// The rows among which it is unique; `None`: all.
    pub(crate) among: Option<RowCondition>,
    /// Whether rows without a value share it.
    pub(crate) nulls_equal: bool,
    /// The attributes that take the value of the new row.
    pub(crate) taken: Vec<AttributeId>,
    /// For which stored rows they do; `None`: for every one.
    pub(crate) replaced: Option<Tree>,
    /// What else is assigned. For an attribute in `taken`, it is assigned to the stored rows for which `replaced` does not hold. At least
    /// one of `taken` and `assignments` is not empty.
    pub(crate) assignments: Vec<(AttributeId, Assigned)>,
    /// Attributes that take the value of the new row if any of the others changes.
    pub(crate) stamps: Vec<AttributeId>,
    /// What must hold of the stored row.
    pub(crate) wanted: Vec<Predicate>,
    pub(crate) clock: Clock,
}

/// One `UPDATE`; it returns the new rows.
pub(crate) struct Update {
    pub(crate) resource: ResourceId,
    /// Which rows of the table it is about.
    pub(crate) reach: Reach,
    pub(crate) wanted: Vec<Predicate>,
    /// Not empty.
    pub(crate) assignments: Vec<(AttributeId, Assigned)>,
    pub(crate) clock: Clock,
    /// Whether it also returns the rows as they were, on a database that can.
    pub(crate) before: bool,
}

/// One `DELETE`; it returns the rows as they were. Or one `UPDATE` that marks them as deleted, and returns them so.
pub(crate) struct Delete {
    pub(crate) resource: ResourceId,
    /// Which rows of the table it is about.
    pub(crate) reach: Reach,
    /// The deletion that they go with for the time being; `None`: they are removed.
    pub(crate) deletion: Option<Deletion>,
    pub(crate) wanted: Vec<Predicate>,
    pub(crate) clock: Clock,
    pub(crate) returned: Returned,
}

/// What a statement returns of the rows that it removes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Returned {
    /// Every attribute.
    Rows,
    /// The primary key alone.
    Keys,
}

/// A new value.
#[derive(Clone)]
pub(crate) enum Assigned {
    /// It is known.
    Value(Value),
    /// The database works it out from the row as it was.
    Tree(Tree),
    /// This value, if another assignment changes the row; else the stored one.
    IfChanged(Value),
}

/// A row that is not stored: what a create or an update would make.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) resource: ResourceId,
    /// The primary key of the stored row that it would change; `None` for a new row, in which everything that is not assigned is NULL.
    pub(crate) stored: Option<Value>,
    /// Attributes.
    pub(crate) assignments: Vec<(AttributeId, Assigned)>,
}

/// What is asked of a [`Draft`]; the statement returns one value for each.
#[derive(Clone)]
pub(crate) enum DraftColumn {
    /// Whether a condition holds.
    Holds(Predicate),
    /// What an expression gives.
    Value(Tree),
}

impl Plan<Insert> {
    /// Stores the rows of several creates by the same action. `upsert` is the update that an upsert makes of a stored row, with that update's
    /// own changes; `None` if the actor may not change any row by it.
    ///
    /// # Errors
    /// `INTERNAL` if the identity or the update of an upsert does not exist.
    pub(crate) fn insert<'a>(
        cx: &Context,
        write: &Authorized<WriteRequest<'_>>,
        changesets: impl Iterator<Item = &'a Changeset>,
        upsert: Option<(&Authorized<WriteRequest<'_>>, &Changeset)>,
    ) -> Result<Self, Error> {
        let resource = cx.engine().app().resource(write.resource());
        let value = |it: &Changeset, name: &str| it.value(name).cloned().unwrap_or(Value::Null);
        let row = |it: &'a Changeset| resource.attributes.iter().map(|attribute| value(it, &attribute.name)).collect();
        let rows = changesets.map(row).collect();
        let on_conflict = match write.request().target() {
            Target::Identity(rule) => Some(on_conflict(cx, write, rule, upsert)?),
            _ => None,
        };
        Ok(Self(Insert { resource: write.resource(), rows, on_conflict }))
    }
}

fn on_conflict(
    cx: &Context,
    write: &Authorized<WriteRequest<'_>>,
    rule: &Upsert,
    update: Option<(&Authorized<WriteRequest<'_>>, &Changeset)>,
) -> Result<OnConflict, Error> {
    let resource = cx.engine().app().resource(write.resource());
    let unknown = || Error::internal(format!("{} has no identity `{}`", resource.name, rule.identity));
    let identity = resource.identity(&rule.identity).ok_or_else(unknown)?;
    let id = |name: &Name| resource.attribute(name).map(|(id, _)| id);
    let (among, nulls_equal) = (resource.unique_among(identity), identity.nulls_equal);
    let identity: Vec<AttributeId> = resource.unique_attributes(identity).filter_map(id).collect();
    let assignments = update.map_or_else(Vec::new, |(_, changeset)| changed(resource, changeset));
    let is_assigned = |it: &AttributeId| assignments.iter().any(|(assigned, _)| assigned == it);
    let mut taken: Vec<AttributeId> = write.action().accept.iter().filter_map(id).collect();
    // A state moves by transitions alone. What the update sets goes before what is accepted.
    taken.retain(|it| !resource[*it].immutable && !resource.is_state(&resource[*it].name));
    taken.retain(|it| !identity.contains(it) && (rule.replaced.is_some() || !is_assigned(it)));
    if let Some(fields) = &rule.fields {
        taken.retain(|it| fields.contains(&resource[*it].name));
    }
    if rule.keeps() {
        taken.clear();
    }
    if taken.is_empty() && assignments.is_empty() {
        // Something must be assigned, or the row would not be returned.
        taken.extend(identity.first());
    }
    let stamped = |it: &Attribute| it.generated == Some(Generated::UpdatedAt);
    let stamps = resource.attributes_by_id().filter(|(_, it)| stamped(it) && !rule.keeps()).map(|(id, _)| id).collect();
    // Without an update there is no row that the actor may change.
    let nothing = || match rule.keeps() {
        true => vec![Predicate::Policy(readable(cx, write.resource()))],
        false => vec![Predicate::Policy(PolicyFilter::nothing())],
    };
    let mut wanted = update.map_or_else(nothing, |(it, _)| [permitted(cx, it), fulfilled(cx, it)].concat());
    wanted.extend(rule.condition.iter().map(|it| Predicate::Tree(it.clone(), Access::Unrestricted)));
    let (replaced, clock) = (rule.replaced.clone(), rule.clock);
    Ok(OnConflict { identity, among, nulls_equal, taken, replaced, assignments, stamps, wanted, clock })
}

impl Plan<Update> {
    /// Changes the rows that the write means; `keys` narrows it to some of them.
    pub(crate) fn update(
        cx: &Context,
        write: &Authorized<WriteRequest<'_>>,
        changeset: &Changeset,
        keys: Option<&[Value]>,
        before: bool,
    ) -> Self {
        Self(Update {
            resource: write.resource(),
            reach: Reach::of(write.action()),
            wanted: wanted(cx, write, keys),
            assignments: assignments(cx, write, changeset),
            clock: clock(write),
            before,
        })
    }
}

impl Plan<Delete> {
    /// Removes the rows that the write means; `keys` narrows it to some of them.
    pub(crate) fn delete(
        cx: &Context,
        write: &Authorized<WriteRequest<'_>>,
        keys: Option<&[Value]>,
        returned: Returned,
        deletion: &Deletion,
    ) -> Self {
        let (resource, action) = (write.resource(), write.action());
        let is_soft = action.deletes_softly(cx.engine().app().resource(resource));
        let (reach, deletion) = (Reach::of(action), is_soft.then(|| deletion.clone()));
        Self(Delete { resource, reach, deletion, wanted: wanted(cx, write, keys), clock: clock(write), returned })
    }
}

impl Plan<Draft> {
    /// The row that a create would make.
    pub(crate) fn new_row(cx: &Context, write: &Authorized<WriteRequest<'_>>, changeset: &Changeset) -> Self {
        let attributes = cx.engine().app().resource(write.resource()).attributes_by_id();
        let value = |name: &str| changeset.value(name).cloned().unwrap_or(Value::Null);
        let assignments = attributes.map(|(id, it)| (id, Assigned::Value(value(&it.name)))).collect();
        Self(Draft { resource: write.resource(), stored: None, assignments })
    }

    /// What an update would make of the row with that primary key.
    pub(crate) fn changed_row(
        cx: &Context,
        write: &Authorized<WriteRequest<'_>>,
        changeset: &Changeset,
        key: &Value,
    ) -> Self {
        let assignments = assignments(cx, write, changeset);
        Self(Draft { resource: write.resource(), stored: Some(key.clone()), assignments })
    }
}

/// Whose clock `now()` reads in the conditions that a write puts on stored rows.
pub(crate) fn clock(write: &Authorized<WriteRequest<'_>>) -> Clock {
    match write.request().target() {
        Target::Where(condition) => condition.clock,
        _ => Clock::Request,
    }
}

/// What must hold of a row as it was: that it is a target, that the actor may read and write it, and what the action requires.
pub(super) fn wanted(cx: &Context, write: &Authorized<WriteRequest<'_>>, keys: Option<&[Value]>) -> Vec<Predicate> {
    let given: Vec<Value>;
    let keys = match (keys, write.request().target()) {
        (Some(keys), _) => Some(keys),
        (None, Target::Key(id)) => {
            given = vec![id.into()];
            Some(given.as_slice())
        }
        (None, Target::Keys(ids)) => {
            given = ids.iter().map(Value::from).collect();
            Some(given.as_slice())
        }
        (None, Target::New | Target::Identity(_) | Target::Named(_) | Target::Where(_)) => None,
    };
    let mut wanted: Vec<_> = keys.map(Predicate::one_of).into_iter().collect();
    if let Target::Named(tree) = write.request().target() {
        wanted.push(Predicate::Tree(tree.clone(), Access::Unrestricted));
    }
    wanted.extend(permitted(cx, write));
    if let Target::Where(condition) = write.request().target() {
        wanted.push(Predicate::Tree(condition.tree.clone(), condition.access));
    }
    wanted.extend(fulfilled(cx, write));
    wanted
}

/// What the action requires of a row as it was.
fn fulfilled(cx: &Context, write: &Authorized<WriteRequest<'_>>) -> Vec<Predicate> {
    let asked: Vec<_> = write.action().requirements.iter().filter(|it| it.old).collect();
    let trees = requirements(cx, write, &asked);
    trees.into_iter().map(|it| Predicate::Tree(it, Access::Unrestricted)).collect()
}

/// That the actor may read and write a row.
pub(super) fn permitted(cx: &Context, write: &Authorized<WriteRequest<'_>>) -> Vec<Predicate> {
    let filters: [PolicyFilter; 2] = [readable_before(cx, write.resource(), write.action()), write.filter().clone()];
    filters.map(Predicate::Policy).to_vec()
}

/// The conditions of requirements, with what is known of them folded.
pub(crate) fn requirements(
    cx: &Context,
    write: &Authorized<WriteRequest<'_>>,
    requirements: &[&Requirement],
) -> Vec<Tree> {
    let actor = cx.actor_row();
    let facts = cx.facts(&actor, write.request().arguments());
    let constant = |value: bool| {
        let mut tree = Tree::new(None, None);
        tree.root = tree.literal(Value::Bool(value), Type::Boolean);
        tree
    };
    let fold = |it: &&Requirement| match fold_requirement(it, &facts) {
        Folded::True => constant(true),
        Folded::False => constant(false),
        Folded::Residue(residue) => residue,
    };
    requirements.iter().map(fold).collect()
}

/// The new values. Never empty: an update that changes nothing sets the primary key to itself, so that it still finds its row.
fn assignments(
    cx: &Context,
    write: &Authorized<WriteRequest<'_>>,
    changeset: &Changeset,
) -> Vec<(AttributeId, Assigned)> {
    let resource = cx.engine().app().resource(changeset.resource());
    let mut assignments = changed(resource, changeset);
    if let (true, Some((deleted_at, _))) = (write.action().restores(), resource.deleted_at()) {
        // Which deletion the row went with stays: what went with it is found by that.
        assignments.push((deleted_at, Assigned::Value(Value::Null)));
    }
    if let (true, Some(key)) = (assignments.is_empty(), resource.primary_key()) {
        let mut same = Tree::new(Some(resource.name.clone()), None);
        same.root = same.push(Node::Column { path: Tree::ROW, attribute: key });
        assignments.push((key, Assigned::Tree(same)));
    }
    let stamps = changeset.stamps().iter();
    let id = |name: &str| resource.attribute(name).map(|(id, _)| id);
    assignments.extend(stamps.filter_map(|(name, it)| Some((id(name)?, Assigned::IfChanged(it.clone())))));
    assignments
}

/// The new values without stamps.
fn changed(resource: &Resource, changeset: &Changeset) -> Vec<(AttributeId, Assigned)> {
    let id = |name: &str| resource.attribute(name).map(|(id, _)| id);
    let values = changeset.values().iter();
    let values = values.filter_map(|(name, it)| Some((id(name)?, Assigned::Value(it.clone()))));
    let trees = changeset.expressions().iter();
    let trees = trees.filter_map(|(name, it)| Some((id(name)?, Assigned::Tree(it.clone()))));
    values.chain(trees).collect()
}
