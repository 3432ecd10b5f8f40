//! A number on the right of `&&`.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>) -> bool {
    post.public && post.likes
}

fn main() {}
