//! `samara client`: the clients of the API, those that the workspace says or one elsewhere.

use std::path::{Component, Path, PathBuf};

use super::{current_folder, say, workspace};
use crate::cli::{Client, CommandResult, report};
use crate::client::{ClientInput, ClientSettings, Language, generate};
use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::file::GeneratedFile;
use crate::manifest;
use crate::workspace::Workspace;
use crate::write::{compare, write};

type Result<T> = std::result::Result<T, Vec<Diagnostic>>;

pub(crate) fn run(app: Option<&str>, flags: &Client) -> Result<CommandResult> {
    let workspace = workspace(app)?;
    let settings = settings(&workspace, flags)?;
    let clients = settings.into_iter().map(|it| ClientInput::read(&workspace.root, &workspace.app, it));
    let clients = clients.collect::<std::result::Result<Vec<_>, _>>()?;
    let declared = match &flags.manifest {
        Some(file) => manifest::from_file(file),
        None => manifest::ask(&workspace),
    };
    let files = match generate(&declared?, &workspace.app, &clients) {
        Ok(files) => files,
        Err(found) => {
            report(&found);
            return Ok(CommandResult::Found);
        }
    };
    let drifts = compare(&workspace.root, &files)?;
    if drifts.is_empty() {
        say("nothing has changed");
        return Ok(CommandResult::Done);
    }
    if flags.check || flags.dry_run {
        drifts.iter().for_each(|it| say(it.diff.trim_end()));
        if flags.dry_run {
            say("nothing was written");
            return Ok(CommandResult::Done);
        }
        let message = format!("{} generated file(s) are not what the declaration asks for", drifts.len());
        let help = format!("run `samara client {}` and commit what it writes", flags.language.word());
        report(&[Diagnostic::new(DiagnosticCode::Drift, message, help)]);
        return Ok(CommandResult::Found);
    }
    drifts.iter().for_each(|it| say(&it.summary()));
    write(&workspace.root, &files)?;
    say("written; review it");
    Ok(CommandResult::Done)
}

/// The files of every client that the workspace says.
pub(super) fn configured(workspace: &Workspace, app: &samara::ir::App) -> Result<Vec<GeneratedFile>> {
    let settings = workspace.clients()?.into_iter();
    let clients = settings.map(|it| ClientInput::read(&workspace.root, &workspace.app, it));
    generate(app, &workspace.app, &clients.collect::<std::result::Result<Vec<_>, _>>()?)
}

/// The settings of a client that the flags say; of its folders those that are usual, unless given.
pub(super) fn said(
    workspace: &Workspace,
    language: Language,
    out: Option<&Path>,
    operations: Option<&Path>,
) -> std::result::Result<ClientSettings, Diagnostic> {
    let usual = language.usual();
    let here = |it: Option<&Path>| it.map(|it| in_workspace(workspace, it)).transpose();
    Ok(match (here(out)?, here(operations)?) {
        (None, None) => usual,
        (out, operations) => ClientSettings { out: out.unwrap_or(usual.out.clone()), operations, ..usual },
    })
}

/// The clients that are meant: one at `--out`, or those in the language that the workspace says.
fn settings(workspace: &Workspace, flags: &Client) -> Result<Vec<ClientSettings>> {
    let Client { language, out, operations, .. } = flags;
    if out.is_some() {
        return Ok(vec![said(workspace, *language, out.as_deref(), operations.as_deref())?]);
    }
    let mut clients = workspace.clients()?;
    clients.retain(|it| it.language == *language);
    if clients.is_empty() {
        let word = language.word();
        let message = format!("the workspace has no client in {word}");
        let help = format!("`samara add client {word}` adds one; or say `--out DIR`, and it is generated there once");
        return Err(Diagnostic::new(DiagnosticCode::NoClient, message, help).into());
    }
    if let Some(operations) = operations {
        let operations = in_workspace(workspace, operations)?;
        clients.iter_mut().for_each(|it| it.operations = Some(operations.clone()));
    }
    Ok(clients)
}

/// A path as it is given, from the current folder on, as one from the workspace's root on.
pub(super) fn in_workspace(workspace: &Workspace, path: &Path) -> std::result::Result<PathBuf, Diagnostic> {
    let mut full = PathBuf::new();
    for part in current_folder()?.join(path).components() {
        match part {
            Component::ParentDir => drop(full.pop()),
            Component::CurDir => {}
            other => full.push(other),
        }
    }
    Ok(full.strip_prefix(&workspace.root).map(Path::to_owned).unwrap_or(full))
}
