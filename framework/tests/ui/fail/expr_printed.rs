//! A column is no value that could be printed.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

fn main() {
    let _ = Post::query().filter(expr!(|post| post.title == format!("{:?}", post.note)));
}
