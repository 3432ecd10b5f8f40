//! People.

use samara::prelude::*;

use crate::platform::{Activity, Membership, World};

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
    #[update(accept = [role], required = [role], before = keep_an_admin)]
    fn set_role();
}

#[policies]
impl User {
    /// Admins see and do everything.
    #[bypass]
    fn admins(actor: Actor<User>) -> bool {
        actor.role == Role::Admin
    }

    /// Anyone signed in may know that the others exist.
    #[policy(read)]
    fn signed_in(actor: Actor<User>) -> bool {
        actor.is_present()
    }

    /// People change their own profile.
    #[policy(actions = [update])]
    fn oneself(user: Row<User>, actor: Actor<User>) -> bool {
        user.id == actor.id
    }

    /// An address is its owner's and the admins' to see.
    #[field_policy(email)]
    fn own_email(user: Row<User>, actor: Actor<User>) -> bool {
        user.id == actor.id || actor.role == Role::Admin
    }

    /// A role is its owner's, the coordinators' and the admins' to see.
    #[field_policy(role)]
    fn own_role(user: Row<User>, actor: Actor<User>) -> bool {
        user.id == actor.id || actor.role == Role::Coordinator || actor.role == Role::Admin
    }
}

/// Keeps somebody who runs the platform, also when two admins lower each other at once: the second one waits for the first, and sees
/// what that left.
async fn keep_an_admin(changes: &mut Changes<User>, cx: &Context) -> Result<(), Error> {
    if matches!(changes.get(User::ROLE), None | Some(Role::Admin)) {
        return Ok(());
    }
    let system = cx.as_system("keeping an admin");
    let admins = User::query().filter(expr!(|it| it.role == Role::Admin)).for_update().all(&system).await?;
    if let [last] = admins.as_slice()
        && Some(last.id) == changes.id()
    {
        changes.invalid(User::ROLE, "somebody must stay an admin");
    }
    Ok(())
}
