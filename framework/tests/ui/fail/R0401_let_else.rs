//! A `let … else`.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>) -> bool {
    let Some(note) = post.note else { false };
    note == "x"
}

fn main() {}
