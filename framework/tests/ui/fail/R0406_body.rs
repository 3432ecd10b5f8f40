//! Plain Rust in a body.

use std::time::SystemTime;

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

const LEAST: i64 = 3;

#[expression]
fn texts(post: Row<Post>, actor: Actor<User>) -> bool {
    format!("{:?}", post.title) == "x" || actor.name == "a".to_string()
}

#[expression]
fn times(post: Row<Post>) -> bool {
    SystemTime::now() > SystemTime::UNIX_EPOCH || post.likes > LEAST
}

#[expression]
fn lists(post: Row<Post>) -> bool {
    post.kind.is_in(vec![Kind::Build]) || post.likes as i32 > 3
}

#[expression]
fn some(post: Row<Post>) -> Option<String> {
    Some(post.title)
}

#[expression]
fn hop(post: Row<Post>) -> bool {
    post.world_id.name == "x"
}

#[expression]
fn once(post: Row<Post>) -> bool {
    post.likes > value!(2_i64.pow(3)) && post.kind != Kind::Modify && popular(post)
}

#[expression]
fn popular(post: Row<Post>) -> bool {
    post.likes > LEAST
}

fn main() {}
