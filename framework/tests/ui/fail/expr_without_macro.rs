//! A filter without `expr!`.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

pub fn it(title: String) {
    let _ = Post::query().filter(|post| post.title == title);
}

fn main() {}
