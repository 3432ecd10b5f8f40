//! A loop.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>) -> bool {
    for _ in 0..3 {}
    post.public
}

fn main() {}
