//! Within which tenant something is done.

use crate::changeset::cast_alone;
use crate::context::Context;
use crate::error::Error;
use crate::evaluate::{Folded, fold_condition};
use crate::execute;
use crate::plan::plan_tenant;
use crate::request::NO_ARGUMENTS;
use crate::value::{RowKey, Value};

impl Context {
    /// The same within a tenant: of resources that belong to tenants, the rows of this one exist, and new ones are its. `tenants` of the app says
    /// whether the actor may work there, which is one statement; the framework itself may everywhere.
    ///
    /// # Errors
    /// `NOT_FOUND` if there is no such tenant within which the actor may work; `INTERNAL` in an app without tenants.
    pub async fn with_tenant(&self, tenant: impl Into<RowKey>) -> Result<Self, Error> {
        let app = self.engine().app();
        let (Some(resource), Some(condition)) = (app.tenant_resource(), app.tenants()) else {
            return Err(Error::internal("this app declares no `tenants`"));
        };
        // In the form that is stored: a text may be given in another case.
        let key = app.resource(resource).key_type().and_then(|ty| cast_alone(app, ty, tenant.into().into()));
        let key: Value = key.ok_or_else(Error::not_found)?;
        // What the condition asks of the tenant's own rows is asked within it.
        let within = self.within_tenant(key.clone());
        if self.is_system() {
            return Ok(within);
        }
        let actor = self.actor_row();
        let residue = match fold_condition(condition, &within.facts(&actor, &NO_ARGUMENTS)) {
            Folded::False => return Err(Error::not_found()),
            Folded::True => None,
            Folded::Residue(residue) => Some(residue),
        };
        let found = execute::named_key(&within, &plan_tenant(&within, resource, key, residue)?).await?;
        found.map(|_| within).ok_or_else(Error::not_found)
    }
}
