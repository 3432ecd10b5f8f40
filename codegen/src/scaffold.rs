//! What `samara add` and `samara gen` write: new sources, and edits of those that are there. Pure.

mod field;
mod member;
mod resource;
mod strategy;
mod words;

pub use field::FieldArgument;
pub use member::ActionWord;
pub(crate) use member::{action, relationship};
use resource::declared_field;
pub(crate) use resource::{NewResource, resource};
pub(crate) use strategy::magic_link;

use std::path::PathBuf;

use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::file::GeneratedFile;
use crate::sources::{Edits, SourceFile, Sources};

/// What is to be written, and what the developer has to do by hand.
#[derive(Debug, Default)]
pub(crate) struct Scaffold {
    pub(crate) files: Vec<GeneratedFile>,
    pub(crate) notes: Vec<String>,
}

/// Sources to be written: new ones, and those that are there with edits.
#[derive(Debug)]
struct Changes<'a> {
    sources: &'a Sources,
    files: Vec<GeneratedFile>,
}

impl<'a> Changes<'a> {
    fn of(sources: &'a Sources) -> Self {
        Self { sources, files: Vec::new() }
    }

    /// A source that is not there yet.
    ///
    /// # Errors
    /// `R0804` if one is there with another text.
    fn create(&mut self, path: PathBuf, text: String) -> Result<(), Diagnostic> {
        if let Some(there) = self.sources.file(&path)
            && there.text != text
        {
            let help = "move it away, or choose another name; it is not overwritten";
            let message = "a source of this name is there already";
            return Err(Diagnostic::new(DiagnosticCode::Unplaced, message, help).at(path.display()));
        }
        self.files.push(GeneratedFile::present(path, text));
        Ok(())
    }

    /// A source that is there, edited.
    fn edit(&mut self, source: &SourceFile, edits: Edits) -> Result<(), Diagnostic> {
        self.files.push(source.edited(edits)?);
        Ok(())
    }
}
