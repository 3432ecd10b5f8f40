//! A row beside a row.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(post: Row<Post>, actor: Actor<User>) -> bool {
    post == actor
}

fn main() {}
