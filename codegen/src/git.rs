//! What version control knows of a migration: whether others may have it, and how the snapshots were before it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use samara::table::Table;

use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::snapshot;
use crate::workspace::is_migration;

/// How many commits that changed migrations are searched.
const SEARCHED: usize = 200;

/// A folder that git keeps.
pub(crate) struct Git {
    folder: PathBuf,
}

impl Git {
    /// The repository around a folder.
    ///
    /// # Errors
    /// `R0740` if there is none: then nobody knows whether a migration is released.
    pub(crate) fn around(folder: &Path) -> Result<Self, Diagnostic> {
        let git = Self { folder: folder.to_owned() };
        let inside = git.run(&["rev-parse", "--is-inside-work-tree"]).is_ok_and(|it| it.status.success());
        if inside {
            return Ok(git);
        }
        let help = "without version control a migration is never replaced; take it back as the chapter Migrations of the book says";
        let message = "there is no git repository here, so nobody knows whether the migration is released";
        Err(Diagnostic::new(DiagnosticCode::Released, message, help).at(folder.display()))
    }

    /// A commit of a branch of another repository, or of a tag, that holds or held the file: as `1a2b3c4 (tag: v1)`.
    ///
    /// # Errors
    /// `R0713` if git fails.
    pub(crate) fn released(&self, path: &Path) -> Result<Option<String>, Diagnostic> {
        let path = path.to_string_lossy();
        let found = self.said(&["log", "--remotes", "--tags", "-1", "--format=%h%d", "--", &path])?;
        // Where there are no such branches and tags, git shows the current branch's.
        let refs = self.said(&["for-each-ref", "--count=1", "--format=%(refname)", "refs/remotes", "refs/tags"])?;
        Ok(Some(found.trim().to_owned()).filter(|it| !it.is_empty() && !refs.trim().is_empty()))
    }

    /// The latest commit that holds exactly these migrations, and so the snapshots as they left them; `None` if there is none.
    ///
    /// # Errors
    /// `R0713`.
    pub(crate) fn at(&self, modules: &[String], migrations: &Path) -> Result<Option<String>, Diagnostic> {
        let folder = format!("{}/", migrations.join("src").display());
        let is_any = self.run(&["rev-parse", "--verify", "--quiet", "HEAD"])?.status.success();
        let changed = match is_any {
            true => self.said(&["log", &format!("-{SEARCHED}"), "--format=%H %P", "--", &folder])?,
            false => return Ok(None),
        };
        // A commit that changed them, and the one before it.
        for commit in std::iter::once("HEAD").chain(changed.split_whitespace()) {
            let listed = self.said(&["ls-tree", "--name-only", commit, "--", &folder])?;
            let names = listed.lines().filter_map(|it| it.rsplit('/').next()?.strip_suffix(".rs"));
            if names.filter(|it| is_migration(it)).eq(modules.iter().map(String::as_str)) {
                return Ok(Some(commit.to_owned()));
            }
        }
        Ok(None)
    }

    /// The snapshots as that commit holds them.
    ///
    /// # Errors
    /// `R0702`, `R0703`, `R0713`.
    pub(crate) fn snapshots(&self, commit: &str, migrations: &Path) -> Result<Vec<Table>, Diagnostic> {
        let folder = migrations.join("snapshots");
        let listed = self.said(&["ls-tree", "--name-only", commit, "--", &format!("{}/", folder.display())])?;
        let paths = listed.lines().filter(|it| it.ends_with(".json"));
        paths
            .map(|path| snapshot::read(Path::new(path), &self.said(&["show", &format!("{commit}:./{path}")])?))
            .collect()
    }

    fn said(&self, arguments: &[&str]) -> Result<String, Diagnostic> {
        let output = self.run(arguments)?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(failed(&format!("`git {}` fails: {}", arguments.join(" "), said.trim())))
    }

    fn run(&self, arguments: &[&str]) -> Result<Output, Diagnostic> {
        let output = Command::new("git").args(arguments).current_dir(&self.folder).output();
        output.map_err(|error| failed(&format!("git cannot be run: {error}")))
    }
}

fn failed(message: &str) -> Diagnostic {
    Diagnostic::new(DiagnosticCode::Files, message, "see that `git` is on the PATH and that the repository is sound")
}
