//! An arm with a guard.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>) -> bool {
    match post.kind {
        Kind::Build if post.public => true,
        _ => false,
    }
}

fn main() {}
