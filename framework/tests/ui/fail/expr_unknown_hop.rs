//! A hop that is not there.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>) -> bool {
    post.wrld().name == "x"
}

fn main() {}
