//! Started sign-ins.

use samara::prelude::*;

use super::{Role, User};

/// A sign-in that was started by mail: a link for a browser or a code for a client.
#[resource(table = "magic_links")]
#[magic_link(user = User, lifetime = minutes(10))]
#[admin(group = "Accounts", columns = [email, purpose, inserted_at, expires_at, consumed_at, revoked_at])]
pub struct MagicLink {
    #[id]
    pub id: Uuid,
}

#[policies]
impl MagicLink {
    /// Admins see, send and revoke them; tokens are shown to nobody.
    #[policy(always)]
    fn admins(actor: Actor<User>) -> bool {
        actor.role == Role::Admin
    }
}
