//! One running application: its declaration, its functions and its database.

mod parts;
mod seal;

use std::any::Any;
use std::sync::Arc;

use chrono::Utc;
use tokio::sync::Notify;

use crate::application::{Application, Function, Verified};
use crate::context::{Actor, Context};
use crate::database::Database;
use crate::error::Error;
use crate::event::Consumer;
use crate::ir::{self, ResourceId};
use crate::settings::Secret;

use parts::Parts;
pub(crate) use seal::Seal;

/// One running application; cheap to clone.
#[derive(Clone, Debug)]
pub struct Engine(Arc<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    application: Application,
    database: Database,
    secret: Option<Secret>,
    seal: Option<Seal>,
    consumers: Vec<Arc<dyn Consumer>>,
    new_mail: Arc<Notify>,
    parts: Arc<Parts>,
}

impl Engine {
    /// Puts an application on its database. Opens and reads nothing. Until it is [`keyed`](Engine::keyed), its cursors are valid in this
    /// process alone.
    pub fn new(application: Verified, database: Database) -> Self {
        let application = application.into_inner();
        let seal = Seal::of_process();
        let (consumers, new_mail, parts) = (Vec::new(), Arc::default(), Arc::default());
        Self(Arc::new(Inner { application, database, secret: None, seal, consumers, new_mail, parts }))
    }

    /// The engine with the key that cursors are sealed and mailed secrets are made with. All servers of a site need the same one, after a
    /// restart too.
    #[must_use]
    pub fn keyed(&self, secret: Secret) -> Self {
        let seal = Seal::of(&secret);
        Self(Arc::new(Inner { secret: Some(secret), seal: Some(seal), ..self.0.as_ref().clone() }))
    }

    /// The same with somebody more who is told of every write, after those that there are.
    #[must_use]
    pub fn with_consumer(&self, consumer: impl Consumer + 'static) -> Self {
        let mut inner = self.0.as_ref().clone();
        inner.consumers.push(Arc::new(consumer));
        Self(Arc::new(inner))
    }

    /// Who is told of every write, in order.
    pub(crate) fn consumers(&self) -> &[Arc<dyn Consumer>] {
        &self.0.consumers
    }

    /// Notified when a mail has been committed to the outbox by this process; who sends mail waits for it. Engines that are made from one
    /// another share it.
    pub(crate) fn new_mail(&self) -> &Notify {
        &self.0.new_mail
    }

    /// What a later layer keeps with the engine, such as the plans of reads: the one of its type. Engines that are made from one another
    /// share it.
    pub(crate) fn part<T: Any + Default + Send + Sync>(&self) -> Arc<T> {
        self.0.parts.get()
    }

    /// The declaration.
    pub fn app(&self) -> &ir::App {
        &self.0.application.ir
    }

    /// The database.
    pub fn database(&self) -> &Database {
        &self.0.database
    }

    /// The key of [`Engine::keyed`].
    pub(crate) fn secret(&self) -> Result<&Secret, Error> {
        self.0.secret.as_ref().ok_or_else(|| Error::internal("the engine has no key, so it makes no secrets to mail"))
    }

    /// What cursors are sealed with.
    ///
    /// # Errors
    /// `INTERNAL` if no key was given and the operating system gives no randomness.
    pub(crate) fn seal(&self) -> Result<&Seal, Error> {
        self.0.seal.as_ref().ok_or_else(|| Error::internal("the operating system gave no randomness for a key"))
    }

    /// A context of one request: now, for that actor.
    pub fn context(&self, actor: Actor) -> Context {
        Context::new(self.clone(), actor, Utc::now())
    }

    /// A context of the framework's own, which every policy lets pass, for what stands outside of requests: commands, jobs, seeds.
    /// `reason` says what for, in a few words.
    ///
    /// It is outside of any transaction. Called while one is open, it does not join it: it has another connection, sees nothing of what
    /// the transaction wrote, and what it writes stays if the transaction is undone. On SQLite, where one connection writes at a time,
    /// the two wait for each other, and this one fails after five seconds with `UNAVAILABLE`. An action that has to do more than its
    /// actor may uses [`Context::as_system`].
    pub fn system(&self, reason: &'static str) -> Context {
        self.context(Actor::System(reason))
    }

    /// The resource whose records act, if there is one.
    pub fn actor_resource(&self) -> Option<ResourceId> {
        let is_actor = |it: &ir::Resource| matches!(it.role, Some(ir::Role::Actor { .. }));
        self.app().resources_by_id().find(|(_, it)| is_actor(it)).map(|(id, _)| id)
    }

    /// The functions that the declaration names for an action.
    pub(crate) fn functions<'a>(
        &'a self,
        resource: &'a ir::Resource,
        action: &'a str,
    ) -> impl Iterator<Item = Function> + 'a {
        let functions = self.0.application.functions.iter();
        functions.filter(move |it| it.resource == resource.name && it.action == *action).map(|it| it.function)
    }
}
