//! Within which tenant a request is sent: `Samara-Tenant: 0190…`, the tenant's id.

use axum::response::Response;
use http::{HeaderMap, StatusCode};

use super::{failure, refused};
use crate::context::Context;
use crate::error::{Code, Error};
use crate::value::RowKey;

/// The header's name.
pub(crate) const HEADER: &str = "samara-tenant";

/// The context within the tenant that the header names; as it is where there is none.
///
/// `Err`: 400 where there are several headers, or the app has no tenants; 404 for a tenant within which the sender may not work, and for what is
/// the id of none.
pub(super) async fn within(cx: Context, headers: &HeaderMap) -> Result<Context, Response> {
    let mut lines = headers.get_all(HEADER).into_iter();
    let Some(line) = lines.next() else { return Ok(cx) };
    let Some(tenants) = cx.engine().app().tenant_resource() else {
        return Err(failure(StatusCode::BAD_REQUEST, Code::Invalid, "there are no tenants here"));
    };
    if lines.next().is_some() {
        return Err(failure(StatusCode::BAD_REQUEST, Code::Invalid, "a request is sent within one tenant"));
    }
    let key: Option<RowKey> = line.to_str().ok().and_then(|it| cx.engine().app().resource(tenants).key(it.trim()));
    let key = key.ok_or_else(|| refused(&Error::not_found()))?;
    Box::pin(cx.with_tenant(key)).await.map_err(|error| refused(&error))
}
