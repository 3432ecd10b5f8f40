//! Named fragments in `.graphql` files: what an app's client selects, checked against the API before anything is sent.
//!
//! ```text
//! fragment WorldCard on World { id name owner { displayName } }
//!   → WorldCard on World, { id: ID!, name: String!, owner: User { displayName: String! } or null }
//! ```

mod check;
mod parse;
mod value;

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::model::{Model, TypeRef};
use crate::diagnostic::Diagnostic;
use check::Check;

/// A `.graphql` file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FragmentFile {
    /// Relative to the workspace's root.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

/// A named selection.
#[derive(Clone, Debug, PartialEq)]
pub struct Fragment {
    /// `WorldCard`.
    pub name: String,
    /// The comment lines above it; may be empty.
    pub docs: String,
    /// The file that it stands in, relative to the workspace's root.
    pub path: PathBuf,
    /// What it selects, and of which type.
    pub selection: Selection,
}

/// What is selected of an object, fragments spread: each response name once.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    /// The object's type.
    pub on: String,
    /// In the order written.
    pub fields: Vec<SelectedField>,
    /// The fragment that it is, where it is nothing but that one fragment: then it has that fragment's type.
    pub fragment: Option<String>,
}

/// One field of a selection.
#[derive(Clone, Debug, PartialEq)]
pub struct SelectedField {
    /// The name that the response has for it: its alias, or the field's.
    pub response: String,
    /// The field.
    pub name: String,
    /// The field's documentation.
    pub docs: String,
    /// Its type.
    pub ty: TypeRef,
    /// Its arguments, as GraphQL writes them: `(first: 3)`, or nothing.
    pub arguments: String,
    /// What is selected of it; `None` of a scalar or an enum.
    pub selection: Option<Selection>,
}

impl Selection {
    /// As GraphQL writes it, without fragments: `{ id owner { displayName } }`.
    pub fn text(&self) -> String {
        let fields: Vec<String> = self.fields.iter().map(SelectedField::text).collect();
        format!("{{ {} }}", fields.join(" "))
    }

    /// How many fields it has, those below counted.
    fn size(&self) -> usize {
        self.fields.iter().map(|it| 1 + it.selection.as_ref().map_or(0, Selection::size)).sum()
    }
}

impl SelectedField {
    fn text(&self) -> String {
        let alias = if self.response == self.name { String::new() } else { format!("{}: ", self.response) };
        let below = self.selection.as_ref().map(|it| format!(" {}", it.text())).unwrap_or_default();
        format!("{alias}{}{}{below}", self.name, self.arguments)
    }
}

/// The fragments of these files, sorted by name, checked against the API.
///
/// # Errors
/// All that is wrong, in the order of files and lines, each with file, line and column: `R0809` what is no GraphQL; `R0810` what may not
/// stand in such a file; `R0811` names of fragments that clash, and fragments that hold themselves; `R0812` what the API does not have,
/// with the nearest name; `R0813` what does not fit it otherwise.
pub fn fragments(model: &Model, files: &[FragmentFile]) -> Result<Vec<Fragment>, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let mut written = Vec::new();
    for file in files {
        match parse::file(file) {
            Ok(fragments) => written.extend(fragments),
            Err(several) => found.extend(several),
        }
    }
    let (mut by_name, clashes) = parse::by_name(model, written);
    found.extend(clashes);
    let mut check = Check::of(model, &by_name);
    let selections: BTreeMap<String, Selection> = by_name.keys().filter_map(|it| check.fragment(it)).collect();
    found.extend(check.found);
    if !found.is_empty() {
        // A place that several fragments reach is reported once.
        found.sort_by(|a, b| (&a.0, &a.1.message).cmp(&(&b.0, &b.1.message)));
        found.dedup();
        return Err(found.into_iter().map(|(_, it)| it).collect());
    }
    let fragment = |(name, selection): (String, Selection)| {
        let written = by_name.remove(&name)?;
        Some(Fragment { name, docs: written.docs, path: written.path, selection })
    };
    Ok(selections.into_iter().filter_map(fragment).collect())
}

/// Where something stands: its file, line and column, for the order of reports.
type Position = (PathBuf, usize, usize);

/// Something that is wrong, and where.
type Finding = (Position, Diagnostic);
