//! Who sends a request: by a bearer token, or else by the session cookie of one of the site's own pages.

use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use uuid::Uuid;

use crate::auth::session::{self, ActiveSession, SessionKind};
use crate::context::{Actor, Context};
use crate::error::Code;

use super::{failure, refused};
use crate::site::origin::{RequestOrigin, source};
use crate::site::{Site, cookie};

/// The context of the request's sender, and their session.
///
/// `Err`: 401 for a token without an active session, whatever cookies there are; 503 if the database is unavailable.
pub(super) async fn of(site: &Site, headers: &HeaderMap) -> Result<(Context, Option<Uuid>), Response> {
    if headers.contains_key(header::AUTHORIZATION) {
        let current = find(site, bearer(headers), SessionKind::Bearer).await?;
        return current.map(|it| signed_in(site, it)).ok_or_else(unauthenticated);
    }
    if let Some(hook) = site.identify() {
        let actor = hook(site, headers).await.map_err(|error| refused(&error))?;
        return Ok((site.engine().context(actor), None));
    }
    let own = source(headers, site.base_url()) != RequestOrigin::Foreign;
    let cookie = if own { cookie::value(headers, site.cookies().session) } else { None };
    match find(site, cookie, SessionKind::Browser).await? {
        Some(current) => Ok(signed_in(site, current)),
        None => Ok((site.engine().context(Actor::Anonymous), None)),
    }
}

async fn find(site: &Site, token: Option<&str>, how: SessionKind) -> Result<Option<ActiveSession>, Response> {
    match token {
        Some(token) => {
            // It is large, and most requests of some sites have no session.
            let found = Box::pin(session::find(site.engine(), site.roles(), token, how)).await;
            found.map_err(|error| refused(&error))
        }
        None => Ok(None),
    }
}

fn signed_in(site: &Site, current: ActiveSession) -> (Context, Option<Uuid>) {
    (site.engine().context(Actor::Record(current.user)), Some(current.id))
}

/// The token, if there is one header, and it holds one.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut lines = headers.get_all(header::AUTHORIZATION).into_iter();
    let (line, None) = (lines.next()?, lines.next()) else { return None };
    let (scheme, token) = line.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

fn unauthenticated() -> Response {
    let message = "this bearer token is not in force";
    let mut response = failure(StatusCode::UNAUTHORIZED, Code::Unauthenticated, message);
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}
