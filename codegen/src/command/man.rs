//! `samara man`: the manual page of the program, or of one of its commands, for `man`.

use std::io::stdout;

use clap::Command;
use clap_mangen::Man;

use crate::cli::CommandResult;
use crate::diagnostic::{Diagnostic, DiagnosticCode};

/// Prints the page of the command at that path below `program`: `["db", "migrate"]`.
pub(crate) fn run(program: Command, path: &[String]) -> Result<CommandResult, Diagnostic> {
    let mut program = program;
    // So that each page shows the flags that every command has.
    program.build();
    let page = Man::new(command(program, path)?);
    // A closed pipe (`samara man | head`) is no error.
    drop(page.render(&mut stdout()));
    Ok(CommandResult::Done)
}

fn command(program: Command, path: &[String]) -> Result<Command, Diagnostic> {
    path.iter().try_fold(program, |command, word| {
        command.find_subcommand(word).cloned().ok_or_else(|| {
            let names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
            let there = if names.is_empty() {
                "it has no commands".to_owned()
            } else {
                format!("there is {}", names.join(", "))
            };
            let message = format!("`{}` has no command `{word}`", command.get_bin_name().unwrap_or(command.get_name()));
            Diagnostic::new(DiagnosticCode::UnknownCommand, message, there)
        })
    })
}
