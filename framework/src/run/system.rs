//! What the framework does on its own account.

use std::sync::Arc;

use uuid::Uuid;

use crate::context::{Actor, Context};
use crate::error::Error;
use crate::execute;
use crate::ir::{RelationshipId, ResourceId, Tree};
use crate::plan::plan_stored_anywhere;
use crate::query::Query;
use crate::record::Record;
use crate::value::DateTimeUtc;

impl Context {
    /// This context with the actor of that primary key in place of the framework: for seeds, commands and tests, and for a request whose
    /// session was found.
    ///
    /// # Errors
    /// `FORBIDDEN` unless the framework itself acts, `NOT_FOUND` if there is no such actor.
    pub async fn acting_as(&self, id: Uuid) -> Result<Self, Error> {
        if !self.is_system() {
            return Err(Error::forbidden());
        }
        let resource = self.engine().actor_resource().ok_or_else(Error::not_found)?;
        let record = self.get(Query::unrestricted(resource), id).await?.ok_or_else(Error::not_found)?;
        Ok(self.with_actor(Actor::Record(Arc::new(record))))
    }

    /// The time by the database's clock. It decides whether something has expired, since several servers' clocks may differ.
    ///
    /// # Errors
    /// `UNAVAILABLE`, `TIMEOUT`.
    pub async fn database_now(&self) -> Result<DateTimeUtc, Error> {
        execute::now(self).await
    }

    /// The same at the database's time: whether something has expired is decided by that clock, not by the server's.
    ///
    /// # Errors
    /// `UNAVAILABLE`, `TIMEOUT`.
    pub(crate) async fn at_database_time(&self) -> Result<Self, Error> {
        Ok(self.with_now(self.database_now().await?))
    }

    /// Whether a row that does not exist has what `condition` asks of rows of which at most one does. No statement, where every row of the
    /// table exists.
    ///
    /// # Errors
    /// `FORBIDDEN` unless the framework itself acts, `UNAVAILABLE`, `TIMEOUT`.
    pub(crate) async fn is_held_outside(&self, resource: ResourceId, condition: Tree) -> Result<bool, Error> {
        if !self.is_system() {
            return Err(Error::forbidden());
        }
        let declared = self.resource(resource)?;
        if !declared.has_extent() {
            return Ok(false);
        }
        let query = Query { filter: Some(condition.clone()), ..Query::unrestricted(resource) };
        if !self.read(query).await?.records.is_empty() {
            return Ok(false);
        }
        Ok(execute::named_key(self, &plan_stored_anywhere(self, resource, condition)?).await?.is_some())
    }

    /// Reads in one statement a row for which `filter` holds, the row at the other end of its to-one relationship, and the time. The time
    /// is the database's clock when the statement runs, and so is `now()` in `filter`. `None` if there is no such row, or none at the other
    /// end.
    ///
    /// It finds a session with its user, so that each request of a signed-in user costs one statement for that.
    ///
    /// # Errors
    /// `FORBIDDEN` unless the framework itself acts, `UNAVAILABLE`, `TIMEOUT`.
    pub(crate) async fn find_pair(
        &self,
        resource: ResourceId,
        relationship: RelationshipId,
        filter: Tree,
    ) -> Result<Option<(Record, Record, DateTimeUtc)>, Error> {
        execute::pair(self, resource, relationship, filter).await
    }
}
