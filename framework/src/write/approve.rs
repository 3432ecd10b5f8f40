//! Whether rows may become what a write makes of them: policies first, then requirements. Who may not write a row is told nothing else of
//! it.

use std::collections::{HashMap, HashSet};

use super::Row;
use super::changes::{Rows, Staged, permits};
use super::conflict::{self, Upsert};
use crate::authorize::{Authorized, refusal, stays};
use crate::changeset::{Changeset, cast_attribute, failed, out_of_reach};
use crate::context::Context;
use crate::error::{Code, Error, Problem};
use crate::evaluate::{Evaluation, RecordRow, RowSource, met, told};
use crate::event::Wrote;
use crate::execute;
use crate::ir::{Requirement, Tree};
use crate::plan::{Draft, Plan, Predicate, Reach, plan_question, requirements};
use crate::query::Access;
use crate::record::{Field, StoredRow};
use crate::request::WriteRequest;
use crate::value::{RowKey, Value};

/// A row of which the database has to say whether it may stay.
struct Undecided<'a> {
    row: usize,
    write: &'a Authorized<WriteRequest<'a>>,
    asks_policy: bool,
    /// What is known of its requirements, in the order declared, after what is wrong with its values.
    requirements: Vec<Asked<'a>>,
}

/// What is known of a requirement.
enum Asked<'a> {
    /// What is wrong; nothing where it is met.
    Known(Vec<Problem>),
    /// The database has to say whether it is met.
    Open(&'a Requirement),
}

impl<'a> Undecided<'a> {
    /// The requirements that the database is asked about.
    fn open(&self) -> Vec<&'a Requirement> {
        let open = self.requirements.iter().filter_map(|it| match it {
            Asked::Open(requirement) => Some(*requirement),
            Asked::Known(_) => None,
        });
        open.collect()
    }

    /// All that is wrong with its row, where the database says of each open requirement whether it is met.
    fn problems(self, cx: &Context, row: &Row, met: Vec<bool>) -> Vec<Problem> {
        let write = self.write;
        let mut met = met.into_iter();
        let problems = self.requirements.into_iter().flat_map(|it| match it {
            Asked::Known(problems) => problems,
            Asked::Open(_) if met.next() == Some(true) => Vec::new(),
            Asked::Open(requirement) => vec![unmet(cx, write, requirement, &row.row)],
        });
        problems.collect()
    }
}

/// Asks it of every row that was written, in memory as far as that is known, and in one statement for all rows of which the same is asked.
///
/// # Errors
/// `FORBIDDEN` or `UNAUTHENTICATED`, else `INVALID` with all that is wrong: then the write is to be undone.
pub(super) async fn all(
    cx: &Context,
    staged: &[Staged<'_>],
    upsert: Option<&Upsert<'_>>,
    rows: &[Row],
) -> Result<(), Error> {
    let (mut undecided, mut problems) = (Vec::new(), Vec::new());
    for (index, row) in rows.iter().enumerate().filter(|(_, it)| !it.wrote.is_gone()) {
        let it = &staged[row.staged];
        if row.wrote == Wrote::Kept {
            match may_be_asked_for(cx, it).await {
                Ok(()) => continue,
                Err(error) if error.is_of_input() => problems.extend(located(error, it, row)),
                Err(error) => return Err(error),
            }
            continue;
        }
        match decide(cx, index, it, conflict::writer(upsert, it, row), row) {
            Ok(None) => {}
            Ok(Some(open)) => undecided.push(open),
            Err(error) if error.is_of_input() => problems.extend(located(error, it, row)),
            Err(error) => return Err(error),
        }
    }
    for same in alike(undecided) {
        problems.extend(ask(cx, staged, rows, same).await?);
    }
    problems.sort_by_key(Problem::position);
    // Of the rows of a condition none has a position.
    let mut told = HashSet::with_capacity(problems.len());
    problems.retain(|it| told.insert(it.clone()));
    if problems.is_empty() { Ok(()) } else { Err(Error::from_problems(problems)) }
}

/// What is wrong with a row, at the position of what it was written for.
fn located(error: Error, staged: &Staged<'_>, row: &Row) -> Vec<Problem> {
    error.located(staged.write.action(), staged.position(&row.id)).problems().to_vec()
}

/// That the actor might have made the row of which a stored one takes the place. What is stored is nothing that the create made, so its policies
/// are not asked of that.
///
/// # Errors
/// `FORBIDDEN` or `UNAUTHENTICATED`.
async fn may_be_asked_for(cx: &Context, staged: &Staged<'_>) -> Result<(), Error> {
    let Rows::New { permitted, .. } = &staged.rows else { return Ok(()) };
    let may = match permitted {
        Evaluation::Known(may) => *may,
        Evaluation::Unloaded => {
            let draft = Plan::<Draft>::new_row(cx, staged.write, &staged.changeset);
            let policy = vec![Predicate::Policy(staged.write.filter().clone())];
            execute::draft_verdict(cx, &draft, policy).await?.is_some_and(|it| it == [true])
        }
    };
    if may { Ok(()) } else { Err(refusal(cx)) }
}

/// What the row itself tells; `None` if it may stay.
///
/// # Errors
/// `FORBIDDEN` or `UNAUTHENTICATED`; `INVALID` where everything is known and something is wrong.
fn decide<'a>(
    cx: &Context,
    index: usize,
    staged: &Staged<'a>,
    (write, changeset): (&'a Authorized<WriteRequest<'a>>, &Changeset),
    row: &Row,
) -> Result<Option<Undecided<'a>>, Error> {
    let policy = match &staged.rows {
        Rows::New { permitted, .. } if row.wrote == Wrote::Created => permitted.clone(),
        _ => permits(cx, write, &row.row)?,
    };
    if policy == Evaluation::Known(false) {
        return Err(refusal(cx));
    }
    let mut wrong = broken_rules(cx, changeset, row);
    let resource = cx.engine().app().resource(write.resource());
    if stays(cx, &row.row, write.action())? == Evaluation::Known(false) {
        wrong.push(out_of_reach(resource, write.action()));
    }
    // Of a value that is wrong already nothing more is said.
    let is_wrong = |it: &Requirement| {
        it.reads_wrong(resource, |it| wrong.iter().any(|known| known.fields.iter().any(|field| field == it)))
    };
    let asked: Vec<_> = write.action().requirements.iter().filter(|it| !it.old && !is_wrong(it)).collect();
    let asks_policy = policy == Evaluation::Unloaded;
    let mut requirements = vec![Asked::Known(wrong)];
    let actor = cx.actor_row();
    let facts = cx.facts(&actor, write.request().arguments());
    let source = RecordRow::stored(cx.engine().app(), &row.row);
    for requirement in asked {
        match met(requirement, &facts, Some(&source as &dyn RowSource)).map_err(Error::from) {
            Ok(Evaluation::Known(true)) => {}
            Ok(Evaluation::Known(false)) => {
                requirements.push(Asked::Known(vec![unmet(cx, write, requirement, &row.row)]));
            }
            Ok(Evaluation::Unloaded) => requirements.push(Asked::Open(requirement)),
            // Why a condition has no value is told once the policies hold.
            Err(error) if error.code() == Code::Invalid => {
                requirements.push(Asked::Known(error.problems().to_vec()));
            }
            Err(error) => return Err(error),
        }
    }
    let undecided = Undecided { row: index, write, asks_policy, requirements };
    if asks_policy || !undecided.open().is_empty() {
        return Ok(Some(undecided));
    }
    let wrong = undecided.problems(cx, row, Vec::new());
    if wrong.is_empty() { Ok(None) } else { Err(Error::from_problems(wrong)) }
}

/// What is told of a row that does not meet a requirement.
pub(super) fn unmet(
    cx: &Context,
    write: &Authorized<WriteRequest<'_>>,
    requirement: &Requirement,
    row: &StoredRow,
) -> Problem {
    let actor = cx.actor_row();
    let source = RecordRow::stored(cx.engine().app(), row);
    let facts = cx.facts(&actor, write.request().arguments());
    // Every attribute of a stored row is there, and a message tells of nothing else.
    let message = told(requirement, &facts, Some(&source as &dyn RowSource));
    failed(requirement, message.unwrap_or_else(|| requirement.message.clone()))
}

/// Rows of which the same is asked, together; in the order of their first rows.
fn alike<'a>(undecided: Vec<Undecided<'a>>) -> Vec<Vec<Undecided<'a>>> {
    let mut groups: Vec<Vec<Undecided<'a>>> = Vec::new();
    let mut known = HashMap::new();
    for it in undecided {
        // An action declares each of its requirements once.
        let open: Vec<_> = it.open().into_iter().map(std::ptr::from_ref).collect();
        let question = (it.asks_policy, it.write.filter(), it.write.request().arguments(), open);
        let group = *known.entry(question).or_insert(groups.len());
        match groups.get_mut(group) {
            Some(group) => group.push(it),
            None => groups.push(vec![it]),
        }
    }
    groups
}

/// What is wrong with rows of which the same is asked.
async fn ask(
    cx: &Context,
    staged: &[Staged<'_>],
    rows: &[Row],
    same: Vec<Undecided<'_>>,
) -> Result<Vec<Problem>, Error> {
    let Some(first) = same.first() else { return Ok(Vec::new()) };
    let ids: Vec<_> = same.iter().map(|it| rows[it.row].id.clone()).collect();
    let written = (Reach::Written, Vec::new());
    let verdicts = verdicts(cx, first.write, &ids, written, first.asks_policy, &first.open()).await?;
    let mut wrong = Vec::new();
    for (it, verdict) in same.into_iter().zip(verdicts) {
        let row = &rows[it.row];
        let error = match verdict {
            Verdict::Missing => Error::not_found(),
            Verdict::Refused => refusal(cx),
            Verdict::Met(met) => match it.problems(cx, row, met) {
                problems if problems.is_empty() => continue,
                problems => Error::from_problems(problems),
            },
        };
        wrong.extend(located(error, &staged[row.staged], row));
    }
    Ok(wrong)
}

/// What a write may do with a stored row.
pub(super) enum Verdict {
    /// There is no such row within reach for which `wanted` holds.
    Missing,
    /// The write's policies do not hold of it.
    Refused,
    /// They do; and for each requirement, whether it is met.
    Met(Vec<bool>),
}

/// Asks a write's policies and requirements of stored rows. A requirement that can be an error is asked only where the policies hold: its
/// error would tell of the row.
pub(super) async fn verdicts(
    cx: &Context,
    write: &Authorized<WriteRequest<'_>>,
    ids: &[Value],
    (reach, wanted): (Reach, Vec<Predicate>),
    asks_policy: bool,
    asked: &[&Requirement],
) -> Result<Vec<Verdict>, Error> {
    let trees: Vec<Tree> = requirements(cx, write, asked);
    let may_fail = trees.iter().any(|it| it.may_fail(cx.engine().app(), it.root));
    let filter = Some(write.filter()).filter(|it| asks_policy && !it.is_everything());
    let policy: Vec<_> = filter.map(|it| Predicate::Policy(it.clone())).into_iter().collect();
    let policies = policy.len();
    let trees = trees.into_iter().map(|it| Predicate::Tree(it, Access::Unrestricted));
    let mut holds: HashMap<RowKey, Vec<bool>>;
    if may_fail && policies > 0 {
        holds = execute::verdicts(cx, &plan_question(cx, write, ids, (reach, wanted.clone()), policy.clone())?).await?;
        let may: Vec<_> = ids.iter().filter(|it| allowed(&holds, it)).cloned().collect();
        if !may.is_empty() {
            let mut wanted = wanted;
            wanted.extend(policy);
            let met = execute::verdicts(cx, &plan_question(cx, write, &may, (reach, wanted), trees.collect())?).await?;
            for (id, met) in met {
                holds.entry(id).or_default().extend(met);
            }
        }
    } else {
        let questions = policy.into_iter().chain(trees).collect();
        holds = execute::verdicts(cx, &plan_question(cx, write, ids, (reach, wanted), questions)?).await?;
    }
    let verdict = |id: &Value| match RowKey::of(id).and_then(|it| holds.remove(&it)) {
        None => Verdict::Missing,
        Some(mut holds) => {
            let met = holds.split_off(policies);
            if holds.contains(&false) { Verdict::Refused } else { Verdict::Met(met) }
        }
    };
    Ok(ids.iter().map(verdict).collect())
}

fn allowed(holds: &HashMap<RowKey, Vec<bool>>, id: &Value) -> bool {
    RowKey::of(id).and_then(|it| holds.get(&it)).is_some_and(|it| !it.contains(&false))
}

/// What is said of a value that an attribute cannot hold, and that is not known any more.
const OUT_OF_RANGE: &str = "is out of range";

/// Which values that the database worked out break a rule of their attribute.
fn broken_rules(cx: &Context, changeset: &Changeset, row: &Row) -> Vec<Problem> {
    let app = cx.engine().app();
    let resource = app.resource(changeset.resource());
    let broken = changeset.expressions().iter().filter_map(|(name, _)| {
        let (id, attribute) = resource.attribute(name)?;
        let message = match row.row.attribute(id) {
            // What was worked out is no value of the type: an integer that is too wide for it.
            Field::Failed(_) => OUT_OF_RANGE.to_owned(),
            field => cast_attribute(app, resource, attribute, field.value()?.clone()).err()?.to_string(),
        };
        Some(Problem::new(Code::Invalid, message, vec![name.to_string()]))
    });
    broken.collect()
}
