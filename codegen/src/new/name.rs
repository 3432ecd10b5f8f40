//! The name of a new app.

use std::str::FromStr;

use heck::{ToKebabCase, ToTitleCase};

/// A name that is a package's, a library's and a folder's: small letters, digits, `-` and `_`, a letter first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageName(String);

/// The longest name: it is also part of the names of databases, which have 63 letters on PostgreSQL.
const LONGEST: usize = 48;

/// Names of packages that stand in the same workspace or its tree, and of crates that every Rust program knows.
const TAKEN: [&str; 13] = [
    "alloc",
    "build",
    "codegen",
    "core",
    "deps",
    "examples",
    "migrations",
    "proc-macro",
    "samara",
    "samara-codegen",
    "samara-macros",
    "std",
    "test",
];

impl PackageName {
    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The library's name in Rust: `v-sekai` → `v_sekai`.
    pub fn library(&self) -> String {
        self.0.replace('-', "_")
    }

    /// For people: `v-sekai` → `V Sekai`.
    pub fn title(&self) -> String {
        self.0.to_title_case()
    }
}

impl FromStr for PackageName {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let suggestion = || {
            let plain: String =
                name.to_kebab_case().chars().filter(|it| it.is_ascii_alphanumeric() || *it == '-').collect();
            let plain = plain.trim_start_matches(|it: char| !it.is_ascii_lowercase()).to_owned();
            if plain.is_empty() { String::new() } else { format!("; how about `{plain}`?") }
        };
        let is_plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || matches!(it, '-' | '_');
        if !name.starts_with(|it: char| it.is_ascii_lowercase()) || !name.chars().all(is_plain) {
            let rule = "a package's name has small letters, digits, `-` and `_`, a letter first";
            return Err(format!("{rule}{}", suggestion()));
        }
        if name.len() > LONGEST {
            return Err(format!("it has {} letters, and at most {LONGEST} fit into all names made of it", name.len()));
        }
        // The parser does not know `gen` yet.
        if name == "gen" || syn::parse_str::<syn::Ident>(&name.replace('-', "_")).is_err() {
            return Err("it is a word of the language".to_owned());
        }
        if TAKEN.contains(&name.replace('_', "-").as_str()) {
            return Err("another package or crate of the workspace has it".to_owned());
        }
        Ok(Self(name.to_owned()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_packages_a_librarys_and_a_title() {
        let name: PackageName = "v-sekai".parse().unwrap();
        assert_eq!((name.as_str(), name.library().as_str(), name.title().as_str()), ("v-sekai", "v_sekai", "V Sekai"));
    }

    #[test]
    fn what_is_no_name_says_why() {
        let refused = [
            ("V-Sekai", "how about `v-sekai`?"),
            ("3d", "how about `d`?"),
            ("", "a letter first"),
            ("../x", "a letter first; how about `x`?"),
            ("ünder", "a letter first"),
            ("self", "word of the language"),
            ("async", "word of the language"),
            ("gen", "word of the language"),
            ("proc_macro", "another package"),
            ("migrations", "another package"),
            (&"x".repeat(49), "at most 48"),
        ];
        for (name, why) in refused {
            let said = name.parse::<PackageName>().unwrap_err();
            assert!(said.contains(why), "{name}: {said}");
        }
    }
}
