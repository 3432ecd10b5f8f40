//! Magic links: requested, shown, and used once.

use serde_json::json;

use crate::context::Context;
use crate::engine::Engine;
use crate::error::{Code, Error};
use crate::future::BoxFuture;
use crate::mail::{Address, Mail, masked};
use crate::query::Query;
use crate::record::{Input, ReturnValue};
use crate::settings::Registration;
use crate::value::{DateTimeUtc, Value};

use super::session::{self, NewSession, SessionKind};
use super::token::{self, TokenKind};
use super::{Caller, ConditionBuilder, Nonce, Roles, agent, limit, registration, roles};

/// How a started sign-in is finished. One that was started for a link cannot be finished with a code, nor the other way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignInMethod {
    /// A link for a browser.
    Link,
    /// A code for a client that holds the flow's secret.
    Code,
}

/// What the link's page may show of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkDetails {
    /// `a…@example.org`.
    pub address: String,
    /// The program that asked, as described by the framework.
    pub agent: String,
    /// Until when it can be used.
    pub expires_at: DateTimeUtc,
}

impl SignInMethod {
    /// What is stored in `purpose`.
    pub(crate) fn stored(self) -> &'static str {
        match self {
            Self::Link => "LINK",
            Self::Code => "CODE",
        }
    }

    /// The kind of session that it starts.
    fn session(self) -> SessionKind {
        match self {
            Self::Link => SessionKind::Browser,
            Self::Code => SessionKind::Bearer,
        }
    }
}

/// Makes a link and its mail in one transaction. Returns `false` if too many were asked for: then none was made.
///
/// It does the same work whether the address is known or not: whether a mail goes out is decided when it is sent.
///
/// # Errors
/// `UNAVAILABLE` if the database cannot be reached.
pub async fn request(
    engine: &Engine,
    roles: &Roles,
    address: &Address,
    caller: &Caller,
    return_to: Option<&str>,
) -> Result<bool, Error> {
    start(&engine.system("starting a sign-in").at_database_time().await?, roles, address, caller, return_to).await
}

/// As [`request`], in a context of the framework itself.
async fn start(
    cx: &Context,
    roles: &Roles,
    address: &Address,
    caller: &Caller,
    return_to: Option<&str>,
) -> Result<bool, Error> {
    if !limit::allows_mail(cx, address, caller).await? {
        tracing::info!(address = masked(address.as_str()), "a sign-in link was not made: too many");
        return Ok(false);
    }
    let nonce = Nonce::new()?;
    let hash = nonce.link(cx.engine().secret()?).hash();
    let start = SignInStart { method: SignInMethod::Link, token_hash: hash, code_hash: None, nonce, return_to };
    issue(cx, roles, address, caller, start).await?;
    Ok(true)
}

/// The body of the `send` action of magic links: an actor whom its policies allow sends a link to the address in the argument `email`.
/// Inside of a transaction it is part of it: if that is rolled back, no mail is sent.
///
/// # Errors
/// `INVALID` if it is no address, `RATE_LIMITED` if too many mails were sent to it.
pub fn send(cx: &Context, input: Input) -> BoxFuture<'_, Result<ReturnValue, Error>> {
    Box::pin(async move {
        let email = input.get("email").and_then(Value::as_text).unwrap_or_default();
        let address = Address::parse(email)?;
        let roles = Roles::of(cx.engine().app());
        let system = cx.as_system("sending a sign-in link").at_database_time().await?;
        match start(&system, &roles, &address, &Caller::default(), None).await? {
            true => Ok(ReturnValue::Value(Value::Bool(true))),
            false => Err(Error::at(
                Code::RateLimited,
                "email",
                "this address was sent several mails just now; try again later",
            )),
        }
    })
}

/// A sign-in that starts.
pub(super) struct SignInStart<'a> {
    pub(super) method: SignInMethod,
    /// What is stored of the link's token, or of the flow's secret.
    pub(super) token_hash: String,
    /// What is stored of the code.
    pub(super) code_hash: Option<String>,
    /// What the mailed link or code is made from.
    pub(super) nonce: Nonce,
    /// Where a browser goes from the link: a path of the site.
    pub(super) return_to: Option<&'a str>,
}

/// Writes the started sign-in and its mail; returns when it expires.
pub(super) async fn issue(
    cx: &Context,
    roles: &Roles,
    address: &Address,
    caller: &Caller,
    start: SignInStart<'_>,
) -> Result<DateTimeUtc, Error> {
    let role = roles.link()?;
    let expires_at = cx.now() + role.lifetime;
    let input = Input::new()
        .with("email", Value::Text(address.as_str().into()))
        .with("purpose", Value::Text(start.method.stored().into()))
        .with("token_hash", Value::Text(start.token_hash))
        .with("code_hash", start.code_hash.map_or(Value::Null, Value::Text))
        .with("expires_at", Value::Timestamp(expires_at))
        .with("requested_ip", caller.ip_value())
        .with("requested_agent", caller.agent_value());
    let (agent, ip) = (caller.agent_value(), caller.ip_value());
    let detail = json!({ "return_to": start.return_to, "agent": agent.as_text(), "ip": ip.as_text() }).into();
    let (template, secret) = (start.method.template(), start.nonce.as_str());
    let mail = Mail { template, recipient: address, secret, detail, expires_at };
    cx.transaction(async |cx| {
        cx.create(role.resource, "issue", input).await?;
        mail.enqueue(cx).await
    })
    .await?;
    Ok(expires_at)
}

/// What to show of a link that can still be used; `None` for any other, for whatever reason. Changes nothing.
///
/// # Errors
/// `UNAVAILABLE` if the database cannot be reached.
pub async fn show(engine: &Engine, roles: &Roles, token: &str) -> Result<Option<LinkDetails>, Error> {
    if !TokenKind::Link.fits(token) {
        return Ok(None);
    }
    let cx = engine.system("showing a link").at_database_time().await?;
    let role = roles.link()?;
    let usable = usable(engine, roles, SignInMethod::Link, token)?.tree()?;
    let query = Query { filter: Some(usable), ..Query::unrestricted(role.resource) };
    let Some(found) = cx.read(query).await?.records.pop() else { return Ok(None) };
    let app = engine.app();
    let Some(Value::Timestamp(expires_at)) = roles::value(app, &found, "expires_at") else { return Ok(None) };
    Ok(Some(LinkDetails {
        address: masked(roles::text(app, &found, "email").unwrap_or_default()),
        agent: agent::described(roles::text(app, &found, "requested_agent")),
        expires_at: *expires_at,
    }))
}

/// Uses up a link, and starts a session for a browser in place of its previous one. `None` for a link that cannot be used, for whatever
/// reason.
///
/// # Errors
/// `UNAVAILABLE` if the database cannot be reached.
pub async fn consume(
    engine: &Engine,
    roles: &Roles,
    registration: Registration,
    token: &str,
    caller: &Caller,
) -> Result<Option<NewSession>, Error> {
    if !TokenKind::Link.fits(token) {
        return Ok(None);
    }
    finish(engine, roles, registration, SignInMethod::Link, token, caller).await
}

/// Uses up a started sign-in, finds or makes its user, and starts a session: all of it, or nothing.
pub(super) async fn finish(
    engine: &Engine,
    roles: &Roles,
    registration: Registration,
    purpose: SignInMethod,
    token: &str,
    caller: &Caller,
) -> Result<Option<NewSession>, Error> {
    let cx = engine.system("consuming a sign-in").at_database_time().await?;
    let role = roles.link()?;
    let how = purpose.session();
    let usable = usable(cx.engine(), roles, purpose, token)?.tree()?;
    let consumed = Input::new().with("consumed_at", Value::Timestamp(cx.now()));
    cx.transaction(async |cx| {
        let consuming = cx.update_where(role.resource, "consume", usable, consumed);
        let Some(link) = consuming.await?.pop() else {
            return Ok(None);
        };
        let email = roles::text(cx.engine().app(), &link, "email").unwrap_or_default().to_owned();
        revoke_others(cx, roles, &email).await?;
        let user = match (registration::find(cx, roles, &email).await?, registration) {
            (Some(user), _) => user,
            (None, Registration::Open) => registration::find_or_register(cx, roles, &email).await?,
            // Registration was open when the mail was sent.
            (None, Registration::Closed) => return Ok(None),
        };
        if let (SessionKind::Browser, Some(before)) = (how, caller.session) {
            session::end(cx, roles, before).await?;
        }
        session::start(cx, roles, user, caller, how).await.map(Some)
    })
    .await
}

/// Ends the other unused links of an address, once one was used.
async fn revoke_others(cx: &Context, roles: &Roles, email: &str) -> Result<(), Error> {
    let role = roles.link()?;
    let open = ConditionBuilder::of(cx.engine().app(), role.resource)
        .is("email", Value::Text(email.into()))
        .is("purpose", Value::Text(SignInMethod::Link.stored().into()))
        .null("consumed_at")
        .null("revoked_at")
        .in_future("expires_at")
        .tree()?;
    cx.update_where(role.resource, "revoke", open, Input::new()).await.map(drop)
}

/// The condition on the row that a token may use up.
pub(super) fn usable<'a>(
    engine: &'a Engine,
    roles: &Roles,
    purpose: SignInMethod,
    token: &str,
) -> Result<ConditionBuilder<'a>, Error> {
    Ok(ConditionBuilder::of(engine.app(), roles.link()?.resource)
        .is("token_hash", Value::Text(token::hash(token)))
        .is("purpose", Value::Text(purpose.stored().into()))
        .null("consumed_at")
        .null("revoked_at")
        .in_future("expires_at"))
}
