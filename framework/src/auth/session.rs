//! Sessions: started when somebody signs in, looked up on every request, ended at once.

use std::sync::Arc;

use chrono::TimeDelta;
use uuid::Uuid;

use crate::context::Context;
use crate::engine::Engine;
use crate::error::Error;
use crate::query::Query;
use crate::record::{Input, Record};
use crate::value::{DateTimeUtc, Value};

use super::roles;
use super::token::{self, Kind, Token};
use super::{Caller, Condition, Roles};

/// How a session's token travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// In a cookie.
    Browser,
    /// As `Authorization: Bearer`.
    Bearer,
}

/// A session that is in force.
#[derive(Clone, Debug)]
pub struct Current {
    /// Its primary key.
    pub id: Uuid,
    /// Whose it is, every attribute loaded.
    pub user: Arc<Record>,
}

/// A session that has just begun.
#[derive(Clone, Debug)]
pub struct Started {
    /// Its token, for the one who signed in.
    pub token: Token,
    /// When it ends if it is not used.
    pub expires_at: DateTimeUtc,
    /// Whose it is.
    pub user: Uuid,
}

/// However it is used, a session ends this long after it started.
const ABSOLUTE: TimeDelta = TimeDelta::days(90);
/// How long a browser keeps the cookie. The row decides whether it is worth anything.
pub(crate) const COOKIE_SECONDS: u64 = ABSOLUTE.num_seconds() as u64;
/// How old `last_seen_at` may become before a request writes it.
const TOUCH_AFTER: TimeDelta = TimeDelta::minutes(5);

impl Use {
    /// What is stored in `kind`.
    pub(crate) fn stored(self) -> &'static str {
        match self {
            Self::Browser => "BROWSER",
            Self::Bearer => "BEARER",
        }
    }

    /// The kind of its tokens.
    pub(crate) fn token(self) -> Kind {
        match self {
            Self::Browser => Kind::Session,
            Self::Bearer => Kind::Bearer,
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

/// The session of that token, if it is in force; `None` for one that never was, has ended or expired.
///
/// It counts as seen: every few minutes of use its end moves on.
///
/// # Errors
/// `UNAVAILABLE` if the database cannot be reached.
pub async fn find(engine: &Engine, roles: &Roles, token: &str, how: Use) -> Result<Option<Current>, Error> {
    let (Some(role), Some(actor)) = (&roles.session, &roles.actor) else { return Ok(None) };
    if !how.token().fits(token) {
        return Ok(None);
    }
    let app = engine.app();
    let cx = super::system(engine, "looking a session up").await?;
    let in_force = Condition::of(app, role.resource)
        .is("token_hash", Value::Text(token::hash(token)))
        .is("kind", Value::Text(how.stored().into()))
        .null("revoked_at")
        .in_future("expires_at");
    let query = Query { filter: Some(in_force.tree()?), ..Query::new(role.resource) };
    let Some(session) = cx.read(query).await?.records.pop() else { return Ok(None) };
    let (Some(id), Some(user)) = (session.id(app), roles::uuid(app, &session, &role.user)) else { return Ok(None) };
    let Some(user) = cx.get(Query::new(actor.resource), user).await? else { return Ok(None) };
    touch(&cx, roles, &session, how).await?;
    Ok(Some(Current { id, user: Arc::new(user) }))
}

/// Starts a session of a user.
///
/// # Errors
/// `UNAVAILABLE` if the database cannot be reached.
pub async fn start(cx: &Context, roles: &Roles, user: Uuid, caller: &Caller, how: Use) -> Result<Started, Error> {
    let role = roles.session()?;
    let token = Token::new(how.token())?;
    let expires_at = end(cx.now(), cx.now(), how);
    let input = Input::new()
        .with(role.user.clone(), Value::Uuid(user))
        .with("token_hash", Value::Text(token.hash()))
        .with("kind", Value::Text(how.stored().into()))
        .with("expires_at", Value::Timestamp(expires_at))
        .with("last_seen_at", Value::Timestamp(cx.now()))
        .with("ip", caller.ip_value())
        .with("agent", caller.agent_value());
    cx.create(role.resource, "start", input).await?;
    Ok(Started { token, expires_at, user })
}

/// Ends a session. Ending one twice is no error.
///
/// # Errors
/// `NOT_FOUND` if there never was one of that key.
pub async fn revoke(engine: &Engine, roles: &Roles, id: Uuid) -> Result<(), Error> {
    let cx = engine.system("signing out");
    cx.update(roles.session()?.resource, "revoke", id, Input::new()).await?;
    Ok(())
}

async fn touch(cx: &Context, roles: &Roles, session: &Record, how: Use) -> Result<(), Error> {
    let app = cx.engine().app();
    let time = |name| match roles::value(app, session, name) {
        Some(Value::Timestamp(it)) => Some(*it),
        _ => None,
    };
    let (Some(id), Some(seen), Some(started)) = (session.id(app), time("last_seen_at"), time("inserted_at")) else {
        return Ok(());
    };
    if cx.now() - seen < TOUCH_AFTER {
        return Ok(());
    }
    let input = Input::new()
        .with("last_seen_at", Value::Timestamp(cx.now()))
        .with("expires_at", Value::Timestamp(end(cx.now(), started, how)));
    cx.update(roles.session()?.resource, "touch", id, input).await?;
    Ok(())
}

/// When a session that was used at `now` and began at `started` ends.
pub(crate) fn end(now: DateTimeUtc, started: DateTimeUtc, how: Use) -> DateTimeUtc {
    (now + how.idle()).min(started + ABSOLUTE)
}
