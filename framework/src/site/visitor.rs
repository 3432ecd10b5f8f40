//! The visitor of a page: their session, looked up by its cookie on every request, and the context to act in.

use std::fmt;
use std::sync::{Arc, OnceLock};

use axum::extract::FromRequestParts;
use axum::response::Redirect;
use http::request::Parts;
use maud::{Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use uuid::Uuid;

use crate::auth::session;
use crate::auth::token::{Token, TokenKind};
use crate::context::{Actor, Context};
use crate::error::{Code, Error};
use crate::record::Record;
use crate::value::RowKey;

use super::cookie::{self, Jar};
use super::{PageError, Site, csrf, flash};

/// Whoever looks at a page: signed in by the session cookie, or nobody.
#[derive(Debug)]
pub struct Visitor {
    cx: Context,
    site: Site,
    jar: Jar,
    session: Option<Uuid>,
    binding: FormBinding,
    /// The flash cookie as it was sent.
    flash: Option<String>,
}

/// The secret that form tokens are bound to: a form is only valid together with the cookie that holds it.
enum FormBinding {
    /// The session's token.
    Session(String),
    /// The value of the form cookie, if nobody is signed in.
    Cookie(String),
    /// Neither was sent; this becomes the form cookie as soon as a form is shown.
    New(OnceLock<String>),
}

impl Visitor {
    /// The context that acts as them.
    pub fn cx(&self) -> &Context {
        &self.cx
    }

    /// The site.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The actor's row, every attribute loaded; `None`: nobody is signed in.
    pub fn user(&self) -> Option<&Arc<Record>> {
        match self.cx.actor() {
            Actor::Record(user) => Some(user),
            Actor::Anonymous | Actor::System(_) => None,
        }
    }

    /// What to call them on a page; empty if nobody is signed in.
    pub fn name(&self) -> String {
        self.user().map(|it| self.site.roles().label(self.site.engine().app(), it)).unwrap_or_default()
    }

    /// The primary key of the session.
    pub fn session(&self) -> Option<Uuid> {
        self.session
    }

    /// Removes the cookie of a session that has ended from their browser, and redirects to a page for everybody.
    pub(crate) fn signed_out(&self) -> Redirect {
        let names = self.site.cookies();
        self.jar.add(names.set(names.session, "", Some(0)));
        Redirect::to("/")
    }

    /// The hidden field that every `method="post"` form must hold.
    pub fn csrf_field(&self) -> Markup {
        html! { input type="hidden" name=(csrf::FIELD) value=(self.csrf_token()); }
    }

    /// The value of [`Visitor::csrf_field`]. If the visitor has no cookie to bind it to, they get one.
    pub fn csrf_token(&self) -> String {
        let secret = &self.site.settings().secret;
        match &self.binding {
            FormBinding::Session(it) | FormBinding::Cookie(it) => csrf::token(secret, it),
            FormBinding::New(it) => csrf::token(secret, it.get_or_init(|| self.new_form_cookie())),
        }
    }

    /// Whether `token` is the token of a form that was shown to them.
    pub(crate) fn owns(&self, token: &str) -> bool {
        match &self.binding {
            FormBinding::Session(it) | FormBinding::Cookie(it) => {
                csrf::verifies(&self.site.settings().secret, it, token)
            }
            FormBinding::New(_) => false,
        }
    }

    /// Lets the page at `address`, a path with its query, show `what`, once and within a minute. `what` is of ASCII letters, digits, `.`,
    /// `_` and `-`.
    pub(crate) fn set_flash(&self, address: &str, what: &str) {
        let value = flash::seal(&self.site.settings().secret, self.binding.text(), address, what, self.cx.now());
        let names = self.site.cookies();
        self.jar.add(names.set(names.flash, &value, Some(flash::SECONDS.into())));
    }

    /// What the page at `address` has to show.
    pub(crate) fn flash(&self, address: &str) -> Option<String> {
        let cookie = self.flash.as_ref()?;
        let what = flash::open(&self.site.settings().secret, self.binding.text(), address, cookie, self.cx.now())?;
        let names = self.site.cookies();
        self.jar.add(names.set(names.flash, "", Some(0)));
        Some(what)
    }

    /// Shows them pages within that tenant from now on, or within none.
    pub(crate) fn set_tenant(&self, tenant: Option<&RowKey>) {
        let names = self.site.cookies();
        let text = tenant.map(|it| utf8_percent_encode(&it.to_string(), NON_ALPHANUMERIC).to_string());
        let seconds = text.is_none().then_some(0);
        self.jar.add(names.set(names.tenant, &text.unwrap_or_default(), seconds));
    }

    /// The response's cookies.
    pub(crate) fn jar(&self) -> &Jar {
        &self.jar
    }

    fn new_form_cookie(&self) -> String {
        // Without randomness the value is empty and no token is valid: the form will be refused.
        let value = Token::new(TokenKind::Form).map(|it| it.reveal().to_owned()).unwrap_or_default();
        let names = self.site.cookies();
        self.jar.add(names.set(names.form, &value, None));
        value
    }
}

/// The context within the tenant that the cookie names, if they may work there still.
async fn within(cx: Context, tenant: Option<String>) -> Result<Context, Error> {
    let (Some(text), Some(tenants)) = (tenant, cx.engine().app().tenant_resource()) else { return Ok(cx) };
    let text = percent_decode_str(&text).decode_utf8_lossy();
    let Some(key) = cx.engine().app().resource(tenants).key(&text) else { return Ok(cx) };
    match cx.with_tenant(key).await {
        Err(error) if error.code() == Code::NotFound => Ok(cx),
        within => within,
    }
}

impl FormBinding {
    /// The secret; empty where there is none yet.
    fn text(&self) -> &str {
        match self {
            Self::Session(it) | Self::Cookie(it) => it,
            Self::New(it) => it.get().map(String::as_str).unwrap_or_default(),
        }
    }
}

impl fmt::Debug for FormBinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Binding(…)")
    }
}

impl FromRequestParts<Site> for Visitor {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, PageError> {
        let names = site.cookies();
        let jar = parts.extensions.get::<Jar>().cloned().unwrap_or_default();
        let cookie = |name| cookie::value(&parts.headers, name).map(str::to_owned);
        let flash = cookie(names.flash);
        if let Some(token) = cookie(names.session)
            && let Some(current) =
                session::find(site.engine(), site.roles(), &token, session::SessionKind::Browser).await?
        {
            let cx = site.engine().context(Actor::Record(current.user));
            let cx = within(cx, cookie(names.tenant)).await?;
            let binding = FormBinding::Session(token);
            return Ok(Self { cx, site: site.clone(), jar, session: Some(current.id), binding, flash });
        }
        let binding = cookie(names.form).map_or_else(|| FormBinding::New(OnceLock::new()), FormBinding::Cookie);
        let cx = site.engine().context(Actor::Anonymous);
        Ok(Self { cx, site: site.clone(), jar, session: None, binding, flash })
    }
}
