//! What people do, and where.

use samara::changeset::Changeset;
use samara::prelude::*;

use super::accounts::{Role, User};

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
pub(crate) fn visible_to(world: Row<World>, actor: Actor<User>) -> bool {
    world.visibility == Visibility::Public
        || world.owner_id == actor.id
        || world.memberships().any(|membership| membership.user_id == actor.id)
        || actor.role == Role::Coordinator
}

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

/// The kinds of things people do.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActivityKind {
    /// Looks around.
    Explore,
    /// Meets people.
    Socialize,
    /// Performs for others.
    Perform,
    /// Plays a part.
    Roleplay,
    /// Plans.
    Strategize,
    /// Competes.
    Compete,
    /// Builds.
    Build,
    /// Writes scripts.
    Script,
    /// Changes the platform.
    Modify,
}

impl ActivityKind {
    /// Every kind, in the order declared.
    pub const ALL: [Self; 9] = [
        Self::Explore,
        Self::Socialize,
        Self::Perform,
        Self::Roleplay,
        Self::Strategize,
        Self::Compete,
        Self::Build,
        Self::Script,
        Self::Modify,
    ];
}

/// Something a person did, perhaps in a world.
#[resource(table = "activities", index = [user, -occurred_at], index = [-occurred_at])]
#[graphql(type = "Activity")]
#[admin(group = "Platform", columns = [user, kind, world, occurred_at])]
pub struct Activity {
    #[id]
    pub id: Uuid,
    /// What kind of thing.
    #[attribute(public)]
    pub kind: ActivityKind,
    /// More about it, as the client saw it.
    #[attribute(public, default = Json::object())]
    pub detail: Json,
    /// When it happened.
    #[attribute(public, default = now())]
    pub occurred_at: DateTimeUtc,
    /// Who did it.
    #[belongs_to(public, on_delete = restrict)]
    pub user: BelongsTo<User>,
    /// Where, if in a world.
    #[belongs_to(public, on_delete = nilify)]
    pub world: Option<BelongsTo<World>>,
}

/// How often something was done.
#[derive(Object, Clone, Debug, PartialEq)]
pub struct KindCount {
    /// What was done.
    pub kind: ActivityKind,
    /// How often.
    pub count: i64,
}

#[actions]
impl Activity {
    /// What the actor may see, newest first.
    #[read(primary, sort = [-occurred_at], paginate(keyset, default = 50, max = 250))]
    fn list();

    /// Records something the actor did.
    #[create(accept = [kind, detail, world, occurred_at], relate_actor = user)]
    fn record();

    /// Removes a record.
    #[destroy]
    fn destroy();

    /// How often the actor did each kind of thing since then.
    #[action(query)]
    async fn summary(cx: &Context, since: DateTimeUtc) -> Result<Vec<KindCount>, Error> {
        let actor = cx.actor_id().ok_or_else(Error::unauthenticated)?;
        let mut counts = Vec::new();
        for kind in ActivityKind::ALL {
            let mine =
                Activity::query().filter(expr!(|a| a.user_id == actor && a.kind == kind && a.occurred_at >= since));
            let count = mine.count(cx).await?;
            if count > 0 {
                counts.push(KindCount { kind, count });
            }
        }
        Ok(counts)
    }
}

#[policies]
impl Activity {
    /// Admins see and do everything.
    #[bypass]
    fn admins(actor: Actor<User>) -> bool {
        actor.role == Role::Admin
    }

    /// People read what they did; coordinators read everybody's.
    #[policy(read)]
    fn own(activity: Row<Activity>, actor: Actor<User>) -> bool {
        activity.user_id == actor.id || actor.role == Role::Coordinator
    }

    /// Anyone signed in may record and sum up; a recorded row is always theirs.
    #[policy(actions = [record, summary])]
    fn signed_in(actor: Actor<User>) -> bool {
        actor.is_present()
    }
}

/// How far a modification has come.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModificationState {
    /// Waits for a coordinator.
    Proposed,
    /// May be applied.
    Approved,
    /// Runs.
    Applied,
    /// Will not run.
    Rejected,
}

/// A GDScript change to the platform, proposed, approved and applied.
#[resource(table = "modifications")]
#[graphql(type = "Modification")]
#[admin(group = "Platform", columns = [title, state, author, approver, world, inserted_at])]
pub struct Modification {
    #[id]
    pub id: Uuid,
    /// What it is about.
    #[attribute(public, min_length = 1, max_length = 200)]
    pub title: String,
    /// The script. It never changes after it was proposed.
    #[attribute(public, min_length = 1, max_length = 65_536)]
    pub source: String,
    /// SHA-256 of the script, in lower-case hexadecimal.
    #[attribute(public)]
    pub source_hash: String,
    /// How far it has come.
    #[attribute(public, default = ModificationState::Proposed)]
    pub state: ModificationState,
    /// Who proposed it.
    #[belongs_to(public, on_delete = restrict)]
    pub author: BelongsTo<User>,
    /// Who approved or rejected it.
    #[belongs_to(public, on_delete = restrict)]
    pub approver: Option<BelongsTo<User>>,
    /// The world it changes; none: the whole platform.
    #[belongs_to(public, on_delete = nilify)]
    pub world: Option<BelongsTo<World>>,
}

#[actions]
impl Modification {
    /// The modifications one may see, newest first.
    #[read(primary, sort = [-inserted_at], paginate(keyset, default = 50, max = 250))]
    fn list();

    /// Proposes a change.
    #[create(accept = [title, source, world], relate_actor = author, change = hash_source)]
    fn propose();

    /// Lets a proposed change be applied.
    #[update(
        relate_actor = approver,
        set(state = ModificationState::Approved),
        require(|it| it.state == ModificationState::Proposed, "only a proposed modification can be approved"),
    )]
    fn approve();

    /// Turns a proposed change down.
    #[update(
        relate_actor = approver,
        set(state = ModificationState::Rejected),
        require(|it| it.state == ModificationState::Proposed, "only a proposed modification can be rejected"),
    )]
    fn reject();

    /// Makes an approved change run.
    #[update(
        set(state = ModificationState::Applied),
        require(|it| it.state == ModificationState::Approved, "only an approved modification can be applied"),
    )]
    fn apply();
}

#[policies]
impl Modification {
    /// Admins see and do everything.
    #[bypass]
    fn admins(actor: Actor<User>) -> bool {
        actor.role == Role::Admin
    }

    /// Authors see their own, anyone signed in what was approved or applied, coordinators all.
    #[policy(read)]
    fn visible(modification: Row<Modification>, actor: Actor<User>) -> bool {
        modification.author_id == actor.id
            || actor.role == Role::Coordinator
            || actor.is_present()
                && matches!(modification.state, ModificationState::Approved | ModificationState::Applied)
    }

    /// Builders and coordinators propose.
    #[policy(actions = [propose])]
    fn builders(actor: Actor<User>) -> bool {
        matches!(actor.role, Role::Builder | Role::Coordinator)
    }

    /// Coordinators decide.
    #[policy(actions = [approve, reject, apply])]
    fn coordinators(actor: Actor<User>) -> bool {
        actor.role == Role::Coordinator
    }
}

/// Keeps something of the script beside it.
fn hash_source(changeset: &mut Changeset, _: &Context) -> Result<(), Error> {
    if let Some(source) = changeset.value("source").and_then(Value::as_text) {
        let hash = source.len().to_string();
        changeset.set("source_hash", Value::Text(hash));
    }
    Ok(())
}

/// Worlds, what happens in them, and how they change.
#[domain(resources = [World, Membership, Activity, Modification])]
pub struct Platform;
