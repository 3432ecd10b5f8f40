//! Sessions: started when somebody signs in, looked up on every request, ended at once.

use std::sync::Arc;

use chrono::TimeDelta;
use uuid::Uuid;

use crate::context::Context;
use crate::engine::Engine;
use crate::error::Error;
use crate::record::{Input, Record};
use crate::value::DateTimeUtc;

use super::roles::SessionRole;
use super::token::{self, Token, TokenKind};
use super::{Caller, ConditionBuilder, Roles};

/// How the client sends a session's token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionKind {
    /// In a cookie.
    Browser,
    /// As `Authorization: Bearer`.
    Bearer,
}

/// A session that has not ended or expired.
#[derive(Clone, Debug)]
pub struct ActiveSession {
    /// Its primary key.
    pub id: Uuid,
    /// The user, with every attribute loaded.
    pub user: Arc<Record>,
}

/// A session that has just begun.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Its token, for the one who signed in.
    pub token: Token,
    /// When it ends if it is not used.
    pub expires_at: DateTimeUtc,
    /// The user's primary key.
    pub user: Uuid,
}

/// A session ends this long after it started, however much it is used.
const ABSOLUTE: TimeDelta = TimeDelta::days(90);
/// How long a browser keeps the cookie. Whether its session is still active is decided by the session's row.
pub(crate) const COOKIE_SECONDS: u64 = ABSOLUTE.num_seconds() as u64;
/// How old `last_seen_at` may become before a request writes it.
const TOUCH_AFTER: TimeDelta = TimeDelta::minutes(5);

impl SessionKind {
    /// What is stored in `kind`.
    pub(crate) fn stored(self) -> &'static str {
        match self {
            Self::Browser => "BROWSER",
            Self::Bearer => "BEARER",
        }
    }

    /// The kind of its tokens.
    pub(crate) fn token(self) -> TokenKind {
        match self {
            Self::Browser => TokenKind::Session,
            Self::Bearer => TokenKind::Bearer,
        }
    }

    /// How long it lasts unused.
    pub(crate) fn idle(self) -> TimeDelta {
        match self {
            Self::Browser => TimeDelta::days(14),
            Self::Bearer => TimeDelta::days(30),
        }
    }
}

/// The active session of that token; `None` if there never was one, or if it has ended or expired.
///
/// It counts as used: every few minutes of use its expiry is moved.
///
/// # Errors
/// `UNAVAILABLE` if the database cannot be reached.
pub async fn find(
    engine: &Engine,
    roles: &Roles,
    token: &str,
    how: SessionKind,
) -> Result<Option<ActiveSession>, Error> {
    let Some(role) = &roles.session else { return Ok(None) };
    if !how.token().fits(token) {
        return Ok(None);
    }
    let app = engine.app();
    let cx = engine.system("looking a session up");
    let in_force = ConditionBuilder::of(app, role.resource)
        .is(&role.token_hash, token::hash(token))
        .is(&role.kind, how.stored())
        .null(&role.revoked_at)
        .in_future(&role.expires_at);
    let found = cx.find_pair(role.resource, role.relationship, in_force.tree()).await?;
    let Some((session, user, now)) = found else { return Ok(None) };
    let id = role.id.read(&session)?;
    if let Err(error) = touch(&cx.with_now(now), role, id, &session, how).await {
        // The request is signed in all the same, and the next one tries again.
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        tracing::warn!(%error, cause, "that a session was used was not written");
    }
    Ok(Some(ActiveSession { id, user: Arc::new(user) }))
}

/// Starts a session of a user.
///
/// # Errors
/// `UNAVAILABLE` if the database cannot be reached.
pub async fn start(
    cx: &Context,
    roles: &Roles,
    user: Uuid,
    caller: &Caller,
    how: SessionKind,
) -> Result<NewSession, Error> {
    let role = roles.session()?;
    let token = Token::new(how.token())?;
    let expires_at = over(cx.now(), cx.now(), how);
    let input = Input::new()
        .giving(&role.user, user)
        .giving(&role.token_hash, token.hash())
        .giving(&role.kind, how.stored())
        .giving(&role.expires_at, expires_at)
        .giving(&role.last_seen_at, cx.now())
        .giving(&role.ip, caller.stored_ip())
        .giving(&role.agent, caller.stored_agent());
    cx.create(role.resource, &role.start, input).await?;
    Ok(NewSession { token, expires_at, user })
}

/// Ends a session; where it has ended or expired already, nothing happens.
///
/// # Errors
/// `UNAVAILABLE` if the database cannot be reached.
pub async fn revoke(engine: &Engine, roles: &Roles, id: Uuid) -> Result<(), Error> {
    end(&engine.system("signing out"), roles, id).await
}

/// Ends a session in the context `cx`, which may be in a transaction.
pub(crate) async fn end(cx: &Context, roles: &Roles, id: Uuid) -> Result<(), Error> {
    let role = roles.session()?;
    let open = ConditionBuilder::of(cx.engine().app(), role.resource)
        .is(&role.id, id)
        .null(&role.revoked_at)
        .in_future(&role.expires_at);
    cx.update_where(role.resource, &role.revoke, open.tree(), Input::new()).await.map(drop)
}

/// Moves the expiry of a session that was not used for a while; of simultaneous requests, only one does.
async fn touch(cx: &Context, role: &SessionRole, id: Uuid, session: &Record, how: SessionKind) -> Result<(), Error> {
    let (seen, started) = (role.last_seen_at.read(session)?, role.inserted_at.read(session)?);
    if cx.now() - seen < TOUCH_AFTER {
        return Ok(());
    }
    let input =
        Input::new().giving(&role.last_seen_at, cx.now()).giving(&role.expires_at, over(cx.now(), started, how));
    let untouched = ConditionBuilder::of(cx.engine().app(), role.resource)
        .is(&role.id, id)
        .is(&role.last_seen_at, seen)
        .null(&role.revoked_at);
    cx.update_where(role.resource, &role.touch, untouched.tree(), input).await.map(drop)
}

/// When a session expires that was used at `now` and began at `started`.
fn over(now: DateTimeUtc, started: DateTimeUtc, how: SessionKind) -> DateTimeUtc {
    (now + how.idle()).min(started + ABSOLUTE)
}
