//! What may be absent, promised as always there.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>) -> String {
    post.note
}

fn main() {}
