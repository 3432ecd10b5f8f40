//! Who belongs to which world.

use samara::prelude::*;

use super::World;
use super::world::visible_to;
use crate::accounts::{Role, User};

/// What a member is in a world.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum MembershipRole {
    /// Visits.
    Guest,
    /// Welcomes.
    Host,
}

/// Someone belongs to a world.
#[resource(table = "memberships", identity(world_and_user = [world, user]))]
#[graphql(type = "Membership")]
#[admin(group = "Platform", columns = [world, user, role, inserted_at])]
pub struct Membership {
    #[id]
    pub id: Uuid,
    /// What they are there.
    #[attribute(public, default = MembershipRole::Guest)]
    pub role: MembershipRole,
    /// Where.
    #[belongs_to(public, on_delete = cascade)]
    pub world: BelongsTo<World>,
    /// Who.
    #[belongs_to(public, on_delete = cascade)]
    pub user: BelongsTo<User>,
}

#[actions]
impl Membership {
    /// The memberships one may see, oldest first.
    #[read(primary, sort = [inserted_at], paginate(keyset, default = 50, max = 250))]
    fn list();

    /// Lets someone in.
    #[create(accept = [world, user, role])]
    fn create();

    /// Ends a membership.
    #[destroy]
    fn destroy();
}

#[policies]
impl Membership {
    /// Admins see and do everything.
    #[bypass]
    fn admins(actor: Actor<User>) -> bool {
        actor.role == Role::Admin
    }

    /// Who is signed in and may find the world sees who belongs to it.
    #[policy(read)]
    fn in_sight(membership: Row<Membership>, actor: Actor<User>) -> bool {
        actor.is_present() && visible_to(membership.world(), actor)
    }

    /// A world's owner lets people in.
    #[policy(create)]
    fn owner_admits(membership: Row<Membership>, actor: Actor<User>) -> bool {
        membership.world().owner_id == actor.id
    }

    /// A world's owner shows people out, and people leave.
    #[policy(destroy)]
    fn owner_or_oneself(membership: Row<Membership>, actor: Actor<User>) -> bool {
        membership.world().owner_id == actor.id || membership.user_id == actor.id
    }
}
