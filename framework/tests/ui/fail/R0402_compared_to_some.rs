//! A comparison with `Some`.

#[path = "../blog.rs"]
mod blog;

use blog::*;
use samara::prelude::*;

#[expression]
fn noted(post: Row<Post>) -> bool {
    post.note == Some("done")
}

fn main() {}
