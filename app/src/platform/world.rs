//! Worlds.

use samara::prelude::*;

use super::{Activity, Membership};
use crate::accounts::{Role, User};

/// Who may find a world.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Everyone, signed in or not.
    Public,
    /// Its owner and its members.
    Private,
}

/// A place where people meet.
#[resource(table = "worlds")]
#[graphql(type = "World")]
#[admin(group = "Platform", columns = [name, slug, visibility, owner, capacity])]
pub struct World {
    #[id]
    pub id: Uuid,
    /// What people call it.
    #[attribute(public, min_length = 1, max_length = 80)]
    pub name: String,
    /// Its name in addresses.
    #[attribute(public, unique, slug, min_length = 1, max_length = 80)]
    pub slug: String,
    /// Who may find it.
    #[attribute(public, default = Visibility::Public)]
    pub visibility: Visibility,
    /// How many fit in, if there is a bound.
    #[attribute(public, min = 1, max = 100_000)]
    pub capacity: Option<i64>,
    /// Who made it.
    #[belongs_to(public, on_delete = restrict)]
    pub owner: BelongsTo<User>,
    /// Who belongs to it.
    #[has_many(public, key = world)]
    pub memberships: HasMany<Membership>,
    /// What happened in it.
    #[has_many(public, key = world)]
    pub activities: HasMany<Activity>,
}

#[actions]
impl World {
    /// The worlds one may find, by name.
    #[read(primary, sort = [name], paginate(keyset, default = 50, max = 250))]
    fn list();

    /// Makes a world of one's own.
    #[create(accept = [name, slug, visibility, capacity], relate_actor = owner)]
    fn create();

    /// Changes a world.
    #[update(accept = [name, visibility, capacity])]
    fn update();

    /// Removes a world, with its memberships.
    #[destroy]
    fn destroy();
}

#[policies]
impl World {
    /// Admins see and do everything.
    #[bypass]
    fn admins(actor: Actor<User>) -> bool {
        actor.role == Role::Admin
    }

    /// Public worlds are everybody's to see, private ones their owner's, their members' and the coordinators'.
    #[policy(read)]
    fn visible(world: Row<World>, actor: Actor<User>) -> bool {
        visible_to(world, actor)
    }

    /// Anyone signed in may make a world; it is theirs.
    #[policy(create)]
    fn signed_in(actor: Actor<User>) -> bool {
        actor.is_present()
    }

    /// Owners and coordinators change worlds.
    #[policy(update, destroy)]
    fn keepers(world: Row<World>, actor: Actor<User>) -> bool {
        world.owner_id == actor.id || actor.role == Role::Coordinator
    }
}

#[calculations]
impl World {
    /// How many people belong to it.
    #[calculation(public)]
    fn member_count(world: Row<World>) -> i64 {
        world.memberships().count()
    }
}

/// Whether the actor may find a world.
#[expression]
pub(super) fn visible_to(world: Row<World>, actor: Actor<User>) -> bool {
    world.visibility == Visibility::Public
        || world.owner_id == actor.id
        || world.memberships().any(|membership| membership.user_id == actor.id)
        || actor.role == Role::Coordinator
}
