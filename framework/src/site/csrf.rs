//! Forms that only the site's own pages can post: each holds a token bound to the session, or, before sign-in, to a cookie of its own.

use std::fmt;

use axum::extract::{FromRequest, FromRequestParts, Request};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use hmac::Mac;
use http::{HeaderMap, StatusCode, header};

use crate::settings::Secret;

use super::origin::{RequestOrigin, source};
use super::{PageError, Site, Visitor};

/// The name of the hidden field.
pub const FIELD: &str = "_csrf";
/// What the key is used for here.
const PURPOSE: &str = "form";

/// The token for forms of the visitor whose cookie has the value `binding`.
pub(crate) fn token(secret: &Secret, binding: &str) -> String {
    URL_SAFE_NO_PAD.encode(secret.mac(PURPOSE, binding).finalize().into_bytes())
}

/// Whether `given` is the token of `binding`, compared in constant time.
pub(crate) fn verifies(secret: &Secret, binding: &str, given: &str) -> bool {
    URL_SAFE_NO_PAD.decode(given).is_ok_and(|it| secret.mac(PURPOSE, binding).verify_slice(&it).is_ok())
}

/// A posted form, taken only if its origin and its token are right.
#[derive(Debug)]
pub struct Form {
    /// Who posted it.
    pub visitor: Visitor,
    /// Its fields, without the token.
    pub fields: FormFields,
}

/// The fields of a form, in order; a name may occur several times. Printed, they are names without values.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FormFields(Vec<(String, String)>);

impl FormFields {
    /// Parses `application/x-www-form-urlencoded`: a body, or an address's query.
    pub fn parse(encoded: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// The first field of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// The values of that name, in order, without empty ones and those that are white space.
    pub fn given(&self, name: &str) -> impl Iterator<Item = &str> {
        self.iter().filter(move |(it, value)| *it == name && !value.trim().is_empty()).map(|(_, value)| value)
    }

    /// Every field, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn remove(&mut self, name: &str) -> Option<String> {
        let index = self.0.iter().position(|(it, _)| it == name)?;
        Some(self.0.remove(index).1)
    }
}

impl fmt::Debug for FormFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

impl FromRequest<Site> for Form {
    type Rejection = PageError;

    async fn from_request(request: Request, site: &Site) -> Result<Self, PageError> {
        refuse_foreign(request.headers(), site)?;
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, site).await?;
        Self::posted_by(visitor, Request::from_parts(parts, body), site).await
    }
}

impl Form {
    /// The form posted by a visitor who is already known.
    ///
    /// # Errors
    /// 403 if it was posted from another site's page or without the token of one of the visitor's own forms, 413 and 415 if it is no
    /// form.
    pub(crate) async fn posted_by(visitor: Visitor, request: Request, site: &Site) -> Result<Self, PageError> {
        refuse_foreign(request.headers(), site)?;
        if !is_form(request.headers()) {
            let message = "Forms are taken as application/x-www-form-urlencoded only.";
            return Err(PageError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        }
        let body = Bytes::from_request(request, site).await;
        let body = body.map_err(|it| PageError::new(it.status(), "The form could not be read."))?;
        let mut fields = FormFields::parse(&body);
        let token = fields.remove(FIELD).unwrap_or_default();
        if !visitor.owns(&token) {
            let message = "This form is no longer valid. Go back, reload the page and try again.";
            return Err(PageError::new(StatusCode::FORBIDDEN, message));
        }
        Ok(Self { visitor, fields })
    }
}

fn refuse_foreign(headers: &HeaderMap, site: &Site) -> Result<(), PageError> {
    if source(headers, site.base_url()) == RequestOrigin::Foreign {
        let address = site.address("/");
        let message = format!("This form was not posted by one of our own pages. Open {address} and try there.");
        return Err(PageError::new(StatusCode::FORBIDDEN, message));
    }
    Ok(())
}

fn is_form(headers: &HeaderMap) -> bool {
    let text = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let essence = text.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}
