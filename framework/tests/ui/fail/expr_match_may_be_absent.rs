//! A `match` that does not say what holds for nobody.

use samara::prelude::*;

#[path = "../blog.rs"]
mod blog;
use blog::*;

#[expression]
fn it(actor: Actor<User>) -> i64 {
    match actor.role {
        Role::Admin => 1,
        Role::Member => 2,
    }
}

fn main() {}
