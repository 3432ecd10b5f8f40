//! Two rows in one statement, by the database's clock: a session and whose it is, which nearly every request asks for.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use sea_orm::QueryResult;

use super::found::{FoundRow, record};
use super::statement::lowered;
use crate::authorize::{PreparedForAnswers, ReadPolicies, Weigh, authorize};
use crate::context::Context;
use crate::database::Statement;
use crate::error::Error;
use crate::evaluate::{hash_shape, same_shape, shape};
use crate::ir::{RelationshipId, ResourceId, Tree, Type};
use crate::plan::{Pair, Predicate, plan_pair};
use crate::query::Access;
use crate::record::Record;
use crate::request::{Clock, NO_ARGUMENTS, ReadRequest};
use crate::sql::{self, Lowering, Parameters, PreparedStatement, Question, decode};
use crate::value::{DateTimeUtc, Value};

/// The statements of an engine's pairs.
#[derive(Default)]
struct PreparedPairs(PreparedForAnswers<PairForm, PreparedPair>);

struct PreparedPair {
    pair: Pair,
    statement: PreparedStatement,
}

/// What such a statement is made of. The filter holds no values.
struct PairForm {
    resource: ResourceId,
    relationship: RelationshipId,
    filter: Tree,
}

/// Reads a row for which `filter` holds by the database's clock, what is at the other end of a to-one relationship of it, and that
/// clock: in one statement.
///
/// # Errors
/// `FORBIDDEN` unless every policy lets the actor pass: it is the framework itself.
pub(crate) async fn pair(
    cx: &Context,
    resource: ResourceId,
    relationship: RelationshipId,
    filter: Tree,
) -> Result<Option<(Record, Record, DateTimeUtc)>, Error> {
    let (prepared, statement) = statement(cx, PairForm { resource, relationship, filter })?;
    let answers = cx.session().rows(statement).await?;
    let Some(answer) = answers.into_iter().next() else { return Ok(None) };
    let (app, pair) = (cx.engine().app(), &prepared.pair);
    let answer = FoundRow { answer, calculations: None };
    let row = record(app, resource, &pair.layout, &answer)?;
    let related = record(app, pair.related.0, &pair.related.1, &answer)?;
    Ok(Some((row, related, time(&answer.answer, pair.now)?)))
}

fn statement(cx: &Context, form: PairForm) -> Result<(Arc<PreparedPair>, Statement), Error> {
    if !cx.is_system() {
        return Err(Error::forbidden());
    }
    let capability = cx.engine().database().capability();
    let actor = cx.actor_row();
    let policies = ReadPolicies::new(cx, cx.facts(&actor, &NO_ARGUMENTS)).told_as_shapes();
    let pairs = cx.engine().part::<PreparedPairs>();
    let prepared = pairs.0.get_or_prepare(&form, &policies, || {
        let blank = PairForm { filter: shape(&form.filter), ..form };
        let pair = planned(cx, &blank)?;
        let lowering = Lowering::new(&policies, capability).by(Clock::Database);
        let statement = sql::prepare(lowering, &pair.read, Question::Rows)?;
        Ok::<_, Error>((blank, PreparedPair { pair, statement }))
    })?;
    // No policy asks anything of the rows, so the filter is all that is wanted.
    let wanted = [Predicate::Tree(form.filter, Access::Unrestricted)];
    let (after, before, parents) = (None, None, &[][..]);
    let given = Parameters { read_policies: &policies, wanted: &wanted, after, before, parents, limit: 1 };
    let statement = prepared.statement.bind(capability, &given)?;
    Ok((prepared, statement))
}

fn planned(cx: &Context, form: &PairForm) -> Result<Pair, Error> {
    let target = cx.engine().app().target(&cx.resource(form.resource)?[form.relationship]);
    let authorized = |resource| authorize(cx, ReadRequest::of_resource(cx, resource)?);
    let (row, related) = (authorized(form.resource)?, authorized(target)?);
    let pair = plan_pair(cx, (&row, &related), form.relationship, form.filter.clone())?;
    // Of each request, nothing but the filter is given to the statement.
    let pair = pair.filter(|it| it.read.wanted.len() == 1);
    pair.ok_or_else(|| Error::internal("a policy binds the framework itself"))
}

/// The database's clock.
pub(crate) async fn now(cx: &Context) -> Result<DateTimeUtc, Error> {
    let statement = lowered(cx, Clock::Database, sql::now)?;
    let answers = cx.session().rows(statement).await?;
    time(answers.first().ok_or_else(no_clock)?, 0)
}

fn time(answer: &QueryResult, column: usize) -> Result<DateTimeUtc, Error> {
    match decode(answer, column, &Type::Timestamp)? {
        Value::Timestamp(now) => Ok(now),
        _ => Err(no_clock()),
    }
}

fn no_clock() -> Error {
    Error::internal("the database has no clock")
}

impl Weigh for PreparedPair {
    fn bytes(&self) -> usize {
        size_of::<Self>() + self.statement.bytes()
    }
}

impl Hash for PairForm {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.resource, self.relationship).hash(state);
        hash_shape(&self.filter, state);
    }
}

impl PartialEq for PairForm {
    fn eq(&self, other: &Self) -> bool {
        (self.resource, self.relationship) == (other.resource, other.relationship)
            && same_shape(&self.filter, &other.filter)
    }
}

impl Eq for PairForm {}
