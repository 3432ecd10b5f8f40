//! Functions of plain Rust, called in a body.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

fn least() -> i64 {
    3
}

#[expression]
fn it(post: Row<Post>) -> bool {
    post.likes > least()
}

#[expression]
fn home(post: Row<Post>) -> bool {
    std::env::var("HOME").is_ok() && post.public
}

fn main() {}
