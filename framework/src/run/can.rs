//! What could be done, for buttons and forms.

use uuid::Uuid;

use super::update::{Target, readable};
use crate::authorize::{Request, rows};
use crate::context::Context;
use crate::error::{Code, Error};
use crate::execute;
use crate::expr::{Folded, Outcome, fold_condition};
use crate::ir::{Action, ActionKind, ResourceId};
use crate::plan::Condition;
use crate::record::Input;
use crate::sql::Sight;
use crate::value::Value;

/// Whether an action could be run on a row, as far as that can be told without the row.
enum Forecast {
    /// The same for every row.
    Known(bool),
    /// On the rows for which all of these hold.
    Asks(Vec<Condition>),
}

impl Context {
    /// Whether the actor may run the action, on `record` if it is one that exists: for buttons and forms. May ask the database.
    ///
    /// It is a forecast: a create that depends on what will be entered is said to be possible, and requirements of the stored row
    /// count, but not those that need arguments which are not known yet.
    ///
    /// # Errors
    /// `UNAVAILABLE`, `TIMEOUT`.
    pub async fn can(&self, resource: ResourceId, action: &str, record: Option<Uuid>) -> Result<bool, Error> {
        let Some(action) = self.engine().app().resource(resource).action(action) else { return Ok(false) };
        let arguments = Input::new();
        let filter = rows(self, Request { resource, action, arguments: &arguments });
        match (&action.kind, record) {
            (ActionKind::Update | ActionKind::Destroy, Some(id)) => {
                let target = match Target::new(self, resource, action, &arguments, id).await {
                    Ok(target) => target,
                    Err(error) if matches!(error.code(), Code::Unavailable | Code::Timeout | Code::Internal) => {
                        return Err(error);
                    }
                    Err(_) => return Ok(false),
                };
                let wanted = target.forecast(self);
                Ok(execute::verdict(self, resource, &target.id, wanted, Vec::new()).await?.is_some())
            }
            (ActionKind::Generic { .. }, _) => {
                let actor = self.actor_row();
                Ok(filter.decide(&self.facts(&actor, &arguments), None)? == Outcome::Known(true))
            }
            _ => Ok(!filter.is_nothing()),
        }
    }

    /// Which of `actions` the actor may run on each of `records`: for each record, in their order, one answer for each action.
    ///
    /// The records are ones that the actor has read. It is a forecast as [`Context::can`] is, for a whole page at once: one statement,
    /// and none where policies and requirements settle it without the rows. An action that needs no row is said to be possible
    /// on every row or on none.
    ///
    /// # Errors
    /// `UNAVAILABLE`, `TIMEOUT`.
    pub async fn can_each(
        &self,
        resource: ResourceId,
        actions: &[&str],
        records: &[Uuid],
    ) -> Result<Vec<Vec<bool>>, Error> {
        let declared = self.engine().app().resource(resource);
        let mut forecasts = Vec::with_capacity(actions.len());
        for name in actions {
            forecasts.push(match declared.action(name) {
                Some(action) if matches!(action.kind, ActionKind::Update | ActionKind::Destroy) => {
                    forecast(self, resource, action)
                }
                Some(_) => Forecast::Known(self.can(resource, name, None).await?),
                None => Forecast::Known(false),
            });
        }
        let questions: Vec<Condition> = forecasts.iter().flat_map(Forecast::conditions).cloned().collect();
        if questions.is_empty() || records.is_empty() {
            return Ok(records.iter().map(|_| answers(&forecasts, &[])).collect());
        }
        let keys = records.iter().copied().map(Value::Uuid).collect();
        let wanted = vec![Condition::OneOf(keys), Condition::Policy(readable(self, resource))];
        let verdicts = execute::verdicts(self, resource, wanted, questions).await?;
        let of = |id: &Uuid| verdicts.get(id).map_or_else(|| vec![false; actions.len()], |it| answers(&forecasts, it));
        Ok(records.iter().map(of).collect())
    }
}

impl Forecast {
    fn conditions(&self) -> &[Condition] {
        match self {
            Self::Known(_) => &[],
            Self::Asks(conditions) => conditions,
        }
    }
}

/// What the forecasts say of a row, of whose conditions `holds` tells in the order of the forecasts.
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

/// What an update or a destroy asks of the row as it is, arguments that are not known yet aside.
fn forecast(cx: &Context, resource: ResourceId, action: &Action) -> Forecast {
    let arguments = Input::new();
    let filter = rows(cx, Request { resource, action, arguments: &arguments });
    if filter.is_nothing() {
        return Forecast::Known(false);
    }
    let actor = cx.actor_row();
    let facts = cx.facts(&actor, &arguments);
    let mut asked = Vec::new();
    for requirement in action.requirements.iter().filter(|it| it.old && !it.condition.asks_arguments()) {
        match fold_condition(&requirement.condition, &facts) {
            Folded::True => {}
            Folded::False => return Forecast::Known(false),
            Folded::Residue(residue) => asked.push(Condition::Tree(residue.tree, Sight::All)),
        }
    }
    if !filter.is_everything() {
        asked.push(Condition::Policy(filter));
    }
    if asked.is_empty() { Forecast::Known(true) } else { Forecast::Asks(asked) }
}
