//! Magic links: requested, shown, and used once.

use serde_json::json;

use crate::attribute::CiString;
use crate::context::Context;
use crate::engine::Engine;
use crate::error::{Code, Error};
use crate::mail::{Address, Mail, masked};
use crate::query::Query;
use crate::record::Input;
use crate::settings::Registration;
use crate::value::DateTimeUtc;

use super::roles::LinkRole;
use super::session::{self, NewSession, SessionKind};
use super::token::{self, TokenKind};
use super::{Caller, ConditionBuilder, Nonce, Roles, agent, limit, registration};

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

/// The body of the `send` action of magic links: an actor whom its policies allow sends a link to an address; `true`, or an error. Inside of
/// a transaction it is part of it: if that is rolled back, no mail is sent.
///
/// # Errors
/// `INVALID` if it is no address, `RATE_LIMITED` if too many mails were sent to it.
pub async fn send(cx: &Context, email: CiString) -> Result<bool, Error> {
    let address = Address::parse(email.as_str())?;
    let roles = Roles::of(cx.engine().app());
    let system = cx.as_system("sending a sign-in link").at_database_time().await?;
    match start(&system, &roles, &address, &Caller::default(), None).await? {
        true => Ok(true),
        false => {
            Err(Error::at(Code::RateLimited, "email", "this address was sent several mails just now; try again later"))
        }
    }
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
        .giving(&role.email, address.as_str())
        .giving(&role.purpose, start.method.stored())
        .giving(&role.token_hash, start.token_hash)
        .giving(&role.code_hash, start.code_hash)
        .giving(&role.expires_at, expires_at)
        .giving(&role.requested_ip, caller.stored_ip())
        .giving(&role.requested_agent, caller.stored_agent());
    let (agent, ip) = (caller.stored_agent(), caller.stored_ip());
    let detail = json!({ "return_to": start.return_to, "agent": agent, "ip": ip }).into();
    let (template, secret) = (start.method.template(), start.nonce.as_str());
    let mail = Mail { template, recipient: address, secret, detail, expires_at };
    cx.transaction(async |cx| {
        cx.create(role.resource, &role.issue, input).await?;
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
    let usable = usable(&cx, role, SignInMethod::Link, token).tree();
    let query = Query { filter: Some(usable), ..Query::unrestricted(role.resource) };
    let Some(found) = cx.read(query).await?.records.pop() else { return Ok(None) };
    Ok(Some(LinkDetails {
        address: masked(role.email.read(&found)?.as_str()),
        agent: agent::described(role.requested_agent.read(&found)?.as_deref()),
        expires_at: role.expires_at.read(&found)?,
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
    let usable = usable(&cx, role, purpose, token).tree();
    let consumed = Input::new().giving(&role.consumed_at, Some(cx.now()));
    cx.transaction(async |cx| {
        let consuming = cx.update_where(role.resource, &role.consume, usable, consumed);
        let Some(link) = consuming.await?.pop() else {
            return Ok(None);
        };
        let email = role.email.read(&link)?;
        revoke_others(cx, role, &email).await?;
        let user = match (registration::find(cx, roles, &email).await?, registration) {
            (Some(user), _) => user,
            (None, Registration::Open) if registration::is_kept_out(cx, roles, &email).await? => return Ok(None),
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
async fn revoke_others(cx: &Context, role: &LinkRole, email: &CiString) -> Result<(), Error> {
    let others = open(cx, role, SignInMethod::Link).is(&role.email, email.clone()).tree();
    cx.update_where(role.resource, &role.revoke, others, Input::new()).await.map(drop)
}

/// The condition on the row that a token may use up.
pub(super) fn usable(cx: &Context, role: &LinkRole, method: SignInMethod, token: &str) -> ConditionBuilder {
    open(cx, role, method).is(&role.token_hash, token::hash(token))
}

/// The condition on rows that can still be used.
fn open(cx: &Context, role: &LinkRole, method: SignInMethod) -> ConditionBuilder {
    ConditionBuilder::of(cx.engine().app(), role.resource)
        .is(&role.purpose, method.stored())
        .null(&role.consumed_at)
        .null(&role.revoked_at)
        .in_future(&role.expires_at)
}
