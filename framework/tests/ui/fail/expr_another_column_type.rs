//! A column beside one of another type.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>, actor: Actor<User>) -> bool {
    post.user_id == actor.email
}

fn main() {}
