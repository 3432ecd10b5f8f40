//! The two tables of the benchmark beside this project, under its row policy: people, and what they did.

use samara::prelude::*;

/// A user; everybody sees everybody.
#[resource(table = "users", timestamps = false)]
#[actor(identity = email)]
#[graphql(type = "User")]
pub(crate) struct User {
    #[id]
    pub(crate) id: Uuid,
    #[attribute(public, unique)]
    pub(crate) email: CiString,
    #[attribute(public, default = "")]
    pub(crate) name: String,
    #[attribute(public, default = "user")]
    pub(crate) role: String,
    #[attribute(public, default = now())]
    pub(crate) inserted_at: DateTimeUtc,
    #[has_many(public, key = user)]
    pub(crate) activities: HasMany<Activity>,
}

#[actions]
impl User {
    #[read(primary, sort = [id], paginate(keyset, default = 50, max = 250))]
    fn list();

    #[create(private, accept = [email])]
    fn register();
}

#[policies]
impl User {
    #[policy(read)]
    fn signed_in(actor: Actor<User>) -> bool {
        actor.is_present()
    }
}

/// Something a user did; a plain user sees their own, a coordinator all.
#[resource(table = "activities", timestamps = false, index = [user, -occurred_at])]
#[graphql(type = "Activity")]
pub(crate) struct Activity {
    #[id]
    pub(crate) id: Uuid,
    #[belongs_to(public, on_delete = restrict)]
    pub(crate) user: BelongsTo<User>,
    #[attribute(public)]
    pub(crate) kind: String,
    #[attribute(public)]
    pub(crate) world: String,
    #[attribute(public, default = Json::object())]
    pub(crate) detail: Json,
    #[attribute(public, default = now())]
    pub(crate) occurred_at: DateTimeUtc,
}

#[actions]
impl Activity {
    #[read(primary, sort = [-occurred_at], paginate(keyset, default = 50, max = 250))]
    fn list();

    #[create(accept = [kind, world, detail], relate_actor = user)]
    fn create();
}

#[policies]
impl Activity {
    #[policy(read)]
    fn own(activity: Row<Activity>, actor: Actor<User>) -> bool {
        activity.user_id == actor.id || actor.role == "coordinator"
    }

    #[policy(create)]
    fn theirs(activity: Row<Activity>, actor: Actor<User>) -> bool {
        activity.user_id == actor.id
    }
}

#[domain(resources = [User, Activity])]
pub(crate) struct Bench;

samara::app!(pub(crate) App, domains = [Bench]);
