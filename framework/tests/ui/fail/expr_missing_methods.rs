//! What Rust has, and an expression has not.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn empty(post: Row<Post>) -> bool {
    post.title.is_empty()
}

#[expression]
fn largest(post: Row<Post>) -> bool {
    post.likes.max(3) == 3
}

#[expression]
fn unwrapped(post: Row<Post>) -> bool {
    post.note.unwrap() == "x"
}

#[expression]
fn mapped(post: Row<Post>) -> Option<String> {
    post.note.map(|it| it.to_lowercase())
}

#[expression]
fn without_rows(user: Row<User>) -> bool {
    user.posts().is_empty()
}

fn main() {}
