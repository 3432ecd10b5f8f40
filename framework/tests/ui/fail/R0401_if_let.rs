//! An `if let`.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>) -> bool {
    if let Some(note) = post.note { note == "x" } else { false }
}

fn main() {}
