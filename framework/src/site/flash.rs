//! What was just done, carried by a cookie to the one page that shows it.
//!
//! ```text
//! flash=worlds.create.1790000000.<mac>
//! ```
//! The authentication code binds it to the visitor, to that page's address and to the minute, so that only what really happened is shown,
//! and once.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use hmac::Mac;

use crate::settings::Secret;
use crate::value::DateTimeUtc;

/// What the key is used for here.
const PURPOSE: &str = "flash";
/// Seconds until it expires.
pub(super) const SECONDS: u32 = 60;

/// The cookie's value. `what` is of ASCII letters, digits, `.`, `_` and `-`; `binding` is the visitor's.
pub(super) fn seal(secret: &Secret, binding: &str, address: &str, what: &str, now: DateTimeUtc) -> String {
    let until = (now + TimeDelta::seconds(SECONDS.into())).timestamp();
    let code = secret.mac(PURPOSE, &message(binding, address, what, until)).finalize().into_bytes();
    format!("{what}.{until}.{}", URL_SAFE_NO_PAD.encode(code))
}

/// What the page at `address` shows; `None` if the cookie was made for another page or visitor, or has expired.
pub(super) fn open(secret: &Secret, binding: &str, address: &str, cookie: &str, now: DateTimeUtc) -> Option<String> {
    let mut parts = cookie.rsplitn(3, '.');
    let code = URL_SAFE_NO_PAD.decode(parts.next()?).ok()?;
    let until: i64 = parts.next()?.parse().ok()?;
    let what = parts.next()?;
    secret.mac(PURPOSE, &message(binding, address, what, until)).verify_slice(&code).ok()?;
    (now.timestamp() <= until).then(|| what.to_owned())
}

fn message(binding: &str, address: &str, what: &str, until: i64) -> String {
    format!("{binding}\0{address}\0{what}\0{until}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn it_is_told_to_its_visitor_on_its_page_in_its_minute_alone() {
        let secret = Secret::of("0123456789abcdef0123456789abcdef");
        let now: DateTimeUtc = "2026-11-22T13:05:00Z".parse().unwrap();
        let (page, what) = ("/admin/worlds?sort=name", "worlds.revoke-all.partly");
        let cookie = seal(&secret, "token", page, what, now);
        let told = |binding: &str, address: &str, cookie: &str, seconds: i64| {
            open(&secret, binding, address, cookie, now + TimeDelta::seconds(seconds))
        };
        assert_eq!(told("token", page, &cookie, 60).as_deref(), Some(what));
        assert_eq!(told("other", page, &cookie, 0), None);
        assert_eq!(told("token", "/admin/worlds", &cookie, 0), None);
        assert_eq!(told("token", page, &cookie, 61), None);
        for forged in ["", "worlds.destroy", "worlds.destroy.9999999999.", &cookie.replace("revoke", "destroy")] {
            assert_eq!(told("token", page, forged, 0), None, "{forged}");
        }
    }
}
