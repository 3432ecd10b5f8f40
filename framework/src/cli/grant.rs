//! `admin grant EMAIL`: the first admin is made here, never by visiting first.

use std::process::ExitCode;

use crate::auth::{Roles, registration};
use crate::error::{Code, Error};
use crate::mail::Address;
use crate::settings::Settings;

use super::db::say;
use super::{CommandError, Server, open};

pub(super) async fn run(server: &Server, settings: &Settings, email: &str) -> Result<ExitCode, CommandError> {
    let grant = server.granting().ok_or_else(|| {
        let help = "say how, with `Server::admin_grant(|user| User::set_role(user).role(Role::Admin))`";
        CommandError::helped("this program does not say how somebody becomes an admin", help)
    })?;
    let address = Address::parse(email).map_err(|_| {
        CommandError::helped(format!("`{email}` is not an e-mail address"), "type one such as `ada@example.org`")
    })?;
    let engine = open::engine(server.verified()?, settings, server.database_options()).await?;
    let roles = Roles::of(engine.app());
    let cx = engine.system("granting the admin role");
    let granted = cx.transaction(async |cx| {
        let user = match registration::find(cx, &roles, address.as_str()).await? {
            Some(user) => user,
            None if registration::is_kept_out(cx, &roles, address.as_str()).await? => {
                return Err(Error::new(
                    Code::Conflict,
                    "the address is that of somebody who was deleted or is kept out",
                ));
            }
            None => registration::register(cx, &roles, address.as_str()).await?,
        };
        grant.grant(cx, user.into()).await
    });
    granted.await.map_err(|error| CommandError::from(error).during("the role could not be granted"))?;
    engine.database().close().await;
    say(&format!("{} is an admin now", address.as_str()))?;
    Ok(ExitCode::SUCCESS)
}
