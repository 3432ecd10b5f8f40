//! Keys in an input: what may not be read is as if it did not exist.

use std::collections::HashMap;

use uuid::Uuid;

use crate::changeset::Changeset;
use crate::context::Context;
use crate::error::{Error, Problem};
use crate::execute;
use crate::ir::{Action, Change, Name, Node, ResourceId};
use crate::record::Input;
use crate::value::Value;

/// Asks whether the keys in an input name rows that the actor may read: what may not be read is as if it did not exist.
///
/// # Errors
/// `NOT_FOUND` with the fields that are wrong.
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
    // The same row may be given twice: what the key is declared to become names the input that is wrong.
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
