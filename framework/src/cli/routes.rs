//! `routes`: the addresses that the server answers at, as the declaration makes them.

use std::process::ExitCode;

use crate::web;

use super::db::say;
use super::{CommandError, Server};

pub(super) fn print(server: &Server) -> Result<ExitCode, CommandError> {
    let application = server.verified()?;
    for route in web::routes(application.ir()) {
        say(&format!("{:<10} {:<36} {}", route.methods, route.path, route.purpose))?;
    }
    Ok(ExitCode::SUCCESS)
}
