//! A `match` on a variant that is not there.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>) -> i64 {
    match post.kind {
        Kind::Bild => 1,
        _ => 2,
    }
}

fn main() {}
