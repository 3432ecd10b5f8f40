//! A helper without `#[resource]`.

use samara::prelude::*;

#[actor(identity = email)]
pub struct User {
    pub email: String,
}

fn main() {}
