//! The command line and its flags.

use std::io::{Write, stderr};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::command;
use crate::diagnostic::Diagnostic;
use crate::question::{Filling, Rename, SchemaObject};

/// The command line of Samara: generates what a declaration asks for, and looks after the database.
///
/// Exit status: 0 done, 1 something was found (drift, a refused change), 2 failure.
#[derive(Debug, Parser)]
#[command(name = "samara", version, propagate_version = true)]
struct Samara {
    /// The app's package, where the workspace does not say it.
    #[arg(long, global = true, value_name = "PACKAGE")]
    app: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Generates the migration from the last snapshots to the declaration, and everything else that is generated.
    Codegen(Codegen),
    /// Creates, migrates and drops the database at DATABASE_URL.
    #[command(subcommand)]
    Db(Db),
    /// Creates the database, migrates it, and seeds it; tells every failure.
    Setup,
}

/// The flags of `samara codegen`.
#[derive(Debug, Args)]
pub(crate) struct Codegen {
    /// What the migration does: `create_worlds`. Only needed if there is one to make.
    pub(crate) name: Option<String>,
    /// Compares instead of writing; status 1 with the difference if there is one.
    #[arg(long)]
    pub(crate) check: bool,
    /// Shows what would change instead of changing it.
    #[arg(long, conflicts_with = "check")]
    pub(crate) dry_run: bool,
    /// A table or column that is the same under a new name: `old:new`, `table.old:new`.
    #[arg(long, value_name = "OLD:NEW")]
    pub(crate) rename: Vec<Rename>,
    /// A table or column that is gone for good: `table`, `table.column`.
    #[arg(long, value_name = "TABLE[.COLUMN]")]
    pub(crate) drop: Vec<SchemaObject>,
    /// What rows that stand get in a column that is new or becomes required: `table.column:value`.
    #[arg(long, value_name = "TABLE.COLUMN:VALUE")]
    pub(crate) fill: Vec<Filling>,
    /// A column that is the same under the same name, though it looks as if it had swapped names with another: `table.column`.
    #[arg(long, value_name = "TABLE.COLUMN")]
    pub(crate) keep: Vec<SchemaObject>,
    /// Leaves rows as they are whose values do not fit what is declared of a column: `table.column`.
    #[arg(long, value_name = "TABLE.COLUMN")]
    pub(crate) accept: Vec<SchemaObject>,
    /// Makes the last migration anew, which nobody else has, and brings the developer's database along.
    #[arg(long, conflicts_with_all = ["check", "dev"])]
    pub(crate) amend: bool,
    /// Writes a migration without a name; the next that has one takes its place.
    #[arg(long, conflicts_with_all = ["check", "name"])]
    pub(crate) dev: bool,
    /// Replaces migrations all the same that others may have, that were changed by hand, or whose database is no developer's.
    #[arg(long)]
    pub(crate) force: bool,
    /// Says that the server's database at DATABASE_URL is the developer's own, and changes it without asking.
    #[arg(long)]
    pub(crate) yes: bool,
    /// Reads the declaration from a file instead of asking the app.
    #[arg(long, value_name = "FILE")]
    pub(crate) manifest: Option<PathBuf>,
}

/// The commands of `samara db`; the app runs them.
#[derive(Debug, Subcommand)]
pub(crate) enum Db {
    /// Creates the database unless it is there.
    Create,
    /// Runs every pending migration.
    Migrate,
    /// Takes back the last migrations.
    Rollback {
        /// How many.
        #[arg(long, default_value_t = 1, value_name = "N")]
        steps: u32,
    },
    /// Says which migrations are applied and which pending.
    Status,
    /// Drops the database with all that is in it.
    Drop {
        /// Does not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Drops the database, creates it and runs every migration.
    Reset {
        /// Does not ask.
        #[arg(long)]
        yes: bool,
    },
}

/// The result of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CommandResult {
    Done,
    Found,
    Failed,
}

/// Runs what the arguments say.
pub fn main() -> ExitCode {
    let samara = Samara::parse();
    let app = samara.app.as_deref();
    let outcome = match &samara.command {
        Command::Codegen(codegen) => command::codegen::run(app, codegen),
        Command::Db(db) => command::db::run(app, db),
        Command::Setup => command::setup::run(app),
    };
    match outcome {
        Ok(CommandResult::Done) => ExitCode::SUCCESS,
        Ok(CommandResult::Found) => ExitCode::from(1),
        Ok(CommandResult::Failed) => ExitCode::from(2),
        Err(mistakes) => {
            report(&mistakes);
            ExitCode::from(2)
        }
    }
}

/// Prints problems to standard error.
pub(crate) fn report(mistakes: &[Diagnostic]) {
    for mistake in mistakes {
        // If standard error cannot be written, nothing can be reported.
        let _ = writeln!(stderr(), "{mistake}\n");
    }
}
