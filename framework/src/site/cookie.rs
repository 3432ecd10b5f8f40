//! The framework's cookies: their names, and how they are read and set.
//!
//! Over HTTPS their names start with `__Host-`, so no other host can set them. Source: RFC 6265bis, "Cookie Name Prefixes".

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::Request;
use axum::response::Response;
use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use http::{HeaderMap, HeaderValue, header};

/// The cookies' names under one scheme, HTTP or HTTPS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Names {
    /// Holds the session's token.
    pub session: &'static str,
    /// Holds what a form's token is bound to while nobody is signed in.
    pub form: &'static str,
    /// Holds the flash: what the next page shows.
    pub flash: &'static str,
    /// Holds the id of the tenant that pages are shown within.
    pub tenant: &'static str,
    secure: bool,
}

impl Names {
    /// The names for HTTPS, or for plain HTTP.
    pub(crate) fn by_scheme(https: bool) -> Self {
        match https {
            true => Self {
                session: "__Host-sid",
                form: "__Host-form",
                flash: "__Host-flash",
                tenant: "__Host-tenant",
                secure: true,
            },
            false => Self { session: "sid", form: "form", flash: "flash", tenant: "tenant", secure: false },
        }
    }

    /// A `Set-Cookie` value. `value` is of the URL-safe alphabet; `seconds` is its lifetime: 0 deletes it, `None` keeps it until the
    /// browser closes.
    pub(crate) fn set(self, name: &str, value: &str, seconds: Option<u64>) -> String {
        let mut cookie =
            Cookie::build((name, value)).path("/").http_only(true).same_site(SameSite::Lax).secure(self.secure);
        if let Some(seconds) = seconds {
            cookie = cookie.max_age(Duration::seconds(i64::try_from(seconds).unwrap_or(i64::MAX)));
        }
        cookie.to_string()
    }
}

/// The value of the first cookie of that name.
pub(crate) fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|it| it.to_str().ok());
    let mut cookies = lines.flat_map(Cookie::split_parse).filter_map(Result::ok);
    cookies.find(|it| it.name() == name)?.value_raw().filter(|it| !it.is_empty())
}

/// Cookies that the response to this request will set; shared by everything that handles the request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Jar(Arc<Mutex<Vec<String>>>);

impl Jar {
    /// Adds a `Set-Cookie` value.
    pub(crate) fn add(&self, cookie: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(cookie);
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Gives each request a [`Jar`], and adds the jar's cookies to the response.
pub(crate) async fn layer<F: Future<Output = Response>>(
    mut request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response {
    let jar = Jar::default();
    request.extensions_mut().insert(jar.clone());
    let mut response = next(request).await;
    for cookie in jar.take() {
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_cookies_are_bound_to_the_host() {
        let names = Names::by_scheme(true);
        let set = names.set(names.session, "abc", Some(60));
        assert_eq!(set, "__Host-sid=abc; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60");
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; sidx=2;sid=3; sid=4"));
        assert_eq!(value(&headers, "sid"), Some("3"));
        assert_eq!(value(&headers, "form"), None);
    }
}
