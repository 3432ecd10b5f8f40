//! An arm that binds.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>) -> bool {
    match post.kind {
        kind => kind == Kind::Build,
    }
}

fn main() {}
