//! Several files as one change: what Ctrl-C, a crash or a full disk interrupts, the next run completes; and the last change can be taken back.
//!
//! ```text
//! .samara/change.json (old and new texts)  ──▶ the files, one after the other ──▶ .samara/last.json
//!   there: the change is being made                                              there: it was made, and `samara undo` takes it back
//! ```

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{failed, is_current, read, write_beside};
use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::file::GeneratedFile;

const FOLDER: &str = ".samara";
const CHANGE: &str = "change.json";
const LAST: &str = "last.json";

/// One file of a change.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry {
    /// Relative to the workspace's root.
    path: PathBuf,
    /// Its text before; `None`: it was not there.
    old: Option<String>,
    /// Its text after; `None`: it is gone.
    new: Option<String>,
}

/// Makes a change of several files, which can be taken back until the next one.
///
/// # Errors
/// `R0713` if a file cannot be written: then the next run completes the change, or says so again.
pub(crate) fn change(root: &Path, files: &[GeneratedFile]) -> Result<(), Diagnostic> {
    let mut entries = Vec::new();
    for file in files {
        let old = read(&root.join(file.path()))?;
        if !is_current(file, old.as_deref()) {
            let new = matches!(file, GeneratedFile::Present { .. }).then(|| file.text().to_owned());
            entries.push(Entry { path: file.path().clone(), old, new });
        }
    }
    begin(root, &entries)?;
    finish(root, &entries)
}

/// Completes a change that was interrupted; its paths, or nothing if there is none.
///
/// # Errors
/// `R0807` if one of its files was changed since; `R0713`.
pub(crate) fn resume(root: &Path) -> Result<Vec<PathBuf>, Diagnostic> {
    let Some(entries) = load(root, CHANGE)? else { return Ok(Vec::new()) };
    for entry in &entries {
        let there = read(&root.join(&entry.path))?;
        if there != entry.old && there != entry.new {
            let message = "a change was interrupted, and this file of it was changed since";
            let help = format!(
                "bring it to what it was before or after (`{FOLDER}/{CHANGE}` holds both), or remove `{FOLDER}/{CHANGE}` to leave all as it is"
            );
            return Err(Diagnostic::new(DiagnosticCode::Interrupted, message, help).at(entry.path.display()));
        }
    }
    finish(root, &entries)?;
    Ok(entries.into_iter().map(|it| it.path).collect())
}

/// Takes the last change back; its paths.
///
/// # Errors
/// `R0808` if there is none, or something of it was changed since; `R0713`.
pub(crate) fn undo(root: &Path) -> Result<Vec<PathBuf>, Diagnostic> {
    let not_undone = |message: &str, help: &str| Diagnostic::new(DiagnosticCode::NotUndone, message, help);
    let Some(entries) = load(root, LAST)? else {
        let help = "it takes back what `samara add` or `samara gen` wrote last; version control knows the rest";
        return Err(not_undone("there is no change to take back", help));
    };
    for entry in &entries {
        if read(&root.join(&entry.path))? != entry.new {
            let help = "take back what was changed since, or let version control do it; nothing was written";
            let message = "it was changed since, and that would be lost";
            return Err(not_undone(message, help).at(entry.path.display()));
        }
    }
    let back: Vec<Entry> =
        entries.into_iter().map(|Entry { path, old, new }| Entry { path, old: new, new: old }).collect();
    begin(root, &back)?;
    finish(root, &back)?;
    remove(root, LAST)?;
    Ok(back.into_iter().map(|it| it.path).collect())
}

/// From here on the change is made, whatever happens.
fn begin(root: &Path, entries: &[Entry]) -> Result<(), Diagnostic> {
    let text = serde_json::to_string(entries).map_err(|error| {
        let help = "report this; it is a bug in `samara`";
        Diagnostic::new(DiagnosticCode::Files, format!("a change cannot be written down: {error}"), help)
    })?;
    let place = root.join(FOLDER).join(CHANGE);
    put(&place, Some(&text))
}

fn finish(root: &Path, entries: &[Entry]) -> Result<(), Diagnostic> {
    for entry in entries {
        put(&root.join(&entry.path), entry.new.as_deref())?;
    }
    let (change, last) = (root.join(FOLDER).join(CHANGE), root.join(FOLDER).join(LAST));
    fs::rename(&change, &last).map_err(|error| failed(&last, "written", &error))
}

/// A file with this text, whole or as it was; `None`: no file.
fn put(place: &Path, text: Option<&str>) -> Result<(), Diagnostic> {
    match text {
        Some(text) => {
            let beside = write_beside(place, text)?;
            fs::rename(&beside, place).map_err(|error| {
                drop(fs::remove_file(&beside));
                failed(place, "written", &error)
            })
        }
        None => match fs::remove_file(place) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(place, "removed", &error)),
            _ => Ok(()),
        },
    }
}

fn load(root: &Path, name: &str) -> Result<Option<Vec<Entry>>, Diagnostic> {
    let place = root.join(FOLDER).join(name);
    let Some(text) = read(&place)? else { return Ok(None) };
    serde_json::from_str(&text).map(Some).map_err(|error| {
        let help = "remove it: version control knows what the files were";
        Diagnostic::new(DiagnosticCode::Interrupted, format!("it is not readable: {error}"), help).at(place.display())
    })
}

fn remove(root: &Path, name: &str) -> Result<(), Diagnostic> {
    put(&root.join(FOLDER).join(name), None)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// A folder with a file that is to be changed, and a change of it, of a new one and of one that goes.
    fn case() -> (tempfile::TempDir, Vec<GeneratedFile>) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.rs"), "old").unwrap();
        fs::write(folder.path().join("gone.rs"), "gone").unwrap();
        let files = vec![
            GeneratedFile::present("a.rs", "new"),
            GeneratedFile::present("b/c.rs", "made"),
            GeneratedFile::Absent { path: "gone.rs".into() },
        ];
        (folder, files)
    }

    fn texts(root: &Path) -> [Option<String>; 3] {
        ["a.rs", "b/c.rs", "gone.rs"].map(|it| fs::read_to_string(root.join(it)).ok())
    }

    const BEFORE: [Option<&str>; 3] = [Some("old"), None, Some("gone")];
    const AFTER: [Option<&str>; 3] = [Some("new"), Some("made"), None];

    #[test]
    fn a_change_is_taken_back_once() {
        let (folder, files) = case();
        let root = folder.path();
        change(root, &files).unwrap();
        assert_eq!(texts(root).each_ref().map(Option::as_deref), AFTER);
        assert_eq!(undo(root).unwrap().len(), 3);
        assert_eq!(texts(root).each_ref().map(Option::as_deref), BEFORE);
        assert_eq!(undo(root).unwrap_err().code, DiagnosticCode::NotUndone);
        assert_eq!(resume(root).unwrap(), Vec::<PathBuf>::new());
    }

    #[test]
    fn a_change_is_completed_from_wherever_it_was_cut_off() {
        for done in 0..=3 {
            let (folder, files) = case();
            let root = folder.path();
            change(root, &files).unwrap();
            // As it was after the first `done` files.
            let (change, last) = (root.join(FOLDER).join(CHANGE), root.join(FOLDER).join(LAST));
            fs::rename(&last, &change).unwrap();
            for (path, old) in ["a.rs", "b/c.rs", "gone.rs"].into_iter().zip(BEFORE).skip(done) {
                put(&root.join(path), old).unwrap();
            }
            assert_eq!(resume(root).unwrap().len(), 3);
            assert_eq!(texts(root).each_ref().map(Option::as_deref), AFTER, "after {done}");
            assert!(!change.exists() && last.exists());
        }
    }

    #[test]
    fn what_was_changed_since_is_not_lost() {
        let (folder, files) = case();
        let root = folder.path();
        change(root, &files).unwrap();
        fs::write(root.join("a.rs"), "mine").unwrap();
        assert_eq!(undo(root).unwrap_err().code, DiagnosticCode::NotUndone);
        fs::rename(root.join(FOLDER).join(LAST), root.join(FOLDER).join(CHANGE)).unwrap();
        assert_eq!(resume(root).unwrap_err().code, DiagnosticCode::Interrupted);
        assert_eq!(texts(root).each_ref().map(Option::as_deref), [Some("mine"), Some("made"), None]);
    }

    #[test]
    fn a_change_that_cannot_begin_changes_nothing() {
        let (folder, files) = case();
        let root = folder.path();
        // A file where the folder of the journal would be.
        fs::write(root.join(FOLDER), "").unwrap();
        assert_eq!(change(root, &files).unwrap_err().code, DiagnosticCode::Files);
        assert_eq!(texts(root).each_ref().map(Option::as_deref), BEFORE);
    }
}
