//! An `if` without its `else`.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>) -> bool {
    if post.public { true }
}

fn main() {}
