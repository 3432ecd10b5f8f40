//! Who asks, when, and through which engine: what every call carries.

use std::sync::Arc;

use uuid::Uuid;

use crate::engine::Engine;
use crate::error::Error;
use crate::ir::ResourceId;
use crate::query::Query;
use crate::record::{Answer, Input, Page, Record};
use crate::value::DateTimeUtc;

/// Who acts.
#[derive(Clone, Debug)]
pub enum Actor {
    /// Nobody is signed in.
    Anonymous,
    /// A record of the actor's resource, every attribute loaded.
    Record(Arc<Record>),
    /// The framework on its own account, for the reason given. Never made from a request.
    System(&'static str),
}

/// What every call carries: the engine, the actor, and the request's one time.
#[derive(Clone, Debug)]
pub struct Context {
    engine: Engine,
    actor: Actor,
    now: DateTimeUtc,
}

impl Context {
    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The request's time: `now()` in every expression.
    pub fn now(&self) -> DateTimeUtc {
        self.now
    }

    /// Reads a page of rows. A read that no policy allows is an empty page, never an error.
    pub async fn read(&self, query: Query) -> Result<Page, Error> {
        let _ = query;
        unimplemented!()
    }

    /// Reads the row with that primary key, `None` if there is none that the actor may read. `query`'s slice is ignored.
    pub async fn get(&self, query: Query, id: Uuid) -> Result<Option<Record>, Error> {
        let _ = (query, id);
        unimplemented!()
    }

    /// Runs a create action; the answer holds all attributes that the actor may read.
    pub async fn create(&self, resource: ResourceId, action: &str, input: Input) -> Result<Record, Error> {
        let _ = (resource, action, input);
        unimplemented!()
    }

    /// Runs an update action on the row with that primary key.
    pub async fn update(&self, resource: ResourceId, action: &str, id: Uuid, input: Input) -> Result<Record, Error> {
        let _ = (resource, action, id, input);
        unimplemented!()
    }

    /// Runs a destroy action; the answer is the row as it was.
    pub async fn destroy(&self, resource: ResourceId, action: &str, id: Uuid, input: Input) -> Result<Record, Error> {
        let _ = (resource, action, id, input);
        unimplemented!()
    }

    /// Runs a generic action.
    pub async fn call(&self, resource: ResourceId, action: &str, input: Input) -> Result<Answer, Error> {
        let _ = (resource, action, input);
        unimplemented!()
    }

    /// Whether the actor may run the action, on `record` if it is one that exists: for buttons and forms. May ask the database.
    pub async fn can(&self, resource: ResourceId, action: &str, record: Option<Uuid>) -> Result<bool, Error> {
        let _ = (resource, action, record);
        unimplemented!()
    }

    /// Runs `work` in one transaction: it commits if `work` succeeds, and else nothing was written. Nested calls join it.
    pub async fn transaction<T, F>(&self, work: F) -> Result<T, Error>
    where
        F: AsyncFnOnce(&Self) -> Result<T, Error>,
    {
        let _ = work;
        unimplemented!()
    }
}
