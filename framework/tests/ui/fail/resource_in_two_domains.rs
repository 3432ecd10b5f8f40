//! A resource that two domains list.

use samara::prelude::*;

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
}

#[domain(resources = [Book])]
pub struct Archive;

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
