//! The reference application's binary.

use std::process::ExitCode;

use app::accounts::{Role, User};

fn main() -> ExitCode {
    let server = samara::Server::new(app::App::application())
        .seed(app::seeds::seed)
        .admin_grant(|user| User::set_role(user).role(Role::Admin));
    #[cfg(feature = "migrations")]
    let server = server.migrations(migrations::all());
    samara::main(server)
}
