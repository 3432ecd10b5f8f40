//! Where to go after signing in: a path on this site, never another one.

use url::Url;

const LONGEST: usize = 200;

/// `path` if it is one, and nothing a browser could take for another site.
pub(crate) fn local<'a>(path: &'a str, base_url: &Url) -> Option<&'a str> {
    let plain = path.len() <= LONGEST && path.starts_with('/') && !path[1..].starts_with('/');
    let clean = path.chars().all(|it| !it.is_control() && it != '\\' && it != ' ');
    let stays = || base_url.join(path).is_ok_and(|it| it.origin() == base_url.origin());
    (plain && clean && stays()).then_some(path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn only_paths_of_this_site_are_gone_to() {
        let base = Url::parse("https://example.org/").unwrap();
        for path in ["/", "/me", "/admin/users?sort=name#top", "/%2F%2Fevil.example", "/a//b"] {
            assert_eq!(local(path, &base), Some(path));
        }
        for path in [
            "",
            "me",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "https://evil.example/",
            "https:evil.example",
            "javascript:alert(1)",
            " /me",
            "/me\r\nSet-Cookie: a=b",
        ] {
            assert_eq!(local(path, &base), None, "{path:?}");
        }
    }
}
