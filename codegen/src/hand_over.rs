//! An installed `samara` in a workspace that has its own: that one runs, so that the generator is of the version in `Cargo.lock`.

use std::ffi::OsString;
use std::io::{Write, stderr};
use std::path::Path;
use std::process::Command;

use crate::diagnostic::Diagnostic;
use crate::workspace::{Generator, no_cargo};

/// The exit status of the workspace's own `samara`, if there is one that is not this program.
///
/// # Errors
/// `R0712` if cargo cannot be run.
pub(crate) fn to_workspace(arguments: &[OsString]) -> Result<Option<i32>, Diagnostic> {
    let Ok(folder) = std::env::current_dir() else { return Ok(None) };
    // Where there is no workspace, the command says so itself.
    let Some(generator) = Generator::find(&folder) else { return Ok(None) };
    let said = |text: &str| drop(writeln!(stderr(), "{text}"));
    let version = env!("CARGO_PKG_VERSION");
    let theirs = generator.version.as_deref().filter(|it| *it != version);
    let Some(package) = &generator.package else {
        if let Some(theirs) = theirs {
            said(&format!("warning: this is samara {version}, and the workspace has the framework's {theirs}"));
        }
        return Ok(None);
    };
    if is_in(&generator.target_folder) {
        return Ok(None);
    }
    if let Some(theirs) = theirs {
        said(&format!("samara {version} hands over to the workspace's samara {theirs}"));
    }
    let is_built = generator.program.as_ref().is_some_and(|it| it.exists());
    if !is_built {
        said(&format!("building `{package}`, this workspace's generator; that is done once"));
    }
    let mut command = generator.run(&folder, package, is_built, arguments);
    Ok(Some(status(&mut command)?))
}

fn status(command: &mut Command) -> Result<i32, Diagnostic> {
    let status = command.status().map_err(|error| no_cargo(&error))?;
    Ok(status.code().unwrap_or(2))
}

/// Whether this program was built in that folder.
fn is_in(target_folder: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    std::env::current_exe().is_ok_and(|it| real(&it).starts_with(real(target_folder)))
}
