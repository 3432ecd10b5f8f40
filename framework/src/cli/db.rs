//! `db …`: the database itself, and its migrations.

use std::io::{BufRead, IsTerminal, Write};
use std::process::ExitCode;

use crate::migration::{self, Created, Dropped, MigrationState, Migrations, Migrator};
use crate::settings::Settings;

use super::command::DbCommand;
use super::{CommandError, Server};

pub(super) async fn run(mut server: Server, settings: &Settings, command: DbCommand) -> Result<ExitCode, CommandError> {
    let url = settings.direct_url();
    let name = migration::name(url)?;
    let migrations = server.take_migrations();
    match command {
        DbCommand::Create => match migration::create(url).await? {
            Created::New => say(&format!("created {name}"))?,
            Created::Stood => say(&format!("{name} is there already"))?,
        },
        DbCommand::Migrate => {
            let migrations = listed(migrations)?;
            migration::create_missing(url).await?;
            let names = Migrator::connect(url, migrations).await?.up().await?;
            report(&names, "applied", "nothing to apply")?;
        }
        DbCommand::Rollback { steps } => {
            let names = Migrator::connect(url, listed(migrations)?).await?.down(steps).await?;
            report(&names, "taken back", "nothing to take back")?;
        }
        DbCommand::Status => return status(&Migrator::connect(url, listed(migrations)?).await?).await,
        DbCommand::Drop { yes } => {
            confirm(yes, "drop", &name)?;
            match migration::drop(url).await? {
                Dropped::Gone => say(&format!("dropped {name}"))?,
                Dropped::Absent => say(&format!("there is no {name}"))?,
            }
        }
        DbCommand::Reset { yes } => {
            let migrations = listed(migrations)?;
            confirm(yes, "reset", &name)?;
            let names = Migrator::reset(url, migrations).await?;
            report(&names, "applied", "nothing to apply")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn status(migrator: &Migrator) -> Result<ExitCode, CommandError> {
    let mut pending = false;
    for migration in migrator.status().await? {
        let state = match migration.state {
            MigrationState::Applied => "applied",
            MigrationState::Pending => "pending",
        };
        pending |= migration.state == MigrationState::Pending;
        say(&format!("{state}  {}", migration.name))?;
    }
    Ok(if pending { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn listed(migrations: Option<Migrations>) -> Result<Migrations, CommandError> {
    migrations.ok_or_else(|| {
        let help = "build it again with its default features, for `samara codegen` builds it without its migrations; an app that has none \
                    yet gives their list to `Server::migrations`";
        CommandError::helped("this program was built without migrations", help)
    })
}

/// Asks for a confirmation at a terminal. Where there is none, only `--yes` confirms.
fn confirm(yes: bool, what: &str, name: &str) -> Result<(), CommandError> {
    if yes {
        return Ok(());
    }
    let warning = format!("`db {what}` deletes everything in {name}");
    let refused = || CommandError::helped(warning.clone(), "say `--yes` if you mean it");
    if !std::io::stdin().is_terminal() {
        return Err(refused());
    }
    let mut out = std::io::stderr().lock();
    let _ = write!(out, "{warning}. Type `yes` to go on: ");
    let _ = out.flush();
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    if read.is_ok() && answer.trim() == "yes" { Ok(()) } else { Err(refused()) }
}

fn report(names: &[String], done: &str, nothing: &str) -> Result<(), CommandError> {
    if names.is_empty() {
        return say(nothing);
    }
    names.iter().try_for_each(|it| say(&format!("{done}  {it}")))
}

/// Prints one line of the command's output.
pub(super) fn say(line: &str) -> Result<(), CommandError> {
    let written = writeln!(std::io::stdout().lock(), "{line}");
    written.map_err(|error| CommandError::new("the answer could not be written", error.to_string()))
}
