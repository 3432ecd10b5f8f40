//! `samara new`: a workspace that compiles, migrates, serves and passes its own tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{current_folder, say};
use crate::cli::{CommandResult, New};
use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::file::GeneratedFile;
use crate::new::{FrameworkSource, NewWorkspace, PackageName, Part};
use crate::write;

/// The lock with which this version was tested.
const LOCK: &str = include_str!("../../../Cargo.lock");

pub(crate) fn run(new: &New) -> Result<CommandResult, Diagnostic> {
    let here = current_folder()?;
    let framework = framework(new, &here)?;
    let workspace = NewWorkspace {
        name: new.name.clone(),
        parts: new.with.clone(),
        database: new.database,
        lock: lock(&framework, &here),
        framework,
    };
    is_no_crate(&new.name, &workspace.lock)?;
    let root = here.join(new.name.as_str());
    let files = workspace.files()?;
    if !new.force {
        is_alone(&here)?;
        is_vacant(&root)?;
    }
    is_nothing_overwritten(&root, &files)?;
    say(&format!("{}/", new.name.as_str()));
    files.iter().for_each(|it| say(&format!("  {}", it.path().display())));
    if new.dry_run {
        say("nothing was written");
        return Ok(CommandResult::Done);
    }
    if new.force && root.exists() {
        write::write(&root, &files)?;
    } else {
        write::write_new(&root, &files)?;
    }
    start_repository(&root);
    say(&format!("written, with the framework of {}", workspace.framework));
    let then = if new.with.has(Part::Auth) { "samara add strategy magic-link" } else { "samara codegen initial" };
    say(&format!("next: cd {} && {then}", new.name.as_str()));
    Ok(CommandResult::Done)
}

/// Where the framework comes from: as said, or from where this program does.
fn framework(new: &New, here: &Path) -> Result<FrameworkSource, Diagnostic> {
    let Some(source) = new.samara.clone().or_else(FrameworkSource::of_this_program) else {
        let message = "nobody knows where this program was installed from";
        let help = "say where the framework is: `--samara path:FOLDER`, `--samara git:URL` or `--samara VERSION`";
        return Err(Diagnostic::new(DiagnosticCode::FrameworkSource, message, help));
    };
    if let FrameworkSource::Path(folder) = &source {
        let folder = here.join(folder);
        for package in ["framework", "codegen"] {
            if !folder.join(package).join("Cargo.toml").exists() {
                let message = format!("the framework is not there: the folder has no `{package}/Cargo.toml`");
                let help = "`--samara path:FOLDER` names the folder of its repository";
                return Err(Diagnostic::new(DiagnosticCode::FrameworkSource, message, help).at(folder.display()));
            }
        }
    }
    Ok(source)
}

/// The lock beside the framework, or else that of this program.
fn lock(framework: &FrameworkSource, here: &Path) -> String {
    let beside = match framework {
        FrameworkSource::Path(folder) => fs::read_to_string(here.join(folder).join("Cargo.lock")).ok(),
        FrameworkSource::Git { .. } | FrameworkSource::Version(_) => None,
    };
    beside.unwrap_or_else(|| LOCK.to_owned())
}

/// No crate of the tree has the name, or two crates in it would share one.
fn is_no_crate(name: &PackageName, lock: &str) -> Result<(), Diagnostic> {
    let mut packages = lock.split("[[package]]");
    let named = format!("\nname = \"{}\"\n", name.as_str());
    if packages.any(|it| it.contains(&named) && it.contains("\nsource = ")) {
        let message = format!("`{}` is a crate that the framework uses", name.as_str());
        return Err(Diagnostic::new(DiagnosticCode::NewFolder, message, "choose another name"));
    }
    Ok(())
}

/// No folder around it is a workspace: cargo could take the one for a part of the other.
fn is_alone(here: &Path) -> Result<(), Diagnostic> {
    let manifests = here.ancestors().map(|it| it.join("Cargo.toml"));
    let is_workspace = |path: &PathBuf| {
        let manifest = fs::read_to_string(path).ok().and_then(|it| it.parse::<toml_edit::DocumentMut>().ok());
        manifest.is_some_and(|it| it.contains_key("workspace"))
    };
    match manifests.into_iter().find(is_workspace) {
        None => Ok(()),
        Some(path) => {
            let message = "this folder is in a workspace already";
            let help = "go to a folder outside of it; or say `--force`, and exclude the new folder in that workspace's Cargo.toml";
            Err(Diagnostic::new(DiagnosticCode::NewFolder, message, help).at(path.display()))
        }
    }
}

/// The folder is empty or not there.
fn is_vacant(root: &Path) -> Result<(), Diagnostic> {
    let is_empty = match fs::read_dir(root) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
        Err(_) => false,
    };
    if is_empty {
        return Ok(());
    }
    let message = "there is something of this name, and it is no empty folder";
    let help = "choose another name; or say `--force`, which adds to a folder and overwrites nothing";
    Err(Diagnostic::new(DiagnosticCode::NewFolder, message, help).at(root.display()))
}

/// No file of the developer's would be overwritten.
fn is_nothing_overwritten(root: &Path, files: &[GeneratedFile]) -> Result<(), Diagnostic> {
    let there: Vec<String> = files
        .iter()
        .map(GeneratedFile::path)
        .filter(|it| root.join(it).exists())
        .map(|it| it.display().to_string())
        .collect();
    if there.is_empty() {
        return Ok(());
    }
    let message = format!("these files are there, and nothing is overwritten: {}", there.join(", "));
    Err(Diagnostic::new(DiagnosticCode::NewFolder, message, "move them away, or choose another name")
        .at(root.display()))
}

/// A repository, unless the folder is in one. Nothing here needs it, so where there is no Git there is none.
fn start_repository(root: &Path) {
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args(arguments).current_dir(root).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|it| it.success())
    };
    if !git(&["rev-parse", "--is-inside-work-tree"]) {
        git(&["init"]);
    }
}
