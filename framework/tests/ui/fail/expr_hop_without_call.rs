//! A hop without its parentheses.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>, actor: Actor<User>) -> bool {
    post.user.id == actor.id
}

fn main() {}
