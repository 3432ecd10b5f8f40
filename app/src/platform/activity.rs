//! What people did.

use samara::prelude::*;

use super::World;
use crate::accounts::{Role, User};

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
    async fn summary(
        cx: &Context,
        /// From when on it counts.
        since: DateTimeUtc,
    ) -> Result<Vec<KindCount>, Error> {
        let actor = cx.actor_id().ok_or_else(Error::unauthenticated)?;
        let mut counts = Vec::new();
        for kind in ActivityKind::ALL {
            let done =
                Activity::query().filter(expr!(|a| a.user_id == actor && a.kind == kind && a.occurred_at >= since));
            let count = done.count(cx).await?;
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
