//! Fractions in arithmetic and comparisons, written out or named.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

const SHARE: f64 = 0.5;

#[expression]
fn more(post: Row<Post>) -> i64 {
    post.likes * 1.5
}

#[expression]
fn liked(post: Row<Post>) -> bool {
    -2.5 < post.likes
}

#[expression]
fn named(post: Row<Post>) -> i64 {
    post.likes * SHARE
}

fn main() {}
