//! Who asks, when, and through which engine: what every call carries.

mod hook;
mod request;
mod transaction;

use std::sync::Arc;

use uuid::Uuid;

use crate::database::{DatabaseConnection, Executor};
use crate::engine::Engine;
use crate::error::Error;
use crate::evaluate::{Facts, RecordRow, RowSource};
use crate::ir::{Name, Resource, ResourceId};
use crate::record::{Input, Record};
use crate::value::{DateTimeUtc, Value, microseconds};

use hook::Hooks;
pub(crate) use request::{current_request, for_request};
pub(crate) use transaction::{Tries, Undone};

/// Who acts.
#[derive(Clone, Debug)]
pub enum Actor {
    /// Nobody is signed in.
    Anonymous,
    /// A record of the actor's resource, every attribute loaded.
    Record(Arc<Record>),
    /// The framework on its own account, for the reason given. Only code of the application or the framework makes one, by
    /// [`Context::as_system`] or [`Engine::system`]: nothing that a request holds can.
    System(&'static str),
}

/// What every call carries: the engine, the actor, and the request's one time. Cheap to clone.
///
/// The calls themselves are `read`, `get`, `create`, `update`, `destroy`, `call`, `can` and `transaction`; [typed ones](crate::call) are
/// given it.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/example.rs"));
/// # fn main() {
/// # run(async |cx| {
/// let engine = cx.engine();
/// let nobody = engine.context(samara::context::Actor::Anonymous);
/// assert!(World::query().all(&nobody).await?.is_empty());
///
/// // Both rows are stored, or none.
/// let room = cx.transaction(async |cx| {
///     let hall = World::create().name("Hall").slug("hall").run(cx).await?;
///     Room::create().name("Stage").world(hall.id).run(cx).await
/// });
/// assert_eq!(room.await?.name, "Stage");
/// # Ok(())
/// # });
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Context {
    engine: Engine,
    actor: Actor,
    now: DateTimeUtc,
    /// The tenant that everything is done within; `None`: none was named.
    tenant: Option<Value>,
    session: Executor,
    hooks: Option<Hooks>,
    /// Whether a unit of work is open, which is tried again as a whole.
    in_unit: bool,
    /// Whether the next unit of work is a part of the one that is open.
    joins: bool,
    /// The action whose function is given this context.
    action: Option<(ResourceId, Name)>,
    request_id: Option<Arc<str>>,
}

impl Context {
    pub(crate) fn new(engine: Engine, actor: Actor, now: DateTimeUtc) -> Self {
        let session = Executor::new(engine.database().clone());
        Self {
            engine,
            actor,
            now: microseconds(now),
            tenant: None,
            session,
            hooks: None,
            in_unit: false,
            joins: false,
            action: None,
            request_id: current_request(),
        }
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The primary key of the actor's record; `None` if nobody is signed in, the framework acts, or the record is none of this app's actor,
    /// in whose name every request is refused.
    pub fn actor_id(&self) -> Option<Uuid> {
        match &self.actor {
            Actor::Record(record) if self.may_act(record) => record.id(self.engine.app())?.as_uuid(),
            Actor::Record(_) | Actor::Anonymous | Actor::System(_) => None,
        }
    }

    /// Whether the framework acts on its own account.
    pub fn is_system(&self) -> bool {
        matches!(self.actor, Actor::System(_))
    }

    /// The id of the request that this is done for, as it stands in the log; `None` outside of requests.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The same for the request of that id. Contexts that are made while a server works for a request have its id already.
    #[must_use]
    pub fn with_request_id(&self, id: &str) -> Self {
        Self { request_id: Some(id.into()), ..self.clone() }
    }

    /// The request's time: `now()` in every expression.
    pub fn now(&self) -> DateTimeUtc {
        self.now
    }

    /// The same at another time: for seeds and tests.
    #[must_use]
    pub fn with_now(&self, now: DateTimeUtc) -> Self {
        Self { now: microseconds(now), ..self.clone() }
    }

    /// The same on the framework's own account, for what an action does beyond what its actor may: it belongs to the same transaction,
    /// if one is open, and to the same request, and every policy lets it pass. `reason` says what for, in a few words.
    ///
    /// The log says it too, at level `info`, with the actor and the action that it is done for.
    ///
    /// ```
    /// # use samara::error::Error;
    /// # async fn tell(cx: &samara::context::Context) -> Result<(), Error> {
    /// cx.transaction(async |cx| {
    ///     let system = cx.as_system("telling the followers");
    ///     assert!(system.is_system());
    ///     Ok(())
    /// })
    /// .await
    /// # }
    /// ```
    #[must_use]
    pub fn as_system(&self, reason: &'static str) -> Self {
        let (actor, action) = self.caller();
        tracing::info!(reason, actor, action, "acting as the system");
        self.with_actor(Actor::System(reason))
    }

    /// Connections for SeaORM, for what no action can say: no policy is asked, nothing is hidden, and no event is left.
    /// `reason` says what for, in a few words; the log says it too, at level `info`, with the actor and the action that it is done for.
    ///
    /// What is sent through them belongs to no transaction of this context: they are beside those of the engine, and opened when they are needed. A transaction that is begun with them and dropped is undone,
    /// at whichever `await` that happens; it knows nothing of errors that were swallowed, and on PostgreSQL each connection that is lent is
    /// asked for its state when it comes back: one round trip.
    #[must_use]
    pub fn unpoliced(&self, reason: &'static str) -> DatabaseConnection {
        let (actor, action) = self.caller();
        tracing::info!(reason, actor, action, "statements beside the policies");
        self.engine.database().connection().clone()
    }

    /// How many statements were sent through this context and those made from it, transaction control aside.
    pub fn statements(&self) -> u64 {
        self.session.statements()
    }

    /// How many transactions were begun through this context and those made from it; savepoints are none.
    pub fn transactions(&self) -> u64 {
        self.session.transactions()
    }

    /// From now on keeps the text of every statement, for tests: see [`Context::recorded_statements`].
    pub fn record_statements(&self) {
        self.session.record();
    }

    /// The texts of the statements sent since [`Context::record_statements`], in order, with placeholders for values.
    pub fn recorded_statements(&self) -> Vec<String> {
        self.session.recorded()
    }

    /// Who acts, and the action that it is done for, as the log tells it.
    fn caller(&self) -> (String, Option<String>) {
        let action = self.action.as_ref().map(|(resource, action)| {
            let resource = &self.engine.app().resource(*resource).name;
            format!("{resource}.{action}")
        });
        let actor = match &self.actor {
            Actor::Anonymous => "nobody".to_owned(),
            Actor::Record(_) => self.actor_id().map(|it| it.to_string()).unwrap_or_default(),
            Actor::System(reason) => format!("the system, {reason}"),
        };
        (actor, action)
    }

    /// The resource that a request is about. Each request asks here first, before it looks anything up.
    ///
    /// # Errors
    /// `INTERNAL` if another app handed `id` out, or the actor is a record of another app or of a resource whose records do not act.
    pub(crate) fn resource(&self, id: ResourceId) -> Result<&Resource, Error> {
        let app = self.engine.app();
        if !app.owns(id) {
            return Err(Error::internal("the resource of a request is one of another app"));
        }
        match &self.actor {
            Actor::Record(record) if !self.may_act(record) => {
                Err(Error::internal("who acts is no record of the resource whose records act in this app"))
            }
            _ => Ok(app.resource(id)),
        }
    }

    /// Whether a record is one of this app, and of the resource whose records act if there is one.
    fn may_act(&self, record: &Record) -> bool {
        self.engine.app().owns(record.resource) && self.engine.actor_resource().is_none_or(|it| it == record.resource)
    }

    pub(crate) fn session(&self) -> &Executor {
        &self.session
    }

    /// The primary key of the tenant that everything is done within.
    pub(crate) fn tenant(&self) -> Option<&Value> {
        self.tenant.as_ref()
    }

    /// The same within a tenant of which it is known that the actor may work there.
    pub(crate) fn within_tenant(&self, tenant: Value) -> Self {
        Self { tenant: Some(tenant), ..self.clone() }
    }

    pub(crate) fn with_actor(&self, actor: Actor) -> Self {
        Self { actor, ..self.clone() }
    }

    /// The same for a function of that action.
    pub(crate) fn within(&self, resource: ResourceId, action: &Name) -> Self {
        Self { action: Some((resource, action.clone())), ..self.clone() }
    }

    /// The actor as a row, for expressions.
    pub(crate) fn actor_row(&self) -> Option<RecordRow<'_>> {
        match &self.actor {
            Actor::Record(record) => Some(RecordRow::new(self.engine.app(), record)),
            Actor::Anonymous | Actor::System(_) => None,
        }
    }

    /// What is known before any row is read. It borrows, so it does not live across an `await`.
    pub(crate) fn facts<'a>(&'a self, actor: &'a Option<RecordRow<'a>>, arguments: &'a Input) -> Facts<'a> {
        let actor = actor.as_ref().map(|it| it as &dyn RowSource);
        Facts { app: self.engine.app(), now: self.now, tenant: self.tenant.as_ref(), actor, arguments }
    }
}
