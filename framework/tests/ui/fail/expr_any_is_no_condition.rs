//! A closure of `any` that is no condition.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>) -> bool {
    post.user().posts().any(|other| other.user_id)
}

fn main() {}
