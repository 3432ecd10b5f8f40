//! What pages are made with, whichever surface serves them: [`Site`] (what every route knows), [`Visitor`] (who asks, through which
//! context), [`Form`] (a posted form whose origin and token were checked), [`page`] (the layout) and [`PageError`] (an error as a page).
//!
//! ```text
//! request → Visitor (its session's cookie, or nobody) → Form (if it is posted) → page or PageError
//! ```

pub mod asset;
pub(crate) mod caller;
pub mod cookie;
pub mod csrf;
pub(crate) mod error;
mod flash;
mod limits;
pub(crate) mod name;
pub(crate) mod origin;
pub mod page;
mod peer;
pub(crate) mod request_id;
pub(crate) mod retry;
pub(crate) mod return_to;
pub(crate) mod value;
mod visitor;

pub use axum::http::HeaderMap;
pub use csrf::{Form, FormFields};
pub use error::PageError;
pub use limits::ServerLimits;
pub use visitor::Visitor;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use url::Url;

use crate::auth::{self, Roles};
use crate::context::Actor;
use crate::engine::Engine;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::mail::Courier;
use crate::settings::Settings;

/// Says who sends a request, from its headers: for servers whose users sign in elsewhere.
pub type Identify = for<'a> fn(&'a Site, &'a HeaderMap) -> BoxFuture<'a, Result<Actor, Error>>;

/// One served application; cheap to clone. The state of every router.
#[derive(Clone)]
pub struct Site(Arc<Inner>);

struct Inner {
    engine: Engine,
    settings: Settings,
    base_url: Url,
    roles: Roles,
    courier: Courier,
    identify: Option<Identify>,
    bounds: ServerLimits,
    stopping: AtomicBool,
}

impl Site {
    /// A site at `base_url`, the address by which people reach it.
    ///
    /// # Errors
    /// `INTERNAL` if the mail server's address cannot be used.
    pub fn new(engine: Engine, settings: Settings, base_url: Url) -> Result<Self, Error> {
        let roles = Roles::of(engine.app());
        let courier = auth::courier(engine.clone(), &settings, base_url.clone())?;
        let (bounds, stopping) = (ServerLimits::default(), AtomicBool::new(false));
        Ok(Self(Arc::new(Inner { engine, settings, base_url, roles, courier, identify: None, bounds, stopping })))
    }

    /// The site with an `identify` function: it says who sends a GraphQL request without a bearer token; cookies are then ignored.
    #[must_use]
    pub fn identified_by(self, identify: Identify) -> Self {
        self.with(|it| it.identify = Some(identify))
    }

    /// The site with other limits than [`ServerLimits::default`].
    #[must_use]
    pub fn bounded(self, bounds: ServerLimits) -> Self {
        self.with(|it| it.bounds = bounds)
    }

    fn with(self, change: impl FnOnce(&mut Inner)) -> Self {
        let Inner { engine, settings, base_url, roles, courier, identify, bounds, .. } = &*self.0;
        let mut inner = Inner {
            engine: engine.clone(),
            settings: settings.clone(),
            base_url: base_url.clone(),
            roles: roles.clone(),
            courier: courier.clone(),
            identify: *identify,
            bounds: bounds.clone(),
            stopping: AtomicBool::new(false),
        };
        change(&mut inner);
        Self(Arc::new(inner))
    }

    /// Its limits.
    pub fn bounds(&self) -> &ServerLimits {
        &self.0.bounds
    }

    /// The hook of [`Site::identified_by`].
    pub(crate) fn identify(&self) -> Option<Identify> {
        self.0.identify
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The resources of sign-in.
    pub fn roles(&self) -> &Roles {
        &self.0.roles
    }

    /// The courier that sends its mail.
    pub fn courier(&self) -> &Courier {
        &self.0.courier
    }

    /// The address by which people reach it; its path is `/`.
    pub fn base_url(&self) -> &Url {
        &self.0.base_url
    }

    /// Its name: the app's title, or else the host of its address.
    pub fn name(&self) -> &str {
        let declared = self.engine().app().title();
        declared.or_else(|| self.base_url().host_str()).unwrap_or_default()
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

    /// Whether the server is stopping.
    pub(crate) fn is_stopping(&self) -> bool {
        self.0.stopping.load(Ordering::Relaxed)
    }

    /// Makes `/readyz` fail from now on, and sends no more mail.
    pub(crate) fn stop(&self) {
        self.0.stopping.store(true, Ordering::Relaxed);
        self.courier().stop();
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site").field("base_url", &self.base_url().as_str()).finish_non_exhaustive()
    }
}
