//! Whether a row may become what a write makes of it: policies first, then requirements. Who may not write it is told nothing else of it.

use crate::authorize::{PolicyFilter, refusal};
use crate::changeset::{Changeset, failed};
use crate::context::Context;
use crate::error::{Error, Problem};
use crate::execute;
use crate::expr::{Evaluation, Folded, RecordRow, RowSource, fold_condition, holds};
use crate::ir::{Action, Requirement, ResourceId, Tree, Type};
use crate::plan::{Draft, Predicate};
use crate::query::Access;
use crate::record::{Input, Record};
use crate::value::Value;

/// Whether a row that is stored now passes `filter` and the requirements of the new row. `wrong`: what is known to be wrong with it.
///
/// # Errors
/// `FORBIDDEN` or `UNAUTHENTICATED`, else `INVALID` with all that is wrong: then the write is to be undone.
pub(super) async fn approve(
    cx: &Context,
    filter: &PolicyFilter,
    action: &Action,
    changeset: &Changeset,
    record: &Record,
    id: &Value,
    mut wrong: Vec<Problem>,
) -> Result<(), Error> {
    let policy = decided(cx, filter, changeset, record)?;
    if policy == Evaluation::Known(false) {
        return Err(refusal(cx));
    }
    // Of a value that is wrong already nothing more is said.
    let is_wrong =
        |it: &Requirement| it.fields.iter().any(|it| wrong.iter().any(|known| known.fields.contains(&it.to_string())));
    let requirements: Vec<_> = action.requirements.iter().filter(|it| !it.old && !is_wrong(it)).collect();
    let outcomes = requirements.iter().map(|it| outcome(cx, it, changeset, record)).collect::<Vec<_>>();
    let open = requirements.iter().zip(&outcomes).filter(|(_, it)| matches!(it, Ok(Evaluation::Unloaded)));
    let open: Vec<&Requirement> = open.map(|(it, _)| *it).collect();
    let asked = (policy == Evaluation::Unloaded).then_some(filter);
    let mut met = Vec::new().into_iter();
    if asked.is_some() || !open.is_empty() {
        let verdict = verdict(cx, record.resource, id, Vec::new(), asked, &open, changeset.arguments());
        met = match verdict.await? {
            Verdict::Missing => return Err(Error::not_found()),
            Verdict::Refused => return Err(refusal(cx)),
            Verdict::Met(met) => met.into_iter(),
        };
    }
    for (requirement, outcome) in requirements.into_iter().zip(outcomes) {
        let is_met = match outcome? {
            Evaluation::Known(is_met) => is_met,
            Evaluation::Unloaded => met.next() == Some(true),
        };
        if !is_met {
            wrong.push(failed(requirement));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::from_problems(wrong)) }
}

/// What a write may do with a stored row.
pub(super) enum Verdict {
    /// There is no such row for which `wanted` holds.
    Missing,
    /// The write's policies do not hold of it.
    Refused,
    /// They do; and for each requirement, whether it is met.
    Met(Vec<bool>),
}

/// Asks a write's policies and requirements of a stored row. A requirement that can be an error is asked only where the policies hold: its
/// error would tell of the row.
pub(super) async fn verdict(
    cx: &Context,
    resource: ResourceId,
    id: &Value,
    wanted: Vec<Predicate>,
    filter: Option<&PolicyFilter>,
    requirements: &[&Requirement],
    arguments: &Input,
) -> Result<Verdict, Error> {
    let requirements = folded(cx, requirements, arguments);
    let may_fail = requirements.iter().any(|it| it.may_fail(cx.engine().app(), it.root));
    let filter = filter.filter(|it| !it.is_everything());
    let mut questions: Vec<_> = filter.map(|it| Predicate::Policy(it.clone())).into_iter().collect();
    let policies = questions.len();
    let requirements = requirements.into_iter().map(|it| Predicate::Tree(it, Access::Unrestricted));
    if may_fail && policies > 0 {
        match execute::verdict(cx, resource, id, wanted.clone(), questions).await? {
            None => return Ok(Verdict::Missing),
            Some(holds) if holds.contains(&false) => return Ok(Verdict::Refused),
            Some(_) => {}
        }
        let met = execute::verdict(cx, resource, id, wanted, requirements.collect()).await?;
        return Ok(met.map_or(Verdict::Missing, Verdict::Met));
    }
    questions.extend(requirements);
    let Some(mut holds) = execute::verdict(cx, resource, id, wanted, questions).await? else {
        return Ok(Verdict::Missing);
    };
    let met = holds.split_off(policies);
    Ok(if holds.contains(&false) { Verdict::Refused } else { Verdict::Met(met) })
}

/// Whether a new row passes a write's policies, as far as the row tells.
pub(super) fn decided(
    cx: &Context,
    filter: &PolicyFilter,
    changeset: &Changeset,
    record: &Record,
) -> Result<Evaluation<bool>, Error> {
    if filter.is_everything() {
        return Ok(Evaluation::Known(true));
    }
    let actor = cx.actor_row();
    let row = RecordRow::new(cx.engine().app(), record);
    filter.decide(&cx.facts(&actor, changeset.arguments()), Some(&row as &dyn RowSource))
}

fn outcome(cx: &Context, it: &Requirement, changeset: &Changeset, record: &Record) -> Result<Evaluation<bool>, Error> {
    let actor = cx.actor_row();
    let row = RecordRow::new(cx.engine().app(), record);
    Ok(holds(&it.condition, &cx.facts(&actor, changeset.arguments()), Some(&row as &dyn RowSource))?)
}

/// What is told where the database refuses the values of a row: nothing of them to an actor who may not write it. The policies are asked
/// of the row as it would be, beside those that are stored. To be called once the attempt is undone.
pub(super) async fn refused(cx: &Context, filter: &PolicyFilter, draft: &Draft, error: Error) -> Error {
    if filter.is_everything() {
        return error;
    }
    let asked =
        cx.in_savepoint(async |cx| execute::draft_verdict(cx, draft, vec![Predicate::Policy(filter.clone())]).await);
    match asked.await {
        Ok(Some(verdict)) if verdict == [true] => error,
        Ok(Some(_)) => refusal(cx),
        Ok(None) => Error::not_found(),
        Err(error) => error,
    }
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
