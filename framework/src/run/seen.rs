//! A written row as the actor may see it, and the rules of writes that ask about rows.

use std::collections::HashMap;

use uuid::Uuid;

use crate::authorize::{Filter, Guard, Visible, all_hold, refusal};
use crate::changeset::{Changeset, failed};
use crate::context::Context;
use crate::error::{Error, Problem};
use crate::execute;
use crate::expr::{Folded, Outcome, RecordRow, RowSource, fold_condition};
use crate::ir::{Action, Change, Name, Node, Requirement, ResourceId, Tree, Type};
use crate::plan::Condition;
use crate::record::{Field, Input, Record};
use crate::sql::Sight;
use crate::value::Value;

/// Hides what field policies hide; `None` if only the database can tell.
pub(super) fn hide(cx: &Context, record: &Record) -> Result<Option<Record>, Error> {
    let app = cx.engine().app();
    let arguments = Input::new();
    let actor = cx.actor_row();
    let facts = cx.facts(&actor, &arguments);
    let guard = Guard::new(cx, facts);
    let row = RecordRow::new(app, record);
    let mut seen = record.clone();
    for (index, attribute) in (0..).zip(&app.resource(record.resource).attributes) {
        if !attribute.guarded {
            continue;
        }
        let shown = match &*guard.field(record.resource, index) {
            Visible::Always => true,
            Visible::Never => false,
            Visible::When(conditions) => match all_hold(conditions, &facts, Some(&row as &dyn RowSource))? {
                Outcome::Known(shown) => shown,
                Outcome::Unloaded => return Ok(None),
            },
        };
        if !shown {
            seen.attributes[usize::from(index)] = Field::Hidden;
        }
    }
    Ok(Some(seen))
}

/// A row that was just written, as the actor may see it.
pub(super) async fn seen(cx: &Context, record: Record, id: &Value) -> Result<Record, Error> {
    if let Some(seen) = hide(cx, &record)? {
        return Ok(seen);
    }
    execute::reread(cx, record.resource, id.clone()).await?.ok_or_else(Error::not_found)
}

/// Whether a row that is stored now passes `filter` and the requirements of the new row.
///
/// # Errors
/// `FORBIDDEN`, `UNAUTHENTICATED` or `INVALID`: then the write is to be undone.
pub(super) async fn approve(
    cx: &Context,
    filter: &Filter,
    action: &Action,
    changeset: &Changeset,
    record: &Record,
    id: &Value,
) -> Result<(), Error> {
    let (mut policy, mut requirements) = (Outcome::Known(true), Vec::new());
    {
        let app = cx.engine().app();
        let actor = cx.actor_row();
        let facts = cx.facts(&actor, changeset.arguments());
        let row = RecordRow::new(app, record);
        let row = Some(&row as &dyn RowSource);
        if !filter.is_everything() {
            policy = filter.decide(&facts, row)?;
        }
        for requirement in action.requirements.iter().filter(|it| !it.old) {
            match all_hold(std::slice::from_ref(&requirement.condition), &facts, row)? {
                Outcome::Known(true) => {}
                Outcome::Known(false) => return Err(Error::from_problems(vec![failed(requirement)])),
                Outcome::Unloaded => requirements.push(requirement),
            }
        }
    }
    if policy == Outcome::Known(false) {
        return Err(refusal(cx));
    }
    let asks_policy = policy == Outcome::Unloaded;
    if !asks_policy && requirements.is_empty() {
        return Ok(());
    }
    let mut questions: Vec<_> = asks_policy.then(|| Condition::Policy(filter.clone())).into_iter().collect();
    questions
        .extend(folded(cx, &requirements, changeset.arguments()).into_iter().map(|it| Condition::Tree(it, Sight::All)));
    let verdict = execute::verdict(cx, record.resource, id, Vec::new(), questions).await?;
    let mut verdict = verdict.ok_or_else(Error::not_found)?.into_iter();
    if asks_policy && verdict.next() != Some(true) {
        return Err(refusal(cx));
    }
    let failures: Vec<_> =
        requirements.iter().zip(verdict).filter(|(_, holds)| !holds).map(|(it, _)| failed(it)).collect();
    if failures.is_empty() { Ok(()) } else { Err(Error::from_problems(failures)) }
}

/// The conditions of requirements with everything in them that is known.
pub(super) fn folded(cx: &Context, requirements: &[&Requirement], arguments: &Input) -> Vec<Tree> {
    let actor = cx.actor_row();
    let facts = cx.facts(&actor, arguments);
    let constant = |value: bool| {
        let mut tree = Tree::new(None, None);
        tree.root = tree.literal(Value::Bool(value), Type::Boolean);
        tree
    };
    let fold = |it: &&Requirement| match fold_condition(&it.condition, &facts) {
        Folded::True => constant(true),
        Folded::False => constant(false),
        Folded::Residue(residue) => residue.tree,
    };
    requirements.iter().map(fold).collect()
}

/// Asks whether the keys in an input name rows that the actor may read: what may not be read is as if it did not exist.
///
/// # Errors
/// `NOT_FOUND` with the fields at fault.
pub(super) async fn keys_are_readable(
    cx: &Context,
    action: &Action,
    input: &Input,
    changeset: &Changeset,
) -> Result<(), Error> {
    if cx.is_system() {
        return Ok(());
    }
    let app = cx.engine().app();
    let mut given: HashMap<ResourceId, Vec<(String, Uuid)>> = HashMap::new();
    for relationship in &app.resource(changeset.resource()).relationships {
        let Some(key) = relationship.key() else { continue };
        for (field, id) in given_keys(action, input, changeset, key) {
            given.entry(app.target(relationship)).or_default().push((field.to_string(), id));
        }
    }
    let mut problems = Vec::new();
    for (target, keys) in given {
        let readable =
            execute::readable_keys(cx, target, keys.iter().map(|(_, id)| Value::Uuid(*id)).collect()).await?;
        for (field, _) in keys.into_iter().filter(|(_, id)| !readable.contains(id)) {
            problems.push(Problem::not_found(&field));
        }
    }
    problems.sort_by(|left, right| left.fields.cmp(&right.fields));
    problems.dedup_by(|left, right| left.fields == right.fields);
    if problems.is_empty() { Ok(()) } else { Err(Error::from_problems(problems)) }
}

/// The values that a key may become as far as the caller gave them, each with the input that it stands in: the attribute itself, or
/// one that the action makes a key of, by an expression or in a function.
fn given_keys<'a>(action: &'a Action, input: &'a Input, changeset: &Changeset, key: &'a Name) -> Vec<(&'a Name, Uuid)> {
    let set = action.changes.iter().rev().find_map(|it| match it {
        Change::Set { attribute, value } if attribute == key => Some(value),
        _ => None,
    });
    // The same row may be given twice: what the key is declared to become names the input at fault.
    let arguments = set.iter().flat_map(|it| &it.nodes).filter_map(|it| match it {
        Node::Argument { name, .. } => Some(name),
        _ => None,
    });
    let inputs: Vec<_> = arguments.chain([key]).chain(input.iter().map(|(name, _)| name)).collect();
    let given = |id: Uuid| inputs.iter().find(|it| input.get(it).and_then(Value::as_uuid) == Some(id));
    new_values(changeset, key).into_iter().filter_map(|id| Some((*given(id)?, id))).collect()
}

/// The values that an attribute may become, as far as they are known: of a choice that only the database can make, all.
fn new_values(changeset: &Changeset, attribute: &Name) -> Vec<Uuid> {
    if let Some(value) = changeset.value(attribute) {
        return value.as_uuid().into_iter().collect();
    }
    let expressions = changeset.expressions().iter().filter(|(name, _)| name == attribute);
    let outcomes = expressions.flat_map(|(_, tree)| tree.outcomes());
    let known = outcomes.filter_map(|it| match it {
        Node::Literal { value, .. } => value.as_uuid(),
        _ => None,
    });
    known.collect()
}
