//! A body that returns early.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>) -> bool {
    if post.public { return true } else { post.likes > 3 }
}

fn main() {}
