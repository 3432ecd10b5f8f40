//! The client of an API for games made with Godot 4: an add-on, written anew from the declaration.
//!
//! ```text
//! addons/<app>/plugin.cfg plugin.gd README.md LICENSE   what the editor shows and enables
//!              api.gd                                   the autoload: one property for each group of calls
//!              enums.gd schema.gd operations.gd         the API's enums, inputs, and the texts that are sent
//!              types/ fragments/ calls/                 a class for each object and fragment; the calls of each resource
//!              core/ sign_in/                           the same for every API: sending, session, outbox; a scene to sign in
//! ```
//!
//! What is generated is fully typed and formatted as gdformat does.

mod call;
mod class;
mod name;
mod names;
mod package;
mod scalar;
mod schema;
mod text;

use std::collections::BTreeSet;
use std::path::Path;

use names::Names;

use super::{Fragment, Model};
use crate::diagnostic::Diagnostic;
use crate::file::GeneratedFile;

/// What a game may decide of its client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The path of the add-on in the game: `addons/app`.
    pub path: String,
    /// The root fields whose calls wait for a connection, `recordActivity`: what they record is never lost.
    pub can_wait: BTreeSet<String>,
}

/// The name of an app's add-on: of its folder, of its settings, and of the folder that it keeps things in.
pub fn addon(package: &str) -> String {
    package.replace('-', "_")
}

/// The files of the add-on, sorted by path; each path is relative to the add-on's folder. `header` is the first line of each script.
///
/// # Errors
/// `R0713` if a template does not render, which would be a bug in `samara`.
pub fn files(
    model: &Model,
    fragments: &[Fragment],
    options: &Options,
    header: &str,
) -> Result<Vec<GeneratedFile>, Diagnostic> {
    let addon = Addon { model, fragments, options, names: Names::of(model, fragments) };
    let mut files = package::files(&addon)?;
    files.extend(schema::files(&addon)?);
    files.extend(class::files(&addon)?);
    files.extend(call::files(&addon)?);
    let mut files: Vec<GeneratedFile> = files.into_iter().map(|it| it.present(header)).collect();
    files.sort_by(|a, b| a.path().cmp(b.path()));
    Ok(files)
}

/// What the add-on is made from.
struct Addon<'a> {
    model: &'a Model,
    fragments: &'a [Fragment],
    options: &'a Options,
    names: Names,
}

/// A file of the add-on.
struct AddonFile {
    /// Relative to the add-on's folder.
    path: String,
    text: String,
}

impl AddonFile {
    fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// A script that was put together here.
    fn script(path: impl Into<String>, text: &str) -> Self {
        Self::new(path, text::with_blank_lines(text))
    }

    fn present(self, header: &str) -> GeneratedFile {
        let is_script = Path::new(&self.path).extension().is_some_and(|it| it == "gd");
        let text = if is_script { format!("{}{}", text::comment(header), self.text) } else { self.text };
        GeneratedFile::present(self.path, text)
    }
}
