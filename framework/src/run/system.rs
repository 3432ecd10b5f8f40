//! What the framework does on its own account.

use std::sync::Arc;

use uuid::Uuid;

use super::find;
use super::update::assignments;
use crate::changeset;
use crate::context::{Actor, Context};
use crate::database::Purpose;
use crate::error::Error;
use crate::execute;
use crate::ir::{ActionKind, ResourceId, Tree};
use crate::plan::{Predicate, Update};
use crate::query::{Access, Query};
use crate::record::{Input, Record};
use crate::sql::Clock;
use crate::value::DateTimeUtc;

impl Context {
    /// The same for the actor with that primary key: for seeds, commands and tests, and once a session is found.
    ///
    /// # Errors
    /// `FORBIDDEN` unless the framework itself acts, `NOT_FOUND` if there is no such actor.
    pub async fn acting_as(&self, id: Uuid) -> Result<Self, Error> {
        if !self.is_system() {
            return Err(Error::forbidden());
        }
        let resource = self.engine().actor_resource().ok_or_else(Error::not_found)?;
        let record = self.get(Query::new(resource), id).await?.ok_or_else(Error::not_found)?;
        Ok(self.with_actor(Actor::Record(Arc::new(record))))
    }

    /// The database's clock, by which is judged what expires.
    ///
    /// # Errors
    /// `UNAVAILABLE`, `TIMEOUT`.
    pub async fn database_now(&self) -> Result<DateTimeUtc, Error> {
        execute::now(self).await
    }

    /// Reads a row for which `filter` holds, the row at the other end of its to-one relationship, and the time, in one statement: the
    /// time is the database's clock when the statement runs, and so is `now()` in `filter`. `None` if there is no such row, or
    /// nothing at the other end.
    ///
    /// So who sends a request costs one statement.
    ///
    /// # Errors
    /// `FORBIDDEN` unless the framework itself acts, `UNAVAILABLE`, `TIMEOUT`.
    pub(crate) async fn find_pair(
        &self,
        resource: ResourceId,
        relationship: u16,
        filter: Tree,
    ) -> Result<Option<(Record, Record, DateTimeUtc)>, Error> {
        if !self.is_system() {
            return Err(Error::forbidden());
        }
        execute::pair(self, resource, relationship, filter).await
    }

    /// Runs an update action on all rows for which `filter` holds, in one statement, and answers them as they are then. In `filter`,
    /// `now()` is the database's clock when the statement runs. The action's requirements of the stored row hold too; a row that does
    /// not fulfil them is passed over, and requirements of the new row are not asked.
    ///
    /// So a link is consumed by exactly one of two requests that hold it at the same time.
    ///
    /// # Errors
    /// `FORBIDDEN` unless the framework itself acts; as for [`Context::update`] otherwise.
    pub async fn update_where(
        &self,
        resource: ResourceId,
        action: &str,
        filter: Tree,
        input: Input,
    ) -> Result<Vec<Record>, Error> {
        if !self.is_system() {
            return Err(Error::forbidden());
        }
        let action = find(self, resource, action, |it| matches!(it, ActionKind::Update))?;
        let changeset = changeset::build(self, resource, action, &input, None)?.checked()?;
        let requirements: Vec<_> = action.requirements.iter().filter(|it| it.old).collect();
        let requirements = super::approve::folded(self, &requirements, changeset.arguments());
        let wanted =
            [filter].into_iter().chain(requirements).map(|it| Predicate::Tree(it, Access::Unrestricted)).collect();
        let update = Update { resource, wanted, assignments: assignments(self, &changeset) };
        let mut attempt = 1;
        loop {
            let inside = self.begin(Purpose::Write).await?;
            let result = execute::update(&inside, &update, Clock::Database).await;
            match inside.finish(result.map_err(Error::from), self).await {
                Err(error) if self.may_retry(&error, attempt) => attempt += 1,
                result => return result,
            }
        }
    }
}
