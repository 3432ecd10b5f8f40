//! A quotient by what may be zero, promised as always there.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

const SIZE: i64 = 2;

#[expression]
fn by_a_column(post: Row<Post>) -> i64 {
    post.likes / (post.likes - 1)
}

#[expression]
fn by_a_constant(post: Row<Post>) -> i64 {
    post.likes / SIZE
}

#[expression]
fn by_a_fraction(post: Row<Post>) -> Option<i64> {
    post.likes / 2.0
}

fn main() {}
