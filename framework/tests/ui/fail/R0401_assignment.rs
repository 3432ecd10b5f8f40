//! A body that changes something.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>) -> bool {
    let mut found = false;
    found = post.public;
    found
}

fn main() {}
