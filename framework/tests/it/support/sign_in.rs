//! The reference application as people sign in to it: without a name of its own, so it is known by its address.

use samara::ir::{self, Action, ActionKind, Comparison};
use samara::prelude::*;

use super::declare::{action, altered, named};
use super::expression::{col, variant};
use crate::accounts::{Accounts, Role, User};
use crate::platform::Platform;

samara::app!(
    pub Declared,
    domains = [Accounts, Platform],
    admin = |actor: Actor<User>| actor.role == Role::Admin,
);

/// Links that last ten minutes, and users who can be destroyed.
pub(crate) fn application() -> Application {
    let declared = Declared::application();
    let destroy = Action { public: false, ..action("destroy", ActionKind::Destroy) };
    let ir = altered(&declared.ir, |resources| named(resources, "User").actions.push(destroy));
    Application { ir, ..declared }
}

/// Links that have expired when they are made, which no declaration can say.
pub(crate) fn expired() -> Application {
    let declared = application();
    let ir = altered(&declared.ir, |resources| {
        named(resources, "MagicLink").role = Some(ir::Role::MagicLink { user: "User".into(), lifetime: 0 });
    });
    Application { ir, ..declared }
}

/// Users of whom administrators do not exist.
pub(crate) fn without_admins() -> Application {
    let declared = application();
    let others = col("role").compare(Comparison::Ne, variant("Role", "ADMIN")).tree(&declared.ir, Some("User"));
    let ir = altered(&declared.ir, |resources| named(resources, "User").base_filter = Some(others));
    Application { ir, ..declared }
}

/// The resource of links.
pub(crate) fn magic_link() -> ir::Resource {
    resource("MagicLink")
}

/// The resource of sessions.
pub(crate) fn session() -> ir::Resource {
    resource("Session")
}

fn resource(name: &str) -> ir::Resource {
    let app = application().ir;
    app.resource(app.find(name).unwrap()).clone()
}
