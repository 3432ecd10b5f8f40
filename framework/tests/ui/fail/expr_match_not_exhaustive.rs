//! A `match` that leaves a variant out.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>) -> i64 {
    match post.kind {
        Kind::Build => 1,
        Kind::Modify => 2,
    }
}

fn main() {}
