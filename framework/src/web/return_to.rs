//! Where to go after signing in: a path on this site, never another one.

use url::{Position, Url};

const LONGEST: usize = 200;

/// `path` as browsers write it, if it is one, and nothing that a browser could take for another site.
pub(crate) fn local(path: &str, base_url: &Url) -> Option<String> {
    let plain = path.len() <= LONGEST && path.starts_with('/');
    let clean = path.chars().all(|it| !it.is_control() && it != '\\' && it != ' ');
    if !(plain && clean) {
        return None;
    }
    let url = base_url.join(path).ok().filter(|it| it.origin() == base_url.origin())?;
    let path = &url[Position::BeforePath..];
    // `/.//host` is a path of this site until its dots are taken away.
    (!path.starts_with("//")).then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn only_paths_of_this_site_are_gone_to() {
        let base = Url::parse("https://example.org/").unwrap();
        for path in ["/", "/me", "/admin/users?sort=name#top", "/%2F%2Fevil.example", "/%5Cevil.example", "/a//b"] {
            assert_eq!(local(path, &base).as_deref(), Some(path));
        }
        assert_eq!(local("/wörld", &base).as_deref(), Some("/w%C3%B6rld"));
        for path in [
            "",
            "me",
            "//evil.example",
            "///evil.example",
            "/.//evil.example",
            "/a/..//evil.example",
            "/%2e//evil.example",
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
