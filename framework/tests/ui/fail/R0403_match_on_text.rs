//! A `match` on text without `_`.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>) -> i64 {
    match post.title {
        "a" => 1,
        "b" => 2,
    }
}

fn main() {}
