//! Several files as one change: what Ctrl-C or a crash interrupts, the next run completes or takes back; and the last change can be taken back.
//!
//! ```text
//! new texts beside their places ──▶ .samara/change.json (old and new texts) ──▶ the files, one by one ──▶ .samara/last.json
//!   nothing has begun                 the change is being made                                              `samara undo` takes it back
//! ```

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Drift, failed, is_current, read, write_beside};
use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::file::GeneratedFile;

pub(super) const FOLDER: &str = ".samara";
const CHANGE: &str = "change.json";
const LAST: &str = "last.json";

/// A change of several files, as it is written down.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Change {
    /// Whether it takes back the last one.
    undoes: bool,
    entries: Vec<Entry>,
}

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

impl Change {
    /// The change that makes these files, from how they are now.
    ///
    /// # Errors
    /// `R0713` if one cannot be read.
    pub(crate) fn to(root: &Path, files: &[GeneratedFile]) -> Result<Self, Diagnostic> {
        let mut entries = Vec::new();
        for file in files {
            let old = read(&root.join(file.path()))?;
            if !is_current(file, old.as_deref()) {
                let new = matches!(file, GeneratedFile::Present { .. }).then(|| file.text().to_owned());
                entries.push(Entry { path: file.path().clone(), old, new });
            }
        }
        Ok(Self { undoes: false, entries })
    }

    /// What it changes, file by file.
    pub(crate) fn drifts(&self) -> Vec<Drift> {
        self.entries.iter().map(|it| Drift::between(&it.path, it.old.as_deref(), it.new.as_deref())).collect()
    }

    /// Whether it gives a file that is there another text.
    pub(crate) fn replaces(&self, path: &Path) -> bool {
        self.entries.iter().any(|it| it.path == path && it.old.is_some())
    }

    /// Leaves a file as it is.
    pub(crate) fn leave_out(&mut self, path: &Path) {
        self.entries.retain(|it| it.path != path);
    }

    /// Makes it. Until all texts are on the disk nothing has begun; from then on the next run completes what is cut off.
    ///
    /// # Errors
    /// `R0807` if a file is not as it was when the change was thought of; `R0713` if one cannot be written.
    pub(crate) fn make(&self, root: &Path) -> Result<(), Diagnostic> {
        for entry in &self.entries {
            if read(&root.join(&entry.path))? != entry.old {
                let message = "it has changed meanwhile, and that would be lost";
                let help = "run the command again; nothing was written";
                return Err(Diagnostic::new(DiagnosticCode::Interrupted, message, help).at(entry.path.display()));
            }
        }
        let mut staged = Vec::new();
        for entry in &self.entries {
            let Some(text) = &entry.new else { continue };
            match write_beside(&place(root, entry), text) {
                Ok(beside) => staged.push(beside),
                Err(mistake) => {
                    staged.iter().for_each(|it| drop(fs::remove_file(it)));
                    return Err(mistake);
                }
            }
        }
        let text = serde_json::to_string(self).map_err(|error| {
            let help = "report this; it is a bug in `samara`";
            Diagnostic::new(DiagnosticCode::Files, format!("a change cannot be written down: {error}"), help)
        });
        let begun = text.and_then(|it| put(&root.join(FOLDER).join(CHANGE), Some(&it)));
        if begun.is_err() {
            staged.iter().for_each(|it| drop(fs::remove_file(it)));
        }
        begun?;
        self.finish(root)
    }

    /// Puts every file as it is to be, and the change away.
    fn finish(&self, root: &Path) -> Result<(), Diagnostic> {
        for entry in &self.entries {
            put(&place(root, entry), entry.new.as_deref())?;
        }
        let (change, last) = (root.join(FOLDER).join(CHANGE), root.join(FOLDER).join(LAST));
        if self.undoes {
            put(&last, None)?;
            return put(&change, None);
        }
        fs::rename(&change, &last).map_err(|error| failed(&last, "written", &error))
    }

    fn back(self) -> Self {
        let swap = |Entry { path, old, new }| Entry { path, old: new, new: old };
        Self { undoes: true, entries: self.entries.into_iter().map(swap).collect() }
    }

    fn paths(self) -> Vec<PathBuf> {
        self.entries.into_iter().map(|it| it.path).collect()
    }

    /// No file of it was changed by somebody else since it began.
    fn is_undisturbed(&self, root: &Path) -> Result<(), Diagnostic> {
        for entry in &self.entries {
            let there = read(&root.join(&entry.path))?;
            if there != entry.old && there != entry.new {
                let message = "a change was interrupted, and this file of it was changed since";
                let help = format!(
                    "bring it to what it was before or after (`{FOLDER}/{CHANGE}` holds both), or remove `{FOLDER}/{CHANGE}` to leave all as it is"
                );
                return Err(Diagnostic::new(DiagnosticCode::Interrupted, message, help).at(entry.path.display()));
            }
        }
        Ok(())
    }
}

/// Whether a change was interrupted.
pub(crate) fn is_interrupted(root: &Path) -> bool {
    root.join(FOLDER).join(CHANGE).exists()
}

/// Completes a change that was interrupted; its paths, or nothing if there is none.
///
/// # Errors
/// `R0807` if one of its files was changed since; `R0713`.
pub(crate) fn resume(root: &Path) -> Result<Vec<PathBuf>, Diagnostic> {
    let Some(change) = load(root, CHANGE)? else { return Ok(Vec::new()) };
    change.is_undisturbed(root)?;
    change.finish(root)?;
    Ok(change.paths())
}

/// Takes back what was interrupted, or else the last change; its paths.
///
/// # Errors
/// `R0808` if there is none, or something of it was changed since; `R0807`, `R0713`.
pub(crate) fn undo(root: &Path) -> Result<Vec<PathBuf>, Diagnostic> {
    if let Some(change) = load(root, CHANGE)? {
        change.is_undisturbed(root)?;
        let back = if change.undoes { change } else { change.back() };
        back.finish(root)?;
        return Ok(back.paths());
    }
    let not_undone = |message: &str, help: &str| Diagnostic::new(DiagnosticCode::NotUndone, message, help);
    let Some(last) = load(root, LAST)? else {
        let help = "it takes back what `samara add` or `samara gen` wrote last; version control knows the rest";
        return Err(not_undone("there is no change to take back", help));
    };
    for entry in &last.entries {
        if read(&root.join(&entry.path))? != entry.new {
            let help = "take back what was changed since, or let version control do it; nothing was written";
            let message = "it was changed since, and that would be lost";
            return Err(not_undone(message, help).at(entry.path.display()));
        }
    }
    let back = last.back();
    back.make(root)?;
    Ok(back.paths())
}

/// Where a file lies: what a link points at stays behind it.
fn place(root: &Path, entry: &Entry) -> PathBuf {
    let path = root.join(&entry.path);
    path.canonicalize().unwrap_or(path)
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

fn load(root: &Path, name: &str) -> Result<Option<Change>, Diagnostic> {
    let place = root.join(FOLDER).join(name);
    let Some(text) = read(&place)? else { return Ok(None) };
    serde_json::from_str(&text).map(Some).map_err(|error| {
        let help = "remove it: version control knows what the files were";
        Diagnostic::new(DiagnosticCode::Interrupted, format!("it is not readable: {error}"), help).at(place.display())
    })
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

    fn change(root: &Path, files: &[GeneratedFile]) -> Result<(), Diagnostic> {
        Change::to(root, files)?.make(root)
    }

    #[track_caller]
    fn is(root: &Path, expected: [Option<&str>; 3]) {
        let texts = ["a.rs", "b/c.rs", "gone.rs"].map(|it| fs::read_to_string(root.join(it)).ok());
        assert_eq!(texts.each_ref().map(Option::as_deref), expected);
    }

    /// The change, as it is when it was cut off after `done` files; `undoes`: while it was taken back.
    fn cut_off(done: usize, undoes: bool) -> tempfile::TempDir {
        let (folder, files) = case();
        let root = folder.path();
        let change = Change::to(root, &files).unwrap();
        let change = if undoes {
            change.make(root).unwrap();
            change.back()
        } else {
            change
        };
        put(&root.join(FOLDER).join(CHANGE), Some(&serde_json::to_string(&change).unwrap())).unwrap();
        for entry in change.entries.iter().take(done) {
            put(&root.join(&entry.path), entry.new.as_deref()).unwrap();
        }
        folder
    }

    const BEFORE: [Option<&str>; 3] = [Some("old"), None, Some("gone")];
    const AFTER: [Option<&str>; 3] = [Some("new"), Some("made"), None];

    #[test]
    fn a_change_is_taken_back_once() {
        let (folder, files) = case();
        let root = folder.path();
        change(root, &files).unwrap();
        is(root, AFTER);
        assert_eq!(undo(root).unwrap().len(), 3);
        is(root, BEFORE);
        assert_eq!(undo(root).unwrap_err().code, DiagnosticCode::NotUndone);
        assert_eq!(resume(root).unwrap(), Vec::<PathBuf>::new());
    }

    #[test]
    fn what_was_cut_off_is_completed_or_taken_back_from_wherever_it_was() {
        for done in 0..=3 {
            for (undoes, completed, undone) in [(false, AFTER, BEFORE), (true, BEFORE, BEFORE)] {
                let folder = cut_off(done, undoes);
                assert!(is_interrupted(folder.path()));
                assert_eq!(resume(folder.path()).unwrap().len(), 3);
                is(folder.path(), completed);
                assert!(!is_interrupted(folder.path()));
                let folder = cut_off(done, undoes);
                undo(folder.path()).unwrap();
                is(folder.path(), undone);
                assert_eq!(undo(folder.path()).unwrap_err().code, DiagnosticCode::NotUndone);
            }
        }
    }

    #[test]
    fn what_was_changed_since_is_not_lost() {
        let (folder, files) = case();
        let root = folder.path();
        let thought_of = Change::to(root, &files).unwrap();
        fs::write(root.join("a.rs"), "mine").unwrap();
        assert_eq!(thought_of.make(root).unwrap_err().code, DiagnosticCode::Interrupted);
        is(root, [Some("mine"), None, Some("gone")]);
        change(root, &files).unwrap();
        fs::write(root.join("a.rs"), "mine again").unwrap();
        assert_eq!(undo(root).unwrap_err().code, DiagnosticCode::NotUndone);
        is(root, [Some("mine again"), Some("made"), None]);
        let folder = cut_off(1, false);
        fs::write(folder.path().join("a.rs"), "mine").unwrap();
        assert_eq!(resume(folder.path()).unwrap_err().code, DiagnosticCode::Interrupted);
        assert_eq!(undo(folder.path()).unwrap_err().code, DiagnosticCode::Interrupted);
        is(folder.path(), [Some("mine"), None, Some("gone")]);
    }

    #[test]
    fn a_change_that_cannot_begin_changes_nothing() {
        // A file where the folder of the journal would be; a folder where a text would be put beside its place.
        for obstacle in [FOLDER, "b/c.rs.new/x"] {
            let (folder, files) = case();
            let root = folder.path();
            let obstacle = root.join(obstacle);
            fs::create_dir_all(obstacle.parent().unwrap()).unwrap();
            fs::write(&obstacle, "").unwrap();
            assert_eq!(change(root, &files).unwrap_err().code, DiagnosticCode::Files);
            is(root, BEFORE);
            assert!(!is_interrupted(root) && !root.join("a.rs.new").exists());
        }
    }
}
