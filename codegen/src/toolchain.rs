//! Versions of Rust: the one at hand, and what a workspace asks for.

/// The numbers of a version: `1.95.0-nightly` → `[1, 95, 0]`.
pub(crate) fn numbers(version: &str) -> Vec<u64> {
    let plain = version.split(['-', '+', ' ']).next().unwrap_or_default();
    plain.split('.').map_while(|it| it.parse().ok()).collect()
}

/// Whether the compiler that says `rustc 1.95.0 (…)` is the one that `rust-toolchain.toml` pins, and not older than `rust-version`; else what is
/// wrong, and what to do. A channel that is no number, such as `stable`, may be any.
///
/// # Errors
/// Both sentences, as they are printed.
pub(crate) fn fits(rustc: &str, pinned: Option<&str>, least: Option<&str>) -> Result<(), String> {
    let here = numbers(rustc.split_whitespace().nth(1).unwrap_or_default());
    if let Some(pinned) = pinned {
        let wanted = numbers(pinned);
        if !here.starts_with(&wanted) {
            let help = format!("run `rustup toolchain install {pinned}`, and see that RUSTUP_TOOLCHAIN is not set");
            return Err(format!("it is {rustc}, and `rust-toolchain.toml` says {pinned}\nhelp: {help}"));
        }
    }
    match least {
        Some(least) if here < numbers(least) => Err(format!(
            "it is {rustc}, and the packages need {least} or later\nhelp: run `rustup update`, or install that version"
        )),
        _ => Ok(()),
    }
}

/// The channel in a `rust-toolchain.toml`, or in the older file of one line.
pub(crate) fn pinned(text: &str) -> Option<String> {
    match text.parse::<toml_edit::DocumentMut>() {
        Ok(file) => file.get("toolchain")?.get("channel")?.as_str().map(str::to_owned),
        Err(_) => text.lines().map(str::trim).find(|it| !it.is_empty()).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiler_is_the_one_that_is_asked_for() {
        let rustc = "rustc 1.95.0 (f1d2d2f92 2026-04-16)";
        for (pinned, least) in [
            (None, None),
            (Some("1.95.0"), Some("1.95")),
            (Some("1.95"), None),
            (Some("stable"), Some("1.9.9")),
            (Some("nightly-2026-01-01"), None),
        ] {
            assert_eq!(fits(rustc, pinned, least), Ok(()), "{pinned:?} {least:?}");
        }
        let said = |pinned, least| fits(rustc, pinned, least).err().unwrap_or_default();
        assert!(
            said(Some("1.94.1"), None)
                .contains("`rust-toolchain.toml` says 1.94.1\nhelp: run `rustup toolchain install 1.94.1`")
        );
        assert!(said(Some("1.9"), None).contains("says 1.9\n"));
        assert!(said(Some("1.95.0"), Some("1.96")).contains("need 1.96 or later"));
        assert!(said(None, Some("2")).contains("need 2 or later"));
    }

    #[test]
    fn a_channel_is_read_from_either_file() {
        assert_eq!(pinned("[toolchain]\nchannel = \"1.95.0\"\nprofile = \"minimal\"\n").as_deref(), Some("1.95.0"));
        assert_eq!(pinned("1.95.0\n").as_deref(), Some("1.95.0"));
        assert_eq!(pinned("[toolchain]\npath = \"/opt/rust\"\n"), None);
        assert_eq!(pinned(""), None);
    }
}
