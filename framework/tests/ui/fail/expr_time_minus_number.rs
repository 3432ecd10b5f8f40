//! A time minus a number.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>) -> bool {
    post.inserted_at > now() - 3
}

fn main() {}
