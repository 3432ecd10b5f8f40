//! The commands and their flags, as clap parses them.

use clap::{Parser, Subcommand};

/// Runs the application: without a command, it serves.
#[derive(Debug, Parser)]
#[command(version, disable_help_subcommand = true)]
pub(super) struct CommandLine {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Serves the application (what happens without a command too)
    Serve,
    /// Prints the declaration as JSON; needs no database and no setting
    Manifest,
    /// Prints the addresses that it answers at; needs no database and no setting
    Routes,
    /// Creates, migrates, drops the database
    #[command(subcommand)]
    Db(DbCommand),
    /// Looks at all that serving needs, and says what to do about what is wrong; exit status 1 if something is
    Doctor,
    /// Fills the database with demo data, if it has no users yet
    Seed,
    /// Makes somebody an admin
    #[command(subcommand)]
    Admin(AdminCommand),
}

#[derive(Debug, Subcommand)]
pub(super) enum DbCommand {
    /// Creates the database, if it is not there
    Create,
    /// Runs every migration that has not been
    Migrate,
    /// Takes back the last migrations
    Rollback {
        /// How many
        #[arg(long, default_value_t = 1)]
        steps: usize,
    },
    /// Lists the migrations; exit status 1 if one has not been run
    Status,
    /// Drops the database with all that is in it
    Drop {
        /// Does not ask
        #[arg(long)]
        yes: bool,
    },
    /// Drops the database, creates it and runs every migration
    Reset {
        /// Does not ask
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum AdminCommand {
    /// Makes somebody an admin; a user is made if there is none with that address
    Grant {
        /// Their e-mail address
        email: String,
    },
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_commands_fit_together() {
        CommandLine::command().debug_assert();
        assert!(CommandLine::try_parse_from(["app"]).is_ok_and(|it| it.command.is_none()));
        assert!(CommandLine::try_parse_from(["app", "db", "rollback", "--steps", "2"]).is_ok());
        assert!(CommandLine::try_parse_from(["app", "admin", "grant"]).is_err());
    }
}
