//! A divisor that is written as zero, in any form.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>) -> Option<i64> {
    post.likes / -(0x0)
}

fn main() {}
