//! The app's sources: read, searched for what they declare, and edited where a span says, so that comments and formatting stay.

mod application;
mod edit;
mod search;

use std::fs;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::file::GeneratedFile;

pub(crate) use edit::Edits;
pub(crate) use search::{DomainDeclaration, ResourceDeclaration, innermost};

/// Every Rust source of the app and of its tests, parsed.
#[derive(Debug)]
pub(crate) struct Sources {
    /// The app's folder, relative to the workspace's root.
    app: PathBuf,
    files: Vec<SourceFile>,
}

/// One source.
#[derive(Debug)]
pub(crate) struct SourceFile {
    /// Relative to the workspace's root.
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    pub(crate) file: syn::File,
}

impl Sources {
    /// Reads those of the app in `app`, a folder relative to `root`.
    ///
    /// # Errors
    /// `R0803` for each that does not parse, with its line and column; `R0713`.
    pub(crate) fn read(root: &Path, app: &Path) -> Result<Self, Vec<Diagnostic>> {
        let mut paths = Vec::new();
        for folder in ["src", "tests"] {
            collect(root, &app.join(folder), &mut paths)?;
        }
        paths.sort();
        let (mut files, mut mistakes) = (Vec::new(), Vec::new());
        for path in paths {
            match SourceFile::read(root, path) {
                Ok(file) => files.push(file),
                Err(mistake) => mistakes.push(mistake),
            }
        }
        if mistakes.is_empty() { Ok(Self { app: app.to_owned(), files }) } else { Err(mistakes) }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }

    /// The source at a path.
    pub(crate) fn file(&self, path: &Path) -> Option<&SourceFile> {
        self.files.iter().find(|it| it.path == path)
    }

    /// The app's folder, relative to the workspace's root.
    pub(crate) fn app(&self) -> &Path {
        &self.app
    }

    /// The path by which a module of the app names another: `super`, or `crate::accounts`. `module` is the folder of the one that names.
    pub(crate) fn path_to(&self, other: &SourceFile, module: &Path) -> String {
        match module.parent() {
            Some(parent) if parent == other.module_folder() => "super".to_owned(),
            _ => other.module_path(&self.app),
        }
    }

    /// Whether other crates can name the module of a source: the app has a library, and each module on the way is public.
    pub(crate) fn is_public(&self, source: &SourceFile) -> bool {
        let root = self.app.join("src");
        let folder = source.module_folder();
        let Ok(modules) = folder.strip_prefix(&root) else { return false };
        let (Some(mut file), false) = (self.file(&root.join("lib.rs")), source.path == root.join("main.rs")) else {
            return false;
        };
        for module in modules.components() {
            let module = module.as_os_str();
            let is_it = |it: &syn::Item| matches!(it, syn::Item::Mod(it) if module == it.ident.to_string().as_str() && edit::is_public(&it.vis));
            let folder = file.module_folder().join(module);
            match self.files.iter().find(|it| it.module_folder() == folder && it.path != file.path) {
                Some(next) if file.file.items.iter().any(is_it) => file = next,
                _ => return false,
            }
        }
        true
    }
}

impl SourceFile {
    fn read(root: &Path, path: PathBuf) -> Result<Self, Diagnostic> {
        let text = fs::read_to_string(root.join(&path)).map_err(|error| {
            let help = "check that this user may read it, and that it is UTF-8";
            Diagnostic::new(DiagnosticCode::Files, format!("it could not be read: {error}"), help).at(path.display())
        })?;
        Self::parse(path, text)
    }

    /// Parses a text that lies at `path`.
    ///
    /// # Errors
    /// `R0803`.
    pub(crate) fn parse(path: PathBuf, text: String) -> Result<Self, Diagnostic> {
        if let Some(line) = text.lines().position(|it| it.starts_with("<<<<<<< ") || it.starts_with(">>>>>>> ")) {
            let message = "a merge is not finished: there is a conflict marker";
            let place = format!("{}:{}", path.display(), line + 1);
            return Err(Diagnostic::new(DiagnosticCode::UserSource, message, "finish the merge first").at(place));
        }
        if text.starts_with('\u{feff}') {
            let message = "it starts with a byte order mark";
            let help = "save it as UTF-8 without one; nothing was written";
            return Err(Diagnostic::new(DiagnosticCode::UserSource, message, help).at(path.display()));
        }
        match syn::parse_file(&text) {
            Ok(file) => Ok(Self { path, text, file }),
            Err(error) => {
                let start = error.span().start();
                let place = format!("{}:{}:{}", path.display(), start.line, start.column + 1);
                let help = "repair it first; nothing was written";
                Err(Diagnostic::new(DiagnosticCode::UserSource, format!("it is no Rust: {error}"), help).at(place))
            }
        }
    }

    /// The source after these edits.
    ///
    /// # Errors
    /// `R0713` if that does not parse, which would be a bug in `samara`.
    pub(crate) fn edited(&self, edits: Edits) -> Result<GeneratedFile, Diagnostic> {
        let text = edits.applied_to(&self.text);
        let file = Self::parse(self.path.clone(), text).map_err(|mistake| {
            let help = "report this: it is a bug in `samara`, not in your source; nothing was written";
            let message = format!("an edit would leave no Rust ({})", mistake.message);
            Diagnostic::new(DiagnosticCode::Files, message, help).at(self.path.display())
        })?;
        Ok(GeneratedFile::present(file.path, file.text))
    }

    /// The folder that the modules of this one lie in.
    pub(crate) fn module_folder(&self) -> PathBuf {
        let parent = self.path.parent().unwrap_or(Path::new("")).to_owned();
        match self.path.file_stem().and_then(|it| it.to_str()) {
            Some("lib" | "main" | "mod") | None => parent,
            Some(module) => parent.join(module),
        }
    }

    /// The path by which the app's other modules name this one: `crate::accounts`.
    pub(crate) fn module_path(&self, app: &Path) -> String {
        let folder = self.module_folder();
        let inside = folder.strip_prefix(app.join("src")).unwrap_or(Path::new(""));
        let modules = inside.components().map(|it| it.as_os_str().to_string_lossy().into_owned());
        std::iter::once("crate".to_owned()).chain(modules).collect::<Vec<_>>().join("::")
    }
}

fn collect(root: &Path, folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), Diagnostic> {
    let unreadable = |error: std::io::Error| {
        let help = "check that this user may read it";
        Diagnostic::new(DiagnosticCode::Files, format!("a folder could not be read: {error}"), help)
            .at(folder.display())
    };
    let entries = match fs::read_dir(root.join(folder)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unreadable(error)),
    };
    for entry in entries {
        let entry = entry.map_err(unreadable)?;
        let path = folder.join(entry.file_name());
        if entry.file_type().map_err(unreadable)?.is_dir() {
            collect(root, &path, paths)?;
        } else if path.extension().is_some_and(|it| it == "rs") {
            paths.push(path);
        }
    }
    Ok(())
}
