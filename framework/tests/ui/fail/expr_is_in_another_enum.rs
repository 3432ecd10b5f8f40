//! A list of another enum.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>) -> bool {
    post.kind.is_in([Role::Member])
}

fn main() {}
