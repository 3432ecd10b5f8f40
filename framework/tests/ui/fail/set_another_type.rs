//! A value of another type than the attribute.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
}

#[actions]
impl Book {
    #[update(set(title = 3))]
    fn reset();
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
