//! Where a new workspace gets the framework from.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use toml_edit::{InlineTable, Value};

/// The source of the framework's crates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FrameworkSource {
    /// A folder that holds the framework's repository; a relative one starts where the new folder is made.
    Path(PathBuf),
    /// A repository, at a revision if one is given.
    Git {
        /// Its address.
        url: String,
        /// A commit, or a tag.
        revision: Option<String>,
    },
    /// A published version.
    Version(String),
}

impl FrameworkSource {
    /// The value of a dependency on the framework's crate in `folder`, as TOML.
    pub fn dependency(&self, folder: &str) -> String {
        let mut table = InlineTable::new();
        match self {
            Self::Path(path) => {
                let path = if path.is_absolute() { path.clone() } else { Path::new("..").join(path) };
                table.insert("path", path.join(folder).to_string_lossy().into_owned().into());
            }
            Self::Git { url, revision } => {
                table.insert("git", url.as_str().into());
                if let Some(revision) = revision {
                    table.insert("rev", revision.as_str().into());
                }
            }
            Self::Version(version) => return Value::from(version.as_str()).to_string(),
        }
        table.to_string()
    }

    /// Where this program itself was installed from: the folder that it was compiled in, or the repository that cargo's list of
    /// installed programs names.
    pub fn of_this_program() -> Option<Self> {
        let compiled_in = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
        let cargo_home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
        let cargo_home = cargo_home.or_else(|| Some(std::env::home_dir()?.join(".cargo")))?;
        if !compiled_in.starts_with(&cargo_home) {
            return compiled_in.join("framework/Cargo.toml").exists().then(|| Self::Path(compiled_in.to_owned()));
        }
        let installed = std::fs::read_to_string(cargo_home.join(".crates2.json")).ok()?;
        Self::installed(&installed)
    }

    /// The source in cargo's list of installed programs, whose keys are `NAME VERSION (SOURCE)`.
    fn installed(list: &str) -> Option<Self> {
        let list: serde_json::Value = serde_json::from_str(list).ok()?;
        let mut installed = list.get("installs")?.as_object()?.keys();
        let source = installed.find_map(|it| it.strip_prefix(concat!(env!("CARGO_PKG_NAME"), " ")))?;
        let (version, source) = source.strip_suffix(')')?.split_once(" (")?;
        let Some(address) = source.strip_prefix("git+") else {
            return source.starts_with("registry+").then(|| Self::Version(version.to_owned()));
        };
        let (address, revision) = match address.split_once('#') {
            Some((address, revision)) => (address, Some(revision.to_owned())),
            None => (address, None),
        };
        let url = address.split_once('?').map_or(address, |(url, _)| url);
        Some(Self::Git { url: url.to_owned(), revision })
    }
}

impl FromStr for FrameworkSource {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let forms = "it is `path:FOLDER`, `git:URL`, `git:URL#REVISION` or a version such as `0.1`";
        if let Some(path) = text.strip_prefix("path:") {
            return if path.is_empty() { Err(forms.to_owned()) } else { Ok(Self::Path(path.into())) };
        }
        if let Some(url) = text.strip_prefix("git:") {
            let (url, revision) = match url.split_once('#') {
                Some((url, revision)) => (url, Some(revision.to_owned()).filter(|it| !it.is_empty())),
                None => (url, None),
            };
            return if url.is_empty() {
                Err(forms.to_owned())
            } else {
                Ok(Self::Git { url: url.to_owned(), revision })
            };
        }
        let is_version = text.starts_with(|it: char| it.is_ascii_digit())
            && text.split('.').count() <= 3
            && text.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '.' | '-'));
        if is_version { Ok(Self::Version(text.to_owned())) } else { Err(forms.to_owned()) }
    }
}

impl fmt::Display for FrameworkSource {
    /// As it is given on the command line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "path:{}", path.display()),
            Self::Git { url, revision: None } => write!(f, "git:{url}"),
            Self::Git { url, revision: Some(revision) } => write!(f, "git:{url}#{revision}"),
            Self::Version(version) => f.write_str(version),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_a_dependency() {
        for (source, dependency) in [
            ("path:/srv/samara", r#"{ path = "/srv/samara/framework" }"#),
            ("path:../samara", r#"{ path = "../../samara/framework" }"#),
            ("path:/a \"b\"", r#"{ path = '/a "b"/framework' }"#),
            ("git:https://example.org/samara", r#"{ git = "https://example.org/samara" }"#),
            ("git:https://example.org/samara#v1", r#"{ git = "https://example.org/samara", rev = "v1" }"#),
            ("0.1.2", r#""0.1.2""#),
        ] {
            let parsed: FrameworkSource = source.parse().unwrap();
            assert_eq!(parsed.dependency("framework"), dependency);
            assert_eq!(parsed.to_string(), source);
        }
        for text in ["", "path:", "git:", "samara", "1.2.3.4", "../samara"] {
            assert!(text.parse::<FrameworkSource>().unwrap_err().contains("path:FOLDER"), "{text}");
        }
    }

    #[test]
    fn what_cargo_installed_is_a_source() {
        let list = |source: &str| {
            format!(r#"{{"installs":{{"other 1.0.0 (x)":{{}},"samara-codegen 0.1.0 ({source})":{{}}}}}}"#)
        };
        let source = |source: &str| FrameworkSource::installed(&list(source)).map(|it| it.to_string());
        assert_eq!(
            source("git+https://example.org/samara?branch=main#0123abc").as_deref(),
            Some("git:https://example.org/samara#0123abc")
        );
        assert_eq!(source("registry+https://example.org/index").as_deref(), Some("0.1.0"));
        assert_eq!(source("path+file:///srv/samara/codegen"), None);
        assert_eq!(FrameworkSource::installed("{}"), None);
    }
}
