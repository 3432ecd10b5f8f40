//! The command line and its flags.

use std::ffi::OsString;
use std::io::{Write, stderr, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand};

use crate::client::Language;
use crate::command;
use crate::diagnostic::Diagnostic;
use crate::hand_over;
use crate::new::{FrameworkSource, PackageName, Parts, StartDatabase};
use crate::question::{Filling, Rename, SchemaObject};
use crate::scaffold::{ActionWord, FieldArgument};

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
    /// Makes a workspace: an app with its migrations and tests, ready to run.
    New(New),
    /// Adds to the app's sources: shows what would change, asks, and writes.
    #[command(subcommand)]
    Add(Add),
    /// Generates a resource, or a secret.
    #[command(subcommand)]
    Gen(Gen),
    /// Generates the migration from the last snapshots to the declaration, and everything else that is generated.
    Codegen(Codegen),
    /// Generates clients of the API: those in a language that the workspace says, or one elsewhere.
    Client(Client),
    /// Creates, migrates and drops the database at DATABASE_URL.
    #[command(subcommand)]
    Db(Db),
    /// Creates the database, migrates it, and seeds it; tells every failure.
    Setup,
    /// Takes back what `add` or `gen` wrote last, if nothing of it was changed since.
    Undo,
    /// Says who may do what: each action of each resource, for nobody and for each role.
    Policies {
        /// How it is written.
        #[arg(long, value_enum, default_value = "text")]
        format: PoliciesFormat,
    },
    /// Draws the app as Mermaid: its resources, the states of each, and who may do what.
    Diagram(Diagram),
    /// Prints the addresses that the app answers at.
    Routes,
    /// Checks every rule that needs no database: sources, declaration, migrations, and whether what is generated is as it should be.
    Check,
    /// Looks at the toolchain, the settings, the database and its migrations, the port and mail; says what to do about what is wrong.
    Doctor,
    /// Says what a code such as R0706 means, and what to do.
    Explain {
        /// The code.
        code: String,
    },
    /// Prints what completes this program's commands and flags in a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Prints the manual page of this program, or of one of its commands: `samara man codegen | man -l -`.
    Man {
        /// The command: `codegen`, `db migrate`.
        command: Vec<String>,
    },
}

/// The flags of `samara new`.
#[derive(Debug, Args)]
pub(crate) struct New {
    /// The app's package, and the folder that is made: `v-sekai`.
    pub(crate) name: PackageName,
    /// What the app has besides resources: some of `auth,admin,graphql,godot`, or `none`.
    #[arg(long, value_name = "PARTS", default_value = "auth,admin,graphql")]
    pub(crate) with: Parts,
    /// The database that it starts with.
    #[arg(long, value_name = "DATABASE", default_value = "sqlite")]
    pub(crate) database: StartDatabase,
    /// Where the framework comes from: `path:FOLDER`, `git:URL`, `git:URL#REVISION` or a version. From where this program does, if not given.
    #[arg(long, value_name = "SOURCE")]
    pub(crate) samara: Option<FrameworkSource>,
    /// Shows the files instead of writing them.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Also inside another workspace, or into a folder that is not empty; nothing is overwritten.
    #[arg(long)]
    pub(crate) force: bool,
    /// Answers yes to every question. There is none today.
    #[arg(long)]
    pub(crate) yes: bool,
}

/// What `samara add` adds.
#[derive(Debug, Subcommand)]
pub(crate) enum Add {
    /// How people sign in.
    Strategy {
        /// By a link or a code that is mailed to them.
        #[arg(value_enum)]
        strategy: Strategy,
        /// The resource of those who sign in, if that is to be checked.
        #[arg(long, value_name = "RESOURCE")]
        user: Option<String>,
        #[command(flatten)]
        writing: Writing,
    },
    /// A resource; the same as `samara gen resource`.
    Resource(NewResourceArguments),
    /// An action of a resource.
    Action {
        /// The resource.
        resource: String,
        /// What it does.
        #[arg(value_enum)]
        kind: ActionWord,
        /// Its name: `archive`.
        name: String,
        #[command(flatten)]
        writing: Writing,
    },
    /// A client of the API, which `samara codegen` writes from then on.
    Client {
        /// The language.
        #[arg(value_enum)]
        language: Language,
        /// The folder that it is generated into; a usual one, if not given.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// The folder whose `.graphql` files hold its fragments.
        #[arg(long, value_name = "DIR")]
        operations: Option<PathBuf>,
        #[command(flatten)]
        writing: Writing,
    },
    /// Screens for resources.
    Admin {
        /// The resources; each that a domain lists, if none is named.
        resources: Vec<String>,
        #[command(flatten)]
        writing: Writing,
    },
    /// A place in the GraphQL API for resources.
    Graphql {
        /// The resources; each that a domain lists and that is no part of signing in, if none is named.
        resources: Vec<String>,
        #[command(flatten)]
        writing: Writing,
    },
    /// PostgreSQL as the database on a developer's machine: DATABASE_URL in `.env`, and what else speaks of the database.
    Postgres {
        #[command(flatten)]
        writing: Writing,
    },
    /// A relationship of a resource.
    Relationship {
        /// The resource.
        resource: String,
        /// `user:belongs_to:User`, `posts:has_many:Post:author`.
        field: FieldArgument,
        #[command(flatten)]
        writing: Writing,
    },
}

/// What `samara gen` generates.
#[derive(Debug, Subcommand)]
pub(crate) enum Gen {
    /// A resource with its actions, policies that deny until said, a test and demo data.
    Resource(NewResourceArguments),
    /// A key for SAMARA_SECRET.
    Secret,
}

/// Ways to sign in.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Strategy {
    /// A link or a code by mail.
    MagicLink,
}

/// How `samara policies` writes.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum PoliciesFormat {
    /// As `policies.snap` has it.
    Text,
    /// Tables.
    Markdown,
    /// For programs.
    Json,
}

/// A resource that is to be declared.
#[derive(Debug, Args)]
pub(crate) struct NewResourceArguments {
    /// `Badge`.
    pub(crate) name: String,
    /// `title:string`, `bio:text:optional`, `email:ci_string:unique`, `user:belongs_to:User`.
    pub(crate) fields: Vec<FieldArgument>,
    /// Its table, if English makes another plural of the name.
    #[arg(long, value_name = "TABLE")]
    pub(crate) table: Option<String>,
    /// The domain that lists it, where there are several.
    #[arg(long, value_name = "DOMAIN")]
    pub(crate) domain: Option<String>,
    /// It is part of the GraphQL API.
    #[arg(long)]
    pub(crate) graphql: bool,
    /// It has admin screens.
    #[arg(long)]
    pub(crate) admin: bool,
    /// Everybody may do everything with it; else the admins alone, until a policy says who.
    #[arg(long)]
    pub(crate) anyone: bool,
    #[command(flatten)]
    pub(crate) writing: Writing,
}

/// How sources are changed.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Writing {
    /// Does not ask.
    #[arg(long)]
    pub(crate) yes: bool,
    /// Shows what would change instead of changing it.
    #[arg(long, conflicts_with = "yes")]
    pub(crate) dry_run: bool,
    /// Shows what would change; status 1 if there is something.
    #[arg(long, conflicts_with_all = ["yes", "dry_run"])]
    pub(crate) check: bool,
    /// What becomes of a file that would be written and is there with another text.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) edited: Option<EditedFile>,
}

impl Writing {
    /// Whether nothing is to be written.
    pub(crate) fn only_looks(self) -> bool {
        self.check || self.dry_run
    }
}

/// What becomes of a file that would be written and is there with another text: edited by hand, or about something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum EditedFile {
    /// It stays as it is.
    Keep,
    /// The new text takes its place.
    Replace,
}

/// The flags of `samara codegen`.
#[derive(Debug, Default, Args)]
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
    /// Replaces migrations all the same that others may have, that were changed by hand, or whose database is no developer's. Columns and tables
    /// that go from that database are still to be said (`--drop`), and so is whose it is (`--yes`).
    #[arg(long)]
    pub(crate) force: bool,
    /// Says that the server's database at DATABASE_URL is the developer's own, and changes it without asking.
    #[arg(long)]
    pub(crate) yes: bool,
    /// Reads the declaration from a file instead of asking the app.
    #[arg(long, value_name = "FILE")]
    pub(crate) manifest: Option<PathBuf>,
}

/// The flags of `samara client`.
#[derive(Debug, Args)]
pub(crate) struct Client {
    /// The language.
    #[arg(value_enum)]
    pub(crate) language: Language,
    /// Generates one into this folder, whatever the workspace says.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// The folder whose `.graphql` files hold its fragments.
    #[arg(long, value_name = "DIR")]
    pub(crate) operations: Option<PathBuf>,
    /// Compares instead of writing; status 1 with the difference if there is one.
    #[arg(long)]
    pub(crate) check: bool,
    /// Shows what would change instead of changing it.
    #[arg(long, conflicts_with = "check")]
    pub(crate) dry_run: bool,
    /// Reads the declaration from a file instead of asking the app.
    #[arg(long, value_name = "FILE")]
    pub(crate) manifest: Option<PathBuf>,
}

/// The flags of `samara diagram`.
#[derive(Debug, Args)]
pub(crate) struct Diagram {
    /// Writes it into this file, Markdown, instead of printing it.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Compares with that file instead of writing it; status 1 with the difference if there is one.
    #[arg(long, requires = "out")]
    pub(crate) check: bool,
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

/// The result of a command; the worse is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CommandResult {
    Done,
    Found,
    Failed,
}

/// Runs what the arguments say, or lets the workspace's own `samara` do it.
pub fn main() -> ExitCode {
    let samara = Samara::parse();
    if samara.command.is_of_a_workspace() {
        let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
        match hand_over::to_workspace(&arguments) {
            Ok(None) => {}
            Ok(Some(status)) => return ExitCode::from(u8::try_from(status).unwrap_or(2)),
            Err(mistake) => return failed(&[mistake]),
        }
    }
    match run(&samara) {
        Ok(CommandResult::Done) => ExitCode::SUCCESS,
        Ok(CommandResult::Found) => ExitCode::from(1),
        Ok(CommandResult::Failed) => ExitCode::from(2),
        Err(mistakes) => failed(&mistakes),
    }
}

fn run(samara: &Samara) -> Result<CommandResult, Vec<Diagnostic>> {
    let app = samara.app.as_deref();
    match &samara.command {
        Command::New(new) => Ok(command::new::run(new)?),
        Command::Add(add) => command::add::add(app, add),
        Command::Gen(Gen::Resource(resource)) => command::add::resource(app, resource),
        Command::Gen(Gen::Secret) => Ok(command::secret::run()?),
        Command::Codegen(codegen) => command::codegen::run(app, codegen),
        Command::Client(client) => command::client::run(app, client),
        Command::Db(db) => Ok(command::db::run(app, db)?),
        Command::Setup => command::setup::run(app),
        Command::Undo => Ok(command::undo::run(app)?),
        Command::Policies { format } => Ok(command::policies::run(app, *format)?),
        Command::Diagram(diagram) => command::diagram::run(app, diagram),
        Command::Routes => Ok(command::routes::run(app)?),
        Command::Check => command::check::run(app),
        Command::Doctor => Ok(command::doctor::run(app)?),
        Command::Explain { code } => Ok(command::explain::run(code)?),
        Command::Completions { shell } => {
            clap_complete::generate(*shell, &mut Samara::command(), "samara", &mut stdout());
            Ok(CommandResult::Done)
        }
        Command::Man { command: path } => Ok(command::man::run(Samara::command(), path)?),
    }
}

fn failed(mistakes: &[Diagnostic]) -> ExitCode {
    report(mistakes);
    ExitCode::from(2)
}

impl Command {
    /// Whether it is about the workspace that it is run in, whose own `samara` then runs it.
    fn is_of_a_workspace(&self) -> bool {
        !matches!(
            self,
            Self::New(_) | Self::Gen(Gen::Secret) | Self::Explain { .. } | Self::Completions { .. } | Self::Man { .. }
        )
    }
}

/// Prints problems to standard error.
pub(crate) fn report(mistakes: &[Diagnostic]) {
    for mistake in mistakes {
        // If standard error cannot be written, nothing can be reported.
        let _ = writeln!(stderr(), "{mistake}\n");
    }
}
