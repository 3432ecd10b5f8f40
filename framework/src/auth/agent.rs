//! A short description of a client's program: mail and pages repeat nothing of its `User-Agent`, which anybody can choose.

/// Marks of browsers and programs, the more specific first: most browsers' headers name other browsers too.
const PROGRAMS: [(&str, &str); 14] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("Godot", "a game made with Godot"),
    ("Unity", "a game made with Unity"),
    ("UnrealEngine/", "a game made with Unreal"),
    ("curl/", "curl"),
    ("Wget/", "Wget"),
    ("python", "a Python program"),
];

const SYSTEMS: [(&str, &str); 8] = [
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// `Firefox on Linux`, `curl`, or `an unknown program`.
pub(crate) fn described(agent: Option<&str>) -> String {
    let agent = agent.unwrap_or_default();
    let known = |marks: &[(&str, &'static str)]| marks.iter().find(|(mark, _)| agent.contains(mark)).map(|it| it.1);
    match (known(&PROGRAMS), known(&SYSTEMS)) {
        (Some(program), Some(system)) => format!("{program} on {system}"),
        (Some(program), None) => program.into(),
        (None, Some(system)) => format!("an unknown program on {system}"),
        (None, None) => "an unknown program".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(agent: &str, expect: &str) {
        assert_eq!(described(Some(agent)), expect, "{agent}");
    }

    #[test]
    fn browsers_and_systems_are_known_by_their_marks() {
        check("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Linux");
        check(
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0",
            "Edge on Windows",
        );
        check(
            "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36",
            "Chrome on Android",
        );
        check(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Version/26.0 Safari/604.1",
            "Safari on an iPhone",
        );
        check("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/26.0 Safari/605.1.15", "Safari on macOS");
        check("curl/8.5.0", "curl");
        check("GodotEngine/4.5 (Linux)", "a game made with Godot on Linux");
    }

    #[test]
    fn what_is_not_known_is_not_repeated() {
        check("Your account is locked, call http://evil.example", "an unknown program");
        check("see http://evil.example/curl/", "curl");
        assert_eq!(described(None), "an unknown program");
    }
}
