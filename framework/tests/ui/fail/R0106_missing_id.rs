//! A resource without a primary key.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[attribute(public)]
    pub title: String,
}

#[policies]
impl Book {
    #[policy(always)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Book])]
pub struct Library;

fn main() {}
