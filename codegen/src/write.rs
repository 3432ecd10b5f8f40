//! The only place that writes generated files; and what `--check` and `--dry-run` do instead.

pub(crate) mod journal;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use similar::TextDiff;

use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::file::GeneratedFile;
use journal::Change;

/// A file that is not as it was generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// Relative to the workspace's root.
    pub path: PathBuf,
    /// The unified diff from the file's text to the generated text.
    pub diff: String,
}

impl Drift {
    /// The path, with the numbers of added and removed lines: `migrations/src/lib.rs (+2 -1)`.
    pub fn summary(&self) -> String {
        // The first two lines of a unified diff are its header.
        let count = |sign: char| self.diff.lines().skip(2).filter(|it| it.starts_with(sign)).count();
        format!("{} (+{} -{})", self.path.display(), count('+'), count('-'))
    }

    /// From one text to another; `None`: the file is not there.
    fn between(path: &Path, old: Option<&str>, new: Option<&str>) -> Self {
        // The paths as git writes them, so that the diff can be applied.
        let header = |side: &str, text: Option<&str>| match text {
            Some(_) => format!("{side}/{}", path.display()),
            None => "/dev/null".to_owned(),
        };
        let diff = TextDiff::from_lines(old.unwrap_or_default(), new.unwrap_or_default());
        // What stands beside a setting may be a password.
        let context = if holds_secrets(path) { 0 } else { 3 };
        let mut diff = diff.unified_diff();
        let diff = diff.context_radius(context).header(&header("a", old), &header("b", new)).to_string();
        Self { path: path.to_owned(), diff }
    }
}

/// The files that [`write()`] would change, in order.
///
/// # Errors
/// `R0713` if a file cannot be read.
pub fn compare(root: &Path, files: &[GeneratedFile]) -> Result<Vec<Drift>, Diagnostic> {
    Ok(Change::to(root, files)?.drifts())
}

/// Writes the files to the disk, and returns the paths that changed.
///
/// All texts are first written to temporary files beside their targets, so that a full disk changes nothing.
///
/// # Errors
/// `R0713` if a file cannot be written or removed.
pub fn write(root: &Path, files: &[GeneratedFile]) -> Result<Vec<PathBuf>, Diagnostic> {
    StagedFiles::of(root, files)?.put_in_place()
}

/// Writes a folder that is empty or not there yet: all of its files, or nothing.
///
/// # Errors
/// `R0713` if a file cannot be written.
pub fn write_new(root: &Path, files: &[GeneratedFile]) -> Result<(), Diagnostic> {
    let mut name = std::ffi::OsString::from(".");
    name.push(root.file_name().unwrap_or_default());
    name.push(format!(".new-{}", std::process::id()));
    let beside = root.with_file_name(name);
    let written = write(&beside, files);
    let moved = written.and_then(|_| {
        // Only an empty folder can be removed so.
        match fs::remove_dir(root) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(root, "replaced", &error)),
            _ => {}
        }
        fs::rename(&beside, root).map_err(|error| failed(root, "made", &error))
    });
    if moved.is_err() {
        drop(fs::remove_dir_all(&beside));
    }
    moved
}

/// Files whose texts are on the disk, beside the files that they will replace. Dropped, they are removed again.
pub(crate) struct StagedFiles(Vec<StagedFile>);

struct StagedFile {
    place: PathBuf,
    /// Its text; `None`: the file is to be removed.
    beside: Option<PathBuf>,
    /// In the workspace.
    path: PathBuf,
}

impl StagedFiles {
    /// Writes the texts of the files that would change.
    ///
    /// # Errors
    /// `R0713` if one cannot be written.
    pub(crate) fn of(root: &Path, files: &[GeneratedFile]) -> Result<Self, Diagnostic> {
        let mut staged = Self(Vec::new());
        for file in files {
            staged.0.extend(stage(root, file)?);
        }
        Ok(staged)
    }

    /// Puts them in place of the old ones, and returns the paths that changed.
    ///
    /// # Errors
    /// `R0713` if a file cannot be renamed or removed.
    pub(crate) fn put_in_place(mut self) -> Result<Vec<PathBuf>, Diagnostic> {
        let mut changed = Vec::new();
        for StagedFile { place, beside, path } in std::mem::take(&mut self.0) {
            let done = match beside {
                Some(beside) => fs::rename(&beside, &place),
                None => fs::remove_file(&place),
            };
            done.map_err(|error| failed(&place, "written", &error))?;
            changed.push(path);
        }
        Ok(changed)
    }
}

impl Drop for StagedFiles {
    fn drop(&mut self) {
        // A temporary file that cannot be removed does no harm; `docs/errors/R0713.md` names it.
        self.0.iter().filter_map(|it| it.beside.as_ref()).for_each(|it| drop(fs::remove_file(it)));
    }
}

fn is_current(file: &GeneratedFile, old: Option<&str>) -> bool {
    match file {
        GeneratedFile::Present { text, .. } => old == Some(text),
        GeneratedFile::Absent { .. } => old.is_none(),
    }
}

/// The file with its text beside it; `None` if nothing changes.
fn stage(root: &Path, file: &GeneratedFile) -> Result<Option<StagedFile>, Diagnostic> {
    let place = root.join(file.path());
    if is_current(file, read(&place)?.as_deref()) {
        return Ok(None);
    }
    let beside = match file {
        GeneratedFile::Present { text, .. } => Some(write_beside(&place, text)?),
        GeneratedFile::Absent { .. } => None,
    };
    Ok(Some(StagedFile { place, beside, path: file.path().clone() }))
}

fn write_beside(place: &Path, text: &str) -> Result<PathBuf, Diagnostic> {
    if let Some(parent) = place.parent() {
        fs::create_dir_all(parent).map_err(|error| failed(parent, "made", &error))?;
    }
    let mut name = place.as_os_str().to_owned();
    name.push(".new");
    let beside = PathBuf::from(name);
    fs::write(&beside, text).map_err(|error| {
        drop(fs::remove_file(&beside));
        failed(&beside, "written", &error)
    })?;
    keep_to_its_user(place, &beside).map_err(|error| failed(&beside, "closed to others", &error))?;
    Ok(beside)
}

/// Whether a file may hold passwords: settings, and the journal, which holds the texts of what was changed.
fn holds_secrets(path: &Path) -> bool {
    path.file_name().is_some_and(|it| it == ".env")
        || path.parent().and_then(Path::file_name).is_some_and(|it| it == journal::FOLDER)
}

/// What may hold passwords nobody else on the machine may read.
#[cfg(unix)]
fn keep_to_its_user(place: &Path, beside: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if holds_secrets(place) {
        fs::set_permissions(beside, fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn keep_to_its_user(_: &Path, _: &Path) -> std::io::Result<()> {
    Ok(())
}

fn read(path: &Path) -> Result<Option<String>, Diagnostic> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(path, "read", &error)),
    }
}

fn failed(path: &Path, what: &str, error: &std::io::Error) -> Diagnostic {
    let help = "check that this user may write there and that the disk is not full";
    Diagnostic::new(DiagnosticCode::Files, format!("a file could not be {what}: {error}"), help).at(path.display())
}
