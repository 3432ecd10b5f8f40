//! An application that people sign in to: users with notes, links and sessions.

#![allow(dead_code, reason = "of the declared records some fields are only in the tables")]

use samara::ir::{self, App};
use samara::prelude::*;

/// What a person may do.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Writes notes.
    Member,
    /// Also runs the place.
    Admin,
}

/// Someone who signs in.
#[resource(table = "users")]
#[actor(identity = email)]
#[graphql(type = "User")]
pub struct User {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub display_name: String,
    #[attribute(public, email, unique)]
    pub email: Guarded<CiString>,
    #[attribute(public, default = Role::Member)]
    pub role: Role,
    #[has_many(public, key = user)]
    pub notes: HasMany<Note>,
}

#[actions]
impl User {
    #[read(primary, sort = [-inserted_at], paginate(keyset, default = 50, max = 250))]
    fn list();

    #[create(private, accept = [email, display_name])]
    fn register();

    #[update(private, accept = [role])]
    fn set_role();

    #[destroy(private)]
    fn destroy();
}

#[policies]
impl User {
    #[policy(read)]
    fn signed_in(actor: Actor<User>) -> bool {
        actor.is_present()
    }

    #[field_policy(email)]
    fn own_email(user: Row<User>, actor: Actor<User>) -> bool {
        user.id == actor.id
    }
}

/// What somebody wrote.
#[resource(table = "notes")]
#[graphql(type = "Note")]
pub struct Note {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub text: String,
    #[belongs_to(public, on_delete = cascade)]
    pub user: BelongsTo<User>,
}

#[actions]
impl Note {
    #[read(primary, sort = [-inserted_at], paginate(keyset, default = 50, max = 250))]
    fn list();

    #[create(accept = [text], relate_actor = user)]
    fn write();
}

#[policies]
impl Note {
    #[policy(read)]
    fn own(note: Row<Note>, actor: Actor<User>) -> bool {
        note.user_id == actor.id
    }

    #[policy(create)]
    fn signed_in(actor: Actor<User>) -> bool {
        actor.is_present()
    }
}

/// Started sign-ins.
#[resource(table = "magic_links")]
#[magic_link(user = User, lifetime = minutes(10))]
pub struct MagicLink {
    #[id]
    pub id: Uuid,
}

#[policies]
impl MagicLink {
    #[policy(always)]
    fn admins(actor: Actor<User>) -> bool {
        actor.role == Role::Admin
    }
}

/// Who is signed in.
#[resource(table = "sessions")]
#[session(user = User)]
pub struct Session {
    #[id]
    pub id: Uuid,
}

#[policies]
impl Session {
    #[policy(always)]
    fn admins(actor: Actor<User>) -> bool {
        actor.role == Role::Admin
    }
}

#[domain(resources = [User, Note, MagicLink, Session])]
pub struct Accounts;

samara::app!(pub Declared, domains = [Accounts]);

/// Links that last ten minutes.
pub(crate) fn application() -> Application {
    Declared::application()
}

/// Links that have expired when they are made, which no declaration can say.
pub(crate) fn expired() -> Application {
    let Application { ir, functions, .. } = application();
    let resources = ir.resources().iter().cloned().map(|it| match it.role {
        Some(ir::Role::MagicLink { user, .. }) => {
            ir::Resource { role: Some(ir::Role::MagicLink { user, lifetime: 0 }), ..it }
        }
        _ => it,
    });
    Application::new(App::new(ir.domains().to_vec(), resources.collect(), ir.enums().to_vec()), functions)
}

/// The resource of links.
pub(crate) fn magic_link() -> ir::Resource {
    declared("MagicLink")
}

/// The resource of sessions.
pub(crate) fn session() -> ir::Resource {
    declared("Session")
}

fn declared(name: &str) -> ir::Resource {
    let app = application().ir;
    app.resource(app.find(name).unwrap()).clone()
}
