//! Running a generic action.

use crate::application::Function;
use crate::authorize::{authorize, refusal};
use crate::context::Context;
use crate::error::{Code, Error};
use crate::evaluate::Evaluation;
use crate::execute::{self, FoundByKey};
use crate::ir::ResourceId;
use crate::query::Query;
use crate::record::{Input, ReturnValue, ReturnedRows};
use crate::request::CallRequest;
use crate::value::RowKey;

impl Context {
    /// Runs a generic action. No transaction is opened for it: the writes that its function makes open their own.
    ///
    /// # Errors
    /// `FORBIDDEN`, or `UNAUTHENTICATED` if nobody is signed in; `INVALID` with every argument that is wrong, `NOT_FOUND` for an argument
    /// that should name a row and cannot be the key of any; the error that the function returns.
    pub async fn call(&self, resource: ResourceId, action: &str, input: Input) -> Result<ReturnValue, Error> {
        self.call_permitted(resource, action, input).await?
    }

    /// As [`Context::call`], with two errors told apart: the outer one says why the function was not called, the inner one is the
    /// function's own.
    ///
    /// # Errors
    /// Those of [`Context::call`], without the function's.
    pub(crate) async fn call_permitted(
        &self,
        resource: ResourceId,
        action: &str,
        input: Input,
    ) -> Result<Result<ReturnValue, Error>, Error> {
        let authorized = authorize(self, CallRequest::new(self, resource, action, &input)?)?;
        let (action, arguments) = (authorized.action(), authorized.request().arguments());
        {
            // A generic action has no row, so a condition that depends on one is unknown, and does not hold.
            let actor = self.actor_row();
            let decision = authorized.filter().decide(&self.facts(&actor, arguments), None)?;
            if decision != Evaluation::Known(true) {
                return Err(refusal(self));
            }
        }
        let problems = authorized.request().problems();
        if !problems.is_empty() {
            return Err(Error::from_problems(problems.to_vec()).located(action, None));
        }
        let arguments = arguments.clone();
        let declared = self.engine().app().resource(resource);
        let function = self.engine().functions(declared, &action.name).find_map(|it| match it {
            Function::Generic(function) => Some(function),
            _ => None,
        });
        match function {
            Some(function) => {
                let called = function(&self.within(resource, &action.name), arguments).await;
                Ok(called.map_err(|error| error.located(action, None)))
            }
            None => Err(Error::internal(format!("no function for the action {}.{}", declared.name, action.name))),
        }
    }

    /// The rows that an answer of a generic action names, with every attribute that the actor may see; without those that they may not read.
    /// One statement, or none if it names none.
    ///
    /// # Errors
    /// As for [`Context::read`].
    pub async fn returned_rows(
        &self,
        resource: ResourceId,
        action: &str,
        answer: &ReturnValue,
    ) -> Result<ReturnedRows, Error> {
        let app = self.engine().app();
        let returns = app.resource(resource).action(action).and_then(|it| it.returns());
        match returns.and_then(|it| it.rows_of()) {
            Some(target) => {
                let found = self.find_returned(&Query::unrestricted(app.named(target)), answer).await?;
                found.into_records(app)
            }
            None => Ok(ReturnedRows::default()),
        }
    }

    /// What `query` selects of the rows that an answer names, as far as the actor may read them. One statement, and one for each
    /// relationship that is loaded; none if it names no rows. In the transaction of this context, if one is open, which survives a failure.
    ///
    /// # Errors
    /// `LIMIT_EXCEEDED` if there are more than [`Query::at_most`]; as for [`Context::read`].
    pub(crate) async fn find_returned(&self, query: &Query, answer: &ReturnValue) -> Result<FoundByKey, Error> {
        let keys: Vec<RowKey> = answer.keys().into_iter().cloned().collect();
        if keys.is_empty() {
            return Ok(FoundByKey::default());
        }
        // Only what the actor may read counts: else the limit would tell how many rows are hidden.
        let limited = |found: &FoundByKey| match keys.iter().filter(|it| found.has(it)).count() {
            shown if shown > query.at_most as usize => {
                let message = format!("a list without pages has more than {} rows", query.at_most);
                Err(Error::new(Code::LimitExceeded, message))
            }
            _ => Ok(()),
        };
        self.in_savepoint(async |cx| execute::find_by_keys(cx, query, &keys, limited).await).await
    }
}
