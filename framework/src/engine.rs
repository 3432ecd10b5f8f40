//! One running application: its declaration, its functions and its database.

use std::sync::Arc;

use crate::application::Application;
use crate::context::{Actor, Context};
use crate::database::Database;
use crate::error::Error;
use crate::ir;

/// One running application; cheap to clone.
#[derive(Clone, Debug)]
pub struct Engine(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    application: Application,
    database: Database,
}

impl Engine {
    /// Verifies the declaration and puts it on the database. Opens and reads nothing.
    pub fn new(application: Application, database: Database) -> Result<Self, Error> {
        Ok(Self(Arc::new(Inner { application, database })))
    }

    /// The declaration.
    pub fn app(&self) -> &ir::App {
        &self.0.application.ir
    }

    /// The database.
    pub fn database(&self) -> &Database {
        &self.0.database
    }

    /// A context of one request: now, for that actor.
    pub fn context(&self, actor: Actor) -> Context {
        let _ = actor;
        unimplemented!()
    }
}
