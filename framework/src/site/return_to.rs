//! Where to redirect after a form: to a path on this site, never to another site. Every path that a request names is checked here.

use url::{Position, Url};

/// Bytes of the longest path: that of a list with all its filters and a cursor fits.
const LONGEST: usize = 2_048;

/// `path` in a browser's canonical form, if it is a path of this site, and no browser could take it for another site.
pub(crate) fn local(path: &str, base_url: &Url) -> Option<String> {
    let plain = path.len() <= LONGEST && path.starts_with('/');
    let clean = path.chars().all(|it| !it.is_control() && it != '\\' && it != ' ');
    if !(plain && clean) {
        return None;
    }
    let url = base_url.join(path).ok().filter(|it| it.origin() == base_url.origin())?;
    let path = &url[Position::BeforePath..];
    // `/.//host` is a path of this site until its dots are removed. A path that has become too long would be refused the next time.
    (!path.starts_with("//") && path.len() <= LONGEST).then(|| path.to_owned())
}

/// As [`local`], if it is `root` or below it; without what follows a `#`.
pub(crate) fn below(root: &str, path: &str, base_url: &Url) -> Option<String> {
    let mut path = local(path, base_url)?;
    path.truncate(path.find('#').unwrap_or(path.len()));
    let rest = path.strip_prefix(root)?;
    (rest.is_empty() || rest.starts_with(['/', '?'])).then_some(path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const BASES: [&str; 3] = ["https://example.org/", "http://127.0.0.1:4000/", "http://[::1]:4000/"];

    /// What leads away, or is no path of a browser's.
    const HOSTILE: [&str; 34] = [
        "",
        "me",
        "admin",
        "?a=b",
        "#a",
        ".",
        "..",
        "//evil.example",
        "///evil.example",
        "////evil.example/admin",
        "//evil.example/admin",
        "//",
        "/.//evil.example",
        "/..//evil.example",
        "/./.././/evil.example",
        "/a/..//evil.example",
        "/admin/..//evil.example",
        "/admin/../..//evil.example",
        "/%2e//evil.example",
        "/%2E%2e//evil.example",
        "/admin/%2e%2E//evil.example",
        "/admin/.%2e//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/admin\\..\\..\\/evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\u{85}/evil.example",
        "\u{ff0f}\u{ff0f}evil.example",
        "https://evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        " /me",
        "/me\r\nSet-Cookie: a=b",
    ];

    #[test]
    fn only_paths_of_this_site_are_gone_to() {
        for base in BASES.map(|it| Url::parse(it).unwrap()) {
            for path in [
                "/",
                "/me",
                "/admin/users?sort=name#top",
                "/%2F%2Fevil.example",
                "/%2f/evil.example",
                "/%5Cevil.example",
                "/%0d%0aSet-Cookie:%20a=b",
                "/a//b",
                "/@evil.example",
                "/a?b=//evil.example",
            ] {
                assert_eq!(local(path, &base).as_deref(), Some(path), "{base}");
            }
            for (path, gone_to) in [
                ("/w\u{f6}rld", "/w%C3%B6rld"),
                ("/\u{ff0f}evil.example", "/%EF%BC%8Fevil.example"),
                ("/\u{2028}/evil.example", "/%E2%80%A8/evil.example"),
                ("/admin/../me", "/me"),
                ("/admin/%2e%2e/me", "/me"),
                ("/../../me", "/me"),
                ("/a/./b/..", "/a/"),
            ] {
                assert_eq!(local(path, &base).as_deref(), Some(gone_to), "{base}");
            }
            for path in HOSTILE {
                assert_eq!(local(path, &base), None, "{base} {path:?}");
                assert_eq!(below("/admin", path, &base), None, "{base} {path:?}");
            }
        }
    }

    #[test]
    fn what_is_taken_once_is_taken_again() {
        let base = Url::parse(BASES[0]).unwrap();
        let filters = ["displayed", "created_at.from", "created_at.to"].map(|it| format!("{it}={}", "x".repeat(255)));
        let list = format!("/admin/users?{}&sort=-name&rows=250&after={}", filters.join("&"), "A".repeat(512));
        for path in [list, "/\u{f6}".repeat(100), "/\u{f6}".repeat(400), format!("/{}", "a".repeat(LONGEST - 1))] {
            let gone_to = local(&path, &base);
            assert_eq!(gone_to.as_deref().and_then(|it| local(it, &base)), gone_to, "{path}");
        }
        assert!(local(&format!("/{}", "a".repeat(LONGEST - 1)), &base).is_some());
        assert_eq!(local(&format!("/{}", "a".repeat(LONGEST)), &base), None);
        assert_eq!(local(&"/\u{f6}".repeat(400), &base), None, "it is longer as browsers write it");
    }

    #[test]
    fn below_a_path_is_what_browsers_find_there() {
        let base = Url::parse(BASES[0]).unwrap();
        let below = |path: &str| below("/admin", path, &base);
        for path in ["/admin", "/admin/", "/admin?a=b", "/admin/users?name=a%26b&after=c", "/admin/%2e.%2f/x"] {
            assert_eq!(below(path).as_deref(), Some(path));
        }
        assert_eq!(below("/admin/users#top?x").as_deref(), Some("/admin/users"));
        assert_eq!(below("/me/../admin/x/..").as_deref(), Some("/admin/"));
        for path in
            ["/", "/me", "/administrator", "/admin.evil", "/admin/../me", "/admin/%2E%2E/me", "/admin/..", "/%61dmin"]
        {
            assert_eq!(below(path), None, "{path}");
        }
    }
}
