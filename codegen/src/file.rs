//! A generated file: where it belongs and what it holds.

use std::path::PathBuf;

/// One file of a generator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GeneratedFile {
    /// It must exist, with this text.
    Present {
        /// Relative to the workspace's root.
        path: PathBuf,
        /// Its whole text.
        text: String,
    },
    /// It must not exist any more.
    Absent {
        /// Relative to the workspace's root.
        path: PathBuf,
    },
}

impl GeneratedFile {
    /// A file with this text.
    pub fn present(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self::Present { path: path.into(), text: text.into() }
    }

    /// Relative to the workspace's root.
    pub fn path(&self) -> &PathBuf {
        match self {
            Self::Present { path, .. } | Self::Absent { path } => path,
        }
    }

    /// The file's text; empty where it is absent.
    pub fn text(&self) -> &str {
        match self {
            Self::Present { text, .. } => text,
            Self::Absent { .. } => "",
        }
    }
}
