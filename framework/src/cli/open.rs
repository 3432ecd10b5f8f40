//! The engine of a command: a sound declaration, on a database that answers.

use crate::database::Database;
use crate::engine::Engine;
use crate::ir::verify::verify;
use crate::settings::Settings;

use super::{Failure, Server};

pub(super) async fn engine(server: &Server, settings: &Settings) -> Result<Engine, Failure> {
    let application = server.application();
    if let Err(found) = verify(&application.ir) {
        let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
        let help = "each code has a page in `docs/errors`";
        return Err(Failure::helped(format!("the declaration breaks rules:\n{}", lines.join("\n")), help));
    }
    let unreachable = |error| Failure::from(error).help("check that it runs, and that `DATABASE_URL` is right");
    let database = Database::connect(&settings.database_url).await.map_err(unreachable)?;
    Ok(Engine::new(application.clone(), database)?.keyed(settings.secret.clone()))
}
