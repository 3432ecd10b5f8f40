//! The reference application's declarations compile, and say what they mean.

#![allow(dead_code)]

pub(crate) mod accounts;
pub(crate) mod platform;

use accounts::{Accounts, Role, User};
use platform::Platform;
use samara::prelude::*;

samara::app!(
    pub App,
    domains = [Accounts, Platform],
    admin = |actor: Actor<User>| actor.role == Role::Admin,
);

#[test]
fn the_application_is_what_was_declared() {
    let application = App::application();
    let names: Vec<_> = application.ir.resources().iter().map(|it| it.name.to_string()).collect();
    assert_eq!(names[..7], ["User", "MagicLink", "Session", "World", "Membership", "Activity", "Modification"]);
    assert_eq!(samara::ir::verify::verify(&application.ir), Ok(()));
}
