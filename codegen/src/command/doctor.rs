//! `samara doctor`: the toolchain and what is generated; then the app looks at the rest, of which it knows the settings.

use std::process::Command;

use super::db::status;
use super::{say, workspace};
use crate::cli::CommandResult;
use crate::diagnostic::Diagnostic;

pub(crate) fn run(app: Option<&str>) -> Result<CommandResult, Vec<Diagnostic>> {
    let workspace = workspace(app).map_err(|it| vec![it])?;
    let mut is_well = true;
    for (thing, program, argument, repair) in [
        ("toolchain", "rustc", "--version", "install Rust with rustup, which reads rust-toolchain.toml"),
        (
            "formatting",
            "rustfmt",
            "--version",
            "run `rustup component add rustfmt`; sources that are generated stay as they are without it",
        ),
        (
            "C compiler",
            "cc",
            "--version",
            "install one (on Debian: apt-get install build-essential); SQLite is compiled with it",
        ),
    ] {
        let mut command = Command::new(program);
        let output = command.arg(argument).current_dir(&workspace.root).output().ok().filter(|it| it.status.success());
        match output {
            Some(output) => {
                let text = String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned();
                say(&format!("ok     {thing:<12} {text}"));
            }
            None => {
                is_well = false;
                say(&format!("wrong  {thing:<12} `{program}` does not run\n                    help: {repair}"));
            }
        }
    }
    let rest = status(workspace.run_app(&["doctor"])).map_err(|it| vec![it])?;
    Ok(if is_well { rest } else { CommandResult::Found })
}
