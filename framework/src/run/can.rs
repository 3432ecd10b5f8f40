//! Whether an action could be run, asked before anybody runs it: a page shows the buttons and forms that would work.

use std::collections::HashMap;

use crate::authorize::{permitted, readable};
use crate::context::Context;
use crate::error::{Code, Error};
use crate::evaluate::{Evaluation, Folded, fold_requirement};
use crate::execute;
use crate::ir::{Action, ActionKind, ResourceId, Tree};
use crate::plan::{Column, Predicate, Reach};
use crate::query::Access;
use crate::record::Field;
use crate::request::{NO_ARGUMENTS, Prospect};
use crate::value::{RowKey, Value};

/// Whether an action could be run on a row, as far as policies and requirements say it before the row is read.
enum Forecast {
    /// It is this for every row.
    Known(bool),
    /// It could be run on the rows for which all of these hold.
    Asks(Vec<Predicate>),
}

impl Context {
    /// Whether the actor may run the action; an update or a destroy on the row with the primary key `record`. May ask the database.
    ///
    /// The answer is a forecast, because the input is not known yet:
    ///
    /// - A create is possible unless the policies refuse it whatever the input.
    /// - The requirements of the stored row count, but for those that depend on an argument.
    /// - A condition that cannot be worked out, because a number in it is out of range, counts as not fulfilled. Running the action
    ///   reports that error.
    ///
    /// # Errors
    /// `INTERNAL` for another app's resource; `UNAVAILABLE`, `TIMEOUT`.
    pub async fn can(&self, resource: ResourceId, action: &str, record: Option<RowKey>) -> Result<bool, Error> {
        let Some(action) = self.resource(resource)?.action(action) else { return Ok(false) };
        let (true, Some(id)) = (action.has_row(), record) else { return possible(self, resource, action) };
        let questions = match forecast(self, resource, action) {
            Forecast::Known(false) => return Ok(false),
            // Whether there is such a row that the actor may read.
            Forecast::Known(true) => vec![Predicate::Is(Value::from(&id))],
            Forecast::Asks(conditions) => conditions,
        };
        let verdicts = hold(self, resource, Reach::of(action), std::slice::from_ref(&id), &questions).await?;
        Ok(verdicts.get(&id).is_some_and(|it| it.iter().all(|it| *it)))
    }

    /// Which of `actions` the actor may run on each of `records`, the primary keys of rows that the actor has read. Returns one list for
    /// each record, and in it one `bool` for each action, both in the order given.
    ///
    /// Each answer is a forecast, as that of [`Context::can`]. All of them take one statement, or none if policies and requirements do not
    /// depend on the rows. If a condition cannot be worked out for some row, further statements find out which one that is; the
    /// other rows keep their answers. An action without a row, such as a create, has the same answer for every record.
    ///
    /// # Errors
    /// `INTERNAL` for another app's resource; `UNAVAILABLE`, `TIMEOUT`.
    pub async fn can_each(
        &self,
        resource: ResourceId,
        actions: &[&str],
        records: impl IntoIterator<Item: Into<RowKey>>,
    ) -> Result<Vec<Vec<bool>>, Error> {
        let records: Vec<RowKey> = records.into_iter().map(Into::into).collect();
        let declared = self.resource(resource)?;
        // Whether a row is deleted is asked of it where some of the actions are for those rows.
        let of_deleted = |it: &&str| declared.action(it).is_some_and(|it| it.of_deleted);
        let reach = if actions.iter().any(of_deleted) { Reach::WithDeleted } else { Reach::Existing };
        let mut forecasts = Vec::with_capacity(actions.len());
        for name in actions {
            forecasts.push(match declared.action(name) {
                Some(action) if action.has_row() && reach == Reach::WithDeleted => {
                    forecast(self, resource, action).asking(declared.is_deleted(action.of_deleted))
                }
                Some(action) if action.has_row() => forecast(self, resource, action),
                Some(action) => Forecast::Known(possible(self, resource, action)?),
                None => Forecast::Known(false),
            });
        }
        let questions: Vec<Predicate> = forecasts.iter().flat_map(Forecast::conditions).cloned().collect();
        if questions.is_empty() || records.is_empty() {
            return Ok(records.iter().map(|_| answers(&forecasts, &[])).collect());
        }
        let verdicts = hold(self, resource, reach, &records, &questions).await?;
        let of =
            |id: &RowKey| verdicts.get(id).map_or_else(|| vec![false; actions.len()], |it| answers(&forecasts, it));
        Ok(records.iter().map(of).collect())
    }
}

impl Forecast {
    /// The same, where that holds of the row besides.
    fn asking(self, condition: Option<Tree>) -> Self {
        let condition = condition.map(|it| Predicate::Tree(it, Access::Unrestricted));
        match (self, condition) {
            (Self::Known(true), Some(condition)) => Self::Asks(vec![condition]),
            (Self::Asks(mut conditions), Some(condition)) => {
                conditions.insert(0, condition);
                Self::Asks(conditions)
            }
            (forecast, _) => forecast,
        }
    }

    fn conditions(&self) -> &[Predicate] {
        match self {
            Self::Known(_) => &[],
            Self::Asks(conditions) => conditions,
        }
    }
}

/// The answer of each forecast for one row. `holds` says which of the forecasts' conditions hold for it: those of the first forecast, then
/// those of the second, and so on.
fn answers(forecasts: &[Forecast], holds: &[bool]) -> Vec<bool> {
    let mut rest = holds;
    let mut answers = Vec::with_capacity(forecasts.len());
    for forecast in forecasts {
        answers.push(match forecast {
            Forecast::Known(answer) => *answer,
            Forecast::Asks(conditions) => {
                let (asked, after) = rest.split_at(conditions.len().min(rest.len()));
                rest = after;
                asked.len() == conditions.len() && asked.iter().all(|it| *it)
            }
        });
    }
    answers
}

/// Whether an action could be run that has no row.
fn possible(cx: &Context, resource: ResourceId, action: &Action) -> Result<bool, Error> {
    let filter = permitted(cx, &Prospect::new(resource, action));
    if !matches!(action.kind, ActionKind::Generic { .. }) {
        return Ok(!filter.is_nothing());
    }
    let actor = cx.actor_row();
    match filter.decide(&cx.facts(&actor, &NO_ARGUMENTS), None) {
        Ok(outcome) => Ok(outcome == Evaluation::Known(true)),
        Err(error) if error.code() == Code::Invalid => Ok(false),
        Err(error) => Err(error),
    }
}

/// Which of `questions` hold for each of the rows that the actor may read. A question that cannot be worked out for a row does not hold
/// for it. `reach` says of which rows they are asked.
async fn hold(
    cx: &Context,
    resource: ResourceId,
    reach: Reach,
    records: &[RowKey],
    questions: &[Predicate],
) -> Result<HashMap<RowKey, Vec<bool>>, Error> {
    let columns: Vec<_> = questions.iter().cloned().map(Column::Holds).collect();
    let wanted = [Predicate::Policy(readable(cx, resource))];
    let fields = execute::failing_values(cx, resource, (reach, &wanted), records, &columns).await?;
    let holds = |fields: Vec<Field>| fields.iter().map(|it| it.shown() == Some(&Value::Bool(true))).collect();
    Ok(fields.into_iter().map(|(id, fields)| (id, holds(fields))).collect())
}

/// What an update or a destroy asks of the stored row. Requirements that depend on arguments are left out.
fn forecast(cx: &Context, resource: ResourceId, action: &Action) -> Forecast {
    let filter = permitted(cx, &Prospect::new(resource, action));
    if filter.is_nothing() {
        return Forecast::Known(false);
    }
    let actor = cx.actor_row();
    let facts = cx.facts(&actor, &NO_ARGUMENTS);
    let mut asked = Vec::new();
    for requirement in action.requirements.iter().filter(|it| it.old && !it.asks_arguments()) {
        match fold_requirement(requirement, &facts) {
            Folded::True => {}
            Folded::False => return Forecast::Known(false),
            Folded::Residue(residue) => asked.push(Predicate::Tree(residue, Access::Unrestricted)),
        }
    }
    if !filter.is_everything() {
        asked.push(Predicate::Policy(filter));
    }
    if asked.is_empty() { Forecast::Known(true) } else { Forecast::Asks(asked) }
}
