//! What the cases are about: people, and what they post.

#![allow(dead_code, unused_imports)]

use samara::prelude::*;

#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Member,
    Admin,
}

#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Explore,
    Build,
    Modify,
}

#[resource(table = "users")]
#[actor(identity = email)]
pub struct User {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique)]
    pub email: CiString,
    #[attribute(public)]
    pub name: String,
    #[attribute(public, default = Role::Member)]
    pub role: Role,
    #[has_many(public, key = user)]
    pub posts: HasMany<Post>,
}

#[actions]
impl User {
    #[read(primary)]
    fn list();
    #[create(private, accept = [email, name])]
    fn register();
}

#[policies]
impl User {
    #[policy(always)]
    fn signed_in(actor: Actor<User>) -> bool {
        actor.is_present()
    }
}

#[resource(table = "worlds")]
pub struct World {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub name: String,
}

#[policies]
impl World {
    #[policy(always)]
    fn signed_in(actor: Actor<User>) -> bool {
        actor.is_present()
    }
}

#[resource(table = "posts")]
pub struct Post {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
    #[attribute(public, default = 0)]
    pub likes: i64,
    #[attribute(public, default = false)]
    pub public: bool,
    #[attribute(public)]
    pub kind: Kind,
    #[attribute(public)]
    pub note: Option<String>,
    #[belongs_to(public, on_delete = restrict)]
    pub user: BelongsTo<User>,
    #[belongs_to(public, on_delete = nilify)]
    pub world: Option<BelongsTo<World>>,
}

#[actions]
impl Post {
    #[read(primary)]
    fn list();
    #[create(accept = [title, kind, note, world], relate_actor = user)]
    fn record();
}

#[policies]
impl Post {
    #[policy(always)]
    fn signed_in(actor: Actor<User>) -> bool {
        actor.is_present()
    }
}

#[domain(resources = [User, World, Post])]
pub struct Blog;
