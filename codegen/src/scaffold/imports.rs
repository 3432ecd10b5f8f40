//! The `use` lines of a source that is written or edited.

use std::collections::BTreeMap;

/// Modules, and the names that are imported from each, sorted.
#[derive(Debug, Default)]
pub(super) struct Imports(BTreeMap<String, Vec<String>>);

impl Imports {
    /// Adds a name of a module; once is enough.
    pub(super) fn add(&mut self, module: impl Into<String>, name: &str) {
        let names = self.0.entry(module.into()).or_default();
        if !names.iter().any(|it| it == name) {
            names.push(name.to_owned());
            names.sort();
        }
    }

    /// The lines, in the order of rustfmt: `super` first.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.0.iter().map(|(module, names)| line(module, names)).collect();
        lines.sort_by_key(|it| !it.starts_with("use super"));
        lines
    }
}

fn line(module: &str, names: &[String]) -> String {
    match names {
        [name] => format!("use {module}::{name};"),
        names => format!("use {module}::{{{}}};", names.join(", ")),
    }
}
