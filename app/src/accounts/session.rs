//! Who is signed in, and from where.

use samara::prelude::*;

use super::{Role, User};

/// One signed-in browser or client.
#[resource(table = "sessions")]
#[session(user = User)]
#[admin(group = "Accounts", columns = [user, kind, inserted_at, last_seen_at, expires_at, revoked_at])]
pub struct Session {
    #[id]
    pub id: Uuid,
}

#[policies]
impl Session {
    /// Admins see and revoke all sessions.
    #[bypass]
    fn admins(actor: Actor<User>) -> bool {
        actor.role == Role::Admin
    }

    /// People see and revoke their own.
    #[policy(read, actions = [revoke])]
    fn own(session: Row<Session>, actor: Actor<User>) -> bool {
        session.user_id == actor.id
    }
}
