//! An enum is stored as text, whose order says nothing.

#[path = "../blog.rs"]
mod blog;

use blog::*;
use samara::prelude::*;

#[expression]
fn at_least(actor: Actor<User>) -> bool {
    actor.role >= Role::Admin
}

fn main() {}
