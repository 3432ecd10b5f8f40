//! Who people are and how they sign in.

use samara::prelude::*;

use super::platform::{Activity, Membership, World};

/// What a person may do on the platform.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Takes part.
    Member,
    /// Also proposes modifications.
    Builder,
    /// Also sees everybody's activity, and approves and applies modifications.
    Coordinator,
    /// Also runs the platform.
    Admin,
}

/// Someone who signs in. E-mail and role may be hidden.
#[resource(table = "users")]
#[actor(identity = email)]
#[graphql(type = "User")]
#[admin(group = "Accounts", columns = [display_name, email, role, inserted_at])]
pub struct User {
    #[id]
    pub id: Uuid,
    /// What others call them.
    #[attribute(public, min_length = 1, max_length = 80)]
    pub display_name: String,
    /// Where sign-in mail goes.
    #[attribute(public, email, unique)]
    pub email: Guarded<CiString>,
    /// What they may do.
    #[attribute(public, default = Role::Member)]
    pub role: Guarded<Role>,
    /// The worlds they belong to.
    #[many_to_many(public, through = Membership, source = user, target = world)]
    pub worlds: ManyToMany<World>,
    /// What they did.
    #[has_many(public, key = user)]
    pub activities: HasMany<Activity>,
}

#[actions]
impl User {
    /// Everybody, by name.
    #[read(primary, sort = [display_name], paginate(keyset, default = 50, max = 250))]
    fn list();

    /// A first sign-in makes the person.
    #[create(private, accept = [email, display_name])]
    fn register();

    /// Changes one's own profile.
    #[update(accept = [display_name])]
    fn update();

    /// Gives a person another role.
    #[update(accept = [role], required = [role], name = "setUserRole")]
    fn set_role();
}

impl User {
    pub fn __policies() -> Vec<samara::ir::Policy> {
        Vec::new()
    }
}

/// A sign-in that was started by mail: a link for a browser or a code for a client.
#[resource(table = "magic_links")]
#[magic_link(user = User, lifetime = minutes(10))]
#[admin(group = "Accounts", columns = [email, purpose, inserted_at, expires_at, consumed_at, revoked_at])]
pub struct MagicLink {
    #[id]
    pub id: Uuid,
}

impl MagicLink {
    pub fn __policies() -> Vec<samara::ir::Policy> {
        Vec::new()
    }
}

/// One signed-in browser or client.
#[resource(table = "sessions")]
#[session(user = User)]
#[admin(group = "Accounts", columns = [user, kind, inserted_at, last_seen_at, expires_at, revoked_at])]
pub struct Session {
    #[id]
    pub id: Uuid,
}

impl Session {
    pub fn __policies() -> Vec<samara::ir::Policy> {
        Vec::new()
    }
}
/// People, and how they sign in.
#[domain(resources = [User, MagicLink, Session])]
pub struct Accounts;
