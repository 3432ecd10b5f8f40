//! The text of a variant, for the variant.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>) -> bool {
    post.kind == "BUILD" || post.likes > "3"
}

fn main() {}
