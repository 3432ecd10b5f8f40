//! What `samara add` and `samara gen` write: new sources, and edits of those that are there. Pure.

mod field;
mod imports;
mod member;
mod place;
mod postgres;
mod resource;
mod strategy;
mod surface;
mod words;

pub use field::FieldArgument;
pub use member::ActionWord;
pub(crate) use member::{action, relationship};
pub(crate) use postgres::{DatabaseFiles, postgres};
pub(crate) use resource::{NewResource, resource};
pub(crate) use strategy::magic_link;
pub(crate) use surface::{Surface, surface};

use std::path::PathBuf;

use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::file::GeneratedFile;
use crate::sources::{Edits, SourceFile};

/// What is to be written, and what the developer has to do by hand.
#[derive(Debug, Default)]
pub(crate) struct Scaffold {
    /// Sources of their own. One that is there with another text was edited by hand, or is somebody else's.
    pub(crate) new: Vec<GeneratedFile>,
    /// Files that are there, edited.
    pub(crate) edited: Vec<GeneratedFile>,
    /// Generated files that are written with them. Of these only the paths are shown.
    pub(crate) generated: Vec<GeneratedFile>,
    /// What the developer is told, with the text of what has no place.
    pub(crate) notes: Vec<String>,
}

/// The same, while it is thought of: the edits of one source are made together.
#[derive(Debug, Default)]
struct Changes<'a> {
    new: Vec<GeneratedFile>,
    edits: Vec<(&'a SourceFile, Edits)>,
    notes: Vec<String>,
}

impl<'a> Changes<'a> {
    /// A source of its own.
    fn create(&mut self, path: PathBuf, text: String) {
        self.new.push(GeneratedFile::present(path, text));
    }

    /// The edits of a source that is there.
    fn edits(&mut self, source: &'a SourceFile) -> &mut Edits {
        let at = self.edits.iter().position(|(it, _)| it.path == source.path).unwrap_or_else(|| {
            self.edits.push((source, Edits::default()));
            self.edits.len() - 1
        });
        &mut self.edits[at].1
    }

    /// Tells the developer something.
    fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// Tells the developer to put a text somewhere.
    fn unplaced(&mut self, why: &str, place: &str, text: &str) {
        self.note(format!("{why}; put this {place}:\n\n{}\n", text.trim_end()));
    }

    /// # Errors
    /// `R0713` if an edit leaves no Rust, which would be a bug in `samara`.
    fn finish(self) -> Result<Scaffold, Diagnostic> {
        let edited = self.edits.into_iter().map(|(source, edits)| source.edited(edits));
        let edited = edited.collect::<Result<_, _>>()?;
        Ok(Scaffold { new: self.new, edited, notes: self.notes, ..Scaffold::default() })
    }
}

/// `R0804`: what is new has no place.
fn unplaced(message: impl Into<String>, help: impl Into<String>) -> Diagnostic {
    Diagnostic::new(DiagnosticCode::Unplaced, message, help)
}
