//! A variable that may be `None`.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

pub fn it(wanted: Option<String>) {
    let _ = Post::query().filter(expr!(|post| post.note == wanted));
}

fn main() {}
