//! Arms of an `if` of two types.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>) -> i64 {
    if post.public { 1 } else { "x" }
}

fn main() {}
