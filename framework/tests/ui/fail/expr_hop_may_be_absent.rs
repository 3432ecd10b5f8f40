//! What is behind an optional relationship may be absent.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>) -> String {
    post.world().name
}

fn main() {}
