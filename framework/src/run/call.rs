//! Running a generic action.

use crate::application::Function;
use crate::authorize::{authorize, refusal};
use crate::context::Context;
use crate::error::Error;
use crate::evaluate::Evaluation;
use crate::ir::ResourceId;
use crate::record::{Input, ReturnValue};
use crate::request::{CallRequest, Request};

impl Context {
    /// Runs a generic action. It has no transaction of its own: what it calls has.
    ///
    /// # Errors
    /// `FORBIDDEN`, or `UNAUTHENTICATED` if nobody is signed in; `INVALID` with every argument that is wrong, `NOT_FOUND` for one that
    /// is no id; what the function fails with.
    pub async fn call(&self, resource: ResourceId, action: &str, input: Input) -> Result<ReturnValue, Error> {
        self.call_permitted(resource, action, input).await?
    }

    /// The same, telling a refusal to call the function from what the function itself fails with.
    ///
    /// # Errors
    /// Those of [`Context::call`], without the function's, which stand in the answer.
    pub(crate) async fn call_permitted(
        &self,
        resource: ResourceId,
        action: &str,
        input: Input,
    ) -> Result<Result<ReturnValue, Error>, Error> {
        let authorized = authorize(self, CallRequest::new(self, resource, action, &input)?)?;
        let (action, arguments) = (authorized.action(), authorized.request().arguments());
        {
            // There is no row, so what still depends on one is unknown.
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
}
