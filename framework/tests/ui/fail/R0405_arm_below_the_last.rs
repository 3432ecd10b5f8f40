//! An arm that nothing reaches.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>) -> bool {
    match post.kind {
        _ => false,
        Kind::Build => true,
    }
}

fn main() {}
