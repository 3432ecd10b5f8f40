//! The command line of an app's binary: `serve`, `manifest`, `db …`, `seed` and `admin grant`.
//!
//! ```no_run
//! # fn application() -> samara::application::Application { unimplemented!() }
//! # async fn seed(cx: &samara::context::Context) -> Result<(), samara::error::Error> { Ok(()) }
//! fn main() -> std::process::ExitCode {
//!     samara::main(samara::Server::new(application()).seed(seed))
//! }
//! ```
//! Exit status: 0 done, 1 something was found (migrations that are not applied, rules that the declaration breaks), 2 it failed. What goes wrong is one sentence
//! on standard error, with another that says what to do.

mod command;
mod db;
mod doctor;
mod error;
mod grant;
mod log;
mod manifest;
mod open;
mod routes;
mod seed;
mod serve;
mod server;

use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory, FromArgMatches};

pub use server::Server;

use crate::settings::{SettingErrors, Settings, Variables};

use command::{AdminCommand, Command, CommandLine};
use error::CommandError;

/// How long the process waits at its end for calls of the operating system that block a thread, such as looking up a host's name: nothing
/// can cancel them.
const LAST_CALLS: Duration = Duration::from_millis(500);

/// Runs the command that the process was started with.
pub fn main(server: Server) -> ExitCode {
    run(server, std::env::args_os())
}

fn run(server: Server, arguments: impl IntoIterator<Item = std::ffi::OsString>) -> ExitCode {
    let named = CommandLine::command();
    let named = match server.package() {
        Some((name, version)) => named.name(name).version(version),
        None => named,
    };
    let line = named.try_get_matches_from(arguments).and_then(|it| CommandLine::from_arg_matches(&it));
    let line = match line {
        Ok(line) => line,
        Err(error) => {
            // clap returns help and version as errors too. If this cannot be printed, nothing can.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let command = line.command.unwrap_or(Command::Serve);
    match command {
        Command::Manifest => return finish(manifest::print(&server)),
        Command::Routes => return finish(routes::print(&server)),
        _ => {}
    }
    let settings = match configure() {
        Ok(settings) => settings,
        Err(error) => return finish(Err(error)),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime {
        Ok(runtime) => {
            let code = finish(runtime.block_on(execute(server, settings, command)));
            runtime.shutdown_timeout(LAST_CALLS);
            code
        }
        Err(error) => finish(Err(CommandError::new("the runtime could not be started", error.to_string()))),
    }
}

/// Reads the environment, and logs from now on as it says.
fn configure() -> Result<Settings, CommandError> {
    let unread = |it| CommandError::settings(&SettingErrors(vec![it]), &[]);
    let variables = Variables::of_process().map_err(unread)?;
    let unknown = Settings::unknown(&variables);
    let errors = match (Settings::read(|name| variables.get(name)), log::filter(&variables)) {
        (Ok(settings), Ok(filter)) => {
            log::start(filter);
            unknown.iter().for_each(|it| tracing::warn!("{}", error::unread(it)));
            return Ok(settings);
        }
        (Ok(_), Err(error)) => SettingErrors(vec![error]),
        (Err(errors), Ok(_)) => errors,
        (Err(mut errors), Err(error)) => {
            errors.0.push(error);
            errors
        }
    };
    Err(CommandError::settings(&errors, &unknown))
}

async fn execute(server: Server, settings: Settings, command: Command) -> Result<ExitCode, CommandError> {
    match command {
        Command::Serve | Command::Manifest | Command::Routes => serve::serve(server, settings).await,
        Command::Db(command) => {
            db::run(server, &settings, command).await.map_err(|failure| failure.at(settings.database()))
        }
        Command::Doctor => doctor::run(server, &settings).await,
        Command::Seed => seed::run(&server, &settings).await,
        Command::Admin(AdminCommand::Grant { email }) => grant::run(&server, &settings, &email).await,
    }
}

fn finish(result: Result<ExitCode, CommandError>) -> ExitCode {
    result.unwrap_or_else(|failure| {
        failure.print();
        ExitCode::from(2)
    })
}
