//! A resource that is no struct.

use samara::prelude::*;

#[resource(table = "books")]
pub enum Book {
    Paper,
}

fn main() {}
