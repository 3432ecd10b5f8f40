//! What version control knows of a migration: whether others may have it, and how the snapshots were before it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use samara::table::Table;

use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::snapshot;
use crate::workspace::is_migration;

/// How many commits that changed migrations are searched.
const SEARCHED: usize = 200;

/// What somebody may have set for themselves, and what would change what git prints or finds.
const SETTINGS: [&str; 5] =
    ["core.quotePath=false", "log.showSignature=false", "log.follow=false", "log.mailmap=false", "color.ui=false"];

/// The folder of the migrations, which git keeps: the repository is theirs, also where it is a submodule of the workspace's.
pub(crate) struct Git {
    folder: PathBuf,
}

impl Git {
    /// The repository around the folder of the migrations; `None` if there is none.
    ///
    /// # Errors
    /// `R0713` if git cannot say.
    pub(crate) fn around(folder: &Path) -> Result<Option<Self>, Diagnostic> {
        let git = Self { folder: folder.to_owned() };
        if !folder.ancestors().any(|it| it.join(".git").exists()) && std::env::var_os("GIT_DIR").is_none() {
            return Ok(None);
        }
        git.said(&["rev-parse", "--is-inside-work-tree"])?;
        Ok(Some(git))
    }

    /// A commit of a branch of another repository, or of a tag, that holds or held the migration: as `1a2b3c4 (tag: v1)`.
    ///
    /// # Errors
    /// `R0713` if git fails.
    pub(crate) fn released(&self, module: &str) -> Result<Option<String>, Diagnostic> {
        let path = format!("src/{module}.rs");
        // Also where a merge left it out.
        let found = self.said(&["log", "--remotes", "--tags", "--full-history", "-1", "--format=%h%d", "--", &path])?;
        // Where there are no such branches and tags, git shows the current branch's.
        let refs = self.said(&["for-each-ref", "--count=1", "--format=%(refname)", "refs/remotes", "refs/tags"])?;
        Ok(Some(found.trim().to_owned()).filter(|it| !it.is_empty() && !refs.trim().is_empty()))
    }

    /// The latest commit that holds exactly these migrations, and so the snapshots as they left them; `None` if there is none.
    ///
    /// # Errors
    /// `R0713`.
    pub(crate) fn at(&self, modules: &[String]) -> Result<Option<String>, Diagnostic> {
        let is_any = self.run(&["rev-parse", "--verify", "--quiet", "HEAD"])?.status.success();
        let changed = match is_any {
            true => self.said(&["log", &format!("-{SEARCHED}"), "--full-history", "--format=%H %P", "--", "src"])?,
            false => return Ok(None),
        };
        // A commit that changed them, and those before it.
        for commit in std::iter::once("HEAD").chain(changed.split_whitespace()) {
            let listed = self.listed(commit, "src/")?;
            let names = listed.iter().filter_map(|it| it.strip_prefix("src/")?.strip_suffix(".rs"));
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
    pub(crate) fn snapshots(&self, commit: &str) -> Result<Vec<Table>, Diagnostic> {
        let listed = self.listed(commit, "snapshots/")?;
        let paths = listed.iter().filter(|it| it.ends_with(".json"));
        paths
            .map(|path| snapshot::read(Path::new(path), &self.said(&["show", &format!("{commit}:./{path}")])?))
            .collect()
    }

    /// The files of that commit in a folder of the migrations', by their paths there.
    fn listed(&self, commit: &str, folder: &str) -> Result<Vec<String>, Diagnostic> {
        let listed = self.said(&["ls-tree", "-z", "--name-only", commit, "--", folder])?;
        Ok(listed.split_terminator('\0').map(str::to_owned).collect())
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
        let settings = SETTINGS.iter().flat_map(|it| ["-c", it]);
        let output = Command::new("git").args(settings).args(arguments).current_dir(&self.folder).output();
        output.map_err(|error| failed(&format!("git cannot be run: {error}")))
    }
}

fn failed(message: &str) -> Diagnostic {
    Diagnostic::new(DiagnosticCode::Files, message, "see that `git` is on the PATH and that the repository is sound")
}
