//! What could be done, for buttons and forms.

use uuid::Uuid;

use super::update::Target;
use crate::authorize::{Request, rows};
use crate::context::Context;
use crate::error::{Code, Error};
use crate::execute;
use crate::expr::Outcome;
use crate::ir::{ActionKind, ResourceId};
use crate::record::Input;

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
}
