//! A variable of another integer type.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

pub fn it(least: i32) {
    let _ = Post::query().filter(expr!(|post| post.likes > least));
}

fn main() {}
