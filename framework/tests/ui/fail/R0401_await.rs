//! A body that waits.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>) -> bool {
    fetch().await
}

fn main() {}
