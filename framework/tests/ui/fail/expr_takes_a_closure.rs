//! `expr!` of something else.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

pub fn it() {
    let _ = Post::query().filter(expr!(true));
}

fn main() {}
