//! A condition that is dropped.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>, actor: Actor<User>) -> bool {
    post.user_id == actor.id;
    post.public
}

fn main() {}
