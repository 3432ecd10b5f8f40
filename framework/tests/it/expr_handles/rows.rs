//! People, and what they post.

use samara::prelude::*;

#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Explore,
    Build,
    Modify,
}

#[resource(table = "users")]
pub struct User {
    #[id]
    pub id: Uuid,
    #[attribute]
    pub name: String,
    #[attribute]
    pub age: Option<i64>,
    #[attribute]
    pub email: Guarded<CiString>,
    #[attribute]
    pub kind: Kind,
    #[has_many(key = user)]
    pub posts: HasMany<Post>,
}

#[policies]
impl User {
    #[field_policy(email)]
    fn own_email(user: Row<User>, actor: Actor<User>) -> bool {
        user.id == actor.id
    }
}

#[calculations]
impl User {
    #[calculation]
    fn total(user: Row<User>) -> i64 {
        user.posts().sum(|post| post.likes)
    }
}

#[resource(table = "posts")]
pub struct Post {
    #[id]
    pub id: Uuid,
    #[attribute]
    pub title: String,
    #[attribute]
    pub likes: i64,
    #[attribute]
    pub public: bool,
    #[attribute]
    pub kind: Kind,
    #[belongs_to(on_delete = restrict)]
    pub user: BelongsTo<User>,
    #[attribute]
    pub note: Option<String>,
}

#[policies]
impl Post {}

#[domain(resources = [User, Post])]
#[allow(dead_code, reason = "it only places its resources")]
pub struct Blog;
