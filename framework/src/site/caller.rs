//! What sign-in needs to know of a request.

use axum::extract::FromRequestParts;
use http::header::USER_AGENT;
use http::request::Parts;
use http::{Extensions, HeaderMap};
use std::convert::Infallible;

use crate::auth::Caller;

use super::{Site, peer};

/// The caller behind a request, before its session is known.
pub(crate) fn of(extensions: &Extensions, headers: &HeaderMap, site: &Site) -> Caller {
    let agent = headers.get(USER_AGENT).and_then(|it| it.to_str().ok()).map(str::to_owned);
    Caller { ip: peer::address(extensions, headers, &site.settings().trusted_proxies), agent, session: None }
}

impl FromRequestParts<Site> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Infallible> {
        Ok(of(&parts.extensions, &parts.headers, site))
    }
}
