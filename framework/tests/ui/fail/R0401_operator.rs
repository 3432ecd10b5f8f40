//! An operator that SQL and Rust understand differently.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>) -> i64 {
    post.likes % 2
}

fn main() {}
