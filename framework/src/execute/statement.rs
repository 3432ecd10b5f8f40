//! The statements of reads: prepared once for all that have the same form, or made for one of them.

use sea_orm::QueryResult;

use crate::authorize::{PreparedForAnswers, ReadPolicies, Weigh};
use crate::context::Context;
use crate::database::Statement;
use crate::error::Error;
use crate::plan::{BoundRead, Read, policy};
use crate::query::PreparedCounts;
use crate::request::{Clock, NO_ARGUMENTS};
use crate::sql::{self, Lowering, Parameters, PreparedStatement, Question};
use crate::value::Value;

/// The statements of an engine's plans.
#[derive(Default)]
struct PreparedStatements(PreparedForAnswers<StatementKey, PreparedStatement>);

/// What a statement is made of, besides what the policies answer.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct StatementKey {
    plan: u64,
    question: Question,
    /// Which keys of the cursors are NULL, one bit each; `None`: there is no cursor.
    after: Option<u64>,
    before: Option<u64>,
}

impl Weigh for PreparedStatement {
    fn bytes(&self) -> usize {
        self.bytes()
    }
}

/// How the prepared statements of the context's engine were used.
pub(crate) fn prepared(cx: &Context) -> PreparedCounts {
    cx.engine().part::<PreparedStatements>().0.counts()
}

/// The statement that asks `question` about the rows of a bound read, with its values.
pub(super) fn statement(cx: &Context, bound: &BoundRead, question: Question) -> Result<Statement, Error> {
    let (plan, capability) = (bound.plan(), cx.engine().database().capability());
    let actor = cx.actor_row();
    let policies = || {
        let facts = cx.facts(&actor, &NO_ARGUMENTS);
        ReadPolicies::new(cx, facts).of_statement(policy(bound.wanted())).knowing(bound.decided())
    };
    let (Some(after), Some(before)) = (nulls(bound.after()), nulls(bound.before())) else {
        return sql::read(&Lowering::new(&policies(), capability), &bound.read(), question);
    };
    let policies = policies().told_as_shapes();
    let key = StatementKey { plan: plan.number(), question, after, before };
    let statements = cx.engine().part::<PreparedStatements>();
    let prepared = statements.0.get_or_prepare(&key, &policies, || {
        Ok::<_, Error>((key, sql::prepare(Lowering::new(&policies, capability), &bound.form(), question)?))
    })?;
    let given = Parameters {
        read_policies: &policies,
        wanted: bound.wanted(),
        after: bound.after(),
        before: bound.before(),
        parents: bound.parents(),
        limit: match question {
            // The row after those that are answered shows whether it is equal to the last of them.
            Question::TiedRows => bound.limit().max(bound.most_answered().saturating_add(1)),
            Question::Rows | Question::Count | Question::CountBetween | Question::CountPerParent => bound.limit(),
        },
    };
    prepared.bind(capability, &given)
}

/// The statement of a read that is sent once.
pub(super) fn statement_once(cx: &Context, read: &Read, question: Question, clock: Clock) -> Result<Statement, Error> {
    let actor = cx.actor_row();
    let policies = ReadPolicies::new(cx, cx.facts(&actor, &NO_ARGUMENTS)).of_statement(read.policy());
    sql::read(&Lowering::new(&policies, cx.engine().database().capability()).by(clock), read, question)
}

/// The rows of a read that is sent once.
pub(super) async fn rows_once(cx: &Context, read: &Read) -> Result<Vec<QueryResult>, Error> {
    let statement = statement_once(cx, read, Question::Rows, Clock::Request)?;
    Ok(cx.session().rows(statement).await?)
}

/// Lowers a statement with the context's facts, by the given clock. Nothing of the lowering lives across an `await`.
pub(super) fn lowered(
    cx: &Context,
    clock: Clock,
    build: impl FnOnce(&Lowering<'_>) -> Result<Statement, Error>,
) -> Result<Statement, Error> {
    let actor = cx.actor_row();
    let policies = ReadPolicies::new(cx, cx.facts(&actor, &NO_ARGUMENTS));
    build(&Lowering::new(&policies, cx.engine().database().capability()).by(clock))
}

/// Which of a cursor's values are NULL, and an inner `None` where there is no cursor; `None` where there are more values than bits.
fn nulls(values: Option<&[Value]>) -> Option<Option<u64>> {
    let Some(values) = values else { return Some(None) };
    if values.len() > 64 {
        return None;
    }
    Some(Some(values.iter().enumerate().map(|(position, it)| u64::from(it.is_null()) << position).sum()))
}
