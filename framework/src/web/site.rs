//! What every route knows: the engine, the settings and the address people type.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use url::Url;

use crate::auth::Roles;
use crate::context::{Actor, Context};
use crate::engine::Engine;
use crate::settings::Settings;

use super::cookie;

/// One served application; cheap to clone. The state of every router.
#[derive(Clone)]
pub struct Site(Arc<Inner>);

struct Inner {
    engine: Engine,
    settings: Settings,
    base_url: Url,
    roles: Roles,
    stopping: AtomicBool,
}

impl Site {
    /// A site at `base_url`, the address people type.
    pub fn new(engine: Engine, settings: Settings, base_url: Url) -> Self {
        let roles = Roles::of(engine.app());
        Self(Arc::new(Inner { engine, settings, base_url, roles, stopping: AtomicBool::new(false) }))
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Which resources do what for sign-in.
    pub fn roles(&self) -> &Roles {
        &self.0.roles
    }

    /// The address people type; its path is `/`.
    pub fn base_url(&self) -> &Url {
        &self.0.base_url
    }

    /// A full address on this site, from a path that starts with `/`.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.base_url().as_str().trim_end_matches('/'))
    }

    /// Whether people reach it by HTTPS: then cookies are `Secure`.
    pub fn is_https(&self) -> bool {
        self.base_url().scheme() == "https"
    }

    /// The names of its cookies.
    pub fn cookies(&self) -> cookie::Names {
        cookie::Names::by_scheme(self.is_https())
    }

    /// Whether the server takes no more work.
    pub(crate) fn is_stopping(&self) -> bool {
        self.0.stopping.load(Ordering::Relaxed)
    }

    /// From now on `/readyz` says no.
    pub(crate) fn stop(&self) {
        self.0.stopping.store(true, Ordering::Relaxed);
    }

    /// A context on the framework's own account.
    pub(crate) fn system(&self, reason: &'static str) -> Context {
        self.engine().context(Actor::System(reason))
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site").field("base_url", &self.base_url().as_str()).finish_non_exhaustive()
    }
}
