//! The reference application's binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    let server =
        samara::Server::new(app::App::application()).seed(app::seeds::seed).admin_grant("set_role", "role", "ADMIN");
    #[cfg(feature = "migrations")]
    let server = server.migrations(migrations::all());
    samara::main(server)
}
